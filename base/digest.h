/* SPDX-License-Identifier: Apache-2.0 */
/* Digests of memory by OpenSSL. */
#ifndef FWS_BASE_DIGEST_H
#define FWS_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bytes/algorithm.h"

/* Digest of size bytes into out (fws_hash_size(hash) bytes). */
FWS_MUST_USE enum fws_status fws_digest(enum fws_hash hash, const void *data, size_t size,
                                        uint8_t *out, struct fws_error *err);

#define FWS_DIGEST_TEXT_SIZE 72u /* "sha256:", 64 digits, NUL */

/* "sha256:<hex>" of a 32-byte digest, the form of every digest in output. */
char *fws_digest_text(const uint8_t digest[32], char out[FWS_DIGEST_TEXT_SIZE]);

#define FWS_DIGEST_ANY_TEXT_SIZE 136u /* "sha512:", 128 digits, NUL */

/* "sha384:<hex>" of a digest of any of the hashes. */
char *fws_digest_any_text(enum fws_hash hash, const uint8_t *digest,
                          char out[FWS_DIGEST_ANY_TEXT_SIZE]);

#endif

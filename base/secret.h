/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for secrets: pages of its own, locked where the system allows, left out of core dumps,
 * not inherited by fork, wiped before release. The zero value is empty and valid.
 *
 * A secret is never copied into an ordinary buffer, a log or an error.
 */
#ifndef FWS_BASE_SECRET_H
#define FWS_BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

#define FWS_SECRET_MAX_SIZE 4096u

struct fws_secret {
    uint8_t *data; /* mapped pages; NULL when empty */
    size_t size;   /* bytes of the secret, at most FWS_SECRET_MAX_SIZE */
};

/* Map FWS_SECRET_MAX_SIZE bytes, size 0. A secret already mapped is wiped first. */
FWS_MUST_USE enum fws_status fws_secret_alloc(struct fws_secret *secret, struct fws_error *err);

/*
 * Read everything from fd (to its end, at most FWS_SECRET_MAX_SIZE bytes) straight into secret
 * memory. One trailing newline (LF or CR LF) is dropped. FWS_E_TOO_LARGE when there is more.
 */
FWS_MUST_USE enum fws_status fws_secret_read(int fd, struct fws_secret *secret,
                                             struct fws_error *err);

/* Copy size bytes into fresh secret memory. */
FWS_MUST_USE enum fws_status fws_secret_set(struct fws_secret *secret, const void *data,
                                            size_t size, struct fws_error *err);

/* Wipe and unmap. */
void fws_secret_free(struct fws_secret *secret);

#endif

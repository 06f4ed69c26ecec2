/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in the log the signature of the same bytes, by the same key, under the same policy is: found
 * in a log of millions of entries without reading it. Private to signer/.
 *
 * The newest signatures are in the log's fold (signer/releases.h); those of older entries in files
 * that never change once made, each of a range of entries:
 *
 *     signed-0-000000    the signatures among entries 0 to 1023, by key
 *     signed-1-000000    those of eight such files, and so on up to level 3
 *
 *     fws_signed_key(image, spki, policy, key)
 *     if (!fws_releases_signed(&releases, key, &hit)) {
 *         status = fws_signed_find(&index, key, 0, fws_releases_signed_from(&releases), &hit,
 *                                  &found, err);
 *     }
 *     ... found: read the lines hit names and compare all three digests: it is a hint, no more ...
 *
 * The files are a cache: each block tells damage by its checksum, and what is missing or not in
 * order is made anew from the log. Whoever can write them can hide a signature, so that the matter
 * is decided a second time, but never make one up.
 */
#ifndef FWS_SIGNER_SIGNED_INDEX_H
#define FWS_SIGNER_SIGNED_INDEX_H

#include "audit/audit.h"
#include "base/digest.h"
#include "bytes/bytes.h"

#define FWS_SIGNED_KEY_SIZE    16u
#define FWS_SIGNED_RECORD_SIZE 32u
#define FWS_SIGNED_RANGE       1024u /* entries of a file of level 0 */
#define FWS_SIGNED_FANOUT      8u    /* files of a level that become one of the next */
#define FWS_SIGNED_LEVELS      4u    /* the last one's files are of 524288 entries */

/* A signature: the entries of its intent and of the outcome that says "signed". */
struct fws_signed_record {
    uint8_t key[FWS_SIGNED_KEY_SIZE];
    uint64_t intent;
    uint64_t outcome;
};

/* A record's 32 bytes, little endian, in files and in the fold's snapshot. */
void fws_signed_record_write(struct fws_writer *writer, const struct fws_signed_record *record);
void fws_signed_record_read(struct fws_reader *reader, struct fws_signed_record *out);

/*
 * Is it the text of a digest as the log holds it: "sha256:<hex>", sha384 or sha512, in lower case?
 * Then out is it, with a NUL.
 */
FWS_MUST_USE bool fws_signed_digest(const char *text, size_t size,
                                    char out[FWS_DIGEST_ANY_TEXT_SIZE]);

/*
 * By what a signature is found: 16 bytes of what was signed, the key's SPKI and the policy, one over
 * the other. All three are digests, and what is found is compared in full, so that a digest of them
 * would add nothing. False when one of them is no digest.
 */
FWS_MUST_USE bool fws_signed_key(const char *image, const char *spki, const char *policy,
                                 uint8_t out[FWS_SIGNED_KEY_SIZE]);

/* Reading the log's lines: fws_audit_each_from and fws_audit_find, or what a test has instead. */
struct fws_signed_log {
    enum fws_status (*each)(void *context, uint64_t from, fws_audit_each_fn *each,
                            void *each_context, struct fws_error *err);
    enum fws_status (*find)(void *context, uint64_t seq, struct fws_buf *line,
                            struct fws_error *err);
    void *context;
};

/* The log in that directory, which is kept. */
struct fws_signed_log fws_signed_log_at(const char *directory);

struct fws_signed_index {
    const char *folder; /* where the files are, and there already; kept. NULL: no files are made,
                           and each look-up reads the log */
    char log_id[17];    /* by fws_origin_id: files of another log are not taken for its */
    struct fws_signed_log log;
};

/*
 * The newest signature of that key whose outcome is an entry from `from` on, before `to`; both are
 * multiples of FWS_SIGNED_RANGE. found says whether there is one.
 *
 * What the log's reading says when a file must be made anew and the log cannot be read; FWS_E_MEMORY.
 * A file that cannot be written is made anew each time. A range that the log does not hold in full
 * so far is searched, but no file is made of it.
 */
FWS_MUST_USE enum fws_status fws_signed_find(const struct fws_signed_index *index,
                                             const uint8_t key[FWS_SIGNED_KEY_SIZE], uint64_t from,
                                             uint64_t to, struct fws_signed_record *out,
                                             bool *found, struct fws_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of before. The same bytes, key and policy get the signature that is on record, byte for
 * byte: two of one image look like an attack to whoever compares them. Private to signer/.
 *
 *     fws_earlier_find(signer, key, job, &earlier, err);     there may be none
 *     fws_earlier_take(key, job, &earlier, err);             into outputs that are open
 *
 * What stands in the log is a claim like any other: the image made of it passes the device's verifier
 * and must have the digest that was recorded.
 */
#ifndef FWS_SIGNER_EARLIER_H
#define FWS_SIGNER_EARLIER_H

#include "base/digest.h"
#include "signer/signer.h"

/* An entry of the log, taken apart; borrows its line. */
struct fws_record {
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
};

FWS_MUST_USE enum fws_status fws_record_read(const struct fws_buf *line, struct fws_record *out,
                                             struct fws_error *err);

/* A text of its data, by path as "image.digest"; false when it has none that fits. */
bool fws_record_text(const struct fws_record *record, const char *path, char *out, size_t size);

/* Is the intent by the same key over the same bytes to be signed? Then all that is in the image is
 * the same too. */
bool fws_record_same(const struct fws_record *intent, const struct fws_signing_key *key,
                     const struct fws_sign_job *job);

struct fws_earlier {
    bool found;
    uint64_t intent, outcome;
    struct fws_buf signature;
    char sha256[FWS_DIGEST_TEXT_SIZE]; /* of the finished file, as recorded */
};
void fws_earlier_free(struct fws_earlier *earlier);

/* What an outcome says that was signed. FWS_E_LOG_UNKNOWN when it says no signature. */
FWS_MUST_USE enum fws_status fws_earlier_read(uint64_t intent, const struct fws_record *outcome,
                                              struct fws_earlier *out, struct fws_error *err);

/* Look for the newest signature of the job's bytes by key under its policy. FWS_OK also when there
 * is none. What the log's fold has seen so far is searched. */
FWS_MUST_USE enum fws_status fws_earlier_find(const struct fws_signer *signer,
                                              const struct fws_signing_key *key,
                                              const struct fws_sign_job *job,
                                              struct fws_earlier *out, struct fws_error *err);

/* Under the log's lock: was one signed, or is one being signed, that fws_earlier_find has not seen?
 * Then it must be waited for. */
bool fws_earlier_pending(const struct fws_signer *signer, const struct fws_signing_key *key,
                         const struct fws_sign_job *job);

/* Make the image of then and write it into the outputs that are open. FWS_E_REQUEST_KNOWN when it
 * does not come out as it was. */
FWS_MUST_USE enum fws_status fws_earlier_take(const struct fws_signing_key *key,
                                              struct fws_sign_job *job,
                                              const struct fws_earlier *earlier,
                                              struct fws_error *err);

#endif

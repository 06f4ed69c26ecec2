/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the signer writes to the log: the body of each event, members in byte order.
 * docs/formats/audit-log.md lists them. Never a secret; texts from outside are UTF-8 or replaced.
 */
#ifndef FWS_SIGNER_RECORD_H
#define FWS_SIGNER_RECORD_H

#include "signer/signer.h"

/* sign.intent: a signature is about to be asked for. */
void fws_record_intent(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, struct fws_json *json);

/* sign.denied: the policy said no. */
void fws_record_denied(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, struct fws_json *json);

/* sign.denied before any input was read: the key may not sign, and why. */
void fws_record_unfit(const struct fws_signer *signer, const struct fws_sign_request *request,
                      const char *key, const struct fws_error *why, struct fws_json *json);

/* sign.replay: a signature of before is handed out again. */
void fws_record_replay(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, uint64_t intent, uint64_t outcome,
                       struct fws_json *json);

/* sign.outcome with result "signed": the image that will be released. */
void fws_record_signed(const struct fws_sign_result *result, const uint8_t *signature,
                       size_t signature_size, struct fws_json *json);

/* sign.outcome with result "failed": nothing was released for that intent. */
void fws_record_failed(uint64_t intent, const struct fws_error *why, struct fws_json *json);

/* Append sign.delivery: signed and on record, but the file could not be put in place. */
FWS_MUST_USE enum fws_status fws_record_delivery(const struct fws_signer *signer,
                                                 const struct fws_sign_result *result,
                                                 const struct fws_error *why,
                                                 struct fws_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the signer writes to the log: the body of each event, members in byte order.
 * docs/formats/audit-log.md lists them. Never a secret; texts from outside are UTF-8 or replaced.
 */
#ifndef FWS_SIGNER_RECORD_H
#define FWS_SIGNER_RECORD_H

#include "signer/signer.h"

/* sign.intent: a signature is about to be asked for. */
FWS_MUST_USE enum fws_status fws_record_intent(struct fws_signer *signer,
                                               const struct fws_signing_key *key,
                                               const struct fws_sign_request *request,
                                               const struct fws_firmware *firmware,
                                               const struct fws_image *image, uint64_t *seq,
                                               struct fws_error *err);

/* sign.outcome with result "signed": the image that will be released. */
FWS_MUST_USE enum fws_status fws_record_signed(struct fws_signer *signer,
                                               const struct fws_sign_result *result,
                                               const uint8_t *signature, size_t signature_size,
                                               uint64_t *seq, struct fws_error *err);

/* sign.outcome with result "failed": nothing was released for that intent. why is not changed. */
FWS_MUST_USE enum fws_status fws_record_failed(struct fws_signer *signer, uint64_t intent,
                                               const struct fws_error *why, struct fws_error *err);

/* sign.delivery: signed and on record, but the file could not be put in place. */
FWS_MUST_USE enum fws_status fws_record_delivery(struct fws_signer *signer,
                                                 const struct fws_sign_result *result,
                                                 const struct fws_error *why,
                                                 struct fws_error *err);

/* sign.denied: the policy said no. */
FWS_MUST_USE enum fws_status fws_record_denied(struct fws_signer *signer, const char *key_name,
                                               const struct fws_sign_request *request,
                                               const struct fws_firmware *firmware,
                                               const struct fws_decision *decision,
                                               struct fws_error *err);

#endif

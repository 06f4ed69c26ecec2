/* SPDX-License-Identifier: Apache-2.0 */
/* From outputs that are open to files that only lack their names. Private to signer/. */
#ifndef FWS_SIGNER_FINISH_H
#define FWS_SIGNER_FINISH_H

#include "signer/signer.h"

#define FWS_PROOF_ROOM 4096u /* bytes; a proof of a large log takes two thirds of it */

/* Reserve room for all the request wants written: a full disk is found before the HSM is asked. */
FWS_MUST_USE enum fws_status fws_open_outputs(struct fws_sign_job *job,
                                              const struct fws_signing_key *key,
                                              struct fws_error *err);

/* Attach the signature, fill the slot where the policy says so, and have the device's own code judge
 * the whole. */
FWS_MUST_USE enum fws_status fws_finish_image(const struct fws_signing_key *key,
                                              struct fws_sign_job *job, const uint8_t *signature,
                                              size_t signature_size, struct fws_error *err);

/* Write image and detached signature into the outputs that are open. */
FWS_MUST_USE enum fws_status fws_finish_outputs(struct fws_sign_job *job, const uint8_t *signature,
                                                size_t signature_size, struct fws_error *err);

/* The proof of the job's outcome, into job->proof and its output. */
FWS_MUST_USE enum fws_status fws_finish_proof(struct fws_signer *signer, struct fws_sign_job *job,
                                              struct fws_error *err);

#endif

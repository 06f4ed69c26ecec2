/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that the log and the policy's own geometry give to a decision. Private to signer/. */
#ifndef FWS_SIGNER_FACTS_H
#define FWS_SIGNER_FACTS_H

#include "base/digest.h"
#include "signer/signer.h"

/*
 * What the fold says of a request whose channel, version and time are in out already.
 *
 * image, spki  texts of digests as intents hold them; "" when not known
 */
void fws_facts_history(const struct fws_releases *releases, const char *product, const char *image,
                       const char *spki, struct fws_facts *out);

/* Who asks the signer, with which key, now. */
struct fws_sign_side fws_side_of(const struct fws_signer *signer,
                                 const struct fws_signing_key *key);

#endif

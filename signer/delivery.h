/* SPDX-License-Identifier: Apache-2.0 */
/* Private to signer/. */
#ifndef FWS_SIGNER_DELIVERY_H
#define FWS_SIGNER_DELIVERY_H

#include "signer/signer.h"

/* FWS_E_INTERRUPTED when a stop was asked for; when says how far the work had come. */
FWS_MUST_USE enum fws_status fws_stop_asked(const char *when, struct fws_error *err);

/* Let go of what was not given its name. */
void fws_delivery_close(struct fws_delivery *delivery);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Return values of Cryptoki by name, with what they mean for fwsign and what to do about them.
 */
#ifndef FWS_KEYS_CKR_H
#define FWS_KEYS_CKR_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>

#include "base/error.h"

/* "CKR_PIN_INCORRECT"; "CKR_VENDOR_DEFINED" or "unknown CKR" for values without a name. */
const char *fws_ckr_name(CK_RV rv);

enum fws_status fws_ckr_status(CK_RV rv);

/* The device or the session is gone: only a new start of the module can help. */
bool fws_ckr_lost(CK_RV rv);

/* Seen when several processes start one token at a time, and gone on the next try. Never a PIN. */
bool fws_ckr_transient(CK_RV rv);

/* "C_Login: CKR_PIN_INCORRECT (0xa0): the token does not accept this PIN"; returns the status. */
enum fws_status fws_ckr_error(struct fws_error *err, CK_RV rv, const char *function);

#endif

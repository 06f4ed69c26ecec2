/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the built-in cryptography is worth assembly: for Cortex-M3, M4, M7 and M33, in place of the
 * objects of verifier/builtin/builtin.h with the same ends.
 */
#ifndef FWS_VERIFIER_PORT_CORTEX_M_CORTEX_M_H
#define FWS_VERIFIER_PORT_CORTEX_M_CORTEX_M_H

#include "verifier/crypto.h"

extern const struct fws_signature_scheme fws_cortex_m_p256;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* An application sees the headers, and the numbers that the module was configured with. */
#include "verifier/verifier.h"

#if !defined(FWS_VERIFY_HARDENING) || !defined(FWS_VERIFY_SCRATCH_SIZE)
#error "the application does not see how the module is configured"
#endif

int main(void)
{
    return fws_verify == NULL || sizeof(struct fws_verify_work) < FWS_VERIFY_SCRATCH_SIZE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a platform brings along: an entry. Linked, never run. */
#include "verifier/verifier.h"

uint32_t entry(struct fws_verify_policy *policy, struct fws_verify_io *io,
               struct fws_verify_work *work);

uint32_t entry(struct fws_verify_policy *policy, struct fws_verify_io *io,
               struct fws_verify_work *work)
{
    struct fws_verify_report report;

    return fws_verify(policy, io, work, &report);
}

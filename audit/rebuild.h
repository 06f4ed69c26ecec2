/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of longer ago out of the lines themselves: slow, and hardly ever called for. */
#ifndef FWS_AUDIT_REBUILD_H
#define FWS_AUDIT_REBUILD_H

#include "audit/audit.h"
#include "audit/tree.h"

/* The tree of the first size lines as they are now; their links are not looked at.
 * FWS_E_LOG_TAMPERED when there are fewer. */
FWS_MUST_USE enum fws_status fws_rebuild_range(const char *directory, uint64_t size,
                                               struct fws_hasher *hasher, struct fws_range *out,
                                               struct fws_error *err);

#endif

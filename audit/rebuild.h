/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of longer ago out of the lines themselves: slow, and hardly ever called for. */
#ifndef FWS_AUDIT_REBUILD_H
#define FWS_AUDIT_REBUILD_H

#include "audit/folder.h"
#include "audit/tree.h"

/* The zero value stands at the beginning of a log. */
struct fws_rebuild {
    struct fws_range range;
    uint64_t segment, offset; /* where the line behind it is to be found */
};

/*
 * Make range that of the first size lines as they are now; their links are not looked at, and what a
 * crash left at the end of a segment is passed over. It goes on from where it stands, so that of
 * growing sizes, however many, each line is read once; a smaller size begins anew.
 *
 * FWS_E_LOG_TAMPERED when there are fewer.
 */
FWS_MUST_USE enum fws_status fws_rebuild_to(struct fws_rebuild *rebuild,
                                            const struct fws_folder *folder, uint64_t size,
                                            struct fws_hasher *hasher, struct fws_error *err);

#endif

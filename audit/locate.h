/* SPDX-License-Identifier: Apache-2.0 */
/* Finding one entry in the files by its index, without an index file: each line says its own. */
#ifndef FWS_AUDIT_LOCATE_H
#define FWS_AUDIT_LOCATE_H

#include "audit/folder.h"

struct fws_place {
    uint64_t segment; /* first index of the segment it is in */
    uint64_t before;  /* offset of the line */
    uint64_t after;   /* offset behind its LF */
};

/*
 * By bisection: a handful of reads whatever the log's size. FWS_E_NOT_FOUND when there is no whole
 * line of that index, or a damaged one stands before it in its batch: it is then among the remains
 * of a crash. FWS_E_LOG_UNKNOWN when there is no segment it could be in. Nothing else is checked but
 * the lines' own CRCs.
 */
FWS_MUST_USE enum fws_status fws_locate(const struct fws_folder *folder, uint64_t seq,
                                        struct fws_place *out, struct fws_error *err);

#endif

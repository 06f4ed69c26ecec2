/* SPDX-License-Identifier: Apache-2.0 */
/* The log in a folder of files: docs/formats/audit-log.md. */
#ifndef FWS_AUDIT_FILE_STORE_H
#define FWS_AUDIT_FILE_STORE_H

#include "audit/presence.h"
#include "audit/segment.h"
#include "audit/store.h"

struct fws_file_store {
    struct fws_store store; /* first: ops of this kind */
    struct fws_folder folder;
    struct fws_segment segment; /* the last one read; fd 0: none so far */
    bool identified;            /* segment_file is that of the segment */
    struct fws_identity segment_file;
    uint64_t segment_limit;
    uint64_t allocated;  /* bytes of the segment known to have room on the disk */
    int checkpoint_lock; /* all plus 1 */
    int checkpoint;      /* the newest one when it was last read */
    struct fws_identity checkpoint_file;
    struct fws_presence writer;
};

FWS_MUST_USE enum fws_status fws_file_store_open(struct fws_file_store *store,
                                                 const char *directory, uint64_t segment_limit,
                                                 struct fws_error *err);

#endif

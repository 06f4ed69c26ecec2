/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One segment file: following its lines along the chain, and how the next one opens.
 *
 * A segment is made whole with its first line, so a crash can tear only later lines, and only those
 * of the last batch: each batch is flushed before the next is written. Of a batch any part may
 * survive, so a damaged line may be followed by whole ones that say they belong to a batch that began
 * no later (b). All of that stays as it is; the segment is closed by the next one's opening entry.
 */
#ifndef FWS_AUDIT_SEGMENT_H
#define FWS_AUDIT_SEGMENT_H

#include "audit/chain.h"
#include "audit/folder.h"
#include "audit/store.h"

struct fws_segment {
    int fd;          /* plus 1; 0 = closed */
    uint64_t first;  /* index of its first entry: its name */
    uint64_t offset; /* behind the last good line */
    uint64_t good;   /* good lines followed so far */
    bool torn;       /* the line at offset is damaged */
};

/*
 * The entry that the segment behind previous must open with: log.segment.open, or log.recovery with
 * what is found behind the last good line now. Writer and verifier use the same function, so that
 * a recovery is checked byte for byte.
 */
FWS_MUST_USE enum fws_status fws_opening_after(const struct fws_segment *previous,
                                               struct fws_opening *out, struct fws_error *err);

/*
 * Follow the lines from offset to the end of the file; may be called again when the file has grown.
 * opening is what the first line must be; NULL: not known (only its type is checked).
 *
 * FWS_OK, also with torn set: what is at offset and behind is the remains of a batch; err is as it
 * was. FWS_E_LOG_TAMPERED when a line does not belong here, or one of a later batch follows
 * damaged ones.
 */
FWS_MUST_USE enum fws_status fws_segment_follow(struct fws_segment *segment,
                                                struct fws_chain *chain,
                                                const struct fws_opening *opening,
                                                struct fws_error *err);

/* The same of a file that is known to end at limit. */
FWS_MUST_USE enum fws_status fws_segment_follow_to(struct fws_segment *segment,
                                                   struct fws_chain *chain, uint64_t limit,
                                                   struct fws_error *err);

struct fws_step {
    bool moved;                /* there was a segment behind; it is now the current one */
    struct fws_segment before; /* how the one left ended; its fd is closed */
};

/*
 * Go on to the segment behind this one, when there is one: open it, follow the rest of this one
 * (once the next exists nothing is appended to it), check the opening against its end, and follow.
 * When moved, segment is the new one whatever the status.
 */
FWS_MUST_USE enum fws_status fws_segment_advance(const struct fws_folder *folder,
                                                 struct fws_segment *segment,
                                                 struct fws_chain *chain, bool writable,
                                                 struct fws_step *step, struct fws_error *err);

void fws_segment_close(struct fws_segment *segment);

#endif

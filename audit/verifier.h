/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge of a log. verify.c follows the files; known.c compares the tree with the checkpoints that
 * are known from inside and outside; ending.c says what an end without a checkpoint means.
 */
#ifndef FWS_AUDIT_VERIFIER_H
#define FWS_AUDIT_VERIFIER_H

#include "audit/past.h"
#include "audit/rebuild.h"
#include "audit/segment.h"
#include "audit/tail.h"
#include "audit/tree.h"

/* A checkpoint whose root the log must have at its size. */
struct fws_known {
    struct fws_checkpoint checkpoint;
    const char *name; /* for messages */
    bool checked;
};

/* Trees at the beginnings of the last batches: a checkpoint covers whole batches, and its entry
 * follows it closely. */
#define FWS_VERIFIER_RING 1024u

struct fws_verifier {
    const struct fws_audit_verify_options *options;
    struct fws_audit_report *report;
    struct fws_folder folder;
    struct fws_chain chain;
    struct fws_segment segment;
    struct fws_past past;
    struct fws_tail tail;
    struct fws_range range;
    struct fws_range *ring; /* FWS_VERIFIER_RING */
    uint64_t ring_next;
    struct fws_rebuild trail; /* the last tree that was not in it */
    struct fws_known *known;
    size_t known_count;
    uint64_t known_next;         /* the smallest size not checked so far */
    bool inside;                 /* the log's own checkpoint is among them */
    struct fws_error inside_why; /* why not */
    uint64_t segments;           /* followed, the current one included */
    uint64_t bytes, total;
    char remains[FWS_PLACE_SIZE]; /* of the first torn end that a recovery describes */
    bool at_end;                  /* the lines are in order; what follows is about all of them */
};

void fws_verifier_place(const struct fws_segment *segment, char out[FWS_PLACE_SIZE]);
void fws_verifier_verdict(struct fws_verifier *verifier, enum fws_audit_verdict verdict,
                          const char *why);
FWS_MUST_USE enum fws_status fws_verifier_follow(struct fws_verifier *verifier,
                                                 struct fws_error *err);

/* Begin behind options->since. FWS_E_NOT_FOUND when the caches do not allow it: begin at entry 0. */
FWS_MUST_USE enum fws_status fws_verifier_since(struct fws_verifier *verifier,
                                                struct fws_error *err);

/* The chain's observer. */
FWS_MUST_USE enum fws_status fws_verifier_observe(void *context, const struct fws_line *line,
                                                  const void *text, size_t size,
                                                  const uint8_t leaf[32], struct fws_error *err);

/* Collect the checkpoints to compare with; how many bytes there are, for the progress. */
FWS_MUST_USE enum fws_status fws_known_load(struct fws_verifier *verifier, struct fws_error *err);
void fws_known_total(struct fws_verifier *verifier);

/* Read the log's own checkpoint again: somebody may have made a newer one. */
FWS_MUST_USE enum fws_status fws_known_reload(struct fws_verifier *verifier, struct fws_error *err);

/* The largest size among the checkpoints known. */
uint64_t fws_known_size(const struct fws_verifier *verifier);

/* Compare those that have become comparable. FWS_E_LOG_TAMPERED when one is not reproduced. */
FWS_MUST_USE enum fws_status fws_known_check(struct fws_verifier *verifier, struct fws_error *err);
void fws_known_free(struct fws_verifier *verifier);

/* The lines are in order: is the end where it should be? */
FWS_MUST_USE enum fws_status fws_verifier_judge_end(struct fws_verifier *verifier,
                                                    struct fws_error *err);

#endif

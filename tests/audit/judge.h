/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of a log whatever was done to its writers, given the record of what they were
 * promised: each acknowledged entry is there as it was; nothing was released without its outcome on
 * record and a checkpoint over it; an intent has one end at most; each decision knew all intents
 * before it; and a verifier says intact or crash tail.
 */
#ifndef FWS_TESTS_AUDIT_JUDGE_H
#define FWS_TESTS_AUDIT_JUDGE_H

#include "tests/audit/stage.h"

struct judgement {
    struct fws_audit_report report;
    uint64_t acknowledged; /* entries on record */
    uint64_t released;
    uint64_t open;    /* intents without an end */
    bool handed_over; /* to the stage's second key */
};

/* No mark of a crash names the writer of that entry. */
void judge_never_marked(uint64_t seq);

/* Of the stage's log and record. Fails the test when anything does not hold. */
struct judgement judge(void);

enum judge_flag {
    JUDGE_KILLED = 1, /* nothing could be put in order: if the log was caught, a mark says so */
    JUDGE_EARLIER =
        2, /* there was a crash before, which whoever was struck now may have recorded */
};

/*
 * What comes after a fault: a verdict, the next signature, one more that records nothing more of
 * the fault, an acknowledgement where one is called for, and an intact log. before is from before
 * the fault.
 */
void judge_aftermath(const struct judgement *before, unsigned flags);

#endif

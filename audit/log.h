/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log opened for appending. Its parts are used by one thread at a time: the one that leads.
 *
 * Threads put requests into a queue; the first to find nobody leading takes all of them, and the
 * log's lock, and makes one batch of them: one write, one flush (audit/queue.c). What a batch
 * consists of is audit/batch.c; how it becomes a signed checkpoint audit/seal.c.
 */
#ifndef FWS_AUDIT_LOG_H
#define FWS_AUDIT_LOG_H

#include <pthread.h>
#include <semaphore.h>
#include <sys/types.h>

#include "audit/file_store.h"
#include "audit/nodes.h"
#include "audit/past.h"
#include "audit/tail.h"

/* The state that a checkpoint is to be signed over. */
struct fws_sealing {
    uint64_t wanted;  /* entries to be covered, or as many as there are */
    bool needed;      /* false: the newest checkpoint covers them */
    uint64_t covered; /* by it */
    struct fws_checkpoint checkpoint;
    char key[FWS_VKEY_TEXT_MAX]; /* in force: log->past is the leader's */
};

/* A thread that waits for its requests. It is woken once: they are done, or it leads. */
struct fws_waiter {
    sem_t woken;
    bool leads;
};

struct fws_request {
    fws_audit_decide_fn *decide; /* or bodies */
    void *context;
    struct fws_audit_body *bodies;
    size_t count;
    bool own;                    /* types of the log's own are allowed */
    struct fws_sealing *sealing; /* or what a checkpoint needs */
    uint64_t seq;                /* of the last entry */
    bool drafted;
    enum fws_status status;
    struct fws_error *err;
    struct fws_waiter *waiter; /* of the last one of those put in together; NULL of the others */
    struct fws_request *next;
};

struct fws_audit {
    struct fws_audit_options options;
    struct fws_file_store files;
    struct fws_store *store; /* of files */
    struct fws_chain chain;  /* stands at the last good line read */
    struct fws_nodes nodes;
    struct fws_past past;
    bool past_stale;              /* entries were folded that were not written */
    uint64_t snapshot_tried;      /* entries there were when none could be made */
    struct fws_tail tail;         /* behind newest */
    struct fws_checkpoint newest; /* checkpoint, as last read */
    struct fws_buf newest_note;
    uint64_t kept; /* size of the newest checkpoint that is known to be durable */
    bool broken;   /* an error left the state of the disk unknown: nothing more is appended */
    bool entered;
    pid_t pid; /* a child that inherits the log would share, not take, its lock */
    char boot[37];
    char instance[17];
    const struct fws_audit_signer *signer;
    const struct fws_audit_signer *before; /* the key before, for one more checkpoint */
    char warning[256];

    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t change; /* of what a checkpoint and who claims the parts wait for */
    struct fws_request *queue;
    struct fws_request *queue_last;
    bool leading;
    unsigned claims; /* threads that want the parts without a batch; they come before the queue */
    bool sealing;
    uint64_t appended;         /* behind the last entry of this object's */
    uint64_t covered;          /* by a checkpoint this object has made or seen */
    uint64_t unresolved;       /* entries of this object's that say so */
    struct fws_error unsealed; /* why the last checkpoint could not be had */
};

/* Wait until nobody leads, and lead: the parts above the mutex are then this thread's. */
void fws_log_lead(struct fws_audit *log);
void fws_log_follow(struct fws_audit *log);

/* FWS_E_INTERNAL in a child that has inherited the log: it shares its parent's locks, and must not
 * let go of them. */
FWS_MUST_USE enum fws_status fws_log_check_process(const struct fws_audit *log,
                                                   struct fws_error *err);

/* Put a list of requests into the queue and wait until they are done. */
void fws_log_submit(struct fws_audit *log, struct fws_request *requests);

/* Make a batch of the requests, under the log's lock. Each has its status afterwards. The index
 * behind what was written; 0 when nothing was. */
uint64_t fws_batch_run(struct fws_audit *log, struct fws_request *requests);

/* ---- Pieces ---- */

/* Read what others appended since, and which checkpoint is the newest. Under the lock. */
FWS_MUST_USE enum fws_status fws_log_catch_up(struct fws_audit *log, struct fws_error *err);

/* The newest checkpoint and its note, by a trusted key, of this log. */
FWS_MUST_USE enum fws_status fws_log_read_newest(struct fws_audit *log, struct fws_checkpoint *out,
                                                 struct fws_buf *note, struct fws_error *err);

/* Before a line that no checkpoint covers is taken: when it records one, that must be this log's, by
 * the key in force. Else the next checkpoint would cover what no verifier takes. FWS_E_LOG_TAMPERED. */
FWS_MUST_USE enum fws_status fws_log_check_recorded(struct fws_audit *log,
                                                    const struct fws_line *line,
                                                    struct fws_error *err);

/* Make it log->newest, when the log reproduces it. FWS_E_LOG_TAMPERED when the log does not reproduce it. */
FWS_MUST_USE enum fws_status fws_log_load_newest(struct fws_audit *log, struct fws_error *err);

/* Has the log this root at that size, which it has? FWS_E_LOG_TAMPERED. */
FWS_MUST_USE enum fws_status fws_log_reproduces(struct fws_audit *log,
                                                const struct fws_checkpoint *checkpoint,
                                                struct fws_error *err);

/* Does the log reproduce it, and is it no older than the one known? */
FWS_MUST_USE enum fws_status fws_log_check_newest(struct fws_audit *log,
                                                  const struct fws_checkpoint *found,
                                                  struct fws_error *err);

/* found is the newest; note is given. */
void fws_log_take_newest(struct fws_audit *log, const struct fws_checkpoint *found,
                         struct fws_buf *note);

/* Make the newest durable, as something is to be released under it. */
FWS_MUST_USE enum fws_status fws_log_keep_newest(struct fws_audit *log, struct fws_error *err);

/* Fold the past anew: from the snapshot, when it is in order, else from the first entry on. */
FWS_MUST_USE enum fws_status fws_log_refold(struct fws_audit *log, struct fws_error *err);

/* Write the snapshot of what is folded; digest is what its entry says. */
FWS_MUST_USE enum fws_status fws_log_save_snapshot(struct fws_audit *log, uint8_t digest[32],
                                                   struct fws_error *err);

/* Compose a line of this writer's; text gets it with LF. chain_next and prev place it. */
FWS_MUST_USE enum fws_status fws_log_compose(const struct fws_audit *log, struct fws_line *line,
                                             struct fws_buf *out, struct fws_error *err);

/* Save the nodes, as far as that goes. */
void fws_log_save_nodes(struct fws_audit *log);

/* What a failure of the file system means to the caller of the log. */
enum fws_status fws_log_failure(struct fws_error *err);

/* Fill boot and instance, open the chain: what composing needs. */
FWS_MUST_USE enum fws_status fws_log_mark(struct fws_audit *log, struct fws_error *err);
void fws_log_end(struct fws_audit *log);

/* A signed note over text by each signer, verified; before may be NULL. */
FWS_MUST_USE enum fws_status fws_log_sign(const struct fws_audit_signer *signer,
                                          const struct fws_audit_signer *before,
                                          const struct fws_buf *text, struct fws_buf *note,
                                          struct fws_error *err);

#endif

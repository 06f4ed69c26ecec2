/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "audit/log.h"

/*
 * Group commit with a leader: while one batch is being flushed the next one's requests gather in the
 * queue. Nobody waits on purpose, so a single caller is as fast as without a queue.
 *
 * A leader whose batch is done names the next one out of the queue. Every thread of the queue sleeps
 * by itself, and is woken once and for a reason, as with one condition for all of them sixty threads
 * wake for each batch to find that it was not theirs. So whenever nobody leads, the queue is empty
 * or somebody has a claim.
 */

/* ---- Who leads ---- */

/* The waiter of those who came first. */
static struct fws_waiter *first_waiter(const struct fws_request *queue)
{
    while (queue->waiter == NULL) {
        queue = queue->next;
    }
    return queue->waiter;
}

/* Called with the mutex by a leader that ends. Whom to wake without it: the next leader, if any. */
static struct fws_waiter *pass_on(struct fws_audit *log)
{
    log->leading = log->claims == 0 && log->queue != NULL;
    if (log->leading) {
        struct fws_waiter *next = first_waiter(log->queue);

        next->leads = true;
        return next;
    }
    if (log->claims > 0) {
        (void)pthread_cond_broadcast(&log->change);
    }
    return NULL;
}

/* The waiter may be gone at once. */
static void wake(struct fws_waiter *waiter)
{
    if (waiter != NULL) {
        (void)sem_post(&waiter->woken);
    }
}

void fws_log_lead(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    log->claims++;
    while (log->leading) {
        (void)pthread_cond_wait(&log->change, &log->mutex);
    }
    log->claims--;
    log->leading = true;
    (void)pthread_mutex_unlock(&log->mutex);
}

void fws_log_follow(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    struct fws_waiter *next = pass_on(log);

    (void)pthread_mutex_unlock(&log->mutex);
    wake(next);
}

/* ---- The queue ---- */

static void enqueue(struct fws_audit *log, struct fws_request *first, struct fws_request *last)
{
    if (log->queue == NULL) {
        log->queue = first;
    } else {
        log->queue_last->next = first;
    }
    log->queue_last = last;
}

static struct fws_request *take_queue(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    struct fws_request *batch = log->queue;

    log->queue = NULL;
    (void)pthread_mutex_unlock(&log->mutex);
    return batch;
}

static struct fws_waiter *end_batch(struct fws_audit *log, uint64_t written)
{
    (void)pthread_mutex_lock(&log->mutex);
    log->appended = written > log->appended ? written : log->appended;
    struct fws_waiter *next = pass_on(log);

    (void)pthread_mutex_unlock(&log->mutex);
    return next;
}

/* The queue's requests as one batch, the leader's own among them. The next leader is woken first: it
 * works while this thread wakes the others. */
static void lead_queue(struct fws_audit *log, const struct fws_waiter *own)
{
    struct fws_request *batch = take_queue(log);

    wake(end_batch(log, fws_batch_run(log, batch)));
    while (batch != NULL) {
        struct fws_waiter *waiter = batch->waiter;

        batch = batch->next; /* before its owner takes it away */
        if (waiter != own) {
            wake(waiter);
        }
    }
}

/* Put the requests in. A claim goes before them; else, when nobody leads, their owner does. */
static bool join(struct fws_audit *log, struct fws_request *first, struct fws_request *last)
{
    (void)pthread_mutex_lock(&log->mutex);
    bool leads = !log->leading && log->claims == 0;

    enqueue(log, first, last);
    log->leading = log->leading || leads;
    (void)pthread_mutex_unlock(&log->mutex);
    return leads;
}

static void wait_until_woken(struct fws_waiter *waiter)
{
    while (sem_wait(&waiter->woken) != 0) {
        /* a signal's handler ran meanwhile */
    }
}

void fws_log_submit(struct fws_audit *log, struct fws_request *requests)
{
    struct fws_request *last = requests;
    struct fws_waiter waiter = {.leads = false};

    while (last->next != NULL) {
        last = last->next;
    }
    last->waiter = &waiter;
    (void)sem_init(&waiter.woken, 0, 0);
    if (join(log, requests, last)) {
        waiter.leads = true;
    } else {
        wait_until_woken(&waiter);
    }
    if (waiter.leads) {
        lead_queue(log, &waiter);
    }
    (void)sem_destroy(&waiter.woken);
}

enum fws_status fws_log_check_process(const struct fws_audit *log, struct fws_error *err)
{
    return log->pid == getpid()
               ? FWS_OK
               : fws_error_set(err, FWS_E_INTERNAL, "audit log: opened by another process");
}

static enum fws_status submit(struct fws_audit *log, struct fws_request *request,
                              struct fws_error *err)
{
    enum fws_status status = fws_log_check_process(log, err);

    if (status != FWS_OK) {
        return status;
    }
    request->err = err;
    fws_log_submit(log, request);
    return request->status;
}

enum fws_status fws_audit_append_all(struct fws_audit *log, struct fws_audit_body *bodies,
                                     size_t count, struct fws_error *err)
{
    struct fws_request request = {.bodies = bodies, .count = count};

    return count == 0 ? FWS_OK : submit(log, &request, err);
}

enum fws_status fws_audit_append(struct fws_audit *log, const char *type, const void *body,
                                 size_t size, uint64_t *seq, struct fws_error *err)
{
    struct fws_audit_body one = {.type = type, .data = body, .size = size};
    enum fws_status status = fws_audit_append_all(log, &one, 1, err);

    if (status == FWS_OK && seq != NULL) {
        *seq = one.seq;
    }
    return status;
}

enum fws_status fws_audit_decide(struct fws_audit *log, fws_audit_decide_fn *decide, void *context,
                                 uint64_t *seq, struct fws_error *err)
{
    struct fws_request request = {.decide = decide, .context = context};
    enum fws_status status = submit(log, &request, err);

    if (status == FWS_OK && seq != NULL) {
        *seq = request.seq;
    }
    return status;
}

static void decide_all(struct fws_audit *log, struct fws_audit_matter *matters, size_t count,
                       struct fws_request *requests)
{
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct fws_request){
            .decide = matters[i].decide,
            .context = matters[i].context,
            .err = &matters[i].err,
            .next = i + 1 < count ? &requests[i + 1] : NULL,
        };
    }
    fws_log_submit(log, requests);
    for (size_t i = 0; i < count; i++) {
        matters[i].seq = requests[i].seq;
        matters[i].err.status = requests[i].status;
    }
}

void fws_audit_decide_all(struct fws_audit *log, struct fws_audit_matter *matters, size_t count)
{
    struct fws_request *requests = calloc(count, sizeof *requests);

    if (requests != NULL && log->pid == getpid() && count > 0) {
        decide_all(log, matters, count, requests);
    } else {
        for (size_t i = 0; i < count; i++) {
            (void)fws_error_set(
                &matters[i].err, requests == NULL ? FWS_E_MEMORY : FWS_E_INTERNAL, "audit log: %s",
                requests == NULL ? "no memory for a batch" : "opened by another process");
        }
    }
    free(requests);
}

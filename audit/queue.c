/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "audit/log.h"

/*
 * Group commit with a leader: while one batch is being flushed the next one's requests gather in the
 * queue. Nobody waits on purpose, so a single caller is as fast as without a queue.
 */

void fws_log_lead(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    while (log->leading) {
        (void)pthread_cond_wait(&log->change, &log->mutex);
    }
    log->leading = true;
    (void)pthread_mutex_unlock(&log->mutex);
}

void fws_log_follow(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    log->leading = false;
    (void)pthread_cond_broadcast(&log->change);
    (void)pthread_mutex_unlock(&log->mutex);
}

static void enqueue(struct fws_audit *log, struct fws_request *request)
{
    struct fws_request **end = &log->queue;

    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = request;
}

/* The queue's requests as one batch; called with the mutex, which is free while it works. */
static void lead_queue(struct fws_audit *log)
{
    struct fws_request *batch = log->queue;

    log->queue = NULL;
    log->leading = true;
    (void)pthread_mutex_unlock(&log->mutex);
    uint64_t written = fws_batch_run(log, batch);
    (void)pthread_mutex_lock(&log->mutex);
    log->appended = written > log->appended ? written : log->appended;
    while (batch != NULL) {
        struct fws_request *next = batch->next; /* its owner may be gone once it is done */

        batch->done = true;
        batch = next;
    }
    log->leading = false;
    (void)pthread_cond_broadcast(&log->change);
}

void fws_log_submit(struct fws_audit *log, struct fws_request *requests)
{
    struct fws_request *request = requests;

    (void)pthread_mutex_lock(&log->mutex);
    enqueue(log, requests);
    while (request->next != NULL) {
        request = request->next; /* done in one batch: the last one's word is good for all */
    }
    while (!request->done) {
        if (log->leading) {
            (void)pthread_cond_wait(&log->change, &log->mutex);
        } else {
            lead_queue(log);
        }
    }
    (void)pthread_mutex_unlock(&log->mutex);
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

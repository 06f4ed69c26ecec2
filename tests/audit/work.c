/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json_read.h"
#include "tests/audit/work.h"

#define REQUEST_SIZE 40u
#define BATCH_MAX    64u

int work_fail(const char *stage, const struct fws_error *err)
{
    (void)fprintf(stderr, "%s: %s: %s\n", stage, fws_status_name(err->status), err->text);
    return err->status == FWS_E_LOG_TAMPERED ? EXIT_TAMPERED : EXIT_REFUSED;
}

static int broken_promise(const char *what, uint64_t seq)
{
    (void)fprintf(stderr, "promise: %s: entry %" PRIu64 "\n", what, seq);
    return EXIT_PROMISE;
}

/* ---- The fold ---- */

static void tally_reset(void *context)
{
    *(struct tally *)context = (struct tally){0};
}

static enum fws_status tally_apply(void *context, const struct fws_audit_entry *entry,
                                   struct fws_error *err)
{
    struct tally *tally = context;

    (void)err;
    tally->intents += strcmp(entry->type, "sign.intent") == 0;
    return FWS_OK;
}

static void tally_save(void *context, struct fws_json *json)
{
    fws_json_int(json, "intents", (int64_t)((const struct tally *)context)->intents);
}

static enum fws_status tally_load(void *context, const void *object, size_t size,
                                  struct fws_error *err)
{
    struct fws_json_value value;

    return fws_json_find(object, size, "intents", &value) &&
                   fws_json_value_uint(&value, &((struct tally *)context)->intents)
               ? FWS_OK
               : fws_error_set(err, FWS_E_INPUT, "no tally");
}

struct fws_audit_fold tally_fold(struct tally *tally)
{
    return (struct fws_audit_fold){
        .context = tally,
        .reset = tally_reset,
        .apply = tally_apply,
        .save = tally_save,
        .load = tally_load,
    };
}

/* ---- One round: some signatures ---- */

struct asked {
    struct tally *tally;
    char request[REQUEST_SIZE];
    char intent[128];
    char outcome[160];
    uint64_t intent_seq, outcome_seq;
};

struct worker {
    const struct work *work;
    struct fws_audit *log;
    pthread_t thread;
    uint64_t id; /* of this worker alone, in all processes */
    unsigned asked;
    struct asked asks[BATCH_MAX];
    int result;
};

static enum fws_status decide(void *context, struct fws_audit_body *out, struct fws_error *err)
{
    struct asked *ask = context;

    (void)err;
    (void)snprintf(ask->intent, sizeof ask->intent, "{\"nth\":%" PRIu64 ",\"request\":\"%s\"}",
                   ask->tally->intents, ask->request);
    *out = (struct fws_audit_body){
        .type = "sign.intent", .data = ask->intent, .size = strlen(ask->intent)};
    return FWS_OK;
}

static int ask(struct worker *worker)
{
    struct fws_audit_matter matters[BATCH_MAX] = {0};
    unsigned count = worker->work->batch;

    for (unsigned i = 0; i < count; i++) {
        struct asked *one = &worker->asks[i];

        one->tally = worker->work->tally;
        (void)snprintf(one->request, sizeof one->request, "%016" PRIx64 "-%u", worker->id,
                       worker->asked++);
        matters[i] = (struct fws_audit_matter){.decide = decide, .context = one};
    }
    fws_audit_decide_all(worker->log, matters, count);
    for (unsigned i = 0; i < count; i++) {
        if (matters[i].err.status != FWS_OK) {
            return work_fail("intent", &matters[i].err);
        }
        worker->asks[i].intent_seq = matters[i].seq;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!record_entry(worker->work->record, matters[i].seq, worker->asks[i].request)) {
            return EXIT_RECORD;
        }
    }
    return 0;
}

static int answer(struct worker *worker)
{
    struct fws_audit_body bodies[BATCH_MAX];
    struct fws_error err = {0};
    unsigned count = worker->work->batch;

    for (unsigned i = 0; i < count; i++) {
        struct asked *one = &worker->asks[i];

        (void)snprintf(one->outcome, sizeof one->outcome,
                       "{\"intent\":%" PRIu64 ",\"request\":\"%s\",\"result\":\"signed\"}",
                       one->intent_seq, one->request);
        bodies[i] = (struct fws_audit_body){
            .type = "sign.outcome", .data = one->outcome, .size = strlen(one->outcome)};
    }
    if (fws_audit_append_all(worker->log, bodies, count, &err) != FWS_OK) {
        return work_fail("outcome", &err);
    }
    for (unsigned i = 0; i < count; i++) {
        worker->asks[i].outcome_seq = bodies[i].seq;
        if (!record_entry(worker->work->record, bodies[i].seq, worker->asks[i].request)) {
            return EXIT_RECORD;
        }
    }
    return 0;
}

/* The proof must be of the very entry that was appended. */
static bool proves(const struct asked *ask, const struct fws_proof *proof,
                   const struct fws_checkpoint *checkpoint)
{
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
    struct fws_error err = {0};
    struct fws_json_value request;

    return proof->index == ask->outcome_seq && checkpoint->size > ask->outcome_seq &&
           fws_audit_entry_read(proof->line.data, proof->line.size, &text, &entry, &err) ==
               FWS_OK &&
           entry.seq == ask->outcome_seq && strcmp(entry.type, "sign.outcome") == 0 &&
           fws_json_find(entry.data, entry.data_size, "request", &request) &&
           fws_json_value_is(&request, ask->request);
}

static int release(struct worker *worker, const struct asked *ask)
{
    FWS_AUTO(fws_proof) proof = {0};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};
    uint8_t sha256[32];

    if (fws_audit_prove(worker->log, ask->outcome_seq, &proof, &err) != FWS_OK) {
        return work_fail("prove", &err);
    }
    enum fws_status status = fws_proof_check(&proof, worker->work->log.trust, &checkpoint, &err);

    if (status == FWS_E_MEMORY || status == FWS_E_BACKEND) {
        return work_fail("check", &err);
    }
    if (status != FWS_OK || !proves(ask, &proof, &checkpoint)) {
        return broken_promise(err.text, ask->outcome_seq);
    }
    if (fws_digest(FWS_HASH_SHA256, proof.line.data, proof.line.size, sha256, &err) != FWS_OK) {
        return work_fail("digest", &err);
    }
    return record_released(worker->work->record, ask->intent_seq, ask->outcome_seq, checkpoint.size,
                           sha256)
               ? 0
               : EXIT_RECORD;
}

/* Others may do what they want meanwhile: this intent's writer lives. */
static void hold(void)
{
    char byte;

    (void)puts("holding");
    (void)fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

static int sign_round(struct worker *worker)
{
    struct fws_error err = {0};
    int result = ask(worker);

    if (result == 0 && worker->work->hold == HOLD_INTENT) {
        hold();
    }
    if (result == 0) {
        result = answer(worker);
    }
    if (result == 0 && worker->work->hold == HOLD_OUTCOME) {
        hold();
    }
    if (result == 0 && fws_audit_checkpoint(worker->log, &err) != FWS_OK) {
        result = work_fail("checkpoint", &err);
    }
    for (unsigned i = 0; result == 0 && i < worker->work->batch; i++) {
        result = release(worker, &worker->asks[i]);
    }
    return result;
}

static void *run_worker(void *context)
{
    struct worker *worker = context;

    for (unsigned i = 0; worker->result == 0 && i < worker->work->rounds; i++) {
        worker->result = sign_round(worker);
    }
    return NULL;
}

/* ---- One opened log ---- */

static int run_workers(const struct work *work, struct fws_audit *log, struct worker *workers)
{
    int result = 0;

    for (unsigned i = 0; i < work->threads; i++) {
        workers[i] = (struct worker){.work = work, .log = log};
        if (getrandom(&workers[i].id, sizeof workers[i].id, 0) != sizeof workers[i].id) {
            return EXIT_RECORD;
        }
    }
    if (work->threads == 1) {
        (void)run_worker(&workers[0]);
        return workers[0].result;
    }
    for (unsigned i = 0; i < work->threads; i++) {
        if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) != 0) {
            abort();
        }
    }
    for (unsigned i = 0; i < work->threads; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        result = result == 0 ? workers[i].result : result;
    }
    return result;
}

static int run_session(const struct work *work, struct worker *workers)
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    if (fws_audit_open(&work->log, &log, &err) != FWS_OK) {
        return work_fail("open", &err);
    }
    int result = run_workers(work, log, workers);

    fws_audit_close(&log);
    return result;
}

int work_run(const struct work *work)
{
    struct worker *workers = calloc(work->threads, sizeof *workers);
    int result = workers == NULL ? EXIT_RECORD : work->batch > BATCH_MAX ? EXIT_USAGE : 0;

    for (unsigned i = 0; result == 0 && i < work->sessions; i++) {
        result = run_session(work, workers);
    }
    free(workers);
    return result;
}

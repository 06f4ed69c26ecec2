/* SPDX-License-Identifier: Apache-2.0 */
/* Many threads at one log: what waits is one batch, and each gets what is its own. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/audit/version_fold.h"
#include "tests/unit/test.h"

#define THREADS 64
#define ROUNDS  4

static atomic_uint flushes; /* in place of the C library's */

int fdatasync(int fd)
{
    struct timespec pause = {.tv_nsec = 2000000};

    (void)nanosleep(&pause, NULL); /* a disk: meanwhile the next batch gathers */
    atomic_fetch_add(&flushes, 1);
    return (int)syscall(SYS_fdatasync, fd);
}

static struct fws_audit *open_with_fold(struct version_fold *state)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    init_version_fold(state);
    options.fold = &state->fold;
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    return log;
}

struct worker {
    pthread_t thread;
    struct fws_audit *log;
    unsigned number;
    struct version_ask ask;
    uint64_t seqs[ROUNDS];
    enum fws_status status;
};

static void run_all(struct fws_audit *log, struct worker *workers, void *(*run)(void *),
                    const struct version_fold *state)
{
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.log = log, .number = i, .ask = {.state = state}};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_status(workers[i].status, FWS_OK);
    }
}

/* ---- Appending ---- */

static void *append_some(void *context)
{
    struct worker *worker = context;
    struct fws_error err = {0};

    for (unsigned i = 0; i < ROUNDS && worker->status == FWS_OK; i++) {
        char body[64];

        (void)snprintf(body, sizeof body, "{\"number\":%u,\"round\":%u}", worker->number, i);
        worker->status =
            fws_audit_append(worker->log, "test.entry", body, strlen(body), &worker->seqs[i], &err);
    }
    return NULL;
}

static void assert_own_lines(const struct fws_buf *text, const struct worker *worker)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct fws_line line = line_at(text, worker->seqs[i]);
        char body[64];

        (void)snprintf(body, sizeof body, "{\"number\":%u,\"round\":%u}", worker->number, i);
        assert_int_equal(line.seq, worker->seqs[i]);
        assert_int_equal(line.data_size, strlen(body));
        assert_memory_equal(line.data, body, strlen(body));
    }
}

/* Each b is the index of an entry that says so itself, and all up to the next one have it. */
static unsigned count_batches(const struct fws_buf *text, size_t lines)
{
    uint64_t batch = 0;
    unsigned count = 0;

    for (size_t i = 0; i < lines; i++) {
        struct fws_line line = line_at(text, i);

        assert_true(line.batch == i || line.batch == batch);
        count += line.batch == i;
        batch = line.batch;
    }
    return count;
}

TEST(threads_appending_at_once_leave_one_chain_in_few_batches)
{
    struct worker workers[THREADS];

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    atomic_store(&flushes, 0);
    run_all(log, workers, append_some, NULL);
    unsigned needed = atomic_load(&flushes);

    close_log(log);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (unsigned i = 0; i < THREADS; i++) {
        assert_own_lines(&text, &workers[i]);
    }
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 2 + THREADS * ROUNDS);
    unsigned batches = count_batches(&text, 2 + THREADS * ROUNDS);

    assert_int_equal(needed, batches - 1); /* the genesis was flushed before */
    assert_true(batches < THREADS * ROUNDS / 4);
    remove_log();
}

/* ---- Deciding ---- */

static void *decide_some(void *context)
{
    struct worker *worker = context;
    struct fws_error err = {0};

    worker->status =
        fws_audit_decide(worker->log, decide_next_version, &worker->ask, &worker->seqs[0], &err);
    return NULL;
}

TEST(threads_deciding_at_once_never_decide_for_the_same)
{
    struct worker workers[THREADS];
    struct version_fold versions;
    bool decided[THREADS + 1] = {false};

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    run_all(log, workers, decide_some, &versions);
    close_log(log);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (unsigned i = 0; i < THREADS; i++) {
        uint64_t version = workers[i].ask.version;
        struct fws_line line = line_at(&text, workers[i].seqs[0]);

        assert_in_range(version, 1, THREADS);
        assert_false(decided[version]);
        decided[version] = true;
        assert_int_equal(line.seq, version + 1); /* in the order of the log */
        assert_memory_equal(line.data, version_data(version), line.data_size);
    }
    assert_true(count_batches(&text, 2 + THREADS) < THREADS);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(decisions_of_one_batch_see_those_before_them)
{
    struct fws_audit_matter matters[16] = {{0}};
    struct version_ask asks[16];
    struct version_fold versions;

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    for (size_t i = 0; i < 16; i++) {
        asks[i] = (struct version_ask){.state = &versions};
        matters[i].decide = decide_next_version;
        matters[i].context = &asks[i];
    }
    fws_audit_decide_all(log, matters, 16);
    close_log(log);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < 16; i++) {
        assert_status(matters[i].err.status, FWS_OK);
        assert_int_equal(asks[i].version, i + 1);
        assert_int_equal(matters[i].seq, i + 2);
        assert_int_equal(line_at(&text, i + 2).batch, 1);
    }
    remove_log();
}

TEST(a_decision_sees_what_other_processes_appended)
{
    struct version_ask ask;
    struct version_fold versions;
    struct fws_error err = {0};

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    assert_status(append_once(VERSION_TYPE, "{\"version\":41}"), FWS_OK);
    append_and_die(1, VERSION_TYPE, "{\"version\":50}");
    ask = (struct version_ask){.state = &versions};
    assert_status(fws_audit_decide(log, decide_next_version, &ask, NULL, &err), FWS_OK);
    assert_int_equal(ask.version, 51);
    close_log(log);
    remove_log();
}

/* ---- Refusals ---- */

static enum fws_status refuse(void *context, struct fws_audit_body *out, struct fws_error *err)
{
    (void)context;
    (void)out;
    return fws_error_set(err, FWS_E_POLICY_DENIED, "the test says no");
}

static enum fws_status decide_own_type(void *context, struct fws_audit_body *out,
                                       struct fws_error *err)
{
    (void)context;
    (void)err;
    *out = (struct fws_audit_body){.type = "log.ack", .data = "{}", .size = 2};
    return FWS_OK;
}

TEST(a_refused_decision_writes_nothing)
{
    struct fws_error err = {0};
    uint64_t marks = 0;

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_decide(log, refuse, NULL, NULL, &err), FWS_E_POLICY_DENIED);
    assert_string_equal(err.text, "the test says no");
    assert_status(append_to(log, "test.entry", "[]"), FWS_E_INTERNAL);
    assert_status(fws_audit_acknowledge(log, "tester", "", &marks, &err), FWS_E_NOT_FOUND);
    assert_status(fws_audit_append_all(log, NULL, 0, &err), FWS_OK);
    assert_int_equal(report_of_log().entries, 3);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

/* What the crash of another calls for is recorded all the same. */
TEST(a_refused_decision_behind_a_crash_leaves_the_crash_on_record)
{
    struct fws_error err = {0};

    make_log(3);
    append_and_die(1, "sign.intent", BODY);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_decide(log, refuse, NULL, NULL, &err), FWS_E_POLICY_DENIED);
    close_log(log);
    assert_int_equal(report_of_log().unresolved, 1);
    remove_log();
}

TEST(a_matter_that_is_refused_does_not_touch_the_others_of_its_batch)
{
    struct version_fold versions;
    struct version_ask first = {.state = &versions};
    struct version_ask last = {.state = &versions};
    struct fws_audit_matter matters[] = {
        {.decide = decide_next_version, .context = &first},
        {.decide = refuse},
        {.decide = decide_own_type},
        {.decide = decide_next_version, .context = &last},
    };

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    fws_audit_decide_all(log, matters, 4);
    assert_status(matters[0].err.status, FWS_OK);
    assert_status(matters[1].err.status, FWS_E_POLICY_DENIED);
    assert_status(matters[2].err.status, FWS_E_INTERNAL);
    assert_status(matters[3].err.status, FWS_OK);
    assert_int_equal(matters[0].seq, 2);
    assert_int_equal(matters[3].seq, 3);
    assert_int_equal(last.version, 2);
    close_log(log);
    assert_int_equal(report_of_log().entries, 4);
    remove_log();
}

TEST(of_several_entries_all_are_appended_or_none)
{
    struct fws_audit_body bodies[] = {
        {.type = "test.first", .data = "{}", .size = 2},
        {.type = "test.second", .data = "{}", .size = 2},
        {.type = "test.third", .data = "[]", .size = 2},
    };
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_append_all(log, bodies, 3, &err), FWS_E_INTERNAL);
    assert_int_equal(report_of_log().entries, 3);
    bodies[2].data = "{}";
    assert_status(fws_audit_append_all(log, bodies, 3, &err), FWS_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(bodies[i].seq, 4 + i);
    }
    close_log(log);
    assert_int_equal(report_of_log().entries, 7);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- One batch of a known make ---- */

static pthread_mutex_t gate_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_change = PTHREAD_COND_INITIALIZER;
static bool gate_reached, gate_open;

/* The leader is held up in its decision until the next batch has gathered. */
static enum fws_status wait_at_gate(void *context, struct fws_audit_body *out,
                                    struct fws_error *err)
{
    (void)context;
    (void)err;
    (void)pthread_mutex_lock(&gate_mutex);
    gate_reached = true;
    (void)pthread_cond_broadcast(&gate_change);
    while (!gate_open) {
        (void)pthread_cond_wait(&gate_change, &gate_mutex);
    }
    (void)pthread_mutex_unlock(&gate_mutex);
    *out = (struct fws_audit_body){.type = "test.entry", .data = "{}", .size = 2};
    return FWS_OK;
}

static void *lead(void *context)
{
    struct worker *worker = context;
    struct fws_error err = {0};

    worker->status = fws_audit_decide(worker->log, wait_at_gate, NULL, NULL, &err);
    return NULL;
}

static void *append_half_good(void *context)
{
    struct fws_audit_body bodies[] = {
        {.type = VERSION_TYPE, .data = "{\"version\":70}", .size = 14},
        {.type = VERSION_TYPE, .data = "[]", .size = 2},
    };
    struct worker *worker = context;
    struct fws_error err = {0};

    worker->status = fws_audit_append_all(worker->log, bodies, 2, &err);
    return NULL;
}

static void wait_for_queue(struct fws_audit *log, size_t count)
{
    size_t found;

    do {
        found = 0;
        (void)pthread_mutex_lock(&log->mutex);
        for (const struct fws_request *r = log->queue; r != NULL; r = r->next) {
            found++;
        }
        (void)pthread_mutex_unlock(&log->mutex);
        (void)usleep(1000);
    } while (found < count);
}

/* The first worker leads and is held up at the gate, the others queue up behind it in their order. */
static void queue_up(struct fws_audit *log, struct worker *workers, void *(*const *runs)(void *),
                     unsigned count, const struct version_fold *state)
{
    gate_reached = gate_open = false;
    for (unsigned i = 0; i < count; i++) {
        workers[i] = (struct worker){.log = log, .number = i, .ask = {.state = state}};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, runs[i], &workers[i]), 0);
        if (i > 0) {
            wait_for_queue(log, i);
            continue;
        }
        (void)pthread_mutex_lock(&gate_mutex);
        while (!gate_reached) {
            (void)pthread_cond_wait(&gate_change, &gate_mutex);
        }
        (void)pthread_mutex_unlock(&gate_mutex);
    }
}

static void open_gate(void)
{
    (void)pthread_mutex_lock(&gate_mutex);
    gate_open = true;
    (void)pthread_cond_broadcast(&gate_change);
    (void)pthread_mutex_unlock(&gate_mutex);
}

static void join_all(struct worker *workers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
}

TEST(what_a_refused_request_had_folded_is_not_decided_upon)
{
    struct worker workers[4];
    void *(*const runs[])(void *) = {lead, append_half_good, decide_some, decide_some};
    struct version_fold versions;

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    queue_up(log, workers, runs, 4, &versions);
    open_gate();
    join_all(workers, 4);
    assert_status(workers[1].status, FWS_E_INTERNAL);
    assert_status(workers[2].status, FWS_OK);
    assert_status(workers[3].status, FWS_OK);
    assert_int_equal(workers[2].ask.version, 1);
    assert_int_equal(workers[3].ask.version, 2);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- Who leads next ---- */

static void *append_one(void *context)
{
    struct worker *worker = context;

    worker->status = append_to(worker->log, "test.entry", "{}");
    return NULL;
}

static void *append_pair(void *context)
{
    struct fws_audit_body bodies[] = {
        {.type = "test.entry", .data = "{}", .size = 2},
        {.type = "test.entry", .data = "{}", .size = 2},
    };
    struct worker *worker = context;
    struct fws_error err = {0};

    worker->status = fws_audit_append_all(worker->log, bodies, 2, &err);
    return NULL;
}

static void *decide_many(void *context)
{
    struct worker *worker = context;
    struct version_ask asks[3];
    struct fws_audit_matter matters[3] = {{0}};

    for (unsigned i = 0; i < 3; i++) {
        asks[i] = (struct version_ask){.state = worker->ask.state};
        matters[i].decide = decide_next_version;
        matters[i].context = &asks[i];
    }
    fws_audit_decide_all(worker->log, matters, 3);
    for (unsigned i = 0; i < 3 && worker->status == FWS_OK; i++) {
        worker->status = matters[i].err.status;
    }
    return NULL;
}

/* The one that leads next has put in three requests, and waits for the last of them. */
TEST(all_that_queued_up_are_led_by_one_of_them_and_woken)
{
    struct worker workers[4];
    void *(*const runs[])(void *) = {lead, append_pair, append_one, append_one};
    void *(*const others[])(void *) = {lead, decide_many};
    struct version_fold versions;

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    queue_up(log, workers, runs, 4, &versions);
    open_gate();
    join_all(workers, 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_status(workers[i].status, FWS_OK);
    }
    queue_up(log, workers, others, 2, &versions);
    open_gate();
    join_all(workers, 2);
    assert_status(workers[1].status, FWS_OK);
    assert_null(log->queue);
    assert_false(log->leading);
    close_log(log);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(line_at(&text, 6).batch,
                     3); /* behind genesis, checkpoint and the first leader's */
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(what_waits_behind_a_batch_that_fails_is_woken_and_told)
{
    struct worker workers[4];
    void *(*const runs[])(void *) = {lead, append_one, append_one, append_pair};

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    queue_up(log, workers, runs, 4, NULL);
    assert_int_equal(rename(SEGMENT_0, "away"), 0);
    open_gate();
    join_all(workers, 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_status(workers[i].status, FWS_E_LOG_UNAVAILABLE);
    }
    fws_audit_close(&log);
    remove_log();
}

TEST(a_leader_that_does_not_get_the_lock_keeps_nobody_waiting)
{
    struct worker workers[THREADS];

    make_log(1);
    struct fws_audit *log = open_log(30, 0);
    int other = open("lock", O_RDWR | O_CLOEXEC);

    assert_int_equal(flock(other, LOCK_EX), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.log = log};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, append_one, &workers[i]), 0);
    }
    join_all(workers, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_status(workers[i].status, FWS_E_LOG_UNAVAILABLE);
    }
    assert_int_equal(close(other), 0);
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    close_log(log);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

static atomic_bool claimed, may_let_go;

static void *claim(void *context)
{
    struct worker *worker = context;

    fws_log_lead(worker->log);
    atomic_store(&claimed, true);
    while (!atomic_load(&may_let_go)) {
        (void)usleep(1000);
    }
    fws_log_follow(worker->log);
    return NULL;
}

static void wait_for_claim(struct fws_audit *log)
{
    unsigned found;

    do {
        (void)usleep(1000);
        (void)pthread_mutex_lock(&log->mutex);
        found = log->claims;
        (void)pthread_mutex_unlock(&log->mutex);
    } while (found == 0);
}

static bool is_queued(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    bool queued = log->queue != NULL;

    (void)pthread_mutex_unlock(&log->mutex);
    return queued;
}

/* Or a checkpoint would wait as long as there is always somebody who appends. */
TEST(a_claim_comes_before_the_queue_and_then_the_queue_goes_on)
{
    struct worker workers[3];
    struct worker claimer;
    void *(*const runs[])(void *) = {lead, append_one, append_one};

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    claimer = (struct worker){.log = log};
    atomic_store(&claimed, false);
    atomic_store(&may_let_go, false);
    queue_up(log, workers, runs, 3, NULL);
    assert_int_equal(pthread_create(&claimer.thread, NULL, claim, &claimer), 0);
    wait_for_claim(log);
    open_gate();
    assert_int_equal(pthread_join(workers[0].thread, NULL), 0);
    while (!atomic_load(&claimed)) {
        (void)usleep(1000);
    }
    assert_true(is_queued(log));
    atomic_store(&may_let_go, true);
    join_all(&claimer, 1);
    join_all(workers + 1, 2);
    assert_status(workers[1].status, FWS_OK);
    assert_status(workers[2].status, FWS_OK);
    close_log(log);
    assert_int_equal(report_of_log().entries, 5);
    remove_log();
}

/* Between its being told and its waking. */
TEST(who_comes_while_a_claim_is_open_queues_up_behind_it)
{
    struct worker late;

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    late = (struct worker){.log = log};
    log->claims = 1;
    assert_int_equal(pthread_create(&late.thread, NULL, append_one, &late), 0);
    wait_for_queue(log, 1);
    log->claims = 0;
    fws_log_lead(log);
    assert_true(is_queued(log));
    fws_log_follow(log);
    join_all(&late, 1);
    assert_status(late.status, FWS_OK);
    close_log(log);
    remove_log();
}

static void *append_and_seal(void *context)
{
    struct worker *worker = context;
    struct fws_error err = {0};

    (void)append_some(worker);
    if (worker->status == FWS_OK && worker->number % 4 == 0) {
        worker->status = fws_audit_checkpoint(worker->log, &err);
    }
    return NULL;
}

TEST(threads_that_append_and_seal_at_once_all_come_to_their_end)
{
    struct worker workers[THREADS];

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    run_all(log, workers, append_and_seal, NULL);
    assert_null(log->queue);
    assert_false(log->leading);
    assert_int_equal(log->claims, 0);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(what_the_fold_refuses_is_not_appended_and_leaves_no_trace)
{
    struct version_ask ask;
    struct version_fold versions;
    struct fws_error err = {0};

    make_log(1);
    struct fws_audit *log = open_with_fold(&versions);

    versions.refused = 7;
    assert_status(append_to(log, VERSION_TYPE, "{\"version\":7}"), FWS_E_INTERNAL);
    ask = (struct version_ask){.state = &versions};
    assert_status(fws_audit_decide(log, decide_next_version, &ask, NULL, &err), FWS_OK);
    assert_int_equal(ask.version, 1);
    close_log(log);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

TEST_MAIN("audit/queue")

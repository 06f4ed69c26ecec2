/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer, for tests that stop it, fail its system calls, or take the power away:
 *
 *     audit_driver key KIND FILE                    make a key, ed25519 or p256
 *     audit_driver [option...] create LOG
 *     audit_driver [option...] work LOG SESSIONS    sign; see tests/audit/work.h
 *     audit_driver [option...] settle LOG           a checkpoint of what others left
 *     audit_driver [option...] ack LOG
 *     audit_driver [option...] rotate LOG           from --key to --next
 *     audit_driver [option...] verify LOG           exit code 0, 14, 15, 16
 *     audit_driver [option...] watch LOG SECONDS    verify without pause; the worst exit code
 */
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/audit/work.h"

struct driver {
    const char *key, *next, *record, *high_water, *outside;
    struct soft_key keys[2]; /* key and next */
    struct fws_trust trust;
    struct record recorder;
    struct tally tally;
    struct fws_audit_fold fold;
    struct work work;
    enum token_fault token;
    bool strict;
};

/* ---- Options ---- */

static const struct option options[] = {
    {"key", required_argument, NULL, 'k'},
    {"next", required_argument, NULL, 'n'},
    {"record", required_argument, NULL, 'r'},
    {"high-water", required_argument, NULL, 'w'},
    {"outside", required_argument, NULL, 'o'},
    {"token", required_argument, NULL, 't'},
    {"threads", required_argument, NULL, 'T'},
    {"batch", required_argument, NULL, 'b'},
    {"rounds", required_argument, NULL, 'R'},
    {"segment", required_argument, NULL, 's'},
    {"snapshot", required_argument, NULL, 'S'},
    {"deadline", required_argument, NULL, 'd'},
    {"hold", required_argument, NULL, 'h'},
    {"strict", no_argument, NULL, 'x'},
    {NULL, 0, NULL, 0},
};

static enum token_fault token_named(const char *name)
{
    return strcmp(name, "refuses") == 0 ? TOKEN_REFUSES
           : strcmp(name, "wrong") == 0 ? TOKEN_WRONG
           : strcmp(name, "hangs") == 0 ? TOKEN_HANGS
           : strcmp(name, "slow") == 0  ? TOKEN_SLOW
                                        : TOKEN_FINE;
}

static bool take_number(struct driver *driver, int option, unsigned long number)
{
    struct work *work = &driver->work;

    switch (option) {
    case 'T':
        work->threads = (unsigned)number;
        return number > 0;
    case 'b':
        work->batch = (unsigned)number;
        return number > 0;
    case 'R':
        work->rounds = (unsigned)number;
        return true;
    case 's':
        work->log.segment_limit_bytes = number;
        return true;
    case 'S':
        work->log.snapshot_every = number;
        return true;
    case 'd':
        work->log.lock_deadline_ms = (unsigned)number;
        return true;
    default:
        return false;
    }
}

static bool take_option(struct driver *driver, int option)
{
    const char **texts[] = {&driver->key, &driver->next, &driver->record, &driver->high_water,
                            &driver->outside};
    const char *letters = "knrwo";
    const char *at = strchr(letters, option);

    if (at != NULL) {
        *texts[at - letters] = optarg;
        return true;
    }
    switch (option) {
    case 't':
        driver->token = token_named(optarg);
        return true;
    case 'h':
        driver->work.hold = strcmp(optarg, "outcome") == 0 ? HOLD_OUTCOME : HOLD_INTENT;
        return true;
    case 'x':
        driver->strict = true;
        return true;
    default:
        return optarg != NULL && take_number(driver, option, strtoul(optarg, NULL, 10));
    }
}

static bool take_options(struct driver *driver, int argc, char **argv)
{
    int option;

    driver->work = (struct work){.sessions = 1, .rounds = 1, .threads = 1, .batch = 1};
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (!take_option(driver, option)) {
            return false;
        }
    }
    return true;
}

static enum fws_status load_keys(struct driver *driver, struct fws_error *err)
{
    enum fws_status status = soft_key_load(&driver->keys[0], driver->key, &driver->trust, err);

    if (status == FWS_OK && driver->next != NULL) {
        status = soft_key_load(&driver->keys[1], driver->next, &driver->trust, err);
    }
    driver->keys[0].fault = driver->token;
    return status;
}

static void fill_log_options(struct driver *driver)
{
    struct fws_audit_options *log = &driver->work.log;

    driver->fold = tally_fold(&driver->tally);
    driver->work.tally = &driver->tally;
    driver->work.record = &driver->recorder;
    log->trust = &driver->trust;
    log->signer = &driver->keys[0].signer;
    log->fold = &driver->fold;
    log->high_water = driver->high_water;
}

/* ---- Commands ---- */

static int run_create(struct driver *driver)
{
    struct fws_audit_genesis genesis = {.origin = KEY_ORIGIN, .signer = &driver->keys[0].signer};
    struct fws_error err = {0};

    return fws_audit_create(driver->work.log.directory, &genesis, &err) == FWS_OK
               ? 0
               : work_fail("create", &err);
}

static int run_work(struct driver *driver)
{
    return work_run(&driver->work);
}

static enum fws_status settle(struct driver *driver, struct fws_audit *log, struct fws_error *err)
{
    (void)driver;
    return fws_audit_settle(log, err);
}

static enum fws_status acknowledge(struct driver *driver, struct fws_audit *log,
                                   struct fws_error *err)
{
    uint64_t marks = 0;

    (void)driver;
    return fws_audit_acknowledge(log, "tester", "seen", &marks, err);
}

static enum fws_status rotate(struct driver *driver, struct fws_audit *log, struct fws_error *err)
{
    return fws_audit_rotate(log, &driver->keys[1].signer, err);
}

static int with_log(struct driver *driver, const char *stage,
                    enum fws_status (*act)(struct driver *driver, struct fws_audit *log,
                                           struct fws_error *err))
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    int result = 0;

    if (fws_audit_open(&driver->work.log, &log, &err) != FWS_OK) {
        return work_fail("open", &err);
    }
    if (act(driver, log, &err) != FWS_OK) {
        result = work_fail(stage, &err);
    }
    fws_audit_close(&log);
    return result;
}

static int run_settle(struct driver *driver)
{
    return with_log(driver, "settle", settle);
}

static int run_ack(struct driver *driver)
{
    return with_log(driver, "ack", acknowledge);
}

static int run_rotate(struct driver *driver)
{
    return driver->next == NULL ? EXIT_USAGE : with_log(driver, "rotate", rotate);
}

static void print_report(const struct fws_audit_report *report)
{
    static const char *const words[] = {"intact", "crash-tail", "tampered", "cannot-tell"};

    (void)printf("%s entries=%" PRIu64 " covered=%" PRIu64 " pending=%" PRIu64 " segments=%" PRIu64
                 " marks=%" PRIu64 " acknowledged=%" PRIu64 " unresolved=%" PRIu64 " %s %s\n",
                 words[report->verdict], report->entries, report->covered, report->pending,
                 report->segments, report->recoveries, report->acknowledged, report->unresolved,
                 report->place, report->why);
    (void)fflush(stdout);
}

static int run_verify(struct driver *driver)
{
    static const int codes[] = {0, 14, 15, 16};
    FWS_AUTO(fws_buf) note = {0};
    struct fws_audit_outside outside = {.name = "outside"};
    struct fws_audit_verify_options how = {
        .trust = &driver->trust, .strict = driver->strict, .outside = &outside};
    struct fws_audit_report report;
    struct fws_error err = {0};

    if (driver->outside != NULL) {
        if (fws_file_read(driver->outside, FWS_AUDIT_NOTE_MAX, &note, &err) != FWS_OK) {
            return work_fail("outside", &err);
        }
        outside.note = note.data;
        outside.size = note.size;
        how.outside_count = 1;
    }
    if (fws_audit_verify(driver->work.log.directory, &how, &report, &err) != FWS_OK) {
        return work_fail("verify", &err);
    }
    print_report(&report);
    return codes[report.verdict];
}

static int run_watch(struct driver *driver)
{
    time_t end = time(NULL) + (time_t)driver->work.sessions;
    int worst = 0;

    do {
        int code = run_verify(driver);

        worst = code > worst ? code : worst;
    } while (worst == 0 && time(NULL) < end);
    return worst;
}

static const struct {
    const char *name;
    int (*run)(struct driver *driver);
} commands[] = {
    {"create", run_create}, {"work", run_work},     {"settle", run_settle}, {"ack", run_ack},
    {"rotate", run_rotate}, {"verify", run_verify}, {"watch", run_watch},
};

static int run_command(struct driver *driver, const char *name)
{
    /* Where a trace begins to count. */
    (void)access("/driver-begins", F_OK);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return commands[i].run(driver);
        }
    }
    return EXIT_USAGE;
}

static int make_key(const char *kind, const char *path)
{
    struct fws_error err = {0};

    return soft_key_make(kind, path, &err) == FWS_OK ? 0 : work_fail("key", &err);
}

int main(int argc, char **argv)
{
    struct driver driver = {0};
    struct fws_error err = {0};

    if (argc == 4 && strcmp(argv[1], "key") == 0) {
        return make_key(argv[2], argv[3]);
    }
    if (!take_options(&driver, argc, argv) || argc - optind < 2 || driver.key == NULL) {
        return EXIT_USAGE;
    }
    if (driver.record != NULL && !record_open(&driver.recorder, driver.record)) {
        return EXIT_RECORD;
    }
    if (load_keys(&driver, &err) != FWS_OK) {
        return work_fail("key", &err);
    }
    (void)signal(SIGXFSZ,
                 SIG_IGN); /* as fws_process_harden does, which would also refuse tracers */
    fill_log_options(&driver);
    driver.work.log.directory = argv[optind + 1];
    if (argc - optind > 2) {
        driver.work.sessions = (unsigned)strtoul(argv[optind + 2], NULL, 10);
    }
    int result = run_command(&driver, argv[optind]);

    fws_trust_free(&driver.trust);
    soft_key_free(&driver.keys[0]);
    soft_key_free(&driver.keys[1]);
    return result;
}

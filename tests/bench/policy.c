/* SPDX-License-Identifier: Apache-2.0 */
/* bench_policy MODE ...: what scripts/bench policy times.
 *
 *   decide FILE COUNT             prints "ALL BESIDES FLOOR" in microseconds, medians of COUNT: from
 *                                 the bytes of FILE to a decision by a policy that uses every rule;
 *                                 the same without the hashes; one SHA-256 of the same bytes
 *   grow DIR SIGNATURES VKEY      intents and outcomes of as many signatures, for a log of that key,
 *                                 without a checkpoint */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/file.h"
#include "signer/signer.h"

#define BATCH     500u
#define BODY_SIZE 2048u
#define FILE_MAX  67108864u

static void check(enum fws_status status, const struct fws_error *err)
{
    if (status != FWS_OK) {
        (void)fprintf(stderr, "bench_policy: %s\n", err->text);
        exit(1);
    }
}

/* ---- A decision ---- */

static const char policy_text[] =
    "product: bench\n"
    "serial: 3\n"
    "channels: [stable, beta]\n"
    "keys: {prod: {from: 2020-01-01, until: 2090-01-01, hsm-firmware: 2.4}}\n"
    "identity: {vendor-id: example.org, class-id: bench, hardware: {revisions: [a, b]}}\n"
    "format: {slot-size: 64M, upgrade: swap}\n"
    "version: {from: option, minimum: 1.0.0, rollback-floor: 1.0.0, build: forbidden}\n"
    "counter: {from: version, minimum: 1}\n"
    "content:\n"
    "  min-size: 1K\n"
    "  max-size: 16M\n"
    "  must-not-contain: [TEST ONLY, DEBUG BUILD, INSECURE, DO NOT SHIP, do not trust, password=,\n"
    "    AKIA, \"-----BEGIN CERTIFICATE\", localhost, \"assert failed\", JTAG unlocked, factory "
    "mode]\n"
    "callers: [ci]\n"
    "when: {from: 2020-01-01, windows: [Mon-Sun 00:00-24:00]}\n"
    "budget: {hour: 1000, day: 10000, release: 10}\n";

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *times, size_t count)
{
    qsort(times, count, sizeof *times, by_value);
    return times[count / 2];
}

/* As fwsign sign goes about it; the time of the decision alone is added to besides. */
static double decide_once(const struct fws_policy *policy, const struct fws_buf *file,
                          double *besides)
{
    static const uint8_t spki[32] = {1};
    static const uint8_t id[16] = {2};
    struct fws_error err = {0};
    struct fws_sign_job job = {.request = {.policy = policy,
                                           .channel = "stable",
                                           .hardware = "a",
                                           .spec = {.version = {1, 2, 3, 0},
                                                    .has_counter = true,
                                                    .counter = 7,
                                                    .vendor_id = id,
                                                    .class_id = id}}};
    struct fws_sign_side side = {.tentative = true,
                                 .caller = "ci",
                                 .time_us = (int64_t)1700000000 * 1000000,
                                 .key = "prod",
                                 .alg = FWS_ALG_P256,
                                 .spki = spki,
                                 .hsm_firmware = "2.6"};
    double began = now_us();

    job.firmware.bytes = *file; /* borrowed */
    check(fws_digest(FWS_HASH_SHA256, file->data, file->size, job.firmware.digest, &err), &err);
    check(fws_image_build(policy, &job.firmware, &job.request.spec, FWS_HASH_SHA256, &job.image,
                          &err),
          &err);
    double built = now_us();

    fws_image_look(policy, &job.firmware, &job.image, &job.content);
    fws_sign_decide(&job, &side, NULL);
    double done = now_us();

    if (!job.decision.allowed) {
        check(fws_decision_error(policy, &job.decision, &err), &err);
    }
    fws_image_free(&job.image);
    *besides = done - built;
    return done - began;
}

static double hash_once(const struct fws_buf *file)
{
    struct fws_error err = {0};
    uint8_t digest[32];
    double began = now_us();

    check(fws_digest(FWS_HASH_SHA256, file->data, file->size, digest, &err), &err);
    return now_us() - began;
}

static void decide(char **args)
{
    FWS_AUTO(fws_policy) policy = {0};
    FWS_AUTO(fws_buf) file = {0};
    struct fws_error err = {0};
    size_t count = strtoul(args[1], NULL, 10);
    double *all = calloc(count, sizeof *all);
    double *besides = calloc(count, sizeof *besides);
    double *floor = calloc(count, sizeof *floor);

    check(fws_policy_parse("bench.yaml", policy_text, sizeof policy_text - 1, &policy, &err), &err);
    check(fws_file_read(args[0], FILE_MAX, &file, &err), &err);
    for (size_t i = 0; all != NULL && besides != NULL && floor != NULL && i < count; i++) {
        all[i] = decide_once(&policy, &file, &besides[i]);
        floor[i] = hash_once(&file);
    }
    (void)printf("%.0f %.0f %.0f\n", median(all, count), median(besides, count),
                 median(floor, count));
    free(all);
    free(besides);
    free(floor);
}

/* ---- A log of many signatures ---- */

/* A digest that is another for each number. */
static const char *numbered(uint64_t number, char out[80])
{
    (void)snprintf(out, 80, "sha256:%048x%016" PRIx64, 0, number);
    return out;
}

static size_t intent(uint64_t number, char out[BODY_SIZE])
{
    char digest[80];
    int size = snprintf(
        out, BODY_SIZE,
        "{\"algorithm\":\"ecdsa-p256\",\"caller\":\"ci\",\"channel\":\"stable\",\"image\":{"
        "\"digest\":\"%s\",\"signed_size\":66048},\"key\":{\"spki\":\"%s\"},\"policy\":{"
        "\"digest\":\"%s\"},\"product\":\"bench-%u\",\"request\":\"r%" PRIu64
        "\",\"version\":\"%u.%u.%u\"}",
        numbered(number, digest), numbered(1, (char[80]){0}), numbered(2, (char[80]){0}),
        (unsigned)(number % 100), number, (unsigned)(number >> 24), (unsigned)(number >> 16 & 0xff),
        (unsigned)(number & 0xffff));

    return (size_t)size;
}

static size_t outcome(uint64_t number, uint64_t of, char out[BODY_SIZE])
{
    char digest[80];
    int size = snprintf(out, BODY_SIZE,
                        "{\"image\":{\"sha256\":\"%s\",\"size\":66198},\"intent\":%" PRIu64
                        ",\"result\":\"signed\",\"signature\":\"%088d\"}",
                        numbered(number, digest), of, 0);

    return (size_t)size;
}

static void append_batch(struct fws_audit *log, uint64_t first, size_t count)
{
    static char texts[BATCH][BODY_SIZE];
    struct fws_audit_body bodies[BATCH];
    struct fws_error err = {0};

    for (size_t i = 0; i < count; i++) {
        bodies[i] = (struct fws_audit_body){
            .type = "sign.intent", .data = texts[i], .size = intent(first + i, texts[i])};
    }
    check(fws_audit_append_all(log, bodies, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        bodies[i].type = "sign.outcome";
        bodies[i].size = outcome(first + i, bodies[i].seq, texts[i]);
    }
    check(fws_audit_append_all(log, bodies, count, &err), &err);
}

static void grow(char **args)
{
    struct fws_error err = {0};
    struct fws_vkey vkey;
    struct fws_trust trust = {0};
    struct fws_audit *log = NULL;
    uint64_t count = strtoul(args[1], NULL, 10);

    check(fws_vkey_parse(args[2], strlen(args[2]), &vkey, &err), &err);
    check(fws_trust_add(&trust, &vkey, &err), &err);
    struct fws_audit_options options = {.directory = args[0], .trust = &trust};

    check(fws_audit_open(&options, &log, &err), &err);
    for (uint64_t done = 0; done < count; done += BATCH) {
        append_batch(log, done, count - done < BATCH ? (size_t)(count - done) : BATCH);
    }
    fws_audit_close(&log);
    fws_trust_free(&trust);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "decide") == 0) {
        decide(argv + 2);
        return 0;
    }
    if (argc == 5 && strcmp(argv[1], "grow") == 0) {
        grow(argv + 2);
        return 0;
    }
    (void)fprintf(stderr, "usage: see the head of tests/bench/policy.c\n");
    return 2;
}

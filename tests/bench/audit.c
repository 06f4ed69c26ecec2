/* SPDX-License-Identifier: Apache-2.0 */
/* bench_audit MODE ...: what scripts/bench audit times. Each mode does one thing and exits.
 *
 *   make DIR ENTRIES          a log of its own, ENTRIES lines of 400 bytes, under a checkpoint
 *   append DIR N THREADS      N durable appends by THREADS clients to such a log
 *   raw DIR N                 the floor: N times write and fdatasync of 400 bytes, same preallocation
 *   verify DIR fast|strict    fws_audit_verify; must be intact
 *   sha DIR                   the floor: SHA-256 over the bytes of all segments
 *   since DIR NOTE            fws_audit_verify of what came since a checkpoint
 *   more DIR N                N appends as one batch, and a checkpoint
 *   proof DIR COUNT           prints "MICROSECONDS BYTES": the mean of making one, the largest file
 *   grow DIR ENTRIES VKEY     lines for a log of another key, without a checkpoint
 *
 * The key of its own logs is one that everybody knows. */
#include <fcntl.h>
#include <glob.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/file.h"

#define ORIGIN     "bench.test/log"
#define BATCH      1000u
#define LINE_SIZE  400u
#define TYPE       "bench.entry"
#define BLOCK_SIZE 65536u

struct bench {
    EVP_PKEY *key;
    struct fws_vkey vkey;
    struct fws_trust trust;
    struct fws_audit_signer signer;
    struct fws_audit *log;
    char body[256];
};

static void check(enum fws_status status, const struct fws_error *err)
{
    if (status != FWS_OK) {
        (void)fprintf(stderr, "bench_audit: %s\n", err->text);
        exit(1);
    }
}

static void require(int good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "bench_audit: %s\n", what);
        exit(1);
    }
}

static enum fws_status sign(void *context, const uint8_t *message, size_t size,
                            uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                            struct fws_error *err)
{
    const struct bench *bench = context;
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    (void)err;
    *signature_size = FWS_SIGNATURE_MAX_SIZE;
    require(md != NULL && EVP_DigestSignInit(md, NULL, NULL, NULL, bench->key) == 1 &&
                EVP_DigestSign(md, signature, signature_size, message, size) == 1,
            "Ed25519 failed");
    EVP_MD_CTX_free(md);
    return FWS_OK;
}

static void make_key(struct bench *bench)
{
    static const uint8_t seed[32] = "a key that everybody knows: 0123";
    struct fws_error err = {0};
    struct fws_pubkey pub;
    uint8_t raw[32];
    size_t size = sizeof raw;

    bench->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    require(bench->key != NULL && EVP_PKEY_get_raw_public_key(bench->key, raw, &size) == 1,
            "Ed25519 failed");
    check(fws_pubkey_from_ed25519(raw, &pub, &err), &err);
    check(fws_vkey_make(ORIGIN, &pub, &bench->vkey, &err), &err);
    check(fws_trust_add(&bench->trust, &bench->vkey, &err), &err);
    bench->signer = (struct fws_audit_signer){&bench->vkey, sign, bench};
}

/* What makes a line 400 bytes long, give or take its numbers. */
static void make_body(struct bench *bench)
{
    char filler[128] = {0};

    memset(filler, 'x', 96);
    (void)snprintf(bench->body, sizeof bench->body, "{\"text\":\"%s\"}", filler);
}

static void open_log(struct bench *bench, const char *directory, bool signs)
{
    struct fws_audit_options options = {
        .directory = directory, .trust = &bench->trust, .signer = signs ? &bench->signer : NULL};
    struct fws_error err = {0};

    check(fws_audit_open(&options, &bench->log, &err), &err);
}

static void append_many(struct bench *bench, size_t entries)
{
    struct fws_audit_body bodies[BATCH];
    struct fws_error err = {0};

    for (size_t i = 0; i < BATCH; i++) {
        bodies[i] =
            (struct fws_audit_body){.type = TYPE, .data = bench->body, .size = strlen(bench->body)};
    }
    for (size_t done = 0; done < entries; done += BATCH) {
        size_t count = entries - done < BATCH ? entries - done : BATCH;

        check(fws_audit_append_all(bench->log, bodies, count, &err), &err);
    }
}

static void seal_and_close(struct bench *bench)
{
    struct fws_error err = {0};

    check(fws_audit_checkpoint(bench->log, &err), &err);
    fws_audit_close(&bench->log);
}

static void create(struct bench *bench, const char *directory)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &bench->signer};
    struct fws_error err = {0};

    check(fws_audit_create(directory, &genesis, &err), &err);
    open_log(bench, directory, true);
}

static void make(struct bench *bench, char **args)
{
    create(bench, args[0]);
    append_many(bench, strtoul(args[1], NULL, 10));
    seal_and_close(bench);
}

static void more(struct bench *bench, char **args)
{
    open_log(bench, args[0], true);
    append_many(bench, strtoul(args[1], NULL, 10));
    seal_and_close(bench);
}

static void grow(struct bench *bench, char **args)
{
    struct fws_error err = {0};
    struct fws_vkey vkey;

    fws_trust_free(&bench->trust);
    check(fws_vkey_parse(args[2], strlen(args[2]), &vkey, &err), &err);
    check(fws_trust_add(&bench->trust, &vkey, &err), &err);
    open_log(bench, args[0], false);
    append_many(bench, strtoul(args[1], NULL, 10));
    fws_audit_close(&bench->log);
}

/* ---- Durable appends ---- */

struct client {
    struct bench *bench;
    size_t count;
};

static void *append_some(void *context)
{
    const struct client *client = context;
    struct fws_error err = {0};

    for (size_t i = 0; i < client->count; i++) {
        check(fws_audit_append(client->bench->log, TYPE, client->bench->body,
                               strlen(client->bench->body), NULL, &err),
              &err);
    }
    return NULL;
}

static void append(struct bench *bench, char **args)
{
    size_t threads = strtoul(args[2], NULL, 10);
    struct client client = {bench, strtoul(args[1], NULL, 10) / (threads > 0 ? threads : 1)};
    pthread_t *ids = calloc(threads, sizeof *ids);

    require(ids != NULL && threads > 0, "how many threads?");
    create(bench, args[0]);
    for (size_t i = 0; i < threads; i++) {
        require(pthread_create(&ids[i], NULL, append_some, &client) == 0, "no thread");
    }
    for (size_t i = 0; i < threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    free(ids);
    seal_and_close(bench);
}

static void raw(struct bench *bench, char **args)
{
    char path[4096];
    char line[LINE_SIZE];
    size_t count = strtoul(args[1], NULL, 10);

    (void)bench;
    memset(line, 'x', sizeof line);
    (void)snprintf(path, sizeof path, "%s.raw", args[0]);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);

    require(fd >= 0, path);
    for (size_t i = 0; i < count; i++) {
        if (i * LINE_SIZE % BLOCK_SIZE < LINE_SIZE) {
            (void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0,
                            (off_t)(i * LINE_SIZE + 2 * (size_t)BLOCK_SIZE));
        }
        require(write(fd, line, sizeof line) == (ssize_t)sizeof line && fdatasync(fd) == 0,
                "write failed");
    }
    (void)close(fd);
}

/* ---- Verification ---- */

static void verify_with(const char *directory, struct fws_audit_verify_options *options)
{
    struct fws_audit_report report;
    struct fws_error err = {0};

    check(fws_audit_verify(directory, options, &report, &err), &err);
    require(report.verdict == FWS_AUDIT_INTACT, report.why);
}

static void verify(struct bench *bench, char **args)
{
    struct fws_audit_verify_options options = {.trust = &bench->trust,
                                               .strict = strcmp(args[1], "strict") == 0};

    verify_with(args[0], &options);
}

static void since(struct bench *bench, char **args)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_error err = {0};

    check(fws_file_read(args[1], FWS_AUDIT_NOTE_MAX, &note, &err), &err);
    struct fws_audit_outside start = {args[1], note.data, note.size};
    struct fws_audit_verify_options options = {.trust = &bench->trust, .since = &start};

    verify_with(args[0], &options);
}

static void hash_file(EVP_MD_CTX *md, const char *path)
{
    static unsigned char block[BLOCK_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    require(fd >= 0, path);
    while ((got = read(fd, block, sizeof block)) > 0) {
        require(EVP_DigestUpdate(md, block, (size_t)got) == 1, "SHA-256 failed");
    }
    (void)close(fd);
}

static void sha(struct bench *bench, char **args)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    char pattern[4096];
    glob_t found = {0};

    (void)bench;
    (void)snprintf(pattern, sizeof pattern, "%s/seg/*.jsonl", args[0]);
    require(md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
                glob(pattern, 0, NULL, &found) == 0,
            "SHA-256 failed");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        hash_file(md, found.gl_pathv[i]);
    }
    globfree(&found);
    EVP_MD_CTX_free(md);
}

/* ---- Proofs ---- */

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void proof(struct bench *bench, char **args)
{
    size_t count = strtoul(args[1], NULL, 10);
    size_t largest = 0;
    double spent = 0;

    open_log(bench, args[0], true);
    for (size_t i = 0; i < count; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_proof made = {0};
        struct fws_error err = {0};
        double start = now_us();

        check(fws_audit_prove(bench->log, 1 + i * 7919u % 900000u, &made, &err), &err);
        spent += now_us() - start;
        check(fws_proof_write(&made, &text, &err), &err);
        largest = text.size > largest ? text.size : largest;
        fws_proof_free(&made);
    }
    fws_audit_close(&bench->log);
    (void)printf("%.0f %zu\n", spent / (double)count, largest);
}

static const struct {
    const char *name;
    int args;
    void (*run)(struct bench *bench, char **args);
} modes[] = {
    {"make", 2, make},     {"append", 3, append}, {"raw", 2, raw},
    {"verify", 2, verify}, {"sha", 1, sha},       {"since", 2, since},
    {"more", 2, more},     {"proof", 2, proof},   {"grow", 3, grow},
};

int main(int argc, char **argv)
{
    struct bench bench = {0};

    make_key(&bench);
    make_body(&bench);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (argc > 1 && strcmp(argv[1], modes[i].name) == 0 && argc == modes[i].args + 2) {
            modes[i].run(&bench, argv + 2);
            fws_trust_free(&bench.trust);
            EVP_PKEY_free(bench.key);
            return 0;
        }
    }
    (void)fprintf(stderr, "usage: see the head of tests/bench/audit.c\n");
    return 2;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/unit/audit/fixture.h"

struct log_key test_key;

static char folder[64];

struct fws_audit_options log_options(void)
{
    return (struct fws_audit_options){
        .directory = ".", .trust = &test_key.trust, .signer = &test_key.signer};
}

void make_log(size_t entries)
{
    make_log_by(FWS_ALG_ED25519, entries);
}

void make_log_by(enum fws_algorithm alg, size_t entries)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &test_key.signer};
    struct fws_error err = {0};

    make_log_key(&test_key, ORIGIN, alg);
    (void)snprintf(folder, sizeof folder, "/tmp/fwsign-audit-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(fws_audit_create("log", &genesis, &err), FWS_OK);
    assert_int_equal(chdir("log"), 0);
    if (entries > 1) {
        struct fws_audit *log = open_log(0, 0);

        assert_true(entries > 2); /* the first batch begins with the checkpoint's entry */
        for (size_t i = 2; i < entries; i++) {
            assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
        }
        close_log(log);
    }
}

void close_log(struct fws_audit *log)
{
    struct fws_error err = {0};

    assert_int_equal(fws_audit_checkpoint(log, &err), FWS_OK);
    fws_audit_close(&log);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void remove_log(void)
{
    free_log_key(&test_key);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

enum fws_status append_once(const char *type, const char *body)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    enum fws_status status = fws_audit_open(&options, &log, &err);

    if (status == FWS_OK) {
        status = fws_audit_append(log, type, body, strlen(body), NULL, &err);
    }
    if (status == FWS_OK) {
        status = fws_audit_checkpoint(log, &err);
    }
    fws_audit_close(&log);
    return status;
}

struct fws_buf read_all(const char *path)
{
    struct fws_buf text = {0};
    struct fws_error err = {0};

    assert_int_equal(fws_file_read(path, 1u << 24, &text, &err), FWS_OK);
    return text;
}

void write_all(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), (ssize_t)size);
    assert_int_equal(close(fd), 0);
}

size_t line_start(const struct fws_buf *text, size_t index)
{
    size_t at = 0;

    for (size_t i = 0; i < index; i++) {
        const uint8_t *lf = memchr(text->data + at, '\n', text->size - at);

        assert_non_null(lf);
        at = (size_t)(lf - text->data) + 1;
    }
    return at;
}

size_t line_size(const struct fws_buf *text, size_t index)
{
    return line_start(text, index + 1) - line_start(text, index) - 1;
}

void edit_line(const char *path, size_t index, void (*edit)(struct fws_line *line))
{
    FWS_AUTO(fws_buf) before = read_all(path);
    FWS_AUTO(fws_buf) after = {0};
    struct fws_error err = {0};
    struct fws_line line;
    size_t start = line_start(&before, index);
    size_t end = start + line_size(&before, index);

    assert_int_equal(fws_line_parse(before.data + start, end - start, &line, &err), FWS_OK);
    edit(&line);
    assert_int_equal(fws_buf_append(&after, before.data, start, &err), FWS_OK);
    assert_int_equal(fws_line_write(&line, &after, &err), FWS_OK);
    assert_int_equal(fws_buf_append(&after, before.data + end, before.size - end, &err), FWS_OK);
    write_all(path, after.data, after.size);
}

struct fws_audit_report report_of(const char *directory, bool strict)
{
    struct fws_audit_verify_options options = {.trust = &test_key.trust, .strict = strict};
    struct fws_audit_report report;
    struct fws_error err = {0};

    assert_int_equal(fws_audit_verify(directory, &options, &report, &err), FWS_OK);
    return report;
}

struct fws_audit_report report_of_log(void)
{
    struct fws_audit_report strict = report_of(".", true);
    struct fws_audit_report envelope = report_of(".", false);

    assert_string_equal(envelope.why, strict.why);
    assert_string_equal(envelope.place, strict.place);
    assert_int_equal(envelope.verdict, strict.verdict);
    assert_int_equal(envelope.entries, strict.entries);
    return strict;
}

void assert_verdict(enum fws_audit_verdict expected)
{
    struct fws_audit_report report = report_of_log();

    if (report.verdict != expected) {
        print_error("%s: %s\n", report.place, report.why);
    }
    assert_int_equal(report.verdict, expected);
}

struct fws_audit *open_log(unsigned lock_deadline_ms, uint64_t segment_limit_bytes)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.lock_deadline_ms = lock_deadline_ms;
    options.segment_limit_bytes = segment_limit_bytes;
    if (fws_audit_open(&options, &log, &err) != FWS_OK) {
        print_error("%s\n", err.text);
    }
    assert_non_null(log);
    return log;
}

enum fws_status append_to(struct fws_audit *log, const char *type, const char *body)
{
    struct fws_error err = {0};

    return fws_audit_append(log, type, body, strlen(body), NULL, &err);
}

enum fws_status open_status(void)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    enum fws_status status = fws_audit_open(&options, &log, &err);

    fws_audit_close(&log);
    return status;
}

void cut_to(const char *path, size_t size)
{
    assert_int_equal(truncate(path, (off_t)size), 0);
}

void make_segments(void)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 1);

    assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_int_equal(access(SEGMENT_2, F_OK), 0);
    assert_verdict(FWS_AUDIT_INTACT);
}

void append_and_die(size_t count, const char *type, const char *body)
{
    int result = 0;
    pid_t child = fork();

    if (child == 0) {
        struct fws_audit_options options = log_options();
        struct fws_audit_body bodies[16];
        struct fws_audit *log = NULL;
        struct fws_error err = {0};

        for (size_t i = 0; i < count && i < 16; i++) {
            bodies[i] = (struct fws_audit_body){.type = type, .data = body, .size = strlen(body)};
        }
        _exit(fws_audit_open(&options, &log, &err) == FWS_OK &&
                      fws_audit_append_all(log, bodies, count, &err) == FWS_OK
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

void make_recovered(void)
{
    make_log(3);
    FWS_AUTO(fws_buf) covered = read_all(SEGMENT_0);

    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(line_start(&text, 3), covered.size);
    cut_to(SEGMENT_0, line_start(&text, 4) - 9);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(append_once("test.entry", BODY), FWS_OK);
    assert_int_equal(access(SEGMENT_1, F_OK), 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
}

struct fws_line line_at(const struct fws_buf *text, size_t index)
{
    struct fws_error err = {0};
    struct fws_line line;

    assert_int_equal(
        fws_line_parse(text->data + line_start(text, index), line_size(text, index), &line, &err),
        FWS_OK);
    return line;
}

void acknowledge(void)
{
    struct fws_audit *log = open_log(0, 0);
    struct fws_error err = {0};
    uint64_t marks = 0;

    assert_int_equal(fws_audit_acknowledge(log, "tester", "seen", &marks, &err), FWS_OK);
    fws_audit_close(&log);
}

/* ---- Copies of the whole folder ---- */

void keep_copy(const char *name)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf ../%s && cp -a . ../%s", name, name);
    assert_int_equal(system(command), 0);
}

void restore_copy(const char *name)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf ./* && cp -a ../%s/. .", name);
    assert_int_equal(system(command), 0);
}

void write_with_filler(const struct fws_buf *text, size_t lines, const char *filler, size_t size)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};
    size_t cut = line_start(text, lines);

    assert_int_equal(fws_buf_append(&out, text->data, cut, &err), FWS_OK);
    assert_int_equal(fws_buf_append(&out, filler, size, &err), FWS_OK);
    assert_int_equal(fws_buf_append(&out, text->data + cut, text->size - cut, &err), FWS_OK);
    write_all(SEGMENT_0, out.data, out.size);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log in a folder of its own, and the ways to damage it. Each maker fails the test when it cannot
 * do its work.
 */
#ifndef FWS_TESTS_UNIT_AUDIT_FIXTURE_H
#define FWS_TESTS_UNIT_AUDIT_FIXTURE_H

#include <stdbool.h>

#include "audit/line.h"
#include "tests/unit/audit/log_key.h"

#define SEGMENT_0 "seg/00000000000000000000.jsonl"
#define SEGMENT_1 "seg/00000000000000000003.jsonl"
#define SEGMENT_2 "seg/00000000000000000006.jsonl"
#define BODY      "{\"key\":\"release\"}"
#define ORIGIN    "example.test/log"

extern struct log_key test_key; /* of the log; made by make_log */

/* For a log in the working folder, with its key. */
struct fws_audit_options log_options(void);

/* With a checkpoint over all of it. */
void close_log(struct fws_audit *log);

/* A new log of entries entries, covered by its checkpoint: the genesis, the entry of the genesis's
 * checkpoint, the others; 1, or 3 and more. The working folder becomes its own. */
void make_log(size_t entries);
void make_log_by(enum fws_algorithm alg, size_t entries); /* by a key of that kind */
void remove_log(void);

/* Three segments: entries 0 to 2, 3 to 5, 6 and 7. */
void make_segments(void);

/* Three covered lines and a torn one; behind them the recovery, the checkpoint's entry and another
 * in SEGMENT_1. */
void make_recovered(void);

/* In a process that ends without a checkpoint: the entry count times (up to 16), as one batch. */
void append_and_die(size_t count, const char *type, const char *body);

void acknowledge(void);

struct fws_audit *open_log(unsigned lock_deadline_ms, uint64_t segment_limit_bytes);
enum fws_status append_to(struct fws_audit *log, const char *type, const char *body);

/* Open and close. */
enum fws_status open_status(void);

/* Append once with a log opened for it; with a checkpoint. */
enum fws_status append_once(const char *type, const char *body);

struct fws_buf read_all(const char *path);
void write_all(const char *path, const void *data, size_t size);

void cut_to(const char *path, size_t size);

/* Write SEGMENT_0 anew: text's first lines, then size bytes of filler, then its other lines. */
void write_with_filler(const struct fws_buf *text, size_t lines, const char *filler, size_t size);

/* The place and size of line number index (from 0), without LF. */
size_t line_start(const struct fws_buf *text, size_t index);
size_t line_size(const struct fws_buf *text, size_t index);

struct fws_line line_at(const struct fws_buf *text, size_t index); /* a view into text */

/* Replace a line by edit's version of it, with the CRC made right again. */
void edit_line(const char *path, size_t index, void (*edit)(struct fws_line *line));

/* Verify, strictly and by the lines' envelopes, which must agree, and compare the verdict. */
void assert_verdict(enum fws_audit_verdict expected);
struct fws_audit_report report_of_log(void);
struct fws_audit_report report_of(const char *directory, bool strict);

/* Beside the log's folder, under a name; and back. */
void keep_copy(const char *name);
void restore_copy(const char *name);

#endif

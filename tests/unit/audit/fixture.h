/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log in a folder of its own, and the ways to damage it. Each maker fails the test when it cannot
 * do its work.
 */
#ifndef FWS_TESTS_UNIT_AUDIT_FIXTURE_H
#define FWS_TESTS_UNIT_AUDIT_FIXTURE_H

#include <stdbool.h>

#include "audit/line.h"

#define SEGMENT_0 "seg/00000000000000000000.jsonl"
#define SEGMENT_1 "seg/00000000000000000003.jsonl"
#define SEGMENT_2 "seg/00000000000000000005.jsonl"
#define BODY      "{\"key\":\"release\"}"

/* A new log of entries entries, the genesis included; the working folder becomes its own. */
void make_log(size_t entries);
void remove_log(void);

/* Three segments: entries 0 to 2, 3 and 4, 5 and 6. */
void make_segments(void);

/* Three whole lines and a torn one; behind them a recovery and an entry in SEGMENT_1. */
void make_recovered(void);

struct fws_audit *open_log(unsigned lock_deadline_ms, uint64_t segment_limit_bytes);
enum fws_status append_to(struct fws_audit *log, const char *type, const char *body);

/* Open and close. */
enum fws_status open_status(void);

/* Append once with a log opened for it. */
enum fws_status append_once(const char *type, const char *body);

struct fws_buf read_all(const char *path);
void write_all(const char *path, const void *data, size_t size);

void cut_to(const char *path, size_t size);

/* Write SEGMENT_0 anew: text's first lines, then size bytes of filler, then its other lines. */
void write_with_filler(const struct fws_buf *text, size_t lines, const char *filler, size_t size);

/* The place and size of line number index (from 0), without LF. */
size_t line_start(const struct fws_buf *text, size_t index);
size_t line_size(const struct fws_buf *text, size_t index);

/* Replace a line by edit's version of it, with the CRC made right again. */
void edit_line(const char *path, size_t index, void (*edit)(struct fws_line *line));

/* Verify and compare the verdict. */
void assert_verdict(enum fws_audit_verdict expected);
struct fws_audit_report report_of_log(void);

#endif

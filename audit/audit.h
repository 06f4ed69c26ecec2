/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: append-only JSON lines, hash-chained, durable before anything is released.
 *
 *     audit/lock                               flock target
 *     audit/seg/00000000000000000000.jsonl     the truth; name = first index
 *
 * An entry is one line of canonical JSON (RFC 8785, restricted subset), members in byte order:
 *     {"b":N,"boot":"...","data":{...},"inst":"...","log":"...","mono":N,"prev":"<64 hex>",
 *      "seq":N,"ts":"...","type":"sign.intent","v":1,"zc":"<8 hex>"}
 * prev is SHA-256(0x00 || line before, without LF), the RFC 6962 leaf hash; 64 zeros in the first.
 * zc is the CRC-32C of the line's bytes before ,"zc": and tells a torn write from an edit.
 * Nothing is ever truncated or rewritten.
 *
 *     fws_audit_open(&options, &log, err);
 *     fws_audit_append(log, "sign.intent", body, size, &seq, err);    durable on return
 *     ... sign ...
 *     fws_audit_append(log, "sign.outcome", body, size, &seq, err);
 *     fws_audit_close(&log);
 *
 * Several processes may append to one log: each append takes the lock, catches up with what others
 * wrote, and leaves one linear chain.
 */
#ifndef FWS_AUDIT_AUDIT_H
#define FWS_AUDIT_AUDIT_H

#include "base/json.h"

#define FWS_AUDIT_LINE_MAX 16384u /* bytes, without LF */
#define FWS_AUDIT_TYPE_MAX 32u    /* bytes of an event type: [a-z.] */

struct fws_audit;

struct fws_audit_options {
    const char *directory;
    unsigned lock_deadline_ms;    /* 0 = FWS_AUDIT_LOCK_MS */
    uint64_t segment_limit_bytes; /* 0 = FWS_AUDIT_SEGMENT_LIMIT; behind it a new segment begins */
};

#define FWS_AUDIT_LOCK_MS       30000u
#define FWS_AUDIT_SEGMENT_LIMIT 67108864u
#define FWS_AUDIT_RESERVE       65536u /* kept free for the outcomes of what was begun */

/*
 * Create directory, lock and the first segment with its log.genesis entry. FWS_E_EXISTS when there
 * is a log. origin: the log's name, printable ASCII without blank, '"', '\' and '+', at most
 * 128 bytes; FWS_E_USAGE otherwise. The folder above must exist.
 */
FWS_MUST_USE enum fws_status fws_audit_create(const char *directory, const char *origin,
                                              struct fws_error *err);

/*
 * Open for appending. FWS_E_LOG_UNAVAILABLE when it is missing, unreadable, read-only or full;
 * FWS_E_LOG_TAMPERED when its end does not belong to its beginning. options is copied.
 *
 * Only the genesis entry and the last segment's end are read; fws_audit_verify reads all. A torn end
 * is no error here: the first append records it. The object is for one thread of one process.
 */
FWS_MUST_USE enum fws_status fws_audit_open(const struct fws_audit_options *options,
                                            struct fws_audit **out, struct fws_error *err);

/*
 * Append one entry and wait until it is durable.
 *
 * type  event type, "sign.intent"; log.genesis, log.segment.open and log.recovery are the log's own
 * body  a canonical JSON object, written with base/json.h; size bytes: member names of [a-z0-9_] in
 *       byte order, valid UTF-8, at most FWS_JSON_MAX_DEPTH deep
 * seq   the entry's index; may be NULL
 *
 * FWS_E_LOG_UNAVAILABLE: the entry may or may not be on the disk; this log object appends nothing
 * more. Two cases leave it usable, as nothing was written: the lock's deadline passed, and there is
 * no room for the entry. FWS_E_LOG_TAMPERED: what others appended does not follow; nothing more is
 * appended. FWS_E_INTERNAL, FWS_E_TOO_LARGE: type or body are not as above; nothing was written.
 * FWS_E_INTERRUPTED: a stop was asked for while waiting for the lock; nothing was written.
 *
 * Room for FWS_AUDIT_RESERVE bytes is kept for types that end in .outcome or .unresolved: they find
 * place where the entry that began the matter found it. All others are refused when it is not free.
 *
 * A torn line found at the end (from a crash) is left as it is, its segment is closed, and the next
 * segment opens with a log.recovery entry that records offset, length and SHA-256 of the remains.
 */
FWS_MUST_USE enum fws_status fws_audit_append(struct fws_audit *log, const char *type,
                                              const void *body, size_t size, uint64_t *seq,
                                              struct fws_error *err);

void fws_audit_close(struct fws_audit **log);

/* ---- Reading ---- */

enum fws_audit_verdict {
    FWS_AUDIT_INTACT,      /* exit 0 */
    FWS_AUDIT_CRASH_TAIL,  /* exit 14: torn bytes at the end of the last segment, or a recovery */
    FWS_AUDIT_TAMPERED,    /* exit 15 */
    FWS_AUDIT_CANNOT_TELL, /* exit 16 */
};

struct fws_audit_report {
    enum fws_audit_verdict verdict;
    uint64_t entries; /* good entries from the beginning on */
    uint8_t head[32]; /* leaf hash of the last good entry */
    uint64_t segments;
    char place[160]; /* "seg/...jsonl:LINE" of the first fault; "" when intact */
    char why[256];   /* the fault in words */
};

/*
 * Check every line: form, CRC, seq, prev, type, segment names. Works while others append (a torn
 * end is looked at again under the lock). Never creates or changes a file. The verdict is in
 * report; FWS_OK also when it is bad. Only lack of memory and the like is an error.
 */
FWS_MUST_USE enum fws_status fws_audit_verify(const char *directory,
                                              struct fws_audit_report *report,
                                              struct fws_error *err);

/* Called for each whole line, in order; line has no LF and lives during the call. Anything but
 * FWS_OK stops. */
typedef enum fws_status fws_audit_each_fn(void *context, uint64_t seq, const char *line,
                                          size_t size, struct fws_error *err);

/*
 * Read the log without checking the chain. Torn remains at the end of a segment are passed over.
 * FWS_E_LOG_UNKNOWN when it cannot be read whole: a file is missing or unreadable, or a damaged line
 * stands before a good one.
 */
FWS_MUST_USE enum fws_status fws_audit_each(const char *directory, fws_audit_each_fn *each,
                                            void *context, struct fws_error *err);

#endif

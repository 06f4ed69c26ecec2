/* SPDX-License-Identifier: Apache-2.0 */
/* One entry and its line: docs/formats/audit-log.md. */
#ifndef FWS_AUDIT_LINE_H
#define FWS_AUDIT_LINE_H

#include <string.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "bytes/bytes.h"

#define FWS_LINE_VERSION 1

#define FWS_TYPE_GENESIS      "log.genesis"
#define FWS_TYPE_SEGMENT_OPEN "log.segment.open"
#define FWS_TYPE_RECOVERY     "log.recovery"
#define FWS_TYPE_CHECKPOINT   "log.checkpoint"
#define FWS_TYPE_TAIL         "log.tail"
#define FWS_TYPE_CLOSE        "log.close"
#define FWS_TYPE_SNAPSHOT     "log.snapshot"
#define FWS_TYPE_ACK          "log.ack"
#define FWS_TYPE_KEY          "log.key"
#define FWS_TYPE_UNRESOLVED   "sign.unresolved"

#define FWS_LINE_CRC_SIZE 9u /* eight digits and a NUL */

struct fws_line {
    uint64_t batch;   /* b: index of the first entry of the group written at once */
    char boot[37];    /* boot id of the kernel, a UUID */
    const void *data; /* canonical object; borrowed, in fws_line_parse a view into the text */
    size_t data_size;
    char instance[17];
    char log[17];
    uint64_t mono_ms;
    char prev[65]; /* hexadecimal: compared as text, as decoding costs more than the hash */
    uint64_t seq;
    char time[FWS_CLOCK_TEXT_SIZE];
    char type[FWS_AUDIT_TYPE_MAX + 1];
};

/* Each line is compared with all types that mean something to somebody: most differ in their first
 * letter, and need no call then, which saves 12 ns of the 770 that a line takes to verify. */
static inline bool fws_line_is(const struct fws_line *line, const char *type)
{
    return line->type[0] == type[0] && strcmp(line->type, type) == 0;
}

/*
 * Append the line's text, without LF, to out. FWS_E_TOO_LARGE beyond FWS_AUDIT_LINE_MAX,
 * FWS_E_INTERNAL when type or data have no canonical form.
 */
FWS_MUST_USE enum fws_status fws_line_write(const struct fws_line *line, struct fws_buf *out,
                                            struct fws_error *err);

/*
 * Read a line's text, without LF. The statuses are verdicts, with the reason in err:
 *
 * FWS_OK
 * FWS_E_LOG_TAIL      damaged: torn, or its CRC is wrong
 * FWS_E_LOG_TAMPERED  whole by its CRC, yet nothing this program writes
 * FWS_E_LOG_UNKNOWN   whole, of another format version
 */
FWS_MUST_USE enum fws_status fws_line_parse(const void *text, size_t size, struct fws_line *out,
                                            struct fws_error *err);

/* The digits of member zc for all that stands before it. Returns out. */
char *fws_line_crc(const void *body, size_t size, char out[FWS_LINE_CRC_SIZE]);

/* FWS_E_LOG_TAMPERED with its sentence, for the readers of a line. */
FWS_MUST_USE enum fws_status fws_line_refuse(struct fws_error *err);

#endif

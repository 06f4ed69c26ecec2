/* SPDX-License-Identifier: Apache-2.0 */
/* One entry and its line: docs/formats/audit-log.md. */
#ifndef FWS_AUDIT_LINE_H
#define FWS_AUDIT_LINE_H

#include "audit/audit.h"
#include "base/clock.h"
#include "bytes/bytes.h"

#define FWS_LINE_VERSION 1

#define FWS_TYPE_GENESIS      "log.genesis"
#define FWS_TYPE_SEGMENT_OPEN "log.segment.open"
#define FWS_TYPE_RECOVERY     "log.recovery"

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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry without its contents: the fast reading of a line for the verification of a log, which
 * needs links, times and types of all entries and the data of few.
 */
#ifndef FWS_AUDIT_ENVELOPE_H
#define FWS_AUDIT_ENVELOPE_H

#include "audit/line.h"

/*
 * Read a line's text, without LF, as fws_line_parse does with the same statuses, but judge nothing
 * of data other than that it begins with { and ends with }. A line that fws_line_parse accepts gives
 * the same values here.
 *
 * out->data is therefore any bytes: not one object, perhaps, and no JSON. Who reads it judges it
 * first (fws_canonical_object), or reads single members with base/json_read.h, which bears that.
 */
FWS_MUST_USE enum fws_status fws_envelope_parse(const void *text, size_t size, struct fws_line *out,
                                                struct fws_error *err);

#endif

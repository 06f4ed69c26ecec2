/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing JSON as bytes, once: for --json output and for the audit log.
 *
 * The text is RFC 8785 (JCS) in the restricted subset fwsign uses: no floats, no null, integers
 * within +-(2^53-1), no white space. Members are written in the order of the calls; where canonical
 * form matters (the log) the caller calls in byte order of the keys.
 *
 *     FWS_AUTO(fws_json) json = {0};
 *     fws_json_object(&json, NULL);
 *     fws_json_bool(&json, "ok", true);
 *     fws_json_array(&json, "images"); ... fws_json_end(&json);
 *     fws_json_end(&json);
 *     status = fws_json_done(&json, err);      the text is json.buf, without a newline
 *
 * Errors stick and are reported once by fws_json_done.
 */
#ifndef FWS_BASE_JSON_H
#define FWS_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define FWS_JSON_MAX_DEPTH 16u

struct fws_json {
    struct fws_buf buf;
    struct fws_error error; /* first error, sticky */
    unsigned depth;
    bool comma; /* a value stands before */
    char closing[FWS_JSON_MAX_DEPTH];
};

/* Open an object or array; key is NULL inside an array and at the top. */
void fws_json_object(struct fws_json *json, const char *key);
void fws_json_array(struct fws_json *json, const char *key);

/* Close the innermost one. */
void fws_json_end(struct fws_json *json);

/* Text must be UTF-8; invalid bytes are replaced by U+FFFD so that output is always valid. */
void fws_json_text(struct fws_json *json, const char *key, const char *text);
void fws_json_text_n(struct fws_json *json, const char *key, const char *text, size_t size);
void fws_json_bool(struct fws_json *json, const char *key, bool value);

/* Integers beyond +-(2^53-1) are an error: write them as text. */
void fws_json_int(struct fws_json *json, const char *key, int64_t value);

/* "sha256:<hex>" or plain lower-case hex of bytes. */
void fws_json_digest(struct fws_json *json, const char *key, const uint8_t digest[32]);
void fws_json_hex(struct fws_json *json, const char *key, const void *data, size_t size);

/* Bytes as base64. */
void fws_json_base64(struct fws_json *json, const char *key, const void *data, size_t size);

/* Insert a ready-made JSON value (trusted text, written by this module). */
void fws_json_raw(struct fws_json *json, const char *key, const void *text, size_t size);

/* FWS_OK when all containers are closed and nothing failed. */
FWS_MUST_USE enum fws_status fws_json_done(struct fws_json *json, struct fws_error *err);

void fws_json_free(struct fws_json *json);

#endif

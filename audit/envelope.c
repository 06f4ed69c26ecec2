/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/envelope.h"
#include "base/canonical.h"
#include "bytes/text.h"

/* From the front up to data, from the end back to it: what stands between the values. */
#define BEFORE_BATCH    "{\"b\":"
#define BEFORE_BOOT     ",\"boot\":\""
#define BEFORE_DATA     "\",\"data\":"
#define BEFORE_INSTANCE ",\"inst\":\""
#define BEFORE_LOG      "\",\"log\":\""
#define BEFORE_MONO     "\",\"mono\":"
#define BEFORE_PREV     ",\"prev\":\""
#define BEFORE_SEQ      "\",\"seq\":"
#define BEFORE_TIME     ",\"ts\":\""
#define BEFORE_TYPE     "\",\"type\":\""
#define BEHIND_TYPE     "\",\"v\":1"

/* Of any version. */
#define BEFORE_VERSION ",\"v\":"
#define VERSION_DIGITS 3u
#define BEFORE_CRC     ",\"zc\":\""
#define BEHIND_CRC     "\"}"

#define BOOT_FORM "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
#define ID_FORM   "xxxxxxxxxxxxxxxx"
#define PREV_FORM "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define TIME_FORM "0000-00-00T00:00:00.000000Z"

static const uint8_t digit_set[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,
    ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
};

static const uint8_t type_set[256] = {
    ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1,
    ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1,
    ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1,
    ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1, ['.'] = 1,
};

/* Text of a form into an array that it fills with its NUL. */
#define TAKE(reader, form, out)      take(reader, form, out, sizeof(out))
#define TAKE_BACK(reader, form, out) take_back(reader, form, out, sizeof(out))

FWS_ALWAYS_INLINE bool take(struct fws_reader *reader, const char *form, char *out, size_t size)
{
    out[size - 1] = '\0';
    return fws_reader_form(reader, form, size - 1, out);
}

FWS_ALWAYS_INLINE bool take_back(struct fws_reader *reader, const char *form, char *out,
                                 size_t size)
{
    struct fws_reader end = fws_reader_cut(reader, size - 1);

    return take(&end, form, out, size);
}

static bool take_uint_back(struct fws_reader *reader, uint64_t *out)
{
    struct fws_reader digits = fws_reader_cut(reader, fws_reader_span_back(reader, digit_set));

    return fws_canonical_uint(&digits, out) && digits.left == 0;
}

static bool take_type_back(struct fws_reader *reader, char out[FWS_AUDIT_TYPE_MAX + 1])
{
    size_t size = fws_reader_span_back(reader, type_set);
    struct fws_reader type = fws_reader_cut(reader, size);

    if (size == 0 || size > FWS_AUDIT_TYPE_MAX) {
        return false;
    }
    fws_reader_copy(&type, out, size);
    out[size] = '\0';
    return true;
}

static bool take_front(struct fws_reader *body, struct fws_line *out)
{
    return FWS_READER_TAKE(body, BEFORE_BATCH) && fws_canonical_uint(body, &out->batch) &&
           FWS_READER_TAKE(body, BEFORE_BOOT) && TAKE(body, BOOT_FORM, out->boot) &&
           FWS_READER_TAKE(body, BEFORE_DATA);
}

/* From the end: where data ends is known when all behind it is read, and data need not be. */
static bool take_end(struct fws_reader *body, struct fws_line *out)
{
    return FWS_READER_TAKE_BACK(body, BEHIND_TYPE) && take_type_back(body, out->type) &&
           FWS_READER_TAKE_BACK(body, BEFORE_TYPE) && TAKE_BACK(body, TIME_FORM, out->time) &&
           FWS_READER_TAKE_BACK(body, BEFORE_TIME) && take_uint_back(body, &out->seq) &&
           FWS_READER_TAKE_BACK(body, BEFORE_SEQ) && TAKE_BACK(body, PREV_FORM, out->prev) &&
           FWS_READER_TAKE_BACK(body, BEFORE_PREV) && take_uint_back(body, &out->mono_ms) &&
           FWS_READER_TAKE_BACK(body, BEFORE_MONO) && TAKE_BACK(body, ID_FORM, out->log) &&
           FWS_READER_TAKE_BACK(body, BEFORE_LOG) && TAKE_BACK(body, ID_FORM, out->instance) &&
           FWS_READER_TAKE_BACK(body, BEFORE_INSTANCE);
}

static bool take_data(struct fws_reader *body, struct fws_line *out)
{
    out->data = body->data;
    out->data_size = body->left;
    return FWS_READER_TAKE(body, "{") && FWS_READER_TAKE_BACK(body, "}");
}

/* Split off the CRC at the end; false when there is none or it does not fit what stands before. */
static bool take_crc(struct fws_reader *body)
{
    char digits[FWS_LINE_CRC_SIZE];
    struct fws_reader crc;

    if (!FWS_READER_TAKE_BACK(body, BEHIND_CRC)) {
        return false;
    }
    crc = fws_reader_cut(body, sizeof digits - 1);
    return FWS_READER_TAKE_BACK(body, BEFORE_CRC) &&
           fws_reader_take(&crc, fws_line_crc(body->data, body->left, digits), sizeof digits - 1);
}

/* Whether the body ends with a version that is not ours. */
static bool other_version(struct fws_reader body)
{
    size_t digits = fws_reader_span_back(&body, digit_set);
    uint64_t version;

    return digits <= VERSION_DIGITS && take_uint_back(&body, &version) &&
           FWS_READER_TAKE_BACK(&body, BEFORE_VERSION) && body.left > 0 &&
           version != FWS_LINE_VERSION;
}

static enum fws_status judge(const void *text, size_t size, struct fws_line *out,
                             struct fws_error *err)
{
    struct fws_reader body = fws_reader_init(text, size);

    if (size > FWS_AUDIT_LINE_MAX) {
        return fws_error_set(err, FWS_E_LOG_TAIL, "the line is longer than %u bytes",
                             FWS_AUDIT_LINE_MAX);
    }
    if (!take_crc(&body)) {
        return fws_error_set(err, FWS_E_LOG_TAIL, "the line's CRC does not fit its bytes");
    }
    struct fws_reader whole = body;

    if (take_front(&body, out) && take_end(&body, out) && take_data(&body, out)) {
        return FWS_OK;
    }
    if (other_version(whole)) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "an entry of another format version");
    }
    return fws_line_refuse(err);
}

enum fws_status fws_envelope_parse(const void *text, size_t size, struct fws_line *out,
                                   struct fws_error *err)
{
    enum fws_status status = judge(text, size, out, err);

    if (status != FWS_OK) {
        *out = (struct fws_line){0};
    }
    return status;
}

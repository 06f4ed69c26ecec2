/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading single members of a canonical JSON object, where they stand and without allocation.
 *
 *     struct fws_json_value size, tags, tag;
 *     uint64_t bytes;
 *
 *     if (!fws_json_find(data, data_size, "image.size", &size) ||
 *         !fws_json_value_uint(&size, &bytes)) { ... no such member, or it is no number }
 *
 *     if (fws_json_find(data, data_size, "tags", &tags)) {
 *         struct fws_reader rest = tags.raw;
 *
 *         while (fws_json_next(&rest, &tag)) { ... fws_json_value_is(&tag, "beta") }
 *     }
 *
 * What a search passes on its way, and what it finds, is judged as base/canonical.h does; what
 * stands behind is not looked at. On bytes that nobody judged an answer is therefore safe to use,
 * but says nothing of the rest: judge the whole object first where that matters.
 */
#ifndef FWS_BASE_JSON_READ_H
#define FWS_BASE_JSON_READ_H

#include "bytes/bytes.h"

enum fws_json_kind {
    FWS_JSON_NONE, /* not found */
    FWS_JSON_TEXT,
    FWS_JSON_INT,
    FWS_JSON_BOOL,
    FWS_JSON_OBJECT,
    FWS_JSON_ARRAY,
};

/* A value where it stands: raw is a view of all its bytes, quotes and brackets too. */
struct fws_json_value {
    enum fws_json_kind kind;
    struct fws_reader raw;
};

/*
 * Find a member of an object.
 *
 * path  its name, or the names from the outermost to it with a '.' between: "key.name"
 * out   a view into object, which must outlive it; FWS_JSON_NONE when this is false
 *
 * False when there is no such member, or what stands before it is not canonical.
 */
FWS_MUST_USE bool fws_json_find(const void *object, size_t size, const char *path,
                                struct fws_json_value *out);

/*
 * The next value of an array. rest begins as the array's raw and is advanced. False behind the last
 * one, and at once for what is no array.
 */
FWS_MUST_USE bool fws_json_next(struct fws_reader *rest, struct fws_json_value *out);

/* False, with out 0 or false, for another kind; uint also for a negative number. */
FWS_MUST_USE bool fws_json_value_uint(const struct fws_json_value *value, uint64_t *out);
FWS_MUST_USE bool fws_json_value_bool(const struct fws_json_value *value, bool *out);

/*
 * A text without quotes and escapes, with a NUL behind it, into size bytes at out. False, with out
 * empty, when it is no text, does not fit, or holds a NUL, where C would see the end of another text.
 */
FWS_MUST_USE bool fws_json_value_text(const struct fws_json_value *value, char *out, size_t size);

/* Whether a value is this text, its escapes read. */
bool fws_json_value_is(const struct fws_json_value *value, const char *text);

#endif

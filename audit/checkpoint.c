/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "audit/note.h"
#include "audit/plain.h"
#include "base/base64.h"

/* SHA-256 of nothing: the root of the empty tree. */
static const uint8_t empty_root[32] = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

static bool root_fits_size(const struct fws_checkpoint *checkpoint)
{
    return checkpoint->size > 0 || memcmp(checkpoint->root, empty_root, sizeof empty_root) == 0;
}

enum fws_status fws_checkpoint_text(const struct fws_checkpoint *checkpoint, struct fws_buf *out,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};

    if (!fws_origin_ok(checkpoint->origin) || checkpoint->size > FWS_NUMBER_MAX ||
        !root_fits_size(checkpoint)) {
        return fws_error_set(err, FWS_E_INTERNAL, "checkpoint of size %" PRIu64 " has no text",
                             checkpoint->size);
    }
    enum fws_status status =
        fws_buf_printf(&text, err, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);

    if (status == FWS_OK) {
        status = fws_base64_encode(checkpoint->root, sizeof checkpoint->root, &text, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&text, "\n", 1, err);
    }
    return status == FWS_OK ? fws_buf_append(out, text.data, text.size, err) : status;
}

static enum fws_status bad_checkpoint(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_NOTE, "checkpoint: %s", why);
}

enum fws_status fws_checkpoint_parse(const struct fws_reader *text, struct fws_checkpoint *out,
                                     struct fws_error *err)
{
    struct fws_reader rest = *text;
    struct fws_reader origin, size, root;

    *out = (struct fws_checkpoint){0};
    if (!fws_plain_line(&rest, &origin) || !fws_plain_line(&rest, &size) ||
        !fws_plain_line(&rest, &root)) {
        return bad_checkpoint(err, "fewer than three lines");
    }
    if (fws_reader_done(&rest) != FWS_OK) {
        return bad_checkpoint(err, "lines behind the root, which nothing here can judge");
    }
    if (!fws_plain_origin(&origin, out->origin)) {
        return bad_checkpoint(err, "an origin no log may have");
    }
    if (!fws_plain_number(&size, &out->size)) {
        return bad_checkpoint(err, "a size that is no number from 0 to 2^53-1");
    }
    if (fws_base64_decode_exact(root.data, root.left, out->root, sizeof out->root) != FWS_OK) {
        return bad_checkpoint(err, "a root that is not 32 bytes of canonical base64");
    }
    if (!root_fits_size(out)) {
        return bad_checkpoint(err, "size 0 with the root of something");
    }
    return FWS_OK;
}

/*
 * Every trusted key that signed must have signed well, whatever its name: a key we know, over which
 * a signature does not hold, is a forgery, not a stranger. known says whether one was of the origin.
 */
static enum fws_status verify_by_trusted(const struct fws_reader *text,
                                         const struct fws_reader *lines,
                                         const struct fws_trust *trust, const char *origin,
                                         bool *known, struct fws_error *err)
{
    *known = false;
    for (size_t i = 0; i < trust->count; i++) {
        const struct fws_vkey *key = &trust->logs[i];
        struct fws_error why = {0};
        enum fws_status status = fws_note_verify(text, lines, key, &why);

        if (status == FWS_OK) {
            *known = *known || strcmp(key->name, origin) == 0;
        } else if (status != FWS_E_NOT_FOUND) {
            *err = why;
            return status;
        }
    }
    return FWS_OK;
}

enum fws_status fws_checkpoint_open(const void *note, size_t size, const struct fws_trust *trust,
                                    struct fws_checkpoint *out, struct fws_error *err)
{
    struct fws_checkpoint checkpoint;
    struct fws_reader text, lines;
    bool known;

    *out = (struct fws_checkpoint){0};
    enum fws_status status = fws_note_split(note, size, &text, &lines, err);

    if (status == FWS_OK) {
        status = fws_checkpoint_parse(&text, &checkpoint, err);
    }
    if (status == FWS_OK) {
        status = verify_by_trusted(&text, &lines, trust, checkpoint.origin, &known, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (!known) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN,
                             "checkpoint: no signature of a trusted key for '%s'",
                             checkpoint.origin);
    }
    *out = checkpoint;
    return FWS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/note.h"
#include "audit/plain.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/utf8.h"

#define MARK    "\xe2\x80\x94 " /* an em dash and a blank begin a signature line */
#define ID_SIZE 4u

static enum fws_status bad_note(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_NOTE, "signed note: %s", why);
}

/* ---- Taking apart ---- */

static enum fws_status check_characters(struct fws_reader note, struct fws_error *err)
{
    uint32_t point;

    while (note.left > 0) {
        if (!fws_utf8_next(&note, &point)) {
            return bad_note(err, "not UTF-8");
        }
        if (point < 0x20 && point != '\n') {
            return bad_note(err, "a control character other than a newline");
        }
    }
    return FWS_OK;
}

/* The last empty line counts: the text may have some of its own, signature lines are never empty. */
static enum fws_status split_at_last_empty_line(struct fws_reader note, struct fws_reader *text,
                                                struct fws_reader *lines, struct fws_error *err)
{
    const struct fws_reader whole = note;
    struct fws_reader line;
    size_t text_size = 0;

    while (fws_plain_line(&note, &line)) {
        if (line.left == 0) {
            text_size = whole.left - note.left - 1;
        }
    }
    if (note.left > 0) {
        return bad_note(err, "no newline at its end");
    }
    if (text_size == 0) {
        return bad_note(err, "no empty line behind a text");
    }
    *lines = whole;
    *text = fws_reader_slice(lines, text_size);
    fws_reader_skip(lines, 1);
    return FWS_OK;
}

/* A signature line without its LF; bytes (appended) are the key's id and the signature. */
static enum fws_status parse_line(struct fws_reader line, struct fws_reader *name,
                                  struct fws_buf *bytes, struct fws_error *err)
{
    if (!fws_plain_take(&line, MARK) || !fws_plain_until(&line, ' ', name) ||
        !fws_plain_key_name(name)) {
        return bad_note(err, "a signature line of another form");
    }
    enum fws_status status = fws_base64_decode(line.data, line.left, bytes, err);

    if (status == FWS_E_INPUT) {
        return bad_note(err, "a signature that is not base64 in its canonical form");
    }
    if (status == FWS_OK && bytes->size <= ID_SIZE) {
        return bad_note(err, "a signature line without a signature");
    }
    return status;
}

static enum fws_status check_lines(struct fws_reader lines, struct fws_error *err)
{
    struct fws_reader line, name;
    unsigned count = 0;

    while (fws_plain_line(&lines, &line)) {
        FWS_AUTO(fws_buf) bytes = {0};

        if (++count > FWS_NOTE_SIGNATURES_MAX) {
            return bad_note(err, "too many signature lines");
        }
        enum fws_status status = parse_line(line, &name, &bytes, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    return count > 0 ? FWS_OK : bad_note(err, "no signature line");
}

enum fws_status fws_note_split(const void *note, size_t size, struct fws_reader *text,
                               struct fws_reader *lines, struct fws_error *err)
{
    const struct fws_reader reader = fws_reader_init(note, size);

    if (size > FWS_AUDIT_NOTE_MAX) {
        return fws_error_set(err, FWS_E_NOTE, "signed note: %zu bytes, at most %u", size,
                             FWS_AUDIT_NOTE_MAX);
    }
    enum fws_status status = check_characters(reader, err);

    if (status == FWS_OK) {
        status = split_at_last_empty_line(reader, text, lines, err);
    }
    return status == FWS_OK ? check_lines(*lines, err) : status;
}

/* ---- Signatures ---- */

static enum fws_status verify(const struct fws_reader *text, const struct fws_vkey *key,
                              const struct fws_reader *signature, struct fws_error *err)
{
    uint8_t digest[32];
    enum fws_status status = FWS_OK;

    if (key->key.alg == FWS_ALG_ED25519) {
        status = fws_pubkey_verify(&key->key, text->data, text->left, signature->data,
                                   signature->left, err);
    } else if (key->key.alg == FWS_ALG_P256) {
        status = fws_digest(FWS_HASH_SHA256, text->data, text->left, digest, err);
        if (status == FWS_OK) {
            status = fws_pubkey_verify(&key->key, digest, sizeof digest, signature->data,
                                       signature->left, err);
        }
    } else {
        return fws_error_set(err, FWS_E_LOG_KEY, "%s keys sign no notes", key->key.type);
    }
    if (status == FWS_E_SIGNATURE_INVALID) {
        return fws_error_set(err, FWS_E_NOTE_SIGNATURE,
                             "signed note: the signature of '%s' is not by its key over this text",
                             key->name);
    }
    return status;
}

/* FWS_E_NOT_FOUND when the line is another key's. */
static enum fws_status verify_line(const struct fws_reader *text, const struct fws_reader *line,
                                   const struct fws_vkey *key, struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_reader name;
    enum fws_status status = parse_line(*line, &name, &bytes, err);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_reader signature = fws_reader_init(bytes.data, bytes.size);

    /* Name and id together name a key; either alone may be another's. */
    if (!fws_plain_is(&name, key->name) ||
        !fws_reader_starts_with(&signature, key->id, sizeof key->id)) {
        return FWS_E_NOT_FOUND;
    }
    fws_reader_skip(&signature, sizeof key->id);
    return verify(text, key, &signature, err);
}

enum fws_status fws_note_verify(const struct fws_reader *text, const struct fws_reader *lines,
                                const struct fws_vkey *key, struct fws_error *err)
{
    struct fws_reader rest = *lines;
    struct fws_reader line;
    bool found = false;

    while (fws_plain_line(&rest, &line)) {
        enum fws_status status = verify_line(text, &line, key, err);

        if (status != FWS_OK && status != FWS_E_NOT_FOUND) {
            return status;
        }
        found = found || status == FWS_OK;
    }
    if (!found) {
        return fws_error_set(err, FWS_E_NOT_FOUND, "signed note: no signature of '%s'", key->name);
    }
    return FWS_OK;
}

enum fws_status fws_note_line(const struct fws_vkey *key, const uint8_t *signature, size_t size,
                              struct fws_buf *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    FWS_AUTO(fws_buf) line = {0};

    if (size == 0 || size > FWS_SIGNATURE_MAX_SIZE) {
        return fws_error_set(err, FWS_E_INTERNAL, "signed note: a signature of %zu bytes", size);
    }
    enum fws_status status = fws_buf_append(&bytes, key->id, sizeof key->id, err);

    if (status == FWS_OK) {
        status = fws_buf_append(&bytes, signature, size, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(&line, err, MARK "%s ", key->name);
    }
    if (status == FWS_OK) {
        status = fws_base64_encode(bytes.data, bytes.size, &line, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&line, "\n", 1, err);
    }
    return status == FWS_OK ? fws_buf_append(out, line.data, line.size, err) : status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_note_split, fws_note_verify, fws_note_line, fws_checkpoint_parse, fws_checkpoint_text,
 * fws_checkpoint_open and the base64 beneath them. Properties: text, an empty line and the signature
 * lines are the note; a signature line with a name that a log may have is written back to the same
 * bytes, and so is a checkpoint; a note opens only by its signature.
 */
#include <string.h>

#include "audit/note.h"
#include "audit/plain.h"
#include "base/base64.h"
#include "tests/fuzz/property.h"

/* c2sp.org/signed-note: the key of the example that is in the corpus, whose note is no checkpoint. */
static const char vkey[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

static bool same(const struct fws_buf *buf, const struct fws_reader *view)
{
    return buf->size == view->left && memcmp(buf->data, view->data, buf->size) == 0;
}

static void check_line(struct fws_reader line)
{
    const struct fws_reader whole = line; /* without its LF */
    FWS_AUTO(fws_buf) bytes = {0};
    FWS_AUTO(fws_buf) again = {0};
    struct fws_vkey key = {0};
    struct fws_reader name;
    struct fws_error err = {0};

    property(fws_plain_take(&line, "\xe2\x80\x94 ") && fws_plain_until(&line, ' ', &name));
    property(fws_base64_decode(line.data, line.left, &bytes, &err) == FWS_OK && bytes.size > 4);
    if (!fws_plain_origin(&name, key.name) || bytes.size > 4 + FWS_SIGNATURE_MAX_SIZE) {
        return;
    }
    memcpy(key.id, bytes.data, sizeof key.id);
    property(fws_note_line(&key, bytes.data + 4, bytes.size - 4, &again, &err) == FWS_OK);
    property(again.size == whole.left + 1 && again.data[whole.left] == '\n');
    property(memcmp(again.data, whole.data, whole.left) == 0);
}

static void check_checkpoint(const struct fws_reader *text)
{
    FWS_AUTO(fws_buf) again = {0};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    if (fws_checkpoint_parse(text, &checkpoint, &err) == FWS_OK) {
        property(fws_checkpoint_text(&checkpoint, &again, &err) == FWS_OK && same(&again, text));
    }
}

static void check_note(const uint8_t *data, size_t size)
{
    struct fws_reader text, lines, line;
    struct fws_error err = {0};

    if (fws_note_split(data, size, &text, &lines, &err) != FWS_OK) {
        property(err.status == FWS_E_NOTE);
        return;
    }
    property(text.data == data && text.left > 0 && data[text.left - 1] == '\n');
    property(data[text.left] == '\n' && lines.data == data + text.left + 1);
    property(text.left + 1 + lines.left == size);
    check_checkpoint(&text);
    while (fws_plain_line(&lines, &line)) {
        check_line(line);
    }
    property(lines.left == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fws_vkey key; /* decoded once: it costs more than all the rest */
    struct fws_reader text = fws_reader_init(data, size);
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    if (key.name[0] == '\0') {
        property(fws_vkey_parse(vkey, sizeof vkey - 1, &key, &err) == FWS_OK);
    }
    struct fws_trust trust = {.logs = &key, .count = 1};

    check_checkpoint(&text);
    check_note(data, size);
    property(fws_checkpoint_open(data, size, &trust, &checkpoint, &err) != FWS_OK);
    return 0;
}

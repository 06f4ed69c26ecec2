/* SPDX-License-Identifier: Apache-2.0 */
/* The proof file, c2sp.org/tlog-proof@v1; what is read is written back to the same bytes. */
#include <inttypes.h>
#include <string.h>

#include "audit/plain.h"
#include "audit/tree.h"
#include "base/base64.h"

#define HEAD  "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "

_Static_assert(sizeof((struct fws_proof){0}.hashes) / 32 == FWS_TREE_PROOF_MAX,
               "a proof has room for the longest path");

void fws_proof_free(struct fws_proof *proof)
{
    fws_buf_free(&proof->line);
    fws_buf_free(&proof->note);
    *proof = (struct fws_proof){0};
}

static enum fws_status bad_proof(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_PROOF, "proof: %s", why);
}

/* What both directions ask of the parts; the note is opened by who checks the proof. */
static enum fws_status check_parts(const struct fws_proof *proof, struct fws_error *err)
{
    if (proof->index > FWS_NUMBER_MAX || proof->count > FWS_TREE_PROOF_MAX) {
        return bad_proof(err, "an index or a path that no log has");
    }
    if (proof->line.size == 0 || proof->line.size > FWS_AUDIT_LINE_MAX) {
        return bad_proof(err, "the entry is empty or too long");
    }
    if (proof->note.size == 0 || proof->note.size > FWS_AUDIT_NOTE_MAX) {
        return bad_proof(err, "the checkpoint is empty or too long");
    }
    return FWS_OK;
}

/* ---- Writing ---- */

static enum fws_status write_base64(const void *data, size_t size, struct fws_buf *out,
                                    struct fws_error *err)
{
    enum fws_status status = fws_base64_encode(data, size, out, err);

    return status == FWS_OK ? fws_buf_append(out, "\n", 1, err) : status;
}

static enum fws_status write_parts(const struct fws_proof *proof, struct fws_buf *out,
                                   struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(out, err, HEAD "\n" EXTRA);

    if (status == FWS_OK) {
        status = write_base64(proof->line.data, proof->line.size, out, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(out, err, INDEX "%" PRIu64 "\n", proof->index);
    }
    for (size_t i = 0; i < proof->count && status == FWS_OK; i++) {
        status = write_base64(proof->hashes[i], sizeof proof->hashes[i], out, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(out, "\n", 1, err);
    }
    return status == FWS_OK ? fws_buf_append(out, proof->note.data, proof->note.size, err) : status;
}

enum fws_status fws_proof_write(const struct fws_proof *proof, struct fws_buf *out,
                                struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = check_parts(proof, err);

    if (status == FWS_OK) {
        status = write_parts(proof, &text, err);
    }
    return status == FWS_OK ? fws_buf_append(out, text.data, text.size, err) : status;
}

/* ---- Reading ---- */

static enum fws_status parse_extra(struct fws_reader *text, struct fws_buf *out,
                                   struct fws_error *err)
{
    struct fws_reader base64;

    if (!fws_plain_take(text, EXTRA) || !fws_plain_line(text, &base64)) {
        return bad_proof(err, "no line 'extra' with the entry it is about");
    }
    enum fws_status status = fws_base64_decode(base64.data, base64.left, out, err);

    return status == FWS_E_INPUT ? bad_proof(err, "'extra' is not base64 in its canonical form")
                                 : status;
}

/* Hashes up to the empty line, which is consumed too. */
static enum fws_status parse_hashes(struct fws_reader *text, struct fws_proof *out,
                                    struct fws_error *err)
{
    struct fws_reader line;

    while (fws_plain_line(text, &line)) {
        if (line.left == 0) {
            return FWS_OK;
        }
        if (out->count == FWS_TREE_PROOF_MAX) {
            return bad_proof(err, "more hashes than the path in any log has");
        }
        if (fws_base64_decode_exact(line.data, line.left, out->hashes[out->count], 32) != FWS_OK) {
            return bad_proof(err, "a hash that is not 32 bytes of canonical base64");
        }
        out->count++;
    }
    return bad_proof(err, "no empty line behind the hashes");
}

static enum fws_status parse_parts(struct fws_reader text, struct fws_proof *out,
                                   struct fws_error *err)
{
    struct fws_reader line;

    if (!fws_plain_line(&text, &line) || !fws_plain_is(&line, HEAD)) {
        return bad_proof(err, "does not begin with '" HEAD "'");
    }
    enum fws_status status = parse_extra(&text, &out->line, err);

    if (status != FWS_OK) {
        return status;
    }
    if (!fws_plain_take(&text, INDEX) || !fws_plain_line(&text, &line) ||
        !fws_plain_number(&line, &out->index)) {
        return bad_proof(err, "no line 'index' with a number from 0 to 2^53-1");
    }
    status = parse_hashes(&text, out, err);
    if (status == FWS_OK) {
        status = fws_buf_append(&out->note, text.data, text.left, err);
    }
    return status == FWS_OK ? check_parts(out, err) : status;
}

enum fws_status fws_proof_parse(const void *text, size_t size, struct fws_proof *out,
                                struct fws_error *err)
{
    FWS_AUTO(fws_proof) proof = {0};

    *out = (struct fws_proof){0};
    if (size > FWS_PROOF_TEXT_MAX) {
        return fws_error_set(err, FWS_E_PROOF, "proof: %zu bytes, at most %u", size,
                             FWS_PROOF_TEXT_MAX);
    }
    enum fws_status status = parse_parts(fws_reader_init(text, size), &proof, err);

    if (status == FWS_OK) {
        *out = proof;
        proof = (struct fws_proof){0}; /* now the caller's */
    }
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_view.h"

struct prove_options {
    const char *output;
    const char *since;
    bool force;
};

const struct fws_option fws_audit_prove_options[] = {
    {"output", 'o', FWS_OPTION_TEXT, offsetof(struct prove_options, output), "FILE",
     "where the proof goes; default: IMAGE.tlog-proof, for an index standard output",
     FWS_VALUES_FILE, NULL},
    {"since", 0, FWS_OPTION_TEXT, offsetof(struct prove_options, since), "CHECKPOINT",
     "instead: prove that the log has only grown since that checkpoint", FWS_VALUES_FILE, NULL},
    {"force", 'f', FWS_OPTION_FLAG, offsetof(struct prove_options, force), NULL,
     "replace a proof that exists", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_prove_options_size = sizeof(struct prove_options);

struct prove_run {
    struct fws_cli *cli;
    const struct prove_options *options;
    char *folder;
    char *output; /* NULL: standard output */
    struct fws_trust trust;
    uint64_t index;
    struct fws_proof proof;
};

/* ---- Which entry ---- */

struct search {
    const char *folder;
    char digest[FWS_DIGEST_TEXT_SIZE];
    bool found;
    uint64_t index;
};

/* The newest counts. Most lines are passed over by a look for the digest's text. */
static enum fws_status look_at(void *context, uint64_t seq, const char *line, size_t size,
                               struct fws_error *err)
{
    struct search *search = context;
    FWS_AUTO(fws_log_reader) reader = {.folder = search->folder};
    FWS_AUTO(fws_log_view) view = {0};

    if (memmem(line, size, search->digest, strlen(search->digest)) == NULL) {
        return FWS_OK;
    }
    enum fws_status status = fws_log_view_open(&reader, line, size, &view, err);

    if (status == FWS_OK && strcmp(view.entry.type, "sign.outcome") == 0 &&
        strcmp(fws_log_view_verdict(&view), "signed") == 0 &&
        strcmp(fws_log_view_own_text(&view, "image", "sha256"), search->digest) == 0) {
        search->found = true;
        search->index = seq;
    }
    return status;
}

static enum fws_status find_image(struct prove_run *run, const char *path, struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct search search = {.folder = run->folder};
    uint8_t digest[32];
    enum fws_status status = fws_file_read(path, FWS_FIRMWARE_MAX_SIZE, &bytes, err);

    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, bytes.data, bytes.size, digest, err);
    }
    if (status == FWS_OK) {
        (void)fws_digest_text(digest, search.digest);
        status = fws_audit_each(run->folder, look_at, &search, err);
    }
    if (status == FWS_OK && !search.found) {
        return fws_error_set(err, FWS_E_PROOF, "'%s': the log has no outcome that released %s",
                             path, search.digest);
    }
    run->index = search.index;
    return status;
}

/* Digits alone are an index; a file of such a name is written with its folder. */
static bool is_index(const char *operand)
{
    return operand[0] != '\0' && operand[strspn(operand, "0123456789")] == '\0';
}

static enum fws_status name_output(struct prove_run *run, const char *image, struct fws_error *err)
{
    const char *named = run->options->output;
    int size = 0;

    if (named != NULL) {
        size = strcmp(named, "-") == 0 ? 0 : asprintf(&run->output, "%s", named);
    } else if (image != NULL) {
        size = asprintf(&run->output, "%s" FWS_PROOF_SUFFIX, image);
    }
    if (size < 0) {
        run->output = NULL;
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
    }
    return FWS_OK;
}

static enum fws_status choose_entry(struct prove_run *run, struct fws_error *err)
{
    const char *operand = run->cli->operands[0];

    if (!is_index(operand)) {
        enum fws_status status = name_output(run, operand, err);

        return status == FWS_OK ? find_image(run, operand, err) : status;
    }
    if (!fws_uint_from_text(operand, &run->index)) {
        return fws_error_set(err, FWS_E_USAGE, "the index is too large");
    }
    return name_output(run, NULL, err);
}

/* ---- The proof ---- */

static enum fws_status prove(struct prove_run *run, struct fws_error *err)
{
    FWS_AUTO(fws_buf) line = {0};
    enum fws_status status = fws_audit_find(run->folder, run->index, &line, err);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_audit_prove_in(run->folder, run->index, &run->trust, &run->proof, err);
    if (status == FWS_E_NOT_FOUND) {
        err->status = FWS_E_LOG_UNSEALED; /* the entry is there */
    }
    return status == FWS_OK ? FWS_OK : err->status;
}

static enum fws_status write_proof(struct prove_run *run, struct fws_buf *out,
                                   struct fws_error *err)
{
    enum fws_status status = choose_entry(run, err);

    if (status == FWS_OK) {
        status = prove(run, err);
    }
    return status == FWS_OK ? fws_proof_write(&run->proof, out, err) : status;
}

/* ---- That the log has only grown ---- */

static enum fws_status write_extension(struct prove_run *run, struct fws_buf *out,
                                       struct fws_error *err)
{
    const char *path = run->options->since;
    FWS_AUTO(fws_buf) note = {0};
    struct fws_checkpoint older;
    struct fws_checkpoint newest;
    enum fws_status status = fws_file_read(path, FWS_AUDIT_NOTE_MAX, &note, err);

    if (status == FWS_OK) {
        status = fws_checkpoint_open(note.data, note.size, &run->trust, &older, err);
    }
    if (status != FWS_OK) {
        return fws_error_wrap(err, "'%s'", path);
    }
    status = name_output(run, NULL, err);
    if (status == FWS_OK) {
        status = fws_audit_extends(run->folder, &older, &run->trust, out, &newest, err);
    }
    if (status == FWS_OK) {
        fws_cli_note(run->cli, "from %llu entries to %llu", (unsigned long long)older.size,
                     (unsigned long long)newest.size);
    }
    return status;
}

/* ---- Where it goes ---- */

static enum fws_status say(struct prove_run *run, const struct fws_buf *text, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    bool entry = run->options->since == NULL;

    if (!run->cli->global.json) {
        if (run->output == NULL) {
            return fws_cli_write(text->data, text->size, err);
        }
        return entry ? fws_cli_print(err, "%s: proof of entry %llu\n", run->output,
                                     (unsigned long long)run->index)
                     : fws_cli_print(err, "%s: proof that the log has only grown\n", run->output);
    }
    fws_cli_json_begin(run->cli, &json, true);
    if (entry) {
        fws_json_int(&json, "index", (int64_t)run->index);
    }
    if (run->output != NULL) {
        fws_json_text(&json, "output", run->output);
    }
    fws_json_text_n(&json, "proof", (const char *)text->data, text->size);
    return fws_cli_json_end(run->cli, &json, err);
}

static enum fws_status deliver(struct prove_run *run, const struct fws_buf *text,
                               struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (run->output != NULL) {
        status =
            fws_file_replace(run->output, text->data, text->size,
                             run->options->force ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW, 0644, err);
    }
    return status == FWS_OK ? say(run, text, err) : status;
}

static enum fws_status run_prove(struct prove_run *run, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    bool entry = run->options->since == NULL;

    if (entry != (run->cli->operand_count == 1)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "what is to be proven: an INDEX, an IMAGE, or --since CHECKPOINT?");
    }
    enum fws_status status = fws_cli_log_folder(run->cli, &run->folder, err);

    if (status == FWS_OK) {
        status = fws_cli_log_trust(run->cli, NULL, &run->trust, err);
    }
    if (status == FWS_OK) {
        status = entry ? write_proof(run, &text, err) : write_extension(run, &text, err);
    }
    return status == FWS_OK ? deliver(run, &text, err) : status;
}

enum fws_status fws_cmd_audit_prove(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct prove_run run = {.cli = cli, .options = options};
    enum fws_status status = run_prove(&run, err);

    fws_proof_free(&run.proof);
    fws_trust_free(&run.trust);
    free(run.output);
    free(run.folder);
    return status;
}

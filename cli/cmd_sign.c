/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/sign.h"

#define BATCH_BYTES 33554432u /* of firmware or filled slots; then a batch is full */

#define OPTION(member) offsetof(struct fws_cli_sign_options, member)

/* What decides over an image and what stands in it: the same for signing and for explaining. */
/* clang-format off */
#define WHAT_IS_SIGNED                                                                             \
    {"product", 0, FWS_OPTION_TEXT, OPTION(product), "NAME",                                       \
     "whose policy counts; default: the only product that lists the key", FWS_VALUES_ANY, NULL},   \
    {"fw-version", 0, FWS_OPTION_TEXT, OPTION(fw_version), "VERSION",                              \
     "MAJOR.MINOR.REVISION[+BUILD]; default: where the policy says", FWS_VALUES_ANY, NULL},        \
    {"security-counter", 0, FWS_OPTION_TEXT, OPTION(counter), "N|auto",                            \
     "rollback counter; auto: from the version", FWS_VALUES_ANY, NULL},                            \
    {"channel", 0, FWS_OPTION_TEXT, OPTION(channel), "NAME",                                       \
     "line of releases, of those the policy names; default: its first", FWS_VALUES_ANY, NULL},     \
    {"hardware", 0, FWS_OPTION_TEXT, OPTION(hardware), "REVISION",                                 \
     "hardware the firmware is for, of those the policy names", FWS_VALUES_ANY, NULL},             \
    {"dependency", 0, FWS_OPTION_LIST, OPTION(dependencies), "(ID,VERSION)",                       \
     "least version of another image; repeatable", FWS_VALUES_ANY, NULL},                          \
    {"tlv", 0, FWS_OPTION_LIST, OPTION(tlvs), "TAG=HEX|TAG=@FILE",                                 \
     "protected TLV in the vendor range; repeatable", FWS_VALUES_ANY, NULL}
/* clang-format on */

const struct fws_option fws_sign_options[] = {
    {"key", 'k', FWS_OPTION_TEXT, OPTION(key), "KEY",
     "configured name, pkcs11: URI, or PEM file (development only)", FWS_VALUES_KEY, NULL},
    {"output", 'o', FWS_OPTION_TEXT, OPTION(output), "FILE",
     "image to write; default: app.bin -> app.signed.bin", FWS_VALUES_FILE, NULL},
    WHAT_IS_SIGNED,
    {"dry-run", 0, FWS_OPTION_FLAG, OPTION(dry_run), NULL,
     "print the decision, what would be signed and what changed; asks no token, records nothing",
     FWS_VALUES_ANY, NULL},
    {"force", 'f', FWS_OPTION_FLAG, OPTION(force), NULL, "replace an output file that exists",
     FWS_VALUES_ANY, NULL},
    {"in-place", 0, FWS_OPTION_FLAG, OPTION(in_place), NULL, "replace the input by its image",
     FWS_VALUES_ANY, NULL},
    {"proof", 0, FWS_OPTION_TEXT, OPTION(proof), "FILE",
     "where the proof of the log entry goes; default: the image's name with .tlog-proof",
     FWS_VALUES_FILE, NULL},
    {"request-id", 0, FWS_OPTION_TEXT, OPTION(request_id), "ID",
     "name of this request; the same name again gives the same answer, not a second signature",
     FWS_VALUES_ANY, NULL},
    {"fresh", 0, FWS_OPTION_FLAG, OPTION(fresh), NULL,
     "a new signature also over bytes that were signed before, where the policy allows it",
     FWS_VALUES_ANY, NULL},
    {"detached", 0, FWS_OPTION_TEXT, OPTION(detached), "FILE", "also write the signature alone",
     FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_sign_options_size = sizeof(struct fws_cli_sign_options);

const struct fws_option fws_policy_explain_options[] = {
    {"key", 'k', FWS_OPTION_TEXT, OPTION(key), "KEY", "the key that would sign", FWS_VALUES_KEY,
     NULL},
    WHAT_IS_SIGNED,
    {"fresh", 0, FWS_OPTION_FLAG, OPTION(fresh), NULL,
     "as if a new signature were asked for also over bytes that were signed before", FWS_VALUES_ANY,
     NULL},
    {0},
};
const size_t fws_policy_explain_options_size = sizeof(struct fws_cli_sign_options);

static enum fws_status check_usage(const struct fws_cli *cli,
                                   const struct fws_cli_sign_options *options,
                                   struct fws_error *err)
{
    bool standard_input = false;

    for (int i = 0; i < cli->operand_count; i++) {
        standard_input = standard_input || strcmp(cli->operands[i], "-") == 0;
    }
    if (options->key == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "%s needs --key", cli->command->name);
    }
    if (options->in_place && options->output != NULL) {
        return fws_error_set(err, FWS_E_USAGE, "--in-place and --output exclude each other");
    }
    if (cli->operand_count > 1 && (options->output != NULL || options->detached != NULL ||
                                   options->proof != NULL || options->request_id != NULL)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--output, --detached, --proof and --request-id take one input");
    }
    if (options->output != NULL && strcmp(options->output, "-") == 0 &&
        (options->proof == NULL || cli->global.json)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "an image on standard output needs --proof FILE, and excludes "
                             "--json");
    }
    if (options->proof != NULL && strcmp(options->proof, "-") == 0) {
        return fws_error_set(err, FWS_E_USAGE, "--proof takes a file");
    }
    if (options->request_id != NULL && !fws_request_id_ok(options->request_id)) {
        return fws_error_set(err, FWS_E_USAGE, "--request-id takes 1 to %u of A-Z a-z 0-9 . _ : -",
                             FWS_REQUEST_ID_MAX);
    }
    if (standard_input && (options->output == NULL || cli->operand_count > 1)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "standard input needs --output and is the only "
                             "input");
    }
    return FWS_OK;
}

static enum fws_status open_log(struct fws_cli_sign *run, struct fws_error *err)
{
    enum fws_status status = fws_releases_make(&run->releases, err);

    if (status == FWS_OK) {
        run->fold = fws_releases_fold(run->releases);
        status = fws_cli_log_open(run->cli, &run->fold, &run->log, err);
    }
    run->signer.log = run->log.audit;
    run->signer.releases = run->releases;
    return status == FWS_OK ? fws_signer_index_open(&run->signer, run->log.folder,
                                                    run->log.trust.logs[0].name, err)
                            : status;
}

/* A preview goes on without the log, and says what it does not know for that. */
static void peek_log(struct fws_cli_sign *run)
{
    struct fws_error why = {0};
    enum fws_status status = fws_releases_make(&run->releases, &why);

    if (status == FWS_OK) {
        run->fold = fws_releases_fold(run->releases);
        status = fws_cli_log_peek(run->cli, &run->fold, &run->log, &why);
    }
    if (status == FWS_OK) {
        status =
            fws_signer_index_open(&run->signer, run->log.folder, run->log.trust.logs[0].name, &why);
    }
    if (status == FWS_OK) {
        run->signer.log = run->log.audit;
        run->signer.releases = run->releases;
    } else {
        fws_cli_note(run->cli, "what was signed before is not known: %s", why.text);
    }
}

/* A refusal is on record before it is heard. */
static enum fws_status deny_key(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_sign_request request = {
        .policy = run->policy,
        .channel = fws_policy_channel(run->policy, run->options->channel),
        .spec = run->spec,
    };
    struct fws_error why = *err;
    enum fws_status status =
        fws_signing_key_denied(&run->signer, &request, run->choice.name, &why, err);

    if (status == FWS_OK) {
        *err = why;
    }
    return err->status;
}

static enum fws_status open_key(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_signing_key_ref ref = {
        .name = run->choice.name,
        .uri = run->choice.on_token ? &run->choice.uri : NULL,
        .pem_path = run->choice.pem_path,
        .pinned_spki = run->choice.pinned ? run->choice.spki_sha256 : NULL,
    };

    if (run->choice.pem_path != NULL) {
        fws_cli_warn("warning: '%s' is a software key, for development only", run->choice.name);
    }
    enum fws_status status = fws_signing_key_open(run->cli->hsm, &ref, run->policy, &run->key, err);

    if (status == FWS_OK) {
        status = fws_signing_key_refuse_log(&run->key, &run->log.trust, err);
    }
    if (status == FWS_E_KEY_UNFIT) {
        return deny_key(run, err);
    }
    /* Before there is a signature that could not be released for want of a checkpoint. */
    return status == FWS_OK ? fws_log_key_find(&run->log.key.key, err) : status;
}

/* The worker starts first and comes up while the files are read. */
static enum fws_status open_all(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_cli *cli = run->cli;
    enum fws_status status = fws_cli_config(cli, err);

    if (status == FWS_OK) {
        status = fws_mode_check(&cli->config, err);
    }
    if (status == FWS_OK) {
        status = fws_mode_key(&cli->config, run->options->key, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_key(cli, run->options->key, &run->choice, err);
    }
    if (status == FWS_OK && run->choice.on_token && !run->options->dry_run) {
        status = fws_cli_hsm(cli, err);
    }
    char *folder = status == FWS_OK ? fws_config_path(&cli->config, cli->config.policy) : NULL;

    if (status == FWS_OK) {
        status = fws_policy_set_load(folder, &run->policies, err);
    }
    free(folder);
    if (status == FWS_OK) {
        status = fws_policy_find(&run->policies, run->options->product, run->options->key,
                                 &run->policy, err);
    }
    if (status == FWS_OK) {
        status = fws_sign_spec(run, err);
    }
    fws_mode_caller(&cli->config, run->caller);
    if (status == FWS_OK && !run->options->dry_run) {
        run->signer.caller = run->caller;
        run->signer.enforced = cli->config.enforced;

        status = open_log(run, err);
    }
    if (status == FWS_OK && run->options->dry_run) {
        peek_log(run);
        return FWS_OK;
    }
    return status == FWS_OK ? open_key(run, err) : status;
}

static void remember_failure(struct fws_cli_sign *run, const struct fws_error *failure)
{
    if (run->first.status == FWS_OK) {
        run->first = *failure;
    } else if (!run->cli->global.json) {
        fws_cli_warn("%s", failure->text);
    }
}

/* An image for standard output is written when its proof is in place. */
static void write_through(struct fws_cli_sign_item *item)
{
    struct fws_sign_job *job = &item->job;

    if (item->output == NULL && job->failure.status == FWS_OK) {
        job->failure.status =
            fws_cli_write(job->image.bytes.data, job->image.bytes.size, &job->failure);
    }
}

/* Say what became of the items and let go of them. */
static enum fws_status close_batch(struct fws_cli_sign *run, struct fws_cli_sign_batch *batch,
                                   struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; i < batch->count; i++) {
        struct fws_cli_sign_item *item = batch->items[i];

        if (!run->options->dry_run) {
            write_through(item);
        }
        if (item->job.failure.status != FWS_OK) {
            remember_failure(run, &item->job.failure);
        }
        if (status == FWS_OK) {
            status = fws_sign_report(run, item, err);
        }
        fws_sign_item_free(item);
    }
    free(batch);
    return status;
}

/* The files of the batch before are in place, or their failure is on record. */
static enum fws_status finish_pending(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_cli_sign_batch *batch = run->pending;

    if (batch == NULL) {
        return FWS_OK;
    }
    run->pending = NULL;
    fws_handover_finish(&run->signer, &batch->handover);
    return close_batch(run, batch, err);
}

/* A request that was made before is answered as it was then. */
static bool was_answered(struct fws_cli_sign *run, struct fws_cli_sign_item *item)
{
    struct fws_sign_job *job = &item->job;
    bool known = false;

    if (run->options->request_id == NULL || job->failure.status != FWS_OK) {
        return false;
    }
    return fws_sign_repeat(&run->signer, &run->key, job, &known, &job->failure) != FWS_OK || known;
}

static void sign_batch(struct fws_cli_sign *run, struct fws_cli_sign_batch *batch)
{
    struct fws_sign_job *jobs[FWS_CLI_SIGN_BATCH];
    size_t fresh = 0;

    for (size_t i = 0; i < batch->count; i++) {
        batch->jobs[i] = &batch->items[i]->job;
        if (!was_answered(run, batch->items[i])) {
            jobs[fresh++] = &batch->items[i]->job;
        }
    }
    fws_sign_batch(&run->signer, &run->key, jobs, fresh);
    batch->handover = (struct fws_handover){.jobs = batch->jobs, .count = batch->count};
}

static bool same_output(const struct fws_cli_sign_batch *batch,
                        const struct fws_cli_sign_item *item)
{
    for (size_t i = 0; batch != NULL && item->output != NULL && i < batch->count; i++) {
        const char *other = batch->items[i]->output;

        if (other != NULL && strcmp(other, item->output) == 0) {
            return true;
        }
    }
    return false;
}

/* Of the memory that an input takes. */
static size_t bytes_of(const struct fws_cli_sign *run, const struct fws_cli_sign_item *item)
{
    return run->policy->format.pad != FWS_POLICY_PAD_NONE ? (size_t)run->policy->format.slot_size
                                                          : item->job.firmware.bytes.size;
}

/* Take inputs into a batch, from *next on. Two of one output are never in one: the second must see
 * the first's file. */
static struct fws_cli_sign_batch *load_batch(struct fws_cli_sign *run, int *next,
                                             struct fws_error *err)
{
    struct fws_cli_sign_batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL) {
        (void)fws_error_set(err, FWS_E_MEMORY, "no memory");
        return NULL;
    }
    while (*next < run->cli->operand_count && batch->count < FWS_CLI_SIGN_BATCH &&
           batch->bytes < BATCH_BYTES) {
        struct fws_cli_sign_item *item = fws_sign_item_new(run, run->cli->operands[*next], err);

        if (item == NULL || same_output(batch, item)) {
            fws_sign_item_free(item);
            break;
        }
        fws_sign_item_load(run, item);
        batch->bytes += bytes_of(run, item);
        batch->items[batch->count++] = item;
        (*next)++;
    }
    return batch;
}

static bool touches_pending(const struct fws_cli_sign *run, const struct fws_cli_sign_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (same_output(run->pending, batch->items[i])) {
            return true;
        }
    }
    return false;
}

/* Sign one batch while the files of the one before are flushed and named. */
static enum fws_status run_batch(struct fws_cli_sign *run, struct fws_cli_sign_batch *batch,
                                 bool last, struct fws_error *err)
{
    enum fws_status status = touches_pending(run, batch) ? finish_pending(run, err) : FWS_OK;

    if (run->options->dry_run) {
        return close_batch(run, batch, err);
    }
    sign_batch(run, batch);
    if (status == FWS_OK) {
        status = finish_pending(run, err);
    }
    run->pending = batch;
    if (!last) {
        fws_handover_start(&batch->handover);
    }
    return status;
}

/* After these the next input would fail the same way. */
static bool hopeless(enum fws_status status)
{
    return status == FWS_E_INTERRUPTED || status == FWS_E_LOG_UNAVAILABLE ||
           status == FWS_E_PIN_WRONG || status == FWS_E_LOG_TAMPERED;
}

static enum fws_status sign_all(struct fws_cli_sign *run, struct fws_error *err)
{
    enum fws_status status = FWS_OK;
    struct fws_error ignored = {0};
    int next = 0;

    fws_json_array(&run->images, NULL);
    while (status == FWS_OK && next < run->cli->operand_count && !hopeless(run->first.status)) {
        struct fws_cli_sign_batch *batch = load_batch(run, &next, err);

        status = batch == NULL ? err->status
                               : run_batch(run, batch, next >= run->cli->operand_count, err);
    }
    /* Also when printing failed: what is signed gets its file. */
    enum fws_status last = finish_pending(run, status == FWS_OK ? err : &ignored);

    return status == FWS_OK ? last : status;
}

static void run_close(struct fws_cli_sign *run)
{
    fws_signing_key_close(&run->key);
    fws_signer_index_close(&run->signer);
    fws_cli_log_close(run->cli, &run->log);
    fws_releases_drop(&run->releases);
    fws_policy_set_free(&run->policies);
    fws_json_free(&run->images);
    for (size_t i = 0; i < FWS_OPTION_LIST_MAX; i++) {
        fws_buf_free(&run->tlvs[i].value);
    }
}

static enum fws_status finish(struct fws_cli_sign *run, enum fws_status status,
                              struct fws_error *err)
{
    if (status != FWS_OK) {
        return status;
    }
    if (run->cli->global.json) {
        status = fws_cli_json_list(run->cli, "images", &run->images, &run->first, err);
    }
    if (status == FWS_OK && run->first.status != FWS_OK) {
        *err = run->first;
        status = err->status;
    }
    return status;
}

enum fws_status fws_cmd_sign(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    enum fws_status status = check_usage(cli, options, err);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_cli_sign *run = calloc(1, sizeof *run);

    if (run == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    run->cli = cli;
    run->options = options;
    status = open_all(run, err);
    if (status == FWS_OK) {
        status = finish(run, sign_all(run, err), err);
    }
    run_close(run);
    free(run);
    return status;
}

enum fws_status fws_cmd_policy_explain(struct fws_cli *cli, const void *options,
                                       struct fws_error *err)
{
    struct fws_cli_sign_options asked = *(const struct fws_cli_sign_options *)options;

    asked.dry_run = true;
    asked.explain = true;
    return fws_cmd_sign(cli, &asked, err);
}

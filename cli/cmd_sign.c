/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/sign.h"

#define OPTION(member) offsetof(struct fws_cli_sign_options, member)

const struct fws_option fws_sign_options[] = {
    {"key", 'k', FWS_OPTION_TEXT, OPTION(key), "KEY",
     "configured name, pkcs11: URI, or PEM file (development only)", FWS_VALUES_KEY, NULL},
    {"product", 0, FWS_OPTION_TEXT, OPTION(product), "NAME",
     "whose policy counts; default: the only product that lists the key", FWS_VALUES_ANY, NULL},
    {"fw-version", 0, FWS_OPTION_TEXT, OPTION(fw_version), "VERSION",
     "MAJOR.MINOR.REVISION[+BUILD]; default: where the policy says", FWS_VALUES_ANY, NULL},
    {"output", 'o', FWS_OPTION_TEXT, OPTION(output), "FILE",
     "image to write; default: app.bin -> app.signed.bin", FWS_VALUES_FILE, NULL},
    {"security-counter", 0, FWS_OPTION_TEXT, OPTION(counter), "N|auto",
     "rollback counter; auto: from the version", FWS_VALUES_ANY, NULL},
    {"dependency", 0, FWS_OPTION_LIST, OPTION(dependencies), "(ID,VERSION)",
     "least version of another image; repeatable", FWS_VALUES_ANY, NULL},
    {"tlv", 0, FWS_OPTION_LIST, OPTION(tlvs), "TAG=HEX|TAG=@FILE",
     "protected TLV in the vendor range; repeatable", FWS_VALUES_ANY, NULL},
    {"dry-run", 0, FWS_OPTION_FLAG, OPTION(dry_run), NULL,
     "print decision and digest; touches neither token nor log", FWS_VALUES_ANY, NULL},
    {"force", 'f', FWS_OPTION_FLAG, OPTION(force), NULL, "replace an output file that exists",
     FWS_VALUES_ANY, NULL},
    {"in-place", 0, FWS_OPTION_FLAG, OPTION(in_place), NULL, "replace the input by its image",
     FWS_VALUES_ANY, NULL},
    {"detached", 0, FWS_OPTION_TEXT, OPTION(detached), "FILE", "also write the signature alone",
     FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_sign_options_size = sizeof(struct fws_cli_sign_options);

static enum fws_status check_usage(const struct fws_cli *cli,
                                   const struct fws_cli_sign_options *options,
                                   struct fws_error *err)
{
    bool standard_input = false;

    for (int i = 0; i < cli->operand_count; i++) {
        standard_input = standard_input || strcmp(cli->operands[i], "-") == 0;
    }
    if (options->key == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "sign needs --key");
    }
    if (options->in_place && options->output != NULL) {
        return fws_error_set(err, FWS_E_USAGE, "--in-place and --output exclude each other");
    }
    if (cli->operand_count > 1 && (options->output != NULL || options->detached != NULL)) {
        return fws_error_set(err, FWS_E_USAGE, "--output and --detached take one input");
    }
    if (options->output != NULL && strcmp(options->output, "-") == 0) {
        return fws_error_set(err, FWS_E_USAGE,
                             "an image on standard output needs its proof in a "
                             "file; write to a file instead");
    }
    if (standard_input && (options->output == NULL || cli->operand_count > 1)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "standard input needs --output and is the only "
                             "input");
    }
    return FWS_OK;
}

static void name_caller(struct fws_cli_sign *run)
{
    const struct passwd *user = getpwuid(getuid());

    if (user != NULL) {
        (void)snprintf(run->caller, sizeof run->caller, "%.60s", user->pw_name);
    } else {
        (void)snprintf(run->caller, sizeof run->caller, "uid:%u", (unsigned)getuid());
    }
    run->signer.caller = run->caller;
    run->signer.mode = "advisory";
}

static enum fws_status open_log(struct fws_cli_sign *run, struct fws_error *err)
{
    char *folder = fws_config_path(&run->cli->config, run->cli->config.audit);
    struct fws_audit_options options = {.directory = folder};
    enum fws_status status = folder == NULL ? fws_error_set(err, FWS_E_MEMORY, "no memory")
                                            : fws_audit_open(&options, &run->signer.log, err);

    free(folder);
    return status;
}

/* The key that signs the log's checkpoints must not be one that could be made to sign firmware. */
static enum fws_status refuse_log_key(const struct fws_cli_sign *run, struct fws_error *err)
{
    const struct fws_key *key = &run->key.info;
    const char *text = run->cli->config.log_key;
    struct fws_uri uri;

    if (text == NULL || run->key.soft != NULL) {
        return FWS_OK;
    }
    enum fws_status status = fws_uri_parse(text, &uri, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "%s: log-key", run->cli->config.path);
    }
    bool same_token = uri.token[0] == '\0' || strcmp(uri.token, key->token_label) == 0;
    bool same_label = uri.object[0] == '\0' || strcmp(uri.object, key->label) == 0;
    bool same_id = uri.id_size == 0 ||
                   (uri.id_size == key->id_size && memcmp(uri.id, key->id, uri.id_size) == 0);

    if (same_token && same_label && same_id) {
        return fws_error_set(err, FWS_E_KEY_UNFIT,
                             "key '%s' is the log's key, which never signs "
                             "firmware",
                             run->choice.name);
    }
    return FWS_OK;
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

    return status == FWS_OK ? refuse_log_key(run, err) : status;
}

/* The worker starts first and comes up while the files are read. */
static enum fws_status open_all(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_cli *cli = run->cli;
    enum fws_status status = fws_cli_config(cli, err);

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
    if (status == FWS_OK && !run->options->dry_run) {
        name_caller(run);
        status = open_log(run, err);
    }
    return status == FWS_OK && !run->options->dry_run ? open_key(run, err) : status;
}

/* app.bin -> app.signed.bin; app.hex and app -> app.signed.bin too. */
static char *default_output(const char *input)
{
    const char *slash = strrchr(input, '/');
    const char *base = slash != NULL ? slash + 1 : input;
    const char *dot = strrchr(base, '.');
    size_t stem = dot != NULL && dot != base ? (size_t)(dot - input) : strlen(input);
    char *path = NULL;

    return asprintf(&path, "%.*s.signed.bin", (int)stem, input) < 0 ? NULL : path;
}

static void item_free(struct fws_cli_sign_item *item)
{
    free(item->output);
    fws_firmware_free(&item->firmware);
    fws_image_free(&item->image);
    free(item);
}

static enum fws_status algorithm_of(const struct fws_cli_sign *run, enum fws_algorithm *out,
                                    struct fws_error *err)
{
    *out = run->options->dry_run ? run->choice.alg : run->key.info.pub.alg;
    if (*out != FWS_ALG_NONE) {
        return FWS_OK;
    }
    if (run->choice.pem_path != NULL) {
        struct fws_pubkey key;
        enum fws_status status = fws_cli_pubkey(run->cli, run->choice.name, &key, err);

        *out = key.alg;
        return status;
    }
    return fws_error_set(err, FWS_E_CONFIG,
                         "--dry-run does not ask the token: write the key's "
                         "'algorithm' into the configuration");
}

static void fill_request(const struct fws_cli_sign *run, const struct fws_cli_sign_item *item,
                         struct fws_sign_request *request)
{
    *request = (struct fws_sign_request){
        .input = item->input,
        .output = item->output,
        .detached = run->options->detached,
        .replace = run->options->force || run->options->in_place,
        .policy = run->policy,
        .spec = run->spec,
    };
}

static enum fws_status sign_item(struct fws_cli_sign *run, struct fws_cli_sign_item *item,
                                 struct fws_error *err)
{
    enum fws_algorithm alg = FWS_ALG_NONE;
    struct fws_sign_request request;
    enum fws_status status = algorithm_of(run, &alg, err);

    if (status == FWS_OK) {
        status = fws_firmware_load(run->policy, item->input, &item->firmware, err);
    }
    if (status == FWS_OK && run->options->in_place && item->firmware.from_hex) {
        status = fws_error_set(err, FWS_E_USAGE, "'%s': a HEX file is not replaced by a binary",
                               item->input);
    }
    if (status == FWS_OK) {
        status = fws_image_build(run->policy, &item->firmware, &run->spec, fws_algorithm_hash(alg),
                                 &item->image, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    fill_request(run, item, &request);
    fws_sign_decide(&request, &item->firmware, &item->image, run->options->key, alg,
                    run->choice.pem_path != NULL, &item->decision);
    if (run->options->dry_run) {
        return item->decision.allowed ? FWS_OK
                                      : fws_decision_error(run->policy, &item->decision, err);
    }
    return fws_sign_run(&run->signer, &run->key, &request, &item->firmware, &item->image,
                        &item->decision, &item->result, &item->delivery, err);
}

static void remember_failure(struct fws_cli_sign *run, const struct fws_error *failure)
{
    if (run->first.status == FWS_OK) {
        run->first = *failure;
    } else if (!run->cli->global.json) {
        fws_cli_warn("%s", failure->text);
    }
}

/* Say what became of the item and let go of it. */
static enum fws_status close_item(struct fws_cli_sign *run, struct fws_cli_sign_item *item,
                                  const struct fws_error *failure, struct fws_error *err)
{
    if (failure->status != FWS_OK) {
        remember_failure(run, failure);
    }
    enum fws_status status = fws_sign_report(run, item, failure, err);

    item_free(item);
    return status;
}

/* The file of the input before is in place, or its failure on record. */
static enum fws_status finish_pending(struct fws_cli_sign *run, struct fws_error *err)
{
    struct fws_cli_sign_item *item = run->pending;
    struct fws_error failure = {0};

    if (item == NULL) {
        return FWS_OK;
    }
    run->pending = NULL;
    failure.status = fws_delivery_finish(&run->signer, &item->result, &item->delivery, &failure);
    return close_item(run, item, &failure, err);
}

static struct fws_cli_sign_item *new_item(const struct fws_cli_sign *run, const char *input)
{
    const struct fws_cli_sign_options *options = run->options;
    struct fws_cli_sign_item *item = calloc(1, sizeof *item);

    if (item != NULL) {
        item->input = input;
        item->output = options->output != NULL ? strdup(options->output)
                       : options->in_place     ? strdup(input)
                                               : default_output(input);
    }
    if (item != NULL && item->output == NULL) {
        free(item);
        item = NULL;
    }
    return item;
}

/* Sign one input while the file of the one before is flushed and named. */
static enum fws_status sign_input(struct fws_cli_sign *run, const char *input,
                                  struct fws_error *err)
{
    struct fws_cli_sign_item *item = new_item(run, input);
    struct fws_error failure = {0};
    enum fws_status status = FWS_OK;

    if (item == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for '%s'", input);
    }
    /* Two inputs of one output: the second must see the first's file. */
    if (run->pending != NULL && strcmp(run->pending->output, item->output) == 0) {
        status = finish_pending(run, err);
    }
    failure.status = sign_item(run, item, &failure);
    if (status == FWS_OK) {
        status = finish_pending(run, err);
    }
    if (failure.status != FWS_OK || run->options->dry_run) {
        enum fws_status closed = close_item(run, item, &failure, err);

        return status == FWS_OK ? closed : status;
    }
    run->pending = item;
    if (run->cli->operand_count > 1) {
        fws_delivery_start(&item->delivery);
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

    fws_json_array(&run->images, NULL);
    for (int i = 0; status == FWS_OK && i < run->cli->operand_count; i++) {
        status = sign_input(run, run->cli->operands[i], err);
        if (hopeless(run->first.status)) {
            break;
        }
    }
    /* Also when printing failed: what is signed gets its file. */
    enum fws_status last = finish_pending(run, status == FWS_OK ? err : &ignored);

    return status == FWS_OK ? last : status;
}

static void run_close(struct fws_cli_sign *run)
{
    fws_signing_key_close(&run->key);
    fws_audit_close(&run->signer.log);
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

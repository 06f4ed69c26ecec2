/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/hex.h"
#include "cli/behalf.h"
#include "cli/sign.h"

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

static char *beside(const char *image)
{
    char *path = NULL;

    return asprintf(&path, "%s" FWS_PROOF_SUFFIX, image) < 0 ? NULL : path;
}

static enum fws_status name_request(const struct fws_cli_sign *run, struct fws_cli_sign_item *item,
                                    struct fws_error *err)
{
    uint8_t random[16];

    if (run->options->request_id != NULL) {
        (void)snprintf(item->id, sizeof item->id, "%s", run->options->request_id);
        return FWS_OK;
    }
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return fws_error_errno(err, errno, "random request id");
    }
    (void)fws_hex_encode(random, sizeof random, item->id);
    return FWS_OK;
}

static bool name_files(const struct fws_cli_sign *run, struct fws_cli_sign_item *item)
{
    const struct fws_cli_sign_options *options = run->options;
    bool to_output = options->output != NULL && strcmp(options->output, "-") == 0;

    if (!to_output) {
        item->output = options->output != NULL ? strdup(options->output)
                       : options->in_place     ? strdup(item->input)
                                               : default_output(item->input);
    }
    if (!to_output && item->output == NULL) {
        return false;
    }
    item->proof = options->proof != NULL ? strdup(options->proof) : beside(item->output);
    return item->proof != NULL;
}

struct fws_cli_sign_item *fws_sign_item_new(const struct fws_cli_sign *run, const char *input,
                                            struct fws_error *err)
{
    struct fws_cli_sign_item *item = calloc(1, sizeof *item);

    if (item != NULL) {
        item->input = input;
    }
    if (item == NULL || !name_files(run, item)) {
        (void)fws_error_set(err, FWS_E_MEMORY, "no memory for '%s'", input);
    } else if (name_request(run, item, err) == FWS_OK) {
        return item;
    }
    fws_sign_item_free(item);
    return NULL;
}

void fws_sign_item_free(struct fws_cli_sign_item *item)
{
    if (item != NULL) {
        free(item->output);
        free(item->proof);
        fws_sign_job_free(&item->job);
        free(item);
    }
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

/* A key that the policy's format is not for is found before anything is asked of it. */
static enum fws_status hash_of(const struct fws_cli_sign *run, enum fws_algorithm *alg,
                               enum fws_hash *hash, struct fws_error *err)
{
    enum fws_status status = algorithm_of(run, alg, err);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_image_hash(run->policy, *alg, hash, err);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "key '%s'", run->choice.name);
}

static void fill_request(const struct fws_cli_sign *run, struct fws_cli_sign_item *item)
{
    item->job.request = (struct fws_sign_request){
        .input = item->input,
        .output = item->output,
        .proof = item->proof,
        .detached = run->options->detached,
        .owner = fws_behalf_owner(run->cli),
        .replace = run->options->force || run->options->in_place,
        .id = item->id,
        .channel = fws_policy_channel(run->policy, run->options->channel),
        .hardware = run->options->hardware,
        .fresh = run->options->fresh,
        .version_conflict = run->version_conflict,
        .policy = run->policy,
        .spec = run->spec,
    };
}

static void decide_dry(const struct fws_cli_sign *run, struct fws_sign_job *job,
                       enum fws_algorithm alg)
{
    struct fws_sign_side side = {
        .explain = run->options->explain,
        .enforced = run->cli->config.enforced,
        .caller = run->caller,
        .time_us = fws_clock_now_us(),
        .key = run->options->key,
        .alg = alg,
        .software = run->choice.pem_path != NULL,
        .spki = run->choice.pinned ? run->choice.spki_sha256 : NULL,
    };

    if (fws_sign_preview(&run->signer, &side, job, &job->failure) == FWS_OK &&
        !job->decision.allowed) {
        (void)fws_decision_error(run->policy, &job->decision, &job->failure);
    }
}

void fws_sign_item_load(struct fws_cli_sign *run, struct fws_cli_sign_item *item)
{
    struct fws_sign_job *job = &item->job;
    struct fws_error *err = &job->failure;
    enum fws_algorithm alg = FWS_ALG_NONE;
    enum fws_hash hash = FWS_HASH_NONE;
    enum fws_status status = hash_of(run, &alg, &hash, err);

    fill_request(run, item);
    if (status == FWS_OK) {
        status = fws_firmware_load_of(run->policy, item->input, fws_behalf_owner(run->cli),
                                      &job->firmware, err);
    }
    if (status == FWS_OK && run->options->in_place &&
        (job->firmware.from_hex || job->firmware.from_elf)) {
        status = fws_error_set(err, FWS_E_USAGE,
                               "'%s': a HEX or ELF file is not replaced by a binary", item->input);
    }
    if (status == FWS_OK) {
        status = fws_image_build(run->policy, &job->firmware, &run->spec, hash, &job->image, err);
    }
    if (status == FWS_OK) {
        fws_image_look(run->policy, &job->firmware, &job->image, &job->content);
    }
    if (status == FWS_OK && run->options->dry_run) {
        decide_dry(run, job, alg);
    }
}

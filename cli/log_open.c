/* SPDX-License-Identifier: Apache-2.0 */
/* Making the log, and opening it for writing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/log.h"

/* ---- The key ---- */

static bool is_uri(const char *where)
{
    return strncmp(where, "pkcs11:", 7) == 0;
}

/* The pins of the keys that are configured for firmware; the log's key must be none of them. */
static enum fws_status collect_firmware(struct fws_cli *cli, uint8_t (**out)[32], size_t *count,
                                        struct fws_error *err)
{
    const struct fws_config_key *keys = cli->config.keys.items;

    *count = 0;
    *out = calloc(cli->config.keys.count + 1, sizeof **out);
    if (*out == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for keys");
    }
    for (size_t i = 0; i < cli->config.keys.count; i++) {
        struct fws_key_choice choice;
        enum fws_status status = fws_cli_key(cli, keys[i].name, &choice, err);

        if (status != FWS_OK) {
            return status;
        }
        if (choice.pinned) {
            memcpy((*out)[(*count)++], choice.spki_sha256, sizeof **out);
        }
    }
    return FWS_OK;
}

static enum fws_status take_uri(struct fws_cli *cli, struct fws_cli_log_key *out,
                                struct fws_error *err)
{
    const char *module = cli->config.hsm.module;
    enum fws_status status = fws_uri_parse(out->where, &out->uri, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "the log's key");
    }
    if (out->uri.module_path[0] != '\0' &&
        (module == NULL || strcmp(out->uri.module_path, module) != 0)) {
        return fws_error_set(err, FWS_E_URI,
                             "the log's key: module-path is not the configured module");
    }
    return fws_cli_hsm(cli, err);
}

static enum fws_status open_key(struct fws_cli *cli, const char *where, struct fws_log_key_ref *ref,
                                struct fws_cli_log_key *out, struct fws_error *err)
{
    enum fws_status status = collect_firmware(cli, &out->firmware, &ref->firmware_spki_count, err);

    ref->firmware_spkis = (const uint8_t(*)[32])out->firmware;
    out->where = strdup(where);
    if (status == FWS_OK && out->where == NULL) {
        status = fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
    }
    if (status == FWS_OK && is_uri(where)) {
        ref->uri = &out->uri;
        status = take_uri(cli, out, err);
    } else if (status == FWS_OK && cli->config.enforced) {
        status = fws_error_set(err, FWS_E_CONFIG,
                               "enforced mode: the log's key '%s' is a software key", where);
    } else if (status == FWS_OK) {
        ref->pem_path = out->where;
        fws_cli_warn("warning: the log's key '%s' is a software key, for development only", where);
    }
    return status == FWS_OK ? fws_log_key_open(cli->hsm, ref, &out->key, err) : status;
}

enum fws_status fws_cli_log_key_open(struct fws_cli *cli, const char *where, const char *origin,
                                     const struct fws_trust *trust, struct fws_cli_log_key *out,
                                     struct fws_error *err)
{
    struct fws_log_key_ref ref = {.origin = origin, .trust = trust};
    enum fws_status status = fws_cli_config(cli, err);

    *out = (struct fws_cli_log_key){0};
    if (status == FWS_OK && where == NULL) {
        status = fws_error_set(err, FWS_E_CONFIG,
                               "%s: no 'log-key': name a key on the token that signs nothing but "
                               "the log",
                               cli->config.path);
    }
    if (status == FWS_OK) {
        status = open_key(cli, where, &ref, out, err);
    }
    if (status != FWS_OK) {
        fws_cli_log_key_close(out);
    }
    return status;
}

void fws_cli_log_key_close(struct fws_cli_log_key *key)
{
    fws_log_key_close(&key->key);
    free(key->firmware);
    free(key->where);
    *key = (struct fws_cli_log_key){0};
}

enum fws_status fws_cli_log_key_place(struct fws_cli *cli, char **out, struct fws_error *err)
{
    enum fws_status status = fws_cli_config(cli, err);

    *out = NULL;
    if (status != FWS_OK || cli->config.log_key == NULL) {
        return status;
    }
    *out = is_uri(cli->config.log_key) ? strdup(cli->config.log_key)
                                       : fws_config_path(&cli->config, cli->config.log_key);
    return *out != NULL ? FWS_OK : fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
}

/* ---- Making ---- */

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

/*
 * What the genesis says of the policies in force: SHA-256 over the digests of all policy files, in
 * ascending order, whatever their names.
 *
 *     sha256sum *.yaml | cut -c1-64 | sort | xxd -r -p | sha256sum
 */
static enum fws_status digest_policies(const struct fws_policy_set *set, uint8_t out[32],
                                       struct fws_error *err)
{
    FWS_AUTO(fws_buf) digests = {0};
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < set->count; i++) {
        status = fws_buf_append(&digests, set->policies[i].digest, 32, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (set->count > 0) {
        qsort(digests.data, set->count, 32, compare_digests);
    }
    return fws_digest(FWS_HASH_SHA256, digests.data, digests.size, out, err);
}

enum fws_status fws_cli_log_create(const char *folder, const char *policy_folder,
                                   const struct fws_log_key *key, struct fws_error *err)
{
    FWS_AUTO(fws_policy_set) policies = {0};
    uint8_t digest[32];
    struct fws_audit_genesis genesis = {.origin = key->vkey.name, .signer = &key->signer};
    enum fws_status status = fws_policy_set_load(policy_folder, &policies, err);

    if (status == FWS_OK && policies.count > 0) {
        status = digest_policies(&policies, digest, err);
        genesis.policy = digest;
    }
    return status == FWS_OK ? fws_audit_create(folder, &genesis, err) : status;
}

enum fws_status fws_cli_log_name(const char *prefix, char out[FWS_CLI_ORIGIN_SIZE],
                                 struct fws_error *err)
{
    uint8_t random[8];
    char hex[2 * sizeof random + 1];

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return fws_error_errno(err, errno, "random log name");
    }
    (void)snprintf(out, FWS_CLI_ORIGIN_SIZE, "%s/%s", prefix,
                   fws_hex_encode(random, sizeof random, hex));
    return FWS_OK;
}

/* ---- Opening ---- */

enum fws_status fws_cli_log_exists(const char *folder, struct fws_error *err)
{
    char *segments = fws_path_join(folder, "seg");
    enum fws_status status = FWS_OK;

    if (segments == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
    }
    if (access(segments, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        status =
            fws_error_set(err, FWS_E_LOG_UNAVAILABLE,
                          "there is no audit log in '%s'; 'fwsign audit create' makes it", folder);
    }
    free(segments);
    return status;
}

/* The folders above the mark. Where they cannot be made the mark cannot be kept, and the log says so
 * when it comes to that. */
static void make_folders(const char *path)
{
    char *copy = strdup(path);

    for (char *slash = copy != NULL ? strchr(copy + 1, '/') : NULL; slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(copy, 0700);
        *slash = '/';
    }
    free(copy);
}

static enum fws_status take_trust(struct fws_cli *cli, struct fws_cli_log *out,
                                  struct fws_error *err)
{
    enum fws_status status = fws_cli_log_trust(cli, NULL, &out->trust, err);

    if (status == FWS_OK && out->trust.count == 0) {
        return fws_error_set(err, FWS_E_CONFIG,
                             "%s: no 'log-trust': without the log's public key nothing in the log "
                             "can be believed; 'fwsign audit create' printed it",
                             cli->config.path);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_high_water(cli, &out->trust, &out->high_water, err);
    }
    if (status == FWS_OK && out->high_water != NULL) {
        make_folders(out->high_water);
    }
    return status;
}

static enum fws_status take_key(struct fws_cli *cli, struct fws_cli_log *out, struct fws_error *err)
{
    char *place = NULL;
    enum fws_status status = fws_cli_log_key_place(cli, &place, err);

    if (status == FWS_OK) {
        status =
            fws_cli_log_key_open(cli, place, out->trust.logs[0].name, &out->trust, &out->key, err);
    }
    free(place);
    return status;
}

static enum fws_status open_audit(struct fws_cli_log *log, const struct fws_audit_fold *fold,
                                  struct fws_error *err)
{
    const struct fws_audit_options options = {
        .directory = log->folder,
        .trust = &log->trust,
        .signer = &log->key.key.signer,
        .fold = fold,
        .high_water = log->high_water,
        .snapshot_every = fold != NULL ? 0 : UINT64_MAX,
    };

    return fws_audit_open(&options, &log->audit, err);
}

enum fws_status fws_cli_log_open(struct fws_cli *cli, const struct fws_audit_fold *fold,
                                 struct fws_cli_log *out, struct fws_error *err)
{
    *out = (struct fws_cli_log){0};
    enum fws_status status = fws_cli_log_folder(cli, &out->folder, err);

    if (status == FWS_OK) {
        status = fws_mode_check(&cli->config, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_exists(out->folder, err);
    }
    if (status == FWS_OK) {
        status = take_trust(cli, out, err);
    }
    if (status == FWS_OK) {
        status = take_key(cli, out, err);
    }
    if (status == FWS_OK) {
        status = open_audit(out, fold, err);
    }
    if (status != FWS_OK) {
        fws_cli_log_close(cli, out);
    }
    return status;
}

enum fws_status fws_cli_log_peek(struct fws_cli *cli, const struct fws_audit_fold *fold,
                                 struct fws_cli_log *out, struct fws_error *err)
{
    *out = (struct fws_cli_log){0};
    enum fws_status status = fws_cli_log_folder(cli, &out->folder, err);

    if (status == FWS_OK) {
        status = fws_cli_log_exists(out->folder, err);
    }
    if (status == FWS_OK) {
        status = take_trust(cli, out, err);
    }
    if (status == FWS_OK) {
        const struct fws_audit_options options = {.directory = out->folder,
                                                  .trust = &out->trust,
                                                  .fold = fold,
                                                  .snapshot_every = UINT64_MAX};

        status = fws_audit_open(&options, &out->audit, err);
    }
    if (status != FWS_OK) {
        fws_cli_log_close(cli, out);
    }
    return status;
}

static void say_what_was_found(struct fws_audit *audit)
{
    unsigned long long unresolved = fws_audit_unresolved(audit);
    const char *warning = fws_audit_warning(audit);

    if (warning[0] != '\0') {
        fws_cli_warn("warning: %s", warning);
    }
    if (unresolved > 0) {
        fws_cli_warn("warning: %llu signature request%s of programs that are gone %s recorded as "
                     "unresolved; see fwsign audit log --type sign.unresolved",
                     unresolved, unresolved == 1 ? "" : "s", unresolved == 1 ? "was" : "were");
    }
}

void fws_cli_log_close(struct fws_cli *cli, struct fws_cli_log *log)
{
    (void)cli;
    if (log->audit != NULL) {
        say_what_was_found(log->audit);
    }
    fws_audit_close(&log->audit);
    fws_cli_log_key_close(&log->key);
    fws_trust_free(&log->trust);
    free(log->high_water);
    free(log->folder);
    *log = (struct fws_cli_log){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/config.h"

static const char *const algorithms[] = {"none",       "rsa-2048", "rsa-3072", "ecdsa-p256",
                                         "ecdsa-p384", "ed25519",  NULL};

static const char *const modes[] = {"advisory", "enforced", NULL};

/* Tests have another one. */
#ifndef FWSIGN_SYSTEM_CONFIG
#define FWSIGN_SYSTEM_CONFIG "/etc/fwsign/" FWS_CONFIG_NAME
#endif

static const struct fws_yaml_field hsm_fields[] = {
    {.key = "module",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, hsm.module),
     .required = true,
     .doc = "the PKCS#11 module of the HSM"},
    {.key = "environment",
     .type = FWS_YAML_TEXT_LIST,
     .offset = offsetof(struct fws_config, hsm.environment),
     .doc = "NAME=VALUE for the module's process, which runs in this file's folder"},
    {.key = "pin-file",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, hsm.pin_file),
     .doc = "file with the PIN, yours and mode 0600"},
    {.key = "deadline-ms",
     .type = FWS_YAML_UINT,
     .offset = offsetof(struct fws_config, hsm.deadline_ms),
     .min = 100,
     .max = 600000,
     .doc = "how long one request to the HSM may take"},
    {0},
};

static const struct fws_yaml_field key_fields[] = {
    {.key = "uri",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config_key, uri),
     .required = true,
     .place_offset = offsetof(struct fws_config_key, at_uri) + 1,
     .doc = "where the key is (RFC 7512); never a PIN"},
    {.key = "algorithm",
     .type = FWS_YAML_CHOICE,
     .offset = offsetof(struct fws_config_key, algorithm),
     .choices = algorithms,
     .doc = "what kind of key it is"},
    {.key = "spki-sha256",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config_key, spki_sha256),
     .doc = "its public key; signatures are checked against this one"},
    {0},
};

const struct fws_yaml_field fws_config_fields[] = {
    {.key = "hsm",
     .type = FWS_YAML_MAP,
     .offset = 0,
     .fields = hsm_fields,
     .doc = "the HSM; without it only software keys work"},
    {.key = "keys",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct fws_config, keys),
     .fields = key_fields,
     .item_size = sizeof(struct fws_config_key),
     .doc = "names for keys"},
    {.key = "log-key",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, log_key),
     .doc = "the key that signs the log's checkpoints; never signs firmware"},
    {.key = "log-trust",
     .type = FWS_YAML_TEXT_LIST,
     .offset = offsetof(struct fws_config, log_trust),
     .doc = "the log's public keys, as 'audit create' prints them: whose checkpoints are believed"},
    {.key = "high-water",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, high_water),
     .doc = "file outside the log with the newest checkpoint seen; default: in the state folder"},
    {.key = "mode",
     .type = FWS_YAML_CHOICE,
     .offset = offsetof(struct fws_config, mode),
     .choices = modes,
     .doc = "enforced, in /etc/fwsign alone: configuration, policy and log belong to root or the "
            "service, and callers cannot use their own; see docs/enforced.md"},
    {.key = "service",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, service),
     .doc = "user that signs in enforced mode, for callers that sudo lets through"},
    {.key = "policy",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, policy),
     .required = true,
     .doc = "folder with one policy file a product"},
    {.key = "audit",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_config, audit),
     .required = true,
     .doc = "folder of the audit log"},
    {0},
};

/* ./fwsign.yaml or the nearest one above: heap path, or NULL. */
static char *find_above(void)
{
    char *folder = getcwd(NULL, 0);

    while (folder != NULL) {
        char *path = fws_path_join(folder, FWS_CONFIG_NAME);

        if (path != NULL && access(path, F_OK) == 0) {
            free(folder);
            return path;
        }
        free(path);
        char *slash = strrchr(folder, '/');

        if (slash == NULL || folder[1] == '\0') {
            break;
        }
        slash[slash == folder ? 1 : 0] = '\0';
    }
    free(folder);
    return NULL;
}

static char *existing(char *path)
{
    if (path != NULL && access(path, F_OK) == 0) {
        return path;
    }
    free(path);
    return NULL;
}

static char *find_user(void)
{
    const char *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (base != NULL && base[0] == '/') {
        return existing(fws_path_join(base, "fwsign/" FWS_CONFIG_NAME));
    }
    if (home != NULL && home[0] == '/') {
        return existing(fws_path_join(home, ".config/fwsign/" FWS_CONFIG_NAME));
    }
    return NULL;
}

static char *find_file(const char *option)
{
    const char *named = option != NULL ? option : getenv("FWSIGN_CONFIG");

    if (named != NULL && named[0] != '\0') {
        return strdup(named);
    }
    char *path = find_above();

    if (path == NULL) {
        path = find_user();
    }
    return path != NULL ? path : existing(strdup(FWSIGN_SYSTEM_CONFIG));
}

/* The folder of path, absolute and free of links, so that a later chdir changes nothing. */
static char *folder_of(const char *path)
{
    char *real = realpath(path, NULL);
    char *slash = real != NULL ? strrchr(real, '/') : NULL;

    if (slash != NULL) {
        slash[slash == real ? 1 : 0] = '\0';
    }
    return real;
}

/* The worker's environment: NAME=VALUE, names as the shell takes them. */
static enum fws_status split_environment(struct fws_config *config, struct fws_error *err)
{
    size_t count = config->hsm.environment.count;

    config->hsm.env = calloc(count + 1, sizeof config->hsm.env[0]);
    if (config->hsm.env == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the configuration");
    }
    for (size_t i = 0; i < count; i++) {
        char *text = config->hsm.environment.items[i];
        size_t name =
            strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789abcdefghijklmnopqrstuvwxyz");
        unsigned line = config->hsm.environment.places[i].line;

        if (name == 0 || text[name] != '=') {
            return fws_error_set(err, FWS_E_CONFIG, "%s:%u: 'environment' takes NAME=VALUE",
                                 config->path, line);
        }
        text[name] = '\0';
        if (strcmp(text, "FWSIGN_PIN") == 0) {
            return fws_error_set(err, FWS_E_CONFIG, "%s:%u: a PIN has no place in this file",
                                 config->path, line);
        }
        config->hsm.env[i] = (struct fws_hsm_env){text, text + name + 1};
    }
    return FWS_OK;
}

static enum fws_status check_keys(const struct fws_config *config, struct fws_error *err)
{
    const struct fws_config_key *keys = config->keys.items;

    for (size_t i = 0; i < config->keys.count; i++) {
        struct fws_uri uri;
        enum fws_status status = fws_uri_parse(keys[i].uri, &uri, err);

        if (status != FWS_OK) {
            err->status = FWS_E_CONFIG;
            return fws_error_wrap(err, "%s:%u:%u: key '%s'", config->path, keys[i].at_uri.line,
                                  keys[i].at_uri.column, keys[i].name);
        }
        if (uri.module_path[0] != '\0' &&
            (config->hsm.module == NULL || strcmp(uri.module_path, config->hsm.module) != 0)) {
            return fws_error_set(
                err, FWS_E_CONFIG, "%s:%u:%u: key '%s': module-path is not the configured module",
                config->path, keys[i].at_uri.line, keys[i].at_uri.column, keys[i].name);
        }
    }
    return FWS_OK;
}

static enum fws_status load(struct fws_config *config, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_file_read(config->path, FWS_YAML_MAX_SIZE, &text, err);

    if (status != FWS_OK) {
        err->status = FWS_E_CONFIG;
        return fws_error_wrap(err, "configuration");
    }
    char *path = config->path;
    char *folder = folder_of(path);

    status =
        fws_yaml_load(path, text.data, text.size, fws_config_fields, FWS_E_CONFIG, config, err);
    config->path = path;
    config->folder = folder;
    config->enforced = config->mode == 1;
    if (status == FWS_OK && folder == NULL) {
        status = fws_error_errno(err, errno, "'%s'", path);
    }
    if (status == FWS_OK) {
        status = split_environment(config, err);
    }
    return status == FWS_OK ? check_keys(config, err) : status;
}

bool fws_config_exists(const char *option)
{
    char *path = find_file(option);
    bool found = path != NULL;

    free(path);
    return found;
}

/* Whoever chooses the configuration is not held by it. */
static enum fws_status check_mode(const struct fws_config *config, struct fws_error *err)
{
    return !config->enforced || strcmp(config->path, FWSIGN_SYSTEM_CONFIG) == 0
               ? FWS_OK
               : fws_error_set(err, FWS_E_CONFIG, "%s: 'mode: enforced' has a meaning in %s alone",
                               config->path, FWSIGN_SYSTEM_CONFIG);
}

static enum fws_status load_file(char *path, struct fws_config *out, struct fws_error *err)
{
    *out = (struct fws_config){.path = path};
    enum fws_status status = load(out, err);

    if (status == FWS_OK) {
        status = check_mode(out, err);
    }
    if (status != FWS_OK) {
        fws_config_free(out);
    }
    return status;
}

/* What cannot be looked at is there: it might say that it counts alone. */
static bool has_system_config(void)
{
    return access(FWSIGN_SYSTEM_CONFIG, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static enum fws_status load_system(struct fws_config *out, struct fws_error *err)
{
    char *path = strdup(FWSIGN_SYSTEM_CONFIG);

    return path != NULL ? load_file(path, out, err)
                        : fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
}

enum fws_status fws_config_enforced(const char *option, bool *enforced, struct fws_config *out,
                                    struct fws_error *err)
{
    *enforced = false;
    if (!has_system_config()) {
        return FWS_OK;
    }
    enum fws_status status = load_system(out, err);

    if (status != FWS_OK) {
        return status;
    }
    *enforced = out->enforced;
    if (!out->enforced) {
        fws_config_free(out);
        return FWS_OK;
    }
    char *named = find_file(option);

    out->overrides = named != NULL && strcmp(named, out->path) != 0;
    free(named);
    return FWS_OK;
}

enum fws_status fws_config_load(const char *option, struct fws_config *out, struct fws_error *err)
{
    bool enforced = false;
    enum fws_status status = fws_config_enforced(option, &enforced, out, err);

    if (status != FWS_OK || enforced) {
        return status;
    }
    char *path = find_file(option);

    *out = (struct fws_config){0};
    if (path == NULL) {
        return fws_error_set(err, FWS_E_CONFIG,
                             "no %s here or above; 'fwsign init --dev' makes one, --config names "
                             "another",
                             FWS_CONFIG_NAME);
    }
    return load_file(path, out, err);
}

const struct fws_config_key *fws_config_key_find(const struct fws_config *config, const char *name)
{
    const struct fws_config_key *keys = config->keys.items;

    for (size_t i = 0; i < config->keys.count; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

char *fws_config_path(const struct fws_config *config, const char *path)
{
    return fws_path_join(config->folder, path);
}

void fws_config_free(struct fws_config *config)
{
    free(config->hsm.env);
    free(config->path);
    free(config->folder);
    fws_yaml_free(fws_config_fields, config);
    *config = (struct fws_config){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/protect.h"
#include "cli/mode.h"
#include "policy/policy.h"

const char *fws_mode_name(const struct fws_config *config)
{
    return config->enforced ? "enforced" : "advisory";
}

static enum fws_status service_user(const struct fws_config *config, uid_t *out,
                                    struct fws_error *err)
{
    const struct passwd *user = config->service != NULL ? getpwnam(config->service) : NULL;

    *out = user != NULL ? user->pw_uid : FWS_NOBODY_ELSE;
    return config->service == NULL || user != NULL
               ? FWS_OK
               : fws_error_set(err, FWS_E_CONFIG, "%s: there is no user '%s' (service)",
                               config->path, config->service);
}

/* path is relative to the configuration; NULL: not configured. */
static enum fws_status check_path(const struct fws_config *config, const char *path, uid_t service,
                                  struct fws_error *err)
{
    char *whole = path != NULL ? fws_config_path(config, path) : NULL;
    enum fws_status status = FWS_OK;

    if (path != NULL && whole == NULL) {
        status = fws_error_set(err, FWS_E_MEMORY, "no memory");
    } else if (path != NULL) {
        status = fws_path_protected(whole, service, err);
    }
    free(whole);
    return status;
}

/* What was not made so far is protected by the folders above it, which were looked at. */
static enum fws_status check_if_there(const struct fws_config *config, const char *path,
                                      uid_t service, struct fws_error *err)
{
    enum fws_status status = check_path(config, path, service, err);

    return status == FWS_E_NOT_FOUND ? FWS_OK : status;
}

static bool is_uri(const char *text)
{
    return strncmp(text, "pkcs11:", 7) == 0;
}

static enum fws_status check_paths(const struct fws_config *config, uid_t service,
                                   struct fws_error *err)
{
    const char *const paths[] = {config->path, config->policy, config->hsm.pin_file,
                                 config->hsm.module};
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < sizeof paths / sizeof paths[0]; i++) {
        status = check_path(config, paths[i], service, err);
    }
    if (status == FWS_E_NOT_FOUND) {
        status = err->status = FWS_E_CONFIG;
    }
    if (status == FWS_OK) {
        status = check_if_there(config, config->audit, service, err);
    }
    return status == FWS_OK ? check_if_there(config, config->high_water, service, err) : status;
}

/* A value that names a file, such as SOFTHSM2_CONF, is as good as the module: it says where that finds
 * its tokens, or other code. One that names none is taken for a word. */
static enum fws_status check_environment(const struct fws_config *config, uid_t service,
                                         struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < config->hsm.environment.count; i++) {
        status = check_if_there(config, config->hsm.env[i].value, service, err);
    }
    return status;
}

/* A key is a URI, which may name a file with the PIN, or the path of a PEM file. */
static enum fws_status check_key(const struct fws_config *config, const char *key, uid_t service,
                                 struct fws_error *err)
{
    struct fws_uri uri;

    if (!is_uri(key)) {
        return check_if_there(config, key, service, err);
    }
    enum fws_status status = fws_uri_parse(key, &uri, err);

    return status == FWS_OK && uri.pin_source[0] != '\0'
               ? check_if_there(config, uri.pin_source, service, err)
               : status;
}

static enum fws_status check_keys(const struct fws_config *config, uid_t service,
                                  struct fws_error *err)
{
    const struct fws_config_key *keys = config->keys.items;
    enum fws_status status =
        config->log_key != NULL ? check_key(config, config->log_key, service, err) : FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < config->keys.count; i++) {
        status = check_key(config, keys[i].uri, service, err);
    }
    return status;
}

/* Files in a folder that only root and the service can write may still be links or hand-me-downs. */
static enum fws_status check_policies(const struct fws_config *config, uid_t service,
                                      struct fws_error *err)
{
    FWS_AUTO(fws_policy_set) set = {0};
    struct fws_error ignored = {0};
    char *folder = fws_config_path(config, config->policy);
    enum fws_status status = FWS_OK;

    /* Policies that do not load sign nothing; who needs them says what is wrong. */
    if (folder != NULL && fws_policy_set_load(folder, &set, &ignored) == FWS_OK) {
        for (size_t i = 0; status == FWS_OK && i < set.count; i++) {
            status = fws_path_protected(set.policies[i].path, service, err);
        }
    }
    free(folder);
    return status;
}

/* Its default is where the environment says, which is not the service's. */
static enum fws_status check_high_water(const struct fws_config *config, struct fws_error *err)
{
    return config->high_water != NULL
               ? FWS_OK
               : fws_error_set(err, FWS_E_CONFIG,
                               "%s: enforced mode needs 'high-water', a file outside the log for "
                               "the newest checkpoint",
                               config->path);
}

enum fws_status fws_mode_check(const struct fws_config *config, struct fws_error *err)
{
    uid_t service = FWS_NOBODY_ELSE;

    if (!config->enforced) {
        return FWS_OK;
    }
    enum fws_status status = service_user(config, &service, err);

    if (status == FWS_OK) {
        status = check_paths(config, service, err);
    }
    if (status == FWS_OK) {
        status = check_environment(config, service, err);
    }
    if (status == FWS_OK) {
        status = check_keys(config, service, err);
    }
    if (status == FWS_OK) {
        status = check_policies(config, service, err);
    }
    if (status == FWS_OK) {
        status = check_high_water(config, err);
    }
    return status == FWS_E_UNPROTECTED ? fws_error_wrap(err, "enforced mode") : status;
}

enum fws_status fws_mode_key(const struct fws_config *config, const char *name,
                             struct fws_error *err)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    return !config->enforced || fws_config_key_find(config, name) != NULL
               ? FWS_OK
               : fws_error_set(err, FWS_E_KEY_NOT_FOUND, "enforced mode: '%s' is no key of %s",
                               fws_error_quote(name, strlen(name), quoted), config->path);
}

bool fws_mode_sudo(uid_t *out)
{
    const char *text = getenv("SUDO_UID");
    uint64_t value = 0;

    if (text == NULL || !fws_uint_from_text(text, &value) || value > UINT32_MAX - 1) {
        return false;
    }
    *out = (uid_t)value;
    return true;
}

enum fws_status fws_mode_serves(const struct fws_config *config, bool *out, struct fws_error *err)
{
    uid_t service = FWS_NOBODY_ELSE;
    enum fws_status status = service_user(config, &service, err);

    *out = status == FWS_OK && config->enforced && (getuid() == 0 || getuid() == service);
    return status;
}

void fws_mode_caller(const struct fws_config *config, char out[FWS_CLI_CALLER_SIZE])
{
    struct fws_error ignored = {0};
    uid_t caller = getuid();
    bool serves = false;

    if (fws_mode_serves(config, &serves, &ignored) == FWS_OK && serves) {
        (void)fws_mode_sudo(&caller);
    }
    const struct passwd *user = getpwuid(caller);

    if (user != NULL) {
        (void)snprintf(out, FWS_CLI_CALLER_SIZE, "%.60s", user->pw_name);
    } else {
        (void)snprintf(out, FWS_CLI_CALLER_SIZE, "uid:%u", (unsigned)caller);
    }
}

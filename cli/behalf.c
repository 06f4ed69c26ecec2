/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/behalf.h"
#include "cli/mode.h"

#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What callers have a use for. A command that is not here makes or changes what is the service's, or
 * needs no rights of its. */
static const struct errand {
    const char *name;
    bool takes_files; /* and judges whose they are */
} errands[] = {
    {"sign", true},
    {"policy explain", true},
    {"policy lint", false},
    {"policy reference", false},
    {"policy schema", false},
    {"key list", false},
    {"key show", false},
    {"key export", false},
    {"audit verify", false},
    {"audit log", false},
    {"audit show", false},
    {"audit what", false},
    {"audit checkpoint", false},
    {"audit ack", false},
    {"doctor", false},
    {"config show", false},
    {"completion", false},
    {"version", false},
};

static const struct errand *find_errand(const char *name)
{
    for (size_t i = 0; i < sizeof errands / sizeof errands[0]; i++) {
        if (strcmp(errands[i].name, name) == 0) {
            return &errands[i];
        }
    }
    return NULL;
}

/* ---- Arguments ---- */

static bool is_configured_key(const struct fws_cli *cli, const char *text)
{
    return fws_config_key_find(&cli->config, text) != NULL || strncmp(text, "sha256:", 7) == 0;
}

/* Would the argument have the service open something for the caller? */
static bool reaches_out(const struct fws_cli *cli, const struct errand *errand,
                        enum fws_option_values values, const char *text)
{
    if (text == NULL) {
        return false;
    }
    if (values == FWS_VALUES_KEY) {
        return !is_configured_key(cli, text);
    }
    if (values == FWS_VALUES_FILE || values == FWS_VALUES_FOLDER) {
        return !errand->takes_files && strcmp(text, "-") != 0;
    }
    return strncmp(text, "pkcs11:", 7) == 0; /* a URI may name a file with the PIN */
}

static enum fws_status refuse_argument(const struct fws_cli *cli, const char *text,
                                       struct fws_error *err)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    return fws_error_set(err, FWS_E_CALLER,
                         "enforced mode: through sudo, %s does not take '%s': only keys of the "
                         "configuration, and files in 'sign' and 'policy explain' alone",
                         cli->command->name, fws_error_quote(text, strlen(text), quoted));
}

static enum fws_status check_option(const struct fws_cli *cli, const struct errand *errand,
                                    const struct fws_option *option, const void *values,
                                    struct fws_error *err)
{
    const void *value = (const char *)values + option->offset;
    const char *const *texts = NULL;
    size_t count = 0;

    if (option->kind == FWS_OPTION_TEXT) {
        texts = value;
        count = 1;
    } else if (option->kind == FWS_OPTION_LIST) {
        texts = ((const struct fws_option_list *)value)->items;
        count = ((const struct fws_option_list *)value)->count;
    }
    for (size_t i = 0; i < count; i++) {
        if (reaches_out(cli, errand, option->values, texts[i])) {
            return refuse_argument(cli, texts[i], err);
        }
    }
    return FWS_OK;
}

static enum fws_status check_arguments(const struct fws_cli *cli, const struct errand *errand,
                                       const void *values, struct fws_error *err)
{
    const struct fws_option *option = cli->command->options;

    for (; option != NULL && option->name != NULL; option++) {
        enum fws_status status = check_option(cli, errand, option, values, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    for (int i = 0; i < cli->operand_count; i++) {
        if (reaches_out(cli, errand, cli->command->operand_values, cli->operands[i])) {
            return refuse_argument(cli, cli->operands[i], err);
        }
    }
    /* A wrong PIN, sent often enough, locks the token. */
    if (cli->global.pin_file != NULL || cli->global.pin_fd.given || cli->env_pin_given) {
        return fws_error_set(err, FWS_E_CALLER,
                             "enforced mode: through sudo, the PIN comes from the configuration");
    }
    return FWS_OK;
}

/* ---- Environment ---- */

static bool is_harmless(const char *entry)
{
    static const char *const kept[] = {"LANG=", "LANGUAGE=", "LC_", "TERM=", "SUDO_UID="};

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strncmp(entry, kept[i], strlen(kept[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* sudo has taken away what the loader obeys; what modules, git and fwsign itself obey goes here. The
 * texts stay where they are. */
static enum fws_status clean_environment(struct fws_error *err)
{
    const struct passwd *self = getpwuid(getuid());
    const char *home = self != NULL ? self->pw_dir : "/";
    size_t used = 0;

    for (size_t i = 0; environ[i] != NULL; i++) {
        if (is_harmless(environ[i])) {
            environ[used++] = environ[i];
        }
    }
    environ[used] = NULL;
    if (setenv("PATH", SYSTEM_PATH, 1) != 0 || setenv("HOME", home, 1) != 0) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the environment");
    }
    return FWS_OK;
}

/* ---- For main ---- */

static enum fws_status begin(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    const struct errand *errand = find_errand(cli->command->name);
    enum fws_status status = clean_environment(err);

    /* One that takes all rights away would make files of the log that the service cannot read. */
    (void)umask(022);
    if (status != FWS_OK) {
        return status;
    }
    if (errand == NULL) {
        return fws_error_set(err, FWS_E_CALLER,
                             "enforced mode: '%s' is not for callers through sudo; run it as "
                             "yourself, or as root without SUDO_UID in the environment",
                             cli->command->name);
    }
    return check_arguments(cli, errand, options, err);
}

enum fws_status fws_behalf_begin(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    uid_t caller;

    if (!fws_mode_sudo(&caller) || caller == 0 || caller == getuid()) {
        return FWS_OK;
    }
    bool enforced = false;
    enum fws_status status = fws_cli_config_enforced(cli, &enforced, err);

    if (status == FWS_OK && enforced) {
        status = fws_mode_serves(&cli->config, &cli->behalf.given, err);
    }
    if (status != FWS_OK || !cli->behalf.given) {
        return status;
    }
    cli->behalf.owner = caller;
    return begin(cli, options, err);
}

const uid_t *fws_behalf_owner(const struct fws_cli *cli)
{
    return cli->behalf.given ? &cli->behalf.owner : NULL;
}

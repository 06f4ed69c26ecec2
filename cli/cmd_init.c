/* SPDX-License-Identifier: Apache-2.0 */
/* Set up a folder: configuration, sample policy; with --dev also a SoftHSM token with keys, and the
 * log, which needs one. */
#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/samples.h"
#include "cli/text.h"

#define DEV_TOKEN   "fwsign-dev"
#define DEV_KEY     "prod-2025"
#define DEV_LOG_KEY "fwsign-log"
#define PIN_BYTES   12u

struct init_options {
    bool dev;
    const char *module;
};

const struct fws_option fws_init_options[] = {
    {"dev", 0, FWS_OPTION_FLAG, offsetof(struct init_options, dev), NULL,
     "also make a SoftHSM token in the folder, with keys: for development only", FWS_VALUES_ANY,
     NULL},
    {"module", 0, FWS_OPTION_TEXT, offsetof(struct init_options, module), "FILE",
     "PKCS#11 module; default: FWSIGN_PKCS11_MODULE, else SoftHSM where Debian puts it",
     FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_init_options_size = sizeof(struct init_options);

/* What was made so far, to be taken away again when a later step fails. */
struct init {
    struct fws_cli *cli;
    const char *folder;
    char *module;
    bool made_token, made_policy, made_audit, made_version;
    struct fws_key key;
    struct fws_buf vkey; /* of the log */
};

static char *find_module(const struct init_options *options)
{
    static const char *const patterns[] = {
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/*/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    };
    const char *named = options->module != NULL ? options->module : getenv("FWSIGN_PKCS11_MODULE");

    if (named != NULL) {
        return realpath(named, NULL);
    }
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob_t found = {0};
        char *path = NULL;

        if (glob(patterns[i], 0, NULL, &found) == 0 && found.gl_pathc > 0) {
            path = strdup(found.gl_pathv[0]);
        }
        globfree(&found);
        if (path != NULL) {
            return path;
        }
    }
    return NULL;
}

static enum fws_status make_folder(const char *path, mode_t mode, struct fws_error *err)
{
    return mkdir(path, mode) == 0 ? FWS_OK : fws_error_errno(err, errno, "'%s'", path);
}

static enum fws_status write_text(const char *path, const char *text, mode_t mode,
                                  struct fws_error *err)
{
    return fws_file_replace(path, text, strlen(text), FWS_OUTPUT_NEW, mode, err);
}

/* A PIN nobody has to type: hex digits of random bytes. */
static enum fws_status random_pin(struct fws_secret *pin, struct fws_error *err)
{
    enum fws_status status = fws_secret_alloc(pin, err);

    if (status != FWS_OK) {
        return status;
    }
    uint8_t *random = pin->data + 2048; /* work memory that is wiped with the secret */

    if (getrandom(random, PIN_BYTES, 0) != (ssize_t)PIN_BYTES) {
        return fws_error_errno(err, errno, "random PIN");
    }
    (void)fws_hex_encode(random, PIN_BYTES, (char *)pin->data);
    pin->size = 2 * (size_t)PIN_BYTES;
    return FWS_OK;
}

/* The PIN callback while the token is being made: the PIN just invented. */
static enum fws_status invented_pin(void *context, const char *token_label,
                                    const char *pin_file_hint, struct fws_secret *pin,
                                    struct fws_error *err)
{
    const struct fws_secret *invented = context;

    (void)token_label;
    (void)pin_file_hint;
    return fws_secret_set(pin, invented->data, invented->size, err);
}

static enum fws_status make_keys(struct fws_hsm *hsm, struct fws_key *key,
                                 const struct fws_secret *pin, struct fws_error *err)
{
    FWS_AUTO(fws_secret) so_pin = {0};
    struct fws_key log_key;
    enum fws_status status = random_pin(&so_pin, err);

    if (status == FWS_OK) {
        status = fws_hsm_token_create(hsm, DEV_TOKEN, &so_pin, pin, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_key_generate(hsm, DEV_TOKEN, FWS_ALG_P256, DEV_KEY, key, err);
    }
    return status == FWS_OK
               ? fws_hsm_key_generate(hsm, DEV_TOKEN, FWS_ALG_ED25519, DEV_LOG_KEY, &log_key, err)
               : status;
}

/* Under the key just made, which must not be the one for firmware. */
static enum fws_status make_log(struct init *init, struct fws_hsm *hsm, struct fws_error *err)
{
    struct fws_uri uri = {.token = DEV_TOKEN, .object = DEV_LOG_KEY, .type = "private"};
    char origin[FWS_CLI_ORIGIN_SIZE];
    const struct fws_log_key_ref ref = {.origin = origin,
                                        .uri = &uri,
                                        .firmware_spkis = &init->key.pub.spki_sha256,
                                        .firmware_spki_count = 1};
    struct fws_log_key key = {0};
    enum fws_status status = fws_cli_log_name("fwsign-dev", origin, err);

    if (status == FWS_OK) {
        status = fws_log_key_open(hsm, &ref, &key, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_create("audit", "policy", &key, err);
        init->made_audit = status != FWS_E_EXISTS;
    }
    if (status == FWS_OK) {
        status = fws_vkey_write(&key.vkey, &init->vkey, err);
    }
    fws_log_key_close(&key);
    return status;
}

static enum fws_status make_token(struct init *init, struct fws_error *err)
{
    static const struct fws_hsm_env env[] = {{"SOFTHSM2_CONF", "token/softhsm2.conf"}};
    FWS_AUTO(fws_secret) pin = {0};
    struct fws_hsm_options options = {
        .module = init->module,
        .env = env,
        .env_count = 1,
        .pin = invented_pin,
        .pin_context = &pin,
    };
    struct fws_hsm *hsm = NULL;
    enum fws_status status = make_folder("token", 0700, err);

    if (status != FWS_OK) {
        return status;
    }
    init->made_token = true;
    status = make_folder("token/objects", 0700, err);
    if (status == FWS_OK) {
        status = write_text("token/softhsm2.conf", fws_sample_softhsm_conf, 0600, err);
    }
    if (status == FWS_OK) {
        status = random_pin(&pin, err);
    }
    if (status == FWS_OK) {
        status = fws_file_replace("token/pin", pin.data, pin.size, FWS_OUTPUT_NEW, 0600, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_open(&options, &hsm, err);
    }
    if (status == FWS_OK) {
        status = make_keys(hsm, &init->key, &pin, err);
    }
    if (status == FWS_OK) {
        status = make_log(init, hsm, err);
    }
    fws_hsm_close(&hsm);
    return status;
}

static enum fws_status make_policy(struct init *init, struct fws_error *err)
{
    enum fws_status status = make_folder("policy", 0755, err);

    if (status != FWS_OK) {
        return status;
    }
    init->made_policy = true;
    status = write_text("policy/sample.yaml", fws_sample_policy, 0644, err);
    if (status == FWS_OK && access("VERSION", F_OK) != 0) {
        status = write_text("VERSION", "0.1.0\n", 0644, err);
        init->made_version = status == FWS_OK;
    }
    return status;
}

/* The configuration comes last: with it in place the folder is set up. */
static enum fws_status write_config(const struct init *init, const struct init_options *options,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_text) text = {0};
    char spki[FWS_DIGEST_TEXT_SIZE];
    const char *module = init->module != NULL ? init->module : "/path/to/the/pkcs11-module.so";

    if (options->dev) {
        fws_text_put(&text, fws_sample_config_dev, module, DEV_KEY, DEV_TOKEN, DEV_KEY,
                     fws_algorithm_name(init->key.pub.alg),
                     fws_digest_text(init->key.pub.spki_sha256, spki), DEV_TOKEN, DEV_LOG_KEY,
                     (int)init->vkey.size, (char *)init->vkey.data);
    } else {
        fws_text_put(&text, fws_sample_config, module);
    }
    if (text.error.status != FWS_OK) {
        *err = text.error;
        return err->status;
    }
    return fws_file_replace(FWS_CONFIG_NAME, text.buf.data, text.buf.size, FWS_OUTPUT_NEW, 0644,
                            err);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_made(bool made, const char *path)
{
    if (made) {
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

/* No key, no token, no half a folder is left behind. */
static void undo(const struct init *init)
{
    remove_made(init->made_token, "token");
    remove_made(init->made_policy, "policy");
    remove_made(init->made_audit, "audit");
    remove_made(init->made_version, "VERSION");
}

static enum fws_status check_free(const struct init_options *options, struct fws_error *err)
{
    static const char *const names[] = {FWS_CONFIG_NAME, "policy", "audit", "token"};
    size_t count = options->dev ? 4 : 3;

    for (size_t i = 0; i < count; i++) {
        if (access(names[i], F_OK) == 0) {
            return fws_error_set(err, FWS_E_EXISTS,
                                 "'%s' exists; nothing was changed, remove it or take another "
                                 "folder",
                                 names[i]);
        }
    }
    return FWS_OK;
}

static enum fws_status enter_folder(const char *folder, struct fws_error *err)
{
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        return fws_error_errno(err, errno, "'%s'", folder);
    }
    return chdir(folder) == 0 ? FWS_OK : fws_error_errno(err, errno, "'%s'", folder);
}

static enum fws_status make_all(struct init *init, const struct init_options *options,
                                struct fws_error *err)
{
    enum fws_status status = check_free(options, err);

    if (status != FWS_OK) {
        return status;
    }
    status = make_policy(init, err);
    if (status == FWS_OK && options->dev) {
        status = make_token(init, err);
    }
    if (status == FWS_OK) {
        status = write_config(init, options, err);
    }
    if (status != FWS_OK) {
        undo(init);
    }
    return status;
}

static enum fws_status report(struct init *init, const struct init_options *options,
                              struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (!init->cli->global.json) {
        fws_cli_note(init->cli, "%s is set up%s.\nNext: %s",
                     strcmp(init->folder, ".") == 0 ? "this folder" : init->folder,
                     options->dev ? " for development, with a SoftHSM token of its own" : "",
                     options->dev ? "fwsign sign --key " DEV_KEY " app.bin"
                                  : "edit " FWS_CONFIG_NAME " and policy/sample.yaml, then fwsign "
                                    "audit create, then fwsign doctor");
        return FWS_OK;
    }
    fws_cli_json_begin(init->cli, &json, true);
    fws_json_text(&json, "folder", init->folder);
    if (options->dev) {
        fws_json_text(&json, "key", DEV_KEY);
        fws_json_digest(&json, "spki", init->key.pub.spki_sha256);
    }
    return fws_cli_json_end(init->cli, &json, err);
}

enum fws_status fws_cmd_init(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct init_options *options = values;
    struct init init = {
        .cli = cli,
        .folder = cli->operand_count == 1 ? cli->operands[0] : ".",
        .module = find_module(options),
    };
    enum fws_status status = FWS_OK;

    if (init.module == NULL && options->module != NULL) {
        status = fws_error_errno(err, errno, "module '%s'", options->module);
    } else if (init.module == NULL && options->dev) {
        status = fws_error_set(err, FWS_E_MODULE,
                               "SoftHSM is not installed (Debian: softhsm2); "
                               "or name a module with --module");
    }
    if (status == FWS_OK) {
        status = enter_folder(init.folder, err);
    }
    if (status == FWS_OK) {
        status = make_all(&init, options, err);
    }
    if (status == FWS_OK) {
        status = report(&init, options, err);
    }
    fws_buf_free(&init.vkey);
    free(init.module);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where the log is, whom to believe about it, and what was seen of it. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/log.h"

#define STATE_FOLDER "fwsign"
#define ROOT_STATE   "/var/lib"
#define LOG_ID_SIZE  ((size_t)8) /* bytes of the digest */

enum fws_status fws_cli_log_folder(struct fws_cli *cli, char **out, struct fws_error *err)
{
    enum fws_status status = fws_cli_config(cli, err);

    if (status != FWS_OK) {
        return status;
    }
    *out = fws_config_path(&cli->config, cli->config.audit);
    return *out != NULL ? FWS_OK : fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
}

/* ---- Trust ---- */

static enum fws_status read_trust_file(const char *path, struct fws_trust *out,
                                       struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_file_read(path, FWS_TRUST_FILE_MAX, &text, err);

    return status == FWS_OK ? fws_trust_parse(path, text.data, text.size, out, err) : status;
}

/* One log is configured, so all its keys have one name: a slip would be a key nobody believes. */
static enum fws_status take_key(const char *text, struct fws_trust *out, struct fws_error *err)
{
    struct fws_vkey key;
    enum fws_status status = fws_vkey_parse(text, strlen(text), &key, err);

    if (status == FWS_OK && out->count > 0 && strcmp(key.name, out->logs[0].name) != 0) {
        return fws_error_set(err, FWS_E_TRUST, "a key of log '%s' beside one of log '%s'", key.name,
                             out->logs[0].name);
    }
    return status == FWS_OK ? fws_trust_add(out, &key, err) : status;
}

static enum fws_status take_configured(const struct fws_config *config, struct fws_trust *out,
                                       struct fws_error *err)
{
    const struct fws_yaml_texts *keys = &config->log_trust;
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < keys->count; i++) {
        status = take_key(keys->items[i], out, err);
        if (status != FWS_OK) {
            err->status = status == FWS_E_MEMORY ? status : FWS_E_CONFIG;
            return fws_error_wrap(err, "%s:%u:%u: log-trust", config->path, keys->places[i].line,
                                  keys->places[i].column);
        }
    }
    return FWS_OK;
}

enum fws_status fws_cli_log_trust(struct fws_cli *cli, const char *trust_file,
                                  struct fws_trust *out, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    *out = (struct fws_trust){0};
    if (trust_file != NULL) {
        status = read_trust_file(trust_file, out, err);
    } else if (cli->config_loaded || fws_config_exists(cli->global.config)) {
        status = fws_cli_config(cli, err);
        status = status == FWS_OK ? take_configured(&cli->config, out, err) : status;
    }
    if (status != FWS_OK) {
        fws_trust_free(out);
    }
    return status;
}

/* ---- What was seen ---- */

/* The user's state folder, or the system's; NULL where there is none. */
static char *state_folder(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");

    if (state != NULL && state[0] == '/') {
        return fws_path_join(state, STATE_FOLDER);
    }
    if (geteuid() == 0) {
        return fws_path_join(ROOT_STATE, STATE_FOLDER);
    }
    return home != NULL && home[0] == '/' ? fws_path_join(home, ".local/state/" STATE_FOLDER)
                                          : NULL;
}

/* "<log id>.checkpoint": the id is the one in each entry's member "log". */
static enum fws_status mark_name(const char *origin, char *out, size_t size, struct fws_error *err)
{
    char id[2 * LOG_ID_SIZE + 1] = {0};
    enum fws_status status = fws_origin_id(origin, strlen(origin), id, err);

    (void)snprintf(out, size, "%s.checkpoint", id);
    return status;
}

static enum fws_status default_mark(const char *origin, char **out, struct fws_error *err)
{
    char name[2 * LOG_ID_SIZE + sizeof ".checkpoint"];
    enum fws_status status = mark_name(origin, name, sizeof name, err);
    char *folder = status == FWS_OK ? state_folder() : NULL;

    *out = folder != NULL ? fws_path_join(folder, name) : NULL;
    free(folder);
    return status;
}

enum fws_status fws_cli_log_high_water(struct fws_cli *cli, const struct fws_trust *trust,
                                       char **out, struct fws_error *err)
{
    *out = NULL;
    if (trust->count == 0) {
        return FWS_OK;
    }
    enum fws_status status = fws_cli_config(cli, err);

    if (status != FWS_OK) {
        return status;
    }
    if (cli->config.high_water == NULL) {
        return default_mark(trust->logs[0].name, out, err);
    }
    *out = fws_config_path(&cli->config, cli->config.high_water);
    return *out != NULL ? FWS_OK : fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
}

enum fws_status fws_cli_log_newest(const char *folder, const struct fws_trust *trust,
                                   struct fws_buf *note, struct fws_checkpoint *checkpoint,
                                   struct fws_error *err)
{
    char *path = fws_path_join(folder, "checkpoint");
    enum fws_status status = path == NULL ? fws_error_set(err, FWS_E_MEMORY, "no memory for a path")
                                          : fws_file_read(path, FWS_AUDIT_NOTE_MAX, note, err);

    if (status == FWS_E_NOT_FOUND) {
        err->status = FWS_E_LOG_UNKNOWN;
    }
    if (status == FWS_OK) {
        status = fws_checkpoint_open(note->data, note->size, trust, checkpoint, err);
        status = status == FWS_OK ? FWS_OK : fws_error_wrap(err, "'%s'", path);
    }
    free(path);
    return status == FWS_OK ? FWS_OK : err->status;
}

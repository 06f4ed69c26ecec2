/* SPDX-License-Identifier: Apache-2.0 */
/* Look at everything signing needs, and say what to do about each fault. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/log.h"

/* A clock before this build is wrong: 2025-01-01. */
#define CLOCK_FLOOR_US (INT64_C(1735689600) * 1000000)

struct doctor {
    struct fws_cli *cli;
    struct fws_json checks;
    struct fws_error first;
    struct fws_error output; /* a failure to print */
    struct fws_trust trust;  /* in the log's keys */
};

static void finding(struct doctor *doctor, const char *what, enum fws_status status,
                    const struct fws_error *why, const char *detail)
{
    const char *text = status == FWS_OK ? detail : why->text;
    const char *advice = status == FWS_OK ? "" : fws_status_advice(status);

    fws_json_object(&doctor->checks, NULL);
    fws_json_text(&doctor->checks, "check", what);
    fws_json_bool(&doctor->checks, "ok", status == FWS_OK);
    fws_json_text(&doctor->checks, "detail", text);
    if (status != FWS_OK) {
        fws_json_text(&doctor->checks, "reason", fws_status_name(status));
        fws_json_text(&doctor->checks, "advice", advice);
    }
    fws_json_end(&doctor->checks);
    if (!doctor->cli->global.json && doctor->output.status == FWS_OK) {
        (void)!fws_cli_print(&doctor->output, "%-8s %-14s %s%s%s\n",
                             status == FWS_OK ? "ok" : "PROBLEM", what, text,
                             advice[0] != '\0' ? "; " : "", advice);
    }
    if (status != FWS_OK && doctor->first.status == FWS_OK) {
        (void)fws_error_set(&doctor->first, status, "%s: %s", what, text);
    }
}

static void check_module(struct doctor *doctor)
{
    FWS_AUTO(fws_token_list) tokens = {0};
    struct fws_error why = {0};
    enum fws_status status = fws_cli_hsm(doctor->cli, &why);

    if (status == FWS_OK) {
        status = fws_hsm_token_list(doctor->cli->hsm, &tokens, &why);
    }
    finding(doctor, "module", status, &why, tokens.library);
    for (size_t i = 0; status == FWS_OK && i < tokens.count; i++) {
        const struct fws_token *token = &tokens.tokens[i];

        if (!token->initialized) {
            continue;
        }
        enum fws_status verdict = FWS_OK;

        if (token->pin_locked) {
            verdict = fws_error_set(&why, FWS_E_PIN_LOCKED, "token '%s': the PIN is locked",
                                    token->label);
        } else if (token->pin_final_try) {
            verdict = fws_error_set(&why, FWS_E_PIN_LAST_TRY, "token '%s': one try is left",
                                    token->label);
        } else if (token->pin_to_be_changed) {
            verdict = fws_error_set(&why, FWS_E_PIN_EXPIRED, "token '%s': the PIN must be changed",
                                    token->label);
        }
        finding(doctor, "token", verdict, &why, token->label);
    }
}

/* The first policy that lists the key, or NULL. */
static const struct fws_policy *policy_of(const struct fws_policy_set *policies, const char *key)
{
    for (size_t i = 0; i < policies->count; i++) {
        if (fws_policy_key(&policies->policies[i], key) != NULL) {
            return &policies->policies[i];
        }
    }
    return NULL;
}

/* A key of no product is no fault; it is judged without any relaxation. */
static void check_key(struct doctor *doctor, const struct fws_policy_set *policies,
                      const struct fws_config_key *key)
{
    static const struct fws_policy strict = {0};
    const struct fws_policy *policy = policy_of(policies, key->name);
    struct fws_key_choice choice;
    struct fws_signing_key opened = {0};
    struct fws_error why = {0};
    char detail[192];
    enum fws_status status = fws_cli_key(doctor->cli, key->name, &choice, &why);

    if (status == FWS_OK) {
        struct fws_signing_key_ref ref = {
            .name = choice.name,
            .uri = &choice.uri,
            .pinned_spki = choice.pinned ? choice.spki_sha256 : NULL,
        };

        status = fws_signing_key_open(doctor->cli->hsm, &ref, policy != NULL ? policy : &strict,
                                      &opened, &why);
    }
    if (status == FWS_OK) {
        status = fws_signing_key_refuse_log(&opened, &doctor->trust, &why);
    }
    (void)snprintf(detail, sizeof detail, "%.100s: fit%s%s", key->name,
                   policy == NULL ? ", but no policy lists it" : "",
                   choice.pinned ? "" : ", not pinned: set its spki-sha256");
    finding(doctor, "key", status, &why, detail);
    fws_signing_key_close(&opened);
}

static void check_policies_and_keys(struct doctor *doctor)
{
    FWS_AUTO(fws_policy_set) policies = {0};
    const struct fws_config *config = &doctor->cli->config;
    const struct fws_config_key *keys = config->keys.items;
    struct fws_error why = {0};
    char *folder = fws_config_path(config, config->policy);
    enum fws_status status = folder == NULL ? fws_error_set(&why, FWS_E_MEMORY, "no memory")
                                            : fws_policy_set_load(folder, &policies, &why);

    if (status == FWS_OK && policies.count == 0) {
        status = fws_error_set(&why, FWS_E_POLICY_INVALID, "'%s' holds no policy", config->policy);
    }
    finding(doctor, "policy", status, &why, folder != NULL ? folder : "");
    free(folder);
    for (size_t i = 0; status == FWS_OK && doctor->cli->hsm != NULL && i < config->keys.count;
         i++) {
        check_key(doctor, &policies, &keys[i]);
    }
}

static void check_pin_file(struct doctor *doctor)
{
    const char *pin_file = doctor->cli->config.hsm.pin_file;
    struct fws_error why = {0};
    struct stat info;

    if (pin_file == NULL) {
        return;
    }
    char *path = fws_config_path(&doctor->cli->config, pin_file);
    enum fws_status status = FWS_OK;

    if (path == NULL || stat(path, &info) != 0) {
        status = fws_error_set(&why, FWS_E_PIN_SOURCE, "'%s' is missing", pin_file);
    } else if (!S_ISREG(info.st_mode) || (info.st_mode & 077) != 0) {
        status = fws_error_set(&why, FWS_E_PIN_SOURCE, "'%s' may be read by others", path);
    }
    finding(doctor, "pin file", status, &why, pin_file);
    free(path);
}

/* ---- The log ---- */

static void check_log_trust(struct doctor *doctor)
{
    struct fws_error why = {0};
    enum fws_status status = fws_cli_log_trust(doctor->cli, NULL, &doctor->trust, &why);
    const char *name = doctor->trust.count > 0 ? doctor->trust.logs[0].name : "";

    if (status == FWS_OK && doctor->trust.count == 0) {
        status = fws_error_set(&why, FWS_E_CONFIG,
                               "no 'log-trust': nothing in the log can be believed; put in what "
                               "'fwsign audit create' printed");
    }
    finding(doctor, "log trust", status, &why, name);
}

/* Also without a key pinned: is it one a log could be made with? */
static void check_log_key(struct doctor *doctor)
{
    bool pinned = doctor->trust.count > 0;
    const char *origin = pinned ? doctor->trust.logs[0].name : "doctor";
    struct fws_cli_log_key key = {0};
    struct fws_error why = {0};
    char *place = NULL;
    enum fws_status status = fws_cli_log_key_place(doctor->cli, &place, &why);

    if (status == FWS_OK) {
        status = fws_cli_log_key_open(doctor->cli, place, origin, pinned ? &doctor->trust : NULL,
                                      &key, &why);
    }
    if (status == FWS_OK) {
        status = fws_log_key_find(&key.key, &why);
    }
    finding(doctor, "log key", status, &why,
            pinned ? "fit, and the one that log-trust pins" : "fit");
    fws_cli_log_key_close(&key);
    free(place);
}

/* The folder the mark will stand in, or the nearest one above that is there, in place. */
static void nearest_folder(char *path)
{
    char *slash;

    do {
        slash = strrchr(path, '/');
        if (slash != NULL) {
            slash[slash == path ? 1 : 0] = '\0';
        }
    } while (slash != NULL && slash != path && access(path, F_OK) != 0 && errno == ENOENT);
}

static void check_high_water(struct doctor *doctor)
{
    struct fws_error why = {0};
    char *path = NULL;
    enum fws_status status = fws_cli_log_high_water(doctor->cli, &doctor->trust, &path, &why);
    char *folder = path != NULL ? strdup(path) : NULL;

    if (folder != NULL) {
        nearest_folder(folder);
    }
    if (status == FWS_OK && path == NULL) {
        status = fws_error_set(&why, FWS_E_CONFIG,
                               "no place for the newest checkpoint outside the log: a log that is "
                               "rolled back would not be seen; set 'high-water'");
    } else if (status == FWS_OK && (folder == NULL || access(folder, W_OK | X_OK) != 0)) {
        status = fws_error_errno(&why, errno,
                                 "'%s' cannot be written, so a log that is rolled back would not "
                                 "be seen; set 'high-water' to another file",
                                 path);
    }
    finding(doctor, "high water", status, &why, path != NULL ? path : "");
    free(folder);
    free(path);
}

static enum fws_status verify_log(const struct doctor *doctor, const char *folder,
                                  struct fws_error *why)
{
    static const enum fws_status of_verdict[] = {
        [FWS_AUDIT_INTACT] = FWS_OK,
        [FWS_AUDIT_CRASH_TAIL] = FWS_E_LOG_TAIL,
        [FWS_AUDIT_TAMPERED] = FWS_E_LOG_TAMPERED,
        [FWS_AUDIT_CANNOT_TELL] = FWS_E_LOG_UNKNOWN,
    };
    const struct fws_audit_verify_options options = {.trust = &doctor->trust};
    struct fws_audit_report report = {0};
    enum fws_status status = fws_audit_verify(folder, &options, &report, why);

    if (status == FWS_OK && report.verdict != FWS_AUDIT_INTACT) {
        status = fws_error_set(why, of_verdict[report.verdict], "%s%s%s", report.place,
                               report.place[0] != '\0' ? " " : "", report.why);
    }
    return status;
}

static void check_log(struct doctor *doctor)
{
    struct fws_error why = {0};
    char *folder = NULL;
    enum fws_status status = fws_cli_log_folder(doctor->cli, &folder, &why);

    if (status == FWS_OK) {
        status = fws_cli_log_exists(folder, &why);
    }
    if (status == FWS_OK) {
        status = verify_log(doctor, folder, &why);
    }
    finding(doctor, "audit log", status, &why, "intact");
    free(folder);
}

static void check_mode(struct doctor *doctor)
{
    struct fws_error why = {0};
    enum fws_status status = fws_mode_check(&doctor->cli->config, &why);

    finding(doctor, "mode", status, &why,
            doctor->cli->config.enforced
                ? "enforced: only root and the service can change policy and log"
                : "advisory: whoever signs could change policy and log");
}

static void check_clock(struct doctor *doctor)
{
    char text[FWS_CLOCK_TEXT_SIZE];
    struct fws_error why = {0};
    int64_t now = fws_clock_now_us();
    enum fws_status status = FWS_OK;

    (void)fws_clock_text(now, text);
    if (now < CLOCK_FLOOR_US) {
        status = fws_error_set(&why, FWS_E_CONFIG, "the clock says %s; set it", text);
    }
    finding(doctor, "clock", status, &why, text);
}

enum fws_status fws_cmd_doctor(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct doctor doctor = {.cli = cli};
    struct fws_error why = {0};

    (void)options;
    fws_json_array(&doctor.checks, NULL);
    enum fws_status status = fws_cli_config(cli, &why);

    finding(&doctor, "configuration", status, &why, cli->config_loaded ? cli->config.path : "");
    if (status == FWS_OK) {
        check_mode(&doctor);
        check_module(&doctor);
        check_pin_file(&doctor);
        check_log_trust(&doctor);
        check_policies_and_keys(&doctor);
        check_log_key(&doctor);
        check_high_water(&doctor);
        check_log(&doctor);
    }
    check_clock(&doctor);
    if (doctor.first.status != FWS_OK) {
        /* The doctor's answer is a judgement, whatever the fault behind it. */
        doctor.first.status = FWS_E_DOCTOR;
    }
    status = cli->global.json ? fws_cli_json_list(cli, "checks", &doctor.checks, &doctor.first, err)
                              : doctor.output.status;
    fws_json_free(&doctor.checks);
    fws_trust_free(&doctor.trust);
    if (status == FWS_OK && doctor.first.status != FWS_OK) {
        *err = doctor.first;
        status = err->status;
    }
    return status;
}

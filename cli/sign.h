/* SPDX-License-Identifier: Apache-2.0 */
/* `fwsign sign` in four files: what to sign (sign_spec.c, sign_item.c), doing it (cmd_sign.c), saying
 * what was done (sign_report.c). Private to cli/. */
#ifndef FWS_CLI_SIGN_H
#define FWS_CLI_SIGN_H

#include "cli/cli.h"
#include "cli/log.h"
#include "cli/mode.h"
#include "signer/signer.h"

struct fws_cli_sign_options {
    const char *key;
    const char *product;
    const char *fw_version;
    const char *output;
    const char *counter;
    const char *channel;
    const char *hardware;
    struct fws_option_list dependencies;
    struct fws_option_list tlvs;
    bool explain; /* dry_run that lists every rule: policy explain */
    bool dry_run, force, in_place, fresh;
    const char *detached;
    const char *proof;
    const char *request_id;
};

#define FWS_CLI_SIGN_BATCH 64u /* inputs that share their flushes and their checkpoint */

struct fws_cli_sign_item;

/* Inputs on their way together. */
struct fws_cli_sign_batch {
    struct fws_cli_sign_item *items[FWS_CLI_SIGN_BATCH];
    size_t count;
    size_t bytes;                                  /* of their firmware */
    struct fws_sign_job *jobs[FWS_CLI_SIGN_BATCH]; /* of those that are signed */
    struct fws_handover handover;
};

/* What all inputs of one command share. */
struct fws_cli_sign {
    struct fws_cli *cli;
    const struct fws_cli_sign_options *options;
    struct fws_key_choice choice;
    struct fws_policy_set policies;
    const struct fws_policy *policy;
    struct fws_image_spec spec;
    struct fws_dependency dependencies[FWS_OPTION_LIST_MAX];
    struct fws_extra_tlv tlvs[FWS_OPTION_LIST_MAX];
    uint8_t vendor_id[16], class_id[16];
    struct fws_signing_key key;
    struct fws_cli_log log;
    struct fws_releases *releases; /* the log's fold */
    struct fws_audit_fold fold;
    struct fws_signer signer;
    char caller[FWS_CLI_CALLER_SIZE];
    char version_conflict[FWS_DECISION_TEXT_SIZE];
    struct fws_json images;             /* entries of "images" */
    struct fws_error first;             /* the first failure; FWS_OK: none */
    struct fws_cli_sign_batch *pending; /* given their names while the next ones are signed */
};

/* One input on its way. */
struct fws_cli_sign_item {
    const char *input;
    char *output; /* NULL: standard output */
    char *proof;
    char id[FWS_REQUEST_ID_MAX + 1];
    struct fws_sign_job job;
};

/* Fill run->spec from policy and options. */
FWS_MUST_USE enum fws_status fws_sign_spec(struct fws_cli_sign *run, struct fws_error *err);

/* Say what became of one input: an entry of run->images with --json, else a line. */
FWS_MUST_USE enum fws_status fws_sign_report(struct fws_cli_sign *run,
                                             const struct fws_cli_sign_item *item,
                                             struct fws_error *err);

/* What is different from the last release: lines for people, or the member "last" of json. Nothing
 * when there is no release before, or none is known. */
FWS_MUST_USE enum fws_status fws_sign_changes(struct fws_cli_sign *run,
                                              const struct fws_sign_job *job, struct fws_json *json,
                                              struct fws_error *err);

/* Make the item of an input: where it goes, and its request's id. NULL with err without memory. */
struct fws_cli_sign_item *fws_sign_item_new(const struct fws_cli_sign *run, const char *input,
                                            struct fws_error *err);
void fws_sign_item_free(struct fws_cli_sign_item *item);

/* Read and wrap the input, and fill its request; a failure is the item's. */
void fws_sign_item_load(struct fws_cli_sign *run, struct fws_cli_sign_item *item);

#endif

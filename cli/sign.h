/* SPDX-License-Identifier: Apache-2.0 */
/* `fwsign sign` in three files: what to sign (sign_spec.c), doing it (cmd_sign.c), saying what was
 * done (sign_report.c). Private to cli/. */
#ifndef FWS_CLI_SIGN_H
#define FWS_CLI_SIGN_H

#include "cli/cli.h"
#include "signer/signer.h"

struct fws_cli_sign_options {
    const char *key;
    const char *product;
    const char *fw_version;
    const char *output;
    const char *counter;
    struct fws_option_list dependencies;
    struct fws_option_list tlvs;
    bool dry_run, force, in_place;
    const char *detached;
};

struct fws_cli_sign_item;

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
    struct fws_signer signer;
    char caller[64];
    struct fws_json images;            /* entries of "images" */
    struct fws_error first;            /* the first failure; FWS_OK: none */
    struct fws_cli_sign_item *pending; /* given its name while the next one is signed */
};

/* One input on its way. */
struct fws_cli_sign_item {
    const char *input;
    char *output;
    struct fws_firmware firmware;
    struct fws_image image;
    struct fws_decision decision;
    struct fws_sign_result result;
    struct fws_delivery delivery;
};

/* Fill run->spec from policy and options. */
FWS_MUST_USE enum fws_status fws_sign_spec(struct fws_cli_sign *run, struct fws_error *err);

/* Say what became of one input: an entry of run->images with --json, else a line. */
FWS_MUST_USE enum fws_status fws_sign_report(struct fws_cli_sign *run,
                                             const struct fws_cli_sign_item *item,
                                             const struct fws_error *failure,
                                             struct fws_error *err);

#endif

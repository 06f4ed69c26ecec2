/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_view.h"

struct check_options {
    const char *trust;
};

const struct fws_option fws_audit_check_options[] = {
    {"trust", 0, FWS_OPTION_TEXT, offsetof(struct check_options, trust), "FILE",
     "whom to believe (C2SP tlog-policy), instead of log-trust", FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_audit_check_options_size = sizeof(struct check_options);

static enum fws_status digest_image(const char *path, uint8_t out[32], struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    enum fws_status status = fws_file_read(path, FWS_FIRMWARE_MAX_SIZE, &bytes, err);

    return status == FWS_OK ? fws_digest(FWS_HASH_SHA256, bytes.data, bytes.size, out, err)
                            : status;
}

static enum fws_status say(struct fws_cli *cli, const struct fws_cli_proof *proof,
                           const char *image, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (!cli->global.json) {
        return fws_cli_print(err, "%s: entry %llu (%s, %s) of log %s%s%s\n", cli->operands[0],
                             (unsigned long long)proof->proof.index, proof->entry.type,
                             proof->entry.time, proof->checkpoint.origin,
                             image != NULL ? ", which released " : "", image != NULL ? image : "");
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_int(&json, "index", (int64_t)proof->proof.index);
    fws_json_text(&json, "type", proof->entry.type);
    fws_json_text(&json, "time", proof->entry.time);
    fws_json_text(&json, "origin", proof->checkpoint.origin);
    fws_json_int(&json, "size", (int64_t)proof->checkpoint.size);
    fws_json_digest(&json, "root", proof->checkpoint.root);
    fws_json_raw(&json, "entry", proof->entry.line, proof->entry.line_size);
    if (image != NULL) {
        fws_json_text(&json, "image", image);
    }
    return fws_cli_json_end(cli, &json, err);
}

enum fws_status fws_cmd_audit_check(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct check_options *options = values;
    const char *image = cli->operand_count > 1 ? cli->operands[1] : NULL;
    FWS_AUTO(fws_trust) trust = {0};
    FWS_AUTO(fws_cli_proof) proof = {0};
    uint8_t digest[32];
    enum fws_status status = fws_cli_log_trust(cli, options->trust, &trust, err);

    if (status == FWS_OK && image != NULL) {
        status = digest_image(image, digest, err);
    }
    if (status == FWS_OK && trust.count == 0) {
        status = fws_error_set(err, FWS_E_LOG_UNKNOWN,
                               "no key of the log is trusted: name one with --trust, or in "
                               "'log-trust' of the configuration");
    }
    if (status == FWS_OK) {
        status = fws_cli_proof_check(cli->operands[0], &trust, image != NULL ? digest : NULL,
                                     &proof, err);
    }
    return status == FWS_OK ? say(cli, &proof, image, err) : status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "signer/signer.h"
#include "verifier/verifier.h"

struct verify_options {
    struct fws_option_list keys;
    struct fws_option_uint counter, images, signatures, slot_size;
    const char *vid, *cid, *mode, *key_mode, *load_window, *proof, *trust;
};

#define OPTION(member) offsetof(struct verify_options, member)

const struct fws_option fws_verify_options[] = {
    {"key", 'k', FWS_OPTION_LIST, OPTION(keys), "KEY",
     "trusted key: PEM file or configured name; repeatable", FWS_VALUES_KEY, NULL},
    {"min-security-counter", 0, FWS_OPTION_UINT, OPTION(counter), "N",
     "refuse images with a lower counter or none", FWS_VALUES_ANY, NULL},
    {"vid", 0, FWS_OPTION_TEXT, OPTION(vid), "UUID", "vendor id the image must carry",
     FWS_VALUES_ANY, NULL},
    {"cid", 0, FWS_OPTION_TEXT, OPTION(cid), "UUID", "device class id the image must carry",
     FWS_VALUES_ANY, NULL},
    {"images", 0, FWS_OPTION_UINT, OPTION(images), "N",
     "how many images the device has: dependencies must name one", FWS_VALUES_ANY, NULL},
    {"mode", 0, FWS_OPTION_TEXT, OPTION(mode), "digest|pure",
     "what Ed25519 signs: the digest (default) or the image itself", FWS_VALUES_CHOICE,
     "digest pure"},
    {"key-mode", 0, FWS_OPTION_TEXT, OPTION(key_mode), "hash|full",
     "the image names its key by hash (default) or carries it", FWS_VALUES_CHOICE, "hash full"},
    {"signatures", 0, FWS_OPTION_UINT, OPTION(signatures), "N",
     "how many signature and key pairs may be present (default 1)", FWS_VALUES_ANY, NULL},
    {"load-window", 0, FWS_OPTION_TEXT, OPTION(load_window), "FROM-TO",
     "where RAM-load and ROM-fixed images may lie", FWS_VALUES_ANY, NULL},
    {"slot-size", 0, FWS_OPTION_UINT, OPTION(slot_size), "N",
     "judge the file as the content of a slot of N bytes", FWS_VALUES_ANY, NULL},
    {"proof", 0, FWS_OPTION_TEXT, OPTION(proof), "FILE",
     "proof that the log has the image on record; checked offline", FWS_VALUES_FILE, NULL},
    {"trust", 0, FWS_OPTION_TEXT, OPTION(trust), "FILE",
     "whose logs to believe (C2SP tlog-policy); default: log-trust of the configuration",
     FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_verify_options_size = sizeof(struct verify_options);

#define SLOT_TRAILER_ALIGN 8u

struct verify_run {
    struct fws_cli *cli;
    const struct verify_options *options;
    struct fws_pubkey pubkeys[FWS_OPTION_LIST_MAX];
    struct fws_trusted_key trusted[FWS_OPTION_LIST_MAX];
    uint8_t vendor_id[16], class_id[16];
    struct fws_verify_policy policy;
    uint32_t counter_floor;
    struct fws_trust trust; /* with --proof */
    struct fws_json images;
    enum fws_status first;
    struct fws_error first_error;
};

static enum fws_status load_keys(struct verify_run *run, struct fws_error *err)
{
    const struct fws_option_list *list = &run->options->keys;

    if (list->count > FWS_VERIFY_KEYS_MAX) {
        return fws_error_set(err, FWS_E_USAGE, "--key can be given %u times", FWS_VERIFY_KEYS_MAX);
    }
    for (size_t i = 0; i < list->count; i++) {
        struct fws_pubkey *key = &run->pubkeys[i];
        enum fws_status status = fws_cli_pubkey(run->cli, list->items[i], key, err);

        if (status != FWS_OK) {
            return status;
        }
        if (key->alg == FWS_ALG_NONE) {
            return fws_error_set(err, FWS_E_KEY_TYPE, "key '%s': %s keys sign no images",
                                 list->items[i], key->type);
        }
        run->trusted[i] = (struct fws_trusted_key){
            .der = key->der, .der_size = (uint16_t)key->der_size, .alg = (uint8_t)key->alg};
    }
    run->policy.keys = run->trusted;
    run->policy.key_count = (uint8_t)list->count;
    return FWS_OK;
}

/* One of two words; NULL is the first, the second sets flag. */
static enum fws_status choose(const char *option, const char *text, const char *first,
                              const char *second, uint8_t flag, uint8_t *flags,
                              struct fws_error *err)
{
    bool is_second = text != NULL && strcmp(text, second) == 0;

    if (is_second) {
        *flags |= flag;
    }
    if (text == NULL || is_second || strcmp(text, first) == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_USAGE, "--%s takes %s or %s", option, first, second);
}

static enum fws_status parse_window(const char *text, struct fws_verify_policy *policy,
                                    struct fws_error *err)
{
    char from_text[24] = "";
    const char *dash = text != NULL ? strchr(text, '-') : NULL;
    uint64_t from = 0;
    uint64_t to = 0;

    if (text == NULL) {
        return FWS_OK;
    }
    if (dash != NULL && (size_t)(dash - text) < sizeof from_text) {
        memcpy(from_text, text, (size_t)(dash - text));
    }
    if (dash == NULL || !fws_uint_from_text(from_text, &from) ||
        !fws_uint_from_text(dash + 1, &to) || from > to || to > UINT32_MAX || to == 0) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--load-window takes FROM-TO, both 32-bit "
                             "addresses");
    }
    policy->load_first = (uint32_t)from;
    policy->load_last = (uint32_t)to;
    return FWS_OK;
}

static enum fws_status check_ranges(const struct verify_options *options, struct fws_error *err)
{
    if (options->counter.value > UINT32_MAX || options->images.value > 256) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--min-security-counter takes 32 bits, --images at "
                             "most 256");
    }
    if (options->signatures.given &&
        (options->signatures.value == 0 || options->signatures.value > FWS_VERIFY_SIGNATURES_MAX)) {
        return fws_error_set(err, FWS_E_USAGE, "--signatures takes 1 to %u",
                             (unsigned)FWS_VERIFY_SIGNATURES_MAX);
    }
    if (options->slot_size.given &&
        (options->slot_size.value > UINT32_MAX ||
         options->slot_size.value <= fws_trailer_min_size(SLOT_TRAILER_ALIGN))) {
        return fws_error_set(err, FWS_E_USAGE, "--slot-size must hold a trailer and fit 32 bits");
    }
    return FWS_OK;
}

static enum fws_status parse_ids(struct verify_run *run, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (run->options->vid != NULL) {
        status = fws_uuid_from_text(run->options->vid, NULL, run->vendor_id, err);
        run->policy.vendor_id = run->vendor_id;
    }
    if (status == FWS_OK && run->options->cid != NULL) {
        status = fws_uuid_from_text(run->options->cid, run->policy.vendor_id, run->class_id, err);
        run->policy.class_id = run->class_id;
    }
    return status;
}

static enum fws_status make_policy(struct verify_run *run, struct fws_error *err)
{
    const struct verify_options *options = run->options;
    struct fws_verify_policy *policy = &run->policy;
    enum fws_status status = check_ranges(options, err);

    if (status == FWS_OK) {
        status =
            choose("mode", options->mode, "digest", "pure", FWS_VERIFY_PURE, &policy->options, err);
    }
    if (status == FWS_OK) {
        status = choose("key-mode", options->key_mode, "hash", "full", FWS_VERIFY_FULL_KEY,
                        &policy->options, err);
    }
    if (status == FWS_OK) {
        status = parse_window(options->load_window, policy, err);
    }
    if (status == FWS_OK) {
        status = parse_ids(run, err);
    }
    policy->signatures_max = options->signatures.given ? (uint8_t)options->signatures.value : 1;
    if (options->counter.given) {
        run->counter_floor = (uint32_t)options->counter.value;
        fws_judge_counter_floor(policy, &run->counter_floor);
    }
    policy->images = (uint32_t)options->images.value;
    if (options->slot_size.given) {
        policy->size_limit =
            (uint32_t)options->slot_size.value - fws_trailer_min_size(SLOT_TRAILER_ALIGN);
    }
    return status == FWS_OK ? load_keys(run, err) : status;
}

/* As a slot's content nobody looks behind the TLVs; as a file only erased bytes or a trailer may
 * follow, since a file's reader takes all of it for signed. */
static enum fws_status judge(const struct verify_run *run, const struct fws_buf *bytes,
                             struct fws_verify_report *report)
{
    enum fws_status status = fws_judge(&run->policy, bytes->data, bytes->size, report);
    struct fws_reader tail = fws_reader_init(bytes->data, bytes->size);
    struct fws_trailer trailer;

    if (status != FWS_OK || run->options->slot_size.given) {
        return status;
    }
    fws_reader_skip(&tail, report->image_end);
    status = fws_trailer_check(tail, &trailer);
    if (status != FWS_OK) {
        report->reason = status;
        report->offset = report->image_end;
    }
    return status;
}

/* What the log says of these bytes; a proof of another image's entry is no proof. */
static enum fws_status check_proof(const struct verify_run *run, const struct fws_buf *bytes,
                                   struct fws_cli_proof *out, struct fws_error *err)
{
    uint8_t digest[32];
    enum fws_status status = fws_digest(FWS_HASH_SHA256, bytes->data, bytes->size, digest, err);

    return status == FWS_OK
               ? fws_cli_proof_check(run->options->proof, &run->trust, digest, out, err)
               : status;
}

static const char *key_name(const struct verify_run *run, const struct fws_verify_report *report)
{
    return report->key_index < run->options->keys.count
               ? run->options->keys.items[report->key_index]
               : "";
}

static void report_json(struct verify_run *run, const char *path, enum fws_status status,
                        const struct fws_verify_report *report, const struct fws_cli_proof *proof,
                        const struct fws_error *failure)
{
    struct fws_json *json = &run->images;
    char version[FWS_VERSION_TEXT_SIZE];
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];
    bool valid = status == FWS_OK;

    fws_json_object(json, NULL);
    fws_json_text(json, "file", path);
    fws_json_bool(json, "valid", valid);
    fws_json_bool(json, "authenticated", valid && report->key_index != FWS_VERIFY_KEY_NONE);
    fws_json_text(json, "reason", fws_status_name(status));
    if (valid) {
        fws_json_text(json, "key", key_name(run, report));
        fws_json_text(json, "version", fws_version_text(&report->header.version, version));
        fws_json_text(json, "digest", fws_digest_any_text(report->hash, report->digest, digest));
        if (report->has_counter) {
            fws_json_int(json, "security_counter", report->counter);
        }
        if (run->options->proof != NULL) {
            fws_json_text(json, "log", proof->checkpoint.origin);
            fws_json_int(json, "entry", (int64_t)proof->entry.seq);
        }
    } else {
        fws_json_int(json, "offset", report->offset);
        fws_json_text(json, "message", failure->text);
    }
    fws_json_end(json);
}

static enum fws_status report_words(const struct verify_run *run, const char *path,
                                    enum fws_status status, const struct fws_verify_report *report,
                                    const struct fws_cli_proof *proof, struct fws_error *err)
{
    char version[FWS_VERSION_TEXT_SIZE];

    if (status != FWS_OK) {
        return fws_cli_print(err, "%s: NOT VALID: %s\n", path, fws_status_name(status));
    }
    (void)fws_version_text(&report->header.version, version);
    if (report->key_index == FWS_VERIFY_KEY_NONE) {
        return fws_cli_print(err,
                             "%s: intact, version %s, but NOT AUTHENTICATED: no --key was "
                             "given, so anybody may have made it\n",
                             path, version);
    }
    if (run->options->proof != NULL) {
        return fws_cli_print(err, "%s: valid, version %s, signed by %s, entry %llu of log %s\n",
                             path, version, key_name(run, report),
                             (unsigned long long)proof->entry.seq, proof->checkpoint.origin);
    }
    return fws_cli_print(err, "%s: valid, version %s, signed by %s\n", path, version,
                         key_name(run, report));
}

static enum fws_status verify_file(struct verify_run *run, const char *path, struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_error failure = {0};
    struct fws_verify_report report = {.key_index = FWS_VERIFY_KEY_NONE};
    FWS_AUTO(fws_cli_proof) proof = {0};
    enum fws_status status = fws_file_read(path, FWS_FIRMWARE_MAX_SIZE, &bytes, &failure);

    bool readable = status == FWS_OK;

    if (readable) {
        status = judge(run, &bytes, &report);
        if (status != FWS_OK) {
            (void)fws_error_set(&failure, status, "'%s': %s at offset %u", path,
                                fws_status_name(status), report.offset);
        }
    }
    if (status == FWS_OK && run->options->proof != NULL) {
        status = check_proof(run, &bytes, &proof, &failure);
    }
    bool first = status != FWS_OK && run->first == FWS_OK;

    if (first) {
        failure.status = status;
        run->first = status;
        run->first_error = failure;
    }
    if (run->cli->global.json) {
        report_json(run, path, status, &report, &proof, &failure);
        return FWS_OK;
    }
    /* What cannot be read is not judged; the first error is reported at the end. */
    if (!readable) {
        if (!first) {
            fws_cli_warn("%s", failure.text);
        }
        return FWS_OK;
    }
    return report_words(run, path, status, &report, &proof, err);
}

static enum fws_status verify_all(struct verify_run *run, struct fws_error *err)
{
    enum fws_status status = make_policy(run, err);

    if (status == FWS_OK && run->options->proof != NULL) {
        status = fws_cli_log_trust(run->cli, run->options->trust, &run->trust, err);
    }
    fws_json_array(&run->images, NULL);
    for (int i = 0; status == FWS_OK && i < run->cli->operand_count; i++) {
        status = verify_file(run, run->cli->operands[i], err);
    }
    if (status == FWS_OK && run->cli->global.json) {
        status = fws_cli_json_list(run->cli, "images", &run->images, &run->first_error, err);
    }
    if (status == FWS_OK && run->first != FWS_OK) {
        *err = run->first_error;
        status = run->first;
    }
    return status;
}

static enum fws_status check_usage(const struct fws_cli *cli, const struct verify_options *options,
                                   struct fws_error *err)
{
    if (options->proof != NULL && cli->operand_count != 1) {
        return fws_error_set(err, FWS_E_USAGE, "--proof is for one image");
    }
    if (options->trust != NULL && options->proof == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "--trust goes with --proof");
    }
    return FWS_OK;
}

enum fws_status fws_cmd_verify(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct verify_run *run = calloc(1, sizeof *run);

    if (run == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    run->cli = cli;
    run->options = options;
    enum fws_status status = check_usage(cli, options, err);

    if (status == FWS_OK) {
        status = verify_all(run, err);
    }
    fws_trust_free(&run->trust);

    fws_json_free(&run->images);
    free(run);
    return status;
}

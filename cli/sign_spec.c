/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cli/behalf.h"
#include "cli/sign.h"

static enum fws_status parse_counter(const struct fws_policy *policy, const char *text,
                                     struct fws_image_spec *spec, struct fws_error *err)
{
    bool derived = policy->counter.from == FWS_POLICY_COUNTER_VERSION;
    uint32_t from_version = fws_counter_from_version(&spec->version);
    uint64_t value = from_version;

    spec->has_counter = text != NULL || derived;
    if (text != NULL && strcmp(text, "auto") != 0 &&
        (!fws_uint_from_text(text, &value) || value > UINT32_MAX)) {
        return fws_error_set(err, FWS_E_USAGE, "--security-counter takes 0 to 0xffffffff, or auto");
    }
    spec->counter = (uint32_t)value;
    if (derived && value != from_version) {
        return fws_error_set(
            err, FWS_E_USAGE,
            "--security-counter %s, but the policy makes it of the version: %" PRIu32, text,
            from_version);
    }
    return FWS_OK;
}

static enum fws_status parse_dependencies(struct fws_cli_sign *run, struct fws_error *err)
{
    const struct fws_option_list *list = &run->options->dependencies;

    for (size_t i = 0; i < list->count; i++) {
        const char *text = list->items[i];

        if (fws_dependency_from_text(text, strlen(text), &run->dependencies[i]) != FWS_OK) {
            char quoted[FWS_ERROR_QUOTE_SIZE];

            return fws_error_set(err, FWS_E_USAGE,
                                 "--dependency takes \"(ID,MAJOR.MINOR.REVISION)\", not '%s'",
                                 fws_error_quote(text, strlen(text), quoted));
        }
    }
    run->spec.dependencies = run->dependencies;
    run->spec.dependency_count = list->count;
    return FWS_OK;
}

static enum fws_status parse_tlv(const char *text, const uid_t *owner, struct fws_extra_tlv *out,
                                 struct fws_error *err)
{
    const char *equals = strchr(text, '=');
    char tag_text[16] = "";
    uint64_t tag = 0;

    if (equals != NULL && (size_t)(equals - text) < sizeof tag_text) {
        memcpy(tag_text, text, (size_t)(equals - text));
    }
    if (!fws_uint_from_text(tag_text, &tag)) {
        return fws_error_set(err, FWS_E_USAGE, "--tlv takes TAG=HEX or TAG=@FILE");
    }
    if (tag < FWS_TLV_VENDOR_FIRST || tag > FWS_TLV_VENDOR_LAST) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--tlv: tag 0x%llx is outside the vendor range "
                             "0xa0 to 0xfffe",
                             (unsigned long long)tag);
    }
    out->type = (uint16_t)tag;
    if (equals[1] == '@') {
        return fws_file_read_of(equals + 2, owner, UINT16_MAX, &out->value, err);
    }
    size_t digits = strlen(equals + 1);
    enum fws_status status = fws_buf_reserve(&out->value, digits / 2 + 1, err);

    if (status != FWS_OK) {
        return status;
    }
    if (fws_hex_decode(equals + 1, digits, out->value.data, digits / 2) != FWS_OK) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--tlv: the value of 0x%llx is not pairs of hex "
                             "digits",
                             (unsigned long long)tag);
    }
    out->value.size = digits / 2;
    return FWS_OK;
}

static enum fws_status parse_tlvs(struct fws_cli_sign *run, struct fws_error *err)
{
    const struct fws_option_list *list = &run->options->tlvs;
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < list->count; i++) {
        status = parse_tlv(list->items[i], fws_behalf_owner(run->cli), &run->tlvs[i], err);
    }
    run->spec.extra = run->tlvs;
    run->spec.extra_count = list->count;
    if (status != FWS_OK) {
        return status;
    }
    status = fws_image_spec_check(run->policy, &run->spec, err);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "--tlv");
}

static enum fws_status parse_identity(struct fws_cli_sign *run, struct fws_error *err)
{
    const struct fws_policy *policy = run->policy;
    enum fws_status status = FWS_OK;

    if (policy->identity.vendor_id != NULL) {
        status = fws_uuid_from_text(policy->identity.vendor_id, NULL, run->vendor_id, err);
        run->spec.vendor_id = run->vendor_id;
    }
    if (status == FWS_OK && policy->identity.class_id != NULL) {
        status =
            fws_uuid_from_text(policy->identity.class_id, run->spec.vendor_id, run->class_id, err);
        run->spec.class_id = run->class_id;
    }
    return status;
}

enum fws_status fws_sign_spec(struct fws_cli_sign *run, struct fws_error *err)
{
    enum fws_status status =
        fws_policy_version(run->policy, run->options->fw_version, run->cli->config.folder,
                           &run->spec.version, run->version_conflict, err);

    if (status == FWS_OK) {
        status = parse_counter(run->policy, run->options->counter, &run->spec, err);
    }
    if (status == FWS_OK) {
        status = parse_dependencies(run, err);
    }
    if (status == FWS_OK) {
        status = parse_tlvs(run, err);
    }
    return status == FWS_OK ? parse_identity(run, err) : status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cli/sign.h"

static enum fws_status parse_counter(const char *text, struct fws_image_spec *spec,
                                     struct fws_error *err)
{
    uint64_t value = 0;

    if (text == NULL) {
        return FWS_OK;
    }
    spec->has_counter = true;
    if (strcmp(text, "auto") == 0) {
        spec->counter = fws_counter_from_version(&spec->version);
        return FWS_OK;
    }
    if (!fws_uint_from_text(text, &value) || value > UINT32_MAX) {
        return fws_error_set(err, FWS_E_USAGE, "--security-counter takes 0 to 0xffffffff, or auto");
    }
    spec->counter = (uint32_t)value;
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

static enum fws_status parse_tlv(const char *text, struct fws_extra_tlv *out, struct fws_error *err)
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
        return fws_file_read(equals + 2, UINT16_MAX, &out->value, err);
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
        status = parse_tlv(list->items[i], &run->tlvs[i], err);
        for (size_t k = 0; status == FWS_OK && k < i; k++) {
            if (run->tlvs[k].type == run->tlvs[i].type) {
                status = fws_error_set(err, FWS_E_USAGE, "--tlv: tag 0x%x is given twice",
                                       run->tlvs[i].type);
            }
        }
    }
    run->spec.extra = run->tlvs;
    run->spec.extra_count = list->count;
    return status;
}

static enum fws_status parse_identity(struct fws_cli_sign *run, struct fws_error *err)
{
    const struct fws_policy *policy = run->policy;
    enum fws_status status = FWS_OK;

    if (policy->vendor_id != NULL) {
        status = fws_uuid_from_text(policy->vendor_id, NULL, run->vendor_id, err);
        run->spec.vendor_id = run->vendor_id;
    }
    if (status == FWS_OK && policy->class_id != NULL) {
        status = fws_uuid_from_text(policy->class_id, run->spec.vendor_id, run->class_id, err);
        run->spec.class_id = run->class_id;
    }
    return status;
}

enum fws_status fws_sign_spec(struct fws_cli_sign *run, struct fws_error *err)
{
    enum fws_status status = fws_policy_version(run->policy, run->options->fw_version,
                                                run->cli->config.folder, &run->spec.version, err);

    if (status == FWS_OK) {
        status = parse_counter(run->options->counter, &run->spec, err);
    }
    if (status == FWS_OK) {
        status = parse_dependencies(run, err);
    }
    if (status == FWS_OK) {
        status = parse_tlvs(run, err);
    }
    return status == FWS_OK ? parse_identity(run, err) : status;
}

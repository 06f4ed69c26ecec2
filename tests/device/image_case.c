/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole image, judged three times: mapped, read block by block, pushed in uneven pieces. All three
 * must say the same.
 */
#include <string.h>

#include "tests/device/cases.h"
#include "tests/device/host.h"

struct device {
    struct fws_verify_policy policy;
    struct fws_trusted_key keys[CASE_KEYS_MAX];
    uint16_t vendor_tlvs[CASE_VENDORS_MAX];
    uint8_t vendor_id[CASE_ID_SIZE];
    uint8_t class_id[CASE_ID_SIZE];
    uint32_t floor;
    uint32_t revoked;
    const uint8_t *slot;
    uint32_t slot_size;
};

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    const struct device *device = context;

    *out = device->floor;
    return FWS_OK;
}

static enum fws_status revoked_keys(void *context, uint32_t *out)
{
    const struct device *device = context;

    *out = device->revoked;
    return FWS_OK;
}

static void read_keys(struct fws_reader *body, struct device *device)
{
    uint8_t count = fws_reader_u8(body);

    if (count > CASE_KEYS_MAX) {
        body->bad = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct fws_trusted_key *key = &device->keys[i];

        key->alg = fws_reader_u8(body);
        key->signer = fws_reader_u8(body);
        key->hash_only = fws_reader_u8(body);
        key->der_size = fws_reader_u16le(body);
        key->der = fws_reader_slice(body, key->der_size).data;
    }
    device->policy.keys = device->keys;
    device->policy.key_count = count;
}

static void read_vendor_tlvs(struct fws_reader *body, struct device *device)
{
    uint8_t count = fws_reader_u8(body);

    if (count > CASE_VENDORS_MAX) {
        body->bad = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        device->vendor_tlvs[i] = fws_reader_u16le(body);
    }
    device->policy.vendor_tlvs = device->vendor_tlvs;
    device->policy.vendor_tlv_count = count;
}

static void read_policy(struct fws_reader *body, struct device *device)
{
    struct fws_verify_policy *policy = &device->policy;

    policy->hashes = case_hashes;
    policy->schemes = case_schemes;
    policy->context = device;
    policy->options = fws_reader_u8(body);
    policy->signers = fws_reader_u8(body);
    policy->signatures_max = fws_reader_u8(body);
    policy->flags = fws_reader_u32le(body);
    policy->load_first = fws_reader_u32le(body);
    policy->load_last = fws_reader_u32le(body);
    policy->size_limit = fws_reader_u32le(body);
    policy->images = fws_reader_u32le(body);
    uint8_t given = fws_reader_u8(body);

    fws_reader_copy(body, device->vendor_id, CASE_ID_SIZE);
    fws_reader_copy(body, device->class_id, CASE_ID_SIZE);
    device->floor = fws_reader_u32le(body);
    device->revoked = fws_reader_u32le(body);
    policy->vendor_id = (given & CASE_GIVEN_VENDOR) != 0 ? device->vendor_id : NULL;
    policy->class_id = (given & CASE_GIVEN_CLASS) != 0 ? device->class_id : NULL;
    policy->counter_floor = (given & CASE_GIVEN_FLOOR) != 0 ? counter_floor : NULL;
    policy->revoked = (given & CASE_GIVEN_REVOKED) != 0 ? revoked_keys : NULL;
    read_vendor_tlvs(body, device);
    read_keys(body, device);
}

/* The rest of the record is the image; the memory behind it becomes erased flash. */
static bool lay_out(const struct case_record *record, const struct fws_reader *image, size_t room,
                    struct device *device)
{
    size_t used = record->body.left - image->left; /* by the policy */
    size_t size = image->left;

    if (device->slot_size < size || room < used || device->slot_size > room - used) {
        return false;
    }
    uint8_t *slot = (uint8_t *)(uintptr_t)image->data; /* the runner's own memory, read-only here */

    memset(&slot[size], 0xff, device->slot_size - size);
    device->slot = slot;
    return true;
}

static enum fws_status read_slot(void *context, uint32_t offset, void *out, size_t size)
{
    const struct device *device = context;

    if (offset > device->slot_size || size > device->slot_size - offset) {
        return FWS_E_INTERNAL; /* comes back as another reason than expected */
    }
    memcpy(out, &device->slot[offset], size);
    return FWS_OK;
}

/* The reason, once both tests of the result and the report agree. Without keys nothing is accepted. */
static enum fws_status reason_of(const struct device *device, uint32_t evidence,
                                 const struct fws_verify_report *report)
{
    bool good = report->reason == FWS_OK && device->policy.key_count > 0;

    if (fws_verify_accepted(evidence) != good || fws_verify_refused(evidence) == good) {
        return FWS_E_INTERNAL;
    }
    return report->reason;
}

static enum fws_status pull(const struct device *device, const uint8_t *mapped,
                            struct fws_verify_report *report)
{
    static struct fws_verify_work work;
    struct fws_verify_io io = {.read = read_slot,
                               .context = (void *)(uintptr_t)device,
                               .size = device->slot_size,
                               .mapped = mapped};

    memset(&work, 0xa5, sizeof work); /* it needs no preparation */
    uint32_t evidence = fws_verify(&device->policy, &io, &work, report);

    return reason_of(device, evidence, report);
}

/* Pieces of 1, 2, 3 ... bytes and again from 1, so that each boundary falls somewhere in a piece. */
static enum fws_status push(const struct device *device, uint32_t size)
{
    static struct fws_verify_push state;
    struct fws_verify_io io = {.size = device->slot_size};
    struct fws_verify_report report;
    enum fws_status status = fws_verify_begin(&state, &device->policy, &io, &report);
    uint32_t done = 0;
    uint32_t piece = 1;

    while (status == FWS_OK && done < size) {
        uint32_t now = piece < size - done ? piece : size - done;

        status = fws_verify_feed(&state, &device->slot[done], now);
        done += now;
        piece = piece < 257 ? piece + 1 : 1;
    }
    uint32_t evidence = fws_verify_finish(&state);

    return reason_of(device, evidence, &report);
}

/* A refusal nobody expects, after saying which form gave what. */
static enum fws_status differ(const char *form, enum fws_status status, enum fws_status mapped)
{
    host_print(form);
    host_print(": ");
    host_print_number((uint32_t)status);
    host_print(", mapped: ");
    host_print_number((uint32_t)mapped);
    host_print("\n");
    return FWS_E_INTERNAL;
}

/*
 * Pushed bytes are judged as they come: the length of the plain area before it can be looked into, and
 * so what follows it; the hash before the keys. An LMS signature is collected, and that has a limit.
 * And a pure signature cannot be pushed at all. tests/malformed asserts each one's reason.
 */
static bool may_push_say(const struct device *device, enum fws_status pushed,
                         enum fws_status mapped)
{
    switch (pushed) {
    case FWS_E_PURE_PUSHED:
        return (device->policy.options & FWS_VERIFY_PURE) != 0;
    case FWS_E_IMAGE_TOO_BIG:
    case FWS_E_IMAGE_TRUNCATED:
    case FWS_E_IMAGE_TRAILING:
    case FWS_E_TLV_TRUNCATED:
        return mapped == pushed || mapped == FWS_E_TLV_MAGIC || mapped == FWS_E_PROTECTED_SIZE ||
               mapped == FWS_E_TLV_TRUNCATED;
    case FWS_E_TLV_LIMIT:
        return mapped == pushed || mapped == FWS_E_SIGNATURE_LENGTH ||
               mapped == FWS_E_SIGNATURE_INVALID;
    case FWS_E_HASH_MISMATCH:
        return mapped == pushed || mapped == FWS_E_KEYHASH_LENGTH;
    default:
        return mapped == pushed;
    }
}

static enum fws_status judge_thrice(const struct device *device)
{
    struct fws_verify_report report;
    enum fws_status read = pull(device, NULL, &report);
    enum fws_status mapped = pull(device, device->slot, &report);
    /* What follows an image is pushed only where it is the fault: a trailer never arrives. */
    enum fws_status pushed = push(device, mapped == FWS_OK ? report.image_end : device->slot_size);

    if (read != mapped) {
        return differ("read", read, mapped);
    }
    if (!may_push_say(device, pushed, mapped)) {
        return differ("pushed", pushed, mapped);
    }
    return mapped;
}

enum fws_status case_image(const struct case_record *record, size_t room)
{
    struct device device = {0};
    struct fws_reader body = record->body;

    read_policy(&body, &device);
    device.slot_size = fws_reader_u32le(&body);
    if (body.bad || !lay_out(record, &body, room, &device)) {
        return FWS_E_INPUT;
    }
    return judge_thrice(&device);
}

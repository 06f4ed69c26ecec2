/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

unsigned fws_signatures_allowed(const struct fws_verify_policy *policy)
{
    if (FWS_VERIFY_SIGNATURES_MAX == 1) {
        return 1;
    }
    unsigned allowed =
        policy->signatures_max == 0 ? fws_signers_required(policy) : policy->signatures_max;

    return allowed < FWS_VERIFY_SIGNATURES_MAX ? allowed : FWS_VERIFY_SIGNATURES_MAX;
}

/* ---- Looking at what was kept ---- */

uint32_t fws_look(struct fws_verify_work *work, unsigned slot, struct fws_reader *value)
{
    uint32_t at = work->slots[slot];

    *value = fws_reader_init(&work->tlvs[at], work->tlv_used - at);
    value->bad = at == 0;
    work->report->offset = at == 0 ? 0 : work->areas_offset + at;
    uint32_t type = fws_reader_u16le(value);
    uint32_t size = fws_reader_u16le(value);

    if (size < value->left) {
        value->left = size; /* a value that stayed in flash has no view */
    }
    return type;
}

/* ---- One TLV ---- */

static enum fws_status length_error(const struct fws_tlv_rule *rule)
{
    switch (rule->kind) {
    case FWS_TLV_HASH:
        return FWS_E_HASH_LENGTH;
    case FWS_TLV_SIGNATURE:
        return FWS_E_SIGNATURE_LENGTH;
    default:
        return FWS_E_TLV_LENGTH;
    }
}

static bool vendor_accepted(const struct fws_verify_policy *policy, uint32_t type)
{
    for (unsigned i = 0; i < policy->vendor_tlv_count; i++) {
        if (policy->vendor_tlvs[i] == type) {
            return true;
        }
    }
    return (policy->options & FWS_VERIFY_ANY_VENDOR) != 0;
}

/* Is there a hash TLV of that type? */
static bool is_kept(struct fws_verify_work *work, uint32_t type)
{
    uint32_t offset = work->report->offset;
    bool kept = false;
    struct fws_reader value;

    for (unsigned i = 0; i < work->counts[FWS_TLV_HASH]; i++) {
        kept = kept || fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &value) == type;
    }
    work->report->offset = offset;
    return kept;
}

/* Does a type stand in the protected area before this position? Whoever reads it must not choose. */
static bool stood_before(const struct fws_verify_work *work, uint32_t at, uint32_t type)
{
    struct fws_reader area = fws_reader_init(work->tlvs, at);
    struct fws_tlv earlier = {0};

    fws_reader_skip(&area, FWS_TLV_INFO_SIZE);
    while (area.left > 0) {
        if (fws_tlv_next(&area, &earlier) != FWS_OK || earlier.type == type) {
            return true;
        }
    }
    return false;
}

static enum fws_status judge_dependency(const struct fws_verify_work *work, struct fws_reader value)
{
    uint32_t images = work->policy->images;
    struct fws_dependency dependency;
    enum fws_status status = fws_dependency_parse(value, &dependency);

    return images > 0 && dependency.image_id >= images ? FWS_E_DEPENDENCY : status;
}

/* The form of DER is judged for every signature, also those no trusted key will look at. */
static enum fws_status judge_signature(const struct fws_tlv *tlv)
{
    uint8_t raw[FWS_VERIFY_RAW_MAX];

    return FWS_VERIFY_WITH_ECDSA && tlv->type == FWS_TLV_ECDSA_SIG
               ? fws_ecdsa_raw_from_der(tlv->value.data, tlv->value.left, raw, sizeof raw / 2)
               : FWS_OK;
}

static enum fws_status judge_pure(const struct fws_verify_work *work, struct fws_reader value)
{
    return fws_pure(work->policy) && fws_reader_u8(&value) == 1 && value.left == 0
               ? FWS_OK
               : FWS_E_SIGNATURE_MODE;
}

static enum fws_status judge_key(const struct fws_verify_work *work, uint32_t type)
{
    const struct fws_verify_policy *policy = work->policy;
    uint32_t expected = fws_full_keys(policy) ? FWS_TLV_PUBKEY : FWS_TLV_KEYHASH;

    return policy->key_count > 0 && type != expected ? FWS_E_KEY_MODE : FWS_OK;
}

/* What is said of a value alone. */
static enum fws_status judge_value(const struct fws_verify_work *work, const struct fws_tlv *tlv,
                                   enum fws_tlv_kind kind)
{
    switch (kind) {
    case FWS_TLV_KEY:
        return judge_key(work, tlv->type);
    case FWS_TLV_SIGNATURE:
        return judge_signature(tlv);
    case FWS_TLV_PURE:
        return judge_pure(work, tlv->value);
    case FWS_TLV_RETIRED:
        return FWS_E_SIGNATURE_TYPE; /* no key can be of this type */
    case FWS_TLV_ENCRYPTION:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    case FWS_TLV_COMPRESSION:
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    case FWS_TLV_DEPENDENCY_ON:
        return judge_dependency(work, tlv->value);
    case FWS_TLV_VENDOR:
        return vendor_accepted(work->policy, tlv->type) ? FWS_OK : FWS_E_TLV_VENDOR;
    default:
        return FWS_OK;
    }
}

/* Keys and signatures come in pairs: is it a second one of a pair, or the start of another pair? */
static enum fws_status one_too_many(const struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    unsigned keys = work->counts[FWS_TLV_KEY];
    unsigned signatures = work->counts[FWS_TLV_SIGNATURE];

    return (kind == FWS_TLV_KEY && keys == signatures) ||
                   (kind == FWS_TLV_SIGNATURE && signatures < keys)
               ? FWS_E_SIGNATURES_TOO_MANY
               : FWS_E_TLV_DUPLICATE;
}

/* Strict order: hashes, the pure mark, then each key with its signature behind it. */
static enum fws_status check_order(struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    unsigned rank = kind == FWS_TLV_PURE ? 1 : 0;

    if (kind == FWS_TLV_KEY || kind == FWS_TLV_SIGNATURE) {
        rank = 2u * work->counts[kind] + (kind == FWS_TLV_SIGNATURE ? 1 : 0); /* it was counted */
    }
    bool orderly = rank >= work->order;

    work->order = (uint8_t)rank;
    return orderly || (work->policy->options & FWS_VERIFY_COMPATIBLE) != 0 ? FWS_OK
                                                                           : FWS_E_TLV_ORDER;
}

/* Keep a plain TLV in its place. A second hash is for a second signature. */
static enum fws_status keep_plain(struct fws_verify_work *work, uint32_t at, uint32_t type,
                                  enum fws_tlv_kind kind)
{
    unsigned limit = kind <= FWS_TLV_SIGNATURE ? fws_signatures_allowed(work->policy) : 1;
    unsigned count = work->counts[kind];

    if (count >= limit || (FWS_VERIFY_HASHES_MAX > 1 && kind == FWS_TLV_HASH &&
                           (count == FWS_VERIFY_HASHES_MAX || is_kept(work, type)))) {
        return one_too_many(work, kind);
    }
    work->slots[FWS_SLOT(kind, count)] = (uint16_t)at;
    work->counts[kind] = (uint8_t)(count + 1);
    return check_order(work, kind);
}

/* Protected types stand once, but for dependencies; boot record and vendor TLVs are for others. */
static enum fws_status keep_protected(struct fws_verify_work *work, uint32_t at, uint32_t type,
                                      enum fws_tlv_kind kind)
{
    if (kind == FWS_TLV_DEPENDENCY_ON) {
        return FWS_OK;
    }
    if (stood_before(work, at, type)) {
        return FWS_E_TLV_DUPLICATE;
    }
    if (kind <= FWS_TLV_CLASS_ID) {
        work->slots[FWS_SLOT(kind, 0)] = (uint16_t)at;
    }
    return FWS_OK;
}

/* ---- Reading: each byte of the areas once ---- */

/* The image offset of what would be read next. */
static uint32_t cursor(const struct fws_verify_work *work)
{
    return work->areas_offset + work->skipped + work->tlv_used;
}

static enum fws_status read_next(struct fws_verify_work *work, size_t size)
{
    uint8_t *to = &work->tlvs[work->tlv_used];
    uint32_t offset = cursor(work);

    if (size > FWS_VERIFY_TLV_SIZE - work->tlv_used) {
        return FWS_E_TLV_LIMIT;
    }
    work->tlv_used += (uint32_t)size;
    return fws_io_read(work->io, offset, to, size);
}

/* What can be said before the value is read. */
static enum fws_status judge_kind(const struct fws_tlv_rule *rule, uint32_t size,
                                  enum fws_tlv_place place)
{
    if (rule == NULL) {
        return FWS_E_TLV_UNKNOWN;
    }
    if (fws_tlv_place_of(rule) != place) {
        return place == FWS_TLV_PLAIN ? FWS_E_TLV_UNPROTECTED : FWS_E_TLV_MISPLACED;
    }
    return size < rule->least || size > rule->most ? length_error(rule) : FWS_OK;
}

static enum fws_status read_value(struct fws_verify_work *work, const struct fws_tlv *tlv,
                                  uint32_t size)
{
    /* Thousands of bytes: they stay in flash until the scheme reads them, once. */
    if (FWS_VERIFY_WITH_LMS && tlv->type == FWS_TLV_LMS) {
        work->skipped = size;
        return FWS_OK;
    }
    return read_next(work, size);
}

static enum fws_status read_tlv(struct fws_verify_work *work, enum fws_tlv_place place,
                                uint32_t left)
{
    uint32_t at = work->tlv_used;
    struct fws_tlv tlv;

    work->report->offset = cursor(work);
    if (FWS_VERIFY_WITH_LMS && work->skipped != 0) {
        return FWS_E_TLV_ORDER; /* an LMS signature stands last, so that positions are offsets */
    }
    if (left < FWS_TLV_HEADER_SIZE) {
        return FWS_E_TLV_TRUNCATED;
    }
    enum fws_status status = read_next(work, FWS_TLV_HEADER_SIZE);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_reader header = fws_reader_init(&work->tlvs[at], FWS_TLV_HEADER_SIZE);

    tlv.type = fws_reader_u16le(&header);
    uint32_t size = fws_reader_u16le(&header);
    const struct fws_tlv_rule *rule = fws_tlv_rule(tlv.type);

    status =
        size > left - FWS_TLV_HEADER_SIZE ? FWS_E_TLV_TRUNCATED : judge_kind(rule, size, place);
    if (status == FWS_OK) {
        status = read_value(work, &tlv, size);
    }
    if (status != FWS_OK) {
        return status;
    }
    tlv.value = fws_reader_init(&work->tlvs[at + FWS_TLV_HEADER_SIZE], size);
    enum fws_tlv_kind kind = (enum fws_tlv_kind)rule->kind;

    status = judge_value(work, &tlv, kind);
    if (status != FWS_OK) {
        return status;
    }
    return place == FWS_TLV_PLAIN ? keep_plain(work, at, tlv.type, kind)
                                  : keep_protected(work, at, tlv.type, kind);
}

static enum fws_status read_area(struct fws_verify_work *work, enum fws_tlv_place place)
{
    uint32_t start = cursor(work);
    enum fws_status status = read_next(work, FWS_TLV_INFO_SIZE);
    struct fws_reader info =
        fws_reader_init(&work->tlvs[work->tlv_used - FWS_TLV_INFO_SIZE], FWS_TLV_INFO_SIZE);

    work->report->offset = start;
    if (status != FWS_OK) {
        return status;
    }
    bool plain = place == FWS_TLV_PLAIN;

    if (fws_reader_u16le(&info) != (plain ? FWS_TLV_INFO_MAGIC : FWS_TLV_PROTECTED_MAGIC)) {
        return FWS_E_TLV_MAGIC;
    }
    uint32_t size = fws_reader_u16le(&info);

    if (!plain && size != work->report->header.protected_size) {
        return FWS_E_PROTECTED_SIZE;
    }
    if (size < FWS_TLV_INFO_SIZE) {
        return FWS_E_TLV_TRUNCATED;
    }
    status = fws_check_end(work, start, size);
    while (status == FWS_OK && cursor(work) - start < size) {
        status = read_tlv(work, place, size - (cursor(work) - start));
    }
    return status;
}

/* What only the whole shows. */
static enum fws_status check_complete(struct fws_verify_work *work)
{
    unsigned hashes = work->counts[FWS_TLV_HASH];
    unsigned keys = work->counts[FWS_TLV_KEY];
    unsigned signatures = work->counts[FWS_TLV_SIGNATURE];
    struct fws_reader hash;

    if (hashes == 0) {
        return FWS_E_HASH_MISSING;
    }
    if (fws_pure(work->policy) && work->counts[FWS_TLV_PURE] == 0) {
        return FWS_E_SIGNATURE_MODE;
    }
    if (fws_pure(work->policy) &&
        fws_look(work, FWS_SLOT(FWS_TLV_HASH, 0), &hash) != FWS_TLV_SHA512) {
        return FWS_E_HASH_MISSING;
    }
    if (signatures > keys) {
        return FWS_E_KEYHASH_MISSING;
    }
    if (keys > signatures || (work->policy->key_count > 0 && signatures == 0)) {
        return FWS_E_SIGNATURE_MISSING;
    }
    return FWS_VERIFY_HASHES_MAX > 1 && hashes > 1 && hashes > signatures ? FWS_E_TLV_DUPLICATE
                                                                          : FWS_OK;
}

enum fws_status fws_check_areas(struct fws_verify_work *work)
{
    enum fws_status status = FWS_OK;

    if (work->report->header.protected_size > 0) {
        status = read_area(work, FWS_TLV_PROTECTED);
    }
    if (status == FWS_OK) {
        status = read_area(work, FWS_TLV_PLAIN);
    }
    if (status == FWS_OK) {
        work->report->image_end = cursor(work);
        work->steps += FWS_STEP_AREAS;
        status = check_complete(work);
    }
    return status;
}

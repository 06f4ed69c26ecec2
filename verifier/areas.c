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

static enum fws_status take_dependency(const struct fws_verify_work *work, struct fws_reader value)
{
    uint32_t images = work->policy->images;
    struct fws_dependency dependency;
    enum fws_status status = fws_dependency_parse(value, &dependency);

    return images > 0 && dependency.image_id >= images ? FWS_E_DEPENDENCY : status;
}

/* Keys and signatures come in pairs: is it a second one of a pair, or the start of another pair? */
static enum fws_status one_too_many(const struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    bool starts = kind == FWS_TLV_KEY && work->key_count == work->signature_count;
    bool completes = kind == FWS_TLV_SIGNATURE && work->signature_count < work->key_count;

    return starts || completes ? FWS_E_SIGNATURES_TOO_MANY : FWS_E_TLV_DUPLICATE;
}

/* Keep a TLV of a kind that may stand limit times, from slot on. */
static enum fws_status keep(struct fws_verify_work *work, uint32_t at, unsigned slot,
                            uint8_t *count, unsigned limit, enum fws_tlv_kind kind)
{
    if (*count >= limit) {
        return one_too_many(work, kind);
    }
    work->slots[slot + (*count)++] = (uint16_t)at;
    return FWS_OK;
}

static enum fws_status keep_once(struct fws_verify_work *work, uint32_t at, unsigned slot)
{
    uint8_t count = work->slots[slot] != 0;

    return keep(work, at, slot, &count, 1, FWS_TLV_COUNTER);
}

static enum fws_status take_hash(struct fws_verify_work *work, uint32_t at, uint32_t type)
{
    unsigned limit = fws_signatures_allowed(work->policy); /* a second hash is for a second one */
    uint32_t offset = work->report->offset;
    struct fws_reader first;

    if (FWS_VERIFY_HASHES_MAX > 1 && work->hash_count > 0 &&
        fws_look(work, FWS_SLOT_HASH, &first) == type) {
        limit = 0;
    }
    work->report->offset = offset;
    if (FWS_VERIFY_HASHES_MAX == 1) {
        limit = 1;
    }
    return keep(work, at, FWS_SLOT_HASH, &work->hash_count,
                limit < FWS_VERIFY_HASHES_MAX ? limit : FWS_VERIFY_HASHES_MAX, FWS_TLV_HASH);
}

static enum fws_status take_key(struct fws_verify_work *work, uint32_t at, uint32_t type)
{
    const struct fws_verify_policy *policy = work->policy;
    uint32_t expected = fws_full_keys(policy) ? FWS_TLV_PUBKEY : FWS_TLV_KEYHASH;

    if (policy->key_count > 0 && type != expected) {
        return FWS_E_KEY_MODE;
    }
    return keep(work, at, FWS_SLOT_KEY, &work->key_count, fws_signatures_allowed(policy),
                FWS_TLV_KEY);
}

/* The form of DER is judged for every signature, also those no trusted key will look at. */
static enum fws_status take_signature(struct fws_verify_work *work, uint32_t at, uint32_t type,
                                      struct fws_reader value)
{
    uint8_t raw[FWS_VERIFY_RAW_MAX];

    if (FWS_VERIFY_WITH_ECDSA && type == FWS_TLV_ECDSA_SIG &&
        fws_ecdsa_raw_from_der(value.data, value.left, raw, sizeof raw / 2) != FWS_OK) {
        return FWS_E_SIGNATURE_ENCODING;
    }
    return keep(work, at, FWS_SLOT_SIGNATURE, &work->signature_count,
                fws_signatures_allowed(work->policy), FWS_TLV_SIGNATURE);
}

static enum fws_status take_pure(struct fws_verify_work *work, uint32_t at, struct fws_reader value)
{
    if (!fws_pure(work->policy) || fws_reader_u8(&value) != 1 || value.left != 0) {
        return FWS_E_SIGNATURE_MODE;
    }
    return keep_once(work, at, FWS_SLOT_PURE);
}

/* Strict order: hashes, the pure mark, then each key with its signature behind it. */
static enum fws_status check_order(struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    unsigned rank = kind == FWS_TLV_PURE ? 1 : 0;

    if (kind == FWS_TLV_KEY) {
        rank = 2 * (unsigned)work->key_count; /* it was counted */
    }
    if (kind == FWS_TLV_SIGNATURE) {
        rank = 2 * (unsigned)work->signature_count + 1;
    }
    bool orderly = rank >= work->order;

    work->order = (uint8_t)rank;
    return orderly || (work->policy->options & FWS_VERIFY_COMPATIBLE) != 0 ? FWS_OK
                                                                           : FWS_E_TLV_ORDER;
}

static enum fws_status take_plain(struct fws_verify_work *work, uint32_t at,
                                  const struct fws_tlv *tlv, enum fws_tlv_kind kind)
{
    enum fws_status status;

    switch (kind) {
    case FWS_TLV_HASH:
        status = take_hash(work, at, tlv->type);
        break;
    case FWS_TLV_KEY:
        status = take_key(work, at, tlv->type);
        break;
    case FWS_TLV_SIGNATURE:
        status = take_signature(work, at, tlv->type, tlv->value);
        break;
    case FWS_TLV_PURE:
        status = take_pure(work, at, tlv->value);
        break;
    case FWS_TLV_ENCRYPTION:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    default:
        return FWS_E_SIGNATURE_TYPE; /* retired: no key can be of this type */
    }
    return status == FWS_OK ? check_order(work, kind) : status;
}

static enum fws_status take_protected(struct fws_verify_work *work, uint32_t at,
                                      const struct fws_tlv *tlv, enum fws_tlv_kind kind)
{
    if (kind == FWS_TLV_DEPENDENCY_ON) {
        return take_dependency(work, tlv->value);
    }
    if (kind == FWS_TLV_COMPRESSION) {
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    }
    if (kind == FWS_TLV_VENDOR && !vendor_accepted(work->policy, tlv->type)) {
        return FWS_E_TLV_VENDOR;
    }
    if (stood_before(work, at, tlv->type)) {
        return FWS_E_TLV_DUPLICATE;
    }
    if (kind <= FWS_TLV_CLASS_ID) {
        work->slots[FWS_SLOT_COUNTER + (kind - FWS_TLV_COUNTER)] = (uint16_t)at;
    }
    return FWS_OK; /* boot record and vendor TLVs: signed, and for others to read */
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
    return place == FWS_TLV_PLAIN ? take_plain(work, at, &tlv, (enum fws_tlv_kind)rule->kind)
                                  : take_protected(work, at, &tlv, (enum fws_tlv_kind)rule->kind);
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
    unsigned keys = work->key_count;
    unsigned signatures = work->signature_count;
    struct fws_reader hash;

    if (work->hash_count == 0) {
        return FWS_E_HASH_MISSING;
    }
    if (fws_pure(work->policy) && work->slots[FWS_SLOT_PURE] == 0) {
        return FWS_E_SIGNATURE_MODE;
    }
    if (fws_pure(work->policy) && fws_look(work, FWS_SLOT_HASH, &hash) != FWS_TLV_SHA512) {
        return FWS_E_HASH_MISSING;
    }
    if (signatures > keys) {
        return FWS_E_KEYHASH_MISSING;
    }
    if (keys > signatures || (work->policy->key_count > 0 && signatures == 0)) {
        return FWS_E_SIGNATURE_MISSING;
    }
    return FWS_VERIFY_HASHES_MAX > 1 && work->hash_count > 1 && work->hash_count > signatures
               ? FWS_E_TLV_DUPLICATE
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

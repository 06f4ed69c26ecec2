/* SPDX-License-Identifier: Apache-2.0 */
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
    struct fws_reader rest = fws_reader_init(&work->tlvs[at], at == 0 ? 0 : work->tlv_used - at);

    work->report->offset = at == 0 ? 0 : work->areas_offset + at;
    return fws_tlv_read(&rest, value); /* a value that stayed in flash has no view */
}

/* ---- What is said of a value alone ---- */

static enum fws_status judge_vendor(const struct fws_verify_policy *policy, uint32_t type)
{
    if (!FWS_VERIFY_WITH_VENDOR_TLVS) {
        return FWS_E_TLV_VENDOR;
    }
    for (unsigned i = 0; i < policy->vendor_tlv_count; i++) {
        if (policy->vendor_tlvs[i] == type) {
            return FWS_OK;
        }
    }
    return (policy->options & FWS_VERIFY_ANY_VENDOR) != 0 ? FWS_OK : FWS_E_TLV_VENDOR;
}

static enum fws_status judge_dependency(const struct fws_verify_work *work, struct fws_reader value)
{
    uint32_t images = work->policy->images;
    struct fws_dependency dependency;

    if (!FWS_VERIFY_WITH_DEPENDENCIES) {
        return FWS_E_DEPENDENCY;
    }
    enum fws_status status = fws_dependency_parse(value, &dependency);

    return images > 0 && dependency.image_id >= images ? FWS_E_DEPENDENCY : status;
}

/* The form of DER is judged for every signature, also those no trusted key will look at. */
static enum fws_status judge_signature(uint32_t type, struct fws_reader value)
{
    uint8_t raw[FWS_VERIFY_RAW_MAX];

    return FWS_VERIFY_WITH_ECDSA && type == FWS_TLV_ECDSA_SIG
               ? fws_ecdsa_raw_from_der(value.data, value.left, raw, sizeof raw / 2)
               : FWS_OK;
}

static enum fws_status judge_pure(const struct fws_verify_work *work, struct fws_reader value)
{
    return fws_pure(work->policy) && fws_reader_u8(&value) == 1 && value.left == 0
               ? FWS_OK
               : FWS_E_SIGNATURE_MODE;
}

static enum fws_status judge_key(const struct fws_verify_policy *policy, uint32_t type)
{
    uint32_t expected = fws_full_keys(policy) ? FWS_TLV_PUBKEY : FWS_TLV_KEYHASH;

    return policy->key_count > 0 && type != expected ? FWS_E_KEY_MODE : FWS_OK;
}

static enum fws_status judge_value(const struct fws_verify_work *work, enum fws_tlv_kind kind,
                                   uint32_t type, struct fws_reader value)
{
    switch (kind) {
    case FWS_TLV_KEY:
        return judge_key(work->policy, type);
    case FWS_TLV_SIGNATURE:
        return judge_signature(type, value);
    case FWS_TLV_PURE:
        return judge_pure(work, value);
    case FWS_TLV_RETIRED:
        return FWS_E_SIGNATURE_TYPE; /* no key can be of this type */
    case FWS_TLV_ENCRYPTION:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    case FWS_TLV_COMPRESSION:
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    case FWS_TLV_DEPENDENCY_ON:
        return judge_dependency(work, value);
    case FWS_TLV_VENDOR:
        return judge_vendor(work->policy, type);
    default:
        return FWS_OK;
    }
}

/* ---- How often, and in which order ---- */

/* Does a type stand between the start of an area and a position in it? */
static bool stood_before(const struct fws_verify_work *work, uint32_t start, uint32_t at,
                         uint32_t type)
{
    struct fws_reader area = fws_reader_init(&work->tlvs[start], at - start);
    struct fws_reader value;
    bool stood = false;

    fws_reader_skip(&area, FWS_TLV_INFO_SIZE);
    while (area.left > 0) {
        stood = fws_tlv_read(&area, &value) == type || stood;
    }
    return stood;
}

/* Of these kinds each type may stand once. */
static bool is_repeated(const struct fws_verify_work *work, enum fws_tlv_kind kind, uint32_t at,
                        uint32_t type)
{
    if (FWS_VERIFY_WITH_VENDOR_TLVS && kind == FWS_TLV_VENDOR) {
        return stood_before(work, 0, at, type);
    }
    return FWS_VERIFY_HASHES_MAX > 1 && kind == FWS_TLV_HASH &&
           stood_before(work, work->report->header.protected_size, at, type);
}

/* How many there may be of a kind that is kept. A second hash is for a second signature. */
static unsigned limit(const struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    bool pairs = kind == FWS_TLV_HASH || kind == FWS_TLV_KEY || kind == FWS_TLV_SIGNATURE;
    unsigned allowed = pairs ? fws_signatures_allowed(work->policy) : 1;

    return kind == FWS_TLV_HASH && allowed > FWS_VERIFY_HASHES_MAX ? FWS_VERIFY_HASHES_MAX
                                                                   : allowed;
}

/* Keys and signatures come in pairs: is it a second one of a pair, or the start of another pair? */
static enum fws_status one_too_many(const struct fws_verify_work *work, enum fws_tlv_kind kind)
{
    unsigned keys = fws_count(work, FWS_TLV_KEY);
    unsigned signatures = fws_count(work, FWS_TLV_SIGNATURE);

    return (kind == FWS_TLV_KEY && keys == signatures) ||
                   (kind == FWS_TLV_SIGNATURE && signatures < keys)
               ? FWS_E_SIGNATURES_TOO_MANY
               : FWS_E_TLV_DUPLICATE;
}

/* Strict order: hashes, the pure mark, then each key with its signature behind it. */
static enum fws_status check_order(struct fws_verify_work *work, enum fws_tlv_kind kind,
                                   unsigned index)
{
    unsigned rank = kind < FWS_TLV_KEY ? kind : kind + 2 * index;
    bool orderly = rank >= work->order;

    work->order = (uint8_t)rank;
    return orderly || (work->policy->options & FWS_VERIFY_COMPATIBLE) != 0 ? FWS_OK
                                                                           : FWS_E_TLV_ORDER;
}

/* Whoever reads a TLV later must not choose which: it is kept in its place, one place for each. */
static enum fws_status keep(struct fws_verify_work *work, enum fws_tlv_kind kind, uint32_t at,
                            uint32_t type)
{
    if (is_repeated(work, kind, at, type)) {
        return FWS_E_TLV_DUPLICATE;
    }
    if (kind >= FWS_SLOT_KINDS) {
        return FWS_OK;
    }
    unsigned index = fws_count(work, kind);

    if (index >= limit(work, kind)) {
        return one_too_many(work, kind);
    }
    work->slots[FWS_SLOT(kind, index)] = (uint16_t)at;
    return kind < FWS_TLV_COUNTER ? check_order(work, kind, index) : FWS_OK;
}

/* ---- Reading: each byte of the areas once ---- */

/* The image offset of what would be read next. */
static uint32_t cursor(const struct fws_verify_work *work)
{
    return work->areas_offset + work->skipped + work->tlv_used;
}

/* Read on within an area, of which *left bytes are left. */
static enum fws_status read_next(struct fws_verify_work *work, uint32_t size, uint32_t *left,
                                 struct fws_reader *out)
{
    uint8_t *to = &work->tlvs[work->tlv_used];
    uint32_t offset = cursor(work);

    if (size > *left) {
        return FWS_E_TLV_TRUNCATED;
    }
    if (size > FWS_VERIFY_TLV_SIZE - work->tlv_used) {
        return FWS_E_TLV_LIMIT;
    }
    *left -= size;
    work->tlv_used += size;
    *out = fws_reader_init(to, size);
    return fws_io_read(work->io, offset, to, size);
}

/* Thousands of bytes: they stay in flash until the scheme reads them, once. */
static enum fws_status skip_value(struct fws_verify_work *work, uint32_t size, uint32_t *left)
{
    if (size > *left) {
        return FWS_E_TLV_TRUNCATED;
    }
    *left -= size;
    work->skipped = size;
    return FWS_OK;
}

static enum fws_status read_tlv(struct fws_verify_work *work, enum fws_tlv_place place,
                                uint32_t *left)
{
    uint32_t at = work->tlv_used;
    struct fws_reader value;
    enum fws_tlv_kind kind;

    work->report->offset = cursor(work);
    if (FWS_VERIFY_WITH_LMS && work->skipped != 0) {
        return FWS_E_TLV_ORDER; /* an LMS signature stands last, so that positions are offsets */
    }
    enum fws_status status = read_next(work, FWS_TLV_HEADER_SIZE, left, &value);

    if (status != FWS_OK) {
        return status;
    }
    uint16_t type = fws_reader_u16le(&value);
    uint16_t size = fws_reader_u16le(&value);

    status = FWS_VERIFY_WITH_LMS && type == FWS_TLV_LMS ? skip_value(work, size, left)
                                                        : read_next(work, size, left, &value);
    if (status == FWS_OK) {
        status = fws_tlv_check(type, size, place, &kind);
    }
    if (status == FWS_OK) {
        status = judge_value(work, kind, type, value);
    }
    return status == FWS_OK ? keep(work, kind, at, type) : status;
}

static enum fws_status read_area(struct fws_verify_work *work, enum fws_tlv_place place)
{
    bool plain = place == FWS_TLV_PLAIN;
    uint32_t start = cursor(work);
    uint32_t left = FWS_TLV_INFO_SIZE;
    struct fws_reader info;
    enum fws_status status = read_next(work, FWS_TLV_INFO_SIZE, &left, &info);

    work->report->offset = start;
    if (status != FWS_OK) {
        return status;
    }
    if (fws_reader_u16le(&info) != (plain ? FWS_TLV_INFO_MAGIC : FWS_TLV_PROTECTED_MAGIC)) {
        return FWS_E_TLV_MAGIC;
    }
    left = fws_reader_u16le(&info);
    if (!plain && left != work->report->header.protected_size) {
        return FWS_E_PROTECTED_SIZE;
    }
    if (left < FWS_TLV_INFO_SIZE) {
        return FWS_E_TLV_TRUNCATED;
    }
    status = fws_check_end(work, start, left);
    left -= FWS_TLV_INFO_SIZE;
    while (status == FWS_OK && left > 0) {
        status = read_tlv(work, place, &left);
    }
    return status;
}

/* What only the whole shows. */
static enum fws_status check_complete(struct fws_verify_work *work)
{
    unsigned hashes = fws_count(work, FWS_TLV_HASH);
    unsigned keys = fws_count(work, FWS_TLV_KEY);
    unsigned signatures = fws_count(work, FWS_TLV_SIGNATURE);
    struct fws_reader hash;

    if (hashes == 0) {
        return FWS_E_HASH_MISSING;
    }
    if (fws_pure(work->policy) && fws_count(work, FWS_TLV_PURE) == 0) {
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

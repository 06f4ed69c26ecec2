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

/* ---- What is said of a value alone; work->tlv is the one that is read ---- */

static struct fws_reader value_of(const struct fws_verify_work *work)
{
    return fws_reader_init(&work->tlvs[work->tlv_at + FWS_TLV_HEADER_SIZE], work->tlv.size);
}

static enum fws_status judge_vendor(const struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;

    if (!FWS_VERIFY_WITH_VENDOR_TLVS) {
        return FWS_E_TLV_VENDOR;
    }
    for (unsigned i = 0; i < policy->vendor_tlv_count; i++) {
        if (policy->vendor_tlvs[i] == work->tlv.type) {
            return FWS_OK;
        }
    }
    return (policy->options & FWS_VERIFY_ANY_VENDOR) != 0 ? FWS_OK : FWS_E_TLV_VENDOR;
}

static enum fws_status judge_dependency(const struct fws_verify_work *work)
{
    uint32_t images = work->policy->images;
    struct fws_dependency dependency;

    if (!FWS_VERIFY_WITH_DEPENDENCIES) {
        return FWS_E_DEPENDENCY;
    }
    enum fws_status status = fws_dependency_parse(value_of(work), &dependency);

    return images > 0 && dependency.image_id >= images ? FWS_E_DEPENDENCY : status;
}

/* The form of DER is judged for every signature, also those no trusted key will look at. */
static enum fws_status judge_signature(const struct fws_verify_work *work)
{
    uint8_t raw[FWS_VERIFY_RAW_MAX];

    if (!FWS_VERIFY_WITH_ECDSA || work->tlv.type != FWS_TLV_ECDSA_SIG) {
        return FWS_OK;
    }
    struct fws_reader der = value_of(work);

    return fws_ecdsa_raw_from_der(der.data, der.left, raw, sizeof raw / 2);
}

static enum fws_status judge_pure(const struct fws_verify_work *work)
{
    struct fws_reader value = value_of(work);

    return fws_pure(work->policy) && fws_reader_u8(&value) == 1 && value.left == 0
               ? FWS_OK
               : FWS_E_SIGNATURE_MODE;
}

static enum fws_status judge_key(const struct fws_verify_work *work)
{
    uint32_t expected = fws_full_keys(work->policy) ? FWS_TLV_PUBKEY : FWS_TLV_KEYHASH;

    return work->policy->key_count > 0 && work->tlv.type != expected ? FWS_E_KEY_MODE : FWS_OK;
}

static enum fws_status judge_value(const struct fws_verify_work *work)
{
    switch ((enum fws_tlv_kind)work->tlv.kind) {
    case FWS_TLV_KEY:
        return judge_key(work);
    case FWS_TLV_SIGNATURE:
        return judge_signature(work);
    case FWS_TLV_PURE:
        return judge_pure(work);
    case FWS_TLV_RETIRED:
        return FWS_E_SIGNATURE_TYPE; /* no key can be of this type */
    case FWS_TLV_ENCRYPTION:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    case FWS_TLV_COMPRESSION:
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    case FWS_TLV_DEPENDENCY_ON:
        return judge_dependency(work);
    case FWS_TLV_VENDOR:
        return judge_vendor(work);
    default:
        return FWS_OK;
    }
}

/* ---- How often, and in which order ---- */

/* Does the type stand already in the area that begins at start? */
static bool stood_before(const struct fws_verify_work *work, uint32_t start)
{
    struct fws_reader area = fws_reader_init(&work->tlvs[start], work->tlv_at - start);
    struct fws_reader value;
    bool stood = false;

    fws_reader_skip(&area, FWS_TLV_INFO_SIZE);
    while (area.left > 0) {
        stood = fws_tlv_read(&area, &value) == work->tlv.type || stood;
    }
    return stood;
}

/* Of these kinds each type may stand once. */
static bool is_repeated(const struct fws_verify_work *work)
{
    if (FWS_VERIFY_WITH_VENDOR_TLVS && work->tlv.kind == FWS_TLV_VENDOR) {
        return stood_before(work, 0);
    }
    return FWS_VERIFY_HASHES_MAX > 1 && work->tlv.kind == FWS_TLV_HASH &&
           stood_before(work, work->report->header.protected_size);
}

/* How many there may be of a kind that is kept. A second hash is for a second signature. */
static unsigned limit(const struct fws_verify_work *work, unsigned kind)
{
    bool pairs = kind == FWS_TLV_HASH || kind == FWS_TLV_KEY || kind == FWS_TLV_SIGNATURE;
    unsigned allowed = pairs ? fws_signatures_allowed(work->policy) : 1;

    return kind == FWS_TLV_HASH && allowed > FWS_VERIFY_HASHES_MAX ? FWS_VERIFY_HASHES_MAX
                                                                   : allowed;
}

/* Keys and signatures come in pairs: is it a second one of a pair, or the start of another pair? */
static enum fws_status one_too_many(const struct fws_verify_work *work)
{
    unsigned keys = fws_count(work, FWS_TLV_KEY);
    unsigned signatures = fws_count(work, FWS_TLV_SIGNATURE);

    return (work->tlv.kind == FWS_TLV_KEY && keys == signatures) ||
                   (FWS_VERIFY_SIGNATURES_MAX > 1 && work->tlv.kind == FWS_TLV_SIGNATURE &&
                    signatures < keys)
               ? FWS_E_SIGNATURES_TOO_MANY
               : FWS_E_TLV_DUPLICATE;
}

/* Strict order: hashes, the pure mark, then each key with its signature behind it. */
static enum fws_status check_order(struct fws_verify_work *work, unsigned index)
{
    unsigned kind = work->tlv.kind;
    unsigned rank = kind < FWS_TLV_KEY ? kind : kind + 2 * index;
    bool orderly = rank >= work->order;

    work->order = (uint8_t)rank;
    return orderly || (work->policy->options & FWS_VERIFY_COMPATIBLE) != 0 ? FWS_OK
                                                                           : FWS_E_TLV_ORDER;
}

/* Whoever reads a TLV later must not choose which: it is kept in its place, one place for each. */
static enum fws_status keep(struct fws_verify_work *work)
{
    unsigned kind = work->tlv.kind;

    if (is_repeated(work)) {
        return FWS_E_TLV_DUPLICATE;
    }
    if (kind >= FWS_SLOT_KINDS) {
        return FWS_OK;
    }
    unsigned index = fws_count(work, kind);

    if (index >= limit(work, kind)) {
        return one_too_many(work);
    }
    work->slots[FWS_SLOT(kind, index)] = work->tlv_at;
    return kind < FWS_TLV_COUNTER ? check_order(work, index) : FWS_OK;
}

/* ---- Reading: each byte of the areas once ---- */

/* Read on within an area. report->image_end moves along: it ends where the last TLV does. */
static enum fws_status read_next(struct fws_verify_work *work, uint32_t size)
{
    uint32_t offset = work->report->image_end;
    uint8_t *to = &work->tlvs[work->tlv_used];

    if (size > work->area_left) {
        return FWS_E_TLV_TRUNCATED;
    }
    work->area_left -= size;
    work->report->image_end = offset + size;
    if (FWS_VERIFY_WITH_LMS && work->skipped != 0) {
        return FWS_OK;
    }
    if (size > FWS_VERIFY_TLV_SIZE - work->tlv_used) {
        return FWS_E_TLV_LIMIT;
    }
    work->tlv_used += size;
    return fws_io_read(work->io, offset, to, size);
}

/* Type and size, or magic and size: two numbers of 16 bits, which are read alike. */
static enum fws_status read_head(struct fws_verify_work *work)
{
    struct fws_reader head = fws_reader_init(&work->tlvs[work->tlv_used], FWS_TLV_HEADER_SIZE);

    work->report->offset = work->report->image_end;
    work->tlv_at = (uint16_t)work->tlv_used;
    enum fws_status status = read_next(work, FWS_TLV_HEADER_SIZE);

    if (status == FWS_OK) {
        work->tlv.type = fws_reader_u16le(&head);
        work->tlv.size = fws_reader_u16le(&head);
    }
    return status;
}

static enum fws_status read_tlv(struct fws_verify_work *work, enum fws_tlv_place place)
{
    if (FWS_VERIFY_WITH_LMS && work->skipped != 0) {
        work->report->offset = work->report->image_end;
        return FWS_E_TLV_ORDER; /* an LMS signature stands last, so that positions are offsets */
    }
    enum fws_status status = read_head(work);

    if (FWS_VERIFY_WITH_LMS && work->tlv.type == FWS_TLV_LMS) {
        work->skipped = work->tlv.size; /* it stays in flash until the scheme reads it, once */
    }
    if (status == FWS_OK) {
        status = read_next(work, work->tlv.size);
    }
    if (status == FWS_OK) {
        status = fws_tlv_check(&work->tlv, place);
    }
    if (status == FWS_OK) {
        status = judge_value(work);
    }
    return status == FWS_OK ? keep(work) : status;
}

static enum fws_status read_area(struct fws_verify_work *work, enum fws_tlv_place place)
{
    work->area_left = FWS_TLV_INFO_SIZE;
    enum fws_status status = read_head(work);
    uint32_t size = work->tlv.size;

    if (status != FWS_OK) {
        return status;
    }
    if (work->tlv.type != fws_tlv_magic(place)) {
        return FWS_E_TLV_MAGIC;
    }
    if (place == FWS_TLV_PROTECTED && size != work->report->header.protected_size) {
        return FWS_E_PROTECTED_SIZE;
    }
    if (size < FWS_TLV_INFO_SIZE) {
        return FWS_E_TLV_TRUNCATED;
    }
    work->area_left = size - FWS_TLV_INFO_SIZE;
    status = fws_check_end(work, work->report->image_end, work->area_left);
    while (status == FWS_OK && work->area_left > 0) {
        status = read_tlv(work, place);
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
    if (fws_pure(work->policy) && signatures > 1) {
        return FWS_E_SIGNATURES_TOO_MANY; /* each would need a pass of its own */
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
        work->steps += FWS_STEP_AREAS;
        status = check_complete(work);
    }
    return status;
}

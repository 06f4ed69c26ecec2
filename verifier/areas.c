/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

enum fws_status fws_refuse_entry(struct fws_verify_work *work, const struct fws_entry *entry,
                                 enum fws_status status)
{
    return fws_refuse(work, work->areas_offset + entry->offset, status);
}

unsigned fws_signatures_allowed(const struct fws_verify_policy *policy)
{
    unsigned allowed =
        policy->signatures_max == 0 ? fws_signers_required(policy) : policy->signatures_max;

    return allowed < FWS_VERIFY_SIGNATURES_MAX ? allowed : FWS_VERIFY_SIGNATURES_MAX;
}

/* ---- Reading: each byte of the areas once, values kept in work->tlvs ---- */

static enum fws_status read_next(struct fws_verify_work *work, size_t size, struct fws_reader *out)
{
    uint8_t *to = &work->tlvs[work->tlv_used];
    uint32_t offset = work->cursor;

    if (size > FWS_VERIFY_TLV_SIZE - (size_t)work->tlv_used) {
        return fws_refuse(work, offset, FWS_E_TLV_LIMIT);
    }
    enum fws_status status = fws_io_read(work->io, offset, to, size);

    if (status != FWS_OK) {
        return fws_refuse(work, offset, status);
    }
    work->cursor = offset + (uint32_t)size;
    work->tlv_used = (uint16_t)(work->tlv_used + size);
    *out = fws_reader_init(to, size);
    return FWS_OK;
}

/* ---- One entry ---- */

static enum fws_status length_error(uint16_t type)
{
    if (type >= FWS_TLV_SHA256 && type <= FWS_TLV_SHA512) {
        return FWS_E_HASH_LENGTH;
    }
    return type >= FWS_TLV_RSA2048_PSS && type <= FWS_TLV_LMS ? FWS_E_SIGNATURE_LENGTH
                                                              : FWS_E_TLV_LENGTH;
}

static bool vendor_accepted(const struct fws_verify_policy *policy, uint16_t type)
{
    for (unsigned i = 0; i < policy->vendor_tlv_count; i++) {
        if (policy->vendor_tlvs[i] == type) {
            return true;
        }
    }
    return (policy->options & FWS_VERIFY_ANY_VENDOR) != 0;
}

/* What can be said before the value is read. */
static enum fws_status judge_kind(const struct fws_verify_work *work, const struct fws_entry *entry,
                                  enum fws_tlv_place place)
{
    const struct fws_tlv_rule *rule = fws_tlv_rule(entry->type);
    enum fws_status status = fws_tlv_check_place(entry->type, place);

    if (status != FWS_OK || rule == NULL) {
        return status;
    }
    if (entry->size < rule->least || entry->size > rule->most) {
        return length_error(entry->type);
    }
    if (rule->type == FWS_TLV_VENDOR_FIRST && !vendor_accepted(work->policy, entry->type)) {
        return FWS_E_TLV_VENDOR;
    }
    return FWS_OK;
}

/* Keep an entry that may stand once. */
static enum fws_status keep(struct fws_verify_work *work, unsigned slot,
                            const struct fws_entry *entry)
{
    if (work->entries[slot].type != 0) {
        return FWS_E_TLV_DUPLICATE;
    }
    work->entries[slot] = *entry;
    return FWS_OK;
}

static enum fws_status take_hash(struct fws_verify_work *work, const struct fws_entry *entry)
{
    for (unsigned i = 0; i < work->hash_count; i++) {
        if (work->entries[FWS_ENTRY_HASH + i].type == entry->type) {
            return FWS_E_TLV_DUPLICATE;
        }
    }
    /* A second hash is for a second signature. */
    if (work->hash_count == FWS_VERIFY_HASHES_MAX ||
        work->hash_count == fws_signatures_allowed(work->policy)) {
        return FWS_E_TLV_DUPLICATE;
    }
    return keep(work, FWS_ENTRY_HASH + (unsigned)work->hash_count++, entry);
}

/* Keys and signatures come in pairs: is it a second one of a pair, or the start of another pair? */
static enum fws_status one_too_many(unsigned these, unsigned others)
{
    return these > others ? FWS_E_TLV_DUPLICATE : FWS_E_SIGNATURES_TOO_MANY;
}

static enum fws_status take_key(struct fws_verify_work *work, const struct fws_entry *entry)
{
    const struct fws_verify_policy *policy = work->policy;
    bool full = (policy->options & FWS_VERIFY_FULL_KEY) != 0;

    if (policy->key_count > 0 && full != (entry->type == FWS_TLV_PUBKEY)) {
        return FWS_E_KEY_MODE;
    }
    if (work->key_count == fws_signatures_allowed(policy)) {
        return one_too_many(work->key_count, work->signature_count);
    }
    return keep(work, FWS_ENTRY_KEY + (unsigned)work->key_count++, entry);
}

/* The form of DER is judged for every signature, also those no trusted key will look at. */
static bool is_der(struct fws_reader value)
{
    uint8_t raw[FWS_ECDSA_RAW_MAX_SIZE];

    return fws_ecdsa_raw_from_der(value.data, value.left, raw, sizeof raw / 2) == FWS_OK;
}

static enum fws_status take_signature(struct fws_verify_work *work, const struct fws_entry *entry)
{
    if (work->signature_count == fws_signatures_allowed(work->policy)) {
        return one_too_many(work->signature_count + 1u, work->key_count);
    }
    if (entry->type == FWS_TLV_ECDSA_SIG && !is_der(fws_entry_value(work, entry))) {
        return FWS_E_SIGNATURE_ENCODING;
    }
    return keep(work, FWS_ENTRY_SIGNATURE + (unsigned)work->signature_count++, entry);
}

static enum fws_status take_pure(struct fws_verify_work *work, const struct fws_entry *entry)
{
    struct fws_reader value = fws_entry_value(work, entry);

    if ((work->policy->options & FWS_VERIFY_PURE) == 0 || fws_reader_u8(&value) != 1 ||
        fws_reader_done(&value) != FWS_OK) {
        return FWS_E_SIGNATURE_MODE;
    }
    return keep(work, FWS_ENTRY_PURE, entry);
}

/* Strict order: hashes, the pure mark, then each key with its signature behind it. */
static enum fws_status check_order(struct fws_verify_work *work, unsigned rank)
{
    bool orderly = rank >= work->order;

    work->order = (uint8_t)rank;
    return orderly || (work->policy->options & FWS_VERIFY_COMPATIBLE) != 0 ? FWS_OK
                                                                           : FWS_E_TLV_ORDER;
}

static enum fws_status take_plain(struct fws_verify_work *work, const struct fws_entry *entry)
{
    enum fws_status status = FWS_OK;
    unsigned rank = 0;

    switch (entry->type) {
    case FWS_TLV_SHA256:
    case FWS_TLV_SHA384:
    case FWS_TLV_SHA512:
        status = take_hash(work, entry);
        break;
    case FWS_TLV_SIG_PURE:
        rank = 1;
        status = take_pure(work, entry);
        break;
    case FWS_TLV_KEYHASH:
    case FWS_TLV_PUBKEY:
        rank = 2 + 2 * (unsigned)work->key_count;
        status = take_key(work, entry);
        break;
    case FWS_TLV_RSA2048_PSS:
    case FWS_TLV_RSA3072_PSS:
    case FWS_TLV_ECDSA_SIG:
    case FWS_TLV_ED25519:
    case FWS_TLV_LMS:
        rank = 3 + 2 * (unsigned)work->signature_count;
        status = take_signature(work, entry);
        break;
    case FWS_TLV_ECDSA224:
        return FWS_E_SIGNATURE_TYPE; /* retired: no key can be of this type */
    default:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    }
    return status == FWS_OK ? check_order(work, rank) : status;
}

/* Does a type stand in the protected area before this entry? Whoever reads it must not choose. */
static bool stood_before(const struct fws_verify_work *work, const struct fws_entry *entry)
{
    struct fws_reader area = fws_reader_init(work->tlvs, entry->at - FWS_TLV_HEADER_SIZE);
    struct fws_tlv earlier = {0};

    fws_reader_skip(&area, FWS_TLV_INFO_SIZE);
    while (area.left > 0 && fws_tlv_next(&area, &earlier) == FWS_OK) {
        if (earlier.type == entry->type) {
            return true;
        }
    }
    return false;
}

static enum fws_status take_dependency(const struct fws_verify_work *work,
                                       const struct fws_entry *entry)
{
    uint32_t images = work->policy->images;
    struct fws_dependency dependency;
    enum fws_status status = fws_dependency_parse(fws_entry_value(work, entry), &dependency);

    return status == FWS_OK && images > 0 && dependency.image_id >= images ? FWS_E_DEPENDENCY
                                                                           : status;
}

static enum fws_status take_protected(struct fws_verify_work *work, const struct fws_entry *entry)
{
    switch (entry->type) {
    case FWS_TLV_DEPENDENCY:
        return take_dependency(work, entry);
    case FWS_TLV_SEC_CNT:
        return keep(work, FWS_ENTRY_COUNTER, entry);
    case FWS_TLV_UUID_VID:
        return keep(work, FWS_ENTRY_VENDOR_ID, entry);
    case FWS_TLV_UUID_CID:
        return keep(work, FWS_ENTRY_CLASS_ID, entry);
    case FWS_TLV_DECOMP_SIZE:
    case FWS_TLV_DECOMP_SHA:
    case FWS_TLV_DECOMP_SIGNATURE:
    case FWS_TLV_COMP_DEC_SIZE:
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    default:                     /* boot record and vendor TLVs: signed, and for others to read */
        return stood_before(work, entry) ? FWS_E_TLV_DUPLICATE : FWS_OK;
    }
}

/* ---- One area ---- */

static enum fws_status read_value(struct fws_verify_work *work, struct fws_entry *entry)
{
    struct fws_reader value;

    /* Thousands of bytes: they stay in flash until the scheme reads them, once. */
    if (entry->type == FWS_TLV_LMS) {
        work->tlv_used = (uint16_t)(work->tlv_used - FWS_TLV_HEADER_SIZE);
        work->cursor += entry->size;
        return FWS_OK;
    }
    entry->at = work->tlv_used;
    return read_next(work, entry->size, &value);
}

static enum fws_status read_entry(struct fws_verify_work *work, enum fws_tlv_place place,
                                  uint32_t end)
{
    struct fws_entry entry = {.offset = (uint16_t)(work->cursor - work->areas_offset)};
    struct fws_reader header = {.bad = true};
    enum fws_status status = FWS_E_TLV_TRUNCATED;

    if (end - work->cursor >= FWS_TLV_HEADER_SIZE) {
        status = read_next(work, FWS_TLV_HEADER_SIZE, &header);
        if (status != FWS_OK) {
            return status; /* which has its own offset */
        }
        entry.type = fws_reader_u16le(&header);
        entry.size = fws_reader_u16le(&header);
        status =
            entry.size > end - work->cursor ? FWS_E_TLV_TRUNCATED : judge_kind(work, &entry, place);
    }
    if (status == FWS_OK) {
        status = read_value(work, &entry);
        if (status != FWS_OK) {
            return status;
        }
        status =
            place == FWS_TLV_PROTECTED ? take_protected(work, &entry) : take_plain(work, &entry);
    }
    return status == FWS_OK ? FWS_OK : fws_refuse_entry(work, &entry, status);
}

/* Where does the area end that starts at the cursor? */
static enum fws_status read_info(struct fws_verify_work *work, enum fws_tlv_place place,
                                 uint32_t *end)
{
    uint32_t start = work->cursor;
    struct fws_reader info;
    enum fws_status status = read_next(work, FWS_TLV_INFO_SIZE, &info);

    if (status != FWS_OK) {
        return status;
    }
    bool plain = place == FWS_TLV_PLAIN;
    uint16_t magic = fws_reader_u16le(&info);
    uint16_t size = fws_reader_u16le(&info);

    *end = start + size;
    if (magic != (plain ? FWS_TLV_INFO_MAGIC : FWS_TLV_PROTECTED_MAGIC)) {
        return fws_refuse(work, start, FWS_E_TLV_MAGIC);
    }
    if (!plain && *end != work->signed_size) {
        return fws_refuse(work, start, FWS_E_PROTECTED_SIZE);
    }
    if (size < FWS_TLV_INFO_SIZE) {
        return fws_refuse(work, start, FWS_E_TLV_TRUNCATED);
    }
    status = fws_check_end(work, (uint64_t)start + size, start);
    /* Entries keep their offsets in 16 bits. */
    return status == FWS_OK && *end - work->areas_offset > UINT16_MAX
               ? fws_refuse(work, start, FWS_E_TLV_LIMIT)
               : status;
}

static enum fws_status read_area(struct fws_verify_work *work, enum fws_tlv_place place)
{
    uint32_t end = 0;
    enum fws_status status = read_info(work, place, &end);

    while (status == FWS_OK && work->cursor < end) {
        status = read_entry(work, place, end);
    }
    return status;
}

/* What only the whole shows. */
static enum fws_status check_complete(struct fws_verify_work *work)
{
    const struct fws_entry *hash = &work->entries[FWS_ENTRY_HASH];
    unsigned keys = work->key_count;
    unsigned signatures = work->signature_count;

    if (work->hash_count == 0) {
        return FWS_E_HASH_MISSING;
    }
    if ((work->policy->options & FWS_VERIFY_PURE) != 0) {
        if (work->entries[FWS_ENTRY_PURE].type == 0) {
            return FWS_E_SIGNATURE_MODE;
        }
        if (hash->type != FWS_TLV_SHA512) {
            return fws_refuse_entry(work, hash, FWS_E_HASH_MISSING);
        }
    }
    if (signatures > keys) {
        return fws_refuse_entry(work, &work->entries[FWS_ENTRY_SIGNATURE + keys],
                                FWS_E_KEYHASH_MISSING);
    }
    if (keys > signatures || (work->policy->key_count > 0 && signatures == 0)) {
        return FWS_E_SIGNATURE_MISSING;
    }
    if (work->hash_count > 1 && work->hash_count > signatures) {
        return fws_refuse_entry(work, &hash[1], FWS_E_TLV_DUPLICATE);
    }
    return FWS_OK;
}

enum fws_status fws_check_areas(struct fws_verify_work *work)
{
    enum fws_status status = FWS_OK;

    work->cursor = work->areas_offset;
    if (work->report->header.protected_size > 0) {
        status = read_area(work, FWS_TLV_PROTECTED);
    }
    if (status == FWS_OK) {
        status = read_area(work, FWS_TLV_PLAIN);
    }
    if (status == FWS_OK) {
        status = check_complete(work);
    }
    if (status == FWS_OK) {
        work->report->image_end = work->cursor;
        work->steps += FWS_STEP_AREAS;
    }
    return status;
}

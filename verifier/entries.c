/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

#define COUNTER_SIZE       4u
#define UUID_SIZE          16u
#define ECDSA_DER_MIN_SIZE 8u
#define P384_HALF_SIZE     48u

/* How long a TLV may be: the status when it is not, FWS_OK for a type with no such rule. */
struct length_rule {
    uint16_t type;
    uint16_t least;
    uint16_t most;
    enum fws_status status;
};

static enum fws_status check_length(const struct fws_tlv *tlv)
{
    static const struct length_rule rules[] = {
        {FWS_TLV_SHA256, 32, 32, FWS_E_HASH_LENGTH},
        {FWS_TLV_SHA384, 48, 48, FWS_E_HASH_LENGTH},
        {FWS_TLV_SHA512, 64, 64, FWS_E_HASH_LENGTH},
        {FWS_TLV_RSA2048_PSS, 256, 256, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_RSA3072_PSS, 384, 384, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_ED25519, 64, 64, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_ECDSA_SIG, ECDSA_DER_MIN_SIZE, FWS_ECDSA_DER_MAX_SIZE, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_PUBKEY, 1, FWS_PUBKEY_DER_MAX_SIZE, FWS_E_TLV_LENGTH},
        {FWS_TLV_SEC_CNT, COUNTER_SIZE, COUNTER_SIZE, FWS_E_TLV_LENGTH},
        {FWS_TLV_UUID_VID, UUID_SIZE, UUID_SIZE, FWS_E_TLV_LENGTH},
        {FWS_TLV_UUID_CID, UUID_SIZE, UUID_SIZE, FWS_E_TLV_LENGTH},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].type == tlv->type &&
            (tlv->value.left < rules[i].least || tlv->value.left > rules[i].most)) {
            return rules[i].status;
        }
    }
    return FWS_OK;
}

static bool same_value(const struct fws_tlv *a, const struct fws_tlv *b)
{
    return a->value.left == b->value.left &&
           fws_reader_starts_with(&a->value, b->value.data, b->value.left);
}

/* Keep an entry that may stand once. */
static enum fws_status keep_once(struct fws_entry *place, const struct fws_entry *entry)
{
    if (fws_entry_present(place)) {
        return FWS_E_TLV_DUPLICATE;
    }
    *place = *entry;
    return FWS_OK;
}

static enum fws_status take_key(struct fws_check *check, const struct fws_entry *entry)
{
    const struct fws_verify_policy *policy = check->policy;
    uint16_t form = policy->full_key ? FWS_TLV_PUBKEY : FWS_TLV_KEYHASH;

    if (policy->key_count > 0 && entry->tlv.type != form) {
        return FWS_E_KEY_MODE;
    }
    return keep_once(&check->entries.key_waiting, entry);
}

static unsigned signatures_allowed(const struct fws_verify_policy *policy)
{
    if (policy->signatures_max == 0) {
        return 1;
    }
    return policy->signatures_max < FWS_VERIFY_SIGNATURES_MAX ? policy->signatures_max
                                                              : FWS_VERIFY_SIGNATURES_MAX;
}

/* Two signatures by one key prove no more than one, and which of them counts would be a choice. */
static bool signed_before(const struct fws_entries *entries, const struct fws_entry *key)
{
    for (unsigned i = 0; i < entries->signer_count; i++) {
        if (same_value(&entries->signers[i].key.tlv, &key->tlv)) {
            return true;
        }
    }
    return false;
}

/* A signature belongs to the key TLV that stands before it. */
static enum fws_status pair_signature(struct fws_check *check, const struct fws_entry *entry)
{
    struct fws_entries *entries = &check->entries;

    if (!fws_entry_present(&entries->key_waiting)) {
        if (entries->signer_count > 0) {
            return FWS_E_TLV_DUPLICATE; /* a second one for the last key */
        }
        return keep_once(&entries->keyless, entry);
    }
    if (entries->signer_count == signatures_allowed(check->policy)) {
        return FWS_E_SIGNATURES_TOO_MANY;
    }
    if (signed_before(entries, &entries->key_waiting)) {
        return FWS_E_TLV_DUPLICATE;
    }
    entries->signers[entries->signer_count].key = entries->key_waiting;
    entries->signers[entries->signer_count].signature = *entry;
    entries->signer_count++;
    entries->key_waiting = (struct fws_entry){0};
    return FWS_OK;
}

static enum fws_status take_signature(struct fws_check *check, const struct fws_entry *entry)
{
    const struct fws_reader *value = &entry->tlv.value;
    uint8_t raw[2 * P384_HALF_SIZE];

    /* The form of DER is judged for every signature, also those no trusted key will look at. */
    if (entry->tlv.type == FWS_TLV_ECDSA_SIG) {
        enum fws_status status =
            fws_ecdsa_raw_from_der(value->data, value->left, raw, P384_HALF_SIZE);

        if (status != FWS_OK) {
            return status;
        }
    }
    return pair_signature(check, entry);
}

static enum fws_status take_pure(struct fws_check *check, const struct fws_entry *entry)
{
    static const uint8_t set = 1;

    if (!check->policy->pure || entry->tlv.value.left != sizeof set ||
        !fws_reader_starts_with(&entry->tlv.value, &set, sizeof set)) {
        return FWS_E_SIGNATURE_MODE;
    }
    return keep_once(&check->entries.pure, entry);
}

static enum fws_status take_plain(struct fws_check *check, const struct fws_entry *entry)
{
    switch (entry->tlv.type) {
    case FWS_TLV_SHA256:
    case FWS_TLV_SHA384:
    case FWS_TLV_SHA512:
        return keep_once(&check->entries.hash, entry);
    case FWS_TLV_KEYHASH:
    case FWS_TLV_PUBKEY:
        return take_key(check, entry);
    case FWS_TLV_RSA2048_PSS:
    case FWS_TLV_RSA3072_PSS:
    case FWS_TLV_ECDSA_SIG:
    case FWS_TLV_ED25519:
        return take_signature(check, entry);
    case FWS_TLV_SIG_PURE:
        return take_pure(check, entry);
    case FWS_TLV_ECDSA224:
        return FWS_E_SIGNATURE_TYPE; /* retired: no key can be of this type */
    default:
        /* A wrapped key, but the header says that nothing is encrypted: anyone may append one
         * here, since the plain area is not signed. */
        return FWS_E_ENCRYPTED;
    }
}

static enum fws_status take_dependency(struct fws_check *check, const struct fws_entry *entry)
{
    struct fws_entries *entries = &check->entries;
    struct fws_dependency dependency = {0};
    enum fws_status status = fws_dependency_parse(entry->tlv.value, &dependency);

    if (status != FWS_OK) {
        return status;
    }
    if (!fws_entry_present(&entries->dependency) ||
        dependency.image_id > entries->dependency_image_id) {
        entries->dependency = *entry;
        entries->dependency_image_id = dependency.image_id;
    }
    return FWS_OK;
}

static enum fws_status take_protected(struct fws_check *check, const struct fws_entry *entry)
{
    switch (entry->tlv.type) {
    case FWS_TLV_DEPENDENCY:
        return take_dependency(check, entry);
    case FWS_TLV_SEC_CNT:
        return keep_once(&check->entries.counter, entry);
    case FWS_TLV_UUID_VID:
        return keep_once(&check->entries.vendor_id, entry);
    case FWS_TLV_UUID_CID:
        return keep_once(&check->entries.class_id, entry);
    case FWS_TLV_DECOMP_SIZE:
    case FWS_TLV_DECOMP_SHA:
    case FWS_TLV_DECOMP_SIGNATURE:
    case FWS_TLV_COMP_DEC_SIZE:
        return FWS_E_COMPRESSED; /* but the header says that nothing is compressed */
    default:
        return FWS_OK; /* boot record and vendor TLVs: signed, and for others to read */
    }
}

/* Does a type stand before tlv in this area? Whoever reads it later must not have to choose. */
static bool stood_before(struct fws_reader area, size_t count, uint16_t type)
{
    struct fws_tlv earlier = {0};

    for (size_t i = 0; i < count && fws_tlv_next(&area, &earlier) == FWS_OK; i++) {
        if (earlier.type == type) {
            return true;
        }
    }
    return false;
}

/* Types whose meaning is elsewhere cannot be kept in a place of their own: they are looked up. */
static bool repeated(struct fws_reader area, size_t count, const struct fws_tlv *tlv)
{
    bool opaque = tlv->type == FWS_TLV_BOOT_RECORD || tlv->type >= FWS_TLV_VENDOR_FIRST;

    return opaque && stood_before(area, count, tlv->type);
}

static enum fws_status take_entry(struct fws_check *check, const struct fws_entry *entry,
                                  enum fws_tlv_place place)
{
    enum fws_status status = fws_tlv_check_place(entry->tlv.type, place);

    if (status == FWS_OK) {
        status = check_length(&entry->tlv);
    }
    if (status != FWS_OK) {
        return status;
    }
    return place == FWS_TLV_PROTECTED ? take_protected(check, entry) : take_plain(check, entry);
}

enum fws_status fws_check_area(struct fws_check *check, struct fws_reader area,
                               enum fws_tlv_place place, uint32_t end)
{
    const struct fws_reader whole = area;

    for (size_t count = 0; area.left > 0; count++) {
        struct fws_entry entry = {.offset = end - (uint32_t)area.left};
        enum fws_status status = fws_tlv_next(&area, &entry.tlv);

        if (status == FWS_OK) {
            status = take_entry(check, &entry, place);
        }
        if (status == FWS_OK && repeated(whole, count, &entry.tlv)) {
            status = FWS_E_TLV_DUPLICATE;
        }
        if (status != FWS_OK) {
            return fws_refuse_at(check, entry.offset, status);
        }
    }
    return FWS_OK;
}

/* Is every signature behind a key TLV, and every key TLV before a signature? */
static enum fws_status check_pairs(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;
    const struct fws_entry *key = &entries->key_waiting;

    if (fws_entry_present(&entries->keyless)) {
        bool key_follows = fws_entry_present(key) || entries->signer_count > 0;

        return fws_refuse_at(check, entries->keyless.offset,
                             key_follows ? FWS_E_TLV_ORDER : FWS_E_KEYHASH_MISSING);
    }
    if (fws_entry_present(key)) {
        return fws_refuse_at(check, key->offset, FWS_E_SIGNATURE_MISSING);
    }
    if (check->policy->key_count > 0 && entries->signer_count == 0) {
        return FWS_E_SIGNATURE_MISSING;
    }
    return FWS_OK;
}

/* A short key hash would fit many keys, an empty one any. */
static enum fws_status check_keyhash_lengths(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;

    for (unsigned i = 0; i < entries->signer_count; i++) {
        const struct fws_entry *key = &entries->signers[i].key;

        if (key->tlv.type == FWS_TLV_KEYHASH &&
            key->tlv.value.left != entries->hash.tlv.value.left) {
            return fws_refuse_at(check, key->offset, FWS_E_KEYHASH_LENGTH);
        }
    }
    return FWS_OK;
}

enum fws_status fws_check_entries(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;

    if (!fws_entry_present(&entries->hash)) {
        return FWS_E_HASH_MISSING;
    }
    if (check->policy->pure && !fws_entry_present(&entries->pure)) {
        return FWS_E_SIGNATURE_MODE;
    }
    if (check->policy->pure && entries->hash.tlv.type != FWS_TLV_SHA512) {
        return fws_refuse_at(check, entries->hash.offset, FWS_E_HASH_MISSING);
    }
    enum fws_status status = check_pairs(check);

    return status == FWS_OK ? check_keyhash_lengths(check) : status;
}

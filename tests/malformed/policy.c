/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

#define WORDS_MAX_SIZE 512u

/* A vendor TLV that is not accepted and a key that is not trusted, for who reads on behind those that are. */
#define OTHER_VENDOR 0xa0u
#define OTHER_KEY    "p256b"

static uint32_t number(const char *text, int base)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, base);

    require(end != text && *end == '\0' && value <= UINT32_MAX, "'%s' is no number", text);
    return (uint32_t)value;
}

/* "p256", "p256@1" of signer 1, "p256#" trusted by its hash. */
static void add_key(const struct keys *keys, char *word, struct row_policy *out)
{
    unsigned index = out->policy.key_count;
    struct fws_trusted_key *key = &out->keys[index];
    char *signer = strchr(word, '@');
    char *by_hash = strchr(word, '#');
    struct fws_error err = {0};

    require(index < ROW_KEYS_MAX, "too many keys");
    if (signer != NULL) {
        *signer = '\0';
        key->signer = (uint8_t)number(&signer[1], 10);
    }
    if (by_hash != NULL) {
        *by_hash = '\0';
    }
    const struct named_key *named = keys_find(keys, word);

    key->alg = (uint8_t)named->alg;
    key->der = named->der.data;
    key->der_size = (uint16_t)named->der.size;
    if (by_hash != NULL) {
        require(fws_digest(FWS_HASH_SHA256, key->der, key->der_size, out->digests[index], &err) ==
                    FWS_OK,
                "%s", err.text);
        key->hash_only = true;
        key->der = out->digests[index];
        key->der_size = sizeof out->digests[index];
    }
    out->policy.key_count++;
}

static void add_keys(const struct keys *keys, char *words, struct row_policy *out)
{
    for (char *word = strsep(&words, "+"); word != NULL; word = strsep(&words, "+")) {
        add_key(keys, word, out);
    }
}

static void add_vendors(char *words, struct row_policy *out)
{
    for (char *word = strsep(&words, "+"); word != NULL; word = strsep(&words, "+")) {
        require(out->policy.vendor_tlv_count < ROW_VENDORS_MAX, "too many vendor TLVs");
        out->vendor_tlvs[out->policy.vendor_tlv_count++] = (uint16_t)number(word, 16);
    }
}

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    *out = ((const struct row_policy *)context)->floor;
    return FWS_OK;
}

static enum fws_status revoked_keys(void *context, uint32_t *out)
{
    *out = ((const struct row_policy *)context)->revoked;
    return FWS_OK;
}

static void set_id(const char *text, uint8_t id[FWS_UUID_SIZE])
{
    require(fws_hex_decode(text, strlen(text), id, FWS_UUID_SIZE) == FWS_OK, "no id: %s", text);
}

/* "FIRST-LAST" */
static void set_window(char *text, struct fws_verify_policy *policy)
{
    char *dash = strchr(text, '-');

    require(dash != NULL, "no window: %s", text);
    *dash = '\0';
    policy->load_first = number(text, 16);
    policy->load_last = number(&dash[1], 16);
}

static bool set_option(const char *word, struct fws_verify_policy *policy)
{
    static const struct {
        const char *word;
        uint8_t option;
    } options[] = {
        {"full", FWS_VERIFY_FULL_KEY},         {"pure", FWS_VERIFY_PURE},
        {"compatible", FWS_VERIFY_COMPATIBLE}, {"counter", FWS_VERIFY_COUNTER},
        {"any-vendor", FWS_VERIFY_ANY_VENDOR}, {"tail-ignored", FWS_VERIFY_TAIL_IGNORED},
    };

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(options[i].word, word) == 0) {
            policy->options |= options[i].option;
            return true;
        }
    }
    return false;
}

static bool set_number(const char *word, const char *value, struct row_policy *out)
{
    struct fws_verify_policy *policy = &out->policy;

    if (strcmp(word, "floor") == 0) {
        out->floor = number(value, 10);
        policy->counter_floor = counter_floor;
    } else if (strcmp(word, "revoked") == 0) {
        out->revoked = number(value, 16);
        policy->revoked = revoked_keys;
    } else if (strcmp(word, "signers") == 0) {
        policy->signers = (uint8_t)number(value, 10);
    } else if (strcmp(word, "signatures") == 0) {
        policy->signatures_max = (uint8_t)number(value, 10);
    } else if (strcmp(word, "flags") == 0) {
        policy->flags = number(value, 16);
    } else if (strcmp(word, "limit") == 0) {
        policy->size_limit = number(value, 10);
    } else if (strcmp(word, "images") == 0) {
        policy->images = number(value, 10);
    } else {
        return false;
    }
    return true;
}

/* Names joined by "+", as bits; name gives the name of a number, from 1 on. */
static uint32_t bits_of(char *words, const char *(*name)(unsigned number))
{
    uint32_t bits = 0;

    for (char *word = strsep(&words, "+"); word != NULL; word = strsep(&words, "+")) {
        unsigned number_of_word = 1;

        while (number_of_word < ROW_LIST_MAX && strcmp(name(number_of_word), word) != 0) {
            number_of_word++;
        }
        require(number_of_word < ROW_LIST_MAX, "nothing is called '%s'", word);
        bits |= 1u << number_of_word;
    }
    return bits;
}

static const char *hash_name(unsigned number)
{
    return fws_hash_name((enum fws_hash)number);
}

static const char *algorithm_name(unsigned number)
{
    return fws_algorithm_name((enum fws_algorithm)number);
}

static void set_word(const struct keys *keys, char *word, struct row_policy *out)
{
    char *value = strchr(word, '=');

    if (value == NULL) {
        require(set_option(word, &out->policy), "no policy has an option '%s'", word);
        return;
    }
    *value++ = '\0';
    if (strcmp(word, "keys") == 0) {
        add_keys(keys, value, out);
    } else if (strcmp(word, "vendors") == 0) {
        add_vendors(value, out);
    } else if (strcmp(word, "vendor") == 0) {
        set_id(value, out->vendor_id);
        out->policy.vendor_id = out->vendor_id;
    } else if (strcmp(word, "class") == 0) {
        set_id(value, out->class_id);
        out->policy.class_id = out->class_id;
    } else if (strcmp(word, "load") == 0) {
        set_window(value, &out->policy);
    } else if (strcmp(word, "hashes") == 0) {
        out->allowed_hashes = bits_of(value, hash_name);
    } else if (strcmp(word, "algorithms") == 0) {
        out->allowed_algs = bits_of(value, algorithm_name);
    } else {
        require(set_number(word, value, out), "no policy has '%s'", word);
    }
}

/* What stands behind the ends of the lists, until they grow. */
static void end_lists(const struct keys *keys, struct row_policy *out)
{
    const struct named_key *other = keys_find(keys, OTHER_KEY);

    for (size_t i = 0; i < ROW_VENDORS_MAX; i++) {
        out->vendor_tlvs[i] = OTHER_VENDOR;
    }
    for (size_t i = 0; i < ROW_KEYS_MAX; i++) {
        out->keys[i] = (struct fws_trusted_key){.alg = (uint8_t)other->alg,
                                                .der = other->der.data,
                                                .der_size = (uint16_t)other->der.size};
    }
}

void policy_parse(const struct keys *keys, const char *words, struct row_policy *out)
{
    char copy[WORDS_MAX_SIZE];
    char *rest = copy;

    memset(out, 0, sizeof *out);
    require(snprintf(copy, sizeof copy, "%s", words) < (int)sizeof copy, "a policy is too long");
    out->policy.keys = out->keys;
    out->policy.vendor_tlvs = out->vendor_tlvs;
    out->policy.context = out;
    end_lists(keys, out);
    if (strcmp(words, "-") == 0) {
        return;
    }
    for (char *word = strsep(&rest, ","); word != NULL; word = strsep(&rest, ",")) {
        set_word(keys, word, out);
    }
}

static bool allows(uint32_t bits, unsigned number)
{
    return bits == 0 || (bits >> number & 1u) != 0;
}

void policy_use(struct row_policy *policy, const struct fws_hash_function *const *hashes,
                const struct fws_signature_scheme *const *schemes)
{
    size_t count = 0;

    for (; *hashes != NULL; hashes++) {
        if (allows(policy->allowed_hashes, (*hashes)->hash)) {
            policy->hashes[count++] = *hashes;
        }
        require(count < ROW_LIST_MAX, "too many hashes");
    }
    policy->hashes[count] = NULL;
    count = 0;
    for (; *schemes != NULL; schemes++) {
        if (allows(policy->allowed_algs, (*schemes)->alg)) {
            policy->schemes[count++] = *schemes;
        }
        require(count < ROW_LIST_MAX, "too many schemes");
    }
    policy->schemes[count] = NULL;
    policy->policy.hashes = policy->hashes;
    policy->policy.schemes = policy->schemes;
}

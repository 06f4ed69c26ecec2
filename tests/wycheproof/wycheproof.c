/* SPDX-License-Identifier: Apache-2.0 */
/* The sets of C2SP/wycheproof, testvectors_v1. */
#include "tests/wycheproof/runner.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "tests/wycheproof/text.h"

/* What a set holds; hash is NONE where the scheme takes the message itself. */
struct set {
    const char *name;
    const char *type; /* of its groups */
    const char *key;  /* the member with the key as MCUboot embeds it */
    enum fws_algorithm alg;
    enum fws_hash hash;
};

static const struct set sets[] = {
    {"ecdsa_secp256r1_sha256", "EcdsaVerify", "publicKeyDer", FWS_ALG_P256, FWS_HASH_SHA256},
    {"ecdsa_secp256r1_sha256_p1363", "EcdsaP1363Verify", "publicKeyDer", FWS_ALG_P256,
     FWS_HASH_SHA256},
    {"ecdsa_secp384r1_sha384", "EcdsaVerify", "publicKeyDer", FWS_ALG_P384, FWS_HASH_SHA384},
    {"ecdsa_secp384r1_sha384_p1363", "EcdsaP1363Verify", "publicKeyDer", FWS_ALG_P384,
     FWS_HASH_SHA384},
    {"ed25519", "EddsaVerify", "publicKeyDer", FWS_ALG_ED25519, FWS_HASH_NONE},
    {"rsa_pss_2048_sha256_mgf1_32", "RsassaPssVerify", "publicKeyAsn", FWS_ALG_RSA2048,
     FWS_HASH_SHA256},
    {"rsa_pss_3072_sha256_mgf1_32", "RsassaPssVerify", "publicKeyAsn", FWS_ALG_RSA3072,
     FWS_HASH_SHA256},
};

static const struct set *find_set(const char *name)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (strcmp(sets[i].name, name) == 0) {
            return &sets[i];
        }
    }
    fail("no set is called '%s'", name);
}

static const char *text_of(json_t *entry, const char *member)
{
    const char *text = json_string_value(json_object_get(entry, member));

    require(text != NULL, "an entry has no '%s'", member);
    return text;
}

static struct fws_buf bytes_in(json_t *entry, const char *member)
{
    return bytes_of(text_of(entry, member));
}

static bool has_flag(json_t *test, const char *wanted)
{
    json_t *flag = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(test, "flags"), i, flag)
    {
        if (strcmp(json_string_value(flag), wanted) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * "acceptable" leaves it to the verifier. The sets of 2026 use it nowhere; of what older ones called
 * so, a strict verifier takes nothing: loose DER, and weak parameters that no image may have. A flag
 * that nobody has decided about ends the run.
 */
static bool is_valid(json_t *test)
{
    static const char *const refused[] = {"BerEncodedSignature", "InvalidEncoding", "MissingZero",
                                          "WeakHash"};
    const char *result = text_of(test, "result");

    if (strcmp(result, "acceptable") != 0) {
        require(strcmp(result, "valid") == 0 || strcmp(result, "invalid") == 0,
                "the result '%s' is unknown", result);
        return strcmp(result, "valid") == 0;
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (has_flag(test, refused[i])) {
            return false;
        }
    }
    fail("decide here whether this is acceptable: %s", text_of(test, "comment"));
}

static void run_test(struct tally *tally, const struct set *set, const struct fws_buf *key,
                     json_t *test)
{
    FWS_AUTO(fws_buf) message = bytes_in(test, "msg");
    FWS_AUTO(fws_buf) signature = bytes_in(test, "sig");
    uint8_t digest[FWS_HASH_MAX_SIZE];
    struct fws_error err = {0};
    struct question question = {
        .key = reader_of(key),
        .message = reader_of(&message),
        .signature = reader_of(&signature),
        .der = strcmp(set->type, "EcdsaVerify") == 0,
    };
    char name[32];

    if (set->hash != FWS_HASH_NONE) {
        require(fws_digest(set->hash, message.data, message.size, digest, &err) == FWS_OK, "%s",
                err.text);
        question.message = fws_reader_init(digest, fws_hash_size(set->hash));
    }
    (void)snprintf(name, sizeof name, "tcId %d",
                   (int)json_integer_value(json_object_get(test, "tcId")));
    tally_case(tally, &question, is_valid(test), name, text_of(test, "comment"));
}

static void run_group(struct tally *tally, const struct set *set, json_t *group)
{
    FWS_AUTO(fws_buf) key = bytes_in(group, set->key);
    json_t *test = NULL;
    size_t i = 0;

    require(strcmp(text_of(group, "type"), set->type) == 0, "a group is of another type");
    json_array_foreach(json_object_get(group, "tests"), i, test)
    {
        run_test(tally, set, &key, test);
    }
}

void wycheproof_run(struct tally *tally, const char *folder, const char *name)
{
    const struct set *set = find_set(name);
    FWS_AUTO(fws_buf) text = read_text(folder, name, "_test.json");
    json_error_t error;
    json_t *root = json_loads((const char *)text.data, JSON_REJECT_DUPLICATES, &error);
    json_t *group = NULL;
    size_t i = 0;

    require(root != NULL, "%s_test.json:%d: %s", name, error.line, error.text);
    tally_begin(tally, set->alg);
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        run_group(tally, set, group);
    }
    size_t promised = (size_t)json_integer_value(json_object_get(root, "numberOfTests"));

    require(tally->cases == promised && promised > 0, "%zu of %zu cases were judged", tally->cases,
            promised);
    json_decref(root);
}

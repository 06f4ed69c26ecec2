/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "keys/keys.h"
#include "tests/unit/test.h"

#define NEVER 0u

static struct fws_key fit_key(void)
{
    return (struct fws_key){
        .pub = {.alg = FWS_ALG_P256, .type = "ecdsa-p256"},
        .label = "k",
        .has_private = true,
        .sensitive = true,
        .always_sensitive = true,
        .never_extractable = true,
        .local = true,
        .sign = true,
    };
}

struct fault {
    size_t offset;
    unsigned relaxation;
    const char *word;
};

#define FAULT(member, relaxation, word)                                                            \
    {                                                                                              \
        offsetof(struct fws_key, member), relaxation, word                                         \
    }

/* Each flips one fact of a fit key. */
static const struct fault faults[] = {
    FAULT(has_private, NEVER, "no private key"),
    FAULT(sensitive, NEVER, "not sensitive"),
    FAULT(extractable, NEVER, "extractable"),
    FAULT(sign, NEVER, "may not sign"),
    FAULT(local, FWS_ALLOW_IMPORTED, "not generated on the token (needs allow: imported)"),
    FAULT(always_sensitive, FWS_ALLOW_IMPORTED, "not always sensitive"),
    FAULT(never_extractable, FWS_ALLOW_IMPORTED, "once extractable"),
    FAULT(sign_recover, FWS_ALLOW_MULTI_PURPOSE, "recovery (needs allow: multi-purpose)"),
    FAULT(decrypt, FWS_ALLOW_MULTI_PURPOSE, "may decrypt"),
    FAULT(unwrap, FWS_ALLOW_MULTI_PURPOSE, "may unwrap"),
    FAULT(derive, FWS_ALLOW_MULTI_PURPOSE, "may derive"),
};

#define FAULT_COUNT (sizeof faults / sizeof faults[0])
#define ALL         (FWS_ALLOW_IMPORTED | FWS_ALLOW_MULTI_PURPOSE | FWS_ALLOW_SOFTWARE)

static struct fws_key key_with(const struct fault *fault)
{
    struct fws_key key = fit_key();
    bool *fact = (bool *)((uint8_t *)&key + fault->offset);

    *fact = !*fact;
    return key;
}

TEST(a_key_made_for_signing_only_is_fit)
{
    struct fws_key key = fit_key();
    struct fws_error err = {0};
    unsigned used = 9;

    assert_status(fws_key_check_fit(&key, 0, &used, &err), FWS_OK);
    assert_int_equal(used, 0);
}

TEST(each_fault_alone_makes_a_key_unfit_and_is_named)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        struct fws_key key = key_with(&faults[i]);
        struct fws_error err = {0};
        unsigned used;

        assert_status(fws_key_check_fit(&key, 0, &used, &err), FWS_E_KEY_UNFIT);
        assert_non_null(strstr(err.text, faults[i].word));
        assert_null(strstr(err.text, "), "));
    }
}

TEST(only_its_own_relaxation_allows_a_fault)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        struct fws_key key = key_with(&faults[i]);
        struct fws_error err = {0};
        unsigned used;
        enum fws_status expected = faults[i].relaxation == NEVER ? FWS_E_KEY_UNFIT : FWS_OK;

        assert_status(fws_key_check_fit(&key, ALL, &used, &err), expected);
        assert_int_equal(used, faults[i].relaxation);
        assert_status(fws_key_check_fit(&key, ALL & ~faults[i].relaxation, &used, &err),
                      FWS_E_KEY_UNFIT);
    }
}

TEST(all_faults_together_are_all_named)
{
    struct fws_key key = {.pub = {.alg = FWS_ALG_P256}, .extractable = true};
    struct fws_error err = {0};
    unsigned used;

    key.sign_recover = key.decrypt = key.unwrap = key.derive = true;
    assert_status(fws_key_check_fit(&key, 0, &used, &err), FWS_E_KEY_UNFIT);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        assert_non_null(strstr(err.text, faults[i].word));
    }
}

TEST(a_kind_without_image_signatures_is_refused_whatever_is_allowed)
{
    struct fws_key key = fit_key();
    struct fws_error err = {0};
    unsigned used;

    key.pub.alg = FWS_ALG_NONE;
    (void)snprintf(key.pub.type, sizeof key.pub.type, "rsa-4096");
    assert_status(fws_key_check_fit(&key, ALL, &used, &err), FWS_E_KEY_TYPE);
    assert_non_null(strstr(err.text, "rsa-4096"));
}

TEST(a_file_needs_its_relaxation_and_nothing_else)
{
    struct fws_key key = {.pub = {.alg = FWS_ALG_ED25519}, .software = true};
    struct fws_error err = {0};
    unsigned used;

    assert_status(fws_key_check_fit(&key, ALL & ~FWS_ALLOW_SOFTWARE, &used, &err), FWS_E_KEY_UNFIT);
    assert_non_null(strstr(err.text, "allow: software"));
    assert_status(fws_key_check_fit(&key, FWS_ALLOW_SOFTWARE, &used, &err), FWS_OK);
    assert_int_equal(used, FWS_ALLOW_SOFTWARE);
}

TEST_MAIN("keys/fitness")

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/policy.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/fwsign-policy-set-test-XXXXXX";

__attribute__((constructor)) static void make_folder(void)
{
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("p", 0700) != 0) {
        abort();
    }
}

static void put(const char *name, const char *product, const char *keys)
{
    char text[256];
    struct fws_error err = {0};
    int size = snprintf(text, sizeof text,
                        "product: %s\nkeys: %s\nformat: {slot-size: 4K}\nversion: {from: git}\n",
                        product, keys);

    assert_status(fws_file_replace(name, text, (size_t)size, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
}

static const char *const names[] = {"p/b.yaml",    "p/a.yaml", "p/B.yaml", "p/.hidden.yaml",
                                    "p/notes.txt", "p/c.yml",  "p/.yaml"};

static void clean(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)unlink(names[i]);
    }
}

__attribute__((destructor)) static void remove_folder(void)
{
    clean();
    (void)rmdir("p");
    (void)rmdir(folder);
}

static void three_products(struct fws_policy_set *set)
{
    struct fws_error err = {0};

    clean();
    put("p/b.yaml", "pump", "[prod, old]");
    put("p/a.yaml", "fan", "prod");
    put("p/B.yaml", "valve", "[own]");
    assert_status(fws_policy_set_load("p", set, &err), FWS_OK);
}

TEST(files_are_loaded_in_name_order_hidden_and_other_ones_are_not)
{
    FWS_AUTO(fws_policy_set) set = {0};
    struct fws_error err = {0};

    three_products(&set);
    fws_policy_set_free(&set);
    put("p/.hidden.yaml", "pump", "prod");
    put("p/.yaml", "pump", "prod");
    put("p/notes.txt", "pump", "prod");
    put("p/c.yml", "pump", "prod");
    assert_status(fws_policy_set_load("p", &set, &err), FWS_OK);
    assert_int_equal(set.count, 3);
    assert_string_equal(set.policies[0].path, "p/B.yaml");
    assert_string_equal(set.policies[1].path, "p/a.yaml");
    assert_string_equal(set.policies[2].path, "p/b.yaml");
}

TEST(two_files_with_one_product_are_refused)
{
    struct fws_policy_set set = {0};
    struct fws_error err = {0};

    clean();
    put("p/a.yaml", "pump", "prod");
    put("p/b.yaml", "pump", "other");
    assert_status(fws_policy_set_load("p", &set, &err), FWS_E_POLICY_INVALID);
    assert_string_equal(err.text, "p/b.yaml:1:10: product 'pump' has a policy already: p/a.yaml");
    assert_int_equal(set.count, 0);
    assert_null(set.policies);
}

TEST(one_bad_file_refuses_the_folder)
{
    struct fws_policy_set set = {0};
    struct fws_error err = {0};

    clean();
    put("p/a.yaml", "pump", "prod");
    put("p/b.yaml", "'no good'", "prod");
    assert_status(fws_policy_set_load("p", &set, &err), FWS_E_POLICY_INVALID);
    assert_string_equal(err.text, "p/b.yaml:1:10: 'product' must be 1 to 64 of the letters A-Z "
                                  "a-z 0-9 . _ -");
    assert_int_equal(set.count, 0);
}

TEST(a_missing_folder_is_not_found)
{
    struct fws_policy_set set = {0};
    struct fws_error err = {0};

    assert_status(fws_policy_set_load("nowhere", &set, &err), FWS_E_NOT_FOUND);
}

static void assert_found(const char *product, const char *key, const char *expected)
{
    FWS_AUTO(fws_policy_set) set = {0};
    const struct fws_policy *policy = NULL;
    struct fws_error err = {0};

    three_products(&set);
    assert_status(fws_policy_find(&set, product, key, &policy, &err), FWS_OK);
    assert_string_equal(policy->product, expected);
}

static void assert_not_found(const char *product, const char *key, const char *message)
{
    FWS_AUTO(fws_policy_set) set = {0};
    const struct fws_policy *policy = NULL;
    struct fws_error err = {0};

    three_products(&set);
    assert_status(fws_policy_find(&set, product, key, &policy, &err), FWS_E_PRODUCT);
    assert_string_equal(err.text, message);
    assert_null(policy);
}

TEST(a_product_is_found_by_name)
{
    assert_found("pump", "prod", "pump");
    /* Whether the key is listed is for the decision to say. */
    assert_found("valve", "prod", "valve");
}

TEST(a_product_is_found_by_the_key_that_only_it_lists)
{
    assert_found(NULL, "old", "pump");
    assert_found(NULL, "own", "valve");
}

TEST(what_is_not_found_is_answered_with_the_products)
{
    assert_not_found("pmup", "prod", "product 'pmup' has no policy; products: valve, fan, pump");
    assert_not_found("Pump", "prod", "product 'Pump' has no policy; products: valve, fan, pump");
    assert_not_found(NULL, "x", "no product lists key 'x'; products: valve, fan, pump");
    assert_not_found(NULL, "prod", "several products fit, name one: fan, pump");
    assert_not_found(NULL, NULL, "several products fit, name one: valve, fan, pump");
}

TEST(an_empty_folder_has_no_product)
{
    FWS_AUTO(fws_policy_set) set = {0};
    const struct fws_policy *policy = NULL;
    struct fws_error err = {0};

    clean();
    assert_status(fws_policy_set_load("p", &set, &err), FWS_OK);
    assert_int_equal(set.count, 0);
    assert_status(fws_policy_find(&set, "pump", "k", &policy, &err), FWS_E_PRODUCT);
    assert_string_equal(err.text, "product 'pump' has no policy; products: none");
    assert_status(fws_policy_find(&set, NULL, "k", &policy, &err), FWS_E_PRODUCT);
    assert_string_equal(err.text, "the policy folder has no *.yaml file");
}

TEST_MAIN("policy/set")

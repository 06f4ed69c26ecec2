/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/parts.h"

#define LIST_SIZE 512u

static int is_policy_file(const struct dirent *entry)
{
    static const char ending[] = ".yaml";
    size_t size = strlen(entry->d_name);

    return entry->d_name[0] != '.' && size >= sizeof ending - 1 &&
           strcmp(entry->d_name + size - (sizeof ending - 1), ending) == 0;
}

/* By bytes, whatever the locale: the order must not depend on who looks. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum fws_status refuse_second(const struct fws_policy_set *set,
                                     const struct fws_policy *added, struct fws_error *err)
{
    char where[FWS_POLICY_PLACE_SIZE];

    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->policies[i].product, added->product) == 0) {
            return fws_error_set(err, FWS_E_POLICY_INVALID,
                                 "%s: product '%s' has a policy already: %s",
                                 fws_policy_place_text(added, added->at.product, where),
                                 added->product, set->policies[i].path);
        }
    }
    return FWS_OK;
}

static enum fws_status add_file(struct fws_policy_set *set, const char *directory, const char *name,
                                struct fws_error *err)
{
    struct fws_policy *added = &set->policies[set->count];
    char *path = fws_path_join(directory, name);

    if (path == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "policy '%s': no memory", name);
    }
    enum fws_status status = fws_policy_load(path, added, err);

    free(path);
    if (status == FWS_OK) {
        status = refuse_second(set, added, err);
    }
    if (status != FWS_OK) {
        fws_policy_free(added);
        return status;
    }
    set->count++;
    return FWS_OK;
}

enum fws_status fws_policy_set_load(const char *directory, struct fws_policy_set *out,
                                    struct fws_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_policy_file, by_name);
    enum fws_status status = FWS_OK;

    *out = (struct fws_policy_set){0};
    if (count < 0) {
        return fws_error_errno(err, errno, "policy folder '%s'", directory);
    }
    out->policies = calloc(count > 0 ? (size_t)count : 1, sizeof *out->policies);
    if (out->policies == NULL) {
        status = fws_error_set(err, FWS_E_MEMORY, "policy folder '%s': no memory", directory);
    }
    for (int i = 0; i < count; i++) {
        if (status == FWS_OK) {
            status = add_file(out, directory, entries[i]->d_name, err);
        }
        free(entries[i]);
    }
    free(entries);
    if (status != FWS_OK) {
        fws_policy_set_free(out);
    }
    return status;
}

void fws_policy_set_free(struct fws_policy_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        fws_policy_free(&set->policies[i]);
    }
    free(set->policies);
    *set = (struct fws_policy_set){0};
}

/* ---- Which policy counts ---- */

void fws_policy_list_add(char *out, size_t size, const char *text, const char *separator)
{
    size_t used = strlen(out);

    (void)snprintf(out + used, size - used, "%s%s", used > 0 ? separator : "", text);
}

const struct fws_policy_key *fws_policy_key(const struct fws_policy *policy, const char *key)
{
    const struct fws_policy_key *keys = policy->keys.items;

    for (size_t i = 0; key != NULL && i < policy->keys.count; i++) {
        if (strcmp(keys[i].name, key) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

const char *fws_policy_key_text(const char *key, char out[FWS_ERROR_QUOTE_SIZE])
{
    return fws_error_quote(key, strcspn(key, "?"), out);
}

const char *fws_policy_channel(const struct fws_policy *policy, const char *asked)
{
    if (asked != NULL) {
        return asked;
    }
    return policy->channels.count > 0 ? policy->channels.items[0] : FWS_CHANNEL_DEFAULT;
}

static bool lists_key(const struct fws_policy *policy, const char *key)
{
    return key == NULL || fws_policy_key(policy, key) != NULL;
}

static enum fws_status fail_product(const struct fws_policy_set *set, const char *product,
                                    struct fws_error *err)
{
    char products[LIST_SIZE] = "";
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < set->count; i++) {
        fws_policy_list_add(products, sizeof products, set->policies[i].product, ", ");
    }
    return fws_error_set(err, FWS_E_PRODUCT, "product '%s' has no policy; products: %s",
                         fws_error_quote(product, strlen(product), quoted),
                         set->count > 0 ? products : "none");
}

static enum fws_status find_product(const struct fws_policy_set *set, const char *product,
                                    const struct fws_policy **out, struct fws_error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->policies[i].product, product) == 0) {
            *out = &set->policies[i];
            return FWS_OK;
        }
    }
    return fail_product(set, product, err);
}

static enum fws_status fail_none_lists(const struct fws_policy_set *set, const char *key,
                                       struct fws_error *err)
{
    char products[LIST_SIZE] = "";
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < set->count; i++) {
        fws_policy_list_add(products, sizeof products, set->policies[i].product, ", ");
    }
    if (set->count == 0) {
        return fws_error_set(err, FWS_E_PRODUCT, "the policy folder has no *.yaml file");
    }
    return fws_error_set(err, FWS_E_PRODUCT, "no product lists key '%s'; products: %s",
                         fws_error_quote(key, strcspn(key, "?"), quoted), products);
}

enum fws_status fws_policy_find(const struct fws_policy_set *set, const char *product,
                                const char *key, const struct fws_policy **out,
                                struct fws_error *err)
{
    char products[LIST_SIZE] = "";
    size_t found = 0;

    *out = NULL;
    if (product != NULL) {
        return find_product(set, product, out, err);
    }
    for (size_t i = 0; i < set->count; i++) {
        if (lists_key(&set->policies[i], key)) {
            *out = &set->policies[i];
            fws_policy_list_add(products, sizeof products, set->policies[i].product, ", ");
            found++;
        }
    }
    if (found == 1) {
        return FWS_OK;
    }
    *out = NULL;
    if (found == 0) {
        return fail_none_lists(set, key != NULL ? key : "", err);
    }
    return fws_error_set(err, FWS_E_PRODUCT, "several products fit, name one: %s", products);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 *     malformed_runner FOLDER judge BACKEND FORM SET    each row of a set gets its reason
 *     malformed_runner FOLDER signed SET...             and is signed over its damage
 */
#include <stdio.h>
#include <string.h>

#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"
#include "verifier/builtin/builtin.h"
#include "verifier/port/openssl/openssl.h"

#define SIGNED_LEAST 200u

/* P-384 is a library's, LMS is built in only. */
static const struct fws_hash_function *const builtin_hashes[] = {
    &fws_builtin_sha256_mid, &fws_builtin_sha384, &fws_builtin_sha512, NULL};
static const struct fws_signature_scheme *const builtin_schemes[] = {&fws_builtin_p256,
                                                                     &fws_builtin_rsa2048,
                                                                     &fws_builtin_rsa3072,
                                                                     &fws_builtin_ed25519,
                                                                     &fws_builtin_lms,
                                                                     &fws_openssl_p384,
                                                                     NULL};
static const struct fws_signature_scheme *const openssl_schemes[] = {&fws_openssl_p256,
                                                                     &fws_openssl_p384,
                                                                     &fws_openssl_rsa2048,
                                                                     &fws_openssl_rsa3072,
                                                                     &fws_openssl_ed25519,
                                                                     &fws_builtin_lms,
                                                                     NULL};

static const struct backend backends[] = {
    {"builtin", builtin_hashes, builtin_schemes, false},
    {"openssl", fws_openssl_hashes, openssl_schemes, true},
};

static const char *const forms[] = {
    [FORM_READ] = "read", [FORM_MAPPED] = "mapped", [FORM_PUSHED] = "pushed"};

struct run {
    const struct backend *backend;
    enum form form;
    unsigned controls;
    unsigned refused;
    unsigned over_damage;
};

static void judge(void *context, const struct row *row)
{
    struct run *run = context;

    judge_row(row, run->backend, run->form);
    run->controls += row->control;
    run->refused += !row->control;
}

static void prove(void *context, const struct row *row)
{
    struct run *run = context;
    unsigned signatures = row_signatures(row);

    require(!row->control || signatures > 0 || strstr(row->policy, "keys=") == NULL,
            "%s: a control that is not signed", row->id);
    run->over_damage += !row->control && signatures > 0;
}

static int judge_set(const char *folder, char **words)
{
    struct run run = {0};

    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        run.backend = strcmp(backends[i].name, words[0]) == 0 ? &backends[i] : run.backend;
    }
    while (run.form < FORM_PUSHED && strcmp(forms[run.form], words[1]) != 0) {
        run.form++;
    }
    require(run.backend != NULL && strcmp(forms[run.form], words[1]) == 0, "no such way: %s %s",
            words[0], words[1]);
    rows_each(folder, words[2], judge, &run);
    require(run.controls > 0 && run.refused > 0, "%s: nothing to judge", words[2]);
    (void)printf("%u images, %u controls, %u complaints\n", run.refused, run.controls,
                 complaints_so_far());
    return complaints_so_far() == 0 ? 0 : 1;
}

static int prove_sets(const char *folder, char **sets, int count)
{
    struct run run = {0};

    for (int i = 0; i < count; i++) {
        rows_each(folder, sets[i], prove, &run);
    }
    require(run.over_damage >= SIGNED_LEAST, "only %u images are signed over their damage",
            run.over_damage);
    (void)printf("%u images are signed over their damage\n", run.over_damage);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[2], "judge") == 0) {
        return judge_set(argv[1], &argv[3]);
    }
    require(argc > 3 && strcmp(argv[2], "signed") == 0,
            "usage: malformed_runner FOLDER judge BACKEND FORM SET | FOLDER signed SET...");
    return prove_sets(argv[1], &argv[3], argc - 3);
}

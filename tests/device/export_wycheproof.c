/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wycheproof's sets as cases for devices: what the host's program judges is written instead.
 *
 *     device_wycheproof FOLDER OUT     an empty FOLDER skips
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/device/cases_write.h"
#include "tests/wycheproof/runner.h"
#include "tests/wycheproof/text.h"

#define EXIT_SKIPPED 77

/* The sets of the algorithms that the built-in cryptography has. */
static const char *const sets[] = {
    "ecdsa_secp256r1_sha256",
    "ecdsa_secp256r1_sha256_p1363",
    "rsa_pss_2048_sha256_mgf1_32",
    "rsa_pss_3072_sha256_mgf1_32",
    "ed25519",
};

static enum fws_algorithm of_set;

void tally_begin(struct tally *tally, enum fws_algorithm alg)
{
    (void)tally;
    of_set = alg;
}

void tally_case(struct tally *tally, const struct question *question, bool valid, const char *name,
                const char *comment)
{
    char full[160];

    tally->cases++;
    (void)snprintf(full, sizeof full, "%s %s: %s", fws_algorithm_name(of_set), name, comment);
    cases_signature(full, valid ? FWS_OK : FWS_E_SIGNATURE_INVALID, of_set,
                    question->der ? CASE_DER : CASE_RAW, question->key, question->message,
                    question->signature);
}

int main(int argc, char **argv)
{
    size_t cases = 0;

    require(argc == 3, "usage: device_wycheproof FOLDER OUT");
    if (argv[1][0] == '\0') {
        (void)printf("skipped: set the CMake variable FWSIGN_VECTORS to the folder that holds"
                     " wycheproof/\n");
        return EXIT_SKIPPED;
    }
    cases_open(argv[2]);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct tally tally = {0};

        wycheproof_run(&tally, argv[1], sets[i]);
        cases += tally.cases;
    }
    (void)printf("%zu different cases of %zu\n", cases_close(), cases);
    return EXIT_SUCCESS;
}

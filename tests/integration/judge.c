/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The amalgamation as a stranger uses it: judge the file named, by the key table in keys.inc.
 *
 *     cc -I. [-DOPTIONS=FWS_VERIFY_FULL_KEY] judge.c fwsign_verifier.c
 */
#include <stdio.h>

#include "fwsign_verifier.h"

#include "keys.inc"

#ifndef OPTIONS
#define OPTIONS 0
#endif

#define IMAGE_MAX (1u << 20)

static const char *reason_of(enum fws_status reason)
{
    switch (reason) {
#define REASON(number, name, text, advice)                                                         \
    case name:                                                                                     \
        return text;
        FWS_STATUS_LIST(REASON)
#undef REASON
    }
    return "unknown";
}

static const struct fws_hash_function *const hashes[] = {&fws_builtin_sha256_mid, NULL};
static const struct fws_signature_scheme *const schemes[] = {&fws_builtin_p256, NULL};

static const struct fws_verify_policy policy = {
    .hashes = hashes,
    .schemes = schemes,
    .keys = fws_trusted_keys,
    .key_count = sizeof fws_trusted_keys / sizeof fws_trusted_keys[0],
    .options = OPTIONS,
};

int main(int argc, char **argv)
{
    static uint8_t image[IMAGE_MAX];
    static struct fws_verify_work work;
    struct fws_verify_report report;
    FILE *file = fopen(argv[argc - 1], "rb");

    if (file == NULL) {
        return 2;
    }
    size_t size = fread(image, 1, sizeof image, file);

    fclose(file);
    struct fws_verify_io io = {.size = (uint32_t)size, .mapped = image};
    uint32_t evidence = fws_verify(&policy, &io, &work, &report);

    if (fws_verify_refused(evidence) || !fws_verify_accepted(evidence)) {
        printf("refused: %s\n", reason_of(report.reason));
        return 1;
    }
    printf("accepted by key %u\n", (unsigned)report.key_index);
    return 0;
}

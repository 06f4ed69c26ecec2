/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cases for devices: every image that the runner of tests/vector judges, with the reason that was
 * asserted there, signatures, and malformed images.
 *
 *     export_cases VECTORS TABLES EDGE OUT MALFORMED SET...
 *
 * The built-in cryptography has no P-384. Where that matters the image is judged once more, by OpenSSL
 * without it, and that reason is expected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/device/cases_write.h"
#include "tests/device/export.h"
#include "tests/vector/vector.h"

#define SCHEMES_MAX   8
#define ERASED_BEHIND 300u

static const char *current; /* the entry */

static const struct fws_signature_scheme **without_p384(
    const struct fws_signature_scheme *const *schemes)
{
    static const struct fws_signature_scheme *out[SCHEMES_MAX + 1];
    size_t count = 0;

    for (size_t i = 0; schemes[i] != NULL; i++) {
        require(count < SCHEMES_MAX, "more schemes than expected");
        if (schemes[i]->alg != FWS_ALG_P384) {
            out[count++] = schemes[i];
        }
    }
    out[count] = NULL;
    return out;
}

static enum fws_status reason_without_p384(const struct judged *judged,
                                           struct fws_verify_report *report)
{
    static struct fws_verify_work work;
    struct fws_verify_policy policy = *judged->policy;
    struct fws_verify_io io = {.size = (uint32_t)judged->slot->size, .mapped = judged->slot->data};

    policy.schemes = without_p384(policy.schemes);
    uint32_t evidence = fws_verify(&policy, &io, &work, report);

    require(fws_verify_refused(evidence) || report->reason == FWS_OK, "%s: evidence", current);
    require(report->reason == judged->reason || report->reason == FWS_E_ALGORITHM,
            "%s: without P-384: %s", current, fws_status_name(report->reason));
    return report->reason;
}

/*
 * The runner of tests/vector looks at what follows an image by itself. A device does not: here the
 * same image stands in a slot that is erased behind it, and in one that is so but for the last byte.
 */
static void record_in_slot(const struct judged *judged, uint32_t image_end)
{
    struct fws_verify_policy policy = *judged->policy;
    size_t size = image_end + ERASED_BEHIND;
    uint8_t *slot = malloc(size);

    require(slot != NULL, "no memory");
    memcpy(slot, judged->slot->data, image_end);
    memset(&slot[image_end], 0xff, ERASED_BEHIND);
    policy.options &= (uint8_t)~FWS_VERIFY_TAIL_IGNORED;
    cases_image(current, FWS_OK, &policy, judged->counter_floor, 0, slot, size);
    slot[size - 1] = 0xfe;
    cases_image(current, FWS_E_IMAGE_TRAILING, &policy, judged->counter_floor, 0, slot, size);
    free(slot);
}

static void record(const struct judged *judged)
{
    struct fws_verify_report report;
    enum fws_status reason = reason_without_p384(judged, &report);

    cases_image(current, reason, judged->policy, judged->counter_floor, 0, judged->slot->data,
                judged->slot->size);
    if (reason == FWS_OK) {
        record_in_slot(judged, report.image_end);
    }
}

static void export_images(const struct vectors *vectors)
{
    FWS_AUTO(table) cases = table_load(vectors, "cases.txt");

    on_judged = record;
    for (size_t i = 0; i < cases.count; i++) {
        current = cases.rows[i].word[1];
        if (strcmp(cases.rows[i].word[0], "good") == 0) {
            run_good(vectors, current);
        } else {
            run_bad(vectors, current);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const edges[] = {"p256.txt", "p256-der.txt", "rsa2048.txt", "rsa3072.txt",
                                        "ed25519.txt"};

    require(argc > 6, "usage: export_cases VECTORS TABLES EDGE OUT MALFORMED SET...");
    FWS_AUTO(vectors) vectors = vectors_open(argv[1], argv[2]);

    cases_open(argv[4]);
    export_images(&vectors);
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        export_edge(argv[3], edges[i]);
    }
    export_lms();
    for (int i = 6; i < argc; i++) {
        export_malformed(argv[5], argv[i]);
    }
    (void)printf("%zu cases\n", cases_close());
    return 0;
}

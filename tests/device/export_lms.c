/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "tests/device/cases_write.h"
#include "tests/device/export.h"
#include "tests/lms/lms_signer.h"
#include "tests/vector/vector.h"

static void write(const char *what, const struct lms_parameters *set, enum fws_status expected,
                  const struct fws_reader *message, const struct lms_signature *signature)
{
    char name[64];

    (void)snprintf(name, sizeof name, "lms n=%u h=%u w=%u: %s", set->n, set->h, set->w, what);
    cases_signature(name, expected, FWS_ALG_LMS, CASE_RAW,
                    fws_reader_init(signature->public_key, signature->public_key_size), *message,
                    fws_reader_init(signature->bytes, signature->size));
}

/* One byte of each part: number, type, randomizer, chains, path. */
static void write_damaged(const struct lms_parameters *set, const struct fws_reader *message,
                          struct lms_signature *signature)
{
    const size_t places[] = {3, 7, 8, 8 + set->n, signature->size / 2, signature->size - 1};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        signature->bytes[places[i]] ^= 1;
        write("a bit flipped", set, FWS_E_SIGNATURE_INVALID, message, signature);
        signature->bytes[places[i]] ^= 1;
    }
    signature->size--;
    write("cut short", set, FWS_E_SIGNATURE_INVALID, message, signature);
    signature->size++;
}

static void export_pair(enum lms_type type, enum lms_ots_type ots)
{
    static struct lms_signature signature;
    uint8_t digest[32] = {0};
    const struct fws_reader message = fws_reader_init(digest, sizeof digest);
    struct lms_key key;

    if (!lms_key_init(&key, type, ots, 1)) {
        return; /* of two lengths of hash */
    }
    for (size_t i = 0; i < sizeof digest; i++) {
        digest[i] = (uint8_t)(i + type);
    }
    lms_sign(&key, LMS_SHORT_TREE, 21, digest, sizeof digest, &signature);
    write("good", &key.parameters, FWS_OK, &message, &signature);
    write_damaged(&key.parameters, &message, &signature);
}

void export_lms(void)
{
    for (unsigned type = LMS_SHA256_M32_H5; type <= LMS_SHA256_M24_H25; type++) {
        for (unsigned ots = LMOTS_SHA256_N32_W1; ots <= LMOTS_SHA256_N24_W8; ots++) {
            export_pair((enum lms_type)type, (enum lms_ots_type)ots);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_trust_parse, fws_trust_add, fws_vkey_parse and fws_vkey_write. Properties: reading twice
 * gives the same keys or the same sentence; a vkey is written back to the same bytes; no key stands
 * twice.
 */
#include <string.h>

#include "audit/audit.h"
#include "tests/fuzz/property.h"

static void check_vkey(const void *text, size_t size)
{
    FWS_AUTO(fws_buf) again = {0};
    struct fws_vkey key;
    struct fws_error err = {0};

    if (fws_vkey_parse(text, size, &key, &err) != FWS_OK) {
        property(err.status == FWS_E_TRUST);
        return;
    }
    property(fws_vkey_write(&key, &again, &err) == FWS_OK && again.size == size);
    property(memcmp(again.data, text, size) == 0);
}

static void check_keys(const struct fws_trust *trust)
{
    for (size_t i = 0; i < trust->count; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_error err = {0};

        property(fws_origin_ok(trust->logs[i].name));
        property(fws_vkey_write(&trust->logs[i], &text, &err) == FWS_OK);
        check_vkey(text.data, text.size);
        for (size_t j = 0; j < i; j++) {
            property(memcmp(trust->logs[i].key.spki_sha256, trust->logs[j].key.spki_sha256, 32) !=
                     0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FWS_AUTO(fws_trust) first = {0};
    FWS_AUTO(fws_trust) second = {0};
    struct fws_error first_err = {0};
    struct fws_error second_err = {0};
    enum fws_status status = fws_trust_parse("t", data, size, &first, &first_err);

    property(status == fws_trust_parse("t", data, size, &second, &second_err));
    property(strcmp(first_err.text, second_err.text) == 0);
    property((status == FWS_OK) == (first_err.text[0] == '\0'));
    property(status == FWS_OK || (status == FWS_E_TRUST && strncmp(first_err.text, "t:", 2) == 0));
    property(first.count == second.count);
    check_keys(&first);
    check_vkey(data, size);
    return 0;
}

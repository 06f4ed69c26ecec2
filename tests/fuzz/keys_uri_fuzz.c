/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#11 URIs. Reaches fws_uri_parse, fws_uri_write.
 *
 * What parses, writes back to text that parses to the same struct (less the query, which is not
 * written) and writes to the same text. What is refused says where, in printable characters.
 */
#include <stdlib.h>
#include <string.h>

#include "keys/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_refusal(const struct fws_error *err)
{
    require(err->status == FWS_E_URI);
    for (const char *at = err->text; *at != '\0'; at++) {
        require(*at >= 0x20 && *at < 0x7f);
    }
}

static void write_text(const struct fws_uri *uri, struct fws_buf *out)
{
    struct fws_error err = {0};

    require(fws_uri_write(uri, out, &err) == FWS_OK);
    require(fws_buf_append(out, "", 1, &err) == FWS_OK);
}

static void check_round_trip(struct fws_uri *uri)
{
    FWS_AUTO(fws_buf) first = {0};
    FWS_AUTO(fws_buf) second = {0};
    struct fws_error err = {0};
    struct fws_uri again;

    memset(uri->pin_source, 0, sizeof uri->pin_source);
    memset(uri->module_path, 0, sizeof uri->module_path);
    write_text(uri, &first);
    if (first.size > FWS_URI_TEXT_MAX + 1) {
        return; /* percent-encoding may make it longer than what is accepted */
    }
    require(fws_uri_parse((const char *)first.data, &again, &err) == FWS_OK);
    require(memcmp(&again, uri, sizeof again) == 0);
    write_text(&again, &second);
    require(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    struct fws_uri uri;

    if (fws_buf_append(&text, data, size, &err) != FWS_OK ||
        fws_buf_append(&text, "", 1, &err) != FWS_OK) {
        return 0;
    }
    if (fws_uri_parse((const char *)text.data, &uri, &err) == FWS_OK) {
        check_round_trip(&uri);
    } else {
        check_refusal(&err);
    }
    return 0;
}

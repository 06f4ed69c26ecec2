/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_line_parse, fws_canonical_object and fws_line_write. The CRC is made right first, as
 * no fuzzer finds it. Property: what parses is written back to the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/line.h"
#include "base/crc32c.h"

#define CRC_SIZE 17u /* ,"zc":"xxxxxxxx"} */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const uint8_t *text, size_t size)
{
    FWS_AUTO(fws_buf) again = {0};
    struct fws_line line;
    struct fws_error err = {0};

    if (fws_line_parse(text, size, &line, &err) != FWS_OK) {
        return;
    }
    if (fws_line_write(&line, &again, &err) != FWS_OK || again.size != size ||
        memcmp(again.data, text, size) != 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    check(data, size);
    if (size < CRC_SIZE || fws_buf_append(&text, data, size - CRC_SIZE, &err) != FWS_OK ||
        fws_buf_printf(&text, &err, ",\"zc\":\"%08x\"}", fws_crc32c(data, size - CRC_SIZE)) !=
            FWS_OK) {
        return 0;
    }
    check(text.data, text.size);
    return 0;
}

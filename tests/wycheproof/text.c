/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"

#define TEXT_MAX_SIZE (1u << 24)

void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    (void)fflush(stdout);
    _exit(1); /* at once: what is not freed on this way is no leak */
}

struct fws_buf read_text(const char *folder, const char *name, const char *suffix)
{
    struct fws_buf text = {0};
    struct fws_error err = {0};
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);

    require(length > 0 && (size_t)length < sizeof path, "the path is too long");
    require(fws_file_read(path, TEXT_MAX_SIZE, &text, &err) == FWS_OK &&
                fws_buf_append(&text, "", 1, &err) == FWS_OK,
            "%s", err.text);
    return text;
}

struct fws_buf bytes_of(const char *hex)
{
    size_t size = strlen(hex) / 2;
    struct fws_buf out = {0};
    struct fws_error err = {0};

    require(fws_buf_reserve(&out, size + 1, &err) == FWS_OK, "%s", err.text);
    require(fws_hex_decode(hex, strlen(hex), out.data, size) == FWS_OK, "no hexadecimal digits: %s",
            hex);
    out.size = size;
    return out;
}

struct fws_reader reader_of(const struct fws_buf *bytes)
{
    return fws_reader_init(bytes->data, bytes->size);
}

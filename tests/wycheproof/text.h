/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files of signatures; what is not as it should be ends the program with a sentence. */
#ifndef FWS_TESTS_WYCHEPROOF_TEXT_H
#define FWS_TESTS_WYCHEPROOF_TEXT_H

#include "base/buf.h"
#include "bytes/bytes.h"

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#define require(condition, ...)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail(__VA_ARGS__);                                                                     \
        }                                                                                          \
    } while (0)

/* FOLDER/NAMESUFFIX as text that ends with a NUL; the caller's. */
struct fws_buf read_text(const char *folder, const char *name, const char *suffix);

/* Bytes from hexadecimal digits; the caller's. */
struct fws_buf bytes_of(const char *hex);

struct fws_reader reader_of(const struct fws_buf *bytes);

#endif

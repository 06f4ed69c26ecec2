/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/runner.h"
#include "verifier/port/openssl/openssl.h"

const struct backend backend = {.name = "openssl",
                                .prepare = fws_openssl_prepare,
                                .hashes = fws_openssl_hashes,
                                .schemes = fws_openssl_schemes};

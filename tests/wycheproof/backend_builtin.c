/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/runner.h"
#include "verifier/builtin/builtin.h"

static const struct fws_hash_function *const hashes[] = {
    &fws_builtin_sha256_small, &fws_builtin_sha384, &fws_builtin_sha512, NULL};
static const struct fws_signature_scheme *const schemes[] = {
    &fws_builtin_p256, &fws_builtin_rsa2048, &fws_builtin_rsa3072, &fws_builtin_ed25519, NULL};

const struct backend backend = {.name = "builtin", .hashes = hashes, .schemes = schemes};

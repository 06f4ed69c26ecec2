/* SPDX-License-Identifier: Apache-2.0 */
/* A list of published keys with nothing on it, for a program that signs with the keys of vectors. It
 * stands in for policy/denied_keys.c, whose every symbol is here. */
#include "policy/denied_keys.h"

const char *fws_denied_key_origin(const uint8_t spki_sha256[32])
{
    (void)spki_sha256;
    return NULL;
}

size_t fws_denied_key_count(void)
{
    return 0;
}

const struct fws_denied_key *fws_denied_key_at(size_t index)
{
    (void)index;
    return NULL;
}

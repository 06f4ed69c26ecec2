/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rebuild.h"

struct rebuild {
    struct fws_range *range;
    struct fws_hasher *hasher;
    uint64_t size;
};

static enum fws_status add_line(void *context, uint64_t seq, const char *line, size_t size,
                                struct fws_error *err)
{
    struct rebuild *rebuild = context;
    uint8_t leaf[32];

    if (seq >= rebuild->size) {
        return fws_error_set(err, FWS_E_TRAILING, "enough");
    }
    enum fws_status status = fws_hash_leaf(rebuild->hasher, line, size, leaf, err);

    return status == FWS_OK ? fws_range_append(rebuild->range, rebuild->hasher, leaf, err) : status;
}

enum fws_status fws_rebuild_range(const char *directory, uint64_t size, struct fws_hasher *hasher,
                                  struct fws_range *out, struct fws_error *err)
{
    struct rebuild rebuild = {.range = out, .hasher = hasher, .size = size};

    *out = (struct fws_range){0};
    enum fws_status status = fws_audit_each(directory, add_line, &rebuild, err);

    if (status != FWS_OK && status != FWS_E_TRAILING) {
        return status;
    }
    *err = (struct fws_error){0};
    return out->size == size ? FWS_OK
                             : fws_error_set(err, FWS_E_LOG_TAMPERED, "there are only %llu lines",
                                             (unsigned long long)out->size);
}

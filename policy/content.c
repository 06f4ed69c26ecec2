/* SPDX-License-Identifier: Apache-2.0 */
/* What the bytes of a payload say: the facts that decide.c judges. */
#include <stdlib.h>
#include <string.h>

#include "bytes/bytes.h"
#include "policy/parts.h"
#include "policy/scan.h"
#include "policy/vectors.h"

/* Every PEM label of a private key begins so (RFC 7468, and what OpenSSL and OpenSSH write). */
const char *const fws_private_key_headers[FWS_PRIVATE_KEY_HEADER_COUNT + 1] = {
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "-----BEGIN DSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    NULL,
};

static size_t add_patterns(const struct fws_yaml_named *named, struct fws_pattern *out)
{
    const struct fws_policy_pattern *patterns = named->items;

    for (size_t i = 0; i < named->count; i++) {
        out[i] = (struct fws_pattern){patterns[i].bytes, patterns[i].size};
    }
    return named->count;
}

/* In the order that struct fws_content promises. */
enum fws_status fws_policy_compile(struct fws_policy *policy, struct fws_error *err)
{
    struct fws_pattern patterns[FWS_PATTERNS_MAX];
    size_t count = add_patterns(&policy->content.must_contain, patterns);

    count += add_patterns(&policy->content.must_not_contain, patterns + count);
    for (size_t i = 0; i < FWS_PRIVATE_KEY_HEADER_COUNT; i++) {
        const char *header = fws_private_key_headers[i];

        patterns[count++] = (struct fws_pattern){(const uint8_t *)header, strlen(header)};
    }
    policy->content.scan = malloc(sizeof *policy->content.scan);
    if (policy->content.scan == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "%s: no memory", policy->path);
    }
    enum fws_status status = fws_scan_init(policy->content.scan, patterns, count);

    return status == FWS_OK ? FWS_OK : fws_error_set(err, status, "%s: patterns", policy->path);
}

/* ---- Facts ---- */

static void read_vectors(struct fws_reader payload, struct fws_content *out)
{
    struct fws_reader vectors = fws_reader_slice(&payload, 8);

    out->has_vectors = !vectors.bad;
    out->stack_pointer = fws_reader_u32le(&vectors);
    out->reset_vector = fws_reader_u32le(&vectors);
}

static void read_marker(const struct fws_policy *policy, struct fws_reader payload,
                        struct fws_content *out)
{
    out->marker = fws_content_at(payload.data, payload.left, (size_t)policy->identity.marker.offset,
                                 policy->identity.marker.bytes, policy->identity.marker.size);
}

/* A name that does not end, or holds what no name may, is none. */
static void read_hardware(const struct fws_policy *policy, struct fws_reader payload,
                          struct fws_content *out)
{
    if (!policy->identity.has_hardware_offset) {
        return;
    }
    fws_reader_skip(&payload, policy->identity.hardware_offset);
    for (size_t i = 0; i < sizeof out->hardware; i++) {
        out->hardware[i] = (char)fws_reader_u8(&payload);
        if (out->hardware[i] == '\0' && !payload.bad) {
            return;
        }
    }
    out->hardware[0] = '\0';
}

static void read_entry(const struct fws_policy *policy, const uint32_t *entry,
                       struct fws_reader payload, struct fws_content *out)
{
    uint64_t base = policy->content.riscv.address;
    uint64_t at = entry != NULL                     ? *entry
                  : policy->content.riscv.has_entry ? policy->content.riscv.entry
                                                    : base;

    if (!policy->content.riscv.has_address || !fws_riscv_entry_ok(at, base, payload.left)) {
        return;
    }
    fws_reader_skip(&payload, (size_t)(at - base));
    out->entry_code = fws_reader_u16le(&payload);
    out->entry_inside = true;
}

/* Real firmware differs within its first bytes: this ends there. */
static void read_constant(struct fws_reader payload, struct fws_content *out)
{
    struct fws_reader first = payload;

    out->constant_byte = fws_reader_u8(&first);
    out->constant = payload.left > 0 && fws_reader_filled_with(&payload, out->constant_byte);
}

void fws_content_read(const struct fws_policy *policy, const uint32_t *entry, const void *payload,
                      size_t size, struct fws_content *out)
{
    struct fws_reader reader = fws_reader_init(payload, size);

    *out = (struct fws_content){.size = size};
    read_constant(reader, out);
    read_vectors(reader, out);
    read_marker(policy, reader, out);
    read_hardware(policy, reader, out);
    read_entry(policy, entry, reader, out);
    fws_scan_run(policy->content.scan, payload, size, out->found);
}

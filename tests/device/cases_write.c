/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/device/cases_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#define SEEN_MAX 8192u

static FILE *file;
static uint8_t record[CASE_MAX_SIZE];
static uint8_t seen[SEEN_MAX][32]; /* digests of the bodies written */
static size_t count;

static void must(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "cases: %s\n", what);
        exit(1);
    }
}

static void write_all(const void *data, size_t size)
{
    must(fwrite(data, 1, size, file) == size, "writing failed");
}

static void write_number(uint32_t number)
{
    uint8_t bytes[4];
    struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);

    fws_writer_u32le(&writer, number);
    write_all(bytes, sizeof bytes);
}

void cases_open(const char *path)
{
    file = fopen(path, "wb");
    must(file != NULL, path);
    count = 0;
    write_all(CASES_MAGIC, CASES_MAGIC_SIZE);
}

size_t cases_close(void)
{
    write_number(0);
    write_number((uint32_t)count);
    must(fclose(file) == 0, "closing failed");
    return count;
}

static struct fws_writer begin(enum case_kind kind, const char *name, enum fws_status expected)
{
    struct fws_writer writer = fws_writer_init(record, sizeof record);
    size_t length = strlen(name);

    must(length <= UINT8_MAX, "a name is too long");
    fws_writer_u8(&writer, (uint8_t)kind);
    fws_writer_u8(&writer, (uint8_t)length);
    fws_writer_bytes(&writer, name, length);
    fws_writer_u16le(&writer, (uint16_t)expected);
    return writer;
}

/* The same image is judged again and again beside others. Only the name may differ. */
static bool seen_before(const uint8_t *body, size_t size)
{
    struct fws_error err = {0};

    must(count < SEEN_MAX, "too many cases");
    must(fws_digest(FWS_HASH_SHA256, body, size, seen[count], &err) == FWS_OK, err.text);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(seen[i], seen[count], sizeof seen[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* body_at: what follows the name and counts for being the same. */
static void end(const struct fws_writer *writer, size_t body_at)
{
    must(fws_writer_done(writer) == FWS_OK, "a case is too large");
    if (!seen_before(&record[body_at], writer->used - body_at)) {
        write_number((uint32_t)writer->used);
        write_all(record, writer->used);
        count++;
    }
}

static void write_id(struct fws_writer *writer, const uint8_t *id)
{
    static const uint8_t none[CASE_ID_SIZE];

    fws_writer_bytes(writer, id != NULL ? id : none, CASE_ID_SIZE);
}

static void write_keys(struct fws_writer *writer, const struct fws_verify_policy *policy)
{
    fws_writer_u8(writer, policy->key_count);
    for (size_t i = 0; i < policy->key_count; i++) {
        const struct fws_trusted_key *key = &policy->keys[i];

        fws_writer_u8(writer, key->alg);
        fws_writer_u8(writer, key->signer);
        fws_writer_u8(writer, key->hash_only);
        fws_writer_u16le(writer, key->der_size);
        fws_writer_bytes(writer, key->der, key->der_size);
    }
}

static void write_vendor_tlvs(struct fws_writer *writer, const struct fws_verify_policy *policy)
{
    must(policy->vendor_tlv_count <= CASE_VENDORS_MAX, "too many vendor TLVs");
    fws_writer_u8(writer, policy->vendor_tlv_count);
    for (size_t i = 0; i < policy->vendor_tlv_count; i++) {
        fws_writer_u16le(writer, policy->vendor_tlvs[i]);
    }
}

static uint8_t given_by(const struct fws_verify_policy *policy)
{
    unsigned given = 0;

    given |= policy->vendor_id != NULL ? CASE_GIVEN_VENDOR : 0;
    given |= policy->class_id != NULL ? CASE_GIVEN_CLASS : 0;
    given |= policy->counter_floor != NULL ? CASE_GIVEN_FLOOR : 0;
    given |= policy->revoked != NULL ? CASE_GIVEN_REVOKED : 0;
    return (uint8_t)given;
}

void cases_image(const char *name, enum fws_status expected, const struct fws_verify_policy *policy,
                 uint32_t counter_floor, uint32_t revoked, const void *slot, size_t size)
{
    struct fws_writer writer = begin(CASE_IMAGE, name, expected);
    size_t body_at = writer.used;

    fws_writer_u8(&writer, policy->options);
    fws_writer_u8(&writer, policy->signers);
    fws_writer_u8(&writer, policy->signatures_max);
    fws_writer_u32le(&writer, policy->flags);
    fws_writer_u32le(&writer, policy->load_first);
    fws_writer_u32le(&writer, policy->load_last);
    fws_writer_u32le(&writer, policy->size_limit);
    fws_writer_u32le(&writer, policy->images);
    fws_writer_u8(&writer, given_by(policy));
    write_id(&writer, policy->vendor_id);
    write_id(&writer, policy->class_id);
    fws_writer_u32le(&writer, counter_floor);
    fws_writer_u32le(&writer, revoked);
    write_vendor_tlvs(&writer, policy);
    write_keys(&writer, policy);
    fws_writer_u32le(&writer, (uint32_t)size);

    const uint8_t *bytes = slot;

    while (size > 0 && bytes[size - 1] == 0xff) { /* the device fills its slot with these */
        size--;
    }
    fws_writer_bytes(&writer, slot, size);
    end(&writer, body_at);
}

void cases_signature(const char *name, enum fws_status expected, enum fws_algorithm alg,
                     enum case_form form, struct fws_reader key, struct fws_reader message,
                     struct fws_reader signature)
{
    struct fws_writer writer = begin(CASE_SIGNATURE, name, expected);
    size_t body_at = writer.used;

    must(key.left <= UINT16_MAX, "a key is too long");
    fws_writer_u8(&writer, (uint8_t)alg);
    fws_writer_u8(&writer, (uint8_t)form);
    fws_writer_u16le(&writer, (uint16_t)key.left);
    fws_writer_bytes(&writer, key.data, key.left);
    fws_writer_u32le(&writer, (uint32_t)message.left);
    fws_writer_bytes(&writer, message.data, message.left);
    fws_writer_bytes(&writer, signature.data, signature.left);
    end(&writer, body_at);
}

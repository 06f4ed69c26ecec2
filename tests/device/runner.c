/* SPDX-License-Identifier: Apache-2.0 */
/* Judge each case of a file; print those with another result than expected, and the count. */
#include "tests/device/cases.h"
#include "tests/device/host.h"
#include "verifier/builtin/builtin.h"

const struct fws_hash_function *const case_hashes[] = {&fws_builtin_sha256_mid, &fws_builtin_sha384,
                                                       &fws_builtin_sha512, NULL};

const struct fws_signature_scheme *const case_schemes[] = {
    &fws_builtin_p256,    &fws_builtin_rsa2048, &fws_builtin_rsa3072,
    &fws_builtin_ed25519, &fws_builtin_lms,     NULL};

#define COMPLAINTS_MAX 30u

enum { PASSED = 0, FAILED = 1, NO_CASES = 2 };

static int give_up(const char *why)
{
    host_print("cases: ");
    host_print(why);
    host_print("\n");
    return NO_CASES;
}

static bool read_number(int32_t file, uint32_t *out)
{
    uint8_t bytes[4];

    if (!host_read(file, bytes, sizeof bytes)) {
        return false;
    }
    struct fws_reader reader = fws_reader_init(bytes, sizeof bytes);

    *out = fws_reader_u32le(&reader);
    return true;
}

static struct case_record parse(const uint8_t *data, uint32_t size)
{
    struct fws_reader reader = fws_reader_init(data, size);
    struct case_record record = {.kind = (enum case_kind)fws_reader_u8(&reader)};

    record.name = fws_reader_slice(&reader, fws_reader_u8(&reader));
    record.expected = (enum fws_status)fws_reader_u16le(&reader);
    record.body = reader;
    return record;
}

static enum fws_status judge(const struct case_record *record, size_t room)
{
    if (record->body.bad) {
        return FWS_E_INPUT;
    }
    switch (record->kind) {
    case CASE_SIGNATURE:
        return case_signature(record);
    case CASE_IMAGE:
        return case_image(record, room);
    }
    return FWS_E_INPUT;
}

/* A signature that is no good may be refused as such or for its key. */
static bool as_expected(const struct case_record *record, enum fws_status status)
{
    if (record->kind == CASE_IMAGE || record->expected == FWS_OK) {
        return status == record->expected;
    }
    return status == FWS_E_SIGNATURE_INVALID || status == FWS_E_PUBKEY;
}

static void complain(const struct case_record *record, enum fws_status status)
{
    for (size_t i = 0; i < record->name.left; i++) {
        char text[2] = {(char)record->name.data[i], '\0'};

        host_print(text);
    }
    host_print(": expected ");
    host_print_number((uint32_t)record->expected);
    host_print(", got ");
    host_print_number((uint32_t)status);
    host_print("\n");
}

static int report(uint32_t cases, uint32_t failures)
{
    host_print_number(cases);
    host_print(" cases, ");
    host_print_number(failures);
    host_print(" failed\n");
    return failures == 0 && cases > 0 ? PASSED : FAILED;
}

static int run(int32_t file)
{
    static uint8_t data[CASE_MAX_SIZE];
    uint32_t cases = 0;
    uint32_t failures = 0;
    uint32_t size = 0;

    for (;;) {
        if (!read_number(file, &size) || size > sizeof data) {
            return give_up("the file is torn");
        }
        if (size == 0) {
            break;
        }
        if (!host_read(file, data, size)) {
            return give_up("the file is torn");
        }
        struct case_record record = parse(data, size);
        enum fws_status status = judge(&record, sizeof data - (size_t)(size - record.body.left));

        if (!as_expected(&record, status) && ++failures <= COMPLAINTS_MAX) {
            complain(&record, status);
        }
        cases++;
    }
    if (!read_number(file, &size) || size != cases) {
        return give_up("cases are missing");
    }
    return report(cases, failures);
}

int device_main(void)
{
    char path[512];
    uint8_t magic[CASES_MAGIC_SIZE];

    if (!host_argument(path, sizeof path)) {
        return give_up("the path is too long");
    }
    int32_t file = host_open(path);

    if (file < 0 || !host_read(file, magic, sizeof magic)) {
        return give_up("the file cannot be read");
    }
    struct fws_reader reader = fws_reader_init(magic, sizeof magic);

    if (!fws_reader_starts_with(&reader, CASES_MAGIC, CASES_MAGIC_SIZE)) {
        return give_up("not a file of cases");
    }
    return run(file);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A minimal bootloader: judge the image in the slot, start it or say why not.
 *
 * All that is decided about trust is in the policy below. It is constant and lies in ROM with the
 * code, so who cannot change the bootloader cannot change it.
 */
#include <string.h>

#include "board.h"
#include "fwsign_verifier.h"
#include "keys.inc" /* fwsign key export KEY --format c */

/* ---- What only the device knows ---- */

/* A key that was lost or stolen is revoked by burning its bit: its place in the key table. */
static enum fws_status revoked(void *context, uint32_t *out)
{
    (void)context;
    return board_otp_read(BOARD_OTP_REVOKED, out) ? FWS_OK : FWS_E_REVOCATION_READ;
}

/* Each raise of the counter burns one bit more, so it never falls. */
static enum fws_status counter_floor(void *context, uint32_t *out)
{
    uint32_t fuses = 0;

    (void)context;
    if (!board_otp_read(BOARD_OTP_COUNTER, &fuses)) {
        return FWS_E_COUNTER_READ;
    }
    for (*out = 0; fuses != 0; fuses &= fuses - 1) {
        *out += 1;
    }
    return FWS_OK;
}

static void delay(void *context)
{
    (void)context;
    board_delay();
}

/* ---- What is trusted ---- */

/* UUIDv5 of example.org, as 'vendor-id: example.org' in the product's policy makes it. */
static const uint8_t vendor_id[16] = {0xaa, 0xd0, 0x36, 0x81, 0x8b, 0x63, 0x53, 0x04,
                                      0x89, 0xe0, 0x8c, 0xa8, 0xf4, 0x94, 0x61, 0xb5};

static const struct fws_hash_function *const hashes[] = {&fws_builtin_sha256_mid, NULL};
static const struct fws_signature_scheme *const schemes[] = {&fws_builtin_p256, NULL};

static const struct fws_verify_policy policy = {
    .hashes = hashes,
    .schemes = schemes,
    .keys = fws_trusted_keys,
    .key_count = sizeof fws_trusted_keys / sizeof fws_trusted_keys[0],
    .vendor_id = vendor_id,
    .counter_floor = counter_floor,
    .revoked = revoked,
};

static const struct fws_verify_io slot = {
    .mapped = board_slot,
    .size = BOARD_SLOT_SIZE,
    .delay = delay,
};

/* ---- The decision ---- */

static _Noreturn void refuse(const struct fws_verify_report *report)
{
    board_print("bootloader: refused: ");
    board_print(fws_status_name(report->reason));
    board_print("\n");
    board_exit(false);
}

_Noreturn void boot_main(void)
{
    static struct fws_verify_work work;
    struct fws_verify_report report;
    uint32_t evidence = fws_verify(&policy, &slot, &work, &report);

    /* Two unlike tests of one word, nested: one skipped instruction passes at most one of them. */
    if (!fws_verify_refused(evidence)) {
        board_print("bootloader: not refused\n");
        if (fws_verify_accepted(evidence)) {
            board_print("bootloader: accepted\n");
            board_jump(board_slot + report.header.header_size);
        }
    }
    refuse(&report);
}

/* ---- What the compiler takes for granted ---- */

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    uint8_t *out = to;

    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)value;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

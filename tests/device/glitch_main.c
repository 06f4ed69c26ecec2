/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bootloader that scripts/glitch does faults to, written as docs/porting.md tells integrators:
 * a policy in ROM, the work memory on the stack, both tests of the evidence word.
 *
 * scripts/glitch gives GLITCH_HASHES and GLITCH_SCHEMES, lists of addresses, GLITCH_REVOKED, the
 * device's word of revoked keys, and GLITCH_WEAKENED for the control: to be found, a weakness must be
 * there.
 */
#include "tests/device/glitch.h"
#include "tests/device/host.h"
#include "tests/device/size.h"
#include "verifier/builtin/builtin.h"
#include "verifier/verifier.h"

extern const uint8_t link_slot[];
extern const struct fws_trusted_key size_keys[];

static const struct fws_hash_function *const hashes[] = {GLITCH_HASHES, NULL};
static const struct fws_signature_scheme *const schemes[] = {GLITCH_SCHEMES, NULL};

/* A device reads fuses or a monotonic counter here, which tell anew what they are each time. */
static volatile const uint32_t fuses[2] = {GLITCH_REVOKED, SIZE_COUNTER};

static enum fws_status revoked(void *context, uint32_t *out)
{
    (void)context;
    *out = fuses[0];
    return *out == fuses[0] ? FWS_OK : FWS_E_REVOCATION_READ;
}

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    (void)context;
    *out = fuses[1];
    return *out == fuses[1] ? FWS_OK : FWS_E_COUNTER_READ;
}

/* Stands for a time that nobody outside can tell; the campaign must be the same each time. */
static void delay(void *context)
{
    (void)context;
    for (volatile uint32_t turns = 5; turns > 0; turns = turns - 1) {
    }
}

static const struct fws_verify_policy policy = {
    .hashes = hashes,
    .schemes = schemes,
    .keys = size_keys,
    .key_count = 1,
    .vendor_id = (const uint8_t *)SIZE_VENDOR_ID,
    .counter_floor = counter_floor,
    .revoked = revoked,
};

/* As elsewhere in a bootloader, they are calls, and share nothing with who calls. */
__attribute__((noinline)) _Noreturn void glitch_jump(const uint8_t *entry)
{
    (void)entry;
    host_exit(GLITCH_ACCEPTED);
}

__attribute__((noinline)) _Noreturn void glitch_halt(enum fws_status reason)
{
    (void)reason;
    host_exit(GLITCH_REFUSED);
}

int device_main(void)
{
    const struct fws_verify_io io = {.size = SIZE_SLOT, .mapped = link_slot, .delay = delay};
    struct fws_verify_work work;
    struct fws_verify_report report;
    uint32_t evidence = fws_verify(&policy, &io, &work, &report);

    if ((GLITCH_WEAKENED || !fws_verify_refused(evidence)) && fws_verify_accepted(evidence)) {
        glitch_jump(link_slot + report.header.header_size);
    }
    glitch_halt(report.reason);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer.h"
#include "verifier/builtin/builtin.h"
#include "verifier/port/openssl/openssl.h"
#include "verifier/verifier.h"

static enum fws_status read_memory(void *context, uint32_t offset, void *out, size_t size)
{
    struct fws_reader reader = *(const struct fws_reader *)context;

    fws_reader_skip(&reader, offset);
    fws_reader_copy(&reader, out, size);
    return reader.bad ? FWS_E_FLASH_READ : FWS_OK;
}

/* What the device's code is given here that a device need not have: every algorithm. */
static const struct fws_signature_scheme *const schemes[] = {&fws_openssl_p256,
                                                             &fws_openssl_p384,
                                                             &fws_openssl_rsa2048,
                                                             &fws_openssl_rsa3072,
                                                             &fws_openssl_ed25519,
                                                             &fws_builtin_lms, /* not in OpenSSL */
                                                             NULL};

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    *out = *(const uint32_t *)context;
    return FWS_OK;
}

void fws_judge_counter_floor(struct fws_verify_policy *policy, uint32_t *floor)
{
    policy->counter_floor = counter_floor;
    policy->context = floor;
}

enum fws_status fws_judge(const struct fws_verify_policy *policy, const void *image, size_t size,
                          struct fws_verify_report *report)
{
    struct fws_verify_policy complete = *policy;
    struct fws_verify_work work;
    struct fws_reader memory = fws_reader_init(image, size);
    struct fws_verify_io io = {.read = read_memory, .context = &memory, .mapped = image};

    *report =
        (struct fws_verify_report){.reason = FWS_E_IMAGE_TOO_BIG, .key_index = FWS_VERIFY_KEY_NONE};
    if (size > UINT32_MAX) {
        return report->reason;
    }
    complete.hashes = fws_openssl_hashes;
    complete.schemes = schemes;
    complete.options |= FWS_VERIFY_ANY_VENDOR | FWS_VERIFY_TAIL_IGNORED;
    complete.flags = FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED;
    io.size = (uint32_t)size;
    uint32_t evidence = fws_verify(&complete, &io, &work, report);

    /* A policy without keys asks for integrity only, which is no evidence of any signature. */
    if (policy->key_count > 0 && report->reason == FWS_OK &&
        (fws_verify_refused(evidence) || !fws_verify_accepted(evidence))) {
        report->reason = FWS_E_EVIDENCE;
    }
    if (report->reason != FWS_OK) {
        report->key_index = FWS_VERIFY_KEY_NONE;
    }
    return report->reason;
}

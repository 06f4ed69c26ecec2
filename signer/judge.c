/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer.h"
#include "verifier/port/openssl/openssl.h"
#include "verifier/verifier.h"

static enum fws_status read_memory(void *context, uint32_t offset, void *out, size_t size)
{
    struct fws_reader reader = *(const struct fws_reader *)context;

    fws_reader_skip(&reader, offset);
    fws_reader_copy(&reader, out, size);
    return reader.bad ? FWS_E_FLASH_READ : FWS_OK;
}

enum fws_status fws_judge(const struct fws_verify_policy *policy, const void *image, size_t size,
                          struct fws_verify_report *report)
{
    struct fws_verify_work work;
    struct fws_reader memory = fws_reader_init(image, size);
    struct fws_verify_io io = {.read = read_memory, .context = &memory, .mapped = image};

    if (size > UINT32_MAX) {
        *report = (struct fws_verify_report){.reason = FWS_E_IMAGE_TOO_BIG,
                                             .key_index = FWS_VERIFY_KEY_NONE};
        return report->reason;
    }
    io.size = (uint32_t)size;
    return fws_verify(policy, &io, &fws_verify_openssl, &work, report);
}

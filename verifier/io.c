/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/crypto.h"

enum fws_status fws_io_read(const struct fws_verify_io *io, uint32_t offset, void *out, size_t size)
{
    if (!FWS_VERIFY_WITH_READ || io->mapped != NULL) {
        struct fws_reader bytes = fws_reader_init(io->mapped, io->size);

        fws_reader_skip(&bytes, offset);
        fws_reader_copy(&bytes, out, size);
        return bytes.bad ? FWS_E_IMAGE_TRUNCATED : FWS_OK;
    }
    if (offset > io->size || size > io->size - offset) {
        return FWS_E_IMAGE_TRUNCATED;
    }
    return size == 0 || io->read(io->context, offset, out, size) == FWS_OK ? FWS_OK
                                                                           : FWS_E_FLASH_READ;
}

const struct fws_hash_function *fws_hash_function(const struct fws_hash_function *const *hashes,
                                                  enum fws_hash hash)
{
    while (*hashes != NULL && (*hashes)->hash != hash) {
        hashes++;
    }
    return *hashes;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/secret.h"

enum fws_status fws_secret_alloc(struct fws_secret *secret, struct fws_error *err)
{
    fws_secret_free(secret);
    void *pages =
        mmap(NULL, FWS_SECRET_MAX_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) {
        return fws_error_errno(err, errno, "memory for a secret");
    }
    if (madvise(pages, FWS_SECRET_MAX_SIZE, MADV_DONTDUMP) != 0 ||
        madvise(pages, FWS_SECRET_MAX_SIZE, MADV_WIPEONFORK) != 0) {
        int errnum = errno;

        (void)munmap(pages, FWS_SECRET_MAX_SIZE);
        return fws_error_errno(err, errnum, "keeping a secret out of core dumps");
    }
    /* Locking may be forbidden by RLIMIT_MEMLOCK; a secret that may be swapped beats no service. */
    (void)mlock(pages, FWS_SECRET_MAX_SIZE);
    secret->data = pages;
    return FWS_OK;
}

static void drop_newline(struct fws_secret *secret)
{
    if (secret->size > 0 && secret->data[secret->size - 1] == '\n') {
        secret->size--;
        if (secret->size > 0 && secret->data[secret->size - 1] == '\r') {
            secret->size--;
        }
    }
}

enum fws_status fws_secret_read(int fd, struct fws_secret *secret, struct fws_error *err)
{
    enum fws_status status = fws_secret_alloc(secret, err);

    if (status != FWS_OK) {
        return status;
    }
    while (secret->size < FWS_SECRET_MAX_SIZE) {
        ssize_t got = read(fd, secret->data + secret->size, FWS_SECRET_MAX_SIZE - secret->size);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = fws_error_errno(err, errno, "reading a secret");
            fws_secret_free(secret);
            return status;
        }
        if (got == 0) {
            drop_newline(secret);
            return FWS_OK;
        }
        secret->size += (size_t)got;
    }
    fws_secret_free(secret);
    return fws_error_set(err, FWS_E_TOO_LARGE, "a secret must be shorter than %u bytes",
                         FWS_SECRET_MAX_SIZE);
}

enum fws_status fws_secret_set(struct fws_secret *secret, const void *data, size_t size,
                               struct fws_error *err)
{
    if (size > FWS_SECRET_MAX_SIZE) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "a secret must be at most %u bytes",
                             FWS_SECRET_MAX_SIZE);
    }
    enum fws_status status = fws_secret_alloc(secret, err);

    if (status != FWS_OK) {
        return status;
    }
    if (size > 0) {
        memcpy(secret->data, data, size);
    }
    secret->size = size;
    return FWS_OK;
}

void fws_secret_free(struct fws_secret *secret)
{
    if (secret->data != NULL) {
        OPENSSL_cleanse(secret->data, FWS_SECRET_MAX_SIZE);
        (void)munmap(secret->data, FWS_SECRET_MAX_SIZE);
    }
    *secret = (struct fws_secret){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image signed with LMS, and its key, for tests of the command line, which cannot sign so.
 *
 *     lms_image IMAGE KEY
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "format/format.h"
#include "tests/lms/lms_signer.h"

#define IMAGE_MAX_SIZE 4096u
#define DIGEST_SIZE    32u

static void must(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "lms_image: %s failed\n", what);
        exit(1);
    }
}

static void digest(const void *data, size_t size, uint8_t out[DIGEST_SIZE])
{
    struct fws_error err = {0};

    must(fws_digest(FWS_HASH_SHA256, data, size, out, &err) == FWS_OK, "hashing");
}

static void save(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    must(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, path);
}

int main(int argc, char **argv)
{
    static uint8_t image[IMAGE_MAX_SIZE];
    static struct lms_key key;
    static struct lms_signature signature;
    const struct fws_header header = {
        .header_size = FWS_HEADER_SIZE, .payload_size = 100, .version = {1, 2, 3, 0}};
    struct fws_writer writer = fws_writer_init(image, sizeof image);
    uint8_t of_image[DIGEST_SIZE];
    uint8_t of_key[DIGEST_SIZE];

    must(argc == 3, "two arguments");
    fws_header_write(&writer, &header);
    fws_writer_fill(&writer, 0x5a, header.payload_size);
    digest(image, writer.used, of_image);
    must(lms_key_init(&key, LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W8, 1), "making a key");
    lms_sign(&key, LMS_WHOLE_TREE, 3, of_image, sizeof of_image, &signature);
    digest(signature.public_key, signature.public_key_size, of_key);

    fws_tlv_area_write(&writer, FWS_TLV_PLAIN,
                       2 * (FWS_TLV_HEADER_SIZE + DIGEST_SIZE) + FWS_TLV_HEADER_SIZE +
                           signature.size);
    fws_tlv_write(&writer, FWS_TLV_SHA256, of_image, sizeof of_image);
    fws_tlv_write(&writer, FWS_TLV_KEYHASH, of_key, sizeof of_key);
    fws_tlv_write(&writer, FWS_TLV_LMS, signature.bytes, (uint16_t)signature.size);
    must(fws_writer_done(&writer) == FWS_OK, "writing");
    save(argv[1], image, writer.used);
    save(argv[2], signature.public_key, signature.public_key_size);
    return 0;
}

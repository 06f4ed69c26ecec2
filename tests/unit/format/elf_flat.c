/* SPDX-License-Identifier: Apache-2.0 */
/* elf_flat ELF OUT: write the image to OUT, gaps as 0x00, and print the build id. */
#include <stdio.h>
#include <stdlib.h>

#include "format/format.h"

#define FILE_MAX_SIZE (1u << 20)

static uint8_t file[FILE_MAX_SIZE];
static uint8_t image[FILE_MAX_SIZE];

static size_t read_file(const char *path)
{
    FILE *stream = fopen(path, "rb");

    if (stream == NULL) {
        return 0;
    }
    size_t size = fread(file, 1, sizeof file, stream);

    (void)fclose(stream);
    return size;
}

static bool write_file(const char *path, size_t size)
{
    FILE *stream = fopen(path, "wb");

    if (stream == NULL) {
        return false;
    }
    bool is_written = fwrite(image, 1, size, stream) == size;

    return fclose(stream) == 0 && is_written;
}

int main(int argc, char **argv)
{
    static struct fws_elf_span span;
    size_t size = argc == 3 ? read_file(argv[1]) : 0;
    enum fws_status status = fws_elf_scan(file, size, 0, UINT32_MAX, &span);

    if (status != FWS_OK || span.last - span.first >= sizeof image) {
        (void)fprintf(stderr, "%s: program header %u: %s\n", argv[0], (unsigned)span.program,
                      fws_status_name(status));
        return 1;
    }
    size_t image_size = (size_t)(span.last - span.first) + 1;

    if (fws_elf_load(file, size, &span, 0x00, image, image_size) != FWS_OK ||
        !write_file(argv[2], image_size)) {
        return 1;
    }
    for (size_t i = 0; i < span.build_id_size; i++) {
        (void)printf("%02x", span.build_id[i]);
    }
    (void)printf("\n");
    return 0;
}

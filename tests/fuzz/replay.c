/* SPDX-License-Identifier: Apache-2.0 */
/* Run a fuzz target over every file of the folders named: a corpus as a plain test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        FWS_AUTO(fws_buf) content = {0};
        struct fws_error err = {0};

        if (entry->d_name[0] == '.') {
            continue;
        }
        char *path = fws_path_join(folder, entry->d_name);

        if (path == NULL || fws_file_read(path, 1u << 24, &content, &err) != FWS_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        (void)LLVMFuzzerTestOneInput(content.data, content.size);
        free(path);
        count++;
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return count;
}

int main(int argc, char **argv)
{
    size_t count = 0;

    for (int i = 1; i < argc; i++) {
        count += replay_folder(argv[i]);
    }
    (void)printf("%zu inputs replayed\n", count);
    return count > 0 ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The same program as a process, under the sanitizers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/device/host.h"

static const char *argument = "";

void host_print(const char *text)
{
    (void)fputs(text, stdout);
}

bool host_argument(char *out, size_t size)
{
    size_t length = strlen(argument);

    if (length >= size) {
        return false;
    }
    memcpy(out, argument, length + 1);
    return true;
}

int32_t host_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool host_read(int32_t handle, void *out, size_t size)
{
    uint8_t *to = out;

    while (size > 0) {
        ssize_t got = read(handle, to, size);

        if (got <= 0) {
            return false;
        }
        to += got;
        size -= (size_t)got;
    }
    return true;
}

_Noreturn void host_exit(int status)
{
    exit(status);
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        argument = argv[1];
    }
    return device_main();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* raw_sign MODULE PIN-FILE LABEL [COUNT FOLDER]
 *
 * Without COUNT: one signature, the floor of a one-shot sign. With COUNT: a bare loop of what the
 * batch cannot do without: C_Sign, two fdatasync of a log, one durable atomic output file each. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/raw.h"

static void check(int failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(1);
    }
}

static void log_line(int log)
{
    static char line[400];

    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    check(write(log, line, sizeof line) != (ssize_t)sizeof line, "log");
    check(fdatasync(log) != 0, "fdatasync");
}

static void output(int folder, long number, const unsigned char *signature)
{
    static unsigned char image[2048];
    char name[32];
    char temp[40];

    (void)snprintf(name, sizeof name, "%ld.out", number);
    (void)snprintf(temp, sizeof temp, ".%s.tmp", name);
    memcpy(image, signature, 64);
    int fd = openat(folder, temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);

    check(fd < 0, temp);
    check(write(fd, image, sizeof image) != (ssize_t)sizeof image, temp);
    check(fsync(fd) != 0, "fsync");
    check(renameat(folder, temp, folder, name) != 0, name);
    check(fsync(folder) != 0, "fsync of the folder");
    check(close(fd) != 0, "close");
}

int main(int argc, char **argv)
{
    static const unsigned char digest[32] = {1, 2, 3};
    unsigned char signature[64];
    struct raw raw;

    if (argc != 4 && argc != 6) {
        (void)fprintf(stderr, "usage: raw_sign MODULE PIN-FILE LABEL [COUNT FOLDER]\n");
        return 2;
    }
    raw_open(&raw, argv[1], argv[2], argv[3]);
    if (argc == 4) {
        raw_sign(&raw, digest, signature);
    } else {
        int folder = open(argv[5], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int log = openat(folder, "log", O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644);
        long count = strtol(argv[4], NULL, 10);

        check(folder < 0 || log < 0, argv[5]);
        for (long i = 0; i < count; i++) {
            log_line(log);
            raw_sign(&raw, digest, signature);
            log_line(log);
            output(folder, i, signature);
        }
    }
    raw_close(&raw);
    return 0;
}

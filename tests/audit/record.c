/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/audit/record.h"

bool record_open(struct record *record, const char *path)
{
    record->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    return record->fd >= 0;
}

static bool put(const struct record *record, char *line)
{
    struct iovec all = {.iov_base = line, .iov_len = strlen(line)};

    return pwritev2(record->fd, &all, 1, -1, RWF_DSYNC) == (ssize_t)all.iov_len;
}

bool record_entry(const struct record *record, uint64_t seq, const char *request)
{
    char line[128];

    (void)snprintf(line, sizeof line, "\nentry %" PRIu64 " %s .", seq, request);
    return put(record, line);
}

bool record_released(const struct record *record, uint64_t intent, uint64_t outcome, uint64_t size,
                     const uint8_t sha256[32])
{
    char line[192];
    char hex[65];

    (void)snprintf(line, sizeof line, "\nreleased %" PRIu64 " %" PRIu64 " %" PRIu64 " %s .", intent,
                   outcome, size, fws_hex_encode(sha256, 32, hex));
    return put(record, line);
}

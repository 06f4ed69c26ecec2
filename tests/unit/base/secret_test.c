/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "tests/unit/test.h"

/* The line of /proc/self/smaps that holds the flags of the mapping at address. */
static void flags_of(const void *address, char *out, size_t size)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    bool inside = false;

    out[0] = '\0';
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;

        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            inside = (unsigned long)address >= from && (unsigned long)address < to;
        } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            (void)snprintf(out, size, "%s", line);
        }
    }
    (void)fclose(maps);
}

TEST(a_secret_stays_out_of_core_dumps_and_forks)
{
    FWS_AUTO(fws_secret) secret = {0};
    struct fws_error err = {0};
    char flags[512];

    assert_status(fws_secret_set(&secret, "1234", 4, &err), FWS_OK);
    flags_of(secret.data, flags, sizeof flags);
    assert_non_null(strstr(flags, " dd"));
    assert_non_null(strstr(flags, " wf"));
}

TEST(reading_drops_one_newline_only)
{
    FWS_AUTO(fws_secret) secret = {0};
    struct fws_error err = {0};
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "pin\n\r\n", 6), 6);
    (void)close(ends[1]);
    assert_status(fws_secret_read(ends[0], &secret, &err), FWS_OK);
    assert_int_equal(secret.size, 4);
    assert_memory_equal(secret.data, "pin\n", 4);
    (void)close(ends[0]);
}

TEST_MAIN("base/secret")

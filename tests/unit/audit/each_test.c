/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

struct seen {
    uint64_t next;
    uint64_t stop_at;
};

static enum fws_status take(void *context, uint64_t seq, const char *line, size_t size,
                            struct fws_error *err)
{
    struct seen *seen = context;

    assert_int_equal(seq, seen->next);
    assert_int_equal(line[0], '{');
    assert_int_equal(line[size - 1], '}');
    seen->next++;
    return seq == seen->stop_at ? fws_error_set(err, FWS_E_POLICY_DENIED, "seen enough") : FWS_OK;
}

static enum fws_status read_entries(struct seen *seen)
{
    struct fws_error err = {0};

    return fws_audit_each(".", take, seen, &err);
}

TEST(each_gives_every_line_in_order_over_segments_and_recoveries)
{
    struct seen seen = {.stop_at = 100};

    make_segments();
    assert_status(read_entries(&seen), FWS_OK);
    assert_int_equal(seen.next, 8);
    remove_log();
    seen.next = 0;
    make_recovered();
    assert_status(read_entries(&seen), FWS_OK);
    assert_int_equal(seen.next, 6);
    remove_log();
}

TEST(each_stops_with_the_callers_status)
{
    struct seen seen = {.stop_at = 1};

    make_log(4);
    assert_status(read_entries(&seen), FWS_E_POLICY_DENIED);
    assert_int_equal(seen.next, 2);
    remove_log();
}

TEST(each_never_passes_over_what_is_missing_or_damaged)
{
    struct seen seen = {.stop_at = 100};

    make_segments();
    assert_int_equal(rename(SEGMENT_1, "away"), 0);
    assert_status(read_entries(&seen), FWS_E_LOG_UNKNOWN);
    assert_int_equal(rename("away", SEGMENT_1), 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    text.data[line_start(&text, 1) + 30] ^= 1;
    write_all(SEGMENT_0, text.data, text.size);
    seen.next = 0;
    assert_status(read_entries(&seen), FWS_E_LOG_UNKNOWN);
    assert_int_equal(unlink(SEGMENT_0), 0);
    seen.next = 0;
    assert_status(read_entries(&seen), FWS_E_LOG_UNKNOWN);
    assert_int_equal(seen.next, 0);
    remove_log();
}

TEST_MAIN("audit/each")

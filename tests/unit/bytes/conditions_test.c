/* SPDX-License-Identifier: Apache-2.0 */
/* What only a mutation of the source showed to be untested. */
#include "tests/unit/test.h"

#include "bytes/bytes.h"

TEST(copying_nothing_touches_no_memory)
{
    struct fws_reader reader = fws_reader_init(NULL, 0);

    fws_reader_copy(&reader, NULL, 0); /* memcpy and memset must not be given NULL */
    assert_status(fws_reader_done(&reader), FWS_OK);
}

TEST(a_bad_reader_starts_with_nothing)
{
    struct fws_reader reader = fws_reader_init("a", 1);

    reader.bad = true;
    assert_false(fws_reader_starts_with(&reader, "", 0));
    assert_false(fws_reader_starts_with(&reader, "a", 1));
}

TEST_MAIN("bytes/conditions")

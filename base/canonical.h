/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging canonical JSON: RFC 8785 in the restricted subset that base/json.h writes. What this
 * accepts has one spelling only, so that two readers of an entry can never see two things in it.
 *
 * No white space, no floats, no null, integers within +-(2^53-1), member names of [a-z0-9_] in
 * strictly ascending byte order, valid UTF-8, the shortest escape, at most FWS_JSON_MAX_DEPTH deep.
 */
#ifndef FWS_BASE_CANONICAL_H
#define FWS_BASE_CANONICAL_H

#include "bytes/bytes.h"

/* Read one object; false when it is not canonical. The reader stands behind it when it is. */
FWS_MUST_USE bool fws_canonical_object(struct fws_reader *reader);

/* The same of any value. */
FWS_MUST_USE bool fws_canonical_value(struct fws_reader *reader);

/*
 * Read a member's name and the colon behind it.
 *
 * before  the name before, which this one must be above; all zero for an object's first member
 * out     a view of the name, without its quotes
 */
FWS_MUST_USE bool fws_canonical_key(struct fws_reader *reader, const struct fws_reader *before,
                                    struct fws_reader *out);

/* Read an unsigned integer of at most 2^53-1 without leading zeros. */
FWS_MUST_USE bool fws_canonical_uint(struct fws_reader *reader, uint64_t *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sets of tests/vectors/edge/, whose README describes the lines:
 *
 *     algorithm key message signature accept|refuse comment
 */
#ifndef FWS_TESTS_WYCHEPROOF_EDGE_H
#define FWS_TESTS_WYCHEPROOF_EDGE_H

#include "tests/wycheproof/judge.h"

struct edge_case {
    enum fws_algorithm alg;
    struct question question; /* its bytes are borrowed */
    bool valid;
    unsigned line;
    const char *comment;
};

/* Calls use for every case of FOLDER/SET.txt; ends the program where the file is not as described. */
void edge_each(const char *folder, const char *set,
               void (*use)(void *context, const struct edge_case *edge), void *context);

#endif

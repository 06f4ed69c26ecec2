/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One backend, one set of signatures, one line of counts.
 *
 *     backend_NAME.c  which schemes and hashes the backend has; a program is linked with one of them
 *     wycheproof.c    the sets of Wycheproof, JSON
 *     edge.c          the sets of tests/vectors/edge/, text
 *     judge.c         what a scheme says of one signature
 *     main.c          judges and counts: exit 1 when a single answer is wrong
 */
#ifndef FWS_TESTS_WYCHEPROOF_RUNNER_H
#define FWS_TESTS_WYCHEPROOF_RUNNER_H

#include "tests/wycheproof/judge.h"

struct backend {
    const char *name;
    enum fws_status (*prepare)(void);                  /* or NULL */
    const struct fws_hash_function *const *hashes;     /* ends with NULL */
    const struct fws_signature_scheme *const *schemes; /* ends with NULL */
};

extern const struct backend backend;

struct tally {
    const struct fws_signature_scheme *scheme;
    size_t cases;
    size_t accepted;
    size_t refused;
    size_t wrong;
};

/* Ends the program when the backend has no scheme for alg: then nobody should have asked. */
void tally_begin(struct tally *tally, enum fws_algorithm alg);

/* Judge one case; a wrong answer is printed with its name and comment. */
void tally_case(struct tally *tally, const struct question *question, bool valid, const char *name,
                const char *comment);

/* Every case of FOLDER/SET_test.json. */
void wycheproof_run(struct tally *tally, const char *folder, const char *set);

#endif

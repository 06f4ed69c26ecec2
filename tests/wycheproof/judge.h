/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a signature scheme says of one signature, asked as the verifier asks it, and harder: work
 * memory of exactly the size the scheme states, inputs of exactly their size at odd addresses, so
 * that the sanitizers see what leaves them; everything poisoned before; and each question asked
 * again over other poison, because an answer that depends on what memory held before is none.
 */
#ifndef FWS_TESTS_WYCHEPROOF_JUDGE_H
#define FWS_TESTS_WYCHEPROOF_JUDGE_H

#include "verifier/crypto.h"

/* Operands of fewer words than this prove nothing: RSA's are 8, those of every curve as many. */
#define JUDGE_WORDS_MIN 6u

struct question {
    struct fws_reader key;
    struct fws_reader message; /* the digest; of Ed25519 the whole message */
    struct fws_reader signature;
    bool der; /* an ECDSA signature as images carry it, decoded first by format/ */
};

enum verdict {
    VERDICT_REFUSED,
    VERDICT_ACCEPTED,
    VERDICT_BROKEN, /* against the contract of verifier/crypto.h: neither yes nor no */
};

struct answer {
    enum verdict verdict;
    const char *why; /* what is broken; the name of the status otherwise */
};

/*
 * Ed25519 is asked twice, for a digest signature and for a pure one, and must say the same.
 *
 * hashes  those a policy with this scheme would list; ends with NULL
 */
struct answer judge(const struct fws_signature_scheme *scheme,
                    const struct fws_hash_function *const *hashes, const struct question *question);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of one check and what they hand on; private to verifier/.
 *
 *     verify.c     the pull form: the order of stages, the payload read once
 *     push.c       the push form: the same stages over bytes that come
 *     header.c     the header, and where everything is
 *     areas.c      both TLV areas: what stands where, how often, how long
 *     pass.c       hash functions that run along
 *     keys.c       which trusted key each signature is said to be by
 *     claims.c     what the signed bytes say: counter, ids, load address
 *     signature.c  is each signature good
 *     boolean.c    libraries that only say yes or no
 *     evidence.c   two unlike comparisons, and the word they make
 *
 * A stage returns the reason of its refusal. Where in the image it lies is not handed through: the
 * report's offset follows what is being looked at, and is right when a refusal comes.
 *
 * Loops over signatures and hashes name their configured maximum beside the real count, so that a
 * configuration for one of them compiles to straight code.
 */
#ifndef FWS_VERIFIER_CHECK_H
#define FWS_VERIFIER_CHECK_H

#include "verifier/verifier.h"

/* Each stage that ran adds its own; their sum is part of the evidence. Eight bits each: so they fit
 * into one instruction. */
#define FWS_STEP_HEADER     0x00035000u
#define FWS_STEP_AREAS      0x00b10000u
#define FWS_STEP_KEYS       0x1d000000u
#define FWS_STEP_HASHES     0x004e0000u
#define FWS_STEP_CLAIMS     0x00067000u
#define FWS_STEP_SIGNATURES 0x53000000u
#define FWS_STEPS_ALL                                                                              \
    (FWS_STEP_HEADER + FWS_STEP_AREAS + FWS_STEP_KEYS + FWS_STEP_HASHES + FWS_STEP_CLAIMS +        \
     FWS_STEP_SIGNATURES)

/* r || s of the largest curve that a configuration has hashes for. */
#define FWS_VERIFY_RAW_MAX (FWS_VERIFY_DIGEST_SIZE < 48 ? 64u : FWS_ECDSA_RAW_MAX_SIZE)

static inline bool fws_pure(const struct fws_verify_policy *policy)
{
    return FWS_VERIFY_WITH_PURE && (policy->options & FWS_VERIFY_PURE) != 0;
}

static inline bool fws_full_keys(const struct fws_verify_policy *policy)
{
    return FWS_VERIFY_WITH_FULL_KEY && (policy->options & FWS_VERIFY_FULL_KEY) != 0;
}

static inline unsigned fws_signers_required(const struct fws_verify_policy *policy)
{
    return FWS_VERIFY_SIGNATURES_MAX == 1 || policy->signers == 0 ? 1 : policy->signers;
}

unsigned fws_signatures_allowed(const struct fws_verify_policy *policy);

/* Start a check: everything that is not set later. FWS_E_CONFIG when the policy asks for more than
 * was compiled in. */
FWS_MUST_USE enum fws_status fws_check_begin(struct fws_verify_work *work,
                                             const struct fws_verify_policy *policy,
                                             const struct fws_verify_io *io,
                                             struct fws_verify_report *report);

/* Judge work->memory.pass.header, and whether what it says fits. */
FWS_MUST_USE enum fws_status fws_check_header(struct fws_verify_work *work);

/* Are size bytes from start on allowed, and there? */
FWS_MUST_USE enum fws_status fws_check_end(const struct fws_verify_work *work, uint32_t start,
                                           uint32_t size);

/* Read and judge both TLV areas from work->io; leaves memory.pass alone. */
FWS_MUST_USE enum fws_status fws_check_areas(struct fws_verify_work *work);

/* How many TLVs of a kind are kept. */
static inline unsigned fws_count(const struct fws_verify_work *work, unsigned kind)
{
    unsigned count = 0;

    while (count < FWS_SLOT_EACH && work->slots[FWS_SLOT(kind, count)] != 0) {
        count++;
    }
    return count;
}

/* Look at the TLV kept in a slot: its type; the report's offset is at it. None there: 0, and a bad
 * reader. */
uint32_t fws_look(struct fws_verify_work *work, unsigned slot, struct fws_reader *value);

/* Find each signature's key; uses the memory of hash states. */
FWS_MUST_USE enum fws_status fws_check_keys(struct fws_verify_work *work);

/* NULL when the policy does not allow the algorithm. */
static inline const struct fws_signature_scheme *fws_find_scheme(
    const struct fws_verify_policy *policy, enum fws_algorithm alg)
{
    const struct fws_signature_scheme *const *list = policy->schemes;

    while (*list != NULL && (*list)->alg != alg) {
        list++;
    }
    return *list;
}

/* The public key that signature index is by: from the policy, or from the image. */
static inline void fws_signer_key(struct fws_verify_work *work, unsigned index,
                                  struct fws_reader *out)
{
    const struct fws_trusted_key *key = work->signers[index];

    if (fws_full_keys(work->policy)) {
        (void)fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), out);
    } else {
        *out = fws_reader_init(key->der, key->der_size);
    }
}

/* Which hash TLV a signature goes with: the one its key hash is as long as, or that fits the
 * algorithm; any when there is none, so whoever asks judges what it is told. */
unsigned fws_signer_find_hash(struct fws_verify_work *work, unsigned index, enum fws_algorithm alg);

static inline unsigned fws_signer_hash(struct fws_verify_work *work, unsigned index,
                                       enum fws_algorithm alg)
{
    return FWS_VERIFY_HASHES_MAX == 1 ? 0 : fws_signer_find_hash(work, index, alg);
}

/* The function that makes digests of size bytes; NULL when the list has none. */
const struct fws_hash_function *fws_hash_for(const struct fws_hash_function *const *list,
                                             size_t size);
/* Begin it; FWS_E_ALGORITHM for NULL, which the policy does not have. */
FWS_MUST_USE enum fws_status fws_hash_begin(const struct fws_hash_function *function, void *state);

/* Run a function along, as fws_hash_begin; there is a state left for it. */
FWS_MUST_USE enum fws_status fws_pass_add(struct fws_verify_work *work,
                                          const struct fws_hash_function *function);
/* Those of the hash TLVs, and for a pure policy whose scheme wants it one more, begun with R, A. */
FWS_MUST_USE enum fws_status fws_pass_add_all(struct fws_verify_work *work);
FWS_MUST_USE enum fws_status fws_pass_update(struct fws_verify_work *work, const void *data,
                                             size_t size);
/* Digests of all that run, also when an update failed; begun functions are always finished. */
FWS_MUST_USE enum fws_status fws_pass_finish(struct fws_verify_work *work);
/* Which of work->hashes makes digests of size bytes; any when none does. */
unsigned fws_pass_find(const struct fws_verify_work *work, size_t size);
/* Compare with the hash TLVs; report the first of them. */
FWS_MUST_USE enum fws_status fws_check_hashes(struct fws_verify_work *work);

FWS_MUST_USE enum fws_status fws_check_claims(struct fws_verify_work *work);
FWS_MUST_USE enum fws_status fws_check_signatures(struct fws_verify_work *work);

/* Where the bytes behind the image end that must be erased; 0 when they are not looked at. */
uint32_t fws_tail_end(const struct fws_verify_work *work);

/* Ask a boolean_only scheme twice; its answers as operands in scratch. */
FWS_MUST_USE enum fws_status fws_boolean_verify(const struct fws_signature_scheme *scheme,
                                                const struct fws_signature_input *input,
                                                uint32_t *scratch, struct fws_operands *out);

/* Two poisons in scratch, unequal in every word: what operands are until a scheme has set them. */
void fws_operands_poison(uint32_t *scratch, struct fws_operands *out);

/* Compare twice. True when both find all words equal, and out is evidence of it. */
bool fws_operands_compare(const struct fws_operands *operands, struct fws_evidence *out);

/* The word of the whole check. */
uint32_t fws_decide(const struct fws_verify_work *work);

/* The last stages, unless status says that an earlier one failed; the result of the check. */
uint32_t fws_check_finish(struct fws_verify_work *work, enum fws_status status);

/* A random wait, at hardening 2. */
static inline void fws_delay(const struct fws_verify_work *work)
{
    if (FWS_VERIFY_HARDENING > 1 && work->io->delay != NULL) {
        work->io->delay(work->io->context);
    }
}

#endif

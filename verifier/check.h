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
 */
#ifndef FWS_VERIFIER_CHECK_H
#define FWS_VERIFIER_CHECK_H

#include "verifier/verifier.h"

/* Each stage that ran adds its own; their sum is part of the evidence. */
#define FWS_STEP_HEADER     0x00013579u
#define FWS_STEP_AREAS      0x00298ad4u
#define FWS_STEP_KEYS       0x01c3b2e1u
#define FWS_STEP_HASHES     0x0a40d917u
#define FWS_STEP_CLAIMS     0x12570f35u
#define FWS_STEP_SIGNATURES 0x31e6248bu
#define FWS_STEPS_ALL                                                                              \
    (FWS_STEP_HEADER + FWS_STEP_AREAS + FWS_STEP_KEYS + FWS_STEP_HASHES + FWS_STEP_CLAIMS +        \
     FWS_STEP_SIGNATURES)

/* Refuse because of what stands at offset. */
enum fws_status fws_refuse(struct fws_verify_work *work, uint32_t offset, enum fws_status status);

/* Refuse because of an entry. */
enum fws_status fws_refuse_entry(struct fws_verify_work *work, const struct fws_entry *entry,
                                 enum fws_status status);

static inline struct fws_reader fws_entry_value(const struct fws_verify_work *work,
                                                const struct fws_entry *entry)
{
    /* What is not in memory has no view: an LMS signature, an absent entry. */
    size_t left = FWS_VERIFY_TLV_SIZE - (size_t)entry->at;

    return fws_reader_init(&work->tlvs[entry->at], entry->size <= left ? entry->size : 0);
}

static inline unsigned fws_signers_required(const struct fws_verify_policy *policy)
{
    return policy->signers == 0 ? 1 : policy->signers;
}

unsigned fws_signatures_allowed(const struct fws_verify_policy *policy);

/* Start a check: everything that is not set later. */
void fws_check_begin(struct fws_verify_work *work, const struct fws_verify_policy *policy,
                     const struct fws_verify_io *io, struct fws_verify_report *report);

/* Judge work->memory.pass.header, and whether what it says fits. */
FWS_MUST_USE enum fws_status fws_check_header(struct fws_verify_work *work);

/* The image needs [0, end): allowed, and there? at: the field that says so. */
FWS_MUST_USE enum fws_status fws_check_end(struct fws_verify_work *work, uint64_t end, uint32_t at);

/* Read and judge both TLV areas from work->io; leaves memory.pass alone. */
FWS_MUST_USE enum fws_status fws_check_areas(struct fws_verify_work *work);

/* Find each signature's key; uses the memory of hash states. */
FWS_MUST_USE enum fws_status fws_check_keys(struct fws_verify_work *work);

/* NULL when the policy does not allow the algorithm. */
const struct fws_signature_scheme *fws_find_scheme(const struct fws_verify_policy *policy,
                                                   enum fws_algorithm alg);

/* The key that signature index is by, which was found. */
struct fws_reader fws_signer_key(const struct fws_verify_work *work, unsigned index);

/* Run hash along; FWS_E_ALGORITHM when the policy does not allow it. */
FWS_MUST_USE enum fws_status fws_pass_add(struct fws_verify_work *work, enum fws_hash hash);
FWS_MUST_USE enum fws_status fws_pass_update(struct fws_verify_work *work, const void *data,
                                             size_t size);
/* Digests of all that run, also when an update failed; begun functions are always finished. */
FWS_MUST_USE enum fws_status fws_pass_finish(struct fws_verify_work *work);
/* Which of work->hashes makes digests of that size: its index, or FWS_VERIFY_HASHES_MAX. */
unsigned fws_pass_find(const struct fws_verify_work *work, size_t digest_size);
/* The report's hash and digest are that of the function with digests of that size, which runs. */
void fws_report_digest(struct fws_verify_work *work, size_t digest_size);
/* For a pure policy whose scheme wants it: one more hash, begun with R and A. */
FWS_MUST_USE enum fws_status fws_pure_add_prefixed(struct fws_verify_work *work);
/* Compare with the hash TLVs. */
FWS_MUST_USE enum fws_status fws_check_hashes(struct fws_verify_work *work);

FWS_MUST_USE enum fws_status fws_check_claims(struct fws_verify_work *work);
FWS_MUST_USE enum fws_status fws_check_signatures(struct fws_verify_work *work);

/* Bytes that must be all 0x00 or all 0xff; padding holds which, first: these are the first. */
bool fws_padding_continues(struct fws_reader bytes, bool first, uint8_t *padding);

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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caller's memory, complete here only so that its size is known when a bootloader is compiled.
 * The members are private to verifier/; include verifier/verifier.h.
 */
#ifndef FWS_VERIFIER_WORK_H
#define FWS_VERIFIER_WORK_H

#include "verifier/verifier.h"

/*
 * Where the TLVs are kept that the stages look at, by enum fws_tlv_kind. The value is the position in
 * work->tlvs; 0 is none, since an area's info header stands there.
 */
#define FWS_SLOT_KINDS (FWS_TLV_RECORD + 1)
#define FWS_SLOT_EACH                                                                              \
    (FWS_VERIFY_HASHES_MAX > FWS_VERIFY_SIGNATURES_MAX ? FWS_VERIFY_HASHES_MAX                     \
                                                       : FWS_VERIFY_SIGNATURES_MAX)
#define FWS_SLOT(kind, index) ((unsigned)(kind)*FWS_SLOT_EACH + (unsigned)(index))

/* What the two comparisons of a good signature leave; anything else is no evidence. */
struct fws_evidence {
    uint32_t matches;
    uint32_t chain;
};

struct fws_verify_work {
    const struct fws_verify_policy *policy;
    const struct fws_verify_io *io;
    struct fws_verify_report *report;
    struct fws_tlv_head tlv; /* that is read, */
    uint16_t tlv_at;         /* and its position in tlvs */
    uint8_t order;           /* rank of the last plain TLV */
    uint8_t running;         /* hashes begun */
    uint32_t tlv_used;       /* bytes in tlvs */
    uint32_t area_left;      /* bytes of a TLV area that were not read so far */
    uint32_t areas_offset;   /* of the first TLV area in the image */
    uint32_t signed_size;
    uint32_t steps;   /* stages that ran */
    uint32_t skipped; /* bytes of the LMS signature, which are not kept in tlvs */
    uint16_t slots[FWS_SLOT_KINDS * FWS_SLOT_EACH];
    const struct fws_hash_function *hashes[FWS_VERIFY_HASHES_MAX];    /* that run along */
    const struct fws_trusted_key *signers[FWS_VERIFY_SIGNATURES_MAX]; /* of each signature */
    struct fws_evidence evidence[FWS_VERIFY_SIGNATURES_MAX];          /* one a signer */
    uint8_t signed_by[FWS_VERIFY_SIGNATURES_MAX]; /* index of the signers in policy->keys */
    uint8_t digests[FWS_VERIFY_HASHES_MAX][FWS_VERIFY_DIGEST_SIZE]; /* of work->hashes */
    uint8_t tlvs[FWS_VERIFY_TLV_SIZE]; /* both areas; the protected one is hashed from here */
    union {
        /* while the payload passes */
        struct {
            _Alignas(max_align_t) uint8_t states[FWS_VERIFY_HASHES_MAX][FWS_VERIFY_HASH_STATE_SIZE];
            uint8_t header[FWS_HEADER_SIZE];
            uint8_t block[FWS_VERIFY_BLOCK_SIZE];
        } pass;
        /* afterwards */
        _Alignas(max_align_t) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];
    } memory;
};

struct fws_verify_push {
    struct fws_verify_work work;
    struct fws_verify_io io; /* serves the areas collected to the same code that reads flash */
    uint32_t position;       /* bytes fed */
    uint32_t areas_size;     /* of both areas; 0 while it is not known */
    enum fws_status status;
    struct fws_seen seen; /* in the bytes between header and payload, or behind the image */
    uint8_t areas[FWS_VERIFY_TLV_SIZE];
};

#endif

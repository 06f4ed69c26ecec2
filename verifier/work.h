/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caller's memory, complete here only so that its size is known when a bootloader is compiled.
 * The members are private to verifier/; include verifier/verifier.h.
 */
#ifndef FWS_VERIFIER_WORK_H
#define FWS_VERIFIER_WORK_H

#include "verifier/verifier.h"

/* A TLV that was met. */
struct fws_entry {
    uint16_t type;   /* 0: not met */
    uint16_t size;   /* of the value */
    uint16_t at;     /* of the value in work->tlvs */
    uint16_t offset; /* of the TLV in the image, from the first TLV area */
};

/* Where each kind of entry is kept. */
enum fws_entry_slot {
    FWS_ENTRY_HASH = 0,
    FWS_ENTRY_PURE = FWS_ENTRY_HASH + FWS_VERIFY_HASHES_MAX,
    FWS_ENTRY_COUNTER,
    FWS_ENTRY_VENDOR_ID,
    FWS_ENTRY_CLASS_ID,
    FWS_ENTRY_KEY, /* entry i names the key of signature i */
    FWS_ENTRY_SIGNATURE = FWS_ENTRY_KEY + FWS_VERIFY_SIGNATURES_MAX,
    FWS_ENTRY_COUNT = FWS_ENTRY_SIGNATURE + FWS_VERIFY_SIGNATURES_MAX,
};

/* Whose signature it is, and over which hash. */
struct fws_signed_by {
    uint8_t key;  /* in policy->keys, or FWS_VERIFY_KEY_NONE */
    uint8_t hash; /* in work->hashes */
};

/* What the two comparisons of a good signature leave; anything else is no evidence. */
struct fws_evidence {
    uint32_t matches;
    uint32_t chain;
};

struct fws_verify_work {
    const struct fws_verify_policy *policy;
    const struct fws_verify_io *io;
    struct fws_verify_report *report;
    const struct fws_hash_function *hashes[FWS_VERIFY_HASHES_MAX]; /* that run along */
    uint32_t areas_offset; /* of the first TLV area in the image */
    uint32_t signed_size;
    uint32_t cursor;                                         /* next byte of the areas to read */
    uint32_t steps;                                          /* stages that ran */
    struct fws_evidence evidence[FWS_VERIFY_SIGNATURES_MAX]; /* one a signer */
    struct fws_signed_by signers[FWS_VERIFY_SIGNATURES_MAX]; /* one a signature */
    struct fws_entry entries[FWS_ENTRY_COUNT];
    uint16_t tlv_used;
    uint8_t order;   /* rank of the last plain TLV */
    uint8_t running; /* hashes begun */
    uint8_t hash_count;
    uint8_t key_count;
    uint8_t signature_count;
    uint8_t digests[FWS_VERIFY_HASHES_MAX][FWS_VERIFY_DIGEST_SIZE]; /* of work->hashes */
    uint8_t tlvs[FWS_VERIFY_TLV_SIZE]; /* both areas; the protected one is hashed from here */
    union {
        /* while the payload passes */
        struct {
            _Alignas(8) uint8_t states[FWS_VERIFY_HASHES_MAX][FWS_VERIFY_HASH_STATE_SIZE];
            uint8_t header[FWS_HEADER_SIZE];
            uint8_t block[FWS_VERIFY_BLOCK_SIZE];
        } pass;
        /* afterwards */
        _Alignas(8) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];
    } memory;
};

struct fws_verify_push {
    struct fws_verify_work work;
    struct fws_verify_io io; /* serves the areas collected to the same code that reads flash */
    uint32_t position;       /* bytes fed */
    uint32_t areas_size;     /* of both areas; 0 while it is not known */
    enum fws_status status;
    uint8_t padding; /* value of the bytes between header and payload, or behind the image */
    uint8_t areas[FWS_VERIFY_TLV_SIZE];
};

#endif

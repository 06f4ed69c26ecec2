/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judge an MCUboot image exactly as a device would: strict, streaming, with the caller's memory.
 *
 *     struct fws_verify_report report;
 *     status = fws_verify(&policy, &io, crypto, &work, &report);
 *
 * FWS_OK means every rule was checked and held. Nothing is accepted because it was not looked at:
 * unknown TLVs, unknown flags, bytes left over, duplicates, loose DER are refusals, each with a
 * status of its own. The payload is read once, in order, in blocks.
 *
 * Freestanding: no allocation, no globals, no recursion; bounded stack.
 */
#ifndef FWS_VERIFIER_VERIFIER_H
#define FWS_VERIFIER_VERIFIER_H

#include "format/format.h"
#include "verifier/crypto.h"

#define FWS_VERIFY_TLV_MAX  4096u /* one TLV area, with its info header */
#define FWS_VERIFY_KEY_NONE 0xffffffffu

struct fws_trusted_key {
    enum fws_algorithm alg;
    const uint8_t *der; /* what MCUboot embeds: PKCS#1 for RSA, SPKI otherwise; borrowed */
    size_t der_size;
};

struct fws_verify_policy {
    const struct fws_trusted_key *keys; /* borrowed */
    size_t key_count;        /* 0: integrity only, the report says authenticated = false */
    bool full_key;           /* PUBKEY TLV instead of KEYHASH */
    bool pure;               /* Ed25519 over the image itself, SIG_PURE required */
    unsigned signatures_max; /* signature and key TLV pairs allowed; 0 means 1 */
    bool counter_required;
    uint32_t counter_min;     /* security counter at least this, unsigned; above 0: required */
    const uint8_t *vendor_id; /* 16 bytes, or NULL: not asked for */
    const uint8_t *class_id;
    uint32_t images; /* dependencies name ids below this; 0: form only */
    bool has_load_window;
    uint32_t load_first; /* RAM-load and ROM-fixed images lie within [load_first, load_last] */
    uint32_t load_last;
    uint32_t size_limit; /* the TLV area ends at or below; 0: no limit but io->size */
};

/* Cryptography behind one interface; verifier/port/ holds the implementations. */
struct fws_verify_crypto {
    enum fws_status (*hash_begin)(void *state, enum fws_hash hash);
    enum fws_status (*hash_update)(void *state, const void *data, size_t size);
    /* after every begin that was FWS_OK, also when an update failed: frees what state holds */
    enum fws_status (*hash_finish)(void *state, uint8_t *digest);
    /*
     * signature: PSS, r || s, or 64 bytes of Ed25519; message: the digest, or the image when pure.
     * FWS_E_SIGNATURE_INVALID, FWS_E_PUBKEY when the trusted key cannot be used, FWS_E_BACKEND.
     */
    enum fws_status (*verify)(const struct fws_trusted_key *key, const uint8_t *message,
                              size_t message_size, const uint8_t *signature, size_t signature_size);
};

struct fws_verify_work {
    _Alignas(16) uint8_t hash_state[FWS_VERIFY_HASH_STATE_SIZE];
    uint8_t block[FWS_VERIFY_BLOCK_SIZE];
    uint8_t protected_tlvs[FWS_VERIFY_TLV_MAX];
    uint8_t plain_tlvs[FWS_VERIFY_TLV_MAX];
};

struct fws_verify_report {
    enum fws_status reason;   /* the same as the return value */
    uint32_t offset;          /* where in the image, where that is known; else 0 */
    bool authenticated;       /* a trusted key's signature is good; only together with FWS_OK */
    uint32_t key_index;       /* the first such key in policy->keys, or FWS_VERIFY_KEY_NONE */
    struct fws_header header; /* valid once the header was accepted */
    bool has_counter;
    uint32_t counter;
    enum fws_hash hash;
    uint8_t digest[FWS_HASH_MAX_SIZE]; /* of the signed bytes, as computed */
    uint32_t image_end;                /* offset behind the last TLV */
};

/*
 * Judge the image at offset 0 of io. work needs no preparation and holds no secret afterwards.
 *
 * In this order: header; flags a device could not boot from; sizes; both TLV areas; header padding
 * and hash in one pass; signatures; counter, ids, dependencies, load window. The first rule that
 * fails is the reason. Each byte up to report->image_end is read once; what follows is not looked
 * at: in a file that is the caller's to do, with fws_trailer_check.
 *
 * Without keys signatures are parsed and not checked. With several signers each signature by a
 * trusted key must be good and one must be there.
 */
FWS_MUST_USE enum fws_status fws_verify(const struct fws_verify_policy *policy,
                                        const struct fws_verify_io *io,
                                        const struct fws_verify_crypto *crypto,
                                        struct fws_verify_work *work,
                                        struct fws_verify_report *report);

#endif

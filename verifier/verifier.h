/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judge an MCUboot image exactly as a device must: strict, in one pass, in the caller's memory.
 *
 *     uint32_t evidence = fws_verify(&policy, &io, &work, &report);
 *
 *     if (fws_verify_refused(evidence) || !fws_verify_accepted(evidence)) {
 *         halt(report.reason);
 *     }
 *
 * The result is no yes or no but a word that is only right when every stage ran and every word of
 * the signature's equation matched, twice over. Test it by both functions: they are unlike, so that
 * one skipped instruction passes at most one of them.
 *
 * Nothing is accepted because it was not looked at: unknown TLVs, unknown flags, padding, bytes left
 * over, duplicates, loose DER are refusals, each with a status of its own. The payload is read once,
 * in order; header and TLVs are read once.
 *
 * Freestanding: no allocation, no globals, no recursion; bounded stack.
 */
#ifndef FWS_VERIFIER_VERIFIER_H
#define FWS_VERIFIER_VERIFIER_H

#include "format/format.h"
#include "verifier/crypto.h"

/* ---- Policy: constant, may stand in ROM ---- */

#define FWS_VERIFY_KEYS_MAX 32u
#define FWS_VERIFY_KEY_NONE 0xffu

struct fws_trusted_key {
    const uint8_t *der; /* what MCUboot embeds: PKCS#1 for RSA, plain for LMS, SPKI otherwise */
    uint16_t der_size;
    uint8_t alg;    /* enum fws_algorithm */
    uint8_t signer; /* which of the policy's signers it is a key of, from 0 */
    bool
        hash_only; /* der is the key's digest, and the image carries the key: FWS_VERIFY_FULL_KEY */
};

/* Options, or-ed. */
#define FWS_VERIFY_FULL_KEY     0x01u /* images carry a key (PUBKEY) instead of its hash (KEYHASH) */
#define FWS_VERIFY_PURE         0x02u /* Ed25519 over the image itself; SIG_PURE required */
#define FWS_VERIFY_COMPATIBLE   0x04u /* plain TLVs in any order */
#define FWS_VERIFY_COUNTER      0x08u /* a security counter is required; counter_floor implies it */
#define FWS_VERIFY_ANY_VENDOR   0x10u /* every vendor TLV is accepted, not only those listed */
#define FWS_VERIFY_TAIL_IGNORED 0x20u /* what follows the image in its slot is not looked at */

struct fws_verify_policy {
    const struct fws_hash_function *const *hashes;     /* allowed; ends with NULL */
    const struct fws_signature_scheme *const *schemes; /* allowed; ends with NULL */
    const struct fws_trusted_key *keys;                /* borrowed, as all below */
    uint8_t key_count;      /* 0: integrity only, never accepted; at most FWS_VERIFY_KEYS_MAX */
    uint8_t signers;        /* required signatures, each by a key of another signer; 0 means 1 */
    uint8_t signatures_max; /* signature and key TLV pairs allowed; 0 means as many as signers */
    uint8_t options;
    uint8_t vendor_tlv_count;
    const uint16_t *vendor_tlvs; /* vendor TLV types accepted in the protected area */
    uint32_t flags;              /* header flags accepted: FWS_FLAG_RAM_LOAD, FWS_FLAG_ROM_FIXED */
    uint32_t load_first;         /* an image with such a flag lies in [load_first, load_last], */
    uint32_t load_last;          /* which is not checked when 0 */
    uint32_t size_limit;         /* the TLV area ends at or below; 0: no limit but io->size */
    uint32_t images;             /* dependencies name ids below this; 0: form only */
    const uint8_t *vendor_id;    /* FWS_UUID_SIZE bytes, or NULL: not asked for */
    const uint8_t *class_id;
    /* The least security counter accepted; NULL: any. Not FWS_OK: FWS_E_COUNTER_READ. */
    enum fws_status (*counter_floor)(void *context, uint32_t *out);
    /* Bit i set: keys[i] is revoked; NULL: none is. Not FWS_OK: FWS_E_REVOCATION_READ. */
    enum fws_status (*revoked)(void *context, uint32_t *out);
    void *context; /* for both */
};

/* ---- Result ---- */

struct fws_verify_report {
    enum fws_status reason;   /* FWS_OK: every rule held; without keys that is integrity only */
    uint32_t offset;          /* of the TLV or block it is about; 0: the header, or no one place */
    struct fws_header header; /* valid once the header was accepted */
    uint32_t image_end;       /* offset behind the last TLV */
    uint32_t counter;
    bool has_counter;
    uint8_t key_index;  /* of the first good signature, in policy->keys; or FWS_VERIFY_KEY_NONE */
    enum fws_hash hash; /* of the first hash TLV */
    uint8_t digest[FWS_VERIFY_DIGEST_SIZE]; /* of the signed bytes, as computed */
};

#define FWS_EVIDENCE_GOOD 0x5ca1ab1eu

static inline bool fws_verify_accepted(uint32_t evidence)
{
    const volatile uint32_t word = evidence;

    return word == FWS_EVIDENCE_GOOD;
}

/* The other test: the complement of the word, halves apart. */
static inline bool fws_verify_refused(uint32_t evidence)
{
    const volatile uint32_t word = ~evidence;

    return (uint16_t)word != (uint16_t)~FWS_EVIDENCE_GOOD ||
           word >> 16 != (~FWS_EVIDENCE_GOOD & 0xffffffffu) >> 16;
}

#include "verifier/work.h"

/*
 * Judge the image at offset 0 of io; returns the evidence word, and the reason in report. work needs
 * no preparation and holds no secret afterwards.
 *
 * In this order: header; sizes; both TLV areas; keys named; header padding and hash in one pass;
 * claims (counter, ids, load window); what follows the image; signatures. The first rule that fails
 * is the reason. With a policy that has no keys the word is never good, and FWS_OK as reason says
 * that the image is intact.
 *
 * With several signatures each one by a trusted key must be good, and each signer must have one.
 */
FWS_MUST_USE uint32_t fws_verify(const struct fws_verify_policy *policy,
                                 const struct fws_verify_io *io, struct fws_verify_work *work,
                                 struct fws_verify_report *report);

/* ---- Push form: an image checked while it arrives or is copied ---- */
/*
 *     status = fws_verify_begin(&push, &policy, &io, &report);
 *     while (status == FWS_OK && more) {
 *         status = fws_verify_feed(&push, data, size);        pieces of any size
 *     }
 *     evidence = fws_verify_finish(&push);
 *
 * io names the room (size) and the hooks; read and mapped are not used. Every hash of the policy
 * runs along. A refusal is returned as soon as it is known, and again by all later calls; only
 * fws_verify_finish gives good evidence. A pure policy is refused with FWS_E_PURE_PUSHED: its hash
 * starts with R, which arrives last. What is fed behind the image must be erased bytes.
 */
FWS_MUST_USE enum fws_status fws_verify_begin(struct fws_verify_push *push,
                                              const struct fws_verify_policy *policy,
                                              const struct fws_verify_io *io,
                                              struct fws_verify_report *report);
FWS_MUST_USE enum fws_status fws_verify_feed(struct fws_verify_push *push, const void *data,
                                             size_t size);
FWS_MUST_USE uint32_t fws_verify_finish(struct fws_verify_push *push);

#endif

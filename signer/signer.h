/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main job: firmware in, signed and verified image out, every step on record.
 *
 *     read -> wrap -> reserve the outputs -> decide and intent (durable, under one lock) -> sign ->
 *     check -> device verifier -> outcome (durable) -> checkpoint -> proof -> rename into place
 *
 * No log, no signature. Nothing leaves that the device's own verifier has not accepted. Whatever
 * fails, no output file appears and what stood there before is untouched.
 *
 *     fws_signing_key_open(hsm, &ref, policy, &key, err);
 *     fws_firmware_load(policy, path, &firmware, err);           bytes, read once
 *     fws_image_build(policy, &firmware, &spec, hash, &image, err);
 *     fws_sign_decide(&request, &firmware, &image, ..., &decision);    no token, no log
 *     fws_sign_batch(&signer, &key, jobs, count);                      log, HSM, verifier, log
 *     fws_handover_start(&handover); ... fws_handover_finish(&signer, &handover);
 */
#ifndef FWS_SIGNER_SIGNER_H
#define FWS_SIGNER_SIGNER_H

#include <pthread.h>

#include "audit/audit.h"
#include "base/file.h"
#include "keys/keys.h"
#include "policy/policy.h"

#define FWS_FIRMWARE_MAX_SIZE 67108864u  /* 64 MiB of raw firmware */
#define FWS_HEX_TEXT_MAX_SIZE 268435456u /* Intel HEX takes up to 4 characters a byte */

/* ---- The key ---- */

struct fws_signing_key_ref {
    const char *name;           /* what the caller said; for the log and messages */
    const struct fws_uri *uri;  /* a key on a token, or */
    const char *pem_path;       /* a software key */
    const uint8_t *pinned_spki; /* SHA-256 the key must have, or NULL */
};

struct fws_signing_key {
    const char *name; /* borrowed from the ref */
    struct fws_key info;
    unsigned relaxations_used; /* FWS_ALLOW_ bits, for the log */
    struct fws_hsm *hsm;       /* borrowed; NULL for a software key */
    struct fws_soft_key *soft;
};

/*
 * Find the key, compare it with its pin, judge whether it is fit under the policy.
 * FWS_E_KEY_PIN_MISMATCH and what keys/keys.h says.
 */
FWS_MUST_USE enum fws_status fws_signing_key_open(struct fws_hsm *hsm,
                                                  const struct fws_signing_key_ref *ref,
                                                  const struct fws_policy *policy,
                                                  struct fws_signing_key *out,
                                                  struct fws_error *err);
void fws_signing_key_close(struct fws_signing_key *key);

/*
 * Must the key not sign firmware because it is a log's? FWS_E_KEY_UNFIT when trust (NULL: no log is
 * known) has it. The other direction is fws_log_key_open's.
 */
FWS_MUST_USE enum fws_status fws_signing_key_refuse_log(const struct fws_signing_key *key,
                                                        const struct fws_trust *trust,
                                                        struct fws_error *err);

/* ---- The log's key ---- */

/*
 * The key that signs checkpoints and nothing else.
 *
 *     fws_log_key_open(hsm, &ref, &log_key, err);      the vkey is known
 *     fws_log_key_find(&log_key, err);                 before anything else is signed
 *     options.signer = &log_key.signer;
 *     fws_audit_open(&options, &log, err);
 *     ...
 *     fws_audit_close(&log);
 *     fws_log_key_close(&log_key);
 */
struct fws_log_key_ref {
    const char *origin;        /* the log's name, which is the vkey's */
    const struct fws_uri *uri; /* a key on a token, or */
    const char *pem_path;      /* a software key, for development: the caller warns */
    const struct fws_trust
        *trust; /* keys pinned for logs; NULL: none so far, the log is made now */
    const uint8_t (*firmware_spkis)[32]; /* SHA-256 of each key that is configured for firmware */
    size_t firmware_spki_count;
};

struct fws_log_key {
    struct fws_audit_signer signer; /* for the log */
    struct fws_vkey vkey;
    /* private */
    struct fws_log_key_ref ref;
    struct fws_hsm *hsm;
    struct fws_soft_key *soft;
    bool found; /* info is the token's word, and was judged */
    struct fws_key info;
};

/*
 * What ref points to is kept, and so is hsm (NULL for a software key). out must not move: its
 * signer points into it.
 *
 * When trust has one key of that name, the token is not asked: the first checkpoint does, or
 * fws_log_key_find. With several (a key was handed over) or none only the token can tell.
 *
 * FWS_E_LOG_KEY: neither Ed25519 nor ECDSA P-256; not fit (keys/keys.h), as nothing is relaxed for
 * this key; one of the firmware's; not the one that is pinned, or none of that name is.
 * FWS_E_USAGE for an origin no log may have, and what keys/keys.h says.
 */
FWS_MUST_USE enum fws_status fws_log_key_open(struct fws_hsm *hsm,
                                              const struct fws_log_key_ref *ref,
                                              struct fws_log_key *out, struct fws_error *err);

/*
 * Ask the token now, if that was not done before. Who signs firmware does so before the intent: a
 * log key that is gone or another would be noticed when there is a signature that must not leave.
 */
FWS_MUST_USE enum fws_status fws_log_key_find(struct fws_log_key *key, struct fws_error *err);

void fws_log_key_close(struct fws_log_key *key);

/* ---- The input ---- */

struct fws_firmware {
    struct fws_buf bytes; /* as read, HEX converted; with resign the payload alone */
    bool from_hex;
    uint32_t hex_address; /* of the first byte */
    bool is_image;        /* carries the MCUboot magic */
    uint8_t digest[32];   /* SHA-256 of bytes */
};

/*
 * Read a raw binary or an Intel HEX file (name ending in .hex, any case, or text that begins as a
 * HEX record does) under the policy's hex-range, slot size and erased value. "-" is standard input.
 * FWS_E_HEX_SPREAD names the segments and the range to set. An input that is an image already is
 * reduced to its payload where the policy says `resign: true`; one with protected TLVs is refused
 * (FWS_E_ALREADY_IMAGE), since they would be lost.
 */
FWS_MUST_USE enum fws_status fws_firmware_load(const struct fws_policy *policy, const char *path,
                                               struct fws_firmware *out, struct fws_error *err);
void fws_firmware_free(struct fws_firmware *firmware);

/* ---- The image, before its signature ---- */

struct fws_extra_tlv {
    uint16_t type; /* vendor range, protected */
    struct fws_buf value;
};

struct fws_image_spec {
    struct fws_version version;
    bool has_counter;
    uint32_t counter;
    const struct fws_dependency *dependencies;
    size_t dependency_count;
    const struct fws_extra_tlv *extra;
    size_t extra_count;
    const uint8_t *vendor_id; /* 16 bytes or NULL */
    const uint8_t *class_id;
};

struct fws_image {
    struct fws_buf bytes; /* header, payload, protected TLVs; later the plain TLVs too */
    size_t signed_size;
    size_t payload_size;
    enum fws_hash hash;
    uint8_t digest[FWS_HASH_MAX_SIZE];
    size_t digest_size;
};

/*
 * Lay out header, payload and protected area under the policy's geometry, and hash them.
 * FWS_E_HEADER_SPACE when `header: reserved` finds no zeros, FWS_E_TLV_LIMIT, FWS_E_TOO_LARGE.
 * TLV order as imgtool's: SEC_CNT, DEPENDENCY..., UUID_VID, UUID_CID, vendor TLVs.
 */
FWS_MUST_USE enum fws_status fws_image_build(const struct fws_policy *policy,
                                             const struct fws_firmware *firmware,
                                             const struct fws_image_spec *spec, enum fws_hash hash,
                                             struct fws_image *out, struct fws_error *err);

/* Append hash, key hash and signature TLVs. */
FWS_MUST_USE enum fws_status fws_image_attach(struct fws_image *image, const struct fws_pubkey *key,
                                              const uint8_t *signature, size_t signature_size,
                                              struct fws_error *err);

/* The most bytes an image of that algorithm adds behind its protected area. */
size_t fws_image_plain_area_max(enum fws_algorithm alg, enum fws_hash hash);

void fws_image_free(struct fws_image *image);

/* A UUID from its text: 8-4-4-4-12 form, 32 hex digits, or a name: UUIDv5(space, name) as imgtool
 * does. space NULL: the DNS name space. FWS_E_INPUT when it is none of these. */
FWS_MUST_USE enum fws_status fws_uuid_from_text(const char *text, const uint8_t *space,
                                                uint8_t out[16], struct fws_error *err);

/* The counter imgtool calls auto: major << 24 | minor << 16 | revision. */
uint32_t fws_counter_from_version(const struct fws_version *version);

/*
 * Judge an image in memory with the device's verifier: see verifier/verifier.h for the report. Its
 * key_index is FWS_VERIFY_KEY_NONE unless a trusted key's signature is good and the whole is FWS_OK.
 *
 * Of policy, the algorithms are set here, all that are known; header flags and vendor TLVs that need
 * an explicit word of a device are accepted, and what follows the image is left to the caller.
 */
struct fws_verify_policy;
struct fws_verify_report;
FWS_MUST_USE enum fws_status fws_judge(const struct fws_verify_policy *policy, const void *image,
                                       size_t size, struct fws_verify_report *report);

/* Let policy ask for a security counter of at least floor, which is kept until it was judged by. */
void fws_judge_counter_floor(struct fws_verify_policy *policy, uint32_t *floor);

/* ---- Signing ---- */

/* What the log says was signed: the fold to open the log with. */
struct fws_releases;
FWS_MUST_USE enum fws_status fws_releases_make(struct fws_releases **out, struct fws_error *err);
struct fws_audit_fold fws_releases_fold(struct fws_releases *releases);
void fws_releases_drop(struct fws_releases **releases);

struct fws_signer {
    struct fws_audit *log;
    struct fws_releases *releases; /* the log's fold: what was signed so far */
    const char *caller;            /* local user name, printable */
    const char *mode;              /* "advisory" or "enforced": what the log says of itself */
};

#define FWS_REQUEST_ID_MAX 64u /* bytes: [A-Za-z0-9._:-] */
#define FWS_PROOF_SUFFIX   ".tlog-proof"

/* May a request be named so? */
bool fws_request_id_ok(const char *id);

struct fws_sign_request {
    const char *input;    /* path, for the record */
    const char *output;   /* image path; NULL: none */
    const char *proof;    /* path of the proof that the image is on record; NULL: none */
    const char *detached; /* signature path; NULL: none */
    bool replace;         /* output may exist */
    const char *id;       /* the caller's name for this request, for the log */
    const struct fws_policy *policy;
    struct fws_image_spec spec;
};

struct fws_sign_result {
    bool has_intent, has_outcome;
    uint64_t intent, outcome; /* log indexes */
    bool repeated;            /* the signature is that of an earlier request of the same id */
    uint8_t image_digest[32]; /* SHA-256 of the finished file */
    size_t image_size;
};

/* Signed and on record, but the files have no name so far. The zero value is nothing to deliver. */
struct fws_delivery {
    struct fws_output image;
    struct fws_output proof;
    struct fws_output detached;
    bool lost; /* a file could not be given its name */
};

/* One input on its way through a batch. */
struct fws_sign_job {
    struct fws_sign_request request;
    struct fws_firmware firmware;
    struct fws_image image;
    struct fws_decision decision;
    struct fws_sign_result result;
    struct fws_proof proof;
    struct fws_delivery delivery;
    struct fws_error failure; /* FWS_OK: as far as it came all is well */
};

void fws_sign_job_free(struct fws_sign_job *job);

/* The facts of a request and the policy's decision: no token, no log. releases NULL: as if nothing
 * had been signed so far. */
void fws_sign_decide(const struct fws_sign_request *request, const struct fws_firmware *firmware,
                     const struct fws_image *image, const char *key_name, enum fws_algorithm alg,
                     bool software, const struct fws_releases *releases, struct fws_decision *out);

/*
 * Sign a batch: all intents are made durable at once, then all outcomes, and one checkpoint covers
 * them. Each decision and its intent (or denial) are made under the log's lock, with what the log
 * says was signed up to there, the jobs before in the batch included.
 *
 * jobs  with request, firmware and image (by fws_image_build); those that have failed are passed
 *       over. Each has its own failure afterwards: a denied one FWS_E_POLICY_DENIED, one whose
 *       checkpoint could not be had FWS_E_LOG_UNSEALED. Nothing of a failed job was released.
 *
 * What has not failed is signed and on record, with its proof; fws_handover gives it its files.
 */
void fws_sign_batch(struct fws_signer *signer, const struct fws_signing_key *key,
                    struct fws_sign_job **jobs, size_t count);

/*
 * Was there a request of that id before? Then job gets what was recorded: the image with the
 * signature of then, and its proof, or the failure of then; and *known is set. Never a second
 * signature. FWS_E_REQUEST_KNOWN when that request was for another input, or is being worked on.
 */
FWS_MUST_USE enum fws_status fws_sign_repeat(struct fws_signer *signer,
                                             const struct fws_signing_key *key,
                                             struct fws_sign_job *job, bool *known,
                                             struct fws_error *err);

/* Flushing and naming the files of a batch, while the next one is signed. */
struct fws_handover {
    struct fws_sign_job **jobs;
    size_t count;
    bool in_background;
    pthread_t thread;
};

/* In a thread; where none is to be had fws_handover_finish does the work. jobs must stay. */
void fws_handover_start(struct fws_handover *handover);

/*
 * Give the files their names, or wait until it is done. For each job the proof comes first and the
 * image last: it is the commit point. A failure is the job's, and a record of its own in the log,
 * since the outcome before it says "signed".
 */
void fws_handover_finish(struct fws_signer *signer, struct fws_handover *handover);

#endif

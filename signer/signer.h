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
 *     fws_image_hash(policy, alg, &hash, err);
 *     fws_image_build(policy, &firmware, &spec, hash, &image, err);
 *     fws_sign_decide(&job, &side, NULL);                              no token, no log
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

struct fws_signer;
struct fws_sign_request;

/*
 * Put on record that key may not sign, as fws_signing_key_open or fws_signing_key_refuse_log has said
 * (why): the refusal of a request whose input was not read. Of request, policy, channel and version
 * count. FWS_OK, or what the log says; that no checkpoint is to be had is no failure of a refusal.
 */
FWS_MUST_USE enum fws_status fws_signing_key_denied(struct fws_signer *signer,
                                                    const struct fws_sign_request *request,
                                                    const char *key, const struct fws_error *why,
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
    struct fws_buf bytes; /* as read, HEX and ELF converted; with resign the payload alone */
    bool from_hex, from_elf;
    uint32_t address;   /* of the first byte of a HEX or ELF file */
    bool is_image;      /* carries the MCUboot magic */
    uint8_t digest[32]; /* SHA-256 of the file as it was read */
    size_t file_size;
    bool has_entry; /* an ELF file says where it begins to run */
    uint32_t entry;
    uint8_t build_id[FWS_ELF_BUILD_ID_MAX_SIZE]; /* of an ELF file */
    size_t build_id_size;
    bool has_vendor_id, has_class_id; /* an image that is signed again had them: */
    uint8_t vendor_id[16], class_id[16];
    bool has_counter;
    uint32_t counter;
};

/*
 * Read a raw binary, an ELF executable, or an Intel HEX file (name ending in .hex, any case, or text that begins as a
 * HEX record does) under the policy's addresses, slot size and erased value. "-" is standard input.
 * FWS_E_HEX_SPREAD names the segments and the range to set. An input that is an image already is
 * reduced to its payload where the policy says `format.resign: true`; one with protected TLVs other than
 * counter, vendor and class is refused (FWS_E_ALREADY_IMAGE), since they would be lost.
 */
FWS_MUST_USE enum fws_status fws_firmware_load(const struct fws_policy *policy, const char *path,
                                               struct fws_firmware *out, struct fws_error *err);

/* The same of a file that belongs to owner: see fws_file_read_of. */
FWS_MUST_USE enum fws_status fws_firmware_load_of(const struct fws_policy *policy, const char *path,
                                                  const uid_t *owner, struct fws_firmware *out,
                                                  struct fws_error *err);
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
 * The hash of an image that is signed with alg: what `format.hash` says, where algorithm and device
 * take it. FWS_E_POLICY_INVALID with the place when they do not, FWS_E_KEY_TYPE when no image can be
 * signed with alg at all.
 */
FWS_MUST_USE enum fws_status fws_image_hash(const struct fws_policy *policy, enum fws_algorithm alg,
                                            enum fws_hash *out, struct fws_error *err);

/* Has each vendor TLV a tag of its own, among spec's and those of `format.tlvs`? FWS_E_USAGE. */
FWS_MUST_USE enum fws_status fws_image_spec_check(const struct fws_policy *policy,
                                                  const struct fws_image_spec *spec,
                                                  struct fws_error *err);

/*
 * Lay out header, payload and protected area under the policy's geometry, and hash them.
 * FWS_E_HEADER_SPACE when `format.header: reserved` finds no zeros, FWS_E_TLV_LIMIT, FWS_E_TOO_LARGE,
 * and what fws_image_spec_check says.
 * TLV order as imgtool's: SEC_CNT, DEPENDENCY..., UUID_VID, UUID_CID, vendor TLVs: first the policy's.
 */
FWS_MUST_USE enum fws_status fws_image_build(const struct fws_policy *policy,
                                             const struct fws_firmware *firmware,
                                             const struct fws_image_spec *spec, enum fws_hash hash,
                                             struct fws_image *out, struct fws_error *err);

/* Append the TLVs of hash, key (its hash or the whole, by `format.key-form`) and signature. */
FWS_MUST_USE enum fws_status fws_image_attach(const struct fws_policy *policy,
                                              struct fws_image *image, const struct fws_pubkey *key,
                                              const uint8_t *signature, size_t signature_size,
                                              struct fws_error *err);

/* Fill the slot behind an image that is complete, by `format.pad`; none: nothing is done.
 * FWS_E_IMAGE_TOO_BIG when the image reaches into the trailer. */
FWS_MUST_USE enum fws_status fws_image_pad(const struct fws_policy *policy, struct fws_image *image,
                                           struct fws_error *err);

/* What fws_image_pad writes behind an image. */
struct fws_trailer fws_image_trailer(const struct fws_policy *policy);

/* The most bytes an image signed with alg takes with its TLVs, and as a file, padded. */
size_t fws_image_size_max(const struct fws_policy *policy, const struct fws_image *image,
                          enum fws_algorithm alg);
size_t fws_image_file_max(const struct fws_policy *policy, const struct fws_image *image,
                          enum fws_algorithm alg);

void fws_image_free(struct fws_image *image);

/* The payload within an image that is built, and what its bytes say. Valid as long as the image. */
struct fws_reader fws_image_payload(const struct fws_policy *policy, const struct fws_image *image);
void fws_image_look(const struct fws_policy *policy, const struct fws_firmware *firmware,
                    const struct fws_image *image, struct fws_content *out);

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

struct fws_signed_index;

struct fws_signer {
    struct fws_audit *log;
    const char *log_folder;
    struct fws_signed_index *signed_index; /* what was signed longer ago; fws_signer_index_open */
    struct fws_releases *releases;         /* the log's fold: what was signed so far */
    const char *caller;                    /* local user name, printable */
    bool enforced; /* nobody but root and the service can change policy and log; on record */
};

/*
 * The index of what was signed, in log_folder (kept by the signer, as its log_folder), of the log
 * with that origin. A folder that cannot be written is no failure: look-ups then take longer.
 */
FWS_MUST_USE enum fws_status fws_signer_index_open(struct fws_signer *signer,
                                                   const char *log_folder, const char *origin,
                                                   struct fws_error *err);
void fws_signer_index_close(struct fws_signer *signer);

#define FWS_REQUEST_ID_MAX 64u /* bytes: [A-Za-z0-9._:-] */
#define FWS_PROOF_SUFFIX   ".tlog-proof"

/* May a request be named so? */
bool fws_request_id_ok(const char *id);

struct fws_sign_request {
    const char *input;            /* path, for the record */
    const char *output;           /* image path; NULL: none */
    const char *proof;            /* path of the proof that the image is on record; NULL: none */
    const char *detached;         /* signature path; NULL: none */
    bool replace;                 /* output may exist */
    const uid_t *owner;           /* of the folders that outputs may go into; NULL: any */
    const char *id;               /* the caller's name for this request, for the log */
    const char *channel;          /* of the policy's, for the version rules */
    const char *hardware;         /* revision the firmware is for; NULL: not said */
    bool fresh;                   /* a new signature, though there may be one */
    const char *version_conflict; /* of fws_policy_version; NULL: none */
    const struct fws_policy *policy;
    struct fws_image_spec spec;
};

struct fws_sign_result {
    bool has_intent, has_outcome;
    uint64_t intent, outcome; /* log indexes */
    bool repeated;            /* the signature is that of an earlier request: */
    bool replayed;            /* for the same bytes, key and policy; on record as: */
    uint64_t replay;          /* log index */
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
    struct fws_content content; /* of the payload */
    size_t image_size_max;      /* of the image with its largest signature; set by the decision */
    struct fws_decision decision;
    struct fws_sign_result result;
    struct fws_proof proof;
    struct fws_delivery delivery;
    struct fws_error failure; /* FWS_OK: as far as it came all is well */
};

void fws_sign_job_free(struct fws_sign_job *job);

/* Who asks with which key. All pointers are borrowed. */
struct fws_sign_side {
    bool tentative; /* a preview: what is not known is not asked */
    bool explain;   /* every rule is listed, also those that are not asked */
    bool replay;    /* a signature of before is to be handed out again */
    bool enforced;
    const char *caller; /* NULL: not known */
    int64_t time_us;    /* now */
    const char *key;    /* as the policy lists it */
    enum fws_algorithm alg;
    bool software;
    const uint8_t *spki;      /* SHA-256; NULL: not known */
    const char *hsm_firmware; /* NULL: not known */
};

/* The facts of a job, whose image is built, and the policy's decision, into job->decision: no token,
 * no log. releases NULL: what was signed before is not known. */
void fws_sign_decide(struct fws_sign_job *job, const struct fws_sign_side *side,
                     const struct fws_releases *releases);

/*
 * What fws_sign_batch would decide now, with nothing asked of the token and nothing written. signer's
 * log and releases may be NULL: then what was signed before is not known. Where a signature of before
 * would be handed out, job->result says which.
 */
FWS_MUST_USE enum fws_status fws_sign_preview(const struct fws_signer *signer,
                                              const struct fws_sign_side *side,
                                              struct fws_sign_job *job, struct fws_error *err);

/* The newest intent of the request's product and channel; false: there is none, or it is not known. */
bool fws_sign_last(const struct fws_signer *signer, const struct fws_sign_request *request,
                   uint64_t *entry);

/* One request on record that two policies decide differently. Valid during the call. */
struct fws_compared {
    uint64_t seq;
    const char *time;    /* of the entry */
    const char *version; /* that was asked for */
    const char *channel, *caller, *key;
    bool denied; /* it was refused then */
    const struct fws_decision *before, *after;
};

typedef enum fws_status fws_compared_fn(void *context, const struct fws_compared *compared,
                                        struct fws_error *err);

/*
 * Ask two policies of one product about each request for it that is on record, with what the log said
 * at that time, and hand those over that they decide differently. What a record does not hold, such
 * as the bytes, is not asked.
 *
 * since  RFC 3339 in UTC, as entries have it; earlier requests are history only
 * asked  out: how many requests were looked at
 *
 * The log is read, not checked: see fws_audit_each.
 */
FWS_MUST_USE enum fws_status fws_sign_compare(const char *log_folder,
                                              const struct fws_policy *before,
                                              const struct fws_policy *after, const char *since,
                                              fws_compared_fn *each, void *context, uint64_t *asked,
                                              struct fws_error *err);

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

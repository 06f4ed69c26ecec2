/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main job: firmware in, signed and verified image out, every step on record.
 *
 *     read -> wrap -> decide -> reserve the output -> intent (durable) -> sign -> check ->
 *     device verifier -> outcome (durable) -> rename into place
 *
 * No log, no signature. Nothing leaves that the device's own verifier has not accepted. Whatever
 * fails, no output file appears and what stood there before is untouched.
 *
 *     fws_signing_key_open(hsm, &ref, policy, &key, err);
 *     fws_firmware_load(policy, path, &firmware, err);           bytes, read once
 *     fws_image_build(policy, &firmware, &spec, hash, &image, err);
 *     fws_sign_decide(&request, &firmware, &image, ..., &decision);    no token, no log
 *     fws_sign_run(&signer, &key, &request, ..., &delivery, err);      log, HSM, verifier, log
 *     fws_delivery_finish(&signer, &result, &delivery, err);           now the file is there
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

struct fws_signer {
    struct fws_audit *log;
    const char *caller; /* local user name, printable */
    const char *mode;   /* "advisory" or "enforced": what the log says of itself */
};

struct fws_sign_request {
    const char *input;    /* path, for the record */
    const char *output;   /* image path; NULL: none */
    const char *detached; /* signature path; NULL: none */
    bool replace;         /* output may exist */
    const struct fws_policy *policy;
    struct fws_image_spec spec;
};

struct fws_sign_result {
    bool has_intent, has_outcome;
    uint64_t intent, outcome; /* log indexes */
    uint8_t image_digest[32]; /* SHA-256 of the finished file */
    size_t image_size;
};

/* The facts of a request and the policy's decision: no token, no log. */
void fws_sign_decide(const struct fws_sign_request *request, const struct fws_firmware *firmware,
                     const struct fws_image *image, const char *key_name, enum fws_algorithm alg,
                     bool software, struct fws_decision *out);

/* Signed and on record, but the files have no name so far. The zero value is nothing to deliver. */
struct fws_delivery {
    struct fws_output image;
    struct fws_output detached;
    bool in_background;
    pthread_t thread;
    enum fws_status status;
    struct fws_error why;
};

/*
 * Do it, up to the durable outcome. decision is what fws_sign_decide said: a denied one is logged
 * and refused (FWS_E_POLICY_DENIED). image is finished in place.
 *
 * On FWS_OK fws_delivery_finish must follow; on anything else nothing was released.
 */
FWS_MUST_USE enum fws_status fws_sign_run(
    struct fws_signer *signer, const struct fws_signing_key *key,
    const struct fws_sign_request *request, const struct fws_firmware *firmware,
    struct fws_image *image, const struct fws_decision *decision, struct fws_sign_result *result,
    struct fws_delivery *delivery, struct fws_error *err);

/* Begin to flush and name the files in a thread, so that the next input is signed meanwhile. Where
 * no thread is to be had fws_delivery_finish does the work. delivery must not move until then. */
void fws_delivery_start(struct fws_delivery *delivery);

/*
 * Give the files their names, or wait until it is done. A failure is a record of its own in the
 * log, since the outcome before it says "signed".
 */
FWS_MUST_USE enum fws_status fws_delivery_finish(struct fws_signer *signer,
                                                 const struct fws_sign_result *result,
                                                 struct fws_delivery *delivery,
                                                 struct fws_error *err);

#endif

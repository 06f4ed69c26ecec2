/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that live in an HSM, reached through PKCS#11.
 *
 * The vendor's module never runs in this process: a worker, the same binary executed again, loads
 * it, and each request has a deadline. A worker that hangs or crashes is killed; the request fails
 * with one clear error and the next request starts a new worker.
 *
 *     fws_hsm_open(&options, &hsm, err);              nothing started so far
 *     fws_hsm_key_find(hsm, &uri, &key, err);         starts the worker, logs in, finds one key
 *     fws_key_check_fit(&key, relaxations, ..., err); judges its attributes
 *     fws_hsm_sign(hsm, &key, digest, ..., err);      C_Sign is sent once, never repeated
 *     fws_hsm_close(&hsm);
 *
 * No CK_ type leaves this folder. Any number of threads may use one struct fws_hsm: their requests
 * are served one at a time in the order they come, and a deadline begins with its own request's turn.
 */
#ifndef FWS_KEYS_KEYS_H
#define FWS_KEYS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/pubkey.h"
#include "base/secret.h"
#include "bytes/algorithm.h"

/* ---- PKCS#11 URIs (RFC 7512), strict ---- */

#define FWS_URI_TEXT_MAX   2048u
#define FWS_URI_LABEL_SIZE 129u /* labels of at most 128 bytes, with NUL */
#define FWS_URI_ID_MAX     64u
#define FWS_URI_PATH_SIZE  1025u

struct fws_uri {
    char token[FWS_URI_LABEL_SIZE]; /* "" = not given, as in each text field */
    char manufacturer[FWS_URI_LABEL_SIZE];
    char model[FWS_URI_LABEL_SIZE];
    char serial[FWS_URI_LABEL_SIZE];
    char object[FWS_URI_LABEL_SIZE];     /* CKA_LABEL */
    uint8_t id[FWS_URI_ID_MAX];          /* CKA_ID */
    size_t id_size;                      /* 0 = not given */
    char type[16];                       /* "", "private" or "public" */
    char pin_source[FWS_URI_PATH_SIZE];  /* absolute path out of pin-source=file:, or "" */
    char module_path[FWS_URI_PATH_SIZE]; /* out of module-path=, or "" */
};

/*
 * Parse a URI. FWS_E_URI with the offset and the reason for: a wrong scheme, unknown or repeated
 * attributes, bad percent-encoding, NUL or control characters, over-long values, slot-id and the
 * other slot- attributes, pin-value, a pin-source that is not file: with an absolute path,
 * x- attributes. Nothing of a pin-value ever appears in the message.
 */
FWS_MUST_USE enum fws_status fws_uri_parse(const char *text, struct fws_uri *out,
                                           struct fws_error *err);

/* Append the URI in canonical spelling (path attributes in RFC order; no query). */
FWS_MUST_USE enum fws_status fws_uri_write(const struct fws_uri *uri, struct fws_buf *out,
                                           struct fws_error *err);

/* ---- What is known of a key ---- */

struct fws_key {
    struct fws_pubkey pub;          /* from the token's public object */
    char label[FWS_URI_LABEL_SIZE]; /* CKA_LABEL, unprintable bytes replaced by '?' */
    uint8_t id[FWS_URI_ID_MAX];
    size_t id_size;
    char token_label[FWS_URI_LABEL_SIZE];
    char token_serial[FWS_URI_LABEL_SIZE];
    char token_model[FWS_URI_LABEL_SIZE];
    char token_firmware[16]; /* "2.6" */
    bool has_private;        /* false: only a public object was found */
    bool sensitive, always_sensitive, extractable, never_extractable, local; /* CKA_ of that name */
    bool sign, sign_recover, decrypt, unwrap, derive;                        /* usage flags */
    bool always_authenticate;
    bool software;       /* from a PEM file; see fws_key_from_pem */
    uint64_t generation; /* private: the worker that knows the handle */
    uint64_t handle;     /* private */
};

/* ---- Fitness ---- */

#define FWS_ALLOW_IMPORTED      1u /* not generated on the token, or once not sensitive/extractable */
#define FWS_ALLOW_MULTI_PURPOSE 2u /* may also decrypt, unwrap, derive or sign with recovery */
#define FWS_ALLOW_SOFTWARE      4u /* a PEM file */

/*
 * Is the key fit for signing firmware? Sensitive, never extractable, generated on the token and
 * sign-only, unless relaxed by name. Whatever is relaxed, sensitive and not extractable stay
 * required for token keys.
 *
 * used   set to the relaxations without which the answer would be no (for the log)
 *
 * FWS_OK; FWS_E_KEY_UNFIT naming every attribute that is wrong and the relaxation that would allow
 * it; FWS_E_KEY_TYPE for kinds without an MCUboot TLV (RSA-4096).
 */
FWS_MUST_USE enum fws_status fws_key_check_fit(const struct fws_key *key, unsigned relaxations,
                                               unsigned *used, struct fws_error *err);

/* ---- The HSM ---- */

struct fws_hsm_env {
    const char *name;
    const char *value;
};

/*
 * Called when a token needs a PIN, at most once a token and struct fws_hsm. Fill pin. pin_file_hint
 * is the path from the URI's pin-source, or NULL. Anything but FWS_OK ends the request with err.
 * Runs in the thread of the request while all others wait, and must not call the HSM.
 */
typedef enum fws_status fws_pin_fn(void *context, const char *token_label,
                                   const char *pin_file_hint, struct fws_secret *pin,
                                   struct fws_error *err);

struct fws_hsm_options {
    const char *module;            /* path of the PKCS#11 module, absolute */
    const struct fws_hsm_env *env; /* added to the worker's environment only */
    size_t env_count;
    const char *work_dir; /* the worker's working folder; NULL = unchanged */
    const char *worker;   /* program to execute; NULL = this one (/proc/self/exe) */
    unsigned deadline_ms; /* per request, less waiting for other processes; 0 = the default */
    fws_pin_fn *pin;      /* NULL: tokens that need a PIN fail with FWS_E_PIN_MISSING */
    void *pin_context;
};

#define FWS_HSM_DEADLINE_MS 15000u /* the default */

/* What a stop signal that was remembered (base/process.h) means to a request. */
enum fws_on_stop {
    FWS_ON_STOP_FAIL, /* it ends with FWS_E_INTERRUPTED, as those do that do not ask */
    FWS_ON_STOP_FINISH, /* only that its deadline is FWS_HSM_STOP_MS at most. For what closes work that
                           was begun and would be left unfinished otherwise */
};

#define FWS_HSM_STOP_MS 2000u

struct fws_hsm;

/*
 * Everything in options is kept (must outlive the object). Starts nothing: the first request does.
 * FWS_E_MODULE when the module is no readable file.
 */
FWS_MUST_USE enum fws_status fws_hsm_open(const struct fws_hsm_options *options,
                                          struct fws_hsm **out, struct fws_error *err);

/* Start the worker and load the module now, so that other work runs beside it. Errors surface at
 * the next request. */
void fws_hsm_prepare(struct fws_hsm *hsm);

/*
 * Find exactly one private key (and its public object, by the same CKA_ID) by template.
 *
 * The PIN is asked for before the module is started, so that nobody waits for a person; that there
 * is none matters only when the token wants one.
 *
 * FWS_E_TOKEN_NOT_FOUND, FWS_E_KEY_NOT_FOUND (only when C_GetTokenInfo still succeeds; otherwise
 * FWS_E_HSM_UNAVAILABLE), FWS_E_KEY_AMBIGUOUS naming the candidates (tokens or keys) by URI,
 * FWS_E_KEY_UNFIT without exactly one public object of the same CKA_ID, FWS_E_URI for type=public,
 * FWS_E_PIN_*, FWS_E_HSM_*, FWS_E_MODULE, FWS_E_INTERRUPTED when a stop signal was remembered
 * (base/process.h), which is true of every request that is not told FWS_ON_STOP_FINISH.
 */
FWS_MUST_USE enum fws_status fws_hsm_key_find(struct fws_hsm *hsm, const struct fws_uri *uri,
                                              struct fws_key *out, struct fws_error *err);

/* The same with FWS_ON_STOP_FINISH. */
FWS_MUST_USE enum fws_status fws_hsm_key_find_in_order(struct fws_hsm *hsm,
                                                       const struct fws_uri *uri,
                                                       struct fws_key *out, struct fws_error *err);

/*
 * Sign a digest with the one mechanism of the key's algorithm (CKM_RSA_PKCS_PSS salt 32, CKM_ECDSA,
 * CKM_EDDSA) and verify the result with the public key before returning it.
 *
 * signature  in MCUboot's encoding (ECDSA: minimal DER), FWS_SIGNATURE_MAX_SIZE bytes of room
 *
 * A worker that is gone or has lost the device before C_Sign was reached is replaced, the key found
 * again (it must be the same public key) and the request made once more. C_Sign is sent at most
 * once. After FWS_E_HSM_TIMEOUT, FWS_E_HSM_CRASHED and FWS_E_INTERRUPTED a signature may have been
 * made and lost; the message says so. FWS_E_HSM_SIGNATURE: the token returned a wrong or short one.
 */
FWS_MUST_USE enum fws_status fws_hsm_sign(struct fws_hsm *hsm, const struct fws_key *key,
                                          const uint8_t *digest, size_t digest_size,
                                          uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                          size_t *signature_size, struct fws_error *err);

#define FWS_MESSAGE_MAX_SIZE 1024u

/*
 * Sign a message of 1 to FWS_MESSAGE_MAX_SIZE bytes, Ed25519 over the message itself, ECDSA P-256
 * over its SHA-256, and verify the result; all else as fws_hsm_sign. FWS_E_KEY_TYPE for other keys,
 * FWS_E_INTERNAL for other sizes.
 *
 * Such keys sign nothing else: to an Ed25519 key a digest of an image is a message like any other.
 */
FWS_MUST_USE enum fws_status fws_hsm_sign_message(struct fws_hsm *hsm, const struct fws_key *key,
                                                  const uint8_t *message, size_t message_size,
                                                  enum fws_on_stop on_stop,
                                                  uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                                  size_t *signature_size, struct fws_error *err);

struct fws_key_list {
    struct fws_key *keys;
    size_t count;
};

/* Every signing key of every token that matches uri (may be all empty). Logs in where a PIN is to
 * be had; tokens without one show their public objects only. A key without public object has an
 * empty pub. A wrong PIN ends the list. */
FWS_MUST_USE enum fws_status fws_hsm_key_list(struct fws_hsm *hsm, const struct fws_uri *uri,
                                              struct fws_key_list *out, struct fws_error *err);
void fws_key_list_free(struct fws_key_list *list);

struct fws_token {
    char label[FWS_URI_LABEL_SIZE];
    char manufacturer[FWS_URI_LABEL_SIZE];
    char model[FWS_URI_LABEL_SIZE];
    char serial[FWS_URI_LABEL_SIZE];
    char firmware[16];
    bool initialized, pin_initialized, login_required;
    bool pin_count_low, pin_final_try, pin_locked, pin_to_be_changed;
};

struct fws_token_list {
    struct fws_token *tokens;
    size_t count;
    char library[FWS_URI_LABEL_SIZE]; /* module's own description and version */
};

FWS_MUST_USE enum fws_status fws_hsm_token_list(struct fws_hsm *hsm, struct fws_token_list *out,
                                                struct fws_error *err);
void fws_token_list_free(struct fws_token_list *list);

/*
 * Initialise a free slot as a new token with a user PIN (SoftHSM; for `init --dev` and tests).
 * FWS_E_EXISTS when a token has the label. May take four deadlines.
 */
FWS_MUST_USE enum fws_status fws_hsm_token_create(struct fws_hsm *hsm, const char *label,
                                                  const struct fws_secret *so_pin,
                                                  const struct fws_secret *user_pin,
                                                  struct fws_error *err);

/*
 * Generate a key pair from the template of keys/templates/: sensitive, not extractable, sign-only,
 * with a random 20-byte CKA_ID; read back and compared, destroyed when it is not as demanded. What
 * a token does not let the template say beyond that (usage, allowed mechanisms) is left out: judge
 * out with fws_key_check_fit. May take four deadlines.
 * FWS_E_EXISTS when an object of the token has the label.
 */
FWS_MUST_USE enum fws_status fws_hsm_key_generate(struct fws_hsm *hsm, const char *token_label,
                                                  enum fws_algorithm alg, const char *label,
                                                  struct fws_key *out, struct fws_error *err);

/* No other thread may be using it. */
void fws_hsm_close(struct fws_hsm **hsm);

/* ---- Software keys (development only) ---- */

struct fws_soft_key;

/* Load an unencrypted private key PEM. key describes it, with software = true. */
FWS_MUST_USE enum fws_status fws_soft_key_load(const char *path, struct fws_key *key,
                                               struct fws_soft_key **out, struct fws_error *err);
FWS_MUST_USE enum fws_status fws_soft_key_sign(struct fws_soft_key *soft, const uint8_t *digest,
                                               size_t digest_size,
                                               uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                               size_t *signature_size, struct fws_error *err);
/* As fws_hsm_sign_message. */
FWS_MUST_USE enum fws_status fws_soft_key_sign_message(struct fws_soft_key *soft,
                                                       const uint8_t *message, size_t message_size,
                                                       uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                                       size_t *signature_size,
                                                       struct fws_error *err);
void fws_soft_key_close(struct fws_soft_key **soft);

/* ---- The worker's side ---- */

#define FWS_HSM_WORKER_NAME "fwsign-hsm-worker" /* argv[0] of the worker */

/*
 * First statement of every main() that opens an HSM: when this process was started as a worker,
 * serve until the parent closes the connection, and exit; otherwise return.
 */
void fws_hsm_worker_main(int argc, char **argv);

#endif

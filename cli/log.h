/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log as commands see it: where it is, whose checkpoints are believed, and how to write to
 * it. Private to cli/.
 *
 *     struct fws_cli_log log = {0};             must not move once it is open
 *     fws_cli_log_open(cli, &fold, &log, err);
 *     fws_audit_append(log.audit, ...);
 *     fws_cli_log_close(cli, &log);
 */
#ifndef FWS_CLI_LOG_H
#define FWS_CLI_LOG_H

#include "cli/cli.h"
#include "cli/mode.h"
#include "signer/signer.h"

#define FWS_TRUST_FILE_MAX 1048576u

/* The log's folder by the configuration: heap, the caller's. */
FWS_MUST_USE enum fws_status fws_cli_log_folder(struct fws_cli *cli, char **out,
                                                struct fws_error *err);

/* FWS_E_LOG_UNAVAILABLE, and what to do, when there is no log in folder: before keys are asked for,
 * as a folder that was just set up has neither. */
FWS_MUST_USE enum fws_status fws_cli_log_exists(const char *folder, struct fws_error *err);

/*
 * Whom to believe about the log: the keys in trust_file (c2sp.org/tlog-policy), or NULL: those that
 * the configuration pins. Never a key out of the log or out of a proof.
 *
 * With neither, out is empty and the answer to whatever is asked will be "cannot tell". FWS_E_TRUST
 * and FWS_E_CONFIG with file and line. out is given.
 */
FWS_MUST_USE enum fws_status fws_cli_log_trust(struct fws_cli *cli, const char *trust_file,
                                               struct fws_trust *out, struct fws_error *err);

/*
 * The file outside the log with the newest checkpoint this user has seen: heap, the caller's. NULL
 * when no log is trusted, of which one could be seen, or there is no place for it.
 */
FWS_MUST_USE enum fws_status fws_cli_log_high_water(struct fws_cli *cli,
                                                    const struct fws_trust *trust, char **out,
                                                    struct fws_error *err);

/* The newest checkpoint in folder, checked: its bytes and what they say. note is given. */
FWS_MUST_USE enum fws_status fws_cli_log_newest(const char *folder, const struct fws_trust *trust,
                                                struct fws_buf *note,
                                                struct fws_checkpoint *checkpoint,
                                                struct fws_error *err);

/* ---- Making and writing ---- */

/* The key that signs the log, with what it points to; must not move once it is open. */
struct fws_cli_log_key {
    struct fws_log_key key;
    char *where;
    struct fws_uri uri;
    uint8_t (*firmware)[32];
};

/*
 * where   a pkcs11: URI, or the path of a PEM file (development only: says so)
 * origin  kept; trust kept: see signer/signer.h
 *
 * FWS_E_CONFIG when where is NULL: there is no log-key.
 */
FWS_MUST_USE enum fws_status fws_cli_log_key_open(struct fws_cli *cli, const char *where,
                                                  const char *origin, const struct fws_trust *trust,
                                                  struct fws_cli_log_key *out,
                                                  struct fws_error *err);
void fws_cli_log_key_close(struct fws_cli_log_key *key);

/* log-key of the configuration as fws_cli_log_key_open takes it: heap, the caller's; NULL: none. */
FWS_MUST_USE enum fws_status fws_cli_log_key_place(struct fws_cli *cli, char **out,
                                                   struct fws_error *err);

/*
 * Make the log in folder, with its genesis and first checkpoint by key. The genesis commits to the
 * policies in policy_folder; when there are none it says nothing of them.
 */
FWS_MUST_USE enum fws_status fws_cli_log_create(const char *folder, const char *policy_folder,
                                                const struct fws_log_key *key,
                                                struct fws_error *err);

/* A name no other log has: "prefix/<16 hex>". */
#define FWS_CLI_ORIGIN_SIZE 64u
FWS_MUST_USE enum fws_status fws_cli_log_name(const char *prefix, char out[FWS_CLI_ORIGIN_SIZE],
                                              struct fws_error *err);

struct fws_cli_log {
    struct fws_audit *audit;
    struct fws_trust trust;
    struct fws_cli_log_key key;
    char *folder;
    char *high_water;
};

/*
 * Open the log for writing, with the key that log-key names. With one key pinned the token is not
 * asked before the first checkpoint; who signs firmware calls fws_log_key_find(&log.key.key) first.
 *
 * fold  what decisions need of the past, kept; NULL: none, and then no snapshot is written, which
 *       would lack what others keep in it
 *
 * FWS_E_LOG_UNAVAILABLE when there is no log; FWS_E_CONFIG when log-key or log-trust is missing.
 */
FWS_MUST_USE enum fws_status fws_cli_log_open(struct fws_cli *cli,
                                              const struct fws_audit_fold *fold,
                                              struct fws_cli_log *out, struct fws_error *err);

/* The same to look at what was signed: no key is opened, and nothing is written. */
FWS_MUST_USE enum fws_status fws_cli_log_peek(struct fws_cli *cli,
                                              const struct fws_audit_fold *fold,
                                              struct fws_cli_log *out, struct fws_error *err);

/* Also says what the log has to say: warnings, and requests that were found unresolved. */
void fws_cli_log_close(struct fws_cli *cli, struct fws_cli_log *log);

/* ---- Proofs ---- */

struct fws_cli_proof {
    struct fws_proof proof;
    struct fws_checkpoint checkpoint;
    struct fws_audit_entry_text text; /* what entry points into, besides proof */
    struct fws_audit_entry entry;
};

/*
 * Check a proof file, offline. image_sha256 (or NULL): the entry must be the outcome that released
 * the image of this digest; FWS_E_PROOF when it is not. out is given, also on failure.
 */
FWS_MUST_USE enum fws_status fws_cli_proof_check(const char *path, const struct fws_trust *trust,
                                                 const uint8_t *image_sha256,
                                                 struct fws_cli_proof *out, struct fws_error *err);
void fws_cli_proof_free(struct fws_cli_proof *proof);

#endif

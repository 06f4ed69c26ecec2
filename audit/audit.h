/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: append-only JSON lines in one hash chain and one Merkle tree, durable before
 * anything is released, with checkpoints signed by a key of the log's own.
 *
 *     audit/lock                               who appends holds flock on it
 *     audit/seg/00000000000000000000.jsonl     the truth; name = first index
 *     audit/checkpoint                         the newest signed tree head (C2SP)
 *     audit/checkpoint.lock                    who makes the next one holds flock on it
 *     audit/writers/<inst>                     locked by a living writer
 *     audit/derived/                           caches: checked before use, made anew when wrong
 *
 * An entry is one line of canonical JSON; docs/formats/audit-log.md says it byte for byte. Nothing
 * is ever truncated or rewritten.
 *
 *     fws_audit_open(&options, &log, err);
 *     fws_audit_decide(log, decide, context, err);       decide and append under one lock: intent
 *     ... sign ...
 *     fws_audit_append(log, "sign.outcome", body, size, &seq, err);     durable on return
 *     fws_audit_checkpoint(log, err);                    signed, covers all of the above
 *     fws_audit_prove(log, seq, &proof, err);
 *     ... release ...
 *     fws_audit_close(&log);
 *
 * At rest the newest checkpoint covers the whole log. Several processes may append to one log, and
 * several threads of a process to one object: what waits is written and flushed as one batch.
 */
#ifndef FWS_AUDIT_AUDIT_H
#define FWS_AUDIT_AUDIT_H

#include "base/json.h"
#include "base/pubkey.h"

#define FWS_AUDIT_LINE_MAX 16384u /* bytes, without LF */
#define FWS_AUDIT_TYPE_MAX 32u    /* bytes of an event type: [a-z.] */
#define FWS_AUDIT_NOTE_MAX 65536u /* bytes of a signed note */

/* Bytes of the checkpoint that a writer goes on from: its entry must hold it. */
#define FWS_AUDIT_CHECKPOINT_MAX 7168u

/* ---- Names and keys of logs ---- */

#define FWS_AUDIT_ORIGIN_MAX 128u /* bytes */
#define FWS_VKEY_TEXT_MAX    512u

/* True for a name a log may have: printable ASCII, 1 to 128 bytes, no blank, quote, backslash or
 * plus (which a signed note does not allow in a name). */
bool fws_origin_ok(const char *origin);

/* The short id of a log: the first 16 hexadecimal digits of SHA-256 of its origin. */
FWS_MUST_USE enum fws_status fws_origin_id(const char *origin, size_t size, char out[17],
                                           struct fws_error *err);

/* A public key that signs notes: Ed25519 (type 1) or ECDSA P-256 (type 2) of c2sp.org/signed-note. */
struct fws_vkey {
    char name[FWS_AUDIT_ORIGIN_MAX + 1]; /* the log's origin */
    uint8_t id[4];                       /* in front of each signature */
    struct fws_pubkey key;
};

/*
 * FWS_E_USAGE for a name no log may have. FWS_E_LOG_KEY for a key of another kind, and for an Ed25519
 * point of small order, under which anybody can sign, or with a y that is not below 2^255 - 19. key may
 * be out's own.
 */
FWS_MUST_USE enum fws_status fws_vkey_make(const char *name, const struct fws_pubkey *key,
                                           struct fws_vkey *out, struct fws_error *err);

/* "name+<8 hex>+<base64>", at most FWS_VKEY_TEXT_MAX bytes. FWS_E_TRUST when it is not, when the id is
 * not the key's, and for a key that fws_vkey_make refuses. */
FWS_MUST_USE enum fws_status fws_vkey_parse(const char *text, size_t size, struct fws_vkey *out,
                                            struct fws_error *err);
FWS_MUST_USE enum fws_status fws_vkey_write(const struct fws_vkey *key, struct fws_buf *out,
                                            struct fws_error *err);

/*
 * Whom to believe: c2sp.org/tlog-policy. The keys come from outside the log, never from it. A policy
 * that asks for witnesses is understood and refused, as nothing here can check one so far.
 */
struct fws_trust {
    struct fws_vkey *logs;
    size_t count;
};

#define FWS_TRUST_TEXT_MAX  262144u /* bytes of a policy */
#define FWS_TRUST_LOGS_MAX  64u     /* keys of logs */
#define FWS_TRUST_NAMES_MAX 256u    /* witnesses and groups together */

/* Read a policy; name is for messages: FWS_E_TRUST "name:LINE: ..." for whatever is wrong in it, what
 * is beyond the limits above included. out is given. */
FWS_MUST_USE enum fws_status fws_trust_parse(const char *name, const void *text, size_t size,
                                             struct fws_trust *out, struct fws_error *err);

/* Also trust key, which is copied. FWS_E_TRUST when its public key is there already, under whatever
 * name; when another key has its name and id, by which a note would mean either; and beyond
 * FWS_TRUST_LOGS_MAX. trust is then as it was. */
FWS_MUST_USE enum fws_status fws_trust_add(struct fws_trust *trust, const struct fws_vkey *key,
                                           struct fws_error *err);
void fws_trust_free(struct fws_trust *trust);

/* ---- Checkpoints and proofs ---- */

struct fws_checkpoint {
    char origin[FWS_AUDIT_ORIGIN_MAX + 1];
    uint64_t size;
    uint8_t root[32];
};

/*
 * Read a signed checkpoint and check it: by at least one trusted key whose name is the origin, and
 * no signature of a trusted key is bad, whatever that key's name.
 *
 * In this order: FWS_E_NOTE when it is no signed note, or its text no checkpoint's, whoever signed it;
 * FWS_E_NOTE_SIGNATURE for a trusted key's bad signature; FWS_E_LOG_UNKNOWN when there is none of a
 * trusted key of the origin. out is all zero but for FWS_OK.
 */
FWS_MUST_USE enum fws_status fws_checkpoint_open(const void *note, size_t size,
                                                 const struct fws_trust *trust,
                                                 struct fws_checkpoint *out, struct fws_error *err);

/* What signs checkpoints: handed in, as the log knows nothing of HSMs. */
struct fws_audit_signer {
    const struct fws_vkey *vkey;
    /*
     * Sign size bytes: Ed25519 over them, ECDSA over their SHA-256, in DER. The result is verified
     * before it is used. Called by one thread at a time; not under the log's lock.
     */
    enum fws_status (*sign)(void *context, const uint8_t *message, size_t size,
                            uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                            struct fws_error *err);
    void *context;
};

struct fws_proof {
    uint64_t index;
    size_t count;
    uint8_t hashes[53][32]; /* from the leaf's sibling up */
    struct fws_buf line;    /* the entry, without LF */
    struct fws_buf note;    /* the checkpoint */
};

#define FWS_PROOF_TEXT_MAX 102400u /* bytes of a proof file */

/*
 * The proof file, c2sp.org/tlog-proof@v1, and back. Its line "extra" holds the entry's line: that is
 * the leaf, no claim but what the proof is about. FWS_E_PROOF with the reason, also when extra is
 * missing. out is given.
 */
FWS_MUST_USE enum fws_status fws_proof_write(const struct fws_proof *proof, struct fws_buf *out,
                                             struct fws_error *err);
FWS_MUST_USE enum fws_status fws_proof_parse(const void *text, size_t size, struct fws_proof *out,
                                             struct fws_error *err);
void fws_proof_free(struct fws_proof *proof);

/*
 * Is the line an entry of the log at that index? Its form, its place in the tree, the checkpoint's
 * signature. checkpoint is what it was checked against. FWS_E_PROOF and those of
 * fws_checkpoint_open.
 */
FWS_MUST_USE enum fws_status fws_proof_check(const struct fws_proof *proof,
                                             const struct fws_trust *trust,
                                             struct fws_checkpoint *checkpoint,
                                             struct fws_error *err);

/* ---- Entries ---- */

/* An entry as it is read; all borrowed. */
struct fws_audit_entry {
    uint64_t seq;
    const char *instance; /* 16 hexadecimal digits: the writer */
    const char *time;     /* RFC 3339, UTC */
    const char *type;
    const void *data; /* a canonical object */
    size_t data_size;
    const char *line; /* without LF; not NUL-terminated */
    size_t line_size;
};

/* Take a line apart. FWS_E_LOG_TAIL, FWS_E_LOG_TAMPERED, FWS_E_LOG_UNKNOWN as in audit/line.h. */
struct fws_audit_entry_text {
    char instance[17];
    char time[28];
    char type[FWS_AUDIT_TYPE_MAX + 1];
};
FWS_MUST_USE enum fws_status fws_audit_entry_read(const void *line, size_t size,
                                                  struct fws_audit_entry_text *text,
                                                  struct fws_audit_entry *out,
                                                  struct fws_error *err);

/* An entry to be written. */
struct fws_audit_body {
    const char *type; /* "sign.intent"; those of log. are the log's own */
    const void *data; /* a canonical JSON object, written with base/json.h; borrowed */
    size_t size;
    uint64_t seq; /* out: the entry's index */
};

/*
 * What decisions need to know of the past, folded out of the entries: versions signed, budgets. The
 * log keeps a snapshot of it, whose digest is an entry, so that a start need not read all; it is
 * made anew from the entries when anything about it is not right. One that would be larger than a
 * mebibyte is not made: then each start reads all.
 */
struct fws_audit_fold {
    void *context;
    void (*reset)(void *context);
    enum fws_status (*apply)(void *context, const struct fws_audit_entry *entry,
                             struct fws_error *err);
    /* Members of an object that is open, in byte order; and back from that object. Anything but
     * FWS_OK from load: the snapshot is not used. */
    void (*save)(void *context, struct fws_json *json);
    enum fws_status (*load)(void *context, const void *object, size_t size, struct fws_error *err);
};

/* ---- Writing ---- */

struct fws_audit;

struct fws_audit_options {
    const char *directory;
    unsigned lock_deadline_ms;             /* 0 = FWS_AUDIT_LOCK_MS */
    uint64_t segment_limit_bytes;          /* 0 = FWS_AUDIT_SEGMENT_LIMIT; then a new one begins */
    const struct fws_trust *trust;         /* keys whose checkpoints are believed; kept */
    const struct fws_audit_signer *signer; /* NULL: this object makes no checkpoints; kept */
    const struct fws_audit_fold *fold;     /* or NULL; kept */
    const char *high_water;                /* file outside the log with the newest checkpoint this
                                              user has seen, or NULL; kept */
    uint64_t snapshot_every;               /* entries; 0 = FWS_AUDIT_SNAPSHOT_EVERY */
};

#define FWS_AUDIT_LOCK_MS        30000u
#define FWS_AUDIT_SEGMENT_LIMIT  67108864u
#define FWS_AUDIT_SNAPSHOT_EVERY 1024u
#define FWS_AUDIT_RESERVE        65536u /* kept free for what must find place on a full disk */
#define FWS_AUDIT_OUTCOME_ROOM   4096u  /* kept free besides for each open intent */

struct fws_audit_genesis {
    const char *origin;
    const struct fws_audit_signer *signer; /* its key is the log's first */
    const uint8_t *policy;                 /* SHA-256 of the policy in force, or NULL */
};

/*
 * Create directory, lock and the first segment with its log.genesis entry, and sign the first
 * checkpoint. FWS_E_EXISTS when there is a log; FWS_E_USAGE when origin is not fws_origin_ok,
 * FWS_E_LOG_KEY when it is not the key's name. The folder above must exist. When the checkpoint
 * cannot be signed nothing is left behind.
 */
FWS_MUST_USE enum fws_status fws_audit_create(const char *directory,
                                              const struct fws_audit_genesis *genesis,
                                              struct fws_error *err);

/*
 * Open for appending. FWS_E_LOG_UNAVAILABLE when it is missing, unreadable, read-only or full;
 * FWS_E_LOG_TAMPERED when its end does not belong to its beginning, it does not reproduce its
 * checkpoint, or it is behind the high-water mark; FWS_E_LOG_UNKNOWN without a trusted key's
 * checkpoint. options is copied.
 *
 * What is read is the end of the log from the newest checkpoint on, if the caches are in order; all
 * of it otherwise. A torn end is no error here: the first append records it.
 */
FWS_MUST_USE enum fws_status fws_audit_open(const struct fws_audit_options *options,
                                            struct fws_audit **out, struct fws_error *err);

/*
 * Append one entry and wait until it is durable. Any number of threads.
 *
 * seq   the entry's index; may be NULL
 *
 * FWS_E_LOG_UNAVAILABLE: the entry may or may not be on the disk; this log object appends nothing
 * more. Two cases leave it usable, as nothing was written: the lock's deadline passed, and there is
 * no room for the entry. FWS_E_LOG_TAMPERED: what others appended does not follow; nothing more is
 * appended. FWS_E_INTERNAL, FWS_E_TOO_LARGE: type or body are not as above; nothing was written.
 * FWS_E_INTERRUPTED: a stop was asked for while waiting for the lock; nothing was written.
 *
 * Room is kept free for types that end in .outcome or .unresolved, for admin.freeze and the log's
 * own: they find place where the entry that began the matter found it.
 */
FWS_MUST_USE enum fws_status fws_audit_append(struct fws_audit *log, const char *type,
                                              const void *body, size_t size, uint64_t *seq,
                                              struct fws_error *err);

/* The same for several, in one batch: all or none. seq of each is set. */
FWS_MUST_USE enum fws_status fws_audit_append_all(struct fws_audit *log,
                                                  struct fws_audit_body *bodies, size_t count,
                                                  struct fws_error *err);

/*
 * Decide, and append what was decided, under the log's lock: the fold is then what all entries say,
 * and no other process can come in between.
 *
 * decide  gives the entry to append (valid until this returns). Anything but FWS_OK is handed back
 *         to the caller and nothing is appended. It runs in whichever thread leads the batch and
 *         must not call the log.
 */
typedef enum fws_status fws_audit_decide_fn(void *context, struct fws_audit_body *out,
                                            struct fws_error *err);
FWS_MUST_USE enum fws_status fws_audit_decide(struct fws_audit *log, fws_audit_decide_fn *decide,
                                              void *context, uint64_t *seq, struct fws_error *err);

/* Several decisions in one batch, in this order; each has a result of its own. */
struct fws_audit_matter {
    fws_audit_decide_fn *decide;
    void *context;
    uint64_t seq; /* out, when err.status is FWS_OK */
    struct fws_error err;
};
void fws_audit_decide_all(struct fws_audit *log, struct fws_audit_matter *matters, size_t count);

/*
 * Wait for a signed checkpoint that covers all this object has appended; one that another process
 * made will do. Before it is signed the new lines have been read back from the file and hashed, and
 * they extend the last checkpoint's tree.
 *
 * FWS_E_LOG_UNSEALED with the signer's words when it cannot be signed or kept: entries stay on
 * record, nothing may be released. The log object stays usable. FWS_E_LOG_TAMPERED as above.
 */
FWS_MUST_USE enum fws_status fws_audit_checkpoint(struct fws_audit *log, struct fws_error *err);

/* Called for each whole line, in order; line has no LF and lives during the call. Anything but
 * FWS_OK stops. */
typedef enum fws_status fws_audit_each_fn(void *context, uint64_t seq, const char *line,
                                          size_t size, struct fws_error *err);

/* Hand each line of the log as it is now to each. */
FWS_MUST_USE enum fws_status fws_audit_scan(struct fws_audit *log, fws_audit_each_fn *each,
                                            void *context, struct fws_error *err);

/* The proof that entry seq (one of the checkpointed) is in the log; given. */
FWS_MUST_USE enum fws_status fws_audit_prove(struct fws_audit *log, uint64_t seq,
                                             struct fws_proof *out, struct fws_error *err);

/*
 * Hand the log over to the next key. Both keys sign the entry; checkpoints are signed by next from
 * here on, the one that covers the entry by both. next is kept.
 */
FWS_MUST_USE enum fws_status fws_audit_rotate(struct fws_audit *log,
                                              const struct fws_audit_signer *next,
                                              struct fws_error *err);

/*
 * A person has seen the marks of crashes there are: recoveries, entries without a checkpoint,
 * unresolved intents. What a torn end calls for is recorded first. FWS_E_NOT_FOUND when there is
 * none. marks is their number. With the checkpoint that covers the entry.
 */
FWS_MUST_USE enum fws_status fws_audit_acknowledge(struct fws_audit *log, const char *by,
                                                   const char *note, uint64_t *marks,
                                                   struct fws_error *err);

/* Ask for a checkpoint also of what others appended, or that one be made after a crash. */
FWS_MUST_USE enum fws_status fws_audit_settle(struct fws_audit *log, struct fws_error *err);

/* What went wrong without keeping anything from being done, for the user; "" when nothing did. Lives
 * as long as log; while no other thread is using that. */
const char *fws_audit_warning(const struct fws_audit *log);

/* How many intents of writers that are gone this object has recorded as unresolved. Any thread. */
uint64_t fws_audit_unresolved(struct fws_audit *log);

/* Also when the last checkpoint could not be had: says so in the log, as the last entry. */
void fws_audit_close(struct fws_audit **log);

/* ---- Reading: never creates or changes a file ---- */

enum fws_audit_verdict {
    FWS_AUDIT_INTACT,      /* exit 0 */
    FWS_AUDIT_CRASH_TAIL,  /* exit 14: a crash left its mark, not acknowledged so far */
    FWS_AUDIT_TAMPERED,    /* exit 15 */
    FWS_AUDIT_CANNOT_TELL, /* exit 16 */
};

#define FWS_PLACE_SIZE 160u

struct fws_audit_report {
    enum fws_audit_verdict verdict;
    uint64_t since;   /* entries before this one were not looked at */
    uint64_t entries; /* good entries from the beginning on */
    uint64_t covered; /* of them by the newest checkpoint */
    uint64_t pending; /* of the others: by writers that are at work */
    uint64_t segments;
    uint64_t recoveries, acknowledged; /* marks of crashes */
    uint64_t unresolved;               /* sign.unresolved entries */
    bool anchored;                     /* a checkpoint from outside the log was compared */
    char origin[FWS_AUDIT_ORIGIN_MAX + 1];
    uint8_t head[32];           /* leaf hash of the last good entry */
    uint8_t root[32];           /* of the covered entries */
    char place[FWS_PLACE_SIZE]; /* "seg/...jsonl:LINE" of the first fault; "" when intact */
    char why[256];              /* the fault in words */
};

struct fws_audit_outside {
    const char *name; /* for messages */
    const void *note;
    size_t size;
};

struct fws_audit_verify_options {
    const struct fws_trust *trust;           /* NULL: cannot tell */
    const struct fws_audit_outside *outside; /* checkpoints that were kept elsewhere */
    size_t outside_count;
    /* A checkpoint up to which an earlier verification found all in order, or NULL: only what came
     * since is looked at, where the caches allow it. Marks of crashes before it are not counted. */
    const struct fws_audit_outside *since;
    bool strict; /* also check each line's canonical form in full */
    /* Called now and then; anything but FWS_OK stops. May be NULL. */
    enum fws_status (*progress)(void *context, uint64_t bytes, uint64_t total,
                                struct fws_error *err);
    void *context;
};

/*
 * Check every line, every checkpoint, and the tree. Works while others append: the shared lock is
 * taken before a crash is said. The verdict is in report; FWS_OK also when it is bad. Only lack of
 * memory and the like is an error.
 */
FWS_MUST_USE enum fws_status fws_audit_verify(const char *directory,
                                              const struct fws_audit_verify_options *options,
                                              struct fws_audit_report *report,
                                              struct fws_error *err);

/*
 * Read the log from entry `from` on without checking the chain. Torn remains at the end of a segment
 * are passed over. FWS_E_LOG_UNKNOWN when it cannot be read whole: a file is missing or unreadable,
 * or a damaged line stands before a good one. from at the end or behind: nothing to read.
 */
FWS_MUST_USE enum fws_status fws_audit_each_from(const char *directory, uint64_t from,
                                                 fws_audit_each_fn *each, void *context,
                                                 struct fws_error *err);
FWS_MUST_USE enum fws_status fws_audit_each(const char *directory, fws_audit_each_fn *each,
                                            void *context, struct fws_error *err);

/* One entry's line, found in time logarithmic in the log's size. FWS_E_NOT_FOUND behind the end. */
FWS_MUST_USE enum fws_status fws_audit_find(const char *directory, uint64_t seq,
                                            struct fws_buf *line, struct fws_error *err);

/* The proof of entry seq under the newest checkpoint, by who only reads. FWS_E_NOT_FOUND when the
 * entry is not covered so far. */
FWS_MUST_USE enum fws_status fws_audit_prove_in(const char *directory, uint64_t seq,
                                                const struct fws_trust *trust,
                                                struct fws_proof *out, struct fws_error *err);

/*
 * Append the proof that the newest checkpoint's tree extends that of an older one: RFC 6962 2.1.2, a
 * hash in base64 a line, none when both are of one size. newest is what it leads to.
 * FWS_E_LOG_TAMPERED when the log does not reproduce the older one, or is shorter.
 */
FWS_MUST_USE enum fws_status fws_audit_extends(const char *directory,
                                               const struct fws_checkpoint *older,
                                               const struct fws_trust *trust, struct fws_buf *out,
                                               struct fws_checkpoint *newest,
                                               struct fws_error *err);

/* Derive the files of c2sp.org/tlog-tiles of the newest checkpoint's tree into folder (made). */
FWS_MUST_USE enum fws_status fws_audit_tiles(const char *directory, const char *folder,
                                             const struct fws_trust *trust, struct fws_error *err);

#endif

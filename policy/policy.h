/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be signed: one YAML file per product, and a pure decision.
 *
 *     fws_policy_set_load(&set, "policy", err);              all products
 *     policy = fws_policy_find(&set, product, key, err);     the one that counts
 *     fws_content_read(policy, payload, size, &content);     what the bytes say, in one pass
 *     fws_policy_decide(policy, &facts, &decision);          no I/O: facts in, decision out
 *
 * Loading knows files, deciding knows none: decide.c can be tested as a table of cases. What is not
 * said in a file is the careful choice, and a rule can only take away: adding one never turns a
 * refusal into an acceptance.
 */
#ifndef FWS_POLICY_POLICY_H
#define FWS_POLICY_POLICY_H

#include "base/yaml.h"
#include "format/format.h"

/* ---- The file ---- */

enum fws_policy_header { FWS_POLICY_HEADER_PREPEND, FWS_POLICY_HEADER_RESERVED };

/* How the device takes a new image, which says how long the trailer is. */
enum fws_policy_upgrade { FWS_POLICY_OVERWRITE, FWS_POLICY_SWAP };

enum fws_policy_pad { FWS_POLICY_PAD_NONE, FWS_POLICY_PAD_SLOT, FWS_POLICY_PAD_CONFIRM };

/* A slot that is filled is a file as large: no more than `verify` reads. */
#define FWS_POLICY_PAD_MAX_SIZE 67108864u

/* AUTO: the hash that the key's algorithm asks for. */
enum fws_policy_hash {
    FWS_POLICY_HASH_AUTO,
    FWS_POLICY_HASH_SHA256,
    FWS_POLICY_HASH_SHA384,
    FWS_POLICY_HASH_SHA512,
};

enum fws_policy_key_form { FWS_POLICY_KEY_HASH, FWS_POLICY_KEY_FULL };

enum fws_policy_build {
    FWS_POLICY_BUILD_ALLOWED,
    FWS_POLICY_BUILD_REQUIRED,
    FWS_POLICY_BUILD_FORBIDDEN
};

/* OPTION: --security-counter may be given; REQUIRED: it must; VERSION: made from the version. */
enum fws_policy_counter {
    FWS_POLICY_COUNTER_OPTION,
    FWS_POLICY_COUNTER_REQUIRED,
    FWS_POLICY_COUNTER_VERSION,
    FWS_POLICY_COUNTER_NONE,
};

enum fws_version_source_kind {
    FWS_VERSION_FROM_OPTION, /* --fw-version */
    FWS_VERSION_FROM_FILE,   /* "file: PATH": first line of a file, relative to the policy's base */
    FWS_VERSION_FROM_GIT,    /* git describe of the working folder: tag vX.Y.Z or X.Y.Z */
};

struct fws_version_source {
    enum fws_version_source_kind kind;
    const char *path; /* FWS_VERSION_FROM_FILE; borrowed from the policy */
};

#define FWS_VERSION_SOURCES_MAX 8u
#define FWS_CHANNEL_DEFAULT     "stable" /* of a policy that names no channels */

/* A moment that a file names: a day (its first moment, UTC) or an RFC 3339 time. */
struct fws_policy_time {
    char *text; /* NULL: not given */
    int64_t time_us;
};

/* Relaxations, by name in `allow`. */
#define FWS_POLICY_ALLOW_IMPORTED      1u
#define FWS_POLICY_ALLOW_MULTI_PURPOSE 2u
#define FWS_POLICY_ALLOW_SOFTWARE      4u

/* A key that may sign. */
struct fws_policy_key {
    char *name; /* as the configuration names it, or a PKCS#11 URI */
    struct fws_yaml_place at, at_from, at_until, at_allow, at_hsm_firmware;
    struct fws_policy_time from, until; /* until is the first moment that is too late */
    struct fws_yaml_texts allow;
    unsigned allowed;   /* FWS_POLICY_ALLOW_ bits */
    char *hsm_firmware; /* the least, as "2.4" or "2.4.1"; NULL: any */
};

/* Bytes that a payload must or must not hold. */
struct fws_policy_pattern {
    char *name;
    struct fws_yaml_place at;
    char *text; /* as it stands in the file; with hex NULL too the name is the text */
    char *hex;
    uint8_t *bytes; /* given: freed by fws_policy_free */
    size_t size;    /* FWS_PATTERN_MIN_SIZE..FWS_PATTERN_MAX_SIZE */
};

#define FWS_PATTERN_MIN_SIZE 4u
#define FWS_PATTERN_MAX_SIZE 256u
#define FWS_PATTERNS_MAX     64u /* of a policy, with those that fwsign looks for by itself */

/* Memory that may hold the initial stack. */
struct fws_policy_ram {
    char *name;
    struct fws_yaml_place at;
    struct fws_yaml_range range;
};

/* A protected TLV that every image carries. */
struct fws_policy_tlv {
    char *name; /* its tag, as a number */
    struct fws_yaml_place at;
    char *hex;
    uint16_t tag;
    uint8_t *bytes; /* given: freed by fws_policy_free */
    size_t size;
};

/* "Mon-Fri 08:00-18:00", UTC. */
struct fws_policy_window {
    unsigned days;        /* bit 0 is Monday */
    unsigned from, until; /* minutes of the day, until not included, 24:00 is 1440 */
};

#define FWS_POLICY_WINDOWS_MAX 16u
#define FWS_HARDWARE_TEXT_SIZE 33u /* of a hardware revision, with NUL */

struct fws_policy {
    char *path;         /* of the file, for messages */
    uint8_t digest[32]; /* SHA-256 of the file's bytes: what the log names */
    char *product;
    uint64_t serial; /* of this policy; never below the highest that signed */
    bool has_serial;
    struct fws_yaml_texts channels; /* the first is the default; none: FWS_CHANNEL_DEFAULT */
    struct fws_yaml_named keys;     /* struct fws_policy_key */
    bool allow_fresh;               /* a second signature over the same bytes may be asked for */

    struct {
        char *vendor_id; /* UUIDs or names as written, put into the image; NULL: none */
        char *class_id;
        struct {
            bool given;
            uint64_t offset; /* into the payload */
            char *text, *hex;
            uint8_t *bytes; /* given: freed by fws_policy_free */
            size_t size;    /* 1..FWS_PATTERN_MAX_SIZE */
        } marker;
        struct fws_yaml_texts revisions; /* hardware the firmware may be for; none: not asked */
        bool has_hardware_offset;
        uint64_t hardware_offset; /* where the payload names it; else --hardware does */
    } identity;

    struct {
        int header;                      /* enum fws_policy_header */
        uint64_t header_size;            /* 32..65535, multiple of 4 */
        uint64_t slot_size;              /* bytes */
        uint64_t align;                  /* of the flash's writes: 1, 2, 4, 8, 16, 32 */
        int upgrade;                     /* enum fws_policy_upgrade */
        uint64_t max_sectors;            /* of a slot, for the status of a swap */
        int pad;                         /* enum fws_policy_pad */
        uint64_t erased;                 /* 0x00 or 0xff: header padding and gaps */
        int hash;                        /* enum fws_policy_hash */
        int key_form;                    /* enum fws_policy_key_form */
        bool resign;                     /* inputs that are images already are taken */
        struct fws_yaml_range addresses; /* of an Intel HEX or ELF file that count */
        struct fws_yaml_named tlvs;      /* struct fws_policy_tlv */
    } format;

    struct {
        struct fws_yaml_texts from;
        struct fws_version_source sources[FWS_VERSION_SOURCES_MAX];
        size_t source_count;
        char *minimum_text;
        struct fws_version minimum;
        bool has_minimum;
        char *floor_text;
        struct fws_version floor; /* what is below is known to be bad: not even handed out again */
        bool has_floor;
        bool increasing; /* each version signed is above all before it in its channel */
        int build;       /* enum fws_policy_build: the +BUILD part */
    } version;

    struct {
        int from; /* enum fws_policy_counter */
        uint64_t minimum;
        bool may_fall;
    } counter;

    struct {
        uint64_t min_size; /* of the payload, bytes */
        uint64_t max_size; /* 0: what the slot holds */
        bool allow_blank;  /* also a payload of one byte repeated */
        bool allow_private_keys;
        struct {
            struct fws_yaml_named ram; /* struct fws_policy_ram; none: not asked */
            bool has_address;
            uint64_t address; /* where the payload's first byte runs */
        } cortex_m;
        struct {
            bool has_address, has_entry;
            uint64_t address; /* where the payload's first byte runs */
            uint64_t entry;   /* where it begins to run */
        } riscv;
        struct fws_yaml_named must_contain, must_not_contain; /* struct fws_policy_pattern */
        struct fws_scan *scan; /* all patterns, compiled; given: freed by fws_policy_free */
    } content;

    struct fws_yaml_texts callers; /* who may ask; none: everyone */
    struct {
        struct fws_policy_time from, until; /* until is the first moment that is too late */
        struct fws_yaml_texts windows_text;
        struct fws_policy_window windows[FWS_POLICY_WINDOWS_MAX];
        size_t window_count;
    } when;
    struct {
        uint64_t hour, day, release; /* signatures; 0: no limit */
    } budget;

    /* where each rule stands, for messages and decisions */
    struct {
        struct fws_yaml_place product, serial, channels, keys, allow_fresh, vendor_id, class_id,
            marker, marker_offset, revisions, hardware_offset, header, header_size, slot_size,
            align, erased, hash, pad, resign, tlvs, from, minimum, floor, increasing, build,
            counter_from, counter_minimum, may_fall, min_size, max_size, allow_blank,
            allow_private_keys, ram, cortex_address, riscv_address, riscv_entry, must_contain,
            must_not_contain, callers, when_from, when_until, windows, hour, day, release;
    } at;
};

/* The table behind the file; for the reference, init's sample and completion. */
extern const struct fws_yaml_field fws_policy_fields[];

/* Load one file. FWS_E_POLICY_INVALID with file:line:col, FWS_E_NOT_FOUND, FWS_E_IO. */
FWS_MUST_USE enum fws_status fws_policy_load(const char *path, struct fws_policy *out,
                                             struct fws_error *err);
FWS_MUST_USE enum fws_status fws_policy_parse(const char *name, const void *text, size_t size,
                                              struct fws_policy *out, struct fws_error *err);
void fws_policy_free(struct fws_policy *policy);

struct fws_policy_set {
    struct fws_policy *policies;
    size_t count;
};

/* Load every *.yaml of a folder, in name order. Two files with one product are an error. */
FWS_MUST_USE enum fws_status fws_policy_set_load(const char *directory, struct fws_policy_set *out,
                                                 struct fws_error *err);
void fws_policy_set_free(struct fws_policy_set *set);

/*
 * product NULL: the only product that lists key. FWS_E_PRODUCT naming the products otherwise.
 * *out is borrowed from set.
 */
FWS_MUST_USE enum fws_status fws_policy_find(const struct fws_policy_set *set, const char *product,
                                             const char *key, const struct fws_policy **out,
                                             struct fws_error *err);

/* What the policy says of a key; NULL: it does not list it (key NULL too). Borrowed. */
const struct fws_policy_key *fws_policy_key(const struct fws_policy *policy, const char *key);

/* Bytes at the slot's end that an image leaves free. */
uint64_t fws_policy_trailer_size(const struct fws_policy *policy);

/* The channel of a request: asked when it is not NULL, else the policy's default. */
const char *fws_policy_channel(const struct fws_policy *policy, const char *asked);

/* ---- What the bytes say ---- */

/*
 * Facts about a payload, found in one pass over it.
 *
 * found holds the offset of the first occurrence of each pattern, SIZE_MAX for none: first those of
 * must-contain, then those of must-not-contain, then the headers of private keys.
 */
struct fws_content {
    bool partial; /* from a record: only size, constant and vectors are known */
    size_t size;
    bool constant; /* one byte repeated; an empty payload is not */
    uint8_t constant_byte;
    bool has_vectors; /* there are two words: */
    uint32_t stack_pointer, reset_vector;
    bool marker;                           /* it stands where the policy says */
    char hardware[FWS_HARDWARE_TEXT_SIZE]; /* the revision the payload names; "" none */
    bool entry_inside;                     /* the RISC-V entry has an instruction: */
    uint16_t entry_code;                   /* its first half */
    size_t found[FWS_PATTERNS_MAX];
};

/* entry: where an ELF input begins to run, NULL: it is none and the policy's entry counts. */
void fws_content_read(const struct fws_policy *policy, const uint32_t *entry, const void *payload,
                      size_t size, struct fws_content *out);

/* ---- Decision ---- */

/*
 * What a decision is made from. All pointers are borrowed.
 *
 * What is not known refuses, unless the question is tentative: then its rules are not asked.
 */
struct fws_facts {
    bool tentative; /* a preview or a test: what is not known is not asked */
    bool replay;    /* the same was signed before: only revocation and time are asked */
    bool fresh;     /* a new signature is asked for though there is one */

    bool enforced;      /* a policy without serial is refused */
    const char *caller; /* NULL: not known */
    bool has_time;
    int64_t time_us; /* now, microseconds since 1970 */

    const char *key; /* name or URI as the policy lists it */
    bool key_software;
    const uint8_t *key_spki;  /* SHA-256 of its SubjectPublicKeyInfo; NULL: not known */
    const char *hsm_firmware; /* NULL: not known */

    const char *channel;
    struct fws_version version;
    const char *version_conflict; /* of fws_policy_version; NULL: none */
    bool has_counter;
    uint32_t counter;
    const char *hardware; /* --hardware; NULL: not said */

    bool input_is_image;            /* the input carries the MCUboot magic */
    const uint8_t *input_vendor_id; /* 16 bytes: the TLVs it has already; NULL: none */
    const uint8_t *input_class_id;
    const uint8_t *vendor_id; /* 16 bytes: what the policy's names come to; NULL: none */
    const uint8_t *class_id;
    bool has_entry; /* an ELF input says where it begins to run */
    uint32_t entry;
    bool has_sizes;
    size_t image_size;                 /* header, payload, TLVs at their largest */
    size_t trailer_size;               /* bytes reserved at the slot's end */
    const struct fws_content *content; /* NULL: not known */

    /* What the log says. */
    bool has_history; /* false: not known */
    const struct fws_version
        *last_version;     /* the highest of the channel that was signed or is being
                                             * signed; NULL: none */
    uint64_t last_entry;   /* its entry */
    bool reserved;         /* this version was begun for these very bytes */
    bool has_last_counter; /* the highest of the product */
    uint32_t last_counter;
    bool has_last_serial; /* the highest serial of a policy that signed; 0 when there is none */
    uint64_t last_serial;
    uint64_t hour_count, day_count; /* signatures in this hour and day, UTC */
    uint64_t release_count;         /* signatures of this version in its channel */
};

enum fws_answer { FWS_ANSWER_FAIL, FWS_ANSWER_PASS, FWS_ANSWER_NOT_ASKED };

#define FWS_DECISION_REASONS_MAX 64u
#define FWS_DECISION_RULE_SIZE   96u
#define FWS_DECISION_TEXT_SIZE   160u

struct fws_decision_reason {
    char rule[FWS_DECISION_RULE_SIZE]; /* "version.minimum": the path of the key */
    enum fws_answer answer;
    struct fws_yaml_place place; /* of the rule in the policy file */
    char expected[FWS_DECISION_TEXT_SIZE];
    char seen[FWS_DECISION_TEXT_SIZE];
};

struct fws_decision {
    bool allowed;           /* every rule asked passed, and at least one was */
    enum fws_status status; /* FWS_OK; FWS_E_CALLER when the caller is refused, FWS_E_BUDGET when
                             * nothing else is, FWS_E_POLICY_DENIED */
    size_t reason_count;
    struct fws_decision_reason reasons[FWS_DECISION_REASONS_MAX]; /* in the order of the rules */
};

void fws_policy_decide(const struct fws_policy *policy, const struct fws_facts *facts,
                       struct fws_decision *out);

/* The same, with every rule there is: what the policy does not say is not asked. */
void fws_policy_explain(const struct fws_policy *policy, const struct fws_facts *facts,
                        struct fws_decision *out);

/* One sentence naming every failing rule: "version.minimum (policy/pump.yaml:9:12): expected at
 * least 1.2.0, saw 1.1.9; ...". Sets err to the decision's status and returns it. */
enum fws_status fws_decision_error(const struct fws_policy *policy,
                                   const struct fws_decision *decision, struct fws_error *err);

/* "PATH:LINE:COLUMN", or "PATH" for a rule that is not in the file. */
#define FWS_POLICY_PLACE_SIZE 320u
const char *fws_policy_place_text(const struct fws_policy *policy, struct fws_yaml_place place,
                                  char out[FWS_POLICY_PLACE_SIZE]);

/* ---- Where the version comes from ---- */

/*
 * The version from the policy's sources in order: the first that yields one counts.
 *
 * option    --fw-version's text or NULL
 * base_dir  paths of "file:" sources are relative to it; git runs there
 * conflict  what the option is, when it is no source or not what the source that counts says; ""
 *           when all is well. For fws_facts.version_conflict: the decision refuses it
 *
 * FWS_E_VERSION_SYNTAX naming the source; FWS_E_USAGE naming the sources when none yields a version.
 */
FWS_MUST_USE enum fws_status fws_policy_version(const struct fws_policy *policy, const char *option,
                                                const char *base_dir, struct fws_version *out,
                                                char conflict[FWS_DECISION_TEXT_SIZE],
                                                struct fws_error *err);

#include "policy/cases.h"

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be signed: one YAML file per product, and a pure decision.
 *
 *     fws_policy_set_load(&set, "policy", err);              all products
 *     policy = fws_policy_find(&set, product, key, err);     the one that counts
 *     fws_policy_decide(policy, &facts, &decision);          no I/O: facts in, decision out
 *
 * Loading knows files, deciding knows none: decide.c can be tested as a table of cases.
 */
#ifndef FWS_POLICY_POLICY_H
#define FWS_POLICY_POLICY_H

#include "base/yaml.h"
#include "format/format.h"

enum fws_policy_header { FWS_POLICY_HEADER_PREPEND, FWS_POLICY_HEADER_RESERVED };

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

struct fws_policy {
    char *path;         /* of the file, for messages */
    uint8_t digest[32]; /* SHA-256 of the file's bytes: what the log names */
    char *product;
    struct fws_yaml_texts keys; /* names of the configuration, or URIs */
    bool allow_imported, allow_multi_purpose, allow_software_keys;
    int header;                      /* enum fws_policy_header */
    uint64_t header_size;            /* 32..65535, multiple of 4 */
    uint64_t slot_size;              /* bytes */
    uint64_t erased;                 /* 0x00 or 0xff: header padding and HEX gaps */
    bool resign;                     /* inputs that are images already are taken */
    struct fws_yaml_range hex_range; /* addresses of an Intel HEX file that count */
    char *vendor_id;                 /* UUIDs or names as written, put into the image; NULL: none */
    char *class_id;
    struct fws_yaml_texts version_from;
    struct fws_version_source sources[FWS_VERSION_SOURCES_MAX];
    size_t source_count;
    char *version_minimum_text;
    struct fws_version version_minimum;
    bool has_version_minimum;
    bool version_increasing; /* each version signed is above all before it */
    /* where each rule stands, for messages and decisions */
    struct fws_yaml_place at_product, at_keys, at_allow_software_keys, at_header_size, at_slot_size,
        at_erased, at_resign, at_version_from, at_version_minimum, at_version_increasing;
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

/* ---- Decision ---- */

struct fws_facts {
    const char *key; /* name or URI as the policy lists it */
    bool key_software;
    struct fws_version version;
    bool input_is_image; /* the input carries the MCUboot magic */
    size_t payload_size; /* bytes after the header */
    size_t image_size;   /* header, payload, TLVs at their largest */
    size_t trailer_size; /* bytes reserved at the slot's end */
    /* The product's highest version that was signed or is being signed, and the log's entry of it;
     * NULL: there is none. Borrowed. */
    const struct fws_version *last_version;
    uint64_t last_entry;
};

#define FWS_DECISION_REASONS_MAX 16u
#define FWS_DECISION_TEXT_SIZE   160u

struct fws_decision_reason {
    const char *rule; /* "version.minimum": the path of the key */
    bool pass;
    struct fws_yaml_place place; /* of the rule in the policy file */
    char expected[FWS_DECISION_TEXT_SIZE];
    char seen[FWS_DECISION_TEXT_SIZE];
};

struct fws_decision {
    bool allowed; /* every rule asked passed, and at least one was */
    size_t reason_count;
    struct fws_decision_reason reasons[FWS_DECISION_REASONS_MAX]; /* all rules asked, in order */
};

void fws_policy_decide(const struct fws_policy *policy, const struct fws_facts *facts,
                       struct fws_decision *out);

/* One sentence naming every failing rule: "version.minimum (policy/pump.yaml:9:12): expected at
 * least 1.2.0, saw 1.1.9; ...". Sets err to FWS_E_POLICY_DENIED and returns it. */
enum fws_status fws_decision_error(const struct fws_policy *policy,
                                   const struct fws_decision *decision, struct fws_error *err);

/*
 * The version from the policy's sources in order: the first that yields one counts.
 *
 * option   --fw-version's text or NULL
 * base_dir paths of "file:" sources are relative to it; git runs there
 *
 * FWS_E_VERSION_SYNTAX naming the source; FWS_E_POLICY_DENIED when option is given but is no
 * source; FWS_E_USAGE naming the sources when none yields a version.
 */
FWS_MUST_USE enum fws_status fws_policy_version(const struct fws_policy *policy, const char *option,
                                                const char *base_dir, struct fws_version *out,
                                                struct fws_error *err);

#endif

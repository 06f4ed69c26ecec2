/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust policies, c2sp.org/tlog-policy. Witnesses, groups and the quorum are read and judged in full,
 * so that a file is refused for what is wrong in it; then a quorum of witnesses is refused, as nothing
 * here can check a cosignature so far: to ignore it would be to trust less than was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/note.h"
#include "audit/plain.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/hex.h"

/* ---- Sets of keys ---- */

void fws_trust_free(struct fws_trust *trust)
{
    free(trust->logs);
    *trust = (struct fws_trust){0};
}

static bool same_key(const struct fws_vkey *a, const struct fws_vkey *b)
{
    return a->key.spki_size == b->key.spki_size &&
           memcmp(a->key.spki, b->key.spki, a->key.spki_size) == 0;
}

/* A note names its key by these alone: with two of them, one would be checked against the other. */
static bool same_name(const struct fws_vkey *a, const struct fws_vkey *b)
{
    return strcmp(a->name, b->name) == 0 && memcmp(a->id, b->id, sizeof a->id) == 0;
}

enum fws_status fws_trust_add(struct fws_trust *trust, const struct fws_vkey *key,
                              struct fws_error *err)
{
    for (size_t i = 0; i < trust->count; i++) {
        if (same_key(&trust->logs[i], key)) {
            return fws_error_set(err, FWS_E_TRUST, "the key of log '%s' stands twice", key->name);
        }
        if (same_name(&trust->logs[i], key)) {
            return fws_error_set(err, FWS_E_TRUST, "two keys of log '%s' have one id", key->name);
        }
    }
    if (trust->count >= FWS_TRUST_LOGS_MAX) {
        return fws_error_set(err, FWS_E_TRUST, "more than %u logs", FWS_TRUST_LOGS_MAX);
    }
    struct fws_vkey *logs = realloc(trust->logs, (trust->count + 1) * sizeof *logs);

    if (logs == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a log's key");
    }
    logs[trust->count++] = *key;
    trust->logs = logs;
    return FWS_OK;
}

/* ---- Policies ---- */

/* What a witness or a group is called; names share one space. */
struct name {
    struct fws_reader text;
    bool is_member;  /* of a group: at most once */
    bool is_witness; /* then key is there */
    uint8_t key[32]; /* SHA-256 of its public key */
};

struct policy {
    struct name names[FWS_TRUST_NAMES_MAX];
    size_t name_count;
    size_t line;        /* from 1 */
    size_t quorum_line; /* 0: none so far */
    bool quorum_is_none;
    struct fws_trust trust;
};

static enum fws_status bad(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_TRUST, "%s", why);
}

static enum fws_status bad_word(struct fws_error *err, const struct fws_reader *word,
                                const char *why)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    return fws_error_set(err, FWS_E_TRUST, "'%s' %s",
                         fws_error_quote((const char *)word->data, word->left, quoted), why);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* The next word of a line; false behind the last one. */
static bool next_word(struct fws_reader *line, struct fws_reader *out)
{
    struct fws_reader ahead = *line;
    size_t size = 0;

    while (ahead.left > 0 && is_blank(fws_reader_u8(&ahead))) {
        fws_reader_skip(line, 1);
    }
    ahead = *line;
    while (ahead.left > 0 && !is_blank(fws_reader_u8(&ahead))) {
        size++;
    }
    *out = fws_reader_slice(line, size);
    return size > 0;
}

static bool at_end(const struct fws_reader *line)
{
    struct fws_reader rest = *line;
    struct fws_reader word;

    return !next_word(&rest, &word);
}

/* An URL may follow, of which nothing is asked; then the line ends. */
static enum fws_status end_behind_url(struct fws_reader *line, struct fws_error *err)
{
    struct fws_reader url;

    (void)next_word(line, &url);
    return at_end(line) ? FWS_OK : bad(err, "more words than a key and an URL");
}

static bool same_text(const struct fws_reader *a, const struct fws_reader *b)
{
    return a->left == b->left && fws_reader_starts_with(a, b->data, b->left);
}

static struct name *find(struct policy *policy, const struct fws_reader *text)
{
    for (size_t i = 0; i < policy->name_count; i++) {
        if (same_text(&policy->names[i].text, text)) {
            return &policy->names[i];
        }
    }
    return NULL;
}

static enum fws_status define(struct policy *policy, const struct name *name, struct fws_error *err)
{
    if (fws_plain_is(&name->text, "none") || find(policy, &name->text) != NULL) {
        return bad_word(err, &name->text, "is defined already");
    }
    if (policy->name_count == FWS_TRUST_NAMES_MAX) {
        return fws_error_set(err, FWS_E_TRUST, "more than %u witnesses and groups",
                             FWS_TRUST_NAMES_MAX);
    }
    policy->names[policy->name_count++] = *name;
    return FWS_OK;
}

static enum fws_status read_log(struct policy *policy, struct fws_reader *line,
                                struct fws_error *err)
{
    struct fws_reader word;
    struct fws_vkey key;

    if (!next_word(line, &word)) {
        return bad(err, "a log without a key");
    }
    enum fws_status status = fws_vkey_parse((const char *)word.data, word.left, &key, err);

    if (status == FWS_OK) {
        status = end_behind_url(line, err);
    }
    return status == FWS_OK ? fws_trust_add(&policy->trust, &key, err) : status;
}

/* Types of c2sp.org/tlog-cosignature. */
static bool is_witness_key(const struct fws_reader *material)
{
    struct fws_reader key = *material;
    uint8_t type = fws_reader_u8(&key);

    return (type == 4 && key.left == 32) || (type == 6 && key.left == 1312);
}

/* An id is the beginning of SHA-256(name, LF, type, key). */
static enum fws_status check_witness_id(const struct fws_reader *name, const struct fws_reader *id,
                                        const struct fws_buf *material, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    uint8_t digest[32];
    char right[9];
    enum fws_status status = fws_buf_append(&text, name->data, name->left, err);

    if (status == FWS_OK) {
        status = fws_buf_append(&text, "\n", 1, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&text, material->data, material->size, err);
    }
    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, text.data, text.size, digest, err);
    }
    if (status == FWS_OK && !fws_plain_is(id, fws_hex_encode(digest, 4, right))) {
        return bad(err, "the id in a witness's key is not the key's");
    }
    return status;
}

/* A witness's vkey: the digest of its public key, by which a duplicate is one whatever its name. */
static enum fws_status read_witness_key(struct fws_reader vkey, uint8_t out[32],
                                        struct fws_error *err)
{
    FWS_AUTO(fws_buf) material = {0};
    struct fws_reader name, id;

    if (!fws_plain_until(&vkey, '+', &name) || !fws_plain_key_name(&name) ||
        !fws_plain_until(&vkey, '+', &id)) {
        return bad(err, "a witness's key is not of the form name+id+key");
    }
    enum fws_status status = fws_base64_decode(vkey.data, vkey.left, &material, err);
    struct fws_reader key = fws_reader_init(material.data, material.size);

    if (status == FWS_E_INPUT || (status == FWS_OK && !is_witness_key(&key))) {
        return bad(err, "a witness's key is neither Ed25519 (4) nor ML-DSA-44 (6) in base64");
    }
    if (status == FWS_OK) {
        status = check_witness_id(&name, &id, &material, err);
    }
    fws_reader_skip(&key, 1);
    return status == FWS_OK ? fws_digest(FWS_HASH_SHA256, key.data, key.left, out, err) : status;
}

static enum fws_status read_witness(struct policy *policy, struct fws_reader *line,
                                    struct fws_error *err)
{
    struct name witness = {.is_witness = true};
    struct fws_reader vkey;

    if (!next_word(line, &witness.text) || !next_word(line, &vkey)) {
        return bad(err, "a witness without a name and a key");
    }
    enum fws_status status = read_witness_key(vkey, witness.key, err);

    if (status == FWS_OK) {
        status = end_behind_url(line, err);
    }
    for (size_t i = 0; status == FWS_OK && i < policy->name_count; i++) {
        if (policy->names[i].is_witness &&
            memcmp(policy->names[i].key, witness.key, sizeof witness.key) == 0) {
            return bad_word(err, &witness.text, "has the key of another witness");
        }
    }
    return status == FWS_OK ? define(policy, &witness, err) : status;
}

/* Members must be defined above, which leaves no room for circles, and be members of nothing else. */
static enum fws_status read_members(struct policy *policy, struct fws_reader *line, uint64_t *count,
                                    struct fws_error *err)
{
    struct fws_reader word;

    for (*count = 0; next_word(line, &word); ++*count) {
        struct name *member = find(policy, &word);

        if (member == NULL) {
            return bad_word(err, &word, "is no witness or group defined above");
        }
        if (member->is_member) {
            return bad_word(err, &word, "is a member twice");
        }
        member->is_member = true;
    }
    return *count > 0 ? FWS_OK : bad(err, "a group without members");
}

static enum fws_status read_group(struct policy *policy, struct fws_reader *line,
                                  struct fws_error *err)
{
    struct name group = {0};
    struct fws_reader rule;
    uint64_t least = 1;
    uint64_t members;

    if (!next_word(line, &group.text) || !next_word(line, &rule)) {
        return bad(err, "a group without a name and a rule");
    }
    if (!fws_plain_is(&rule, "any") && !fws_plain_is(&rule, "all") &&
        !fws_plain_number(&rule, &least)) {
        return bad_word(err, &rule, "is none of 'any', 'all' and a number");
    }
    enum fws_status status = read_members(policy, line, &members, err);

    if (status == FWS_OK && (least < 1 || least > members)) {
        return bad_word(err, &rule, "is not from 1 to the number of members");
    }
    return status == FWS_OK ? define(policy, &group, err) : status;
}

static enum fws_status read_quorum(struct policy *policy, struct fws_reader *line,
                                   struct fws_error *err)
{
    struct fws_reader word;

    if (policy->quorum_line != 0) {
        return fws_error_set(err, FWS_E_TRUST, "a quorum stands in line %zu already",
                             policy->quorum_line);
    }
    if (!next_word(line, &word) || !at_end(line)) {
        return bad(err, "a quorum is one name");
    }
    policy->quorum_line = policy->line;
    policy->quorum_is_none = fws_plain_is(&word, "none");
    if (!policy->quorum_is_none && find(policy, &word) == NULL) {
        return bad_word(err, &word, "is neither 'none' nor a witness or group defined above");
    }
    return FWS_OK;
}

static enum fws_status check_characters(struct fws_reader line, struct fws_error *err)
{
    while (line.left > 0) {
        uint8_t byte = fws_reader_u8(&line);

        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return fws_error_set(err, FWS_E_TRUST, "the control character 0x%02x", byte);
        }
    }
    return FWS_OK;
}

static enum fws_status read_line(struct policy *policy, struct fws_reader line,
                                 struct fws_error *err)
{
    static const struct {
        const char *word;
        enum fws_status (*read)(struct policy *policy, struct fws_reader *line,
                                struct fws_error *err);
    } kinds[] = {{"log", read_log},
                 {"witness", read_witness},
                 {"group", read_group},
                 {"quorum", read_quorum}};
    struct fws_reader word;
    enum fws_status status = check_characters(line, err);

    if (status != FWS_OK || !next_word(&line, &word) || fws_reader_starts_with(&word, "#", 1)) {
        return status;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (fws_plain_is(&word, kinds[i].word)) {
            return kinds[i].read(policy, &line, err);
        }
    }
    return bad_word(err, &word, "is none of 'log', 'witness', 'group' and 'quorum'");
}

static enum fws_status read_lines(struct policy *policy, struct fws_reader text,
                                  struct fws_error *err)
{
    struct fws_reader line;

    for (policy->line = 1; fws_plain_line(&text, &line); policy->line++) {
        enum fws_status status = read_line(policy, line, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    if (text.left > 0) { /* half a file may look whole without its last line's end */
        return bad(err, "no newline at the end of the line");
    }
    if (policy->quorum_line == 0) {
        return bad(err, "no quorum above; without witnesses it is 'quorum none'");
    }
    if (!policy->quorum_is_none) {
        policy->line = policy->quorum_line;
        return bad(err,
                   "the quorum asks for witnesses, whose cosignatures cannot be checked so far");
    }
    return FWS_OK;
}

enum fws_status fws_trust_parse(const char *name, const void *text, size_t size,
                                struct fws_trust *out, struct fws_error *err)
{
    struct policy policy = {0};

    *out = (struct fws_trust){0};
    if (size > FWS_TRUST_TEXT_MAX) {
        return fws_error_set(err, FWS_E_TRUST, "%s:1: %zu bytes, at most %u", name, size,
                             FWS_TRUST_TEXT_MAX);
    }
    enum fws_status status = read_lines(&policy, fws_reader_init(text, size), err);

    if (status != FWS_OK) {
        fws_trust_free(&policy.trust);
        return fws_error_wrap(err, "%s:%zu", name, policy.line);
    }
    *out = policy.trust;
    return FWS_OK;
}

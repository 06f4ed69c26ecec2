/* SPDX-License-Identifier: Apache-2.0 */
/* The signatures of a range of entries, out of the log itself. */
#include <string.h>

#include "base/json_read.h"
#include "signer/signed_parts.h"

/* An intent that was met; key as by fws_signed_key. */
struct intent {
    uint64_t seq;
    bool has_key;
    uint8_t key[FWS_SIGNED_KEY_SIZE];
};

/* Most outcomes are not far from their intents; to fetch one by its index takes as long as to read
 * hundreds of lines. */
#define LOOK_BACK 512u

struct scan {
    const struct fws_signed_log *log;
    uint64_t begin; /* of what is read */
    uint64_t from, to;
    struct fws_buf intents; /* from begin on, in their order */
    struct fws_buf *records;
    bool done; /* the last entry of the range was seen */
};

static bool digest(const struct fws_audit_entry *entry, const char *path,
                   char out[FWS_DIGEST_ANY_TEXT_SIZE])
{
    struct fws_json_value value;

    return fws_json_find(entry->data, entry->data_size, path, &value) &&
           fws_json_value_text(&value, out, FWS_DIGEST_ANY_TEXT_SIZE);
}

static void read_intent(const struct fws_audit_entry *entry, struct intent *out)
{
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_ANY_TEXT_SIZE];
    char policy[FWS_DIGEST_ANY_TEXT_SIZE];

    *out = (struct intent){.seq = entry->seq};
    out->has_key = strcmp(entry->type, "sign.intent") == 0 &&
                   digest(entry, "image.digest", image) && digest(entry, "key.spki", spki) &&
                   digest(entry, "policy.digest", policy) &&
                   fws_signed_key(image, spki, policy, out->key);
}

static const struct intent *find_met(const struct scan *scan, uint64_t seq)
{
    const struct intent *items = (const struct intent *)(void *)scan->intents.data;
    size_t low = 0;
    size_t high = scan->intents.size / sizeof *items;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (items[middle].seq == seq) {
            return &items[middle];
        }
        if (items[middle].seq < seq) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* One from before the range. */
static enum fws_status fetch_intent(const struct scan *scan, uint64_t seq, struct intent *out,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_buf) line = {0};
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
    enum fws_status status = scan->log->find(scan->log->context, seq, &line, err);

    if (status == FWS_OK) {
        status = fws_audit_entry_read(line.data, line.size, &text, &entry, err);
    }
    if (status == FWS_OK) {
        read_intent(&entry, out);
    }
    return status;
}

static enum fws_status take_outcome(struct scan *scan, const struct fws_audit_entry *entry,
                                    struct fws_error *err)
{
    struct fws_json_value value;
    uint64_t seq = 0;
    struct intent fetched = {0};

    if (!fws_json_find(entry->data, entry->data_size, "result", &value) ||
        !fws_json_value_is(&value, "signed") ||
        !fws_json_find(entry->data, entry->data_size, "intent", &value) ||
        !fws_json_value_uint(&value, &seq)) {
        return FWS_OK;
    }
    const struct intent *intent = find_met(scan, seq);

    if (intent == NULL && seq < scan->begin) {
        enum fws_status status = fetch_intent(scan, seq, &fetched, err);

        if (status != FWS_OK) {
            return status;
        }
        intent = &fetched;
    }
    if (intent == NULL || !intent->has_key) {
        return FWS_OK;
    }
    struct fws_signed_record record = {.intent = seq, .outcome = entry->seq};

    memcpy(record.key, intent->key, sizeof record.key);
    return fws_buf_append(scan->records, &record, sizeof record, err);
}

static enum fws_status take_entry(struct scan *scan, const struct fws_audit_entry *entry,
                                  struct fws_error *err)
{
    if (strcmp(entry->type, "sign.intent") == 0) {
        struct intent intent;

        read_intent(entry, &intent);
        return fws_buf_append(&scan->intents, &intent, sizeof intent, err);
    }
    return strcmp(entry->type, "sign.outcome") == 0 && entry->seq >= scan->from
               ? take_outcome(scan, entry, err)
               : FWS_OK;
}

static enum fws_status take_line(void *context, uint64_t seq, const char *line, size_t size,
                                 struct fws_error *err)
{
    struct scan *scan = context;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
    enum fws_status status = FWS_OK;

    if (seq < scan->to) {
        status = fws_audit_entry_read(line, size, &text, &entry, err);
    }
    if (status == FWS_OK && seq < scan->to) {
        status = take_entry(scan, &entry, err);
    }
    scan->done = status == FWS_OK && seq + 1 >= scan->to;
    return scan->done ? FWS_E_INTERRUPTED : status;
}

enum fws_status fws_signed_scan(const struct fws_signed_log *log,
                                const struct fws_signed_part *part, struct fws_buf *records,
                                bool *whole, struct fws_error *err)
{
    struct scan scan = {.log = log, .records = records, .from = part->first};

    scan.to = scan.from + fws_signed_part_entries(part);
    scan.begin = scan.from > LOOK_BACK ? scan.from - LOOK_BACK : 0;
    enum fws_status status = log->each(log->context, scan.begin, take_line, &scan, err);

    fws_buf_free(&scan.intents);
    *whole = scan.done;
    return scan.done ? FWS_OK : status;
}

/* ---- A log in its directory ---- */

static enum fws_status each_at(void *context, uint64_t from, fws_audit_each_fn *each,
                               void *each_context, struct fws_error *err)
{
    return fws_audit_each_from(context, from, each, each_context, err);
}

static enum fws_status find_at(void *context, uint64_t seq, struct fws_buf *line,
                               struct fws_error *err)
{
    return fws_audit_find(context, seq, line, err);
}

struct fws_signed_log fws_signed_log_at(const char *directory)
{
    return (struct fws_signed_log){
        .each = each_at,
        .find = find_at,
        .context = (void *)(uintptr_t)directory,
    };
}

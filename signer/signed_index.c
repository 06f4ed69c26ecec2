/* SPDX-License-Identifier: Apache-2.0 */
/* The look-up: part by part from the newest one on, each out of its file or made anew. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "signer/signed_parts.h"

#define FILE_MODE 0640

struct lookup {
    const struct fws_signed_index *index;
    int folder; /* plus 1; 0: no files */
};

/* ---- Making a part anew ---- */

/* What is not written is made anew the next time. */
static void save_part(const struct lookup *lookup, const struct fws_signed_part *part,
                      const struct fws_buf *records)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_error ignored;
    char name[FWS_SIGNED_NAME_SIZE];

    if (lookup->folder > 0 &&
        fws_signed_write(lookup->index, part, records, &bytes, &ignored) == FWS_OK) {
        (void)!fws_file_replace_at(lookup->folder - 1, fws_signed_part_name(part, name), bytes.data,
                                   bytes.size, FWS_OUTPUT_CACHE, FILE_MODE, &ignored);
    }
}

static enum fws_status make_part(const struct lookup *lookup, const struct fws_signed_part *part,
                                 struct fws_buf *records, bool *whole, struct fws_error *err);

/* One of the parts that the part above is made of. */
static enum fws_status add_child(const struct lookup *lookup, const struct fws_signed_part *child,
                                 struct fws_buf *records, bool *whole, struct fws_error *err)
{
    FWS_AUTO(fws_buf) made = {0};
    enum fws_status status =
        lookup->folder > 0 ? fws_signed_load(lookup->index, child, lookup->folder - 1, records)
                           : FWS_E_NOT_FOUND;

    if (status == FWS_OK) {
        return FWS_OK;
    }
    bool child_whole = false;

    status = make_part(lookup, child, &made, &child_whole, err);
    *whole = *whole && child_whole;
    return status == FWS_OK && made.size > 0 ? fws_buf_append(records, made.data, made.size, err)
                                             : status;
}

static enum fws_status collect(const struct lookup *lookup, const struct fws_signed_part *part,
                               struct fws_buf *records, bool *whole, struct fws_error *err)
{
    struct fws_signed_part child = {.level = part->level - 1, .first = part->first};
    enum fws_status status = FWS_OK;

    for (unsigned i = 0; status == FWS_OK && i < FWS_SIGNED_FANOUT; i++) {
        status = add_child(lookup, &child, records, whole, err);
        child.first += fws_signed_part_entries(&child);
    }
    return status;
}

/* Recursion ends at level 0. */
static enum fws_status make_part(const struct lookup *lookup, const struct fws_signed_part *part,
                                 struct fws_buf *records, bool *whole, struct fws_error *err)
{
    *whole = true;
    enum fws_status status = part->level == 0
                                 ? fws_signed_scan(&lookup->index->log, part, records, whole, err)
                                 : collect(lookup, part, records, whole, err);

    if (status == FWS_OK) {
        fws_signed_sort(records);
        if (*whole) {
            save_part(lookup, part, records);
        }
    }
    return status;
}

/* ---- Searching ---- */

static enum fws_status search_made(const struct lookup *lookup, const struct fws_signed_part *part,
                                   const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                   struct fws_signed_record *out, bool *found,
                                   struct fws_error *err)
{
    FWS_AUTO(fws_buf) records = {0};
    bool whole = false;
    enum fws_status status = make_part(lookup, part, &records, &whole, err);
    const struct fws_signed_record *items = (const struct fws_signed_record *)(void *)records.data;

    for (size_t i = 0; status == FWS_OK && i < records.size / sizeof *items; i++) {
        if (memcmp(items[i].key, key, FWS_SIGNED_KEY_SIZE) == 0) {
            *out = items[i];
            *found = true;
        }
    }
    return status;
}

static enum fws_status search_part(const struct lookup *lookup, const struct fws_signed_part *part,
                                   const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                   struct fws_signed_record *out, bool *found,
                                   struct fws_error *err)
{
    enum fws_status status =
        lookup->folder > 0
            ? fws_signed_search(lookup->index, part, lookup->folder - 1, key, out, found)
            : FWS_E_NOT_FOUND;

    return status == FWS_OK ? FWS_OK : search_made(lookup, part, key, out, found, err);
}

/* The largest part that ends there, of those the caller asks for; without files there is nothing in
 * large ones. */
static void last_part(const struct lookup *lookup, uint64_t from, uint64_t to,
                      struct fws_signed_part *out)
{
    struct fws_signed_part part = {0};

    *out = (struct fws_signed_part){.first = to - FWS_SIGNED_RANGE};
    for (part.level = 1; lookup->folder > 0 && part.level < FWS_SIGNED_LEVELS; part.level++) {
        uint64_t entries = fws_signed_part_entries(&part);

        if (to % entries != 0 || to - from < entries) {
            return;
        }
        part.first = to - entries;
        *out = part;
    }
}

static enum fws_status search(const struct lookup *lookup, const uint8_t key[FWS_SIGNED_KEY_SIZE],
                              uint64_t from, uint64_t to, struct fws_signed_record *out,
                              bool *found, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    while (status == FWS_OK && !*found && to > from) {
        struct fws_signed_part part;

        last_part(lookup, from, to, &part);
        status = search_part(lookup, &part, key, out, found, err);
        to = part.first;
    }
    return status;
}

enum fws_status fws_signed_find(const struct fws_signed_index *index,
                                const uint8_t key[FWS_SIGNED_KEY_SIZE], uint64_t from, uint64_t to,
                                struct fws_signed_record *out, bool *found, struct fws_error *err)
{
    struct lookup lookup = {.index = index};

    *found = false;
    *out = (struct fws_signed_record){0};
    if (from % FWS_SIGNED_RANGE != 0 || to % FWS_SIGNED_RANGE != 0) {
        return fws_error_set(err, FWS_E_INTERNAL, "signatures are not looked up by whole ranges");
    }
    if (index->folder != NULL) {
        lookup.folder = 1 + open(index->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    enum fws_status status = search(&lookup, key, from, to, out, found, err);

    if (lookup.folder > 0) {
        (void)close(lookup.folder - 1);
    }
    return status;
}

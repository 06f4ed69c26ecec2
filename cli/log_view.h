/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries as commands look at them: with their members, and with those of the intent they belong to.
 * An outcome says what became of intent 17; what it was about stands in entry 17.
 *
 *     FWS_AUTO(fws_log_reader) reader = {.folder = folder};
 *     for each line:
 *         FWS_AUTO(fws_log_view) view = {0};
 *         fws_log_view_open(&reader, line, size, &view, err);
 *         fws_log_view_text(&view, "product", NULL)      of the entry, else of its intent
 *
 * Intents are kept while they are open; one that was not seen is looked up. Private to cli/.
 */
#ifndef FWS_CLI_LOG_VIEW_H
#define FWS_CLI_LOG_VIEW_H

#include <jansson.h>

#include "audit/audit.h"

struct fws_log_intent;

struct fws_log_reader {
    const char *folder; /* of the log; borrowed */
    struct fws_log_intent *intents;
    size_t count, room;
};
void fws_log_reader_free(struct fws_log_reader *reader);

struct fws_log_view {
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry; /* borrows line and text */
    json_t *data;
    bool has_intent;
    uint64_t intent_seq;
    json_t *intent; /* that entry's data; NULL when it cannot be read */
};

/* view must not move, and line must stay. FWS_E_LOG_UNKNOWN when the line is no entry. */
FWS_MUST_USE enum fws_status fws_log_view_open(struct fws_log_reader *reader, const char *line,
                                               size_t size, struct fws_log_view *view,
                                               struct fws_error *err);
void fws_log_view_free(struct fws_log_view *view);

/* A text by one or two names, of the entry, else of its intent; "" when neither has it. */
const char *fws_log_view_text(const struct fws_log_view *view, const char *first,
                              const char *second);

/* The same of the entry alone. */
const char *fws_log_view_own_text(const struct fws_log_view *view, const char *first,
                                  const char *second);

/* An integer; false when neither has it. */
bool fws_log_view_int(const struct fws_log_view *view, const char *name, int64_t *out);

/* What the key was called; a denial has only that of it. */
const char *fws_log_view_key(const struct fws_log_view *view);

/* "signed", "failed", "denied", "unresolved"; "" for what is no answer to a request. */
const char *fws_log_view_verdict(const struct fws_log_view *view);

/* Calls go to each intent that has had no answer so far, oldest first. */
FWS_MUST_USE enum fws_status fws_log_reader_open_intents(
    const struct fws_log_reader *reader,
    enum fws_status (*each)(void *context, uint64_t seq, const char *time, const json_t *data,
                            struct fws_error *err),
    void *context, struct fws_error *err);

/* Text from outside for a terminal: control characters become '?', in place. */
void fws_log_printable(char *text, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The watch for one request. */
#include <string.h>

#include "signer/releases_parts.h"

void fws_watch_entry(struct fws_watch *watch, uint64_t seq)
{
    if (!watch->began) {
        watch->began = true;
        watch->from = seq;
    }
}

void fws_watch_intent(struct fws_watch *watch, const struct fws_audit_entry *entry)
{
    struct fws_json_value request;

    if (*watch->request != '\0' &&
        fws_json_find(entry->data, entry->data_size, "request", &request) &&
        fws_json_value_is(&request, watch->request)) {
        watch->state = FWS_WATCH_OPEN;
        watch->intent = entry->seq;
        watch->end = 0;
    }
}

void fws_watch_end(struct fws_watch *watch, uint64_t intent, uint64_t seq,
                   enum fws_watch_state state)
{
    if (watch->state == FWS_WATCH_OPEN && watch->intent == intent) {
        watch->state = state;
        watch->end = seq;
    }
}

bool fws_releases_watch(struct fws_releases *releases, const char *request)
{
    size_t size = request != NULL ? strlen(request) : 0;

    releases->watch = (struct fws_watch){0};
    if (request == NULL) {
        return true;
    }
    if (size == 0 || size >= sizeof releases->watch.request) {
        return false;
    }
    memcpy(releases->watch.request, request, size + 1);
    return true;
}

/* What was watched stays watched; what was seen is to be seen again. */
void fws_watch_anew(struct fws_watch *watch)
{
    watch->state = FWS_WATCH_NOT_SEEN;
    watch->intent = 0;
    watch->end = 0;
    watch->began = false;
    watch->from = 0;
}

bool fws_releases_knows(const struct fws_releases *releases, const char *request)
{
    return releases != NULL && releases->watch.state != FWS_WATCH_NOT_SEEN &&
           strcmp(releases->watch.request, request) == 0;
}

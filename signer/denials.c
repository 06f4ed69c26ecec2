/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "signer/denials.h"

void fws_denials_init(struct fws_denials *denials, fws_denials_append_fn *append, void *context)
{
    *denials = (struct fws_denials){.append = append, .context = context};
}

/* ---- One kind ---- */

static enum fws_status log_counted(const struct fws_denials *denials, struct fws_denial *kind,
                                   struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    char time[FWS_CLOCK_TEXT_SIZE];

    fws_json_object(&json, NULL);
    fws_json_int(&json, "count", (int64_t)kind->count);
    fws_json_text(&json, "first", fws_clock_text(kind->first_us, time));
    fws_json_text(&json, "last", fws_clock_text(kind->last_us, time));
    fws_json_text(&json, "reason", kind->reason);
    fws_json_text(&json, "source", kind->source);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status == FWS_OK) {
        status = denials->append(denials->context, "auth.fail", json.buf.data, json.buf.size, err);
    }
    if (status == FWS_OK) {
        kind->count = 0;
    }
    return status;
}

/* A clock that was set back ends a window too, instead of holding it open until it is that late
 * again. */
static bool is_over(const struct fws_denial *kind, int64_t now_us)
{
    return now_us < kind->window_us || now_us - kind->window_us >= FWS_DENIALS_WINDOW_US;
}

static void count_in(struct fws_denial *kind, int64_t now_us)
{
    if (kind->count == 0) {
        kind->first_us = now_us;
    }
    kind->last_us = now_us;
    kind->count++;
}

/* Logged or not, the next attempt is a window away: a log that fails is not asked at each refusal. */
static enum fws_status settle(const struct fws_denials *denials, struct fws_denial *kind,
                              int64_t now_us, struct fws_error *err)
{
    kind->window_us = now_us;
    return log_counted(denials, kind, err);
}

/* ---- All kinds ---- */

/* Settle a kind whose window is over, or any when all are to be; true when the kind can be forgotten,
 * as a whole window brought nothing. */
static bool settle_due(const struct fws_denials *denials, struct fws_denial *kind, int64_t now_us,
                       bool all, struct fws_error *err)
{
    struct fws_error failure = {0};
    bool over = is_over(kind, now_us);

    if (kind->count == 0) {
        return over;
    }
    if ((over || all) && settle(denials, kind, now_us, &failure) != FWS_OK &&
        err->status == FWS_OK) {
        *err = failure;
    }
    return false;
}

static enum fws_status settle_all(struct fws_denials *denials, int64_t now_us, bool all,
                                  struct fws_error *err)
{
    struct fws_error failure = {0};
    size_t i = 0;

    while (i < denials->kind_count) {
        if (settle_due(denials, &denials->kinds[i], now_us, all, &failure)) {
            denials->kinds[i] = denials->kinds[--denials->kind_count];
        } else {
            i++;
        }
    }
    if (denials->has_others && settle_due(denials, &denials->others, now_us, all, &failure)) {
        denials->has_others = false;
    }
    if (failure.status != FWS_OK) {
        *err = failure;
    }
    return failure.status;
}

static struct fws_denial *find(struct fws_denials *denials, const struct fws_denial *wanted)
{
    for (size_t i = 0; i < denials->kind_count; i++) {
        struct fws_denial *kind = &denials->kinds[i];

        if (strcmp(kind->source, wanted->source) == 0 &&
            strcmp(kind->reason, wanted->reason) == 0) {
            return kind;
        }
    }
    return NULL;
}

/* Where the others are counted. Their reason is named while it is the only one. */
static struct fws_denial *take_other(struct fws_denials *denials, const struct fws_denial *wanted,
                                     bool *is_new)
{
    struct fws_denial *others = &denials->others;

    *is_new = !denials->has_others;
    if (*is_new || others->count == 0) {
        memcpy(others->reason, wanted->reason, sizeof others->reason);
    } else if (strcmp(others->reason, wanted->reason) != 0) {
        memcpy(others->reason, FWS_DENIALS_OTHER, sizeof FWS_DENIALS_OTHER);
    }
    memcpy(others->source, FWS_DENIALS_OTHER, sizeof FWS_DENIALS_OTHER);
    denials->has_others = true;
    return others;
}

static struct fws_denial *take(struct fws_denials *denials, const struct fws_denial *wanted,
                               bool *is_new)
{
    struct fws_denial *kind = find(denials, wanted);

    *is_new = kind == NULL;
    if (kind != NULL) {
        return kind;
    }
    if (denials->kind_count == FWS_DENIALS_KINDS) {
        return take_other(denials, wanted, is_new);
    }
    kind = &denials->kinds[denials->kind_count++];
    *kind = *wanted;
    return kind;
}

static void set_text(char out[FWS_ERROR_QUOTE_SIZE], const char *text)
{
    (void)fws_error_quote(text, strnlen(text, FWS_DENIALS_TEXT_MAX), out);
}

/* ---- For the caller ---- */

enum fws_status fws_denials_add(struct fws_denials *denials, const char *source, const char *reason,
                                int64_t now_us, struct fws_error *err)
{
    struct fws_error failure = {0};
    struct fws_denial wanted = {0};
    bool is_new = false;
    enum fws_status status = settle_all(denials, now_us, false, err);

    set_text(wanted.source, source);
    set_text(wanted.reason, reason);
    struct fws_denial *kind = take(denials, &wanted, &is_new);

    count_in(kind, now_us);
    if (is_new && settle(denials, kind, now_us, &failure) != FWS_OK && status == FWS_OK) {
        *err = failure;
        status = failure.status;
    }
    return status;
}

enum fws_status fws_denials_tick(struct fws_denials *denials, int64_t now_us, struct fws_error *err)
{
    return settle_all(denials, now_us, false, err);
}

enum fws_status fws_denials_flush(struct fws_denials *denials, int64_t now_us,
                                  struct fws_error *err)
{
    return settle_all(denials, now_us, true, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/tail.h"
#include "base/json_read.h"

void fws_tail_free(struct fws_tail *tail)
{
    fws_buf_free(&tail->writers);
    *tail = (struct fws_tail){0};
}

size_t fws_tail_count(const struct fws_tail *tail)
{
    return tail->writers.size / sizeof(struct fws_tail_writer);
}

static struct fws_tail_writer *at(const struct fws_tail *tail, size_t index)
{
    return (struct fws_tail_writer *)(void *)tail->writers.data + index;
}

const struct fws_tail_writer *fws_tail_at(const struct fws_tail *tail, size_t index)
{
    return at(tail, index);
}

static size_t find(const struct fws_tail *tail, const char *instance)
{
    size_t i = 0;

    while (i < fws_tail_count(tail) && strcmp(at(tail, i)->instance, instance) != 0) {
        i++;
    }
    return i;
}

static void drop(struct fws_tail *tail, size_t index)
{
    size_t behind = fws_tail_count(tail) - index - 1;

    memmove(at(tail, index), at(tail, index) + 1, behind * sizeof(struct fws_tail_writer));
    tail->writers.size -= sizeof(struct fws_tail_writer);
}

void fws_tail_cover(struct fws_tail *tail, uint64_t size)
{
    tail->covered = size;
    for (size_t i = fws_tail_count(tail); i > 0; i--) {
        if (at(tail, i - 1)->last < size) {
            drop(tail, i - 1);
        }
    }
}

static void drop_named(struct fws_tail *tail, const struct fws_line *line)
{
    char instance[17];
    struct fws_json_value value;

    if (fws_json_find(line->data, line->data_size, "instance", &value) &&
        fws_json_value_text(&value, instance, sizeof instance)) {
        size_t i = find(tail, instance);

        if (i < fws_tail_count(tail)) {
            drop(tail, i);
        }
    }
}

enum fws_status fws_tail_take(struct fws_tail *tail, const struct fws_line *line,
                              struct fws_error *err)
{
    struct fws_tail_writer writer = {.first = line->seq};
    enum fws_status status = FWS_OK;

    if (line->seq < tail->covered) {
        return FWS_OK;
    }
    if (fws_line_is(line, FWS_TYPE_TAIL)) {
        drop_named(tail, line);
    }
    size_t i = find(tail, line->instance);

    if (i == fws_tail_count(tail)) {
        memcpy(writer.instance, line->instance, sizeof writer.instance);
        status = fws_buf_append(&tail->writers, &writer, sizeof writer, err);
    }
    if (status == FWS_OK) {
        at(tail, i)->last = line->seq;
        at(tail, i)->entries++;
        at(tail, i)->closed = fws_line_is(line, FWS_TYPE_CLOSE);
    }
    return status;
}

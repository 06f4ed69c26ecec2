/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "audit/envelope.h"
#include "audit/lines.h"
#include "audit/segment.h"

#define READ_SIZE 16384u

struct remains {
    uint64_t length;
    uint8_t sha256[32];
    bool zeros;   /* nothing but zeros */
    bool newline; /* the last byte is LF */
};

void fws_segment_close(struct fws_segment *segment)
{
    if (segment->fd != 0) {
        (void)close(segment->fd - 1);
    }
    *segment = (struct fws_segment){0};
}

void fws_opening_free(struct fws_opening *opening)
{
    fws_buf_free(&opening->data);
    opening->type = NULL;
}

static enum fws_status read_remains(EVP_MD_CTX *context, const struct fws_segment *segment,
                                    struct remains *out, struct fws_error *err)
{
    uint8_t block[READ_SIZE];
    size_t got = 0;

    *out = (struct remains){.zeros = true};
    if (EVP_DigestInit_ex2(context, EVP_sha256(), NULL) != 1) {
        return fws_error_set(err, FWS_E_BACKEND, "SHA-256 failed");
    }
    do {
        enum fws_status status = fws_read_at(segment->fd - 1, block, sizeof block,
                                             segment->offset + out->length, &got, err);

        if (status != FWS_OK) {
            return status;
        }
        if (got > 0 && EVP_DigestUpdate(context, block, got) != 1) {
            return fws_error_set(err, FWS_E_BACKEND, "SHA-256 failed");
        }
        for (size_t i = 0; i < got; i++) {
            out->zeros = out->zeros && block[i] == 0;
        }
        out->newline = got > 0 ? block[got - 1] == '\n' : out->newline;
        out->length += got;
    } while (got > 0);
    if (EVP_DigestFinal_ex(context, out->sha256, NULL) != 1) {
        return fws_error_set(err, FWS_E_BACKEND, "SHA-256 failed");
    }
    return FWS_OK;
}

static void write_recovery(struct fws_json *json, const struct fws_segment *previous,
                           const struct remains *remains)
{
    char name[FWS_SEGMENT_NAME_SIZE];

    fws_json_int(json, "length", (int64_t)remains->length);
    fws_json_int(json, "offset", (int64_t)previous->offset);
    fws_json_text(json, "reason",
                  remains->zeros     ? "zeros"
                  : remains->newline ? "crc"
                                     : "no-newline");
    fws_json_text(json, "segment", fws_segment_name(previous->first, name));
    fws_json_digest(json, "sha256", remains->sha256);
}

static enum fws_status write_opening(const struct fws_segment *previous,
                                     const struct remains *remains, struct fws_opening *out,
                                     struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    char name[FWS_SEGMENT_NAME_SIZE];

    fws_json_object(&json, NULL);
    if (remains != NULL) {
        write_recovery(&json, previous, remains);
    } else {
        fws_json_text(&json, "previous", fws_segment_name(previous->first, name));
    }
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status == FWS_OK) {
        out->type = remains != NULL ? FWS_TYPE_RECOVERY : FWS_TYPE_SEGMENT_OPEN;
        out->data = fws_buf_take(&json.buf);
    }
    return status;
}

enum fws_status fws_opening_after(const struct fws_segment *previous, struct fws_opening *out,
                                  struct fws_error *err)
{
    struct remains remains;

    *out = (struct fws_opening){0};
    if (!previous->torn) {
        return write_opening(previous, NULL, out, err);
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    enum fws_status status = context == NULL
                                 ? fws_error_set(err, FWS_E_MEMORY, "no memory for SHA-256")
                                 : read_remains(context, previous, &remains, err);

    EVP_MD_CTX_free(context);
    return status == FWS_OK ? write_opening(previous, &remains, out, err) : status;
}

/* A segment's first line has a type of its own, and no other line has it. */
static enum fws_status check_opening(const struct fws_segment *segment, const struct fws_line *line,
                                     const struct fws_opening *opening, struct fws_error *err)
{
    bool opens = fws_line_is(line, FWS_TYPE_GENESIS) || fws_line_is(line, FWS_TYPE_SEGMENT_OPEN) ||
                 fws_line_is(line, FWS_TYPE_RECOVERY);

    if (opens != (segment->offset == 0)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "an entry of type %s %s a segment",
                             line->type, opens ? "within" : "at the start of");
    }
    if (!opens) {
        return FWS_OK;
    }
    if (line->seq != segment->first) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the segment's name is not its first index");
    }
    if (opening != NULL && (!fws_line_is(line, opening->type) ||
                            line->data_size != opening->data.size || opening->data.data == NULL ||
                            memcmp(line->data, opening->data.data, line->data_size) != 0)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the segment does not open with what the one before ends with (%s)",
                             opening->type);
    }
    return FWS_OK;
}

static enum fws_status follow_line(struct fws_segment *segment, struct fws_chain *chain,
                                   const struct fws_opening *opening,
                                   const struct fws_lines_item *item, struct fws_error *err)
{
    struct fws_error reason; /* set by who fails: clearing its kilobyte costs 27 ns a line */
    struct fws_line line;
    enum fws_status status = chain->envelope
                                 ? fws_envelope_parse(item->text, item->size, &line, &reason)
                                 : fws_line_parse(item->text, item->size, &line, &reason);

    if (status == FWS_E_LOG_TAIL || (status == FWS_OK && !item->whole)) {
        segment->torn = true;
        return FWS_OK;
    }
    if (segment->torn && (status != FWS_OK || line.batch > chain->next)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "a damaged line is followed by whole ones of a later batch, which no "
                             "crash does");
    }
    if (segment->torn) {
        return FWS_OK;
    }
    if (status != FWS_OK) {
        *err = reason;
        return status;
    }
    status = check_opening(segment, &line, opening, err);
    if (status == FWS_OK) {
        status = fws_chain_accept(chain, &line, item->text, item->size, err);
    }
    if (status == FWS_OK) {
        segment->offset = item->after;
        segment->good++;
    }
    return status;
}

static enum fws_status follow(struct fws_segment *segment, struct fws_chain *chain,
                              const struct fws_opening *opening, uint64_t limit,
                              struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {.present = true};
    enum fws_status status = fws_lines_open(&lines, segment->fd - 1, segment->offset, err);

    lines.limit = limit;
    segment->torn = false;
    while (status == FWS_OK) {
        status = fws_lines_next(&lines, &item, err);
        if (status != FWS_OK || !item.present) {
            break;
        }
        status = follow_line(segment, chain, opening, &item, err);
    }
    if (status == FWS_OK && segment->offset == 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the segment has no whole first line, which no crash does");
    }
    return status;
}

enum fws_status fws_segment_follow(struct fws_segment *segment, struct fws_chain *chain,
                                   const struct fws_opening *opening, struct fws_error *err)
{
    return follow(segment, chain, opening, UINT64_MAX, err);
}

enum fws_status fws_segment_follow_to(struct fws_segment *segment, struct fws_chain *chain,
                                      uint64_t limit, struct fws_error *err)
{
    return follow(segment, chain, NULL, limit, err);
}

/* The end of a segment that has a successor, and what that must open with. Should it have grown by
 * whole lines meanwhile, the successor's name is not the next index any more, and that is seen. */
static enum fws_status settle_end(struct fws_segment *segment, struct fws_chain *chain,
                                  struct fws_opening *opening, struct fws_error *err)
{
    enum fws_status status = fws_segment_follow(segment, chain, NULL, err);

    return status == FWS_OK ? fws_opening_after(segment, opening, err) : status;
}

enum fws_status fws_segment_advance(const struct fws_folder *folder, struct fws_segment *segment,
                                    struct fws_chain *chain, bool writable, struct fws_step *step,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_opening) opening = {0};
    struct fws_segment next = {.first = chain->next};

    *step = (struct fws_step){0};
    if (fws_folder_lacks_segment(folder, next.first)) {
        return FWS_OK;
    }
    enum fws_status status = fws_folder_open_segment(folder, next.first, writable, &next.fd, err);

    if (status == FWS_E_NOT_FOUND) {
        return FWS_OK;
    }
    if (status == FWS_OK) {
        status = settle_end(segment, chain, &opening, err);
    }
    if (status != FWS_OK) {
        fws_segment_close(&next);
        return status;
    }
    step->moved = true;
    step->before = *segment;
    fws_segment_close(segment);
    step->before.fd = 0;
    *segment = next;
    return fws_segment_follow(segment, chain, &opening, err);
}

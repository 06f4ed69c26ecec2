/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/canonical.h"
#include "tests/unit/signer/releases_log.h"

void log_free(struct log *log)
{
    fws_releases_free(&log->releases);
}

void begin(struct log *log)
{
    *log = (struct log){.time = "2025-01-31T12:34:56.123456Z"};
    fws_releases_init(&log->releases);
    log->fold = fws_releases_fold(&log->releases);
}

enum fws_status apply(struct log *log, const char *type, const char *data, struct fws_error *err)
{
    struct fws_audit_entry entry = {
        .seq = log->next++,
        .instance = "0123456789abcdef",
        .time = log->time,
        .type = type,
        .data = data,
        .data_size = strlen(data),
    };

    return log->fold.apply(log->fold.context, &entry, err);
}

void refuse_entry(struct log *log, const char *type, const char *data)
{
    struct fws_error err = {0};

    assert_int_equal(apply(log, type, data, &err), FWS_E_LOG_TAMPERED);
}

/* Append an entry that is good; its index. */
uint64_t put(struct log *log, const char *type, const char *data)
{
    struct fws_error err = {0};

    (void)apply(log, type, data, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(err.status, FWS_OK);
    return log->next - 1;
}

/* Digests that differ by one letter: 'a' to 'f'. */
const char *digest(char which)
{
    static char texts[6][FWS_DIGEST_ANY_TEXT_SIZE];
    char *text = texts[which - 'a'];

    (void)snprintf(text, sizeof texts[0], "sha256:%c%063d", which, 0);
    return text;
}

static void add(char *data, size_t size, const char *before, const char *value, const char *after)
{
    size_t used = strlen(data);

    if (value != NULL) {
        (void)snprintf(data + used, size - used, "%s%s%s", before, value, after);
    }
}

static void add_digest(char *data, size_t size, const char *before, char which, const char *after)
{
    add(data, size, before, which != 0 ? digest(which) : NULL, after);
}

uint64_t intent_of(struct log *log, const struct words *words)
{
    char data[2048] = "{\"algorithm\":\"ed25519\",\"caller\":\"ci\",";
    size_t size = sizeof data;

    add(data, size, "\"channel\":\"", words->channel, "\",");
    add(data, size, "\"counter\":", words->counter, ",");
    add(data, size, "\"image\":{", "", "");
    add_digest(data, size, "\"digest\":\"", words->image, "\",");
    add(data, size, "\"version\":\"9.9.9\"},\"key\":{\"name\":\"prod\",", "", "");
    add(data, size, "\"product\":\"not this\"", "", "");
    add_digest(data, size, ",\"spki\":\"", words->spki, "\"");
    add(data, size, "},\"policy\":{", "", "");
    add_digest(data, size, "\"digest\":\"", words->policy, "\",");
    add(data, size, "\"file\":\"pump.yaml\"", "", "");
    add(data, size, ",\"serial\":", words->serial, "");
    add(data, size, "},\"product\":\"", words->product, "\",");
    add(data, size, "\"request\":\"", words->request, "\",");
    add(data, size, "\"version\":\"", words->version, "\"}");
    return put(log, "sign.intent", data);
}

/* counter and request may be NULL. */
uint64_t intent(struct log *log, const char *product, const char *version, const char *counter,
                const char *request)
{
    return intent_of(
        log, &(struct words){
                 .product = product, .version = version, .counter = counter, .request = request});
}

uint64_t intent_in(struct log *log, const char *channel, const char *version)
{
    return intent_of(log,
                     &(struct words){.product = "pump", .version = version, .channel = channel});
}

/* Of pump, with all three digests. */
uint64_t intent_for(struct log *log, const char *version, char image, char spki, char policy)
{
    return intent_of(
        log,
        &(struct words){
            .product = "pump", .version = version, .image = image, .spki = spki, .policy = policy});
}

uint64_t outcome(struct log *log, uint64_t seq, const char *result)
{
    char data[128];

    (void)snprintf(data, sizeof data, "{\"intent\":%" PRIu64 ",\"result\":\"%s\"}", seq, result);
    return put(log, "sign.outcome", data);
}

uint64_t unresolved(struct log *log, uint64_t seq)
{
    char data[128];

    (void)snprintf(data, sizeof data, "{\"instance\":\"0123456789abcdef\",\"intent\":%" PRIu64 "}",
                   seq);
    return put(log, "sign.unresolved", data);
}

uint64_t sign(struct log *log, const char *product, const char *version)
{
    uint64_t seq = intent(log, product, version, NULL, NULL);

    (void)outcome(log, seq, "signed");
    return seq;
}

const struct fws_release *find(const struct log *log, const char *product)
{
    return fws_releases_find(&log->releases, product, FWS_CHANNEL_DEFAULT);
}

const struct fws_release_product *product_of(const struct log *log, const char *product)
{
    return fws_releases_product(&log->releases, product);
}

void assert_highest(const struct log *log, const char *product, const char *version, uint64_t entry)
{
    const struct fws_release *release = find(log, product);
    char text[FWS_VERSION_TEXT_SIZE];

    assert_non_null(release);
    assert_string_equal(release->product, product);
    assert_string_equal(fws_version_text(&release->highest, text), version);
    assert_int_equal(release->entry, entry);
}

void assert_last(const struct log *log, const char *product, const char *version, uint64_t entry)
{
    const struct fws_release *release = find(log, product);
    char text[FWS_VERSION_TEXT_SIZE];

    assert_non_null(release);
    assert_string_equal(fws_version_text(&release->last, text), version);
    assert_int_equal(release->last_entry, entry);
}

void save(const struct log *log, struct fws_json *json)
{
    struct fws_error err = {0};

    fws_json_object(json, NULL);
    log->fold.save(log->fold.context, json);
    fws_json_end(json);
    assert_int_equal(fws_json_done(json, &err), FWS_OK);
    struct fws_reader reader = fws_reader_init(json->buf.data, json->buf.size);

    assert_true(fws_canonical_object(&reader));
    assert_int_equal(reader.left, 0);
}

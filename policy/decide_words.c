/* SPDX-License-Identifier: Apache-2.0 */
/* How the rules of decide.c speak: what each expects, and what it saw. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "policy/decide.h"
#include "policy/denied_keys.h"

__attribute__((format(printf, 2, 3))) static void say(char out[FWS_DECISION_TEXT_SIZE],
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(out, FWS_DECISION_TEXT_SIZE, format, args);
    va_end(args);
}

static void say_list(const struct fws_yaml_texts *texts, char out[FWS_DECISION_TEXT_SIZE])
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < texts->count; i++) {
        fws_policy_list_add(out, FWS_DECISION_TEXT_SIZE,
                            fws_error_quote(texts->items[i], strlen(texts->items[i]), quoted),
                            ", ");
    }
}

static void say_text(const char *text, const char *none, char out[FWS_DECISION_TEXT_SIZE])
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    say(out, "%s", text != NULL ? fws_error_quote(text, strlen(text), quoted) : none);
}

static void say_time(const char *before, int64_t time_us, char out[FWS_DECISION_TEXT_SIZE])
{
    char text[FWS_CLOCK_TEXT_SIZE];

    say(out, "%s%.19sZ", before, fws_clock_text(time_us, text));
}

static void say_version(const char *before, const struct fws_version *version,
                        char out[FWS_DECISION_TEXT_SIZE])
{
    char text[FWS_VERSION_TEXT_SIZE];

    say(out, "%s%s", before, fws_version_text(version, text));
}

/* ---- Who asks ---- */

void fws_expect_caller(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_list(&q->policy->callers, out);
}

void fws_see_caller(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_text(q->facts->caller, "nobody", out);
}

/* ---- With which key ---- */

void fws_expect_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const struct fws_policy_key *keys = q->policy->keys.items;
    char listed[FWS_DECISION_TEXT_SIZE] = "";
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < q->policy->keys.count; i++) {
        fws_policy_list_add(listed, sizeof listed, fws_policy_key_text(keys[i].name, quoted), ", ");
    }
    say(out, q->policy->keys.count == 1 ? "key %.120s" : "one of the keys %.120s", listed);
}

void fws_see_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    say(out, "%s", q->facts->key != NULL ? fws_policy_key_text(q->facts->key, quoted) : "no key");
}

void fws_expect_key_place(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s",
        (q->key->allowed & FWS_POLICY_ALLOW_SOFTWARE) != 0 ? "any key" : "a key on a token");
}

void fws_see_key_place(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s", q->facts->key_software ? "a software key" : "a key on a token");
}

void fws_expect_key_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("not before ", q->key->from.time_us, out);
}

void fws_see_key_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("", q->facts->time_us, out);
}

void fws_expect_key_until(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("before ", q->key->until.time_us, out);
}

void fws_see_key_until(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("", q->facts->time_us, out);
}

void fws_expect_hsm_firmware(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    say(out, "an HSM with firmware %.60s or newer",
        fws_error_quote(q->key->hsm_firmware, strlen(q->key->hsm_firmware), quoted));
}

void fws_see_hsm_firmware(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_text(q->facts->key_software ? NULL : q->facts->hsm_firmware, "a software key", out);
}

void fws_expect_denied_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    (void)q;
    say(out, "a key that was never published");
}

void fws_see_denied_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const char *origin = fws_denied_key_origin(q->facts->key_spki);

    if (origin != NULL) {
        say(out, "a published key: %.120s", origin);
    } else {
        say(out, "a key that is not on the list");
    }
}

/* ---- Under which policy, for what ---- */

void fws_expect_serial(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->facts->has_last_serial) {
        say(out, "a serial of at least %" PRIu64 ", with which was signed before",
            q->facts->last_serial);
    } else {
        say(out, "a serial, as the mode is enforced");
    }
}

void fws_see_serial(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->policy->has_serial) {
        say(out, "%" PRIu64, q->policy->serial);
    } else {
        say(out, "none");
    }
}

void fws_expect_channel(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->policy->channels.count > 0) {
        say_list(&q->policy->channels, out);
    } else {
        say(out, "%s", FWS_CHANNEL_DEFAULT);
    }
}

void fws_see_channel(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_text(q->facts->channel, "none", out);
}

void fws_expect_fresh(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s", q->policy->allow_fresh ? "any request" : "a request without --fresh");
}

void fws_see_fresh(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    (void)q;
    say(out, "--fresh");
}

/* ---- For which device ---- */

static void say_id(const uint8_t *id, const char *none, char out[FWS_DECISION_TEXT_SIZE])
{
    char digits[33];

    say(out, "%s", id != NULL ? fws_hex_encode(id, 16, digits) : none);
}

void fws_expect_vendor(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_id(q->facts->vendor_id, "an input without a vendor id", out);
}

void fws_see_vendor(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_id(q->facts->input_vendor_id, "none in the input", out);
}

void fws_expect_class(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_id(q->facts->class_id, "an input without a class id", out);
}

void fws_see_class(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_id(q->facts->input_class_id, "none in the input", out);
}

void fws_expect_marker(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const char *text = q->policy->identity.marker.text;
    char quoted[FWS_ERROR_QUOTE_SIZE];

    say(out, "'%.60s' at 0x%" PRIx64 " of the payload",
        fws_error_quote(text != NULL ? text : q->policy->identity.marker.hex,
                        strlen(text != NULL ? text : q->policy->identity.marker.hex), quoted),
        q->policy->identity.marker.offset);
}

void fws_see_marker(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s", q->facts->content->marker ? "it" : "other bytes there");
}

void fws_expect_hardware(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_list(&q->policy->identity.revisions, out);
}

void fws_see_hardware(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const char *named = q->facts->hardware;
    const char *own = q->policy->identity.has_hardware_offset ? q->facts->content->hardware : named;
    char quoted_own[FWS_ERROR_QUOTE_SIZE];
    char quoted_named[FWS_ERROR_QUOTE_SIZE];

    if (own == NULL || *own == '\0') {
        say(out, "%s",
            q->policy->identity.has_hardware_offset ? "a payload that names none"
                                                    : "none; --hardware names it");
    } else if (named != NULL && strcmp(named, own) != 0) {
        say(out, "'%.40s' in the payload, '%.40s' by --hardware",
            fws_error_quote(own, strlen(own), quoted_own),
            fws_error_quote(named, strlen(named), quoted_named));
    } else {
        say_text(own, "none", out);
    }
}

void fws_expect_resign(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s",
        q->policy->format.resign ? "a binary or an image" : "a binary without an image header");
}

void fws_see_resign(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s",
        q->facts->input_is_image ? "an MCUboot image" : "a binary without an image header");
}

void fws_expect_slot(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "at most %" PRIu64 " bytes", q->policy->format.slot_size);
}

void fws_see_slot(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%zu bytes of image and %zu of trailer", q->facts->image_size, q->facts->trailer_size);
}

/* ---- Which version and counter ---- */

void fws_expect_version_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "a version from ");
    for (size_t i = 0; i < q->policy->version.from.count; i++) {
        char quoted[FWS_ERROR_QUOTE_SIZE];
        const char *source = q->policy->version.from.items[i];

        fws_policy_list_add(out, FWS_DECISION_TEXT_SIZE,
                            fws_error_quote(source, strlen(source), quoted), i == 0 ? "" : ", ");
    }
}

void fws_see_version_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s", q->facts->version_conflict);
}

void fws_expect_minimum(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("at least ", &q->policy->version.minimum, out);
}

void fws_see_minimum(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("", &q->facts->version, out);
}

void fws_expect_floor(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("at least ", &q->policy->version.floor, out);
}

void fws_see_floor(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("", &q->facts->version, out);
}

void fws_expect_increasing(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    char text[FWS_VERSION_TEXT_SIZE];

    if (!q->facts->has_history) {
        say(out, "higher than all before");
    } else if (q->facts->last_version == NULL) {
        say(out, "any version, as none was signed before");
    } else {
        say(out, "higher than %s (entry %" PRIu64 ")",
            fws_version_text(q->facts->last_version, text), q->facts->last_entry);
    }
}

void fws_see_increasing(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("", &q->facts->version, out);
}

void fws_expect_build(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s",
        q->policy->version.build == FWS_POLICY_BUILD_REQUIRED ? "a version with +BUILD"
                                                              : "a version without +BUILD");
}

void fws_see_build(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_version("", &q->facts->version, out);
}

void fws_expect_counter(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%s",
        q->policy->counter.from == FWS_POLICY_COUNTER_NONE ? "no security counter"
                                                           : "a security counter");
}

void fws_see_counter(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->facts->has_counter) {
        say(out, "%" PRIu32, q->facts->counter);
    } else {
        say(out, "none");
    }
}

void fws_expect_counter_minimum(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "at least %" PRIu64, q->policy->counter.minimum);
}

void fws_see_counter_minimum(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    fws_see_counter(q, out);
}

void fws_expect_counter_fall(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->facts->has_last_counter) {
        say(out, "at least %" PRIu32 ", as was signed before", q->facts->last_counter);
    } else {
        say(out, "any counter, as none was signed before");
    }
}

void fws_see_counter_fall(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    fws_see_counter(q, out);
}

/* ---- What the bytes are ---- */

void fws_expect_min_size(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "a payload of at least %" PRIu64 " bytes", q->policy->content.min_size);
}

void fws_see_min_size(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "%zu bytes", q->facts->content->size);
}

void fws_expect_max_size(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "a payload of at most %" PRIu64 " bytes", q->policy->content.max_size);
}

void fws_see_max_size(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    fws_see_min_size(q, out);
}

void fws_expect_blank(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    (void)q;
    say(out, "a payload that is not one byte repeated");
}

void fws_see_blank(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    if (q->facts->content->constant) {
        say(out, "%zu times 0x%02x", q->facts->content->size, q->facts->content->constant_byte);
    } else {
        say(out, "%zu bytes", q->facts->content->size);
    }
}

void fws_expect_private_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    (void)q;
    say(out, "a payload without a private key");
}

void fws_see_private_key(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    size_t from = fws_patterns_private_key(q->policy);
    size_t first = fws_patterns_first(q->facts->content, from, FWS_PRIVATE_KEY_HEADER_COUNT, true);

    if (first < FWS_PRIVATE_KEY_HEADER_COUNT) {
        say(out, "'%s' at 0x%zx", fws_private_key_headers[first],
            q->facts->content->found[from + first]);
    } else {
        say(out, "none");
    }
}

static void say_patterns(const struct fws_yaml_named *named, const char *before,
                         char out[FWS_DECISION_TEXT_SIZE])
{
    const struct fws_policy_pattern *patterns = named->items;
    char quoted[FWS_ERROR_QUOTE_SIZE];

    say(out, "%s", before);
    for (size_t i = 0; i < named->count; i++) {
        fws_policy_list_add(out, FWS_DECISION_TEXT_SIZE,
                            fws_error_quote(patterns[i].name, strlen(patterns[i].name), quoted),
                            i == 0 ? "" : ", ");
    }
}

static const char *pattern_name(const struct fws_yaml_named *named, size_t index,
                                char out[FWS_ERROR_QUOTE_SIZE])
{
    const struct fws_policy_pattern *pattern =
        (const struct fws_policy_pattern *)named->items + index;

    return fws_error_quote(pattern->name, strlen(pattern->name), out);
}

void fws_expect_must(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_patterns(&q->policy->content.must_contain, "a payload with ", out);
}

void fws_see_must(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const struct fws_yaml_named *named = &q->policy->content.must_contain;
    size_t missing = fws_patterns_first(q->facts->content, 0, named->count, false);
    char quoted[FWS_ERROR_QUOTE_SIZE];

    if (missing < named->count) {
        say(out, "no '%.100s'", pattern_name(named, missing, quoted));
    } else {
        say(out, "all of them");
    }
}

void fws_expect_must_not(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_patterns(&q->policy->content.must_not_contain, "a payload without ", out);
}

void fws_see_must_not(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const struct fws_yaml_named *named = &q->policy->content.must_not_contain;
    size_t from = fws_patterns_must_not(q->policy);
    size_t first = fws_patterns_first(q->facts->content, from, named->count, true);
    char quoted[FWS_ERROR_QUOTE_SIZE];

    if (first < named->count) {
        say(out, "'%.100s' at 0x%zx", pattern_name(named, first, quoted),
            q->facts->content->found[from + first]);
    } else {
        say(out, "none of them");
    }
}

void fws_expect_stack(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    const struct fws_policy_ram *ram = q->policy->content.cortex_m.ram.items;

    say(out, "an initial stack pointer in ");
    for (size_t i = 0; i < q->policy->content.cortex_m.ram.count; i++) {
        char part[FWS_DECISION_TEXT_SIZE];

        say(part, "%.32s (0x%08" PRIx64 "-0x%08" PRIx64 ")", ram[i].name, ram[i].range.first,
            ram[i].range.last);
        fws_policy_list_add(out, FWS_DECISION_TEXT_SIZE, part, i == 0 ? "" : ", ");
    }
}

static void say_vector(const struct fws_content *content, uint32_t value,
                       char out[FWS_DECISION_TEXT_SIZE])
{
    if (content->has_vectors) {
        say(out, "0x%08" PRIx32, value);
    } else {
        say(out, "a payload of %zu bytes, too short for vectors", content->size);
    }
}

void fws_see_stack(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_vector(q->facts->content, q->facts->content->stack_pointer, out);
}

void fws_expect_reset(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    size_t size = q->facts->content != NULL ? q->facts->content->size : 0;

    say(out, "an odd reset vector inside the payload (0x%08" PRIx64 "-0x%08" PRIx64 ")",
        q->policy->content.cortex_m.address,
        q->policy->content.cortex_m.address + (size > 0 ? size - 1 : 0));
}

void fws_see_reset(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_vector(q->facts->content, q->facts->content->reset_vector, out);
}

void fws_expect_code(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    size_t size = q->facts->content != NULL ? q->facts->content->size : 0;

    say(out, "an entry inside the payload (0x%08" PRIx64 "-0x%08" PRIx64 ") with an instruction",
        q->policy->content.riscv.address,
        q->policy->content.riscv.address + (size > 0 ? size - 1 : 0));
}

void fws_see_code(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    uint64_t entry = q->facts->has_entry                  ? q->facts->entry
                     : q->policy->content.riscv.has_entry ? q->policy->content.riscv.entry
                                                          : q->policy->content.riscv.address;

    if (q->facts->content->entry_inside) {
        say(out, "0x%08" PRIx64 " with 0x%04x", entry, q->facts->content->entry_code);
    } else {
        say(out, "0x%08" PRIx64 ", %s", entry, entry % 2 != 0 ? "odd" : "outside");
    }
}

void fws_expect_entry(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "an input that begins to run at 0x%08" PRIx64, q->policy->content.riscv.entry);
}

void fws_see_entry(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "0x%08" PRIx32, q->facts->entry);
}

/* ---- When, how much ---- */

void fws_expect_when_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("not before ", q->policy->when.from.time_us, out);
}

void fws_see_when_from(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("", q->facts->time_us, out);
}

void fws_expect_when_until(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("before ", q->policy->when.until.time_us, out);
}

void fws_see_when_until(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_time("", q->facts->time_us, out);
}

void fws_expect_windows(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_list(&q->policy->when.windows_text, out);
}

void fws_see_windows(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int64_t minutes = q->facts->time_us / 60000000;

    say(out, "%s %02d:%02d UTC", days[(minutes / 1440 + 3) % 7], (int)(minutes % 1440 / 60),
        (int)(minutes % 60));
}

static void say_budget(uint64_t limit, const char *of_what, char out[FWS_DECISION_TEXT_SIZE])
{
    say(out, "at most %" PRIu64 " signatures %s", limit, of_what);
}

static void say_spent(uint64_t count, char out[FWS_DECISION_TEXT_SIZE])
{
    if (count == UINT64_MAX) {
        say(out, "a version too old to be counted");
    } else {
        say(out, "%" PRIu64 " before this one", count);
    }
}

void fws_expect_hour(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_budget(q->policy->budget.hour, "an hour", out);
}

void fws_see_hour(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_spent(q->facts->hour_count, out);
}

void fws_expect_day(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_budget(q->policy->budget.day, "a day", out);
}

void fws_see_day(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_spent(q->facts->day_count, out);
}

void fws_expect_release(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_budget(q->policy->budget.release, "of a version", out);
}

void fws_see_release(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE])
{
    say_spent(q->facts->release_count, out);
}

/* ---- A refusal in one sentence ---- */

#define ALSO "; and also "
/* Callers put their part in front of the sentence. */
#define SENTENCE_SIZE (FWS_ERROR_TEXT_SIZE - 160u)

static bool fails(const struct fws_decision *decision, size_t index)
{
    return decision->reasons[index].answer == FWS_ANSWER_FAIL;
}

/* Room for the names of the failing rules from there on. */
static size_t names_size(const struct fws_decision *decision, size_t from)
{
    size_t size = 0;

    for (size_t i = from; i < decision->reason_count; i++) {
        size += fails(decision, i) ? strlen(decision->reasons[i].rule) + strlen(", ") : 0;
    }
    return size > 0 ? size + strlen(ALSO) : 0;
}

static void add_names(const struct fws_decision *decision, size_t from,
                      char text[FWS_ERROR_TEXT_SIZE])
{
    const char *separator = ALSO;

    for (size_t i = from; i < decision->reason_count; i++) {
        if (fails(decision, i)) {
            fws_policy_list_add(text, FWS_ERROR_TEXT_SIZE, decision->reasons[i].rule, separator);
            separator = ", ";
        }
    }
}

/* Where there is no room for all that can be said of every rule, each is named at least. */
enum fws_status fws_decision_error(const struct fws_policy *policy,
                                   const struct fws_decision *decision, struct fws_error *err)
{
    char text[FWS_ERROR_TEXT_SIZE] = "";
    char where[FWS_POLICY_PLACE_SIZE];
    char part[FWS_ERROR_TEXT_SIZE];

    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];

        if (!fails(decision, i)) {
            continue;
        }
        (void)snprintf(part, sizeof part, "%s (%s): expected %s, saw %s", reason->rule,
                       fws_policy_place_text(policy, reason->place, where), reason->expected,
                       reason->seen);
        if (strlen(text) + strlen("; ") + strlen(part) + names_size(decision, i + 1) >=
            SENTENCE_SIZE) {
            add_names(decision, i, text);
            break;
        }
        fws_policy_list_add(text, sizeof text, part, "; ");
    }
    return fws_error_set(err, decision->status != FWS_OK ? decision->status : FWS_E_POLICY_DENIED,
                         "%s", *text != '\0' ? text : "no rule of the policy was asked");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/number.h"
#include "policy/denied_keys.h"
#include "tests/unit/policy/world.h"

static const char base_settings[] = "product: pump\n"
                                    "keys.prod: {}\n"
                                    "keys.spare: {}\n"
                                    "format.slot-size: 0x1000\n"
                                    "version.from: option";

static const char base_facts[] = "caller alice, time 2025-06-04T12:00:00Z, key prod, spki own, "
                                 "hsm-firmware 2.4, channel stable, version 1.2.0, "
                                 "image-size 0xfd0, trailer-size 0x30, history yes";

#define PUBLISHED 0xdd

/* The list of published keys has a test of its own; here one key is on it. */
const char *fws_denied_key_origin(const uint8_t spki_sha256[32])
{
    return spki_sha256[0] == PUBLISHED ? "the key of a sample" : NULL;
}

/* ---- The file ---- */

static void add_setting(struct fws_world *world, const char *line, size_t size)
{
    struct fws_world_setting *setting = &world->settings[world->setting_count++];
    const char *end = memchr(line, ':', size);

    assert_true(world->setting_count <= FWS_WORLD_SETTINGS_MAX);
    assert_non_null(end);
    size_t path_size = (size_t)(end - line);

    assert_true(path_size + 2 <= size && path_size < sizeof setting->path);
    (void)snprintf(setting->path, sizeof setting->path, "%.*s", (int)path_size, line);
    (void)snprintf(setting->value, sizeof setting->value, "%.*s", (int)(size - path_size - 2),
                   end + 2);
}

static void add_settings(struct fws_world *world, const char *lines)
{
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");

        add_setting(world, lines, size);
        lines += size + (lines[size] == '\n');
    }
}

static bool is_under(const char *path, const char *prefix)
{
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

/* The last value counts; NULL: a mapping. */
static const char *value_of(const struct fws_world *world, const char *path)
{
    const char *value = NULL;
    char prefix[97];

    (void)snprintf(prefix, sizeof prefix, "%s.", path);
    for (size_t i = 0; i < world->setting_count; i++) {
        if (is_under(world->settings[i].path, prefix)) {
            return NULL;
        }
        if (strcmp(world->settings[i].path, path) == 0) {
            value = world->settings[i].value;
        }
    }
    return value;
}

__attribute__((format(printf, 2, 3))) static void put(struct fws_world *world, const char *format,
                                                      ...)
{
    va_list args;

    va_start(args, format);
    int size = vsnprintf(world->text + world->text_size, sizeof world->text - world->text_size,
                         format, args);
    va_end(args);
    assert_true(size >= 0 && world->text_size + (size_t)size < sizeof world->text);
    world->text_size += (size_t)size;
}

static bool is_written(const struct fws_world *world, const char *path)
{
    return fws_world_place(world, path).line != 0;
}

static void note_place(struct fws_world *world, const char *path, unsigned line, size_t column)
{
    struct fws_world_place *place = &world->places[world->place_count++];

    assert_true(world->place_count <= FWS_WORLD_SETTINGS_MAX);
    (void)snprintf(place->path, sizeof place->path, "%s", path);
    place->place = (struct fws_yaml_place){line, (unsigned)column};
}

static void compose(struct fws_world *world, const char *prefix, size_t depth);

/* The key at the end of path, with its value or the mapping below it. */
static void compose_key(struct fws_world *world, const char *path, const char *key, size_t depth)
{
    const char *value = value_of(world, path);
    char inner[97];

    if (value != NULL) {
        note_place(world, path, world->line++, 2 * depth + strlen(key) + 3);
        put(world, "%*s%s: %s\n", (int)(2 * depth), "", key, value);
        return;
    }
    note_place(world, path, ++world->line, 2 * depth + 3);
    put(world, "%*s%s:\n", (int)(2 * depth), "", key);
    (void)snprintf(inner, sizeof inner, "%s.", path);
    compose(world, inner, depth + 1);
}

static void compose(struct fws_world *world, const char *prefix, size_t depth)
{
    for (size_t i = 0; i < world->setting_count; i++) {
        const char *rest = world->settings[i].path + strlen(prefix);
        char path[96];

        if (!is_under(world->settings[i].path, prefix)) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s%.*s", prefix, (int)strcspn(rest, "."), rest);
        if (!is_written(world, path)) {
            compose_key(world, path, path + strlen(prefix), depth);
        }
    }
}

struct fws_yaml_place fws_world_place(const struct fws_world *world, const char *path)
{
    for (size_t i = 0; i < world->place_count; i++) {
        if (strcmp(world->places[i].path, path) == 0) {
            return world->places[i].place;
        }
    }
    return (struct fws_yaml_place){0};
}

/* ---- The facts ---- */

enum kind {
    FLAG,
    TEXT,
    U32,
    U64,
    SIZE,
    TIME,
    VERSION,
    LAST,
    ID,
    SPKI,
    PAYLOAD,
    FILL,
    PUT,
    HALF,
    WORD
};

#define AT(member)  offsetof(struct fws_facts, member)
#define HAS(member) (offsetof(struct fws_facts, member) + 1)

static const struct fact {
    const char *name;
    enum kind kind;
    size_t offset;
    size_t has; /* offset of the flag that says there is one, plus 1; 0: none */
} fact_names[] = {
    {"tentative", FLAG, AT(tentative), 0},
    {"replay", FLAG, AT(replay), 0},
    {"fresh", FLAG, AT(fresh), 0},
    {"enforced", FLAG, AT(enforced), 0},
    {"caller", TEXT, AT(caller), 0},
    {"time", TIME, AT(time_us), HAS(has_time)},
    {"time-us", U64, AT(time_us), HAS(has_time)},
    {"key", TEXT, AT(key), 0},
    {"software", FLAG, AT(key_software), 0},
    {"spki", SPKI, 0, 0},
    {"hsm-firmware", TEXT, AT(hsm_firmware), 0},
    {"channel", TEXT, AT(channel), 0},
    {"version", VERSION, 0, 0},
    {"conflict", TEXT, AT(version_conflict), 0},
    {"counter", U32, AT(counter), HAS(has_counter)},
    {"hardware", TEXT, AT(hardware), 0},
    {"image", FLAG, AT(input_is_image), 0},
    {"input-vendor", ID, AT(input_vendor_id), 0},
    {"input-class", ID, AT(input_class_id), 0},
    {"vendor", ID, AT(vendor_id), 0},
    {"class", ID, AT(class_id), 0},
    {"entry", U32, AT(entry), HAS(has_entry)},
    {"image-size", SIZE, AT(image_size), HAS(has_sizes)},
    {"trailer-size", SIZE, AT(trailer_size), 0},
    {"history", FLAG, AT(has_history), 0},
    {"last", LAST, 0, 0},
    {"last-entry", U64, AT(last_entry), 0},
    {"reserved", FLAG, AT(reserved), 0},
    {"last-counter", U32, AT(last_counter), HAS(has_last_counter)},
    {"last-serial", U64, AT(last_serial), HAS(has_last_serial)},
    {"hour", U64, AT(hour_count), 0},
    {"day", U64, AT(day_count), 0},
    {"release", U64, AT(release_count), 0},
    /* of the bytes: size, all of one value, a text at an offset, a little-endian value at one */
    {"payload", PAYLOAD, 0, 0},
    {"fill", FILL, 0, 0},
    {"put", PUT, 0, 0},
    {"half", HALF, 0, 0},
    {"word", WORD, 0, 0},
};

static uint64_t number(const char *text)
{
    uint64_t value = 0;

    if (!fws_uint_from_text(text, &value)) {
        fail_msg("'%s' is no number", text);
    }
    return value;
}

static struct fws_version version_of(const char *text)
{
    struct fws_version version = {0};

    if (fws_version_parse(text, strlen(text), &version) != FWS_OK) {
        fail_msg("'%s' is no version", text);
    }
    return version;
}

static void store_number(void *member, enum kind kind, uint64_t value)
{
    uint32_t small = (uint32_t)value;
    size_t size = (size_t)value;

    if (kind == U32) {
        memcpy(member, &small, sizeof small);
    } else if (kind == SIZE) {
        memcpy(member, &size, sizeof size);
    } else {
        memcpy(member, &value, sizeof value);
    }
}

static void store_time(void *member, const char *text)
{
    int64_t time_us = 0;

    if (!fws_clock_parse(text, &time_us)) {
        fail_msg("'%s' is no time", text);
    }
    memcpy(member, &time_us, sizeof time_us);
}

/* 16 times the same byte, named by its digits. */
static void store_id(struct fws_world *world, size_t offset, const char *digits)
{
    static const size_t owners[4] = {AT(input_vendor_id), AT(input_class_id), AT(vendor_id),
                                     AT(class_id)};
    const uint8_t *id = NULL;

    for (size_t i = 0; digits != NULL && i < 4; i++) {
        if (owners[i] == offset) {
            memset(world->ids[i], (int)strtoul(digits, NULL, 16), 16);
            id = world->ids[i];
        }
    }
    memcpy((char *)&world->facts + offset, &id, sizeof id);
}

static void store_payload(struct fws_world *world, enum kind kind, const char *text)
{
    const char *rest = strchr(text, ' ');
    char at_text[16];

    if (kind == PAYLOAD) {
        world->payload_size = number(text);
        world->content_known = true;
    } else if (kind == FILL) {
        memset(world->payload, (int)number(text), sizeof world->payload);
    } else {
        assert_non_null(rest);
        (void)snprintf(at_text, sizeof at_text, "%.*s", (int)(rest - text), text);
        uint32_t value = kind == PUT ? 0 : (uint32_t)number(rest + 1);
        size_t size = kind == PUT ? strlen(rest + 1) + 1 : kind == HALF ? 2 : 4;
        size_t at = number(at_text);

        assert_true(at + size <= sizeof world->payload);
        memcpy(world->payload + at, kind == PUT ? (const void *)(rest + 1) : &value, size);
    }
    assert_true(world->payload_size <= sizeof world->payload);
}

static void store(struct fws_world *world, const struct fact *fact, const char *text)
{
    void *member = (char *)&world->facts + fact->offset;
    bool known = text != NULL;

    if (fact->has != 0) {
        memcpy((char *)&world->facts + fact->has - 1, &known, sizeof known);
    }
    if (fact->kind == TEXT) {
        memcpy(member, &text, sizeof(const char *));
    } else if (fact->kind == ID) {
        store_id(world, fact->offset, text);
    } else if (fact->kind == LAST) {
        world->last = known ? version_of(text) : (struct fws_version){0};
        world->facts.last_version = known ? &world->last : NULL;
    } else if (fact->kind == SPKI) {
        memset(world->spki, known && strcmp(text, "own") != 0 ? PUBLISHED : 0x11, 32);
        world->facts.key_spki = known ? world->spki : NULL;
    } else if (fact->kind == PAYLOAD && !known) {
        world->content_known = false;
    } else if (!known) {
        return;
    } else if (fact->kind == FLAG) {
        known = strcmp(text, "yes") == 0;
        memcpy(member, &known, sizeof known);
    } else if (fact->kind == TIME) {
        store_time(member, text);
    } else if (fact->kind == VERSION) {
        world->facts.version = version_of(text);
    } else if (fact->kind >= PAYLOAD) {
        store_payload(world, fact->kind, text);
    } else {
        store_number(member, fact->kind, number(text));
    }
}

static void take_fact(struct fws_world *world, char *item)
{
    size_t size = strcspn(item, " ");
    const char *value = item[size] == ' ' ? item + size + 1 : "";

    item[size] = '\0';
    for (size_t i = 0; i < sizeof fact_names / sizeof fact_names[0]; i++) {
        if (strcmp(fact_names[i].name, item) == 0) {
            store(world, &fact_names[i], strcmp(value, "-") != 0 ? value : NULL);
            return;
        }
    }
    fail_msg("'%s' is no fact", item);
}

void fws_world_facts(struct fws_world *world, const char *facts)
{
    char *at = world->words + world->words_used;
    size_t size = strlen(facts) + 1;

    assert_true(world->words_used + size <= sizeof world->words);
    memcpy(at, facts, size);
    world->words_used += size;
    while (*at != '\0') {
        char *end = strstr(at, ", ");
        char *next = end != NULL ? end + 2 : at + strlen(at);

        if (end != NULL) {
            *end = '\0';
        }
        take_fact(world, at);
        at = next;
    }
}

/* Firmware of a Cortex-M at 0x8000200 that could run on RISC-V as well. */
static void make_payload(struct fws_world *world)
{
    for (size_t i = 0; i < sizeof world->payload; i++) {
        world->payload[i] = (uint8_t)(i * 7 + 1);
    }
    fws_world_facts(world, "payload 256, word 0 0x20004000, word 4 0x08000209, put 0x40 PUMP, "
                           "put 0x50 rev-b, put 0x60 release build, half 0x80 0x1234");
}

void fws_world_forget(struct fws_world *world)
{
    world->facts = (struct fws_facts){0};
    world->words_used = 0;
    fws_world_facts(world, base_facts);
    make_payload(world);
}

/* ---- Both ---- */

bool fws_world_try(struct fws_world *world, const char *settings, struct fws_error *err)
{
    memset(world, 0, sizeof *world);
    world->line = 1;
    add_settings(world, base_settings);
    add_settings(world, settings);
    compose(world, "", 0);
    fws_world_forget(world);
    return fws_policy_parse(FWS_WORLD_NAME, world->text, world->text_size, &world->policy, err) ==
           FWS_OK;
}

void fws_world_open(struct fws_world *world, const char *settings)
{
    struct fws_error err = {0};

    if (!fws_world_try(world, settings, &err)) {
        fail_msg("%s\n%s", err.text, world->text);
    }
}

void fws_world_close(struct fws_world *world)
{
    fws_policy_free(&world->policy);
}

void fws_world_decide(struct fws_world *world)
{
    const uint32_t *entry = world->facts.has_entry ? &world->facts.entry : NULL;

    if (world->content_known) {
        fws_content_read(&world->policy, entry, world->payload, world->payload_size,
                         &world->content);
    }
    world->facts.content = world->content_known ? &world->content : NULL;
    fws_policy_decide(&world->policy, &world->facts, &world->decision);
}

const struct fws_decision_reason *fws_world_reason(const struct fws_world *world, const char *rule)
{
    for (size_t i = 0; i < world->decision.reason_count; i++) {
        if (strcmp(world->decision.reasons[i].rule, rule) == 0) {
            return &world->decision.reasons[i];
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/yaml_parts.h"
#include "bytes/bytes.h"

static const struct fws_yaml_place file_start = {1, 1};

static struct fws_yaml_place place_of(yaml_mark_t mark)
{
    struct fws_yaml_place place = {(unsigned)mark.line + 1, (unsigned)mark.column + 1};

    return place;
}

struct fws_yaml_place fws_yaml_source_place(const struct fws_yaml_source *source)
{
    return place_of(source->event.start_mark);
}

enum fws_status fws_yaml_fail(const struct fws_yaml_source *source, struct fws_yaml_place place,
                              const char *format, ...)
{
    char text[FWS_ERROR_TEXT_SIZE];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fws_error_set(source->err, source->status_bad, "%s:%u:%u: %s", source->name, place.line,
                         place.column, text);
}

enum fws_status fws_yaml_fail_memory(const struct fws_yaml_source *source)
{
    return fws_error_set(source->err, FWS_E_MEMORY, "%s: no memory", source->name);
}

enum fws_status fws_yaml_source_open(struct fws_yaml_source *source)
{
    static const char utf8_mark[] = "\xef\xbb\xbf";
    struct fws_reader reader = fws_reader_init(source->text, source->size);

    if (source->size > FWS_YAML_MAX_SIZE) {
        return fws_yaml_fail(source, file_start, "larger than %u bytes", FWS_YAML_MAX_SIZE);
    }
    if (yaml_parser_initialize(&source->parser) == 0) {
        return fws_yaml_fail_memory(source);
    }
    if (fws_reader_starts_with(&reader, utf8_mark, 3)) {
        fws_reader_skip(&reader, 3);
    }
    /* Set, not guessed: a UTF-16 mark would make libyaml read other text than a person sees. */
    yaml_parser_set_encoding(&source->parser, YAML_UTF8_ENCODING);
    source->text = reader.left > 0 ? reader.data : (const uint8_t *)"";
    source->size = reader.left;
    yaml_parser_set_input_string(&source->parser, source->text, source->size);
    return FWS_OK;
}

void fws_yaml_source_close(struct fws_yaml_source *source)
{
    yaml_event_delete(&source->event);
    yaml_parser_delete(&source->parser);
}

/* libyaml's reader knows an offset only; people want line and column. */
static struct fws_yaml_place place_of_offset(const struct fws_yaml_source *source, size_t offset)
{
    struct fws_reader reader = fws_reader_init(source->text, source->size);
    struct fws_yaml_place place = file_start;

    while (offset > 0 && reader.left > 0) {
        uint8_t byte = fws_reader_u8(&reader);

        if (byte == '\n') {
            place.line++;
            place.column = 1;
        } else if ((byte & 0xc0) != 0x80) {
            place.column++;
        }
        offset--;
    }
    return place;
}

static enum fws_status fail_encoding(const struct fws_yaml_source *source)
{
    struct fws_yaml_place place = place_of_offset(source, source->parser.problem_offset);

    if (strstr(source->parser.problem, "control") != NULL) {
        return fws_yaml_fail(source, place, "control character 0x%02x",
                             (unsigned)source->parser.problem_value);
    }
    return fws_yaml_fail(source, place, "not UTF-8 text");
}

static enum fws_status fail_parse(const struct fws_yaml_source *source)
{
    const yaml_parser_t *parser = &source->parser;

    switch (parser->error) {
    case YAML_MEMORY_ERROR:
        return fws_yaml_fail_memory(source);
    case YAML_READER_ERROR:
        return fail_encoding(source);
    default:
        break;
    }
    const char *context = parser->context != NULL ? parser->context : "";

    return fws_yaml_fail(source, place_of(parser->problem_mark), "not YAML: %s%s%s", context,
                         *context != '\0' ? ", " : "", parser->problem);
}

/* Anchors come with aliases, which can blow a line up to gigabytes; a tag changes what a value is. */
static enum fws_status refuse_properties(const struct fws_yaml_source *source,
                                         const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL) {
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "anchors ('&name') are not allowed");
    }
    if (tag != NULL) {
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "tags ('!type') are not allowed");
    }
    return FWS_OK;
}

static enum fws_status refuse_directives(const struct fws_yaml_source *source)
{
    if (source->event.data.document_start.version_directive != NULL ||
        source->event.data.document_start.tag_directives.start !=
            source->event.data.document_start.tag_directives.end) {
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "directives ('%%YAML', '%%TAG') are not allowed");
    }
    return FWS_OK;
}

enum fws_status fws_yaml_source_next(struct fws_yaml_source *source)
{
    const yaml_event_t *event = &source->event;

    yaml_event_delete(&source->event);
    if (yaml_parser_parse(&source->parser, &source->event) == 0) {
        return fail_parse(source);
    }
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "aliases ('*name') are not allowed");
    case YAML_SCALAR_EVENT:
        return refuse_properties(source, event->data.scalar.anchor, event->data.scalar.tag);
    case YAML_SEQUENCE_START_EVENT:
        return refuse_properties(source, event->data.sequence_start.anchor,
                                 event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return refuse_properties(source, event->data.mapping_start.anchor,
                                 event->data.mapping_start.tag);
    case YAML_DOCUMENT_START_EVENT:
        return refuse_directives(source);
    default:
        return FWS_OK;
    }
}

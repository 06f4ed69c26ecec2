/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/yaml.h"
#include "cli/options.h"

#define NAMES_MAX 64u

static const struct fws_option *find(const struct fws_option_set *sets, size_t set_count,
                                     const char *name, size_t name_size, char letter, void **values)
{
    for (size_t i = 0; i < set_count; i++) {
        const struct fws_option *option = sets[i].table;

        for (; option != NULL && option->name != NULL; option++) {
            bool same = letter != 0 ? option->letter == letter
                                    : strlen(option->name) == name_size &&
                                          memcmp(option->name, name, name_size) == 0;

            if (same) {
                *values = sets[i].values;
                return option;
            }
        }
    }
    return NULL;
}

static enum fws_status unknown_option(const struct fws_option_set *sets, size_t set_count,
                                      const char *name, size_t name_size, struct fws_error *err)
{
    const char *names[NAMES_MAX + 1];
    char word[64];
    char quoted[FWS_ERROR_QUOTE_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < set_count; i++) {
        const struct fws_option *option = sets[i].table;

        for (; option != NULL && option->name != NULL && count < NAMES_MAX; option++) {
            names[count++] = option->name;
        }
    }
    names[count] = NULL;
    (void)fws_error_quote(name, name_size, quoted);
    const char *closest = NULL;

    if (name_size < sizeof word) {
        memcpy(word, name, name_size);
        word[name_size] = '\0';
        closest = fws_closest(word, names);
    }
    if (closest != NULL) {
        return fws_error_set(err, FWS_E_USAGE, "unknown option '--%s' (did you mean '--%s'?)",
                             quoted, closest);
    }
    return fws_error_set(err, FWS_E_USAGE, "unknown option '--%s'", quoted);
}

static enum fws_status store(const struct fws_option *option, void *values, const char *value,
                             struct fws_error *err)
{
    void *member = (char *)values + option->offset;

    switch (option->kind) {
    case FWS_OPTION_FLAG:
        *(bool *)member = true;
        return FWS_OK;
    case FWS_OPTION_TEXT:
        if (*(const char **)member != NULL) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' is given twice", option->name);
        }
        *(const char **)member = value;
        return FWS_OK;
    case FWS_OPTION_UINT: {
        struct fws_option_uint *number = member;

        if (number->given) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' is given twice", option->name);
        }
        number->given = true;
        if (!fws_uint_from_text(value, &number->value)) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' takes a number", option->name);
        }
        return FWS_OK;
    }
    case FWS_OPTION_LIST: {
        struct fws_option_list *list = member;

        if (list->count == FWS_OPTION_LIST_MAX) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' is given more than %u times",
                                 option->name, FWS_OPTION_LIST_MAX);
        }
        list->items[list->count++] = value;
        return FWS_OK;
    }
    }
    return fws_error_set(err, FWS_E_INTERNAL, "option '--%s' has no kind", option->name);
}

/* The state of one walk over argv. */
struct walk {
    const struct fws_option_set *sets;
    size_t set_count;
    int argc;
    char **argv;
    int at;
};

static enum fws_status take_value(struct walk *walk, const struct fws_option *option, void *values,
                                  const char *attached, struct fws_error *err)
{
    if (option->kind == FWS_OPTION_FLAG) {
        if (attached != NULL) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' takes no value", option->name);
        }
        return store(option, values, NULL, err);
    }
    if (attached == NULL) {
        if (walk->at + 1 >= walk->argc) {
            return fws_error_set(err, FWS_E_USAGE, "option '--%s' needs %s", option->name,
                                 option->argument);
        }
        attached = walk->argv[++walk->at];
    }
    return store(option, values, attached, err);
}

static enum fws_status take_long(struct walk *walk, struct fws_error *err)
{
    const char *name = walk->argv[walk->at] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    void *values = NULL;
    const struct fws_option *option = find(walk->sets, walk->set_count, name, size, 0, &values);

    if (option == NULL) {
        return unknown_option(walk->sets, walk->set_count, name, size, err);
    }
    return take_value(walk, option, values, equals != NULL ? equals + 1 : NULL, err);
}

static enum fws_status take_letters(struct walk *walk, struct fws_error *err)
{
    const char *letters = walk->argv[walk->at] + 1;

    for (; *letters != '\0'; letters++) {
        void *values = NULL;
        const struct fws_option *option =
            find(walk->sets, walk->set_count, NULL, 0, *letters, &values);
        char quoted[FWS_ERROR_QUOTE_SIZE];

        if (option == NULL) {
            return fws_error_set(err, FWS_E_USAGE, "unknown option '-%s'",
                                 fws_error_quote(letters, 1, quoted));
        }
        if (option->kind != FWS_OPTION_FLAG) {
            return take_value(walk, option, values, letters[1] != '\0' ? letters + 1 : NULL, err);
        }
        enum fws_status status = take_value(walk, option, values, NULL, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    return FWS_OK;
}

enum fws_status fws_options_parse(const struct fws_option_set *sets, size_t set_count, int argc,
                                  char **argv, int *operand_count, struct fws_error *err)
{
    struct walk walk = {sets, set_count, argc, argv, 0};
    bool options_end = false;
    int operands = 0;

    for (; walk.at < argc; walk.at++) {
        char *word = argv[walk.at];
        enum fws_status status = FWS_OK;

        if (options_end || word[0] != '-' || word[1] == '\0') {
            argv[operands++] = word;
        } else if (strcmp(word, "--") == 0) {
            options_end = true;
        } else if (word[1] == '-') {
            status = take_long(&walk, err);
        } else {
            status = take_letters(&walk, err);
        }
        if (status != FWS_OK) {
            return status;
        }
    }
    *operand_count = operands;
    return FWS_OK;
}

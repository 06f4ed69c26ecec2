/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options described by constant tables. The same table parses, and prints usage, help, completion
 * and the manual.
 */
#ifndef FWS_CLI_OPTIONS_H
#define FWS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/number.h"

enum fws_option_kind {
    FWS_OPTION_FLAG, /* bool */
    FWS_OPTION_TEXT, /* const char * */
    FWS_OPTION_UINT, /* struct fws_option_uint: decimal, 0x, 0o or 0b */
    FWS_OPTION_LIST, /* struct fws_option_list: may be given several times */
};

enum fws_option_values {
    FWS_VALUES_ANY,
    FWS_VALUES_FILE,
    FWS_VALUES_FOLDER,
    FWS_VALUES_KEY,    /* key names of the configuration */
    FWS_VALUES_CHOICE, /* the words of choices, separated by blanks */
};

struct fws_option {
    const char *name; /* "output" for --output; NULL ends a table */
    char letter;      /* 'o' for -o; 0 = none */
    enum fws_option_kind kind;
    size_t offset;        /* of the member in the command's struct */
    const char *argument; /* "FILE"; NULL for flags */
    const char *doc;      /* one line */
    enum fws_option_values values;
    const char *choices; /* FWS_VALUES_CHOICE */
};

struct fws_option_uint {
    bool given;
    uint64_t value;
};

#define FWS_OPTION_LIST_MAX 64u

struct fws_option_list {
    const char *items[FWS_OPTION_LIST_MAX];
    size_t count;
};

/* A table with the struct its offsets point into. */
struct fws_option_set {
    const struct fws_option *table;
    void *values;
};

/*
 * Parse argv[0..argc): options of any set, in any place; what is left are operands, moved to the
 * front of argv. "--" ends options; "-" is an operand. FWS_E_USAGE names the option and the closest
 * known one. Values are borrowed from argv.
 */
FWS_MUST_USE enum fws_status fws_options_parse(const struct fws_option_set *sets, size_t set_count,
                                               int argc, char **argv, int *operand_count,
                                               struct fws_error *err);

#endif

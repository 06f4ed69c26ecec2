/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion, printed from the tables. */
#include <string.h>

#include "cli/cli.h"
#include "cli/text.h"

#define WORD_SIZE 32u

static void put_options(struct fws_text *text, const struct fws_option *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        fws_text_put(text, " --%s", table->name);
    }
}

static bool two_words(const struct fws_command *command)
{
    return strchr(command->name, ' ') != NULL;
}

/* The first word of a row's name, and whether no earlier row begins with it. */
static bool first_of_word(size_t row, char word[WORD_SIZE])
{
    size_t length = strcspn(fws_commands[row].name, " ");

    memcpy(word, fws_commands[row].name, length);
    word[length] = '\0';
    for (size_t i = 0; i < row; i++) {
        if (strcspn(fws_commands[i].name, " ") == length &&
            memcmp(fws_commands[i].name, word, length) == 0) {
            return false;
        }
    }
    return true;
}

static void put_first_words(struct fws_text *text)
{
    char word[WORD_SIZE];

    for (size_t i = 0; i < fws_command_count; i++) {
        if (first_of_word(i, word)) {
            fws_text_put(text, " %s", word);
        }
    }
}

/* "list show export" for "key". */
static void put_second_words(struct fws_text *text, const char *first)
{
    size_t length = strlen(first);

    for (size_t i = 0; i < fws_command_count; i++) {
        const char *name = fws_commands[i].name;

        if (strncmp(name, first, length) == 0 && name[length] == ' ') {
            fws_text_put(text, " %s", name + length + 1);
        }
    }
}

static void put_bash_cases(struct fws_text *text)
{
    char word[WORD_SIZE];

    for (size_t i = 0; i < fws_command_count; i++) {
        const struct fws_command *command = &fws_commands[i];

        fws_text_put(text, "        '%s'%s) words=\"$globals", command->name,
                     two_words(command) ? "" : "' '*");
        put_options(text, command->options);
        if (command->operand_values == FWS_VALUES_CHOICE) {
            fws_text_put(text, " %s", command->operand_choices);
        }
        fws_text_put(text, "\" ;;\n");
    }
    for (size_t i = 0; i < fws_command_count; i++) {
        if (two_words(&fws_commands[i]) && first_of_word(i, word)) {
            fws_text_put(text, "        '%s '*) words=\"", word);
            put_second_words(text, word);
            fws_text_put(text, "\" ;;\n");
        }
    }
}

static void put_bash(struct fws_text *text)
{
    fws_text_put(text, "# bash completion for fwsign, printed by 'fwsign completion bash'\n"
                       "_fwsign()\n{\n"
                       "    local current=${COMP_WORDS[COMP_CWORD]} words= commands=\"");
    put_first_words(text);
    fws_text_put(text, "\" globals=\"");
    put_options(text, fws_global_option_table);
    fws_text_put(text, "\"\n"
                       "    if ((COMP_CWORD == 1)); then\n"
                       "        words=$commands\n"
                       "    else\n"
                       "        case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    put_bash_cases(text);
    fws_text_put(text, "        esac\n"
                       "    fi\n"
                       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                       "}\n"
                       "complete -o default -o bashdefault -F _fwsign fwsign\n");
}

/* zsh takes single-quoted words: close the quote around an apostrophe. */
static void put_quoted(struct fws_text *text, const char *words)
{
    for (; *words != '\0'; words++) {
        if (*words == '\'') {
            fws_text_put(text, "'\\''");
        } else if (*words == '[' || *words == ']' || *words == ':') {
            fws_text_put(text, "\\%c", *words);
        } else {
            fws_text_put(text, "%c", *words);
        }
    }
}

static void put_zsh_options(struct fws_text *text, const struct fws_option *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        fws_text_put(text, " '--%s[", table->name);
        put_quoted(text, table->doc);
        fws_text_put(text, "]%s%s%s'", table->argument != NULL ? ":" : "",
                     table->argument != NULL ? table->argument : "",
                     table->argument == NULL              ? ""
                     : table->values == FWS_VALUES_FILE   ? ":_files"
                     : table->values == FWS_VALUES_FOLDER ? ":_files -/"
                                                          : ":");
    }
}

static void put_zsh(struct fws_text *text)
{
    fws_text_put(text, "#compdef fwsign\n# printed by 'fwsign completion zsh'\n"
                       "_fwsign()\n{\n    local -a commands\n    commands=(");
    for (size_t i = 0; i < fws_command_count; i++) {
        fws_text_put(text, "\n        '%s:", fws_commands[i].name);
        put_quoted(text, fws_commands[i].summary);
        fws_text_put(text, "'");
    }
    fws_text_put(text, "\n    )\n    if ((CURRENT == 2)); then\n"
                       "        _describe command commands\n        return\n    fi\n"
                       "    case \"$words[2] $words[3]\" in\n");
    for (size_t i = 0; i < fws_command_count; i++) {
        fws_text_put(text, "    '%s'%s) _arguments", fws_commands[i].name,
                     two_words(&fws_commands[i]) ? "" : "' '*");
        put_zsh_options(text, fws_commands[i].options);
        put_zsh_options(text, fws_global_option_table);
        fws_text_put(text, " '*:file:_files' ;;\n");
    }
    fws_text_put(text, "    *) _files ;;\n    esac\n}\n_fwsign \"$@\"\n");
}

/* command NULL: an option of every command. */
static void put_fish_option(struct fws_text *text, const char *command,
                            const struct fws_option *option)
{
    fws_text_put(text, "complete -c fwsign");
    if (command != NULL) {
        fws_text_put(text, " -n \"__fish_seen_subcommand_from %s\"", command);
    }
    fws_text_put(text, " -l %s", option->name);
    if (option->letter != 0) {
        fws_text_put(text, " -s %c", option->letter);
    }
    if (option->argument != NULL) {
        fws_text_put(text, " -r");
    }
    fws_text_put(text, " -d \"%s\"\n", option->doc);
}

static void put_fish(struct fws_text *text)
{
    fws_text_put(text, "# fish completion for fwsign, printed by 'fwsign completion fish'\n");
    for (size_t i = 0; i < fws_command_count; i++) {
        const struct fws_command *command = &fws_commands[i];
        const struct fws_option *option = command->options;

        fws_text_put(text, "complete -c fwsign -n __fish_use_subcommand -a '%s' -d \"%s\"\n",
                     command->name, command->summary);
        for (; option != NULL && option->name != NULL; option++) {
            put_fish_option(text, command->name, option);
        }
    }
    for (const struct fws_option *option = fws_global_option_table; option->name != NULL;
         option++) {
        put_fish_option(text, NULL, option);
    }
}

enum fws_status fws_completion_print(const char *shell, struct fws_error *err)
{
    static const struct {
        const char *name;
        void (*put)(struct fws_text *text);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shell, shells[i].name) == 0) {
            FWS_AUTO(fws_text) text = {0};

            shells[i].put(&text);
            return fws_text_print(&text, err);
        }
    }
    return fws_error_set(err, FWS_E_USAGE, "completion is for bash, zsh or fish");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/edge.h"

#include <string.h>

#include "tests/wycheproof/text.h"

enum { ALGORITHM, KEY, MESSAGE, SIGNATURE, VERDICT, COMMENT, FIELDS };

/* Cut a line at its first blanks; the comment keeps its own. */
static void split(char *line, char *field[FIELDS])
{
    for (size_t i = 0; i < COMMENT; i++) {
        char *blank = strchr(line, ' ');

        require(blank != NULL, "a line has too few fields: %s", line);
        *blank = '\0';
        field[i] = line;
        line = &blank[1];
    }
    field[COMMENT] = line;
}

/* "ecdsa-p256-der" is ecdsa-p256 with signatures in DER. */
static enum fws_algorithm algorithm_of(const char *name, bool *der)
{
    *der = strlen(name) > 4 && strcmp(&name[strlen(name) - 4], "-der") == 0;
    size_t length = strlen(name) - (*der ? 4 : 0);

    for (enum fws_algorithm alg = FWS_ALG_RSA2048; alg <= FWS_ALG_ED25519; alg++) {
        const char *known = fws_algorithm_name(alg);

        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            return alg;
        }
    }
    fail("no algorithm is called '%s'", name);
}

static struct fws_buf field_bytes(const char *text)
{
    return bytes_of(strcmp(text, "-") == 0 ? "" : text);
}

static void use_line(char *line, unsigned number,
                     void (*use)(void *context, const struct edge_case *edge), void *context)
{
    char *field[FIELDS];
    struct edge_case edge = {.line = number};

    split(line, field);
    FWS_AUTO(fws_buf) key = field_bytes(field[KEY]);
    FWS_AUTO(fws_buf) message = field_bytes(field[MESSAGE]);
    FWS_AUTO(fws_buf) signature = field_bytes(field[SIGNATURE]);

    edge.alg = algorithm_of(field[ALGORITHM], &edge.question.der);
    edge.question.key = reader_of(&key);
    edge.question.message = reader_of(&message);
    edge.question.signature = reader_of(&signature);
    edge.valid = strcmp(field[VERDICT], "accept") == 0;
    edge.comment = field[COMMENT];
    require(edge.valid || strcmp(field[VERDICT], "refuse") == 0, "line %u: no verdict", number);
    use(context, &edge);
}

void edge_each(const char *folder, const char *set,
               void (*use)(void *context, const struct edge_case *edge), void *context)
{
    FWS_AUTO(fws_buf) text = read_text(folder, set, ".txt");
    unsigned number = 0;

    for (char *line = (char *)text.data; *line != '\0';) {
        char *end = strchr(line, '\n');

        require(end != NULL, "the last line has no end");
        *end = '\0';
        number++;
        if (line[0] != '#') {
            use_line(line, number, use, context);
        }
        line = &end[1];
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Lines "algorithm key message signature accept|refuse comment", as tests/vectors/edge/README.md says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/device/cases_write.h"
#include "tests/device/export.h"
#include "tests/vector/vector.h"

#define LINE_MAX_SIZE  (64u * 1024u)
#define FIELD_MAX_SIZE (16u * 1024u)

static const struct kind {
    const char *name;
    enum fws_algorithm alg;
    enum case_form form;
} kinds[] = {
    {"ecdsa-p256", FWS_ALG_P256, CASE_RAW},  {"ecdsa-p256-der", FWS_ALG_P256, CASE_DER},
    {"rsa-2048", FWS_ALG_RSA2048, CASE_RAW}, {"rsa-3072", FWS_ALG_RSA3072, CASE_RAW},
    {"ed25519", FWS_ALG_ED25519, CASE_RAW},
};

static const struct kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (name != NULL && strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    fail("no algorithm '%s' here", name != NULL ? name : "");
}

/* The next field in memory of its own; "-" is none. */
static struct fws_reader field(char **line, uint8_t memory[FIELD_MAX_SIZE])
{
    const char *text = strsep(line, " ");

    require(text != NULL, "a field is missing");
    size_t size = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;

    require(size <= FIELD_MAX_SIZE && fws_hex_decode(text, 2 * size, memory, size) == FWS_OK,
            "a field is no hex");
    return fws_reader_init(memory, size);
}

static void export_line(char *line)
{
    static uint8_t memory[3][FIELD_MAX_SIZE];
    const struct kind *kind = kind_of(strsep(&line, " "));
    struct fws_reader key = field(&line, memory[0]);
    struct fws_reader message = field(&line, memory[1]);
    struct fws_reader signature = field(&line, memory[2]);
    const char *verdict = strsep(&line, " ");
    char name[160];

    require(verdict != NULL && line != NULL, "a verdict is missing");
    bool accept = strcmp(verdict, "accept") == 0;

    require(accept || strcmp(verdict, "refuse") == 0, "'%s' is no verdict", verdict);
    (void)snprintf(name, sizeof name, "%s: %s", kind->name, line);
    cases_signature(name, accept ? FWS_OK : FWS_E_SIGNATURE_INVALID, kind->alg, kind->form, key,
                    message, signature);
}

void export_edge(const char *folder, const char *name)
{
    static char line[LINE_MAX_SIZE];
    char path[4096];

    require(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path, "path");
    FILE *file = fopen(path, "r");

    require(file != NULL, "%s cannot be read", path);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = strchr(line, '\n');

        require(end != NULL, "%s: a line is too long", path);
        *end = '\0';
        if (line[0] != '#') {
            export_line(line);
        }
    }
    (void)fclose(file);
}

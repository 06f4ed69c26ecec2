/* SPDX-License-Identifier: Apache-2.0 */
/* wycheproof_BACKEND wycheproof|edge FOLDER SET; an empty FOLDER skips. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/wycheproof/edge.h"
#include "tests/wycheproof/runner.h"
#include "tests/wycheproof/text.h"

#define EXIT_SKIPPED 77

void tally_begin(struct tally *tally, enum fws_algorithm alg)
{
    const struct fws_signature_scheme *const *at = backend.schemes;

    while (*at != NULL && (*at)->alg != alg) {
        at++;
    }
    require(*at != NULL, "%s has no %s", backend.name, fws_algorithm_name(alg));
    *tally = (struct tally){.scheme = *at};
}

void tally_case(struct tally *tally, const struct question *question, bool valid, const char *name,
                const char *comment)
{
    static const char *const names[] = {"refused", "accepted", "broken"};
    struct answer answer = judge(tally->scheme, backend.hashes, question);

    tally->cases++;
    tally->accepted += answer.verdict == VERDICT_ACCEPTED;
    tally->refused += answer.verdict == VERDICT_REFUSED;
    if (answer.verdict != (valid ? VERDICT_ACCEPTED : VERDICT_REFUSED)) {
        tally->wrong++;
        (void)printf("WRONG %s: %s (%s), it is %s: %s\n", name, names[answer.verdict], answer.why,
                     valid ? "valid" : "invalid", comment);
    }
}

static void tally_edge(void *context, const struct edge_case *edge)
{
    struct tally *tally = context;
    char name[32];

    if (tally->cases == 0) {
        tally_begin(tally, edge->alg);
    }
    require(tally->scheme->alg == edge->alg, "line %u: another algorithm", edge->line);
    (void)snprintf(name, sizeof name, "line %u", edge->line);
    tally_case(tally, &edge->question, edge->valid, name, edge->comment);
}

int main(int argc, char **argv)
{
    struct tally tally = {0};

    require(argc == 4, "usage: wycheproof_%s wycheproof|edge FOLDER SET", backend.name);
    if (argv[2][0] == '\0') {
        (void)printf("skipped: set the CMake variable FWSIGN_VECTORS to the folder that holds"
                     " wycheproof/%s_test.json\n",
                     argv[3]);
        return EXIT_SKIPPED;
    }
    require(backend.prepare == NULL || backend.prepare() == FWS_OK, "%s is not usable",
            backend.name);
    if (strcmp(argv[1], "edge") == 0) {
        edge_each(argv[2], argv[3], tally_edge, &tally);
    } else {
        wycheproof_run(&tally, argv[2], argv[3]);
    }
    (void)printf("%s %s %zu cases %zu accepted %zu refused %zu wrong\n", backend.name, argv[3],
                 tally.cases, tally.accepted, tally.refused, tally.wrong);
    require(tally.accepted > 0 && tally.refused > 0, "a set has signatures of both kinds");
    return tally.wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

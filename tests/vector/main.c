/* SPDX-License-Identifier: Apache-2.0 */
/* vector_runner VECTORS TABLES good|bad ID, or vector_runner VECTORS TABLES index. */
#include "tests/vector/vector.h"

#include <string.h>

int main(int argc, char **argv)
{
    require(argc >= 4, "usage: vector_runner VECTORS TABLES good|bad ID, or index");
    FWS_AUTO(vectors) vectors = vectors_open(argv[1], argv[2]);

    if (argc == 4 && strcmp(argv[3], "index") == 0) {
        run_index(&vectors);
    } else if (argc == 5 && strcmp(argv[3], "good") == 0) {
        run_good(&vectors, argv[4]);
    } else if (argc == 5 && strcmp(argv[3], "bad") == 0) {
        run_bad(&vectors, argv[4]);
    } else {
        fail("not a case: %s", argv[3]);
    }
    return 0;
}

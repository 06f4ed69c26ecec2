/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/yaml.h"

#define WORD_MAX 64u

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Slips that turn a into b: a letter too many, missing, wrong, or two exchanged (Damerau and
 * Levenshtein, each pair exchanged once). Both at most WORD_MAX letters.
 */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t rows[3][WORD_MAX + 1];

    for (size_t k = 0; k <= b_size; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t *now = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3];
        const size_t *two_before = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t k = 1; k <= b_size; k++) {
            size_t change = before[k - 1] + (a[i - 1] != b[k - 1]);

            now[k] = least(change, least(before[k], now[k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                now[k] = least(now[k], two_before[k - 2] + 1);
            }
        }
    }
    return rows[a_size % 3][b_size];
}

const char *fws_closest(const char *word, const char *const *candidates)
{
    size_t size = strlen(word);
    /* One slip in a short word, two in a longer one, a third of a long one: more is another word. */
    size_t best = size <= 3 ? 2 : size < 9 ? 3 : size / 3 + 1;
    const char *closest = NULL;

    for (size_t i = 0; size <= WORD_MAX && candidates[i] != NULL; i++) {
        size_t other_size = strlen(candidates[i]);

        if (other_size > WORD_MAX) {
            continue;
        }
        size_t slips = distance(word, size, candidates[i], other_size);

        if (slips < best && slips < size) {
            best = slips;
            closest = candidates[i];
        }
    }
    return closest;
}

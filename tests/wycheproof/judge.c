/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "format/format.h"

#define RAW_MAX_SIZE  96u
#define ED25519_SIZE  32u
#define SPKI_HEAD     12u /* of an Ed25519 key, before its 32 bytes */
#define SHA512_SIZE   64u
#define POISON_FIRST  0xa5u
#define POISON_SECOND 0x5au

static struct answer broken(const char *why)
{
    return (struct answer){VERDICT_BROKEN, why};
}

static void *need(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* ---- The operands ---- */

static bool is_apart(const struct fws_operands *operands)
{
    uintptr_t left = (uintptr_t)operands->left;
    uintptr_t right = (uintptr_t)operands->right;
    uintptr_t distance = left < right ? right - left : left - right;

    return distance / sizeof(uint32_t) >= operands->words;
}

static bool is_equal(const struct fws_operands *operands)
{
    uint32_t difference = 0;

    for (size_t i = 0; i < operands->words; i++) {
        difference |= operands->left[i] ^ operands->right[i];
    }
    return difference == 0;
}

static struct answer compare(const struct fws_operands *operands)
{
    if (operands->left == NULL || operands->right == NULL || !is_apart(operands)) {
        return broken("the operands are not two");
    }
    if (operands->words < JUDGE_WORDS_MIN || operands->words > FWS_VERIFY_SCRATCH_SIZE) {
        return broken("the operands are of no sensible size");
    }
    return is_equal(operands) ? (struct answer){VERDICT_ACCEPTED, "equal"}
                              : (struct answer){VERDICT_REFUSED, "unequal"};
}

/* ---- One call ---- */

/* At an odd address, and ending where its memory ends. */
static struct fws_reader copy_of(struct fws_reader bytes, uint8_t **memory)
{
    *memory = need(malloc(bytes.left + 1));
    if (bytes.left > 0) {
        memcpy(&(*memory)[1], bytes.data, bytes.left);
    }
    return fws_reader_init(&(*memory)[1], bytes.left);
}

static struct answer call(const struct fws_signature_scheme *scheme,
                          const struct fws_signature_input *input, uint8_t poison)
{
    struct fws_operands operands;
    void *scratch = need(malloc(scheme->scratch_size > 0 ? scheme->scratch_size : 1));

    memset(scratch, poison, scheme->scratch_size);
    memset(&operands, poison, sizeof operands);
    enum fws_status status =
        scheme->verify(input, scratch, scheme->boolean_only ? NULL : &operands);
    struct answer answer = {VERDICT_REFUSED, fws_status_name(status)};

    if (status == FWS_OK && scheme->boolean_only) {
        answer.verdict = VERDICT_ACCEPTED;
    } else if (status == FWS_OK) {
        answer = compare(&operands);
    } else if (status != FWS_E_SIGNATURE_INVALID && status != FWS_E_PUBKEY) {
        answer.verdict = VERDICT_BROKEN; /* a backend that fails has not judged */
    }
    free(scratch);
    return answer;
}

static struct answer ask(const struct fws_signature_scheme *scheme,
                         const struct fws_signature_input *original)
{
    struct fws_signature_input input = *original;
    uint8_t *memory[3];

    input.key = copy_of(original->key, &memory[0]);
    input.message = copy_of(original->message, &memory[1]);
    input.signature = copy_of(original->signature, &memory[2]);
    struct answer first = call(scheme, &input, POISON_FIRST);
    struct answer second = call(scheme, &input, POISON_SECOND);

    for (size_t i = 0; i < 3; i++) {
        free(memory[i]);
    }
    return first.verdict == second.verdict ? first : broken("asked again, it says something else");
}

/* ---- The kinds of signatures ---- */

static struct answer ask_der(const struct fws_signature_scheme *scheme,
                             struct fws_signature_input *input)
{
    size_t half = scheme->alg == FWS_ALG_P384 ? 48 : 32;
    uint8_t raw[RAW_MAX_SIZE];
    enum fws_status status =
        fws_ecdsa_raw_from_der(input->signature.data, input->signature.left, raw, half);

    if (status != FWS_OK) {
        return (struct answer){VERDICT_REFUSED, fws_status_name(status)};
    }
    input->signature = fws_reader_init(raw, 2 * half);
    return ask(scheme, input);
}

/* SHA-512(R || A || message), which the verifier computes in its one pass over the image. */
static void hash_prefixed(const struct question *question, uint8_t out[SHA512_SIZE])
{
    struct fws_reader r = question->signature;
    struct fws_reader a = question->key;
    struct fws_error err;
    size_t size = 2 * (size_t)ED25519_SIZE + question->message.left;
    uint8_t *text = need(malloc(size));

    fws_reader_skip(&a, SPKI_HEAD);
    fws_reader_copy(&r, text, ED25519_SIZE);
    fws_reader_copy(&a, &text[ED25519_SIZE], ED25519_SIZE);
    if (question->message.left > 0) {
        memcpy(&text[2 * ED25519_SIZE], question->message.data, question->message.left);
    }
    if (fws_digest(FWS_HASH_SHA512, text, size, out, &err) != FWS_OK) {
        abort();
    }
    free(text);
}

static struct answer ask_pure(const struct fws_signature_scheme *scheme,
                              struct fws_signature_input *input, const struct question *question)
{
    uint8_t hash[SHA512_SIZE];

    input->pure = true;
    if (scheme->pure == FWS_PURE_PREFIXED) {
        hash_prefixed(question, hash);
        input->message = fws_reader_init(hash, sizeof hash);
    }
    return ask(scheme, input);
}

struct answer judge(const struct fws_signature_scheme *scheme,
                    const struct fws_hash_function *const *hashes, const struct question *question)
{
    struct fws_signature_input input = {
        .key = question->key,
        .message = question->message,
        .signature = question->signature,
        .hashes = hashes,
    };

    if (scheme->scratch_size > FWS_VERIFY_SCRATCH_SIZE) {
        return broken("it wants more work memory than there is");
    }
    if (question->der) {
        return ask_der(scheme, &input);
    }
    struct answer answer = ask(scheme, &input);

    if (scheme->pure == FWS_PURE_NEVER || answer.verdict == VERDICT_BROKEN) {
        return answer;
    }
    struct answer pure = ask_pure(scheme, &input, question);

    return pure.verdict == answer.verdict || pure.verdict == VERDICT_BROKEN
               ? pure
               : broken("pure or not, it says something else");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of words of the built-in P-256, for Armv7-M and Armv8-M Mainline. What each
 * function does, and why no carry is lost, is in verifier/builtin/p256.c, step by step the same.
 *
 * They are assembly as a whole and not within C functions, so that the compiler takes nothing for
 * granted but the procedure call standard: arguments are in r0 to r3, the result is in r0.
 */
#include "verifier/builtin/p256.h"

#include "verifier/port/cortex-m/cortex-m.h"

uint32_t fws_cortex_m_add(uint32_t *out, const uint32_t *a, const uint32_t *b);
uint32_t fws_cortex_m_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b);
uint32_t fws_cortex_m_multiply(uint32_t *out, const uint32_t *a, const uint32_t *b);

static uint32_t add_raw(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
    return fws_cortex_m_add(out, a, b);
}

static uint32_t subtract_raw(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
    return fws_cortex_m_subtract(out, a, b);
}

static uint32_t multiply_raw(uint32_t *out, const uint32_t *a, const uint32_t *b, uint32_t *product)
{
    (void)product;
    return fws_cortex_m_multiply(out, a, b);
}

const struct fws_signature_scheme fws_cortex_m_p256 = {
    .alg = FWS_ALG_P256,
    .scratch_size = sizeof(struct work),
    .verify = verify,
};

/* clang-format off */

#define FUNCTION(name)                               \
    ".pushsection .text." name ",\"ax\",%progbits\n" \
    ".syntax unified\n"                              \
    ".thumb\n"                                       \
    ".balign 4\n"                                    \
    ".global " name "\n"                             \
    ".type " name ", %function\n"                    \
    ".thumb_func\n"                                  \
    name ":\n"

#define END_OF(name) ".size " name ", . - " name "\n.popsection\n"

/* Half of two numbers: op is the first addition or subtraction, next takes its carry along. */
__asm__(".macro fws_four_words op, next\n"
        "    ldmia  r1!, {r3-r6}\n"
        "    ldmia  r2!, {r7-r9, r12}\n"
        "    \\op   r3, r3, r7\n"
        "    \\next r4, r4, r8\n"
        "    \\next r5, r5, r9\n"
        "    \\next r6, r6, r12\n"
        "    stmia  r0!, {r3-r6}\n"
        ".endm\n");

__asm__(FUNCTION("fws_cortex_m_add")
        "    push {r4-r9, lr}\n"
        "    fws_four_words adds, adcs\n"
        "    fws_four_words adcs, adcs\n"
        "    mov  r0, #0\n"
        "    adc  r0, r0, #0\n"
        "    pop  {r4-r9, pc}\n"
        END_OF("fws_cortex_m_add"));

/* The processor's carry is the opposite of the borrow. */
__asm__(FUNCTION("fws_cortex_m_subtract")
        "    push {r4-r9, lr}\n"
        "    fws_four_words subs, sbcs\n"
        "    fws_four_words sbcs, sbcs\n"
        "    sbc  r0, r0, r0\n"
        "    rsb  r0, r0, #0\n"
        "    pop  {r4-r9, pc}\n"
        END_OF("fws_cortex_m_subtract"));

/* (carry, word) = word + carry + r0 * factor. */
#ifdef __ARM_FEATURE_DSP
#define STEP_BODY "    umaal \\word, \\carry, r0, \\factor\n"
#else
#define STEP_BODY                         \
    "    adds  \\word, \\word, \\carry\n" \
    "    mov   \\carry, #0\n"             \
    "    adc   \\carry, \\carry, #0\n"    \
    "    umlal \\word, \\carry, r0, \\factor\n"
#endif

__asm__(".macro fws_step word, carry, factor\n"
        STEP_BODY
        ".endm\n"

        /* Two steps, with the words of b from this byte on. */
        ".macro fws_two_steps byte, word0, word1, carry\n"
        "    ldrd r1, r3, [r2, #\\byte]\n"
        "    fws_step \\word0, \\carry, r1\n"
        "    fws_step \\word1, \\carry, r3\n"
        ".endm\n");

/*
 * One turn of the multiplication, with the word of a at this byte; r2 is b, and a on the stack. The
 * words and top are T, and carry is the ninth word of the row. The next turn's words are w1 to w7
 * and carry, and its top is w0, which holds q until then.
 *
 * 0 - q leaves the processor's carry set for q = 0 only, so q - 1 with it is q - (q != 0).
 */
__asm__(".macro fws_turn byte, w0, w1, w2, w3, w4, w5, w6, w7, carry, top\n"
        "    ldr  r0, [sp, #4]\n"
        "    ldr  r0, [r0, #\\byte]\n"
        "    mov  \\carry, #0\n"
        "    fws_two_steps 0, \\w0, \\w1, \\carry\n"
        "    fws_two_steps 8, \\w2, \\w3, \\carry\n"
        "    fws_two_steps 16, \\w4, \\w5, \\carry\n"
        "    fws_two_steps 24, \\w6, \\w7, \\carry\n"
        "    rsbs r1, \\w0, #0\n"
        "    sbc  r3, \\w0, #0\n"
        "    adds \\w3, \\w3, \\w0\n"
        "    adcs \\w4, \\w4, #0\n"
        "    adcs \\w5, \\w5, #0\n"
        "    adcs \\w6, \\w6, \\w0\n"
        "    adcs \\w7, \\w7, r1\n"
        "    adcs \\carry, \\carry, r3\n"
        "    mov  \\w0, #0\n"
        "    adc  \\w0, \\w0, #0\n"
        "    adds \\carry, \\carry, \\top\n"
        "    adc  \\w0, \\w0, #0\n"
        ".endm\n");

/* T and the carry are in ten registers, which move on by one each turn. */
__asm__(FUNCTION("fws_cortex_m_multiply")
        "    push {r0, r1, r4-r11, lr}\n"
        "    mov  r4, #0\n"
        "    mov  r5, #0\n"
        "    mov  r6, #0\n"
        "    mov  r7, #0\n"
        "    mov  r8, #0\n"
        "    mov  r9, #0\n"
        "    mov  r10, #0\n"
        "    mov  r11, #0\n"
        "    mov  lr, #0\n"
        "    fws_turn  0, r4, r5, r6, r7, r8, r9, r10, r11, r12, lr\n"
        "    fws_turn  4, r5, r6, r7, r8, r9, r10, r11, r12, lr, r4\n"
        "    fws_turn  8, r6, r7, r8, r9, r10, r11, r12, lr, r4, r5\n"
        "    fws_turn 12, r7, r8, r9, r10, r11, r12, lr, r4, r5, r6\n"
        "    fws_turn 16, r8, r9, r10, r11, r12, lr, r4, r5, r6, r7\n"
        "    fws_turn 20, r9, r10, r11, r12, lr, r4, r5, r6, r7, r8\n"
        "    fws_turn 24, r10, r11, r12, lr, r4, r5, r6, r7, r8, r9\n"
        "    fws_turn 28, r11, r12, lr, r4, r5, r6, r7, r8, r9, r10\n"
        "    pop  {r0, r1}\n"
        "    str  r12, [r0]\n"
        "    str  lr, [r0, #4]\n"
        "    add  r0, r0, #8\n"
        "    stmia r0, {r4-r9}\n"
        "    mov  r0, r11\n"
        "    pop  {r4-r11, pc}\n"
        END_OF("fws_cortex_m_multiply"));

/* clang-format on */

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of words of the built-in P-256, for Armv7-M and Armv8-M Mainline. What each
 * function does, and why no carry is lost, is in verifier/builtin/p256.c, step by step the same.
 *
 * The functions are naked: arguments are in r0 to r3, as the procedure call standard has it, and
 * their names serve the compiler only.
 */
#include "verifier/builtin/p256.h"

#include "verifier/port/cortex-m/cortex-m.h"

#define NAKED  __attribute__((naked, noinline))
#define UNUSED __attribute__((unused))

/* Half of both: op is the first addition or subtraction, next takes its carry along. */
#define FOUR_WORDS(op, next)                                                                       \
    "ldmia r1!, {r3-r6}\n"                                                                         \
    "ldmia r2!, {r7-r9, r12}\n" op " r3, r3, r7\n" next " r4, r4, r8\n" next                       \
    " r5, r5, r9\n" next " r6, r6, r12\n"                                                          \
    "stmia r0!, {r3-r6}\n"

NAKED static uint32_t add_raw(uint32_t *out UNUSED, const uint32_t *a UNUSED,
                              const uint32_t *b UNUSED)
{
    __asm__("push {r4-r9, lr}\n" FOUR_WORDS("adds", "adcs") FOUR_WORDS("adcs", "adcs")
            "mov r0, #0\n"
            "adc r0, r0, #0\n"
            "pop {r4-r9, pc}\n");
}

/* The processor's carry is the opposite of the borrow. */
NAKED static uint32_t subtract_raw(uint32_t *out UNUSED, const uint32_t *a UNUSED,
                                   const uint32_t *b UNUSED)
{
    __asm__("push {r4-r9, lr}\n" FOUR_WORDS("subs", "sbcs") FOUR_WORDS("sbcs", "sbcs")
            "sbc r0, r0, r0\n"
            "rsb r0, r0, #0\n"
            "pop {r4-r9, pc}\n");
}

/* (carry, word) = word + factor * b + carry. */
#ifdef __ARM_FEATURE_DSP
#define WIDE_STEP(word, carry, factor, b) "umaal " word ", " carry ", " factor ", " b "\n"
#else
#define WIDE_STEP(word, carry, factor, b)                                                          \
    "adds " word ", " word ", " carry "\n"                                                         \
    "mov " carry ", #0\n"                                                                          \
    "adc " carry ", " carry ", #0\n"                                                               \
    "umlal " word ", " carry ", " factor ", " b "\n"
#endif

/* Steps at and at + 1 of a row, for the words of b at byte 4 * at. */
#define TWO_STEPS(offset, word0, word1, carry)                                                     \
    "ldrd r1, r3, [r2, #" offset "]\n" WIDE_STEP(word0, carry, "r0", "r1")                         \
        WIDE_STEP(word1, carry, "r0", "r3")

/*
 * One turn of the multiplication: w0 to w7 and top are T, carry is the row's and then w8. The next
 * turn's T is w1 to w7, carry, and for top w0, in which q is last needed before.
 *
 * 0 - q sets the processor's carry for q = 0 only, so that q - 1 with it is q - (q != 0).
 */
#define TURN(offset, w0, w1, w2, w3, w4, w5, w6, w7, carry, top)                                   \
    "ldr r0, [sp, #4]\n"                                                                           \
    "ldr r0, [r0, #" offset "]\n"                                                                  \
    "mov " carry ", #0\n" TWO_STEPS("0", w0, w1, carry) TWO_STEPS("8", w2, w3, carry)              \
        TWO_STEPS("16", w4, w5, carry) TWO_STEPS("24", w6, w7, carry)                              \
    "rsbs r1, " w0 ", #0\n"                                                                        \
    "sbc r3, " w0 ", #0\n"                                                                         \
    "adds " w3 ", " w3 ", " w0 "\n"                                                                \
    "adcs " w4 ", " w4 ", #0\n"                                                                    \
    "adcs " w5 ", " w5 ", #0\n"                                                                    \
    "adcs " w6 ", " w6 ", " w0 "\n"                                                                \
    "adcs " w7 ", " w7 ", r1\n"                                                                    \
    "adcs " carry ", " carry ", r3\n"                                                              \
    "mov " w0 ", #0\n"                                                                             \
    "adc " w0 ", " w0 ", #0\n"                                                                     \
    "adds " carry ", " carry ", " top "\n"                                                         \
    "adc " w0 ", " w0 ", #0\n"

/* T is in ten registers that take turns. */
NAKED static uint32_t multiply_raw(uint32_t *out UNUSED, const uint32_t *a UNUSED,
                                   const uint32_t *b UNUSED, uint32_t *product UNUSED)
{
    __asm__("push {r0, r1, r4-r11, lr}\n"
            "movs r4, #0\n"
            "movs r5, #0\n"
            "movs r6, #0\n"
            "movs r7, #0\n"
            "mov r8, #0\n"
            "mov r9, #0\n"
            "mov r10, #0\n"
            "mov r11, #0\n"
            "mov lr, #0\n" /* top */
            /* clang-format off */
            TURN("0", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr")
            TURN("4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "r4")
            TURN("8", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "r4", "r5")
            TURN("12", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "r4", "r5", "r6")
            TURN("16", "r8", "r9", "r10", "r11", "r12", "lr", "r4", "r5", "r6", "r7")
            TURN("20", "r9", "r10", "r11", "r12", "lr", "r4", "r5", "r6", "r7", "r8")
            TURN("24", "r10", "r11", "r12", "lr", "r4", "r5", "r6", "r7", "r8", "r9")
            TURN("28", "r11", "r12", "lr", "r4", "r5", "r6", "r7", "r8", "r9", "r10")
            /* clang-format on */
            /* now r12, lr, r4, ..., r9 are the product and r11 its top */
            "pop {r0, r1}\n"
            "str r12, [r0, #0]\n"
            "str lr, [r0, #4]\n"
            "add r0, r0, #8\n"
            "stmia r0, {r4-r9}\n"
            "mov r0, r11\n"
            "pop {r4-r11, pc}\n");
}

const struct fws_signature_scheme fws_cortex_m_p256 = {
    .alg = FWS_ALG_P256,
    .scratch_size = sizeof(struct work),
    .verify = verify,
};

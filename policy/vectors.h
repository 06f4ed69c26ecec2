/* SPDX-License-Identifier: Apache-2.0 */
/* What the first words of a firmware must be, and bytes at a place. Private to policy/. */
#ifndef FWS_POLICY_VECTORS_H
#define FWS_POLICY_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * May an initial stack pointer be this, where RAM is first to last, both included?
 *
 * The stack is full-descending: a push writes below it, so it may be one past the last byte but
 * not the first, and must have a word of RAM under it. A multiple of four: reset clears bits 1:0
 * (ARMv7-M B1.5.5, TakeReset), so others are not what a linker put there. That AAPCS asks for
 * eight at calls is left to start-up code, which may align it; hardware does not ask for it.
 */
bool fws_vectors_stack_ok(uint32_t stack_pointer, uint32_t first, uint32_t last);

/*
 * May a reset vector be this, in a payload that runs from address?
 *
 * Bit 0 is the Thumb bit: were it clear, the first instruction would fault (ARMv7-M B1.5.3). The
 * rest is where that instruction stands: whole within the payload, and behind the two words read
 * at reset, as these are no code.
 */
bool fws_vectors_reset_ok(uint32_t reset_vector, uint32_t address, size_t size);

/*
 * May a RISC-V payload that runs from address be entered here?
 *
 * Within it, with room for the shortest instruction, and aligned to two: what the C extension
 * allows (Unprivileged ISA 1.5, IALIGN), as the payload does not say whether the core has it.
 */
bool fws_riscv_entry_ok(uint64_t entry, uint64_t address, size_t size);

/* Does a marker stand at offset, whole? None stands anywhere that has no bytes. */
bool fws_content_at(const void *payload, size_t size, size_t offset, const void *marker,
                    size_t marker_size);

#endif

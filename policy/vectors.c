/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/vectors.h"
#include "bytes/bytes.h"

#define VECTORS_SIZE         8u
#define WORD_SIZE            4u
#define INSTRUCTION_SIZE_MIN 2u /* Thumb, and RISC-V with the C extension */

bool fws_vectors_stack_ok(uint32_t stack_pointer, uint32_t first, uint32_t last)
{
    if (stack_pointer == 0 || stack_pointer % WORD_SIZE != 0) {
        return false;
    }
    /* The word pushed first, rather than the pointer, which may be past the end of RAM. */
    return stack_pointer - WORD_SIZE >= first && stack_pointer - 1 <= last;
}

/* An instruction at this address stands within size bytes at base, but not in the first `from`. */
static bool holds_instruction(uint64_t at, uint64_t base, size_t size, size_t from)
{
    if (at < base || size < INSTRUCTION_SIZE_MIN) {
        return false;
    }
    return at - base >= from && at - base <= size - INSTRUCTION_SIZE_MIN;
}

bool fws_vectors_reset_ok(uint32_t reset_vector, uint32_t address, size_t size)
{
    bool thumb = (reset_vector & 1u) != 0;

    return thumb && holds_instruction(reset_vector & ~UINT32_C(1), address, size, VECTORS_SIZE);
}

bool fws_riscv_entry_ok(uint64_t entry, uint64_t address, size_t size)
{
    return entry % INSTRUCTION_SIZE_MIN == 0 && holds_instruction(entry, address, size, 0);
}

bool fws_content_at(const void *payload, size_t size, size_t offset, const void *marker,
                    size_t marker_size)
{
    struct fws_reader reader = fws_reader_init(payload, size);

    fws_reader_skip(&reader, offset);
    return marker_size > 0 && fws_reader_starts_with(&reader, marker, marker_size);
}

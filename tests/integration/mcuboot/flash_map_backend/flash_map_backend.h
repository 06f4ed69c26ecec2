/* SPDX-License-Identifier: Apache-2.0 */
/* A stand-in for MCUboot's header of this name, with Zephyr's types. */
#ifndef STUB_FLASH_MAP_BACKEND_H
#define STUB_FLASH_MAP_BACKEND_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct flash_area {
    uint8_t fa_id;
    off_t fa_off;
    size_t fa_size;
};

int flash_area_open(uint8_t id, const struct flash_area **fa);
void flash_area_close(const struct flash_area *fa);
int flash_area_read(const struct flash_area *fa, off_t off, void *dst, size_t len);
int flash_area_id_from_multi_image_slot(int image_index, int slot);

static inline uint32_t flash_area_get_size(const struct flash_area *fa)
{
    return (uint32_t)fa->fa_size;
}

#endif

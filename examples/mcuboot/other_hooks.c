/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With MCUBOOT_IMAGE_ACCESS_HOOKS MCUboot calls all of its image hooks. These leave everything but
 * the image check to MCUboot; a project that has hooks of its own does not need this file.
 */
#include <bootutil/boot_hooks.h>
#include <bootutil/boot_public_hooks.h>

int boot_read_image_header_hook(int img_index, int slot, struct image_header *img_head)
{
    (void)img_index;
    (void)slot;
    (void)img_head;
    return BOOT_HOOK_REGULAR;
}

int boot_perform_update_hook(int img_index, struct image_header *img_head,
                             const struct flash_area *area)
{
    (void)img_index;
    (void)img_head;
    (void)area;
    return BOOT_HOOK_REGULAR;
}

int boot_copy_region_post_hook(int img_index, const struct flash_area *area, size_t size)
{
    (void)img_index;
    (void)area;
    (void)size;
    return 0;
}

int boot_read_swap_state_primary_slot_hook(int image_index, struct boot_swap_state *state)
{
    (void)image_index;
    (void)state;
    return BOOT_HOOK_REGULAR;
}

/* ---- Serial recovery ---- */

int boot_serial_uploaded_hook(int img_index, const struct flash_area *area, size_t size)
{
    (void)img_index;
    (void)area;
    (void)size;
    return 0;
}

int boot_img_install_stat_hook(int image_index, int slot, int *img_install_stat)
{
    (void)image_index;
    (void)slot;
    (void)img_install_stat;
    return BOOT_HOOK_REGULAR;
}

int boot_reset_request_hook(bool force)
{
    (void)force;
    return 0;
}

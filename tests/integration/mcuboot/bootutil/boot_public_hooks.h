/* SPDX-License-Identifier: Apache-2.0 */
/* A stand-in for MCUboot's header of this name. */
#ifndef STUB_BOOT_PUBLIC_HOOKS_H
#define STUB_BOOT_PUBLIC_HOOKS_H

struct boot_swap_state;

int boot_read_swap_state_primary_slot_hook(int image_index, struct boot_swap_state *state);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A stand-in for MCUboot's header of this name. */
#ifndef STUB_SECURITY_CNT_H
#define STUB_SECURITY_CNT_H

#include <stdint.h>

#include <bootutil/fault_injection_hardening.h>

fih_ret boot_nv_security_counter_get(uint32_t image_id, fih_int *security_cnt);

#endif

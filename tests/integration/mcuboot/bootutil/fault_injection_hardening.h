/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for MCUboot's header of this name, as its highest profile behaves: values in two parts,
 * and a counter that is only right when what FIH_CALL has called returned by FIH_RET.
 */
#ifndef STUB_FAULT_INJECTION_HARDENING_H
#define STUB_FAULT_INJECTION_HARDENING_H

typedef volatile struct {
    volatile int val;
    volatile int msk;
} fih_int;
typedef volatile int fih_ret;

extern fih_ret FIH_SUCCESS;
extern fih_ret FIH_FAILURE;
extern fih_ret FIH_NO_BOOTABLE_IMAGE;
extern fih_ret FIH_BOOT_HOOK_REGULAR;

extern int stub_cfi_counter;
_Noreturn void stub_panic(void);

int fih_delay(void);
fih_int fih_int_encode(int x);
int fih_int_decode(fih_int x);

#define FIH_EQ(x, y)          ((x) == (y) && fih_delay())
#define FIH_NOT_EQ(x, y)      ((x) != (y) || !fih_delay())
#define FIH_DECLARE(var, val) fih_ret var = val

#define FIH_CALL(f, ret, ...)                                                                      \
    do {                                                                                           \
        int stub_saved = stub_cfi_counter++;                                                       \
        ret = f(__VA_ARGS__);                                                                      \
        if (stub_saved != stub_cfi_counter) {                                                      \
            stub_panic();                                                                          \
        }                                                                                          \
    } while (0)

#define FIH_RET(ret)                                                                               \
    do {                                                                                           \
        stub_cfi_counter--;                                                                        \
        return ret;                                                                                \
    } while (0)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Semihosting for AArch32 and AArch64, release 2.0; RISC-V took the same numbers over. */
#include "tests/device/semihosting.h"

#include "tests/device/host.h"

#define SYS_OPEN                     0x01u
#define SYS_WRITE0                   0x04u
#define SYS_READ                     0x06u
#define SYS_GET_CMDLINE              0x15u
#define SYS_EXIT_EXTENDED            0x20u
#define OPEN_READ_BINARY             1u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u
#define STATUS_OF_A_FAULT            99

static uint32_t address_of(const void *pointer)
{
    return (uint32_t)(uintptr_t)pointer;
}

static uint32_t length_of(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

void host_print(const char *text)
{
    (void)semihosting_trap(SYS_WRITE0, text);
}

bool host_argument(char *out, size_t size)
{
    uint32_t block[2] = {address_of(out), (uint32_t)size};

    return semihosting_trap(SYS_GET_CMDLINE, block) == 0;
}

int32_t host_open(const char *path)
{
    uint32_t block[3] = {address_of(path), OPEN_READ_BINARY, length_of(path)};

    return (int32_t)semihosting_trap(SYS_OPEN, block);
}

/* The call returns how many bytes did not come. */
bool host_read(int32_t handle, void *out, size_t size)
{
    uint32_t block[3] = {(uint32_t)handle, address_of(out), (uint32_t)size};

    return size == 0 || semihosting_trap(SYS_READ, block) == 0;
}

_Noreturn void host_exit(int status)
{
    uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};

    for (;;) {
        (void)semihosting_trap(SYS_EXIT_EXTENDED, block);
    }
}

_Noreturn void device_fault(void)
{
    host_print("device: a fault\n");
    host_exit(STATUS_OF_A_FAULT);
}

_Noreturn void device_start(void)
{
    const uint32_t *from = link_data_load;

    for (uint32_t *to = link_data_start; to < link_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = link_bss_start; to < link_bss_end; to++) {
        *to = 0;
    }
    host_exit(device_main());
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program of this folder asks of the machine it runs beside: to print, to read a file, to
 * end. On a device that is semihosting (semihosting.c), on a host it is the C library (posix.c), so
 * that one source runs as both.
 */
#ifndef FWS_TESTS_DEVICE_HOST_H
#define FWS_TESTS_DEVICE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program; what it returns is the exit status of the emulator, or of the process. */
int device_main(void);

void host_print(const char *text);
void host_print_number(uint32_t number);

/* The one argument the program was started with, ended by a zero; false when it does not fit. */
bool host_argument(char *out, size_t size);

/* A handle for reading, or negative. */
int32_t host_open(const char *path);

/* False unless exactly size bytes came. */
bool host_read(int32_t handle, void *out, size_t size);

_Noreturn void host_exit(int status);

#endif

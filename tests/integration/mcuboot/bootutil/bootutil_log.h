/* SPDX-License-Identifier: Apache-2.0 */
/* A stand-in for MCUboot's header of this name: its log goes to the test. */
#ifndef STUB_BOOTUTIL_LOG_H
#define STUB_BOOTUTIL_LOG_H

#define BOOT_LOG_MODULE_DECLARE(name) extern int stub_log_module_##name
#define BOOT_LOG_ERR(...)             stub_log(__VA_ARGS__)

void stub_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A stand-in for a port's header of this name. */
#ifndef STUB_MCUBOOT_CONFIG_H
#define STUB_MCUBOOT_CONFIG_H

#define MCUBOOT_IMAGE_ACCESS_HOOKS
#define MCUBOOT_WATCHDOG_FEED() stub_feed()

void stub_feed(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32C (Castagnoli, as in RFC 3720): tells damaged bytes from whole ones. Not security. */
#ifndef FWS_BASE_CRC32C_H
#define FWS_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of size bytes; 0xe3069283 for "123456789". */
uint32_t fws_crc32c(const void *data, size_t size);

#endif

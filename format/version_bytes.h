/* SPDX-License-Identifier: Apache-2.0 */
/* The 8-byte version of headers and dependencies; private to format/. */
#ifndef FWS_FORMAT_VERSION_BYTES_H
#define FWS_FORMAT_VERSION_BYTES_H

#include "format/format.h"

struct fws_version fws_version_read(struct fws_reader *reader);
void fws_version_write(struct fws_writer *writer, const struct fws_version *version);

#endif

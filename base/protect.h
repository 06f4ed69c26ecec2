/* SPDX-License-Identifier: Apache-2.0 */
/* Who could change a file? */
#ifndef FWS_BASE_PROTECT_H
#define FWS_BASE_PROTECT_H

#include <sys/types.h>

#include "base/error.h"

#define FWS_NOBODY_ELSE ((uid_t)-1)

/*
 * Can only root and owner (FWS_NOBODY_ELSE: root alone) change what path names, or what it leads to?
 * It and every folder above belong to one of them and are not writable by group or others; the same
 * is asked of every folder and link that the kernel passes on its way, also when one link leads to
 * the next. A sticky folder such as /tmp does not do. What a POSIX access control list grants shows in
 * the rights of the group; lists of other kinds (NFS) are not looked at.
 *
 * FWS_E_UNPROTECTED naming the file or folder that others can change; FWS_E_NOT_FOUND, FWS_E_IO.
 */
FWS_MUST_USE enum fws_status fws_path_protected(const char *path, uid_t owner,
                                                struct fws_error *err);

#endif

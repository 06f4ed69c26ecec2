/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is writing: a file writers/<instance> that a living writer holds locked from before its first
 * entry until its last is covered by a checkpoint. The kernel lets go of the lock when a process
 * ends, however it ends, so an entry whose writer's file is free or gone has nobody who will go on
 * with it.
 */
#ifndef FWS_AUDIT_PRESENCE_H
#define FWS_AUDIT_PRESENCE_H

#include <sys/types.h>

#include "audit/folder.h"

struct fws_presence {
    int fd; /* plus 1; 0 = has not entered */
    char instance[17];
    pid_t pid; /* who has entered; a child that inherits fd has not */
};

FWS_MUST_USE enum fws_status fws_presence_enter(struct fws_presence *writer,
                                                const struct fws_folder *folder,
                                                const char *instance, struct fws_error *err);

/* Remove the file, let go of the lock; in a child neither. */
void fws_presence_leave(struct fws_presence *writer, const struct fws_folder *folder);

/* Is that writer alive? Ask anew for the newest checkpoint after a no: it may have come first. */
FWS_MUST_USE enum fws_status fws_presence_alive(const struct fws_folder *folder,
                                                const char *instance, bool *out,
                                                struct fws_error *err);

#endif

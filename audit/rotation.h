/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes inside entries: the checkpoint of a log.checkpoint, and the statement by which one key of
 * the log hands over to the next:
 *
 *     <origin>
 *     log-key
 *     <size and root of the newest checkpoint, as in it>
 *     <vkey of the old key>
 *     <vkey of the next key>
 *
 * signed by both. Its second line is no number, so it can never pass for a checkpoint.
 */
#ifndef FWS_AUDIT_ROTATION_H
#define FWS_AUDIT_ROTATION_H

#include "audit/note.h"

/* The checkpoint of a log.checkpoint entry's data, its signatures not looked at. */
FWS_MUST_USE bool fws_note_of_entry(const void *data, size_t size, struct fws_checkpoint *out);

/* Has it a good signature by the key of that vkey? FWS_E_NOTE_SIGNATURE, FWS_E_NOT_FOUND. */
FWS_MUST_USE enum fws_status fws_recorded_by_key(const void *data, size_t size, const char *vkey,
                                                 struct fws_error *err);

struct fws_rotation {
    struct fws_checkpoint checkpoint; /* the newest one when the statement was made */
    char old_text[FWS_VKEY_TEXT_MAX];
    char next_text[FWS_VKEY_TEXT_MAX];
};

/* Append the statement's text. */
FWS_MUST_USE enum fws_status fws_rotation_text(const struct fws_rotation *rotation,
                                               struct fws_buf *out, struct fws_error *err);

/* Read the statement of a log.key entry's data and check both signatures. FWS_E_NOTE,
 * FWS_E_NOTE_SIGNATURE, FWS_E_TRUST. */
FWS_MUST_USE enum fws_status fws_rotation_of_entry(const void *data, size_t size,
                                                   struct fws_rotation *out, struct fws_error *err);

#endif

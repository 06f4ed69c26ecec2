/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C2SP signed notes and the checkpoints written in them (c2sp.org/signed-note, tlog-checkpoint).
 *
 *     example.test/release-log          origin; the key's name is the same
 *     1024                              size of the tree
 *     <base64>                          its root
 *                                       an empty line
 *     — example.test/release-log <base64 of the key's id and the signature>
 *
 * Ed25519 signs the text itself; ECDSA (type 2) signs its SHA-256, in DER. Text is everything up to
 * the LF before the empty line, that LF included.
 */
#ifndef FWS_AUDIT_NOTE_H
#define FWS_AUDIT_NOTE_H

#include "audit/audit.h"
#include "bytes/bytes.h"

#define FWS_NOTE_SIGNATURES_MAX 64u /* lines; C2SP asks for at least 16 */

/*
 * Split a note. text is the signed part, lines the signature lines with their LFs; both views.
 * FWS_E_NOTE with the reason: no LF at the end, no empty line, a control character other than LF,
 * invalid UTF-8, a signature line of another form, base64 that is not canonical, too many lines,
 * more than FWS_AUDIT_NOTE_MAX bytes.
 */
FWS_MUST_USE enum fws_status fws_note_split(const void *note, size_t size, struct fws_reader *text,
                                            struct fws_reader *lines, struct fws_error *err);

/*
 * The signatures of one key (its name and id) in lines over text. FWS_OK when there is one and all
 * are good; FWS_E_NOT_FOUND when there is none; FWS_E_NOTE_SIGNATURE when one is not good.
 */
FWS_MUST_USE enum fws_status fws_note_verify(const struct fws_reader *text,
                                             const struct fws_reader *lines,
                                             const struct fws_vkey *key, struct fws_error *err);

/* Append the signature line of key for a signature that was made, LF included. */
FWS_MUST_USE enum fws_status fws_note_line(const struct fws_vkey *key, const uint8_t *signature,
                                           size_t size, struct fws_buf *out, struct fws_error *err);

/* Append a checkpoint's text: three lines. */
FWS_MUST_USE enum fws_status fws_checkpoint_text(const struct fws_checkpoint *checkpoint,
                                                 struct fws_buf *out, struct fws_error *err);

/*
 * Read a checkpoint's text. FWS_E_NOTE: other than three lines (extension lines are refused, as
 * nothing here writes them), an origin no log may have, a size with leading zeros or beyond 2^53-1,
 * a root that is not 32 bytes of canonical base64, size 0 with another root than that of nothing.
 */
FWS_MUST_USE enum fws_status fws_checkpoint_parse(const struct fws_reader *text,
                                                  struct fws_checkpoint *out,
                                                  struct fws_error *err);

#endif

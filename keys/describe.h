/* SPDX-License-Identifier: Apache-2.0 */
/* Small judgements over names of tokens and keys, needed on both sides of the worker. */
#ifndef FWS_KEYS_DESCRIBE_H
#define FWS_KEYS_DESCRIBE_H

#include "keys/keys.h"

/* Replace everything but printable ASCII by '?', in place: what comes from a token may end on a
 * terminal or in a log. */
void fws_text_make_printable(char *text);

/* Does an initialised token bear every name that the URI gives? */
bool fws_uri_matches_token(const struct fws_uri *uri, const struct fws_token *token);

/* The URI that finds this token again. */
void fws_uri_of_token(const struct fws_token *token, struct fws_uri *out);

/* The URI that finds this private key again. A label that had to be made printable is left out
 * where there is another name. */
void fws_uri_of_key(const struct fws_key *key, struct fws_uri *out);

/* Append ", " where text is not empty, then the URI: a list of candidates for a message. */
FWS_MUST_USE enum fws_status fws_uri_list_add(struct fws_buf *list, const struct fws_uri *uri,
                                              struct fws_error *err);

#endif

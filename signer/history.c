/* SPDX-License-Identifier: Apache-2.0 */
/* The releases as callers of the signer hold them. */
#include <stdlib.h>

#include "signer/releases.h"
#include "signer/signer.h"

enum fws_status fws_releases_make(struct fws_releases **out, struct fws_error *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the releases");
    }
    fws_releases_init(*out);
    return FWS_OK;
}

void fws_releases_drop(struct fws_releases **releases)
{
    if (*releases != NULL) {
        fws_releases_free(*releases);
        free(*releases);
        *releases = NULL;
    }
}

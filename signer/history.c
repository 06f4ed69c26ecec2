/* SPDX-License-Identifier: Apache-2.0 */
/* The releases as callers of the signer hold them. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
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

#define INDEX_FOLDER "derived/signed"

enum fws_status fws_signer_index_open(struct fws_signer *signer, const char *log_folder,
                                      const char *origin, struct fws_error *err)
{
    struct fws_signed_index *index = calloc(1, sizeof *index);
    char *folder = fws_path_join(log_folder, INDEX_FOLDER);

    signer->log_folder = log_folder;
    signer->signed_index = index;
    if (index == NULL || folder == NULL) {
        free(folder);
        fws_signer_index_close(signer);
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the index of signatures");
    }
    (void)mkdir(folder, 0750);
    index->folder = folder;
    index->log = fws_signed_log_at(log_folder);
    return fws_origin_id(origin, strlen(origin), index->log_id, err);
}

void fws_signer_index_close(struct fws_signer *signer)
{
    if (signer->signed_index != NULL) {
        free((char *)(uintptr_t)signer->signed_index->folder);
        free(signer->signed_index);
        signer->signed_index = NULL;
    }
}

void fws_releases_drop(struct fws_releases **releases)
{
    if (*releases != NULL) {
        fws_releases_free(*releases);
        free(*releases);
        *releases = NULL;
    }
}

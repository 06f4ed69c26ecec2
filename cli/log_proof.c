/* SPDX-License-Identifier: Apache-2.0 */
/* Proof files: is this on record, and does it speak of this image? */
#include <jansson.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/log.h"

/* The entry is what its line says, which is what the tree holds. */
static bool releases_image(const struct fws_audit_entry *entry, const uint8_t sha256[32])
{
    char expected[FWS_DIGEST_TEXT_SIZE];
    json_t *data = json_loadb(entry->data, entry->data_size, JSON_REJECT_DUPLICATES, NULL);
    const char *result = json_string_value(json_object_get(data, "result"));
    const char *digest =
        json_string_value(json_object_get(json_object_get(data, "image"), "sha256"));
    bool same = strcmp(entry->type, "sign.outcome") == 0 && result != NULL &&
                strcmp(result, "signed") == 0 && digest != NULL &&
                strcmp(digest, fws_digest_text(sha256, expected)) == 0;

    json_decref(data);
    return same;
}

static enum fws_status check(const uint8_t *image_sha256, const struct fws_trust *trust,
                             struct fws_cli_proof *out, struct fws_error *err)
{
    const struct fws_buf *line = &out->proof.line;
    enum fws_status status = fws_proof_check(&out->proof, trust, &out->checkpoint, err);

    if (status == FWS_OK) {
        status = fws_audit_entry_read(line->data, line->size, &out->text, &out->entry, err);
    }
    if (status == FWS_OK && image_sha256 != NULL && !releases_image(&out->entry, image_sha256)) {
        return fws_error_set(err, FWS_E_PROOF,
                             "entry %llu is on record, but it is not the outcome that released "
                             "this image",
                             (unsigned long long)out->proof.index);
    }
    return status;
}

enum fws_status fws_cli_proof_check(const char *path, const struct fws_trust *trust,
                                    const uint8_t *image_sha256, struct fws_cli_proof *out,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_file_read(path, FWS_PROOF_TEXT_MAX, &text, err);

    *out = (struct fws_cli_proof){0};
    if (status != FWS_OK) {
        return status;
    }
    status = fws_proof_parse(text.data, text.size, &out->proof, err);
    if (status == FWS_OK) {
        status = check(image_sha256, trust, out, err);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "proof '%s'", path);
}

void fws_cli_proof_free(struct fws_cli_proof *proof)
{
    fws_proof_free(&proof->proof);
    *proof = (struct fws_cli_proof){0};
}

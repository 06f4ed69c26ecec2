/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/hex.h"
#include "signer/record.h"

static unsigned relaxations_of(const struct fws_policy *policy, const char *name)
{
    const struct fws_policy_key *key = fws_policy_key(policy, name);
    unsigned allowed = key != NULL ? key->allowed : 0u;

    return ((allowed & FWS_POLICY_ALLOW_IMPORTED) != 0 ? FWS_ALLOW_IMPORTED : 0u) |
           ((allowed & FWS_POLICY_ALLOW_MULTI_PURPOSE) != 0 ? FWS_ALLOW_MULTI_PURPOSE : 0u) |
           ((allowed & FWS_POLICY_ALLOW_SOFTWARE) != 0 ? FWS_ALLOW_SOFTWARE : 0u);
}

/* What the token shows today must be the key the configuration pinned. */
static enum fws_status check_pinned(const struct fws_signing_key_ref *ref,
                                    const struct fws_key *key, struct fws_error *err)
{
    char pinned[65];
    char seen[65];

    if (ref->pinned_spki == NULL || memcmp(ref->pinned_spki, key->pub.spki_sha256, 32) == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_KEY_PIN_MISMATCH,
                         "the configuration pins sha256:%.16s..., the token shows sha256:%.16s...",
                         fws_hex_encode(ref->pinned_spki, 32, pinned),
                         fws_hex_encode(key->pub.spki_sha256, 32, seen));
}

enum fws_status fws_signing_key_open(struct fws_hsm *hsm, const struct fws_signing_key_ref *ref,
                                     const struct fws_policy *policy, struct fws_signing_key *out,
                                     struct fws_error *err)
{
    enum fws_status status;

    *out = (struct fws_signing_key){.name = ref->name};
    if (ref->pem_path != NULL) {
        status = fws_soft_key_load(ref->pem_path, &out->info, &out->soft, err);
    } else {
        out->hsm = hsm;
        status = fws_hsm_key_find(hsm, ref->uri, &out->info, err);
    }
    if (status == FWS_OK) {
        status = check_pinned(ref, &out->info, err);
    }
    if (status != FWS_OK) {
        fws_signing_key_close(out);
        return fws_error_wrap(err, "key '%s'", ref->name);
    }
    /* Names the key itself. */
    status = fws_key_check_fit(&out->info, relaxations_of(policy, ref->name),
                               &out->relaxations_used, err);
    if (status != FWS_OK) {
        fws_signing_key_close(out);
        return status;
    }
    return FWS_OK;
}

void fws_signing_key_close(struct fws_signing_key *key)
{
    fws_soft_key_close(&key->soft);
    *key = (struct fws_signing_key){0};
}

enum fws_status fws_signing_key_denied(struct fws_signer *signer,
                                       const struct fws_sign_request *request, const char *key,
                                       const struct fws_error *why, struct fws_error *err)
{
    FWS_AUTO(fws_json) body = {0};
    struct fws_error unsealed = {0};

    fws_record_unfit(signer, request, key, why, &body);
    enum fws_status status = fws_json_done(&body, err);

    if (status == FWS_OK) {
        status =
            fws_audit_append(signer->log, "sign.denied", body.buf.data, body.buf.size, NULL, err);
    }
    if (status == FWS_OK) {
        (void)!fws_audit_checkpoint(signer->log, &unsealed);
    }
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_proof_parse, fws_proof_write and fws_proof_check. Properties: what parses is written
 * back to the same bytes; parts are within their limits; without a key nothing is shown.
 */
#include <string.h>

#include "audit/audit.h"
#include "tests/fuzz/property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FWS_AUTO(fws_proof) proof = {0};
    FWS_AUTO(fws_buf) again = {0};
    struct fws_trust nobody = {0};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    if (fws_proof_parse(data, size, &proof, &err) != FWS_OK) {
        property(err.status == FWS_E_PROOF && proof.line.data == NULL && proof.note.data == NULL);
        return 0;
    }
    property(proof.count <= 53 && proof.line.size > 0 && proof.note.size > 0);
    property(proof.line.size <= FWS_AUDIT_LINE_MAX && proof.note.size <= FWS_AUDIT_NOTE_MAX);
    property(fws_proof_write(&proof, &again, &err) == FWS_OK && again.size == size);
    property(memcmp(again.data, data, size) == 0);
    property(fws_proof_check(&proof, &nobody, &checkpoint, &err) != FWS_OK);
    property(err.status == FWS_E_NOTE || err.status == FWS_E_LOG_UNKNOWN);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "audit/chain.h"
#include "audit/tree.h"

static enum fws_status bad_proof(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_PROOF, "proof: %s", why);
}

static enum fws_status check_place(const struct fws_proof *proof,
                                   const struct fws_checkpoint *checkpoint, struct fws_error *err)
{
    struct fws_hasher hasher = {0};
    uint8_t leaf[32];

    if (proof->count > FWS_TREE_PROOF_MAX) {
        return bad_proof(err, "more hashes than the path in any log has");
    }
    enum fws_status status = fws_hasher_open(&hasher, err);

    if (status == FWS_OK) {
        status = fws_hash_leaf(&hasher, proof->line.data, proof->line.size, leaf, err);
    }
    if (status == FWS_OK) {
        status = fws_proof_check_inclusion(&hasher, leaf, proof->index, checkpoint->size,
                                           (const uint8_t(*)[32])proof->hashes, proof->count,
                                           checkpoint->root, err);
    }
    fws_hasher_close(&hasher);
    return status;
}

/* An entry says where it stands and in which log: a proof that says otherwise is of something else. */
static enum fws_status check_line(const struct fws_proof *proof,
                                  const struct fws_checkpoint *checkpoint, struct fws_error *err)
{
    struct fws_line line;
    char log[17];
    enum fws_status status = fws_line_parse(proof->line.data, proof->line.size, &line, err);

    if (status == FWS_E_LOG_TAIL || status == FWS_E_LOG_TAMPERED) {
        err->status = FWS_E_PROOF;
    }
    if (status != FWS_OK) {
        return fws_error_wrap(err, "proof: its entry");
    }
    if (line.seq != proof->index) {
        return fws_error_set(err, FWS_E_PROOF, "proof: entry %" PRIu64 " at index %" PRIu64,
                             line.seq, proof->index);
    }
    status = fws_origin_id(checkpoint->origin, strlen(checkpoint->origin), log, err);
    if (status == FWS_OK && strcmp(line.log, log) != 0) {
        return bad_proof(err, "its entry is of another log than its checkpoint");
    }
    return status;
}

/* The signature first, then the place, then what the line says: nothing is believed before it is shown
 * whose word it is. */
enum fws_status fws_proof_check(const struct fws_proof *proof, const struct fws_trust *trust,
                                struct fws_checkpoint *checkpoint, struct fws_error *err)
{
    struct fws_checkpoint opened;

    *checkpoint = (struct fws_checkpoint){0};
    enum fws_status status =
        fws_checkpoint_open(proof->note.data, proof->note.size, trust, &opened, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "proof");
    }
    status = check_place(proof, &opened, err);
    if (status == FWS_OK) {
        status = check_line(proof, &opened, err);
    }
    if (status == FWS_OK) {
        *checkpoint = opened;
    }
    return status;
}

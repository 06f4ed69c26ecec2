/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifying what came since a checkpoint that an earlier verification found in order: the tree of
 * then comes out of the node files, and counts when it has that checkpoint's root.
 */
#include <string.h>

#include "audit/locate.h"
#include "audit/nodes.h"
#include "audit/verifier.h"

static enum fws_status take_range(struct fws_verifier *verifier, struct fws_nodes *nodes,
                                  const struct fws_checkpoint *since, uint8_t head[32],
                                  struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(nodes);
    enum fws_status status = fws_nodes_trust(nodes, since->size, since->root, err);

    if (status == FWS_OK) {
        status = fws_tree_range(&tree, since->size, &verifier->range, err);
    }
    if (status == FWS_OK) {
        status = tree.node(tree.context, 0, since->size - 1, head, err);
    }
    return status == FWS_OK
               ? fws_tree_check_leaf(&tree, since->size - 1, since->size, head, since->root, err)
               : status;
}

static enum fws_status open_nodes(struct fws_verifier *verifier, const struct fws_checkpoint *since,
                                  uint8_t head[32], struct fws_error *err)
{
    struct fws_nodes nodes = {0};
    enum fws_status status =
        fws_nodes_open(&nodes, verifier->folder.dir_fd - 1, &verifier->chain.hasher, false, err);

    if (status == FWS_OK) {
        status = take_range(verifier, &nodes, since, head, err);
    }
    fws_nodes_close(&nodes);
    return status;
}

static enum fws_status stand(struct fws_verifier *verifier, const struct fws_checkpoint *since,
                             struct fws_error *err)
{
    struct fws_place place = {0};
    struct fws_survey survey;
    uint8_t head[32];
    enum fws_status status = open_nodes(verifier, since, head, err);

    if (status == FWS_OK) {
        status = fws_locate(&verifier->folder, since->size - 1, &place, err);
    }
    if (status == FWS_OK) {
        status = fws_folder_survey(&verifier->folder, place.segment, &survey, err);
    }
    if (status == FWS_OK) {
        status = fws_folder_open_segment(&verifier->folder, place.segment, false,
                                         &verifier->segment.fd, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    verifier->segment.first = place.segment;
    verifier->segment.offset = place.after;
    verifier->segments = survey.count;
    fws_chain_stand(&verifier->chain, since->size, head);
    memcpy(verifier->chain.origin, since->origin, sizeof verifier->chain.origin);
    fws_past_begin(&verifier->past, since->size);
    return fws_origin_id(since->origin, strlen(since->origin), verifier->chain.log, err);
}

enum fws_status fws_verifier_since(struct fws_verifier *verifier, struct fws_error *err)
{
    const struct fws_audit_outside *outside = verifier->options->since;
    struct fws_checkpoint since;
    struct fws_error ignored = {0};
    enum fws_status status =
        fws_checkpoint_open(outside->note, outside->size, verifier->options->trust, &since, err);

    if (status != FWS_OK || since.size == 0) {
        return fws_error_wrap(err, "'%s'", outside->name);
    }
    if (stand(verifier, &since, &ignored) != FWS_OK) {
        return FWS_E_NOT_FOUND;
    }
    verifier->report->since = since.size;
    return FWS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree's nodes, kept in files beside the log so that a program that signs one image need not
 * read the whole log.
 *
 *     derived/tree/0    leaf hashes, 32 bytes each
 *     derived/tree/1    roots of every 256 leaves
 *     derived/tree/2    roots of every 65536, and so on: file t holds the nodes of level 8 * t
 *
 * They are derived and never trusted: whoever opens them compares the root they give with a signed
 * one, and makes them anew from the lines when it differs. What is written at a place is always the
 * same for the same log, so that several processes may write at once. Nothing is flushed.
 *
 * What the root is made of is read once, by fws_nodes_trust, and kept in memory together with what
 * is appended: the root, and all that is appended, depends on no file from then on. Only proofs of
 * older entries read the files again, at places the root does not touch. Such a node may be wrong (a
 * write that a crash has lost, a hand that changed it), so whoever makes a proof checks it, by
 * fws_proof_check_inclusion or _consistency against the root, which takes some microseconds. When it
 * does not hold, close the nodes, open them again and append all leaves without trusting: what is
 * saved then replaces everything.
 *
 *     fws_nodes_open(&nodes, audit_dir_fd, &hasher, writable, err)
 *     fws_nodes_trust(&nodes, size, root, err)          FWS_E_PROOF: not the files of that tree
 *     fws_nodes_append(&nodes, leaf, err) ...           in memory
 *     struct fws_tree tree = fws_nodes_tree(&nodes);    of all nodes.size leaves
 *     fws_nodes_save(&nodes, err)                       to the files
 */
#ifndef FWS_AUDIT_NODES_H
#define FWS_AUDIT_NODES_H

#include "audit/tree.h"
#include "base/buf.h"

#define FWS_NODES_FILES 7u /* level 48 */

struct fws_nodes {
    struct fws_hasher *hasher;  /* borrowed */
    int folder;                 /* derived/tree plus 1; 0 = there is none */
    int files[FWS_NODES_FILES]; /* plus 1; 0 = not there so far */
    bool writable;
    uint64_t size;                          /* leaves */
    uint64_t saved;                         /* leaves whose nodes are in the files */
    struct fws_buf memory[FWS_NODES_FILES]; /* the nodes of each file from the last whole 256 of
                                               the saved ones on */
};

/*
 * Missing folders are made when writable, and are no error otherwise. The tree is empty so far. What
 * is no folder or no regular file of one name, or may not be opened, counts as not there; only lack
 * of memory or of descriptors is an error.
 */
FWS_MUST_USE enum fws_status fws_nodes_open(struct fws_nodes *nodes, int audit_dir,
                                            struct fws_hasher *hasher, bool writable,
                                            struct fws_error *err);

/*
 * Take the files' nodes as those of the tree of size leaves with that root: at most 8160 bytes of
 * each file are read. FWS_E_PROOF when they are too short or give another root; the tree is then
 * empty, and what is saved later replaces them. What was appended before is dropped.
 */
FWS_MUST_USE enum fws_status fws_nodes_trust(struct fws_nodes *nodes, uint64_t size,
                                             const uint8_t root[32], struct fws_error *err);

/* FWS_E_TOO_LARGE at 2^53-1. A failure leaves the tree as it was. */
FWS_MUST_USE enum fws_status fws_nodes_append(struct fws_nodes *nodes, const uint8_t leaf[32],
                                              struct fws_error *err);

/*
 * All the leaves that are there; borrows nodes. Its calls for nodes that are not whole fail with
 * FWS_E_NOT_FOUND; with FWS_E_PROOF when the file has lost the node.
 */
struct fws_tree fws_nodes_tree(struct fws_nodes *nodes);

/*
 * Write what is in memory to the files. A failure loses nothing but time: the tree stays usable, and
 * the next call tries again. Until then each leaf takes 32 bytes of memory.
 */
FWS_MUST_USE enum fws_status fws_nodes_save(struct fws_nodes *nodes, struct fws_error *err);

void fws_nodes_close(struct fws_nodes *nodes);

#endif

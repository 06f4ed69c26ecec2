/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of c2sp.org/tlog-tiles: what monitors fetch to read a log and check its tree.
 *
 *     tile/<L>/<N>              256 nodes of level 8 * L, or the rest in <N>.p/<W>
 *     tile/entries/<N>          256 entries, or the rest in <N>.p/<W>
 *
 *     fws_tiles_open(&tiles, folder, err)
 *     fws_tiles_add(&tiles, line, size, err) ...     writes what is whole
 *     fws_tiles_finish(&tiles, err)                  writes what is not
 *     fws_tiles_root(&tiles, root, err)              of just the nodes that were written
 *
 * Constant memory. A file that is there and the same is left as it is.
 */
#ifndef FWS_AUDIT_TILES_H
#define FWS_AUDIT_TILES_H

#include "audit/tree.h"
#include "base/buf.h"

#define FWS_TILE_WIDTH     256u
#define FWS_TILE_LEVELS    7u     /* 8 * 6 is the last whose nodes a tree can have */
#define FWS_TILE_ENTRIES   64u    /* in place of a level; a level is at most 63 */
#define FWS_TILE_PATH_SIZE 64u    /* "tile/entries/", 7 groups "x000/", "000.p/255", NUL and more */
#define FWS_TILE_ENTRY_MAX 65535u /* bytes: its length has 16 bits */

/* Where the tile is, from the folder on; width is 1 to 256, and 256 is a whole one. */
char *fws_tile_path(unsigned level, uint64_t index, unsigned width, char out[FWS_TILE_PATH_SIZE]);

/* Append an entry to a bundle. FWS_E_TOO_LARGE. */
FWS_MUST_USE enum fws_status fws_tile_bundle(struct fws_buf *bundle, const void *line, size_t size,
                                             struct fws_error *err);

/* Write a file below folder with the folders above it; not when it is there and the same. */
FWS_MUST_USE enum fws_status fws_tile_save(const char *folder, const char *path, const void *data,
                                           size_t size, struct fws_error *err);

/* Read a regular file below folder, at most max bytes; out is given. FWS_E_NOT_FOUND when there is
 * none. */
FWS_MUST_USE enum fws_status fws_tile_load(const char *folder, const char *path, size_t max,
                                           struct fws_buf *out, struct fws_error *err);

struct fws_tiles {
    struct fws_hasher hasher;
    const char *folder; /* kept; NULL: nothing is written, only the root is wanted */
    uint64_t size;      /* entries */
    struct fws_buf bundle;
    struct fws_buf nodes[FWS_TILE_LEVELS]; /* of each level's last tile, which is not whole */
};

FWS_MUST_USE enum fws_status fws_tiles_open(struct fws_tiles *tiles, const char *folder,
                                            struct fws_error *err);
FWS_MUST_USE enum fws_status fws_tiles_add(struct fws_tiles *tiles, const void *line, size_t size,
                                           struct fws_error *err);
FWS_MUST_USE enum fws_status fws_tiles_root(struct fws_tiles *tiles, uint8_t out[32],
                                            struct fws_error *err);
FWS_MUST_USE enum fws_status fws_tiles_finish(struct fws_tiles *tiles, struct fws_error *err);
void fws_tiles_close(struct fws_tiles *tiles);

#endif

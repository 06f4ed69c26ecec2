/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/tiles.h"
#include "base/file.h"

#define GROUP       1000u /* indexes have three digits a path element */
#define GROUPS_MAX  7u    /* 2^64 has 20 digits */
#define FILE_MODE   0644  /* to be served to anybody */
#define FOLDER_MODE 0755
#define STEP        8u /* levels from one tile to the next */
#define NODE        32u
#define TILE        ((size_t)FWS_TILE_WIDTH * NODE)
#define BUNDLE      ((size_t)FWS_TILE_WIDTH * 1024) /* room for most; the others make it grow */

/* ---- Paths ---- */

/* Three digits an element, an x in front of all but the last. */
static size_t put_index(uint64_t index, char *out, size_t size)
{
    unsigned groups[GROUPS_MAX];
    unsigned count = 0;
    size_t length = 0;

    do {
        groups[count++] = (unsigned)(index % GROUP);
        index /= GROUP;
    } while (index > 0);
    while (count > 1) {
        length += (size_t)snprintf(out + length, size - length, "x%03u/", groups[--count]);
    }
    return length + (size_t)snprintf(out + length, size - length, "%03u", groups[0]);
}

char *fws_tile_path(unsigned level, uint64_t index, unsigned width, char out[FWS_TILE_PATH_SIZE])
{
    size_t size = FWS_TILE_PATH_SIZE;
    size_t length = level == FWS_TILE_ENTRIES ? (size_t)snprintf(out, size, "tile/entries/")
                                              : (size_t)snprintf(out, size, "tile/%u/", level);

    length += put_index(index, out + length, size - length);
    if (width < FWS_TILE_WIDTH) {
        (void)snprintf(out + length, size - length, ".p/%u", width);
    }
    return out;
}

/* ---- Bundles ---- */

enum fws_status fws_tile_bundle(struct fws_buf *bundle, const void *line, size_t size,
                                struct fws_error *err)
{
    const uint8_t length[2] = {(uint8_t)(size >> 8), (uint8_t)size};

    if (size > FWS_TILE_ENTRY_MAX) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "no bundle holds an entry of %zu bytes", size);
    }
    enum fws_status status = fws_buf_reserve(bundle, sizeof length + size, err);

    if (status == FWS_OK) {
        status = fws_buf_append(bundle, length, sizeof length, err);
    }
    return status == FWS_OK ? fws_buf_append(bundle, line, size, err) : status;
}

/* ---- Files ---- */

static char *join(const char *folder, const char *path, struct fws_error *err)
{
    char *joined = fws_path_join(folder, path);

    if (joined == NULL) {
        (void)fws_error_set(err, FWS_E_MEMORY, "no memory for a file name");
    }
    return joined;
}

/* A FIFO there must not make this wait. */
static enum fws_status load_at(const char *path, size_t max, struct fws_buf *out,
                               struct fws_error *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum fws_status status = FWS_OK;
    struct stat info;

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", path);
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = fws_error_set(err, FWS_E_IO, "'%s' is no regular file", path);
    } else {
        status = fws_file_read_fd(fd, path, max, out, err);
    }
    (void)close(fd);
    return status;
}

enum fws_status fws_tile_load(const char *folder, const char *path, size_t max, struct fws_buf *out,
                              struct fws_error *err)
{
    char *joined = join(folder, path, err);
    enum fws_status status = joined == NULL ? err->status : load_at(joined, max, out, err);

    free(joined);
    return status;
}

/* Whatever keeps it from being read, it is not known to be the same. */
static bool is_there(const char *path, const void *data, size_t size)
{
    FWS_AUTO(fws_buf) found = {0};
    struct fws_error ignored;

    return load_at(path, size, &found, &ignored) == FWS_OK && found.size == size &&
           memcmp(found.data, data, size) == 0;
}

/* Flush the folder that holds path, which ends at a slash. */
static enum fws_status flush_above(const char *path, struct fws_error *err)
{
    const char *slash = strrchr(path, '/');
    char *above = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = above == NULL ? -1 : open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum fws_status status = FWS_OK;

    if (fd < 0 || fsync(fd) != 0) {
        status = fws_error_errno(err, errno, "'%s': flush of the folder above", path);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(above);
    return status;
}

/* A new folder is as durable as the file in it is going to be. */
static enum fws_status make_folder(const char *path, struct fws_error *err)
{
    if (mkdir(path, FOLDER_MODE) == 0) {
        return flush_above(path, err);
    }
    return errno == EEXIST ? FWS_OK : fws_error_errno(err, errno, "'%s'", path);
}

/* The folders of path from the one on that base_size bytes of it name, slash included. */
static enum fws_status make_folders(char *path, size_t base_size, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (char *at = path + (base_size > 0 ? base_size - 1 : 0); status == FWS_OK; at++) {
        at = strchr(at, '/');
        if (at == NULL) {
            break;
        }
        *at = '\0';
        status = *path == '\0' ? FWS_OK : make_folder(path, err);
        *at = '/';
    }
    return status;
}

enum fws_status fws_tile_save(const char *folder, const char *path, const void *data, size_t size,
                              struct fws_error *err)
{
    char *joined = join(folder, path, err);
    enum fws_status status = FWS_OK;

    if (joined == NULL) {
        return err->status;
    }
    if (!is_there(joined, data, size)) {
        status = make_folders(joined, strlen(joined) - strlen(path), err);
        if (status == FWS_OK) {
            status = fws_file_replace(joined, data, size, FWS_OUTPUT_REPLACE, FILE_MODE, err);
        }
    }
    free(joined);
    return status;
}

/* ---- The tiles of a growing tree ---- */

static uint64_t whole(uint64_t size, unsigned level)
{
    return size >> (STEP * level);
}

enum fws_status fws_tiles_open(struct fws_tiles *tiles, const char *folder, struct fws_error *err)
{
    *tiles = (struct fws_tiles){.folder = folder};
    enum fws_status status = fws_hasher_open(&tiles->hasher, err);

    for (unsigned level = 0; level < FWS_TILE_LEVELS && status == FWS_OK; level++) {
        status = fws_buf_reserve(&tiles->nodes[level], TILE, err);
    }
    if (status == FWS_OK && folder != NULL) {
        status = fws_buf_reserve(&tiles->bundle, BUNDLE, err);
    }
    if (status != FWS_OK) {
        fws_tiles_close(tiles);
    }
    return status;
}

void fws_tiles_close(struct fws_tiles *tiles)
{
    for (unsigned level = 0; level < FWS_TILE_LEVELS; level++) {
        fws_buf_free(&tiles->nodes[level]);
    }
    fws_buf_free(&tiles->bundle);
    fws_hasher_close(&tiles->hasher);
    *tiles = (struct fws_tiles){0};
}

/* Write a level's last tile, or the last bundle; of whole entries or nodes there are so far. */
static enum fws_status save_last(const struct fws_tiles *tiles, unsigned level, uint64_t there,
                                 const struct fws_buf *content, struct fws_error *err)
{
    char path[FWS_TILE_PATH_SIZE];
    uint64_t index = (there - 1) / FWS_TILE_WIDTH;

    if (tiles->folder == NULL) {
        return FWS_OK;
    }
    return fws_tile_save(
        tiles->folder,
        fws_tile_path(level, index, (unsigned)(there - index * FWS_TILE_WIDTH), path),
        content->data, content->size, err);
}

/* A whole tile is written, and its root is a node of the level above. */
static enum fws_status fill_level(struct fws_tiles *tiles, unsigned level, struct fws_error *err)
{
    struct fws_buf *nodes = &tiles->nodes[level];
    uint8_t parts[FWS_TILE_WIDTH][NODE];
    enum fws_status status = save_last(tiles, level, whole(tiles->size, level), nodes, err);

    if (status == FWS_OK) {
        memcpy(parts, nodes->data, sizeof parts);
        status = fws_hash_fold(&tiles->hasher, parts, FWS_TILE_WIDTH, err);
    }
    if (status == FWS_OK) {
        nodes->size = 0;
        status = fws_buf_append(&tiles->nodes[level + 1], parts[0], NODE, err);
    }
    return status;
}

static enum fws_status add_to_bundle(struct fws_tiles *tiles, const void *line, size_t size,
                                     struct fws_error *err)
{
    enum fws_status status =
        tiles->folder == NULL ? FWS_OK : fws_tile_bundle(&tiles->bundle, line, size, err);

    if (status == FWS_OK && tiles->size % FWS_TILE_WIDTH == 0) {
        status = save_last(tiles, FWS_TILE_ENTRIES, tiles->size, &tiles->bundle, err);
        tiles->bundle.size = 0;
    }
    return status;
}

enum fws_status fws_tiles_add(struct fws_tiles *tiles, const void *line, size_t size,
                              struct fws_error *err)
{
    uint8_t leaf[NODE];
    enum fws_status status = fws_hash_leaf(&tiles->hasher, line, size, leaf, err);

    if (status == FWS_OK) {
        status = fws_buf_append(&tiles->nodes[0], leaf, NODE, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    tiles->size++;
    status = add_to_bundle(tiles, line, size, err);
    for (unsigned level = 0; level + 1 < FWS_TILE_LEVELS && status == FWS_OK; level++) {
        if (tiles->nodes[level].size < TILE) {
            break;
        }
        status = fill_level(tiles, level, err);
    }
    return status;
}

/* Whatever the root needs is in tiles that are not whole. */
static enum fws_status find_node(void *context, unsigned level, uint64_t index, uint8_t out[32],
                                 struct fws_error *err)
{
    struct fws_tiles *tiles = context;
    uint8_t parts[FWS_TILE_WIDTH / 2][NODE];
    size_t count = (size_t)1 << (level % STEP);
    const struct fws_buf *nodes = &tiles->nodes[level / STEP];
    size_t offset = NODE * (size_t)(index * count % FWS_TILE_WIDTH);

    memcpy(parts, nodes->data + offset, NODE * count);
    enum fws_status status = fws_hash_fold(&tiles->hasher, parts, count, err);

    if (status == FWS_OK) {
        memcpy(out, parts[0], NODE);
    }
    return status;
}

enum fws_status fws_tiles_root(struct fws_tiles *tiles, uint8_t out[32], struct fws_error *err)
{
    struct fws_tree tree = {.node = find_node, .context = tiles, .hasher = &tiles->hasher};

    return fws_tree_root(&tree, tiles->size, out, err);
}

enum fws_status fws_tiles_finish(struct fws_tiles *tiles, struct fws_error *err)
{
    enum fws_status status = tiles->bundle.size == 0 ? FWS_OK
                                                     : save_last(tiles, FWS_TILE_ENTRIES,
                                                                 tiles->size, &tiles->bundle, err);

    for (unsigned level = 0; level < FWS_TILE_LEVELS && status == FWS_OK; level++) {
        if (tiles->nodes[level].size > 0) {
            status = save_last(tiles, level, whole(tiles->size, level), &tiles->nodes[level], err);
        }
    }
    return status;
}

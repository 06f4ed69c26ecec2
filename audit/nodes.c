/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/lines.h"
#include "audit/nodes.h"

#define SIZE_LIMIT  (UINT64_C(1) << 53)
#define OUTER_NAME  "derived"
#define INNER_NAME  "tree"
#define NAME_SIZE   2u /* a digit, NUL */
#define FILE_MODE   0640
#define FOLDER_MODE 0750
#define FILE_FLAGS  (O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

#define STEP 8u   /* levels from one file to the next */
#define FAN  256u /* nodes that make one of the next file */
#define NODE 32u  /* bytes */

/* ---- What is where ---- */

/* Whole nodes of file t in a tree of size leaves. */
static uint64_t whole(uint64_t size, unsigned t)
{
    return size >> (STEP * t);
}

/* The first node of file t that is in memory. What is behind it, and no other, goes into the root
 * and into nodes of the next file. */
static uint64_t kept_from(const struct fws_nodes *nodes, unsigned t)
{
    return whole(nodes->saved, t) & ~(uint64_t)(FAN - 1);
}

/* Where node index of file t is in memory. */
static uint8_t *kept_at(const struct fws_nodes *nodes, unsigned t, uint64_t index)
{
    return nodes->memory[t].data + NODE * (size_t)(index - kept_from(nodes, t));
}

/* Let the memory end where the tree of nodes->size does. */
static void trim(struct fws_nodes *nodes)
{
    for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
        nodes->memory[t].size = NODE * (size_t)(whole(nodes->size, t) - kept_from(nodes, t));
    }
}

static void make_empty(struct fws_nodes *nodes)
{
    nodes->size = 0;
    nodes->saved = 0;
    trim(nodes);
}

/* ---- Folders and files ---- */

/* Anything else that goes wrong with a file means that there is none that could be used. */
static bool is_malfunction(int errnum)
{
    return errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE;
}

/* Leaves a negative descriptor, with errno, when there is no such folder. */
static int open_folder(int above, const char *name, bool make)
{
    if (make && mkdirat(above, name, FOLDER_MODE) != 0 && errno != EEXIST) {
        return -1;
    }
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static enum fws_status open_folders(struct fws_nodes *nodes, int audit_dir, struct fws_error *err)
{
    int outer = open_folder(audit_dir, OUTER_NAME, nodes->writable);
    int inner = outer < 0 ? -1 : open_folder(outer, INNER_NAME, nodes->writable);
    int errnum = errno;

    if (outer >= 0) {
        (void)close(outer);
    }
    if (inner < 0 && is_malfunction(errnum)) {
        return fws_error_errno(err, errnum, "'" OUTER_NAME "/" INNER_NAME "'");
    }
    nodes->folder = inner + 1;
    return FWS_OK;
}

/*
 * Open file t; 0, or an errno value. A second name could be that of a segment: what is written here
 * must never reach one.
 */
static int open_file(struct fws_nodes *nodes, unsigned t, bool make)
{
    char name[NAME_SIZE] = {(char)('0' + t)};
    int flags = FILE_FLAGS | (nodes->writable ? O_RDWR : O_RDONLY) | (make ? O_CREAT : 0);
    int fd = openat(nodes->folder - 1, name, flags, FILE_MODE);
    struct stat info;

    if (fd < 0) {
        return errno;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) {
        (void)close(fd);
        return EINVAL;
    }
    nodes->files[t] = fd + 1;
    return 0;
}

static enum fws_status file_failed(struct fws_error *err, enum fws_status status, int errnum,
                                   unsigned t)
{
    (void)fws_error_errno(err, errnum, "'" OUTER_NAME "/" INNER_NAME "/%u'", t);
    return err->status = status;
}

/* Whatever the reason, a file that does not give its nodes is none of this tree. */
static enum fws_status read_nodes(const struct fws_nodes *nodes, unsigned t, uint64_t index,
                                  void *out, size_t count, struct fws_error *err)
{
    uint8_t *at = out;
    size_t left = NODE * count;
    uint64_t offset = NODE * index;
    size_t got = nodes->files[t] == 0 ? 0 : left;

    while (left > 0 && got > 0) {
        if (fws_read_at(nodes->files[t] - 1, at, left, offset, &got, err) != FWS_OK) {
            (void)fws_error_wrap(err, "'" OUTER_NAME "/" INNER_NAME "/%u'", t);
            return err->status = FWS_E_PROOF;
        }
        at += got;
        left -= got;
        offset += got;
    }
    if (left > 0) {
        return fws_error_set(err, FWS_E_PROOF,
                             "'" OUTER_NAME "/" INNER_NAME "/%u' ends before node %" PRIu64, t,
                             offset / NODE);
    }
    return FWS_OK;
}

static enum fws_status write_nodes(struct fws_nodes *nodes, unsigned t, uint64_t index,
                                   const uint8_t *at, size_t count, struct fws_error *err)
{
    int errnum = nodes->files[t] == 0 ? open_file(nodes, t, true) : 0;
    uint64_t offset = NODE * index;
    size_t left = NODE * count;

    while (left > 0 && errnum == 0) {
        ssize_t put = pwrite(nodes->files[t] - 1, at, left, (off_t)offset);

        if (put <= 0) {
            errnum = put == 0 ? EIO : errno == EINTR ? 0 : errno;
            continue;
        }
        at += put;
        left -= (size_t)put;
        offset += (uint64_t)put;
    }
    return errnum == 0 ? FWS_OK : file_failed(err, FWS_E_IO, errnum, t);
}

/* ---- Opening ---- */

enum fws_status fws_nodes_open(struct fws_nodes *nodes, int audit_dir, struct fws_hasher *hasher,
                               bool writable, struct fws_error *err)
{
    *nodes = (struct fws_nodes){.hasher = hasher, .writable = writable};
    enum fws_status status = open_folders(nodes, audit_dir, err);

    for (unsigned t = 0; t < FWS_NODES_FILES && nodes->folder != 0; t++) {
        int errnum = open_file(nodes, t, false);

        if (is_malfunction(errnum)) {
            status = file_failed(err, FWS_E_IO, errnum, t);
            fws_nodes_close(nodes);
        }
    }
    return status;
}

void fws_nodes_close(struct fws_nodes *nodes)
{
    for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
        if (nodes->files[t] != 0) {
            (void)close(nodes->files[t] - 1);
        }
        fws_buf_free(&nodes->memory[t]);
    }
    if (nodes->folder != 0) {
        (void)close(nodes->folder - 1);
    }
    *nodes = (struct fws_nodes){0};
}

/* ---- The tree ---- */

static enum fws_status find_node(void *context, unsigned level, uint64_t index, uint8_t out[32],
                                 struct fws_error *err)
{
    const struct fws_nodes *nodes = context;
    uint8_t parts[FAN / 2][NODE];
    unsigned t = level / STEP;
    size_t count = (size_t)1 << (level % STEP);
    enum fws_status status = FWS_OK;

    if (level >= FWS_TREE_LEVELS || index >= nodes->size >> level) {
        return fws_error_set(err, FWS_E_NOT_FOUND,
                             "no node %" PRIu64 " of level %u in a tree of %" PRIu64, index, level,
                             nodes->size);
    }
    if (index * count >= kept_from(nodes, t)) {
        memcpy(parts, kept_at(nodes, t, index * count), NODE * count);
    } else {
        status = read_nodes(nodes, t, index * count, parts, count, err);
    }
    if (status == FWS_OK) {
        status = fws_hash_fold(nodes->hasher, parts, count, err);
    }
    if (status == FWS_OK) {
        memcpy(out, parts[0], NODE);
    }
    return status;
}

struct fws_tree fws_nodes_tree(struct fws_nodes *nodes)
{
    return (struct fws_tree){.node = find_node, .context = nodes, .hasher = nodes->hasher};
}

/* ---- Growing ---- */

/* Room grows by what is there: a buffer that grows by one node at a time is copied each time. */
static enum fws_status push(struct fws_nodes *nodes, unsigned t, const uint8_t node[NODE],
                            struct fws_error *err)
{
    struct fws_buf *memory = &nodes->memory[t];
    enum fws_status status = FWS_OK;

    if (memory->size == memory->capacity) {
        status = fws_buf_reserve(memory, memory->size + (size_t)NODE * FAN, err);
    }
    return status == FWS_OK ? fws_buf_append(memory, node, NODE, err) : status;
}

static enum fws_status append_parent(struct fws_nodes *nodes, unsigned t, struct fws_error *err)
{
    const struct fws_buf *below = &nodes->memory[t - 1];
    uint8_t parts[FAN][NODE];

    memcpy(parts, below->data + below->size - sizeof parts, sizeof parts);
    enum fws_status status = fws_hash_fold(nodes->hasher, parts, FAN, err);

    return status == FWS_OK ? push(nodes, t, parts[0], err) : status;
}

enum fws_status fws_nodes_append(struct fws_nodes *nodes, const uint8_t leaf[32],
                                 struct fws_error *err)
{
    uint64_t size = nodes->size + 1;

    if (size >= SIZE_LIMIT) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "the tree is full");
    }
    enum fws_status status = push(nodes, 0, leaf, err);

    for (unsigned t = 1; t < FWS_NODES_FILES && status == FWS_OK; t++) {
        if (whole(size, t) == whole(nodes->size, t)) {
            break;
        }
        status = append_parent(nodes, t, err);
    }
    if (status == FWS_OK) {
        nodes->size = size;
    } else {
        trim(nodes);
    }
    return status;
}

/* ---- Loading and saving ---- */

static enum fws_status load_file(struct fws_nodes *nodes, unsigned t, struct fws_error *err)
{
    uint64_t first = kept_from(nodes, t);
    size_t count = (size_t)(whole(nodes->size, t) - first);
    bool missing = nodes->files[t] == 0 && nodes->folder != 0 && whole(nodes->size, t) > 0;
    int errnum = missing ? open_file(nodes, t, false) : 0; /* made since by another process? */

    if (is_malfunction(errnum)) {
        return file_failed(err, FWS_E_IO, errnum, t);
    }
    enum fws_status status = fws_buf_reserve(&nodes->memory[t], NODE * count, err);

    return status == FWS_OK ? read_nodes(nodes, t, first, nodes->memory[t].data, count, err)
                            : status;
}

/* Take into memory what the root of size leaves is made of. */
static enum fws_status load(struct fws_nodes *nodes, uint64_t size, struct fws_error *err)
{
    make_empty(nodes);
    nodes->size = size;
    nodes->saved = size;
    for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
        enum fws_status status = load_file(nodes, t, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    trim(nodes);
    return FWS_OK;
}

enum fws_status fws_nodes_trust(struct fws_nodes *nodes, uint64_t size, const uint8_t root[32],
                                struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(nodes);
    uint8_t found[32];

    if (size >= SIZE_LIMIT) {
        make_empty(nodes);
        return fws_error_set(err, FWS_E_PROOF, "no tree has %" PRIu64 " leaves", size);
    }
    enum fws_status status = load(nodes, size, err);

    if (status == FWS_OK) {
        status = fws_tree_root(&tree, size, found, err);
    }
    if (status == FWS_OK && memcmp(found, root, sizeof found) != 0) {
        status =
            fws_error_set(err, FWS_E_PROOF,
                          "the files of " OUTER_NAME "/" INNER_NAME " are those of another tree");
    }
    if (status != FWS_OK) {
        make_empty(nodes);
    }
    return status;
}

/* Let go of what is in the files and no longer needed for the root. */
static void drop_saved(struct fws_nodes *nodes)
{
    for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
        struct fws_buf *memory = &nodes->memory[t];
        uint64_t next = whole(nodes->size, t) & ~(uint64_t)(FAN - 1);
        size_t gone = NODE * (size_t)(next - kept_from(nodes, t));

        if (gone > 0) {
            memory->size -= gone;
            memmove(memory->data, memory->data + gone, memory->size);
        }
    }
    nodes->saved = nodes->size;
}

enum fws_status fws_nodes_save(struct fws_nodes *nodes, struct fws_error *err)
{
    if (!nodes->writable) {
        return fws_error_set(err, FWS_E_INTERNAL, "nodes that are only read were to be saved");
    }
    if (nodes->folder == 0) {
        return fws_error_set(err, FWS_E_IO, "no folder '" OUTER_NAME "/" INNER_NAME "'");
    }
    for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
        uint64_t first = whole(nodes->saved, t);
        size_t count = (size_t)(whole(nodes->size, t) - first);
        enum fws_status status =
            count == 0 ? FWS_OK
                       : write_nodes(nodes, t, first, kept_at(nodes, t, first), count, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    drop_saved(nodes);
    return FWS_OK;
}

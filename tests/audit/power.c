/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/audit/power.h"

#define SYNCED      "synced"
#define CUT         "cut"
#define PATH_SIZE   512u
#define FILE_MAX    (1u << 28)
#define SECTOR      512u
#define FILES_LIMIT 512u

/* ---- What a process would read, by inode ---- */

struct found {
    ino_t inode;
    bool folder;
    char path[PATH_SIZE];
};

static struct found found[FILES_LIMIT];
static size_t found_count;

static int note(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)where;
    assert_true(found_count < FILES_LIMIT);
    found[found_count].inode = info->st_ino;
    found[found_count].folder = kind == FTW_D;
    (void)snprintf(found[found_count].path, PATH_SIZE, "%s", path);
    found_count++;
    return 0;
}

static void look(void)
{
    found_count = 0;
    assert_int_equal(nftw("log", note, 8, FTW_PHYS), 0);
}

static const struct found *find(ino_t inode)
{
    for (size_t i = 0; i < found_count; i++) {
        if (found[i].inode == inode) {
            return &found[i];
        }
    }
    return NULL;
}

/* ---- What was flushed ---- */

static void read_if_there(const char *path, struct fws_buf *out)
{
    struct fws_error err = {0};

    if (access(path, F_OK) == 0 && fws_file_read(path, FILE_MAX, out, &err) != FWS_OK) {
        stage_fail("%s", err.text);
    }
}

static void put(const char *path, const void *data, size_t size)
{
    struct fws_error err = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

    if (fd < 0 || fws_file_write_fd(fd, path, data, size, &err) != FWS_OK) {
        stage_fail("writing '%s'", path);
    }
    (void)close(fd);
}

static void list_names(const char *path, struct fws_buf *out)
{
    struct fws_error err = {0};
    DIR *folder = opendir(path);
    struct dirent *entry;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            assert_int_equal(
                fws_buf_printf(out, &err, "%ju %s\n", (uintmax_t)entry->d_ino, entry->d_name),
                FWS_OK);
        }
    }
    (void)closedir(folder);
}

const char *power_on(void)
{
    static char rule[PATH_SIZE + 32];
    char here[PATH_SIZE];

    stage_remove(SYNCED);
    assert_int_equal(mkdir(SYNCED, 0750), 0);
    look();
    for (size_t i = 0; i < found_count; i++) {
        FWS_AUTO(fws_buf) content = {0};
        char path[PATH_SIZE];

        (void)snprintf(path, sizeof path, SYNCED "/%ju%s", (uintmax_t)found[i].inode,
                       found[i].folder ? ".d" : "");
        if (found[i].folder) {
            list_names(found[i].path, &content);
        } else {
            read_if_there(found[i].path, &content);
        }
        put(path, content.data, content.size);
    }
    assert_non_null(getcwd(here, sizeof here));
    (void)snprintf(rule, sizeof rule, "SHIM_SYNCED=%s/" SYNCED, here);
    return rule;
}

/* ---- What the disk has kept ---- */

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Where flushed and unflushed differ, a sector is the one or the other; zeros where there is none. */
static void mix_sectors(struct fws_buf *kept, const struct fws_buf *live, unsigned *state)
{
    for (size_t at = 0; at < live->size; at += SECTOR) {
        size_t size = smaller(SECTOR, live->size - at);

        if (next_random(state) % 2 == 0) {
            memcpy(kept->data + at, live->data + at, size);
        }
    }
}

static void keep_file(const char *synced, const struct found *live, const char *out,
                      struct power_loss *loss)
{
    FWS_AUTO(fws_buf) kept = {0};
    FWS_AUTO(fws_buf) now = {0};
    struct fws_error err = {0};

    read_if_there(synced, &kept);
    if (live != NULL) {
        read_if_there(live->path, &now);
    }
    if (live != NULL && loss->data == POWER_ALL) {
        put(out, now.data, now.size);
        return;
    }
    if (loss->data != POWER_SYNCED && now.size > kept.size) {
        size_t more = now.size - kept.size;

        assert_int_equal(fws_buf_reserve(&kept, more, &err), FWS_OK);
        memset(kept.data + kept.size, 0, more);
        kept.size = now.size;
    }
    if (loss->data == POWER_SECTORS && now.size <= kept.size) {
        mix_sectors(&kept, &now, &loss->seed);
    }
    put(out, kept.data, kept.size);
}

static void keep_folder(ino_t inode, const char *out, struct power_loss *loss);

static void keep_entry(const char *line, const char *folder, struct power_loss *loss)
{
    uintmax_t inode;
    char name[256];
    char out[PATH_SIZE];
    char synced[PATH_SIZE];
    char names[PATH_SIZE];

    assert_int_equal(sscanf(line, "%ju %255s", &inode, name), 2);
    (void)snprintf(out, sizeof out, "%.240s/%.200s", folder, name);
    (void)snprintf(synced, sizeof synced, SYNCED "/%ju", inode);
    (void)snprintf(names, sizeof names, SYNCED "/%ju.d", inode);
    const struct found *live = find((ino_t)inode);

    if (live != NULL ? live->folder : access(names, F_OK) == 0) {
        keep_folder((ino_t)inode, out, loss);
    } else {
        keep_file(synced, live, out, loss);
    }
}

static void keep_folder(ino_t inode, const char *out, struct power_loss *loss)
{
    FWS_AUTO(fws_buf) list = {0};
    struct fws_error err = {0};
    const struct found *live = find(inode);
    char names[PATH_SIZE];
    char *rest = NULL;

    assert_int_equal(mkdir(out, 0750), 0);
    (void)snprintf(names, sizeof names, SYNCED "/%ju.d", (uintmax_t)inode);
    if (live != NULL && loss->all_names) {
        list_names(live->path, &list);
    } else {
        read_if_there(names, &list);
    }
    assert_int_equal(fws_buf_append(&list, "", 1, &err), FWS_OK);
    for (char *line = strtok_r((char *)list.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        keep_entry(line, out, loss);
    }
}

void power_off(const struct power_loss *loss)
{
    struct power_loss rest = *loss;
    struct stat info;

    look();
    assert_int_equal(stat("log", &info), 0);
    stage_remove(CUT);
    keep_folder(info.st_ino, CUT, &rest);
    stage_remove("log");
    assert_int_equal(rename(CUT, "log"), 0);
}

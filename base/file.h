/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading whole files, and writing files that appear whole or not at all. This is the one place
 * where files are replaced.
 *
 *     FWS_AUTO_CLOSE(fws_output) file = {0};
 *     fws_output_open(&file, path, expected_size, FWS_OUTPUT_NEW, err)    nothing visible so far
 *     fws_output_write(&file, data, size, err) ...
 *     fws_output_commit(&file, err)                                       now it is there, durably
 *
 * The temporary file has no name where the file system allows it (O_TMPFILE), so that not even
 * SIGKILL leaves anything behind; elsewhere it is a hidden file beside the target.
 */
#ifndef FWS_BASE_FILE_H
#define FWS_BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

/*
 * Read a whole file into out (given; replaced). At most max bytes: FWS_E_TOO_LARGE beyond.
 * "-" is standard input. FWS_E_NOT_FOUND, FWS_E_IO; a directory is FWS_E_INPUT.
 */
FWS_MUST_USE enum fws_status fws_file_read(const char *path, size_t max, struct fws_buf *out,
                                           struct fws_error *err);

/* The same of a file that belongs to owner, judged when it is open: FWS_E_CALLER when it does not.
 * owner NULL: whosever. Standard input is whoever's it is: who started the process opened it. */
FWS_MUST_USE enum fws_status fws_file_read_of(const char *path, const uid_t *owner, size_t max,
                                              struct fws_buf *out, struct fws_error *err);

/* Read an open descriptor to its end; name is for messages. */
FWS_MUST_USE enum fws_status fws_file_read_fd(int fd, const char *name, size_t max,
                                              struct fws_buf *out, struct fws_error *err);

/* Write all bytes to fd, through short writes and EINTR. */
FWS_MUST_USE enum fws_status fws_file_write_fd(int fd, const char *name, const void *data,
                                               size_t size, struct fws_error *err);

enum fws_output_mode {
    FWS_OUTPUT_NEW,     /* the target must not exist: FWS_E_EXISTS, also when it appears later */
    FWS_OUTPUT_REPLACE, /* a regular file there is replaced atomically */
    FWS_OUTPUT_CACHE,   /* the same without a flush: for what can be made anew */
};

struct fws_output {
    int fd;     /* the temporary file plus 1; 0 = closed */
    int dir_fd; /* the target's directory plus 1 */
    enum fws_output_mode mode;
    char *path;      /* target as given, for messages */
    char *name;      /* last component */
    char *temp_name; /* name of the temporary file, NULL while it has none */
};

/*
 * Create the temporary file and reserve size_bytes on the disk (0: unknown), so that a full disk is
 * found before anything that cannot be undone. mode_bits as for open(2), e.g. 0644, less the umask.
 */
FWS_MUST_USE enum fws_status fws_output_open(struct fws_output *output, const char *path,
                                             size_t size_bytes, enum fws_output_mode mode,
                                             mode_t mode_bits, struct fws_error *err);

/* The same in a folder that belongs to owner, judged when it is open: FWS_E_CALLER when it does not.
 * owner NULL: whosever. */
FWS_MUST_USE enum fws_status fws_output_open_of(struct fws_output *output, const char *path,
                                                const uid_t *owner, size_t size_bytes,
                                                enum fws_output_mode mode, mode_t mode_bits,
                                                struct fws_error *err);

/* The same for a name in an open folder. */
FWS_MUST_USE enum fws_status fws_output_open_at(struct fws_output *output, int dir_fd,
                                                const char *name, size_t size_bytes,
                                                enum fws_output_mode mode, mode_t mode_bits,
                                                struct fws_error *err);

FWS_MUST_USE enum fws_status fws_output_write(struct fws_output *output, const void *data,
                                              size_t size, struct fws_error *err);

/* May the target still be named? FWS_E_EXISTS as from fws_output_open. For whoever has to commit
 * something else first. */
FWS_MUST_USE enum fws_status fws_output_check(const struct fws_output *output,
                                              struct fws_error *err);

/* Flush the content, give the file its name, flush the directory, close. */
FWS_MUST_USE enum fws_status fws_output_commit(struct fws_output *output, struct fws_error *err);

/* Close; what was not committed is gone. */
void fws_output_close(struct fws_output *output);

/* Open, write, commit in one. */
FWS_MUST_USE enum fws_status fws_file_replace(const char *path, const void *data, size_t size,
                                              enum fws_output_mode mode, mode_t mode_bits,
                                              struct fws_error *err);

FWS_MUST_USE enum fws_status fws_file_replace_at(int dir_fd, const char *name, const void *data,
                                                 size_t size, enum fws_output_mode mode,
                                                 mode_t mode_bits, struct fws_error *err);

/* Join directory and name with one '/': heap memory, the caller's (free); NULL without memory.
 * An absolute name is returned as it is. */
char *fws_path_join(const char *directory, const char *name);

#endif

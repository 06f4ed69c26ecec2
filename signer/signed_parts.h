/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files signed_*.c share; private to them.
 *
 * A file is a row of blocks of 4096 bytes, little endian, each whole in itself:
 *
 *     0   8  "fwsigned"
 *     8   8  the log's id
 *     16  8  first entry of the range
 *     24  8  entries in the range
 *     32  4  number of this block
 *     36  4  blocks in the file
 *     40  4  records in this block; none only in a file of one block
 *     44  4  CRC-32C of the block, these four bytes taken as zeros
 *     48  32 for each record: key (16), entry of the intent (8), entry of the outcome (8);
 *            keys ascend through the whole file; zeros behind the last record
 */
#ifndef FWS_SIGNER_SIGNED_PARTS_H
#define FWS_SIGNER_SIGNED_PARTS_H

#include "signer/signed_index.h"

#define FWS_SIGNED_BLOCK         4096u
#define FWS_SIGNED_BLOCK_RECORDS 126u
#define FWS_SIGNED_NAME_SIZE     48u

/* A range of entries, and the file of it. */
struct fws_signed_part {
    unsigned level;
    uint64_t first;
};

uint64_t fws_signed_part_entries(const struct fws_signed_part *part);
char *fws_signed_part_name(const struct fws_signed_part *part, char out[FWS_SIGNED_NAME_SIZE]);

/* Sort records by key and leave the newest of each key. */
void fws_signed_sort(struct fws_buf *records);

/* Append the file's bytes to out; records as fws_signed_sort leaves them. */
FWS_MUST_USE enum fws_status fws_signed_write(const struct fws_signed_index *index,
                                              const struct fws_signed_part *part,
                                              const struct fws_buf *records, struct fws_buf *out,
                                              struct fws_error *err);

/*
 * Search the file in the folder. FWS_E_NOT_FOUND when there is none, FWS_E_INPUT when what is there
 * is not in order where it was looked at: it must be made anew.
 */
FWS_MUST_USE enum fws_status fws_signed_search(const struct fws_signed_index *index,
                                               const struct fws_signed_part *part, int folder,
                                               const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                               struct fws_signed_record *out, bool *found);

/* Append all of its records. Status as above, or FWS_E_MEMORY. */
FWS_MUST_USE enum fws_status fws_signed_load(const struct fws_signed_index *index,
                                             const struct fws_signed_part *part, int folder,
                                             struct fws_buf *records);

/* Append what the log says of a range of level 0. whole: the log holds all its entries. */
FWS_MUST_USE enum fws_status fws_signed_scan(const struct fws_signed_log *log,
                                             const struct fws_signed_part *part,
                                             struct fws_buf *records, bool *whole,
                                             struct fws_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the log's bytes are kept: the few things a log asks of it. Files are one store
 * (audit/file_store.c); a database can stand behind the same log, with the same bytes.
 *
 * A store keeps lines and one newest checkpoint. It judges neither; the chain does, line by line. It
 * has a place up to which its lines were read, and appends only when the log still ends there.
 */
#ifndef FWS_AUDIT_STORE_H
#define FWS_AUDIT_STORE_H

#include "audit/chain.h"

/* The entry a part of the log begins with, where the store is made of parts. */
struct fws_opening {
    const char *type; /* log.segment.open or log.recovery; NULL: none is called for */
    struct fws_buf data;
};

void fws_opening_free(struct fws_opening *opening);

enum fws_store_lock {
    FWS_STORE_SHARED,
    FWS_STORE_EXCLUSIVE,
    FWS_STORE_EXCLUSIVE_IN_ORDER, /* also when a stop was asked for: to end what was begun */
};

struct fws_store {
    const struct fws_store_ops *ops;
};

struct fws_store_ops {
    /* The log's lock: whoever has it sees an end that nobody else moves. */
    enum fws_status (*lock)(struct fws_store *store, enum fws_store_lock kind, unsigned deadline_ms,
                            struct fws_error *err);
    void (*unlock)(struct fws_store *store);

    /* The lock of whoever makes the next checkpoint; taken before the log's, never behind it. */
    enum fws_status (*lock_checkpoint)(struct fws_store *store, unsigned deadline_ms,
                                       struct fws_error *err);
    void (*unlock_checkpoint)(struct fws_store *store);

    /* Stand behind entry next - 1, or before all. FWS_E_LOG_TAMPERED when there is no such entry. */
    enum fws_status (*seek)(struct fws_store *store, uint64_t next, struct fws_error *err);

    /* Hand what stands behind the place to the chain, which must stand there too; go on behind it.
     * A damaged end is no error. */
    enum fws_status (*follow)(struct fws_store *store, struct fws_chain *chain,
                              struct fws_error *err);

    /* What the next entry must be before any other: a damaged end, or (when full matters) a part
     * that is full, calls for a new part. Under the exclusive lock, behind follow. */
    enum fws_status (*opening)(struct fws_store *store, bool full_matters, struct fws_opening *out,
                               struct fws_error *err);

    /* Begin a new part at entry first with that entry's line, durable on return; LF included. */
    enum fws_status (*turn)(struct fws_store *store, uint64_t first, const void *line, size_t size,
                            struct fws_error *err);

    /* Make sure that size bytes find place. FWS_E_SPACE; nothing was changed then. */
    enum fws_status (*reserve)(struct fws_store *store, uint64_t size, struct fws_error *err);

    /* Append lines at the place, durable, and hand them to the chain as they are read back then.
     * Any failure leaves the end unknown. */
    enum fws_status (*append)(struct fws_store *store, const void *lines, size_t size,
                              struct fws_chain *chain, struct fws_error *err);

    /* Make durable what others appended and perhaps did not live to flush. */
    enum fws_status (*flush)(struct fws_store *store, struct fws_error *err);

    /* The newest checkpoint, a signed note. FWS_E_NOT_FOUND. Save is durable and atomic; what is
     * loaded is durable only behind a flush, as whoever saved it may have died in the midst of it. */
    enum fws_status (*load_checkpoint)(struct fws_store *store, struct fws_buf *out,
                                       struct fws_error *err);
    enum fws_status (*save_checkpoint)(struct fws_store *store, const void *note, size_t size,
                                       struct fws_error *err);

    enum fws_status (*flush_checkpoint)(struct fws_store *store, struct fws_error *err);

    /* Say that writer instance is alive, until leave or the process's end; and ask. */
    enum fws_status (*enter)(struct fws_store *store, const char *instance, struct fws_error *err);
    void (*leave)(struct fws_store *store);
    enum fws_status (*alive)(struct fws_store *store, const char *instance, bool *out,
                             struct fws_error *err);

    void (*close)(struct fws_store *store);
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of one check and what they hand on; private to verifier/.
 *
 *     verify.c     the order of stages, sizes, reading: every byte of the image is read once
 *     entries.c    both TLV areas: what stands where, how often, how long
 *     hash.c       one pass over the signed bytes
 *     signature.c  which trusted key, and is the signature good
 *     claims.c     what the signed bytes say: counter, ids, dependencies, load address
 */
#ifndef FWS_VERIFIER_CHECK_H
#define FWS_VERIFIER_CHECK_H

#include "verifier/verifier.h"

/* A TLV and where it stands in the image. An absent one has offset 0, where the header is. */
struct fws_entry {
    struct fws_tlv tlv;
    uint32_t offset;
};

/* A signature and the TLV before it that names its key. */
struct fws_signer {
    struct fws_entry key;
    struct fws_entry signature;
};

struct fws_entries {
    struct fws_entry hash;
    struct fws_entry pure;
    struct fws_entry counter;
    struct fws_entry vendor_id;
    struct fws_entry class_id;
    struct fws_entry dependency; /* the one that names the highest image */
    uint8_t dependency_image_id;
    struct fws_signer signers[FWS_VERIFY_SIGNATURES_MAX];
    unsigned signer_count;
    struct fws_entry key_waiting; /* a key TLV whose signature has not come so far */
    struct fws_entry keyless;     /* a signature with no key TLV before it */
};

struct fws_check {
    const struct fws_verify_policy *policy;
    const struct fws_verify_io *io;
    const struct fws_verify_crypto *crypto;
    struct fws_verify_work *work;
    struct fws_verify_report *report;
    uint8_t header[FWS_HEADER_SIZE]; /* as read; hashed from here */
    uint32_t signed_size;
    struct fws_entries entries;
};

static inline bool fws_entry_present(const struct fws_entry *entry)
{
    return entry->offset != 0;
}

/* Refuse because of what stands at offset. */
static inline enum fws_status fws_refuse_at(struct fws_check *check, uint32_t offset,
                                            enum fws_status status)
{
    check->report->offset = offset;
    return status;
}

/* Read from the image; FWS_E_FLASH_READ whatever the callback says went wrong. */
FWS_MUST_USE enum fws_status fws_check_read(struct fws_check *check, uint32_t offset, void *out,
                                            uint32_t size);

/* Walk the entries of an area that ends at offset end. */
FWS_MUST_USE enum fws_status fws_check_area(struct fws_check *check, struct fws_reader area,
                                            enum fws_tlv_place place, uint32_t end);

/* What only both areas together show: signatures and their keys, lengths that hang on the hash. */
FWS_MUST_USE enum fws_status fws_check_entries(struct fws_check *check);

FWS_MUST_USE enum fws_status fws_check_hash(struct fws_check *check);
FWS_MUST_USE enum fws_status fws_check_signatures(struct fws_check *check);
FWS_MUST_USE enum fws_status fws_check_claims(struct fws_check *check);

#endif

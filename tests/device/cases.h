/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of cases in a file: written on a host, judged by one program as a process and as Arm and
 * RISC-V code. Numbers are little endian.
 *
 *     file       "fwscase1" record... end
 *     record     u32 size of the rest (never 0), u8 kind, u8 size of name, name, u16 expected, body
 *     end        u32 0, u32 number of records
 *
 *     signature  u8 algorithm, u8 form, u16 size of key, key, u32 size of message, message, signature
 *                expected: 0 accepted, FWS_E_SIGNATURE_INVALID or FWS_E_PUBKEY refused by either
 *     image      policy, u32 size of slot, image; the slot behind the image is erased (0xff)
 *                expected: the reason
 *     policy     u8 options, u8 signers, u8 signatures_max, u32 flags, u32 load_first, u32 load_last,
 *                u32 size_limit, u32 images, u8 given (CASE_GIVEN_), vendor id, class id,
 *                u32 counter floor, u32 revoked keys, u8 number of vendor TLVs, u16...,
 *                u8 number of keys, key...
 *     key        u8 algorithm, u8 signer, u8 hash_only, u16 size, bytes
 */
#ifndef FWS_TESTS_DEVICE_CASES_H
#define FWS_TESTS_DEVICE_CASES_H

#include "verifier/verifier.h"

#define CASES_MAGIC      "fwscase1"
#define CASES_MAGIC_SIZE 8u
#define CASE_MAX_SIZE    (512u * 1024u) /* of a record, and of an image's slot with what precedes it */
#define CASE_KEYS_MAX    FWS_VERIFY_KEYS_MAX
#define CASE_VENDORS_MAX 16u
#define CASE_ID_SIZE     16u

enum case_kind { CASE_SIGNATURE = 1, CASE_IMAGE = 2 };

enum case_form { CASE_RAW = 0, CASE_PURE = 1, CASE_DER = 2 };

#define CASE_GIVEN_VENDOR  0x01u
#define CASE_GIVEN_CLASS   0x02u
#define CASE_GIVEN_FLOOR   0x04u
#define CASE_GIVEN_REVOKED 0x08u

struct case_record {
    enum case_kind kind;
    struct fws_reader name; /* of the record, not ended by a zero */
    enum fws_status expected;
    struct fws_reader body;
};

/* What is allowed: each built-in function and scheme. */
extern const struct fws_hash_function *const case_hashes[];
extern const struct fws_signature_scheme *const case_schemes[];

/*
 * Judge a record. The memory behind body belongs to it, up to room bytes from body's start, and may
 * be written. FWS_E_INPUT for a record that is none.
 */
enum fws_status case_signature(const struct case_record *record);
enum fws_status case_image(const struct case_record *record, size_t room);

#endif

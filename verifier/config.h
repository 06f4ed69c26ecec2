/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an integrator may set, each by -DNAME=value; the whole verifier is compiled with the same.
 *
 * The defaults have room for every algorithm. A device gives its own, smaller ones; docs/verifier.md
 * lists what each algorithm needs. Too little is refused with FWS_E_BACKEND, never overrun; a policy
 * that asks for what was left out is refused with FWS_E_CONFIG.
 */
#ifndef FWS_VERIFIER_CONFIG_H
#define FWS_VERIFIER_CONFIG_H

/* Against faults: 0 none, 1 chained evidence, 2 also random delays through fws_verify_io.delay. */
#ifndef FWS_VERIFY_HARDENING
#define FWS_VERIFY_HARDENING 1
#endif

/* ---- What is compiled at all: 1 or 0 ---- */

#ifndef FWS_VERIFY_WITH_ECDSA
#define FWS_VERIFY_WITH_ECDSA 1
#endif

#ifndef FWS_VERIFY_WITH_LMS
#define FWS_VERIFY_WITH_LMS 1
#endif

/* Pure Ed25519: FWS_VERIFY_PURE. */
#ifndef FWS_VERIFY_WITH_PURE
#define FWS_VERIFY_WITH_PURE 1
#endif

/* Keys in the image: FWS_VERIFY_FULL_KEY, and keys trusted by their hash. */
#ifndef FWS_VERIFY_WITH_FULL_KEY
#define FWS_VERIFY_WITH_FULL_KEY 1
#endif

/* Schemes that are boolean_only. */
#ifndef FWS_VERIFY_WITH_BOOLEAN
#define FWS_VERIFY_WITH_BOOLEAN 1
#endif

/* Images through fws_verify_io.read; without it they are mapped. */
#ifndef FWS_VERIFY_WITH_READ
#define FWS_VERIFY_WITH_READ 1
#endif

/* Header flags that a policy accepts, and with them the load window; without it all are refused. */
#ifndef FWS_VERIFY_WITH_FLAGS
#define FWS_VERIFY_WITH_FLAGS 1
#endif

/* A class id that a policy asks for. */
#ifndef FWS_VERIFY_WITH_CLASS_ID
#define FWS_VERIFY_WITH_CLASS_ID 1
#endif

/* Dependencies on other images; without it a dependency TLV is refused: FWS_E_DEPENDENCY. */
#ifndef FWS_VERIFY_WITH_DEPENDENCIES
#define FWS_VERIFY_WITH_DEPENDENCIES 1
#endif

/* TLVs of the vendor range; without it each is refused: FWS_E_TLV_VENDOR. */
#ifndef FWS_VERIFY_WITH_VENDOR_TLVS
#define FWS_VERIFY_WITH_VENDOR_TLVS 1
#endif

/* ---- Memory ---- */

/* Bytes of both TLV areas together, without the value of an LMS signature. */
#ifndef FWS_VERIFY_TLV_SIZE
#define FWS_VERIFY_TLV_SIZE 8192
#endif

/* Bytes read at a time; unused where the image is mapped. At least 64. */
#ifndef FWS_VERIFY_BLOCK_SIZE
#define FWS_VERIFY_BLOCK_SIZE 1024
#endif

/* Hash functions that may run side by side over one image: 1 unless there are two signers of
 * different hashes or pure Ed25519, which need 2; for the push form as many as the policy lists. */
#ifndef FWS_VERIFY_HASHES_MAX
#define FWS_VERIFY_HASHES_MAX 3
#endif

/* State of one hash function, bytes. */
#ifndef FWS_VERIFY_HASH_STATE_SIZE
#define FWS_VERIFY_HASH_STATE_SIZE 256
#endif

/* The longest digest: 32 where only SHA-256 is allowed. */
#ifndef FWS_VERIFY_DIGEST_SIZE
#define FWS_VERIFY_DIGEST_SIZE 64
#endif

/* Signatures in one image. */
#ifndef FWS_VERIFY_SIGNATURES_MAX
#define FWS_VERIFY_SIGNATURES_MAX 4
#endif

/* Memory a signature scheme may work in, bytes. */
#ifndef FWS_VERIFY_SCRATCH_SIZE
#define FWS_VERIFY_SCRATCH_SIZE 2048
#endif

#endif

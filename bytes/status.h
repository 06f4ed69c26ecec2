/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One status code for the whole product.
 *
 * The list is append-only: a number, once released, keeps its meaning for ever, because codes are
 * written to logs and returned by devices, and looked up years later. Names are what people and
 * scripts see ("reason" in JSON output). The last column says what the caller can do about it.
 *
 * 0..99 general, 100..199 image and verifier, 200..299 keys and HSM, 300..399 policy, 400..499 log.
 */
#ifndef FWS_BYTES_STATUS_H
#define FWS_BYTES_STATUS_H

#define FWS_MUST_USE __attribute__((warn_unused_result))

#define FWS_STATUS_LIST(X)                                                                         \
    X(0, FWS_OK, "ok", "nothing to do")                                                            \
    X(1, FWS_E_INTERNAL, "internal", "report this as a defect of fwsign")                          \
    X(2, FWS_E_MEMORY, "out-of-memory", "free memory and try again")                               \
    X(3, FWS_E_USAGE, "usage", "see --help of the command")                                        \
    X(4, FWS_E_IO, "io-error", "check the file system and its permissions")                        \
    X(5, FWS_E_CONFIG, "config-invalid", "correct the configuration at the place named")           \
    X(6, FWS_E_INPUT, "input-unreadable", "check that the input is the file it should be")         \
    X(7, FWS_E_EXISTS, "output-exists", "remove it first, or use --force where a file is meant")   \
    X(8, FWS_E_SPACE, "no-space", "free disk space and try again")                                 \
    X(9, FWS_E_INTERRUPTED, "interrupted", "run the command again")                                \
    X(10, FWS_E_OVERFLOW, "overflow", "the sizes named cannot be added; check the input")          \
    X(11, FWS_E_BUFFER_FULL, "buffer-full", "give a larger buffer")                                \
    X(12, FWS_E_TRUNCATED, "truncated-input", "the data ends too early; get a whole copy")         \
    X(13, FWS_E_TRAILING, "trailing-bytes", "the data goes on after its end; get a clean copy")    \
    X(14, FWS_E_TOO_LARGE, "too-large", "the input exceeds a named limit")                         \
    X(15, FWS_E_NOT_FOUND, "file-not-found", "check the name that was given")                      \
    X(16, FWS_E_TIMEOUT, "timeout", "try again; raise the deadline if it persists")                \
    X(17, FWS_E_DOCTOR, "doctor-found-problems", "see the checks that say PROBLEM")                \
    X(100, FWS_E_HEADER_TRUNCATED, "header-truncated", "not a whole image; copy it again")         \
    X(101, FWS_E_MAGIC, "bad-magic", "not an MCUboot image (or big endian)")                       \
    X(102, FWS_E_HEADER_SIZE, "bad-header-size", "header size must be at least 32")                \
    X(103, FWS_E_HEADER_RESERVED, "header-reserved", "a reserved header field is not zero")        \
    X(104, FWS_E_FLAGS_UNKNOWN, "unknown-flags",                                                   \
      "the header has flags this verifier does not know")                                          \
    X(105, FWS_E_FLAGS_CONFLICT, "bad-flags", "header flags exclude each other")                   \
    X(106, FWS_E_SIZE_OVERFLOW, "size-overflow", "header sizes wrap; the image is malformed")      \
    X(107, FWS_E_IMAGE_TRUNCATED, "truncated", "the image ends before its stated size")            \
    X(108, FWS_E_IMAGE_TOO_BIG, "image-too-big", "the image does not fit the slot")                \
    X(109, FWS_E_PROTECTED_SIZE, "prot-size-mismatch", "header and protected area disagree")       \
    X(110, FWS_E_TLV_MAGIC, "bad-tlv-magic", "no TLV area where the header says")                  \
    X(111, FWS_E_TLV_TRUNCATED, "tlv-truncated", "a TLV runs past its area")                       \
    X(112, FWS_E_TLV_LENGTH, "bad-tlv-length", "a TLV has the wrong length for its type")          \
    X(113, FWS_E_TLV_DUPLICATE, "duplicate-tlv", "a TLV that may stand once stands twice")         \
    X(114, FWS_E_TLV_UNPROTECTED, "unprotected-tlv", "a signed-only TLV stands in the plain area") \
    X(115, FWS_E_TLV_UNKNOWN, "unknown-tlv", "the TLV type is not known; update the verifier")     \
    X(116, FWS_E_TLV_MISPLACED, "misplaced-tlv", "a plain-area TLV stands in the protected area")  \
    X(117, FWS_E_TLV_LIMIT, "tlv-area-too-big", "the TLV area exceeds the verifier's limit")       \
    X(118, FWS_E_TLV_ORDER, "tlv-order", "TLVs stand in the wrong order")                          \
    X(119, FWS_E_HASH_MISSING, "missing-hash", "no hash TLV of the algorithm needed")              \
    X(120, FWS_E_HASH_LENGTH, "bad-hash-length", "the hash TLV has the wrong length")              \
    X(121, FWS_E_HASH_MISMATCH, "hash-mismatch", "the image was changed after signing")            \
    X(122, FWS_E_KEYHASH_MISSING, "missing-keyhash", "the signature names no key")                 \
    X(123, FWS_E_KEYHASH_LENGTH, "bad-keyhash-length", "the key hash has the wrong length")        \
    X(124, FWS_E_KEY_UNKNOWN, "unknown-key", "signed by a key that is not trusted")                \
    X(125, FWS_E_KEY_MODE, "wrong-key-mode", "key hash and full key forms are mixed up")           \
    X(126, FWS_E_SIGNATURE_MISSING, "missing-signature", "the image is not signed")                \
    X(127, FWS_E_SIGNATURE_LENGTH, "bad-signature-length", "the signature has the wrong length")   \
    X(128, FWS_E_SIGNATURE_ENCODING, "bad-signature-encoding", "the signature is not minimal DER") \
    X(129, FWS_E_SIGNATURE_INVALID, "bad-signature",                                               \
      "the signature is not by the key over this image")                                           \
    X(130, FWS_E_SIGNATURE_TYPE, "wrong-signature-type",                                           \
      "the signature TLV is not of the key's type")                                                \
    X(131, FWS_E_SIGNATURES_TOO_MANY, "multiple-signatures", "more signatures than allowed")       \
    X(132, FWS_E_SIGNATURE_MODE, "wrong-mode", "pure and digest signatures are mixed up")          \
    X(133, FWS_E_NON_BOOTABLE, "non-bootable", "the image says it must not be booted")             \
    X(134, FWS_E_ENCRYPTED, "encrypted-not-supported", "this verifier does not decrypt")           \
    X(135, FWS_E_COMPRESSED, "compressed-not-supported", "this verifier does not decompress")      \
    X(136, FWS_E_COUNTER_MISSING, "missing-security-counter", "sign with a security counter")      \
    X(137, FWS_E_ROLLBACK, "rollback", "the security counter is below the device's")               \
    X(138, FWS_E_VENDOR_MISSING, "missing-vendor-id", "sign with the vendor id required")          \
    X(139, FWS_E_VENDOR_WRONG, "wrong-vendor", "the image is for another vendor")                  \
    X(140, FWS_E_CLASS_MISSING, "missing-class-id", "sign with the class id required")             \
    X(141, FWS_E_CLASS_WRONG, "wrong-class", "the image is for another device class")              \
    X(142, FWS_E_DEPENDENCY, "bad-dependency", "a dependency is malformed or names no image")      \
    X(143, FWS_E_LOAD_WINDOW, "outside-load-window", "the load address is outside the window")     \
    X(144, FWS_E_FLASH_READ, "flash-read", "reading the image failed")                             \
    X(145, FWS_E_HEADER_PADDING, "header-padding",                                                 \
      "bytes between header and payload are not erased")                                           \
    X(146, FWS_E_PURE_UNMAPPED, "pure-needs-mapped", "pure signatures need the image mapped")      \
    X(147, FWS_E_IMAGE_TRAILING, "unsigned-bytes-follow",                                          \
      "neither erased bytes nor a valid trailer follow")                                           \
    X(148, FWS_E_ALGORITHM, "algorithm-not-allowed", "the key's algorithm is not enabled")         \
    X(149, FWS_E_BACKEND, "crypto-backend", "the cryptographic library failed")                    \
    X(150, FWS_E_PUBKEY, "bad-public-key", "the public key cannot be read or is not supported")    \
    X(151, FWS_E_HEX_SYNTAX, "bad-hex-record", "not Intel HEX; see the line named")                \
    X(152, FWS_E_HEX_OVERLAP, "hex-overlap", "two HEX records give the same address")              \
    X(153, FWS_E_HEX_SPREAD, "hex-spread",                                                         \
      "segments lie too far apart; set format.addresses in the policy")                            \
    X(154, FWS_E_VERSION_SYNTAX, "bad-version", "write MAJOR.MINOR.REVISION[+BUILD]")              \
    X(155, FWS_E_HEADER_SPACE, "no-header-space",                                                  \
      "the input does not start with zeroed header space")                                         \
    X(156, FWS_E_ALREADY_IMAGE, "already-an-image", "the input carries an MCUboot header already") \
    X(157, FWS_E_TLV_VENDOR, "vendor-tlv-not-accepted", "list the vendor TLV in the policy")       \
    X(158, FWS_E_FLAGS_NOT_ACCEPTED, "flags-not-accepted", "the policy does not accept this flag") \
    X(159, FWS_E_PAYLOAD_EMPTY, "empty-payload", "there is nothing to boot")                       \
    X(160, FWS_E_KEY_REVOKED, "revoked-key", "sign with a key that is not revoked")                \
    X(161, FWS_E_SIGNER_MISSING, "missing-signer", "one of the signatures required is not there")  \
    X(162, FWS_E_COUNTER_READ, "counter-read", "reading the device's security counter failed")     \
    X(163, FWS_E_REVOCATION_READ, "revocation-read", "reading the device's revocations failed")    \
    X(164, FWS_E_PURE_PUSHED, "pure-needs-pull", "check a pure signature from flash instead")      \
    X(165, FWS_E_EVIDENCE, "evidence-broken", "a fault or an attack on the device; reset it")      \
    X(166, FWS_E_ELF_HEADER, "bad-elf-header",                                                     \
      "give a whole ELF file, 32 or 64 bit, little endian")                                        \
    X(167, FWS_E_ELF_TYPE, "elf-not-executable",                                                   \
      "link for a fixed address (ET_EXEC), not as PIE or library")                                 \
    X(168, FWS_E_ELF_SEGMENT, "bad-elf-segment",                                                   \
      "a load segment leaves the file or 32-bit addresses")                                        \
    X(169, FWS_E_ELF_OWN_HEADERS, "elf-headers-loaded",                                            \
      "keep the section headers, or link with --nmagic")                                           \
    X(170, FWS_E_ELF_OVERLAP, "elf-overlap",                                                       \
      "two load segments give the same address; see 'readelf -l'")                                 \
    X(171, FWS_E_ELF_NOTE, "bad-elf-note", "the file's notes are malformed; link it again")        \
    X(172, FWS_E_ELF_BUILD_ID, "elf-build-ids",                                                    \
      "the file has two build ids that differ; link it with one")                                  \
    X(200, FWS_E_KEY_NOT_FOUND, "key-not-found", "see 'fwsign key list'")                          \
    X(201, FWS_E_KEY_AMBIGUOUS, "key-ambiguous", "name the key by id in its URI")                  \
    X(202, FWS_E_KEY_UNFIT, "key-unfit",                                                           \
      "use a key made on the token, or relax the rule by name in the policy")                      \
    X(203, FWS_E_KEY_TYPE, "key-type", "use RSA-2048, RSA-3072, ECDSA P-256, P-384 or Ed25519")    \
    X(204, FWS_E_KEY_PIN_MISMATCH, "key-not-pinned",                                               \
      "the token shows another key than the configuration pins")                                   \
    X(205, FWS_E_URI, "bad-pkcs11-uri", "write the key as a strict RFC 7512 URI")                  \
    X(206, FWS_E_HSM_UNAVAILABLE, "hsm-unavailable", "check the HSM and try again")                \
    X(207, FWS_E_HSM_TIMEOUT, "hsm-timeout", "the HSM did not answer in time; try again")          \
    X(208, FWS_E_HSM_CRASHED, "hsm-crashed",                                                       \
      "the PKCS#11 module crashed; try again, tell its vendor")                                    \
    X(209, FWS_E_HSM_ERROR, "hsm-error", "the HSM refused the operation")                          \
    X(210, FWS_E_HSM_SIGNATURE, "hsm-bad-signature",                                               \
      "the HSM returned a wrong signature; stop using it")                                         \
    X(211, FWS_E_PIN_WRONG, "pin-wrong", "correct the PIN; fwsign does not retry")                 \
    X(212, FWS_E_PIN_LOCKED, "pin-locked", "have the security officer unlock the PIN")             \
    X(213, FWS_E_PIN_EXPIRED, "pin-expired", "set a new PIN with the token's tool")                \
    X(214, FWS_E_PIN_MISSING, "pin-missing",                                                       \
      "give --pin-file, FWSIGN_PIN_FILE or run on a terminal")                                     \
    X(215, FWS_E_PIN_SOURCE, "pin-source", "make the PIN file yours and mode 0600")                \
    X(216, FWS_E_TOKEN_NOT_FOUND, "token-not-found",                                               \
      "check the token's label; see 'fwsign doctor'")                                              \
    X(217, FWS_E_MODULE, "module-unusable", "check the module path in the configuration")          \
    X(218, FWS_E_PIN_LAST_TRY, "pin-last-try",                                                     \
      "one more wrong PIN locks the token; log in by hand first")                                  \
    X(300, FWS_E_POLICY_DENIED, "policy-denied", "see the rules named")                            \
    X(301, FWS_E_POLICY_INVALID, "policy-invalid", "correct the policy at the place named")        \
    X(302, FWS_E_PRODUCT, "product-unknown", "name a product that has a policy")                   \
    X(303, FWS_E_CALLER, "caller-denied",                                                          \
      "ask as a caller whom the policy names, about files of yours")                               \
    X(304, FWS_E_BUDGET, "budget-exhausted", "wait until the budget named is renewed")             \
    X(305, FWS_E_UNPROTECTED, "not-protected",                                                     \
      "enforced mode needs paths that callers cannot change; see 'fwsign doctor'")                 \
    X(306, FWS_E_POLICY_CASE, "policy-case-failed", "correct the policy, or the case named")       \
    X(400, FWS_E_LOG_UNAVAILABLE, "log-unavailable", "nothing was signed; check the audit folder") \
    X(401, FWS_E_LOG_TAIL, "log-incomplete-tail",                                                  \
      "see why; then 'fwsign audit ack' or 'fwsign audit checkpoint'")                             \
    X(402, FWS_E_LOG_TAMPERED, "log-tampered", "stop signing and investigate")                     \
    X(403, FWS_E_LOG_UNKNOWN, "log-cannot-tell", "make the log and its key readable")              \
    X(404, FWS_E_NOTE, "note-malformed", "fetch the checkpoint again")                             \
    X(405, FWS_E_NOTE_SIGNATURE, "note-signature-invalid",                                         \
      "the checkpoint is not by the log's key; investigate")                                       \
    X(406, FWS_E_PROOF, "proof-invalid", "fetch the proof again; it shows nothing as it is")       \
    X(407, FWS_E_TRUST, "trust-invalid", "correct the trust file at the line named")               \
    X(408, FWS_E_LOG_KEY, "log-key-unfit", "give the log a key of its own; see 'audit create'")    \
    X(409, FWS_E_LOG_UNSEALED, "log-unsealed",                                                     \
      "on record, but without a checkpoint: nothing was released; see 'audit checkpoint'")         \
    X(410, FWS_E_REQUEST_KNOWN, "request-known", "that request was answered; see the entry named")

enum fws_status {
#define FWS_STATUS_ENUM(number, name, text, advice) name = (number),
    FWS_STATUS_LIST(FWS_STATUS_ENUM)
#undef FWS_STATUS_ENUM
};

/* The stable name, e.g. "hash-mismatch"; "unknown" for a number not in the list. */
const char *fws_status_name(enum fws_status status);

/* What the caller can do about it, one clause in lower case; "" for a number not in the list. */
const char *fws_status_advice(enum fws_status status);

#endif

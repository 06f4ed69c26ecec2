# SPDX-License-Identifier: Apache-2.0
"""Pure signatures, several signers, and LMS."""
from . import image as i
from .image import Hash, Image, Raw, Sig, Tlv, full_key, key_hash, signed_by
from .keys import ED, EDB, LMS, LMSB, P256, P256B, P256C, P384, digest
from .rows import Set
from .signatures import flip, plainly

PULL = "pure-needs-pull"


def pure():
    """Ed25519 over the image itself; pushed, each is refused for that alone."""
    cases = Set("pure")
    hash_tlv, mark = Hash("sha512"), Tlv(i.SIG_PURE, b"\1")
    key, signature = key_hash(ED, "sha512"), Sig(ED, "pure")
    plain = (hash_tlv, mark, key, signature)
    signed = cases.control("pure", Image(plain), "keys=ed25519+p256,floor=7,pure",
                           "what each case differs from", PULL)

    def refuse(name, reason, comment, *tlvs, at=None, control=signed, pushed=PULL, **changes):
        cases.refuse(control, name, reason, comment, at, pushed, plain=tlvs, **changes)

    refuse("no-mark", "wrong-mode", "no mark", hash_tlv, key, signature)
    for name, value in (("0", b"\0"), ("2", b"\2"), ("ff", b"\xff"), ("empty", b""), ("long", b"\1\0"),
                        ("twice", b"\1\1")):
        refuse(f"mark-{name}", "wrong-mode", f"the mark is {value.hex() or 'empty'}", hash_tlv,
               Tlv(i.SIG_PURE, value), key, signature, at="plain:1")
    refuse("mark-same", "duplicate-tlv", "the mark twice", hash_tlv, mark, mark, key, signature, at="plain:2")
    refuse("mark-first", "tlv-order", "the mark before the hash", mark, hash_tlv, key, signature,
           at="plain:1")
    refuse("mark-behind-key", "tlv-order", "the mark behind the key", hash_tlv, key, mark, signature,
           at="plain:2")
    refuse("mark-last", "tlv-order", "the mark behind the signature", hash_tlv, key, signature, mark,
           at="plain:3")
    refuse("sha256", "missing-hash", "SHA-256 instead of SHA-512", Hash(), mark, key_hash(ED), signature)
    refuse("sha384", "missing-hash", "SHA-384 instead of SHA-512", Hash("sha384"), mark,
           key_hash(ED, "sha384"), signature)
    refuse("no-hash", "missing-hash", "no hash", mark, key, signature)
    refuse("hash-wrong", "hash-mismatch", "a bit of the hash, which the signature does not need",
           Hash("sha512", flip(63)), mark, key, signature, at="plain:0")
    refuse("digest-signed", "bad-signature", "signed over the hash", hash_tlv, mark, key,
           Sig(ED, "sha512", make=plainly), at="plain:3")
    refuse("sha256-signed", "bad-signature", "signed over another hash", hash_tlv, mark, key,
           Sig(ED, "sha256", make=plainly), at="plain:3")
    refuse("other-signer", "bad-signature", "signed by another key than named", hash_tlv, mark, key,
           Sig(EDB, "pure", make=plainly), at="plain:3")
    for name, part in (("payload", lambda data: data[48:80]), ("unprotected", lambda data: data[:80])):
        refuse(f"over-{name}", "bad-signature", f"signed over the {name} part", hash_tlv, mark, key,
               Sig(ED, "pure", make=lambda key, _, data, part=part: key.sign(part(data))), at="plain:3")
    refuse("p256", "missing-hash", "P-256 cannot be pure", Hash(), mark, key_hash(P256), Sig(P256))
    refuse("p256-sha512", "wrong-mode", "P-256 over SHA-512 cannot be pure", hash_tlv, mark,
           key_hash(P256, "sha512"), Sig(P256, "sha512"))
    refuse("untrusted", "unknown-key", "by a key that is not trusted", hash_tlv, mark,
           key_hash(EDB, "sha512"), Sig(EDB, "pure"), at="plain:2")
    bare = cases.control("bare", Image((hash_tlv, mark)), "pure", "a policy without keys", PULL)
    refuse("bare-no-mark", "wrong-mode", "a policy without keys, no mark", hash_tlv, control=bare)
    add_not_pure(cases, refuse, hash_tlv, mark, key, signature)
    return cases


def add_not_pure(cases, refuse, hash_tlv, mark, key, signature):
    plainly_signed = cases.control("not-pure", Image(signed_by(ED, "sha512")), "keys=ed25519,floor=7",
                                   "a policy of signatures over the hash")
    for name, tlvs, at in (("", (hash_tlv, mark, key, signature), 1),
                           ("-digest", (hash_tlv, mark, key, Sig(ED, "sha512")), 1),
                           ("-sha256", (Hash(), mark, key_hash(ED), Sig(ED)), 1)):
        refuse(f"mark-not-expected{name}", "wrong-mode", "the mark of a pure signature", *tlvs,
               at=f"plain:{at}", control=plainly_signed, pushed="=")
    refuse("pure-without-mark", "bad-signature", "a pure signature without the mark", hash_tlv, key,
           Sig(ED, "pure", make=plainly), at="plain:2", control=plainly_signed, pushed="=")


def signers():
    """Two signers are required: p256 or p256b for one, ed25519 for the other."""
    cases = Set("signers")
    hash_tlv = Hash()
    first, second, third = ((key_hash(key), Sig(key)) for key in (P256, ED, P256B))
    policy = "keys=p256@0+p256b@0+ed25519@1,signers=2"
    signed = cases.control("both", Image((hash_tlv, *first, *second)), policy, "both have signed")
    cases.twin(signed, "exchanged", "the second first", plain=(hash_tlv, *second, *first))

    def bad(key, place=-1):
        return key_hash(key), Sig(key, make=lambda key, message,
                                  _: flip(place % len(key.sign(message)))(key.sign(message)))

    def other(named, signer):
        return key_hash(named), Sig(signer, make=plainly)

    for name, reason, comment, tlvs, at in (
            ("only-first", "missing-signer", "the second is missing", first, None),
            ("only-second", "missing-signer", "the first is missing", second, None),
            ("none", "missing-signature", "both are missing", (), None),
            ("first-twice", "duplicate-tlv", "one key twice", (*first, *first), "plain:3"),
            ("second-twice", "duplicate-tlv", "one key twice", (*second, *second), "plain:3"),
            ("one-signer-twice", "missing-signer", "two keys of one signer", (*first, *third), None),
            ("three", "multiple-signatures", "three have signed", (*first, *second, *third), "plain:5"),
            ("first-bad", "bad-signature", "the first is not good", (*bad(P256), *second), "plain:2"),
            ("second-bad", "bad-signature", "the second is not good", (*first, *bad(ED)), "plain:4"),
            ("both-bad", "bad-signature", "neither is good", (*bad(P256), *bad(ED)), "plain:2"),
            ("first-by-third", "bad-signature", "the first is by another key", (*other(P256, P256B), *second),
             "plain:2"),
            ("keys-exchanged", "wrong-signature-type", "each signature behind the other's key",
             (first[0], second[1], second[0], first[1]), "plain:2"),
            ("keys-first", "tlv-order", "both keys, then both signatures",
             (first[0], second[0], first[1], second[1]), "plain:3"),
            ("signatures-first", "tlv-order", "both signatures, then both keys",
             (first[1], second[1], first[0], second[0]), "plain:3"),
            ("second-untrusted", "missing-signer", "the second by a key that is not trusted",
             (*first, key_hash(EDB), Sig(EDB)), None),
            ("first-untrusted", "missing-signer", "the first by a key that is not trusted",
             (key_hash(P256C), Sig(P256C), *second), None),
            ("both-untrusted", "unknown-key", "both by keys that are not trusted",
             (key_hash(P256C), Sig(P256C), key_hash(EDB), Sig(EDB)), "plain:3"),
            ("second-key-alone", "missing-signature", "a key without its signature", (*first, second[0]),
             None),
            ("second-signature-alone", "missing-keyhash", "a signature without its key", (*first, second[1]),
             None)):
        cases.refuse(signed, name, reason, comment, at=at, plain=(hash_tlv, *tlvs))
    cases.refuse(signed, "second-full-key", "wrong-key-mode", "the second's key in full", at="plain:3",
                 plain=(hash_tlv, *first, full_key(ED), Sig(ED)))
    revoked = cases.control("not-revoked", Image((hash_tlv, *third, *second)), policy + ",revoked=1",
                            "the first key is revoked")
    cases.refuse(revoked, "first-revoked", "missing-signer", "and is one of both",
                 plain=(hash_tlv, *first, *second))
    cases.refuse(revoked, "revoked-and-untrusted", "revoked-key", "and the other is not trusted",
                 plain=(hash_tlv, *first, key_hash(EDB), Sig(EDB)))
    for index in (1, 2):
        one = cases.control(f"one-of-{index + 1}", Image(signed_by(P256)), f"keys=p256@0+ed25519@{index}",
                            f"one signer is required, and a key is of signer {index}")
        cases.refuse(one, f"no-signer-{index}", "config-invalid", "signed by that key", plain=signed_by(ED))
    add_two_hashes(cases)
    add_optional(cases)
    return cases


def add_two_hashes(cases):
    first, second = (key_hash(P256), Sig(P256)), (key_hash(P384), Sig(P384))
    signed = cases.control("two-hashes", Image((Hash(), Hash("sha384"), *first, *second)),
                           "keys=p256@0+p384@1,signers=2", "two signers, each with a hash of its own")
    cases.twin(signed, "two-hashes-exchanged", "the other hash first",
               plain=(Hash("sha384"), Hash(), *first, *second))
    for name, reason, comment, tlvs, at in (
            ("second-hash-missing", "bad-keyhash-length", "P-384 without SHA-384", (Hash(), *first, *second),
             "plain:3"),
            ("first-hash-missing", "bad-keyhash-length", "P-256 without SHA-256",
             (Hash("sha384"), *first, *second), "plain:1"),
            ("first-hash-wrong", "hash-mismatch", "SHA-256 is wrong",
             (Hash(change=flip(0)), Hash("sha384"), *first, *second), "plain:0"),
            ("second-hash-wrong", "hash-mismatch", "SHA-384 is wrong",
             (Hash(), Hash("sha384", flip(47)), *first, *second), "plain:1"),
            ("hash-same", "duplicate-tlv", "SHA-256 twice", (Hash(), Hash(), *first, *second), "plain:1"),
            ("third-hash", "duplicate-tlv", "a third hash",
             (Hash(), Hash("sha384"), Hash("sha512"), *first, *second), "plain:2"),
            ("hash-behind-keys", "tlv-order", "the second hash behind the first pair",
             (Hash(), *first, Hash("sha384"), *second), "plain:3"),
            ("second-over-first-hash", "missing-hash", "P-384 over SHA-256",
             (Hash(), Hash("sha384"), *first, key_hash(P384, "sha256"), Sig(P384, "sha256")), None),
            ("first-over-second-hash", "missing-hash", "P-256 over SHA-384",
             (Hash(), Hash("sha384"), key_hash(P256, "sha384"), Sig(P256, "sha384"), *second), None)):
        cases.refuse(signed, f"two-hashes-{name}", reason, comment, at=at, plain=tlvs)


def add_optional(cases):
    """One signer, but two signatures may be there: all by trusted keys must be good."""
    first, second, foreign = ((key_hash(key), Sig(key)) for key in (P256, ED, P256C))
    wrong = key_hash(ED), Sig(ED, make=lambda key, message, _: flip(5)(key.sign(message)))
    signed = cases.control("optional", Image((Hash(), *first, *second)), "keys=p256+ed25519,signatures=2",
                           "one of two would do")
    cases.twin(signed, "optional-foreign-first", "the first key is not known",
               plain=(Hash(), *foreign, *second))
    cases.twin(signed, "optional-foreign-last", "the second key is not known",
               plain=(Hash(), *first, *foreign))
    cases.refuse(signed, "optional-second-bad", "bad-signature", "the second is trusted, and not good",
                 at="plain:4", plain=(Hash(), *first, *wrong))
    cases.refuse(signed, "optional-first-bad", "bad-signature", "the first is trusted, and not good",
                 at="plain:2", plain=(Hash(), *wrong, *first))
    cases.refuse(signed, "optional-both-foreign", "unknown-key", "no key is known", at="plain:3",
                 plain=(Hash(), *foreign, key_hash(EDB), Sig(EDB)))
    cases.refuse(signed, "optional-foreign-der", "bad-signature-encoding",
                 "the form of a signature by a key that is not "
                 "known", at="plain:4", plain=(Hash(), *second, key_hash(P256C),
                                               Sig(P256C, make=lambda key, message, _:
                                                                                 key.sign(message) + b"\0")))
    cases.refuse(signed, "optional-foreign-length", "bad-keyhash-length",
                 "the key hash of one that is not known", at="plain:3",
                 plain=(Hash(), *second, Tlv(i.KEYHASH, b""), Sig(P256C)))


def lms():
    """LMS alone, and as the second signer."""
    cases = Set("lms")
    pair, classic = (key_hash(LMS), Sig(LMS)), (key_hash(P256), Sig(P256))
    size = len(LMS.sign(bytes(32)))
    alone = cases.control("alone", Image((Hash(), *pair)), "keys=lms,floor=7", "an LMS key alone")
    both = cases.control("both", Image((Hash(), *classic, *pair)), "keys=p256@0+lms@1,signers=2",
                         "P-256 and LMS")
    cases.control("full-key", Image((Hash(), full_key(LMS), Sig(LMS))), "keys=lms,full", "its key in full")

    def refuse(control, name, reason, comment, *tlvs, at=None, pushed="="):
        cases.refuse(control, name, reason, comment, at, pushed, plain=tlvs)

    def changed(change):
        return Sig(LMS, make=lambda key, message, _: change(key.sign(message)))

    for name, place in (("leaf", 3), ("ots-type", 7), ("randomizer", 8), ("first-chain", 32),
                        ("last-chain", 655), ("type", 659), ("first-node", 660), ("last-byte", size - 1)):
        refuse(alone, f"flipped-{name}", "bad-signature", f"a bit of the {name}", Hash(), pair[0],
               changed(flip(place)), at="plain:2")
    refuse(alone, "leaf-32", "bad-signature", "leaf 32 of 32", Hash(), pair[0],
           changed(lambda value: bytes([0, 0, 0, 32]) + value[4:]), at="plain:2")
    for other in (0, 64, size - 1):
        refuse(alone, f"length-{other}", "bad-signature-length", f"{other} bytes, below every LMS signature",
               Hash(), pair[0], changed(lambda value, other=other: value[:other]), at="plain:2")
    for other in (size + 1, size + 24):
        refuse(alone, f"length-{other}", "bad-signature", f"{other} bytes, which this key's have not", Hash(),
               pair[0], changed(lambda value, other=other: value + bytes(other - size)), at="plain:2")
    # What is pushed is collected, and that has a limit.
    refuse(alone, "length-9324", "bad-signature", "9324 bytes, which another key's may have", Hash(), pair[0],
           changed(lambda value: value + bytes(9324 - size)), at="plain:2", pushed="tlv-area-too-big")
    refuse(alone, "length-9325", "bad-signature-length", "9325 bytes, above every LMS signature", Hash(),
           pair[0], changed(lambda value: value + bytes(9325 - size)), at="plain:2",
           pushed="tlv-area-too-big")
    refuse(alone, "untrusted", "unknown-key", "by a key that is not trusted", *signed_by(LMSB), at="plain:1")
    refuse(alone, "other-key", "bad-signature", "by another key than named", Hash(), pair[0],
           Sig(LMSB, make=plainly), at="plain:2")
    refuse(alone, "sha384", "missing-hash", "over SHA-384", *signed_by(LMS, "sha384"))
    refuse(alone, "sha512", "missing-hash", "over SHA-512", *signed_by(LMS, "sha512"))
    refuse(alone, "over-hash-of-hash", "bad-signature", "over the hash of the hash", Hash(), pair[0],
           Sig(LMS, make=lambda key, message, _: key.sign(digest("sha256", message))), at="plain:2")
    refuse(alone, "ecdsa-type", "wrong-signature-type", "the key named is LMS, the signature ECDSA", Hash(),
           pair[0], classic[1], at="plain:2")
    for name, tlvs in (("behind-0", (Tlv(i.SEC_CNT, bytes(4)),)), ("behind-1", (Raw(b"\0"),)),
                       ("behind-unknown", (Tlv(0),))):
        refuse(alone, name, "tlv-order", "something behind the signature", Hash(), *pair, *tlvs, at="plain:3")
    refuse(alone, "twice", "tlv-order", "the signature twice", Hash(), *pair, pair[1], at="plain:3")
    refuse(alone, "before-key", "tlv-order", "the signature before its key", Hash(), pair[1], pair[0],
           at="plain:2")
    refuse(alone, "first", "tlv-order", "the signature first", pair[1], Hash(), pair[0], at="plain:1")
    refuse(both, "lms-first", "tlv-order", "LMS before P-256", Hash(), *pair, *classic, at="plain:3")
    refuse(both, "only-classic", "missing-signer", "LMS is missing", Hash(), *classic)
    refuse(both, "only-lms", "missing-signer", "P-256 is missing", Hash(), *pair)
    refuse(both, "lms-bad", "bad-signature", "LMS is not good", Hash(), *classic, pair[0], changed(flip(100)),
           at="plain:4")
    refuse(both, "classic-bad", "bad-signature", "P-256 is not good", Hash(), classic[0],
           Sig(P256, make=lambda key, message, _: flip(40)(key.sign(message))), *pair, at="plain:2")
    return cases

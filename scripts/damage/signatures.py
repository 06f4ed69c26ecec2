# SPDX-License-Identifier: Apache-2.0
"""Hash, key and signature: what stands there, in which order, in which form, and by whom."""
import itertools

from edge import curve, der, ed25519
from . import image as i
from .image import Hash, Image, Sig, Tlv, full_key, key_hash, signed_by
from .keys import ALL, ED, EDB, P256, P256B, P384, RSA2048, RSA3072, SIZES, digest
from .rows import Set


def flip(place, bits=1):
    def change(value):
        return value[:place] + bytes([value[place] ^ bits]) + value[place + 1:]
    return change


def order():
    """Hash, key, signature: what is missing, and what stands in the wrong place."""
    cases = Set("order")
    names = {"h": Hash(), "k": key_hash(P256), "s": Sig(P256)}
    strict = cases.control("strict", Image(signed_by(P256)), "keys=p256,floor=7", "hash, key, signature")
    loose = cases.control("compatible", strict.image, "keys=p256,floor=7,compatible",
                          "the same, any order allowed")
    for word in map("".join, itertools.permutations("hks")):
        if word != "hks":
            out_of_place = next(at for at in (1, 2) if "hks".index(word[at]) < "hks".index(word[at - 1]))
            tlvs = tuple(names[letter] for letter in word)
            cases.refuse(strict, f"order-{word}", "tlv-order", f"the order is {word}",
                         at=f"plain:{out_of_place}", plain=tlvs)
            cases.twin(loose, f"compatible-{word}", f"the order is {word}, and any is allowed", plain=tlvs)
    for control, what in ((strict, ""), (loose, "-compatible")):
        for word, reason in (("k", "missing-hash"), ("s", "missing-hash"), ("h", "missing-signature"),
                             ("hk", "missing-signature"), ("hs", "missing-keyhash"), ("ks", "missing-hash")):
            cases.refuse(control, f"only-{word}{what}", reason, f"the plain area has only {word}",
                         plain=tuple(names[letter] for letter in word))
    two = cases.control("two-allowed", strict.image, "keys=p256,signatures=2", "two pairs are allowed")
    for word, reason, at in (("hkss", "missing-keyhash", None), ("hksk", "missing-signature", None),
                             ("hkk", "missing-signature", None), ("hkkss", "tlv-order", "plain:3"),
                             ("hksks", "duplicate-tlv", "plain:3"), ("hkshks", "duplicate-tlv", "plain:3"),
                             ("hksksks", "multiple-signatures", "plain:5")):
        cases.refuse(two, f"two-allowed-{word}", reason, f"two pairs are allowed, and there are {word}",
                     at=at, plain=tuple(names[letter] for letter in word))
    for word, tlvs in (("second-hash", (Hash(), Hash("sha384"))),
                       ("second-hash-first", (Hash("sha512"), Hash()))):
        cases.refuse(two, f"two-allowed-{word}", "duplicate-tlv", "a second hash that no signature goes with",
                     plain=(*tlvs, names["k"], names["s"]))
    return cases


def unsigned():
    """A policy without keys judges whether an image is whole; that is never evidence."""
    cases = Set("unsigned")
    bare = cases.control("bare", Image((Hash(),)), "-", "a hash alone")
    for name in ("sha384", "sha512"):
        cases.twin(bare, name, f"{name} alone", plain=(Hash(name),))
    cases.twin(bare, "key-hash", "a signature by somebody", plain=signed_by(P256B))
    cases.twin(bare, "full-key", "the same with the key in full", plain=(Hash(), full_key(P256B), Sig(P256B)))
    for name, reason, at, tlvs in (
            ("no-hash", "missing-hash", None, ()), ("hash-wrong", "hash-mismatch", "plain:0",
                                                    (Hash(change=flip(31)),)),
            ("hash-31", "bad-hash-length", "plain:0", (Hash(change=lambda value: value[:31]),)),
            ("two-hashes", "duplicate-tlv", "plain:1", (Hash(), Hash("sha384"))),
            ("key-alone", "missing-signature", None, (Hash(), key_hash(P256B))),
            ("signature-alone", "missing-keyhash", None, (Hash(), Sig(P256B))),
            ("key-hash-31", "bad-keyhash-length", "plain:1",
             (Hash(), key_hash(P256B, change=lambda value: value[:31]), Sig(P256B))),
            ("two-signatures", "multiple-signatures", "plain:3",
             (*signed_by(P256B), key_hash(P256), Sig(P256))),
            ("der", "bad-signature-encoding", "plain:2",
             (*signed_by(P256B)[:2], Sig(P256B, make=lambda key, message, _: key.sign(message) + b"\0"))),
            ("mark", "wrong-mode", "plain:1", (Hash(), Tlv(i.SIG_PURE, b"\1")))):
        cases.refuse(bare, name, reason, name.replace("-", " "), at=at, plain=tlvs)
    cases.refuse(bare, "padding", "header-padding", "as in signed images", at=32,
                 padding=b"\xff" * 15 + b"\0")
    cases.refuse(bare, "behind", "unsigned-bytes-follow", "as in signed images", at="end", behind=b"\1")
    return cases


def allowed():
    """Hashes and algorithms that the policy does not allow, by keys that it trusts."""
    cases = Set("allowed")
    policy = "keys=p256+ed25519+rsa2048+rsa3072,algorithms="
    named = {P256: "ecdsa-p256", RSA2048: "rsa-2048", RSA3072: "rsa-3072", ED: "ed25519"}
    for only, name in named.items():
        one = cases.control(only.name, Image(signed_by(only)), policy + name, f"only {name} is allowed")
        for key in named:
            if key is not only:
                cases.refuse(one, f"{key.name}-where-{only.name}", "algorithm-not-allowed", f"signed by {key.name}",
                             plain=signed_by(key))
    bare = cases.control("sha256", Image((Hash(),)), "hashes=sha256", "only SHA-256 is allowed, and there is no key")
    full = cases.control("full", Image((Hash(), full_key(P256), Sig(P256))), "keys=p256+p384,full,hashes=sha256",
                         "only SHA-256 is allowed, keys in full")
    signed = cases.control("signed", Image(signed_by(P256)), "keys=p256+p384,hashes=sha256", "only SHA-256 is allowed")
    for name in ("sha384", "sha512"):
        cases.refuse(bare, f"bare-{name}", "algorithm-not-allowed", f"{name} alone", plain=(Hash(name),))
    cases.refuse(full, "full-sha384", "algorithm-not-allowed", "P-384 over SHA-384",
                 plain=(Hash("sha384"), full_key(P384), Sig(P384)))
    cases.refuse(signed, "signed-sha384", "unknown-key", "a key hash by a function that is not allowed", at="plain:1",
                 pushed="algorithm-not-allowed", plain=signed_by(P384))
    return cases


def keys():
    """Which key a signature is by."""
    cases = Set("which-key")
    signed = cases.control("signed", Image(signed_by(P256)), "keys=p256,floor=7",
                           "what each case differs from")

    def with_key(key):
        return (Hash(), key, Sig(P256))

    for size in (0, 1, 4, 16, 31):
        cases.refuse(signed, f"prefix-{size}", "bad-keyhash-length",
                     f"the first {size} bytes of the key's hash", at="plain:1",
                     plain=with_key(key_hash(P256, change=lambda value, size=size: value[:size])))
    for size in (33, 48, 64):
        cases.refuse(signed, f"longer-{size}", "bad-keyhash-length",
                     f"the key's hash and zeros, {size} bytes", at="plain:1",
                     plain=with_key(key_hash(P256, change=lambda v, size=size: v + bytes(size - 32))))
    for name in ("sha384", "sha512"):
        cases.refuse(signed, f"by-{name}", "bad-keyhash-length", f"the key's {name}", at="plain:1",
                     plain=with_key(key_hash(P256, name)))
    for place in (0, 15, 31):
        cases.refuse(signed, f"flipped-{place}", "unknown-key", f"a bit of the key hash's byte {place}",
                     at="plain:1", plain=with_key(key_hash(P256, change=flip(place, 0x80))))
    cases.refuse(signed, "zeros", "unknown-key", "a key hash of zeros", at="plain:1",
                 plain=with_key(Tlv(i.KEYHASH, bytes(32))))
    cases.refuse(signed, "hash-of-raw-point", "unknown-key", "the hash of the key's point alone",
                 at="plain:1", plain=with_key(Tlv(i.KEYHASH, digest("sha256", P256.der[-64:]))))
    for key in (P256B, ED, RSA2048):
        cases.refuse(signed, f"untrusted-{key.name}", "unknown-key",
                     f"signed by {key.name}, which is not trusted", at="plain:1", plain=signed_by(key))
    cases.refuse(signed, "full-for-hash", "wrong-key-mode", "the whole key where its hash is due",
                 at="plain:1", plain=with_key(full_key(P256)))
    cases.refuse(signed, "hash-and-full", "wrong-key-mode", "both the key's hash and the key", at="plain:2",
                 plain=(Hash(), key_hash(P256), full_key(P256), Sig(P256)))
    add_full_keys(cases)
    for policy, index in (("keys=p256+p256b,revoked=1", 0), ("keys=p256b+p256,revoked=2", 1),
                          ("keys=p256b+ed25519+p256,revoked=80000004", 2)):
        other = cases.control(f"revoked-other-{index}", Image(signed_by(P256B)), policy,
                              "by a key that is not revoked")
        cases.refuse(other, f"revoked-{index}", "revoked-key", f"by a key that is, at {index}", at="plain:1",
                     plain=signed_by(P256))
    return cases


def add_full_keys(cases):
    def with_key(key):
        return (Hash(), key, Sig(P256))

    for policy, name in (("keys=p256,full", "full"), ("keys=p256#,full", "by-digest")):
        full = cases.control(name, Image(with_key(full_key(P256))), policy, "keys in full")
        for what, change in (("longer", lambda value: value + b"\0"), ("shorter", lambda value: value[:-1]),
                             ("flipped", flip(90)), ("first-byte", flip(0)),
                             ("compressed", lambda value: P256.compressed()),
                             ("raw-point", lambda value: value[-65:]),
                             ("its-hash", lambda value: digest("sha256", value))):
            cases.refuse(full, f"{name}-{what}", "unknown-key", f"the trusted key, {what}", at="plain:1",
                         plain=with_key(full_key(P256, change)))
        cases.refuse(full, f"{name}-untrusted", "unknown-key", "a key of the signer's own", at="plain:1",
                     plain=(Hash(), full_key(P256B), Sig(P256B)))
        cases.refuse(full, f"{name}-hash-for-full", "wrong-key-mode", "the key's hash where the key is due",
                     at="plain:1", plain=with_key(key_hash(P256)))
        cases.refuse(full, f"{name}-other-signature", "bad-signature",
                     "the trusted key, and a signature by another", at="plain:2",
                     plain=(Hash(), full_key(P256), Sig(P256B, make=plainly)))


def plainly(key, message, _):
    """A sound signature that is not by the key which the image names."""
    return key.sign(message)


def matching():
    """Hash, key and signature that do not go together, each of them good by itself."""
    cases = Set("matching")
    policy = "keys=" + "+".join(key.name for key in ALL if key.name not in ("p256c", "lms",
                                                                            "lmsb")) + ",floor=7"
    signed = cases.control("p256", Image(signed_by(P256)), policy, "every key is trusted")
    for key in (P384, ED, RSA2048, RSA3072):
        cases.twin(signed, key.name, f"by {key.name}", plain=signed_by(key))
    cases.twin(signed, "ed25519-sha512", "Ed25519 over SHA-512", plain=signed_by(ED, "sha512"))
    for key, name in ((P384, "sha256"), (P384, "sha512"), (P256, "sha384"), (P256, "sha512"), (ED, "sha384"),
                      (RSA2048, "sha384"), (RSA2048, "sha512"), (RSA3072, "sha384"), (RSA3072, "sha512")):
        cases.refuse(signed, f"{key.name}-{name}", "missing-hash", f"{key.name} over {name}",
                     plain=(Hash(name), key_hash(key, name),
                            # PSS is defined over the hash that it uses itself: nobody else checks this one.
                            Sig(key, name, plainly if key in (RSA2048, RSA3072) else None)))
    for named, signer in ((P256, ED), (ED, P256), (P256, RSA2048), (RSA2048, RSA3072), (RSA3072, RSA2048),
                          (ED, RSA2048)):
        cases.refuse(signed, f"{named.name}-by-{signer.name}", "wrong-signature-type",
                     f"the key named is {named.name}, the signature by {signer.name}", at="plain:2",
                     plain=(Hash(), key_hash(named), Sig(signer)))
    for named, signer in ((P256, P256B), (P256B, P256), (ED, EDB)):
        cases.refuse(signed, f"{named.name}-by-{signer.name}", "bad-signature",
                     f"the key named is {named.name}, the signature by {signer.name}", at="plain:2",
                     plain=(Hash(), key_hash(named), Sig(signer, make=plainly)))
    cases.refuse(signed, "p256-by-p384", "bad-signature-encoding", "P-384's numbers are too long for P-256",
                 at="plain:2", plain=(Hash(), key_hash(P256), Sig(P384, "sha256", make=plainly)))
    for key, name in ((P256, "sha256"), (P384, "sha384"), (ED, "sha256"), (ED, "sha512"),
                      (RSA2048, "sha256")):
        for place in (0, -1):
            cases.refuse(signed, f"hash-{key.name}-{name}-{'last' if place else 'first'}", "hash-mismatch",
                         f"the signature is good, a bit of the {name} hash is not", at="plain:0",
                         plain=(Hash(name, flip(place % SIZES[name])), key_hash(key, name), Sig(key, name)))
    add_other_messages(cases, signed)
    return cases


def add_other_messages(cases, signed):
    """Signatures by the trusted key, over something else than the image."""
    start, end = 48, 48 + 32
    messages = (("payload", "its payload alone", lambda data: data[start:end]),
                ("without-header", "the image without its header", lambda data: data[start:]),
                ("unprotected", "the image without its protected area", lambda data: data[:end]),
                ("without-padding", "the image without its padding", lambda data: data[:32] + data[start:]),
                ("hash", "the hash of its hash", lambda data: digest("sha256", data)),
                ("nothing", "nothing", lambda data: b""))
    for key in (P256, ED, RSA2048):
        for name, what, part in messages:
            def make(key, message, data, part=part):
                return key.sign(digest("sha256", part(data)))
            cases.refuse(signed, f"{key.name}-over-{name}", "bad-signature", f"{key.name} over {what}",
                         at="plain:2", plain=(Hash(), key_hash(key), Sig(key, make=make)))
        for part, place, value in (("header", 4, 1), ("payload", start, 1), ("protected", end + 8, 8)):
            def after(data, place=place, value=value):
                return flip(place, value)(data)
            cases.refuse(signed, f"{key.name}-changed-{part}", "hash-mismatch",
                         f"a bit of the {part} changed after {key.name} signed", at="plain:0",
                         plain=signed_by(key), after=after)
            cases.refuse(signed, f"{key.name}-changed-{part}-hashed", "bad-signature",
                         f"the same, and the hash made anew", at="plain:2", after=after,
                         plain=(ChangedHash(place, value), key_hash(key), Sig(key)))


class ChangedHash(Hash):
    """The hash that the image has once a bit was changed."""

    def __init__(self, place, bits):
        super().__init__()
        object.__setattr__(self, "damage", flip(place, bits))

    def at(self, signed):
        return digest(self.name, self.damage(signed))


def integer(content):
    return der.element(der.INTEGER, content)


def forms():
    """The same signature in forms that it must not have."""
    cases = Set("forms")
    signed = cases.control("p256", Image(signed_by(P256)), "keys=p256+rsa2048+rsa3072+ed25519+p384,floor=7",
                           "what each case differs from")
    n = curve.P256.n

    def add(name, reason, comment, change, key=P256):
        """change(key, digest) is the value."""
        cases.refuse(signed, name, reason, comment, at="plain:2",
                     plain=(Hash(key.hash), key_hash(key),
                            Sig(key, make=lambda key, message, _: change(key, message))))

    def numbers(change):
        """change(r, s) is the value."""
        return lambda key, message: change(*key.numbers(message))

    digits = der.digits
    bad = "bad-signature-encoding"
    for name, comment, change in (
            ("long-form", "the sequence's length in two bytes",
             lambda r, s: b"\x30\x81" + der.signature(r, s)[1:]),
            ("long-form-r", "r's length in two bytes",
             lambda r, s: der.sequence(b"\x02\x81" + integer(digits(r))[1:], integer(digits(s)))),
            ("long-form-s", "s's length in two bytes",
             lambda r, s: der.sequence(integer(digits(r)), b"\x02\x81" + integer(digits(s))[1:])),
            ("indefinite", "indefinite length", lambda r, s: b"\x30\x80" + der.signature(r, s)[2:] + b"\0\0"),
            ("zero-before-r", "a zero byte too many before r",
             lambda r, s: der.sequence(integer(b"\0" + digits(r)), integer(digits(s)))),
            ("zero-before-s", "a zero byte too many before s",
             lambda r, s: der.sequence(integer(digits(r)), integer(b"\0" + digits(s)))),
            ("negative-r", "r less 2^256: negative", lambda r, s: der.sequence(integer(digits(r - 2**256)),
                                                                               integer(digits(s)))),
            ("negative-s", "s less 2^256: negative", lambda r, s: der.sequence(integer(digits(r)),
                                                                               integer(digits(s - 2**256)))),
            ("minus-r", "r negated", lambda r, s: der.sequence(integer(digits(-r)), integer(digits(s)))),
            ("longer-r", "r and 2^256", lambda r, s: der.signature(r + 2**256, s)),
            ("longer-s", "s and 2^256", lambda r, s: der.signature(r, s + 2**256)),
            ("zero-r", "r is 0", lambda r, s: der.signature(0, s)),
            ("zero-s", "s is 0", lambda r, s: der.signature(r, 0)),
            ("zeros", "r and s are 0", lambda r, s: der.signature(0, 0)),
            ("empty-r", "r is empty", lambda r, s: der.sequence(integer(b""), integer(digits(s)))),
            ("empty-s", "s is empty", lambda r, s: der.sequence(integer(digits(r)), integer(b""))),
            ("no-s", "s is missing", lambda r, s: der.sequence(integer(digits(r)))),
            ("third", "a third number", lambda r, s: der.sequence(integer(digits(r)), integer(digits(s)),
                                                                  integer(b"\1"))),
            ("byte-within", "a byte behind s, within",
             lambda r, s: der.sequence(integer(digits(r)), integer(digits(s)), b"\0")),
            ("byte-behind", "a byte behind the sequence", lambda r, s: der.signature(r, s) + b"\0"),
            ("padded-72", "zero bytes to 72 and more, as imgtool pads", lambda r,
             s: (der.signature(r, s) + bytes(8))[:74]),
            ("cut", "its last byte cut off", lambda r, s: der.signature(r, s)[:-1]),
            ("raw", "r and s without DER", lambda r, s: curve.P256.bytes(r) + curve.P256.bytes(s)),
            ("set", "a SET", lambda r, s: b"\x31" + der.signature(r, s)[1:]),
            ("octets", "r is an OCTET STRING",
             lambda r, s: der.sequence(der.element(der.OCTET_STRING, digits(r)), integer(digits(s)))),
            ("nested", "a sequence in a sequence", lambda r, s: der.sequence(der.signature(r, s))),
            ("eight-zeros", "eight zero bytes", lambda r, s: bytes(8)),
            ("all-zeros", "zero bytes as many as it has", lambda r, s: bytes(len(der.signature(r, s))))):
        add(name, bad, comment, numbers(change))
    for name, comment, change in (
            ("r-n", "r is n", lambda r, s: der.signature(n, s)),
                                  ("s-n", "s is n", lambda r, s: der.signature(r, n)),
            ("r-1", "r is 1", lambda r, s: der.signature(1, s)),
                                  ("s-1", "s is 1", lambda r, s: der.signature(r, 1)),
            ("swapped", "r and s exchanged", lambda r, s: der.signature(s, r)),
            ("other-s", "s plus one", lambda r, s: der.signature(r, s + 1))):
        add(name, "bad-signature", comment, numbers(change))
    add_other_forms(add)
    return cases


def add_other_forms(add):
    def ed(change):
        return lambda key, message: change(key.sign(message))

    def plus_l(value):
        return value[:32] + (int.from_bytes(value[32:], "little") + ed25519.L).to_bytes(32, "little")

    for name, comment, change in (("ed-s-plus-l", "S plus L", plus_l),
                                  ("ed-zeros", "zeros", lambda value: bytes(64)),
                                  ("ed-swapped", "S and R exchanged", lambda value: value[32:] + value[:32]),
                                  ("ed-first-bit", "a bit of R", flip(0)),
                                  ("ed-last-bit", "S's top bit", flip(63, 0x80))):
        add(name, "bad-signature", f"Ed25519: {comment}", ed(change), ED)
    for key in (RSA2048, RSA3072):
        for name, comment, wrong in (("no-salt", "no salt", {"salt": b""}),
                                     ("salt-31", "a salt of 31 bytes", {"salt": b"s" * 31}),
                                     ("salt-33", "a salt of 33 bytes", {"salt": b"s" * 33}),
                                     ("trailer", "another trailer", {"trailer": b"\xcc"}),
                                     ("mgf1-sha384", "MGF1 with SHA-384", {"mgf": "sha384"})):
            add(f"{key.name}-{name}", "bad-signature", f"{key.name}: {comment}",
                lambda key, message, wrong=wrong: key.sign(message, **wrong), key)
        add(f"{key.name}-n", "bad-signature", f"{key.name}: the modulus itself",
            lambda key, message: key.make.n.to_bytes(key.make.size, "big"), key)
        add(f"{key.name}-zeros", "bad-signature", f"{key.name}: zeros", lambda key,
            message: bytes(key.make.size), key)
        add(f"{key.name}-little-endian", "bad-signature", f"{key.name}: little endian",
            lambda key, message: key.sign(message)[::-1], key)
    add("p384-raw", "bad-signature-encoding", "P-384: r and s without DER",
        lambda key, message: b"".join(map(curve.P384.bytes, key.numbers(message))), P384)
    add("p384-long-form", "bad-signature-encoding", "P-384: the sequence's length in two bytes",
        lambda key, message: b"\x30\x81" + key.sign(message)[1:], P384)
    add("p384-s-n", "bad-signature", "P-384: s is n",
        lambda key, message: der.signature(key.numbers(message)[0], curve.P384.n), P384)

# SPDX-License-Identifier: Apache-2.0
"""Both TLV areas: where they end, what may stand in them, how often and how long."""
from . import image as i
from .image import Hash, Image, Raw, Sig, Tlv, full_key, key_hash, signed_by, u16, u32
from .keys import ED, EDB, P256, P384, RSA2048, RSA3072, SIZES
from .rows import Set

COUNTER = Tlv(i.SEC_CNT, u32(7))
VENDOR_ID, CLASS_ID = bytes(range(0x10, 0x20)), bytes(range(0x40, 0x50))
DEPENDENCY = bytes([1, 0, 0, 0]) + bytes([1, 2, 3, 0, 4, 0, 0, 0])
UNKNOWN = (0x0000, 0x0003, 0x000f, 0x0013, 0x001f, 0x0027, 0x002f, 0x0035, 0x003f, 0x0041, 0x0051, 0x0061,
           0x006f, 0x0076, 0x0080, 0x009f, 0xffff)
PLAIN_ONLY = (i.KEYHASH, i.PUBKEY, i.SHA256, i.SHA384, i.SHA512, i.RSA2048_PSS, i.ECDSA224, i.ECDSA_SIG,
              i.RSA3072_PSS, i.ED25519, i.SIG_PURE, i.LMS, *i.ENC)
PROTECTED_ONLY = (i.DEPENDENCY, i.SEC_CNT, i.BOOT_RECORD, *i.DECOMP, i.UUID_VID, i.UUID_CID, 0xa0, 0xff,
                  0x1a0, 0xfffe)


def ends():
    """Where an area ends, and what is behind."""
    cases = Set("ends")
    image = Image(signed_by(ED))
    signed = cases.control("signed", image, "keys=ed25519,floor=7", "what each case differs from")
    for magic in (0x0000, 0x6906, 0x6908, 0x0769, 0xffff):
        cases.refuse(signed, f"plain-magic-{magic:04x}", "bad-tlv-magic",
                     f"the plain area's magic is {magic:#06x}", at="plain", plain_magic=magic)
    for magic in (0x0000, 0x6907, 0x6909, 0x0869, 0xffff):
        cases.refuse(signed, f"protected-magic-{magic:04x}", "bad-tlv-magic",
                     f"the protected area's magic is {magic:#06x}", at="protected", protected_magic=magic)
    whole = 4 + 36 + 36 + 68
    for total in (0, 1, 2, 3):
        cases.refuse(signed, f"plain-total-{total}", "tlv-truncated",
                     f"the plain area's size is {total}: less than its info header", at="plain",
                     plain_total=total)
    cases.refuse(signed, "plain-empty", "missing-hash", "a plain area without a TLV", plain=())
    for less in (1, 2, 3, 4, 60, 64):
        cases.refuse(signed, f"plain-total-less-{less}", "tlv-truncated",
                     f"the plain area ends {less} bytes before its signature", at="plain:2",
                     pushed="unsigned-bytes-follow", plain_total=whole - less)
    for left in (1, 2, 3):
        cases.refuse(signed, f"plain-total-cuts-head-{left}", "tlv-truncated",
                     f"the plain area has {left} bytes of a TLV's header", at="plain:2",
                     pushed="unsigned-bytes-follow", plain_total=whole - 68 + left)
        cases.refuse(signed, f"plain-left-over-{left}", "tlv-truncated",
                     f"{left} bytes behind the last TLV, within the area", at="plain:3",
                     plain=(*image.plain, Raw(bytes(left))))
        cases.refuse(signed, f"plain-total-more-{left}", "tlv-truncated",
                     f"the plain area takes {left} erased bytes from behind it", at="end",
                     plain_total=whole + left)
        cases.refuse(signed, f"protected-left-over-{left}", "tlv-truncated",
                     f"{left} bytes behind the last TLV, within the protected area", at="protected:1",
                     protected=(COUNTER, Raw(bytes(left))))
    cases.refuse(signed, "plain-total-more-4", "tlv-truncated",
                 "the plain area takes a TLV header from erased "
                 "flash, whose value has no end", at="end", plain_total=whole + 4)
    for more in (65, 1000, 0xffff - whole):
        cases.refuse(signed, f"plain-total-more-{more}", "truncated", "the plain area ends behind the slot",
                     at="plain", plain_total=whole + more)
    cases.refuse(signed, "plain-zeros", "unknown-tlv", "four zero bytes behind the last TLV: type 0",
                 at="plain:3", plain=(*image.plain, Raw(bytes(4))))
    add_spills(cases, signed)
    add_large(cases)
    return cases


def add_spills(cases, signed):
    """Values that reach out of their area; those of protected TLVs into the plain one."""
    for size in (5, 6, 8, 40, 148, 0x7fff, 0x8000, 0xffff):
        cases.refuse(signed, f"counter-spills-{size}", "tlv-truncated",
                     f"the counter has a size of {size}, and the "
                     "area ends behind four bytes", at="protected:0",
                     protected=(Tlv(i.SEC_CNT, u32(7), size),))
    for type, name in ((i.BOOT_RECORD, "record"), (0xa0, "vendor")):
        tlv = Tlv(type, b"\xa1\x01\x61\x41", 5)
        cases.refuse(signed, f"{name}-spills-1", "tlv-truncated",
                     f"the {name} takes a byte of the plain area", at="protected:1", protected=(COUNTER, tlv))
    cases.refuse(signed, "first-spills-into-second", "tlv-truncated",
                 "a first TLV takes all but three bytes of the "
                 "second", at=94, protected=(Tlv(i.BOOT_RECORD, b"\xa0", 6), COUNTER))
    for size in (65, 66, 68, 0xff, 0x7fff, 0xffff):
        cases.refuse(signed, f"signature-spills-{size}", "tlv-truncated",
                     f"the signature has a size of {size}, and the area ends behind 64", at="plain:2",
                     plain=(*signed.image.plain[:2], Raw(u16(i.ED25519) + u16(size) + bytes(64))))


def add_large(cases):
    """Areas beyond the verifier's limit of 8192 bytes, and just within."""
    def of(size):
        return (COUNTER, Tlv(0xa0, bytes(size)))

    policy = "keys=ed25519,floor=7,vendors=a0"
    large = cases.control("large", Image(signed_by(ED), protected=of(8192 - 12 - 4 - 144)), policy,
                          "8192 bytes of TLVs")
    cases.refuse(large, "too-large", "tlv-area-too-big", "8193 bytes of TLVs", at="plain:2",
                 protected=of(8193 - 12 - 4 - 144))
    cases.refuse(large, "protected-too-large", "tlv-area-too-big", "a TLV that exceeds the limit by itself",
                 at="protected:1", protected=of(8192))
    cases.refuse(large, "too-large-head", "tlv-area-too-big", "the limit lies within a TLV's header", at="plain:0",
                 protected=of(8192 - 2 - 4 - 4 - 12))
    cases.refuse(large, "too-large-info", "tlv-area-too-big", "the limit lies within the plain area's info header",
                 at="plain", protected=of(8192 - 2 - 4 - 12))


def behind():
    """What follows the image in its slot."""
    cases = Set("behind")
    image = Image(signed_by(ED), slot=512)
    signed = cases.control("erased-ff", image, "keys=ed25519,floor=7", "ff behind the image")
    room = 512 - 236
    cases.twin(signed, "erased-00", "00 behind the image", behind=bytes(room))
    for place, name in ((0, "first"), (1, "second"), (room // 2, "middle"), (room - 2, "last-but-one"),
                        (room - 1, "last")):
        for erased in (0xff, 0x00):
            rest = bytearray([erased]) * room
            rest[place] ^= 0x01 if place % 2 else 0xff
            cases.refuse(signed, f"{name}-of-{erased:02x}", "unsigned-bytes-follow",
                         f"{erased:02x} behind the image, and the {name} byte is not", at="end",
                         behind=bytes(rest))
    cases.refuse(signed, "half-00", "unsigned-bytes-follow", "half 00, half ff", at="end",
                 behind=bytes(room // 2))
    cases.refuse(signed, "one-00", "unsigned-bytes-follow", "00 and then ff", at="end", behind=b"\0")
    cases.refuse(signed, "55", "unsigned-bytes-follow", "one value, which is no erased one", at="end",
                 behind=b"\x55" * room)
    magic = bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
    cases.refuse(signed, "trailer", "unsigned-bytes-follow",
                 "a trailer, where the policy leaves no room for one", at="end",
                 behind=b"\xff" * (room - 16) + magic)
    cases.refuse(signed, "trailer-at-once", "unsigned-bytes-follow", "a trailer's magic at once", at="end",
                 behind=magic)
    cases.refuse(signed, "second-area", "unsigned-bytes-follow", "one more plain area", at="end",
                 behind=u16(i.PLAIN_MAGIC) + u16(12) + Tlv(i.SEC_CNT, u32(9)).bytes(b""))
    limited = cases.control("trailer-behind-limit", Image(signed_by(ED), slot=512,
                                                          behind=b"\xff" * (room - 16) + magic),
                            "keys=ed25519,floor=7,limit=496", "a trailer behind the policy's limit")
    cases.refuse(limited, "before-limit", "unsigned-bytes-follow", "the last byte before the limit", at="end",
                 behind=b"\xff" * (room - 17) + b"\xfe" + magic)
    cases.twin(limited, "behind-limit", "the first byte behind the limit",
               behind=b"\xff" * (room - 16) + b"\0" * 16)
    cases.control("ignored", Image(signed_by(ED), slot=512, behind=b"\x55" * room),
                  "keys=ed25519,floor=7,tail-ignored", "the policy does not look")
    # Longer than what is read at a time.
    long = cases.control("long", Image(signed_by(ED), slot=9000), "keys=ed25519,floor=7",
                         "a slot of many blocks")
    for value in (0x00, 0xfe):
        cases.refuse(long, f"other-block-{value:02x}", "unsigned-bytes-follow",
                     f"blocks of ff, then of {value:02x}",
                     behind=b"\xff" * 5000 + bytes([value]) * (9000 - 236 - 5000))
    cases.refuse(long, "last-of-long", "unsigned-bytes-follow", "the last byte of the slot",
                 behind=b"\xff" * (9000 - 237) + b"\0")
    return cases


def types():
    """What may stand in which area."""
    cases = Set("types")
    image = Image(signed_by(P256))
    # Not even a policy that takes each vendor TLV takes these.
    signed = cases.control("signed", image, "keys=p256,floor=7,any-vendor", "what each case differs from")
    value = b"\1\2\3\4"
    for type in UNKNOWN:
        cases.refuse(signed, f"plain-{type:04x}", "unknown-tlv", f"type {type:#06x} in the plain area",
                     at="plain:3", plain=(*image.plain, Tlv(type, value)))
        cases.refuse(signed, f"protected-{type:04x}", "unknown-tlv",
                     f"type {type:#06x} in the protected area", at="protected:1",
                     protected=(COUNTER, Tlv(type, value)))
    cases.refuse(signed, "plain-unknown-first", "unknown-tlv", "an unknown type before all others",
                 at="plain:0", plain=(Tlv(0x7f), *image.plain))
    cases.refuse(signed, "protected-unknown-first", "unknown-tlv", "an unknown type before all others",
                 at="protected:0", protected=(Tlv(0x7f), COUNTER))
    proper = {i.SHA256: bytes(32), i.SHA384: bytes(48), i.SHA512: bytes(64), i.RSA2048_PSS: bytes(256),
              i.RSA3072_PSS: bytes(384), i.ED25519: bytes(64), i.SIG_PURE: b"\1", i.LMS: bytes(780),
              i.KEYHASH: bytes(32), i.PUBKEY: P256.der, i.ECDSA_SIG: P256.sign(bytes(32)),
              i.DEPENDENCY: DEPENDENCY, i.UUID_VID: VENDOR_ID, i.UUID_CID: CLASS_ID}
    for type in PLAIN_ONLY:
        cases.refuse(signed, f"protected-{type:04x}", "misplaced-tlv",
                     f"type {type:#06x}, which is not for the protected area", at="protected:1",
                     protected=(COUNTER, Tlv(type, proper.get(type, value))))
    for type in PROTECTED_ONLY:
        cases.refuse(signed, f"plain-{type:04x}", "unprotected-tlv",
                     f"type {type:#06x}, which must be signed", at="plain:3",
                     plain=(*image.plain, Tlv(type, proper.get(type, value))))
    cases.refuse(signed, "counter-in-both", "unprotected-tlv", "a second, higher counter in the plain area",
                 at="plain:3", plain=(*image.plain, Tlv(i.SEC_CNT, u32(0xffffffff))))
    for size in (0, 4, 40):
        cases.refuse(signed, f"retired-{size}", "wrong-signature-type",
                     f"an ECDSA-224 signature of {size} bytes", at="plain:3",
                     plain=(*image.plain, Tlv(i.ECDSA224, bytes(size))))
    for type, size in zip(i.ENC, (256, 24, 113, 80, 112)):
        cases.refuse(signed, f"encryption-{type:04x}", "encrypted-not-supported",
                     f"a wrapped key, type {type:#06x}, but nothing is encrypted", at="plain:3",
                     plain=(*image.plain, Tlv(type, bytes(size))))
    for type, size in zip(i.DECOMP, (4, 32, 72, 4)):
        cases.refuse(signed, f"compression-{type:04x}", "compressed-not-supported",
                     f"type {type:#06x}, but nothing is compressed", at="protected:1",
                     protected=(COUNTER, Tlv(type, bytes(size))))
    add_vendors(cases, image)
    return cases


def add_vendors(cases, image):
    listed = cases.control("listed", Image(image.plain, protected=(COUNTER, Tlv(0xa1, b"x"))),
                           "keys=p256,floor=7,vendors=a1+fffe", "a vendor TLV that the policy lists")
    cases.twin(listed, "listed-fffe", "the last vendor type", protected=(COUNTER, Tlv(0xfffe, b"x")))
    for type in (0xa0, 0xa2, 0xff, 0x1a1, 0xa100, 0xfffd):
        cases.refuse(listed, f"not-listed-{type:04x}", "vendor-tlv-not-accepted",
                     f"vendor type {type:#06x}, which the policy does not list", at="protected:1",
                     protected=(COUNTER, Tlv(type, b"x")))
    cases.refuse(listed, "not-listed-empty", "vendor-tlv-not-accepted", "the same without a value",
                 at="protected:2", protected=(COUNTER, Tlv(0xa1, b"x"), Tlv(0xa0)))


def twice():
    """Each type that may stand once, twice: the same value, and another."""
    cases = Set("twice")
    plain = signed_by(ED)
    protected = (COUNTER, Tlv(i.BOOT_RECORD, b"\xa0"), Tlv(i.UUID_VID, VENDOR_ID), Tlv(i.UUID_CID, CLASS_ID),
                 Tlv(0xa0, b"v"))
    policy = f"keys=ed25519,floor=7,vendor={VENDOR_ID.hex()},class={CLASS_ID.hex()},any-vendor"
    signed = cases.control("signed", Image(plain, protected=protected), policy, "what each case differs from")
    dependency = Tlv(i.DEPENDENCY, DEPENDENCY)
    cases.twin(signed, "dependencies", "dependencies may stand twice",
               protected=(*protected, dependency, dependency))
    for place, tlv, other in ((0, "counter", u32(8)), (1, "record", b"\xa1\x01\x60"),
                              (2, "vendor-id", CLASS_ID), (3, "class-id", VENDOR_ID),
                              (4, "vendor-tlv", b"w")):
        one = protected[place]
        for name, two in (("same", one), ("other", Tlv(one.type, other))):
            cases.refuse(signed, f"{tlv}-{name}", "duplicate-tlv", f"a second {tlv}, {name} value",
                         at="protected:5", protected=(*protected, two))
        cases.refuse(signed, f"{tlv}-other-first", "duplicate-tlv",
                     f"a second {tlv} at once, the wrong value first", at=f"protected:{place + 1}",
                     protected=(*protected[:place], Tlv(one.type, other), *protected[place:]))
    hash_tlv, key, signature = plain
    wrong = Hash(change=lambda value: value[::-1])
    for name, tlvs, at in (
            ("hash-same", (hash_tlv, hash_tlv, key, signature), 1),
                           ("hash-wrong-second", (hash_tlv, wrong, key, signature), 1),
            ("hash-wrong-first", (wrong, hash_tlv, key, signature), 1),
                           ("key-same", (hash_tlv, key, key, signature), 2),
            ("key-other", (hash_tlv, key, key_hash(P256), signature), 2),
            ("key-other-first", (hash_tlv, key_hash(P256), key, signature), 2),
            ("signature-same", (hash_tlv, key, signature, signature), 3),
            ("signature-other", (hash_tlv, key, signature, Tlv(i.ED25519, bytes(64))), 3),
            ("signature-other-first", (hash_tlv, key, Tlv(i.ED25519, bytes(64)), signature), 3),
            ("signature-other-type", (hash_tlv, key, signature, Sig(P256)), 3),
            ("hash-of-another-kind", (hash_tlv, Hash("sha384"), key, signature), 1),
            ("hash-of-another-kind-first", (Hash("sha512"), hash_tlv, key, signature), 1)):
        cases.refuse(signed, name, "duplicate-tlv", name.replace("-", " "), at=f"plain:{at}", plain=tlvs)
    for name, tlvs, at in (("pair-same", (*plain, key, signature), 3),
                           ("pair-other", (*plain, key_hash(P256), Sig(P256)), 3)):
        cases.refuse(signed, name, "multiple-signatures", f"a second {name.replace('-', ', ')}",
                     at=f"plain:{at}", plain=tlvs)
    return cases


def lengths():
    """Each fixed length one less, one more, none at all, and twice."""
    cases = Set("lengths")
    ids = (COUNTER, Tlv(i.UUID_VID, VENDOR_ID), Tlv(i.UUID_CID, CLASS_ID), Tlv(i.DEPENDENCY, DEPENDENCY))
    policy = f"keys=ed25519,floor=7,vendor={VENDOR_ID.hex()},class={CLASS_ID.hex()},images=2"
    signed = cases.control("protected", Image(signed_by(ED), protected=ids), policy,
                           "what protected ones differ from")

    def wrong(value):
        return ((len(value) - 1, value[:-1]), (len(value) + 1, value + b"\0"), (0, b""),
                (2 * len(value), 2 * value))

    for place, name in enumerate(("counter", "vendor-id", "class-id", "dependency")):
        reason = "bad-dependency" if name == "dependency" else "bad-tlv-length"
        for size, value in wrong(ids[place].value):
            cases.refuse(signed, f"{name}-{size}", reason, f"a {name} of {size} bytes",
                         at=f"protected:{place}", protected=(*ids[:place], Tlv(ids[place].type, value),
                                                             *ids[place + 1:]))
    cases.refuse(signed, "counter-2", "bad-tlv-length", "a counter of 2 bytes", at="protected:0",
                 protected=(Tlv(i.SEC_CNT, u16(7)), *ids[1:]))
    for place in (1, 2, 3):
        for value in (0x01, 0xff):
            other = bytearray(DEPENDENCY)
            other[place] = value
            cases.refuse(signed, f"dependency-reserved-{place}-{value:02x}", "bad-dependency",
                         f"reserved byte {place} of a dependency is {value:#04x}", at="protected:3",
                         protected=(*ids[:3], Tlv(i.DEPENDENCY, bytes(other))))
    for image_id in (2, 3, 0x80, 0xff):
        cases.refuse(signed, f"dependency-on-{image_id}", "bad-dependency",
                     f"a dependency on image {image_id} of 2", at="protected:3",
                     protected=(*ids[:3], Tlv(i.DEPENDENCY, bytes([image_id]) + DEPENDENCY[1:])))
    add_plain_lengths(cases, wrong)
    return cases


def add_plain_lengths(cases, wrong):
    def change(size):
        return lambda value: (value + (b"\0" if size == len(value) + 1 else value))[:size]

    for key, name in ((EDB, "sha256"), (P384, "sha384"), (EDB, "sha512")):
        image = Image(signed_by(key, name))
        signed = cases.control(f"{name}", image, f"keys={key.name},floor=7", f"{name} of {key.name}")
        for size, _ in wrong(bytes(SIZES[name])):
            cases.refuse(signed, f"{name}-{size}", "bad-hash-length", f"a {name} hash of {size} bytes",
                         at="plain:0", plain=(Hash(name, change(size)), *image.plain[1:]))
    for key, size in ((ED, 64), (RSA2048, 256), (RSA3072, 384)):
        image = Image(signed_by(key))
        signed = cases.control(f"signature-{key.name}", image, f"keys={key.name},floor=7", f"by {key.name}")
        for other, _ in wrong(bytes(size)):
            def make(key, message, _, other=other):
                return change(other)(key.sign(message))
            cases.refuse(signed, f"signature-{key.name}-{other}", "bad-signature-length",
                         f"a signature by {key.name} of {other} bytes", at="plain:2",
                         plain=(*image.plain[:2], Sig(key, make=make)))
    image = Image(signed_by(P256))
    signed = cases.control("signature-p256", image, "keys=p256,floor=7", "by p256")
    for size in (0, 1, 7, 105, 106, 144):
        cases.refuse(signed, f"signature-p256-{size}", "bad-signature-length",
                     f"a signature in DER of {size} bytes", at="plain:2",
                     plain=(*image.plain[:2], Sig(P256, make=lambda key, message, _, size=size: (
                         key.sign(message) + bytes(144))[:size])))
    full = cases.control("full-key", Image((Hash(), full_key(P256), Sig(P256))), "keys=p256,floor=7,full",
                         "a key in full")
    for size in (0, 449, 1000):
        cases.refuse(full, f"full-key-{size}", "bad-tlv-length", f"a key of {size} bytes", at="plain:1",
                     plain=(Hash(), full_key(P256, lambda value, size=size: (value + bytes(1000))[:size]),
                            Sig(P256)))

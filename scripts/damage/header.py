# SPDX-License-Identifier: Apache-2.0
"""The header: its fields, its flags, its padding."""
from .image import Image, Tlv, SEC_CNT, signed_by, u32
from .keys import ED, P256
from .rows import Set

KNOWN_FLAGS = 0xf3c  # AES 4 8, not bootable 10, RAM load 20, ROM fixed 100, LZMA 200 400, Thumb 800


def header():
    cases = Set("header")
    signed = cases.control("signed", Image(signed_by(P256)), "keys=p256,floor=7",
                           "what each case differs from")
    for name, magic in (("swapped", 0x3db8f396), ("old", 0x96f3b83c), ("zero", 0), ("erased", 0xffffffff),
                        ("first-bit", 0x96f3b83d ^ 0x80), ("second-byte", 0x96f3b93d),
                        ("third-byte", 0x96f2b83d), ("last-bit", 0x16f3b83d)):
        cases.refuse(signed, f"magic-{name}", "bad-magic", f"the magic is {magic:#010x}", at=0, magic=magic)
    for place in range(4):
        for value in (0x01, 0x80, 0xff):
            reserved = bytes(place) + bytes([value]) + bytes(3 - place)
            cases.refuse(signed, f"reserved-{place}-{value:02x}", "header-reserved",
                         f"reserved byte {place} is {value:#04x}", at=0, reserved=reserved)
    add_header_sizes(cases, signed)
    add_payload_sizes(cases, signed)
    add_protected_sizes(cases, signed)
    return cases


def add_header_sizes(cases, signed):
    cases.twin(signed, "header-size-32", "no padding at all", padding=b"")
    cases.twin(signed, "header-size-65532", "the largest header", padding=b"\xff" * 65500)
    # The payload begins within the header structure, and its size fits that.
    for size in (0, 4, 16, 24, 28):
        cases.refuse(signed, f"header-size-{size}", "bad-header-size", f"the header's size is {size}", at=0,
                     header_size=size, padding=b"", payload_size=len(signed.image.payload) + 32 - size)
    for size in (29, 30, 31):
        cases.refuse(signed, f"header-size-{size}", "bad-header-size", f"the header's size is {size}", at=0,
                     header_size=size, padding=b"", payload_size=len(signed.image.payload) + 32 - size)
    for size in (33, 34, 35, 46, 47, 49, 50, 51, 65533, 65534, 65535):
        cases.refuse(signed, f"header-size-{size}", "bad-header-size",
                     f"the header's size is {size}, its padding too", at=0, padding=b"\xff" * (size - 32))
    cases.refuse(signed, "header-beyond-slot", "truncated", "the header ends behind the slot", at=0,
                 header_size=65532)
    erased = cases.twin(signed, "payload-of-ff", "a payload that would pass for padding",
                        payload=b"\xff" * 32)
    for more, pushed in ((4, "unsigned-bytes-follow"), (-4, "tlv-truncated")):
        cases.refuse(erased, f"header-size-by-{more}", "bad-tlv-magic",
                     f"the header's size is off by {more}: "
                     "the areas are elsewhere", at=80 + more, pushed=pushed, header_size=48 + more)


def add_payload_sizes(cases, signed):
    around = 48 + 12
    cases.twin(signed, "payload-1", "one byte to boot", payload=b"\x01")
    cases.refuse(signed, "payload-0", "empty-payload", "nothing to boot", at=0, payload=b"")
    for size, name in ((2**31 - 1, "2g-1"), (2**31, "2g"), (2**31 + 1, "2g+1"),
                       (2**32 - 1 - around, "sum-4g-1")):
        cases.refuse(signed, f"payload-{name}", "truncated", f"the payload's size is {size:#x}", at=0,
                     payload_size=size)
    cases.refuse(signed, "payload-sum-4g-4", "truncated",
                 "the sizes' sum leaves no room for a TLV area below 4 GiB", at=0,
                 payload_size=2**32 - 4 - around)
    for size, name in ((2**32 - around, "sum-4g"), (2**32 - around + 32, "sum-wraps-to-32"),
                       (2**32 - 48, "without-protected-4g"), (2**32 - 12, "without-header-4g"),
                       (2**32 - 1, "4g-1")):
        cases.refuse(signed, f"payload-{name}", "size-overflow",
                     f"the payload's size is {size:#x}: the sum wraps", at=0, payload_size=size)
    cases.refuse(signed, "payload-1-more", "bad-tlv-magic", "the payload's size is one more", at=81,
                 pushed="truncated", payload_size=33)
    cases.refuse(signed, "payload-1-less", "bad-tlv-magic", "the payload's size is one less", at=79,
                 pushed="truncated", payload_size=31)
    limited = cases.control("limited", signed.image, signed.policy + ",limit=1024",
                            "a policy with a size limit")
    cases.refuse(limited, "payload-beyond-limit", "image-too-big", "the payload ends behind the limit", at=0,
                 payload_size=1024 - around - 3)
    cases.refuse(limited, "payload-beyond-limit-2g", "image-too-big", "the payload's size is 2 GiB", at=0,
                 payload_size=2**31)


def add_protected_sizes(cases, signed):
    plain = cases.control("unprotected", Image(signed_by(P256), protected=None), "keys=p256",
                          "no protected area")
    for size in (1, 2, 3):
        cases.refuse(plain, f"protected-size-{size}", "prot-size-mismatch",
                     f"the protected area's size is {size}: less than its info header", at=0,
                     protected_size=size)
    cases.refuse(plain, "protected-size-4-of-plain", "bad-tlv-magic",
                 "the header says that there is a protected "
                 "area, and there is the plain one", at="plain", pushed="unsigned-bytes-follow",
                 protected_size=4)
    cases.refuse(plain, "protected-size-of-plain", "bad-tlv-magic",
                 "the plain area poses as the protected one", at="plain", pushed="truncated",
                 protected_size=148)
    cases.refuse(plain, "protected-size-beyond-slot", "truncated", "the protected area ends behind the slot",
                 at=0, protected_size=0xffff)
    cases.twin(plain, "protected-empty", "a protected area without a TLV", protected=())
    cases.refuse(signed, "protected-size-0", "bad-tlv-magic",
                 "the header does not tell of the protected area", at="protected",
                 pushed="unsigned-bytes-follow", protected_size=0)
    # Pushed, the plain area's size is taken from where the header says, and judged before its magic.
    for size, pushed in ((4, "unsigned-bytes-follow"), (8, "tlv-truncated"), (10, "truncated"),
                         (11, "truncated"), (13, "truncated"), (14, "unsigned-bytes-follow"),
                         (16, "unsigned-bytes-follow")):
        cases.refuse(signed, f"protected-size-{size}-of-12", "prot-size-mismatch",
                     f"the header says {size}, the protected area 12", at="protected", pushed=pushed,
                     protected_size=size)
    for total in (0, 3, 4, 8, 11, 13, 14, 16, 0xffff):
        cases.refuse(signed, f"protected-total-{total}-of-12", "prot-size-mismatch",
                     f"the protected area says {total}, the header 12", at="protected", protected_total=total)
    padded = Image(signed_by(P256), protected=(Tlv(SEC_CNT, u32(7)), Tlv(0xa0, bytes(8))))
    vendor = cases.control("vendor", padded, "keys=p256,floor=7,vendors=a0", "a vendor TLV stands last")
    cases.refuse(vendor, "protected-size-without-last", "prot-size-mismatch",
                 "header and area disagree by one whole TLV", at="protected", pushed="unsigned-bytes-follow",
                 protected_size=12)
    cases.refuse(vendor, "protected-total-without-last", "prot-size-mismatch",
                 "area and header disagree by one whole TLV", at="protected", protected_total=12)


def flags():
    cases = Set("flags")
    image = Image(signed_by(P256))
    # Not even a policy that accepts all flags makes an image with these an image for this verifier.
    every = cases.control("no-flag", image, "keys=p256,floor=7,flags=ffffffff",
                          "a policy that accepts every flag")
    cases.twin(every, "ram-load", "loaded to RAM", flags=0x20)
    cases.twin(every, "rom-fixed", "at a fixed address", flags=0x100)
    for bit in range(32):
        if not KNOWN_FLAGS >> bit & 1:
            cases.refuse(every, f"unknown-{1 << bit:08x}", "unknown-flags",
                         f"flag {1 << bit:#x} is not known", at=0, flags=1 << bit)
    cases.refuse(every, "unknown-with-known", "unknown-flags", "an unknown flag beside a known one", at=0,
                 flags=0x1020)
    cases.refuse(every, "all", "unknown-flags", "all flags", at=0, flags=0xffffffff)
    for name, value in (("both-aes", 0xc), ("both-lzma", 0x600), ("ram-and-rom", 0x120),
                        ("thumb-alone", 0x800), ("thumb-with-ram", 0x820), ("both-lzma-and-thumb", 0xe00)):
        cases.refuse(every, name, "bad-flags", f"flags {value:#x} exclude each other", at=0, flags=value)
    for reason, name, value in (
            ("encrypted-not-supported", "aes128", 4), ("encrypted-not-supported", "aes256", 8),
            ("encrypted-not-supported", "aes128-and-ram", 0x24),
            ("compressed-not-supported", "lzma1", 0x200), ("compressed-not-supported", "lzma2", 0x400),
            ("compressed-not-supported", "lzma2-thumb", 0xc00),
                                ("compressed-not-supported", "lzma1-thumb", 0xa00),
            ("non-bootable", "not-bootable", 0x10), ("non-bootable", "not-bootable-and-ram", 0x30)):
        cases.refuse(every, name, reason, f"flags {value:#x}", at=0, flags=value)
    for accepted, name in ((0, "none"), (0x20, "ram"), (0x100, "rom")):
        policy = cases.control(f"accepts-{name}", image, f"keys=p256,floor=7,flags={accepted:x}",
                               f"a policy that accepts flags {accepted:#x}")
        for flag, what in ((0x20, "ram"), (0x100, "rom")):
            if flag != accepted:
                cases.refuse(policy, f"{what}-where-{name}", "flags-not-accepted",
                             f"flag {flag:#x} where {accepted:#x} is accepted", at=0, flags=flag)
    return cases


def padding():
    cases = Set("padding")
    image = Image(signed_by(ED), padding=b"\xff" * 32)
    signed = cases.control("erased-ff", image, "keys=ed25519,floor=7", "padding of ff")
    cases.twin(signed, "erased-00", "padding of 00", padding=bytes(32))
    for value in (0xff, 0x00):
        for place, name in ((0, "first"), (1, "second"), (15, "middle"), (30, "last-but-one"), (31, "last")):
            changed = bytearray([value] * 32)
            changed[place] ^= 0xff
            cases.refuse(signed, f"{name}-of-{value:02x}", "header-padding",
                         f"padding of {value:02x}, and the {name} byte is not", at=32, padding=bytes(changed))
            changed[place] = value ^ 0x01
            cases.refuse(signed, f"{name}-of-{value:02x}-bit", "header-padding",
                         f"padding of {value:02x}, and of the {name} byte a bit is not", at=32,
                         padding=bytes(changed))
    for value in (0x01, 0x55, 0x80, 0xfe):
        cases.refuse(signed, f"all-{value:02x}", "header-padding", f"padding of {value:02x}", at=32,
                     padding=bytes([value]) * 32)
    cases.refuse(signed, "halves", "header-padding", "half ff, half 00", at=32,
                 padding=b"\xff" * 16 + bytes(16))
    cases.refuse(signed, "four-bytes", "header-padding", "padding of four bytes, one wrong", at=32,
                 padding=b"\xff\xff\xff\xfe")
    # Longer than a block that is read at a time, whatever its size may be.
    long = cases.twin(signed, "long", "padding of many blocks", padding=b"\xff" * 8192)
    for value in (0x00, 0xfe):
        cases.refuse(long, f"other-block-{value:02x}", "header-padding",
                     f"blocks of ff, then blocks of {value:02x}",
                     padding=b"\xff" * 4096 + bytes([value]) * 4096)
    cases.refuse(long, "last-of-long", "header-padding", "the last byte of many",
                 padding=b"\xff" * 8191 + b"\0")
    return cases


def cut():
    """The slot ends, or what may be used of it."""
    cases = Set("cut")
    image = Image(signed_by(ED))
    signed = cases.control("whole", image, "keys=ed25519,floor=7", "the slot ends somewhere behind")
    marks = {"plain": 92, "end": 92 + 4 + 36 + 36 + 68}
    cases.twin(signed, "whole-slot", "the slot ends with the image", slot=marks["end"])
    for size in (0, 1, 31):
        cases.refuse(signed, f"to-{size}", "header-truncated", f"a slot of {size} bytes",
                     after=lambda data, size=size: data[:size], slot=size)
    for size, name, at in ((32, "header", 0), (47, "padding", 0), (48, "whole header", 0), (64, "payload", 0),
                           (80, "whole payload", 0), (83, "protected info header", 0),
                           (91, "protected area", 0), (92, "whole protected area", 0),
                           (95, "plain info header", 0),
                           (96, "plain area: its info header alone is there", "plain"),
                           (132, "plain area", "plain"),
                           (marks["end"] - 1, "signature: its last byte is missing", "plain")):
        cases.refuse(signed, f"to-{size}", "truncated", f"cut off within, or behind, the {name}", at=at,
                     after=lambda data, size=size: data[:size], slot=size)
    longer = cases.control("within-limit", image, f"keys=ed25519,floor=7,limit={marks['end']}",
                           "the image ends at the limit")
    for more in (1, 4):
        cases.refuse(longer, f"beyond-limit-{more}", "image-too-big",
                     f"the image ends {more} behind the limit", at="plain",
                     payload=image.payload + bytes(more))
    cases.refuse(longer, "beyond-limit-by-payload", "image-too-big", "the signed bytes end behind the limit",
                 at=0, payload=bytes(200))
    return cases

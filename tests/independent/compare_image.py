#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare two MCUboot images.

    compare_image.py exact|structural EXPECTED ACTUAL

exact: the same bytes. structural: everything the same except the value of an RSA or ECDSA
signature, which is random; an RSA one has the same length, an ECDSA one may differ in it. An
Ed25519 signature is not random and must be the same. Neither mode looks whether a signature is
good: check_image.py does. One line on standard output; exit 0 when alike, 1 when not.
"""
import sys

from mcuboot_image import ECDSA, RANDOM_SIGNATURES, Image, Refused, read

# SEQUENCE of two INTEGERs of at most 49 bytes, as P-384 has them.
ECDSA_SIZE_MAX = 104


def compare_exact(expected, actual):
    if len(expected) != len(actual):
        raise Refused("%d bytes, not %d" % (len(actual), len(expected)))
    for place, (one, other) in enumerate(zip(expected, actual)):
        if one != other:
            raise Refused("byte 0x%x is 0x%02x, not 0x%02x" % (place, other, one))


def compare_structure(expected, actual):
    for part in ("load", "header_size", "size", "flags", "version", "signed_size"):
        one, other = getattr(expected, part), getattr(actual, part)
        if one != other:
            raise Refused("%s is %s, not %s" % (part, other, one))
    compare_exact(expected.signed, actual.signed)
    compare_entries(expected.plain, actual.plain)
    if expected.tail != actual.tail:
        raise Refused("what follows the image differs")


def compare_entries(expected, actual):
    if [kind for kind, _ in expected] != [kind for kind, _ in actual]:
        raise Refused("the plain TLVs are others")
    for (kind, one), (_, other) in zip(expected, actual):
        if kind in RANDOM_SIGNATURES:
            compare_signature(kind, one, other)
        elif one != other:
            raise Refused("plain TLV 0x%02x differs" % kind)


def compare_signature(kind, one, other):
    if kind == ECDSA:
        if not 8 <= len(other) <= ECDSA_SIZE_MAX:
            raise Refused("an ECDSA signature of %d bytes" % len(other))
    elif len(one) != len(other):
        raise Refused("the signature has %d bytes, not %d" % (len(other), len(one)))


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("exact", "structural"):
        print("usage: compare_image.py exact|structural EXPECTED ACTUAL", file=sys.stderr)
        return 2
    mode, expected, actual = sys.argv[1:]
    try:
        if mode == "exact":
            compare_exact(read(expected), read(actual))
        else:
            compare_structure(Image(read(expected)), Image(read(actual)))
    except Refused as why:
        print("%s: differs from %s: %s" % (actual, expected, why))
        return 1
    print("%s: %s match with %s" % (actual, mode, expected))
    return 0


if __name__ == "__main__":
    sys.exit(main())

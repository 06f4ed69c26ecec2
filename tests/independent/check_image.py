#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check a signed MCUboot image with the openssl command.

    check_image.py IMAGE PUBLIC.pem

One line on standard output; exit 0 when hash, key hash and signature are right and nothing else
stands in the file, 1 when not. Only what fwsign writes is expected: three plain TLVs in the order
hash, KEYHASH, signature.
"""
import hashlib
import sys

from mcuboot_image import KEYHASH, Image, PublicKey, Refused, read


def check(image, key):
    kinds = [kind for kind, _ in image.plain]
    wanted = [key.hash_tlv, KEYHASH, key.signature_tlv]
    if kinds != wanted:
        raise Refused("plain TLVs are %s, not %s" % (names(kinds), names(wanted)))
    digest, key_hash, signature = (value for _, value in image.plain)
    if digest != hashlib.new(key.hash, image.signed).digest():
        raise Refused("the hash TLV is not the hash of the signed bytes")
    if key_hash != hashlib.new(key.hash, key.der).digest():
        raise Refused("KEYHASH is not the hash of this key")
    if not key.verifies(image.signed, signature):
        raise Refused("openssl refuses the signature")
    if image.tail:
        raise Refused("%d bytes follow the image" % len(image.tail))


def names(kinds):
    return " ".join("0x%02x" % kind for kind in kinds)


def main():
    if len(sys.argv) != 3:
        print("usage: check_image.py IMAGE PUBLIC.pem", file=sys.stderr)
        return 2
    path = sys.argv[1]
    try:
        image = Image(read(path))
        key = PublicKey(sys.argv[2])
        check(image, key)
    except Refused as why:
        print("%s: refused: %s" % (path, why))
        return 1
    print("%s: good %s signature over %d bytes" % (path, key.kind, image.signed_size))
    return 0


if __name__ == "__main__":
    sys.exit(main())

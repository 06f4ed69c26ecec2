#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checkers checked: what they must accept and refuse among the reference vectors.

    vectors_test.py FOLDER-OF-THE-VECTORS
"""
import json
import os
import sys

from check_image import check
from compare_image import compare_exact, compare_structure
from mcuboot_image import RANDOM_SIGNATURES, Image, PublicKey, Refused, build, read

# Damage that any reader must see; the rest of the bad set is about what a device is set up for.
PLAIN_DAMAGE = ("bad-magic", "truncated", "bad-structure", "hash-mismatch", "size-overflow",
                "bad-tlv-magic", "prot-size-mismatch", "bad-tlv-length", "bad-hash-length",
                "missing-hash", "missing-signature", "missing-keyhash", "order", "unknown-key",
                "bad-keyhash-length", "bad-signature", "bad-signature-length", "duplicate-tlv",
                "unprotected-tlv", "multiple-signatures")

REBUILT_GROUPS = ("key types x payload sizes", "uuid", "header size")

failures = 0


def case(name, good, detail=""):
    global failures
    failures += not good
    print("%s - %s%s" % ("ok" if good else "not ok", name, ": " + detail if detail else ""))


def refusal(function, *args):
    """Why function refuses args; None when it does not."""
    try:
        function(*args)
    except Refused as why:
        return str(why)
    return None


class Vectors:
    def __init__(self, folder):
        self.folder = folder
        self.manifest = json.loads(read(os.path.join(folder, "manifest.json")))
        self.keys = {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def key(self, name):
        if name not in self.keys:
            self.keys[name] = PublicKey(self.path(self.manifest["keys"][name]["public_pem"]))
        return self.keys[name]

    def check(self, path, key):
        check(Image(read(self.path(path))), self.key(key))


def plainly_signed(entry):
    """Signed the one way fwsign signs: a key, its own hash, KEYHASH, digest, no tail."""
    verify = entry.get("verify") or {}
    kinds = [tlv["name"] for tlv in entry.get("tlvs", [])]
    return (verify.get("expect") == "accept" and set(verify) == {"expect", "keys"} and
            len(verify["keys"]) == 1 and entry.get("trailing_bytes") == 0 and len(kinds) == 3 and
            kinds[0] in ("SHA256", "SHA384") and kinds[1] == "KEYHASH" and
            entry["output"].endswith(".bin"))


def test_good(vectors):
    seen = set()
    for entry in filter(plainly_signed, vectors.manifest["good"]):
        key = entry["verify"]["keys"][0]
        why = refusal(vectors.check, entry["output"], key)
        case("accepts %s" % entry["id"], why is None, why or "")
        seen.add(vectors.key(key).kind)
    case("each kind of key was among them", len(seen) == 5, " ".join(sorted(seen)))


def test_bad(vectors):
    count = 0
    for entry in vectors.manifest["bad"]:
        if (entry["reason"] in PLAIN_DAMAGE and entry["expect"] == "reject" and
                "verifier_context" not in entry):
            count += 1
            why = refusal(vectors.check, entry["file"], entry["trusted_keys"][0])
            case("refuses %s" % entry["id"], why is not None, why or "")
    case("refusals were asked for", count > 100)


def test_wrong_key(vectors):
    why = refusal(vectors.check, "good/key-p256-1024.bin", "p256-b")
    case("refuses the signature of another key", why is not None, why or "")


def test_compare(vectors):
    one = read(vectors.path("good/key-p256-1024.bin"))
    other_key = read(vectors.path("good/key-p384-1024.bin"))
    header = read(vectors.path("good/hdr-0x40.bin"))
    case("an image is exactly itself", refusal(compare_exact, one, one) is None)
    case("an image has its own structure",
         refusal(compare_structure, Image(one), Image(one)) is None)
    for name, other in (("another kind of key", other_key), ("another header size", header)):
        why = refusal(compare_structure, Image(one), Image(other))
        case("%s is another structure" % name, why is not None, why or "")
    flipped = bytearray(one)
    flipped[40] ^= 1
    case("a flipped byte is seen exactly", refusal(compare_exact, one, bytes(flipped)) is not None)
    case("a flipped byte is seen in the structure",
         refusal(compare_structure, Image(one), Image(bytes(flipped))) is not None)
    case("a byte more is seen exactly", refusal(compare_exact, one, one + b"\xff") is not None)
    case("a byte more is seen in the structure",
         refusal(compare_structure, Image(one), Image(one + b"\xff")) is not None)


def structure_after_flip(data, place):
    """What compare_structure says of data and data with one bit flipped at place."""
    flipped = bytearray(data)
    flipped[place] ^= 1
    return refusal(compare_structure, Image(data), Image(bytes(flipped)))


def test_compare_values(vectors):
    for key in ("p256", "rsa2048", "ed25519"):
        data = read(vectors.path("good/key-%s-1024.bin" % key))
        hash_value = Image(data).signed_size + 8
        case("%s: a flipped hash is seen in the structure" % key,
             structure_after_flip(data, hash_value) is not None)
        random = Image(data).plain[2][0] in RANDOM_SIGNATURES
        case("%s: a flipped signature is %s" % (key, "overlooked" if random else "seen"),
             (structure_after_flip(data, len(data) - 1) is None) == random)
    rsa2048 = Image(read(vectors.path("good/key-rsa2048-1024.bin")))
    rsa2048.plain[2] = (rsa2048.plain[2][0], rsa2048.plain[2][1][1:])
    whole = Image(read(vectors.path("good/key-rsa2048-1024.bin")))
    why = refusal(compare_structure, whole, rsa2048)
    case("an RSA signature of another length is seen", why is not None, why or "")


def rebuilt(vectors, entry):
    """The same image once more, from its parts, signed anew."""
    image = Image(read(vectors.path(entry["output"])))
    key = entry["verify"]["keys"][0]
    private = vectors.path(vectors.manifest["keys"][key]["private"])
    return image, build(vectors.key(key), private, image.payload, image.header_size,
                        image.version, image.protected,
                        erased=image.header[-1] if image.header_size > 32 else 0xFF)


def test_build(vectors):
    for entry in filter(plainly_signed, vectors.manifest["good"]):
        if entry["group"] not in REBUILT_GROUPS:
            continue
        original = read(vectors.path(entry["output"]))
        expected, data = rebuilt(vectors, entry)
        why = refusal(compare_structure, expected, Image(data))
        case("builds %s anew" % entry["id"], why is None, why or "")
        why = refusal(check, Image(data), vectors.key(entry["verify"]["keys"][0]))
        case("accepts what it built of %s" % entry["id"], why is None, why or "")
        if expected.plain[2][0] in RANDOM_SIGNATURES:
            case("%s has a fresh signature" % entry["id"], data != original)
        else:
            case("%s is the same to the byte" % entry["id"], data == original)


def main():
    vectors = Vectors(sys.argv[1])
    for test in (test_good, test_bad, test_wrong_key, test_compare, test_compare_values,
                 test_build):
        test(vectors)
    print("%d failed" % failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fwsign makes the images of the reference vectors itself, and they match.

    sign_vectors.py policies VECTORS FOLDER   write the policies the vectors need
    sign_vectors.py sign VECTORS FOLDER       sign each and compare, in the folder of fwsign.yaml

FWSIGN names the program. The token holds the vectors' keys under their names. One line a vector:
it matches as the manifest's `compare` says, the openssl command accepts it, and so does fwsign.
"""
import json
import os
import re
import struct
import subprocess
import sys
import uuid

from check_image import check
from compare_image import compare_exact, compare_structure
from mcuboot_image import Image, PublicKey, Refused, build, read

GROUPS = {
    "key types x payload sizes": 20,
    "header size": 7,
    "header in existing zeroed space": 3,
    "version encoding": 8,
    "security counter": 5,
    "dependencies": 3,
    "uuid": 4,
    "custom TLV": 6,
    "all protected TLVs": 5,
}
EXIT_INPUT = 4
DEPENDENCY, SECURITY_COUNTER, BOOT_RECORD, VENDOR_ID, CLASS_ID = 0x40, 0x50, 0x60, 0x74, 0x75


class Options:
    """imgtool's arguments of a vector, read."""

    # Trailer and boot record are later work: the image is made without them.
    IGNORED = {"--align": 1, "--pad": 0, "--boot-record": 1}

    def __init__(self, args):
        self.key = self.version = self.counter = self.vid = self.cid = None
        self.header_size, self.slot_size, self.erased = None, None, 0xFF
        self.prepend = False
        self.dependencies, self.values, self.files = [], [], []
        self.input = args[-2]
        words = iter(args[:-2])
        for word in words:
            self.take(word, words)

    def take(self, word, words):
        simple = {"-v": "version", "-s": "counter", "--vid": "vid", "--cid": "cid"}
        numbers = {"-H": "header_size", "-S": "slot_size", "-R": "erased"}
        if word in simple:
            setattr(self, simple[word], next(words))
        elif word in numbers:
            setattr(self, numbers[word], int(next(words), 0))
        elif word == "-k":
            self.key = os.path.splitext(os.path.basename(next(words)))[0]
        elif word == "--pad-header":
            self.prepend = True
        elif word == "-d":
            self.dependencies = re.findall(r"\((\d+), *([^)]+)\)", next(words))
        elif word == "--custom-tlv":
            self.values.append((int(next(words), 0), tlv_bytes(next(words))))
        elif word == "--custom-tlv-file":
            self.files.append((int(next(words), 0), next(words)))
        elif word in self.IGNORED:
            for _ in range(self.IGNORED[word]):
                next(words)
        else:
            raise ValueError("unknown option " + word)

    def policy(self, name):
        lines = [
            "product: %s" % name,
            "keys:\n  %s: {allow: [imported, multi-purpose]}" % self.key,
            "format:",
            "  header: %s" % ("prepend" if self.prepend else "reserved"),
            "  header-size: %d" % self.header_size,
            "  slot-size: %d" % self.slot_size,
            "  erased: 0x%02x" % self.erased,
            "version:\n  from: [option]\n  increasing: false",
            "counter: {may-fall: true}",
            "content: {allow-blank: true}",
        ]
        ids = [(key, value) for key, value in (("vendor-id", self.vid), ("class-id", self.cid))
               if value is not None]
        if ids:
            lines.append("identity:")
            lines += ['  %s: "%s"' % pair for pair in ids]
        return "\n".join(lines) + "\n"

    def command(self, folder, product, output):
        words = [os.environ["FWSIGN"], "sign", "--quiet", "--key", self.key, "--product", product,
                 "--fw-version", full_version(self.version), "-o", output]
        if self.counter is not None:
            text = self.counter if self.counter == "auto" else str(int(self.counter, 0))
            words += ["--security-counter", text]
        for number, version in self.dependencies:
            words += ["--dependency", "(%s,%s)" % (number, full_version(version))]
        for tag, value in self.values:
            words += ["--tlv", "0x%x=%s" % (tag, value.hex())]
        for tag, path in self.files:
            words += ["--tlv", "0x%x=@%s" % (tag, os.path.join(folder, path))]
        return words + [os.path.join(folder, self.input)]

    def protected(self):
        """The protected TLVs by the rules of the format, without a boot record."""
        entries = []
        if self.counter is not None:
            entries.append((SECURITY_COUNTER, struct.pack("<I", self.counter_value())))
        for number, version in self.dependencies:
            entries.append((DEPENDENCY, struct.pack("<B3xBBHI", int(number), *numbers(version))))
        vendor = named_uuid(self.vid, uuid.NAMESPACE_DNS)
        if vendor is not None:
            entries.append((VENDOR_ID, vendor.bytes))
        device = named_uuid(self.cid, vendor)
        if device is not None:
            entries.append((CLASS_ID, device.bytes))
        return entries + self.values

    def counter_value(self):
        if self.counter != "auto":
            return int(self.counter, 0)
        major, minor, revision, _ = numbers(self.version)
        return major << 24 | minor << 16 | revision


def tlv_bytes(text):
    return bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode()


def numbers(version):
    main, _, build_number = version.partition("+")
    parts = [int(part) for part in main.split(".")]
    return tuple(parts + [0] * (3 - len(parts)) + [int(build_number or "0")])


def full_version(version):
    """fwsign wants all three numbers; imgtool fills up with zeros."""
    major, minor, revision, build_number = numbers(version)
    tail = "+%d" % build_number if "+" in version else ""
    return "%d.%d.%d%s" % (major, minor, revision, tail)


def named_uuid(text, space):
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(space, text)


class Vectors:
    def __init__(self, folder):
        self.folder = folder
        self.manifest = json.loads(read(os.path.join(folder, "manifest.json")))
        self.entries = [(entry, Options(entry["args"])) for entry in self.manifest["good"]
                        if entry["group"] in GROUPS]
        self.keys = {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def key(self, name):
        if name not in self.keys:
            self.keys[name] = PublicKey(self.path("keys/%s.pub.pem" % name))
        return self.keys[name]

    def products(self):
        """One product for each policy text, since a product's name is part of it."""
        found = {}
        for _, options in self.entries:
            found.setdefault(options.policy("NAME"), "product-%d" % len(found))
        return found

    def expected(self, entry, options):
        """What the image must be: the vector itself, or where that has parts fwsign does not
        write, one made here from the rules, which must agree with the vector in the rest."""
        data = read(self.path(entry["output"]))
        image = Image(data)
        if entry["group"] != "all protected TLVs":
            return data
        protected = options.protected()
        theirs = [tlv for tlv in image.protected if tlv[0] != BOOT_RECORD]
        if protected != theirs:
            raise Refused("the rules and the vector disagree about the protected TLVs")
        return build(self.key(options.key), self.path("keys/%s.pem" % options.key), image.payload,
                     image.header_size, image.version, protected, options.erased)


def sign_one(vectors, entry, options, product):
    output = "out/%s.bin" % entry["id"]
    done = subprocess.run(options.command(vectors.folder, product, output), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if not Image(read(vectors.path(entry["output"]))).payload:
        # imgtool wraps nothing; fwsign refuses to sign what cannot boot.
        if done.returncode != EXIT_INPUT or os.path.exists(output):
            raise Refused("empty firmware: exit %d" % done.returncode)
        return
    if done.returncode != 0:
        raise Refused("exit %d: %s" % (done.returncode, done.stderr.decode().strip()))
    expected, actual = vectors.expected(entry, options), read(output)
    if entry["compare"] == "exact":
        compare_exact(expected, actual)
    else:
        compare_structure(Image(expected), Image(actual))
    check(Image(actual), vectors.key(options.key))


def sign_all(vectors):
    products = vectors.products()
    seen = dict.fromkeys(GROUPS, 0)
    failures = 0
    for entry, options in vectors.entries:
        seen[entry["group"]] += 1
        product = products[options.policy("NAME")]
        try:
            sign_one(vectors, entry, options, product)
            print("ok - %s: %s" % (entry["id"], entry["compare"]))
        except Refused as why:
            failures += 1
            print("not ok - %s: %s" % (entry["id"], why))
    if seen != GROUPS:
        failures += 1
        print("not ok - the groups hold %s" % seen)
    print("%d vectors, %d failed" % (len(vectors.entries), failures))
    return failures


def main():
    what, vectors = sys.argv[1], Vectors(os.path.abspath(sys.argv[2]))
    os.chdir(sys.argv[3])
    if what == "sign":
        return 1 if sign_all(vectors) else 0
    for text, name in vectors.products().items():
        with open("policy/%s.yaml" % name, "w", encoding="utf-8") as file:
            file.write(text.replace("NAME", name))
    return 0


if __name__ == "__main__":
    sys.exit(main())

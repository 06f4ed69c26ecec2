# SPDX-License-Identifier: Apache-2.0
"""MCUboot images cut and built with nothing but struct and hashlib.

A second opinion: nothing here is generated from, or calls, fwsign. Cryptography is the openssl
command's.
"""
import hashlib
import os
import struct
import subprocess
import tempfile

HEADER = struct.Struct("<IIHHIIBBHII")
MAGIC = 0x96F3B83D
PLAIN_MAGIC = 0x6907
PROTECTED_MAGIC = 0x6908

KEYHASH = 0x01
HASHES = {0x10: "sha256", 0x11: "sha384", 0x12: "sha512"}
RSA2048, ECDSA, RSA3072, ED25519 = 0x20, 0x22, 0x23, 0x24
RANDOM_SIGNATURES = (RSA2048, ECDSA, RSA3072)

# What each kind of key signs with: hash TLV, signature TLV.
KINDS = {
    "rsa-2048": (0x10, RSA2048),
    "rsa-3072": (0x10, RSA3072),
    "ecdsa-p256": (0x10, ECDSA),
    "ecdsa-p384": (0x11, ECDSA),
    "ed25519": (0x10, ED25519),
}


class Refused(Exception):
    """The image is not what it should be; the text says why."""


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Image:
    """The parts of an image: header, body, protected and plain TLVs as (type, value), tail."""

    def __init__(self, data):
        if len(data) < HEADER.size:
            raise Refused("shorter than a header")
        (magic, self.load, self.header_size, protected_size, self.size, self.flags, *version,
         reserved) = HEADER.unpack_from(data)
        if magic != MAGIC:
            raise Refused("magic is 0x%08x" % magic)
        if self.header_size < HEADER.size:
            raise Refused("header size is %d" % self.header_size)
        if reserved != 0:
            raise Refused("the reserved header field is not zero")
        self.version = tuple(version)
        self.header = data[:self.header_size]
        self.signed_size = self.header_size + self.size + protected_size
        if self.signed_size > len(data):
            raise Refused("the file ends inside the signed bytes")
        self.signed = data[:self.signed_size]
        self.payload = data[self.header_size:self.header_size + self.size]
        self.protected = []
        if protected_size > 0:
            begin = self.header_size + self.size
            self.protected, end = cut_area(data, begin, PROTECTED_MAGIC)
            if end != self.signed_size:
                raise Refused("header and protected area disagree about its size")
        self.plain, self.end = cut_area(data, self.signed_size, PLAIN_MAGIC)
        self.tail = data[self.end:]


def cut_area(data, begin, magic):
    """The (type, value) pairs of the TLV area at begin, and where it ends."""
    if begin + 4 > len(data):
        raise Refused("the file ends before a TLV area")
    seen, total = struct.unpack_from("<HH", data, begin)
    end = begin + total
    if seen != magic:
        raise Refused("TLV area magic is 0x%04x" % seen)
    if total < 4 or end > len(data):
        raise Refused("TLV area of %d bytes does not fit" % total)
    entries = []
    place = begin + 4
    while place < end:
        if place + 4 > end:
            raise Refused("bytes left over in a TLV area")
        kind, size = struct.unpack_from("<HH", data, place)
        place += 4
        if place + size > end:
            raise Refused("TLV 0x%02x runs past its area" % kind)
        entries.append((kind, data[place:place + size]))
        place += size
    return entries, end


def join_area(magic, entries):
    body = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in entries)
    return struct.pack("<HH", magic, len(body) + 4) + body


# ---- Keys and signatures, by the openssl command ----


def openssl(*args, data=None):
    done = subprocess.run(("openssl",) + args, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode == 0, done.stdout


class PublicKey:
    """Kind of a public key and the DER that its hash is taken of."""

    def __init__(self, pem):
        self.pem = pem
        good, text = openssl("pkey", "-pubin", "-in", pem, "-noout", "-text")
        if not good:
            raise Refused("openssl cannot read the public key")
        self.kind = kind_of(text.decode())
        if self.kind.startswith("rsa"):
            good, self.der = openssl("rsa", "-pubin", "-in", pem, "-RSAPublicKey_out",
                                     "-outform", "DER")
        else:
            good, self.der = openssl("pkey", "-pubin", "-in", pem, "-outform", "DER")
        if not good:
            raise Refused("openssl cannot write the public key as DER")
        self.hash_tlv, self.signature_tlv = KINDS[self.kind]
        self.hash = HASHES[self.hash_tlv]

    def verifies(self, signed, signature):
        if not self.right_size(signature):
            return False
        with tempfile.TemporaryDirectory() as folder:
            message = os.path.join(folder, "message")
            value = os.path.join(folder, "signature")
            write(value, signature)
            if self.kind == "ed25519":
                write(message, hashlib.new(self.hash, signed).digest())
                return openssl("pkeyutl", "-verify", "-pubin", "-inkey", self.pem, "-rawin",
                               "-in", message, "-sigfile", value)[0]
            write(message, signed)
            return openssl("dgst", "-" + self.hash, "-verify", self.pem,
                           *signature_options(self.kind), "-signature", value, message)[0]


    def right_size(self, signature):
        """openssl dgst does not look at bytes beyond the largest signature of the key."""
        if self.kind.startswith("rsa"):
            return len(signature) * 8 == int(self.kind[4:])
        if self.kind == "ed25519":
            return len(signature) == 64
        return len(signature) >= 2 and len(signature) == signature[1] + 2


def kind_of(text):
    if "ED25519 Public-Key" in text:
        return "ed25519"
    if "prime256v1" in text:
        return "ecdsa-p256"
    if "secp384r1" in text:
        return "ecdsa-p384"
    for bits in (2048, 3072):
        if "Public-Key: (%d bit)" % bits in text and "Modulus" in text:
            return "rsa-%d" % bits
    raise Refused("MCUboot has no signature TLV for this kind of key")


def signature_options(kind):
    if not kind.startswith("rsa"):
        return ()
    return ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt",
            "rsa_mgf1_md:sha256")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def sign(kind, private_pem, signed):
    """A signature over signed by the private key in a PEM file."""
    name = HASHES[KINDS[kind][0]]
    if kind == "ed25519":
        with tempfile.TemporaryDirectory() as folder:
            message = os.path.join(folder, "message")
            write(message, hashlib.new(name, signed).digest())
            good, value = openssl("pkeyutl", "-sign", "-inkey", private_pem, "-rawin", "-in",
                                  message)
    else:
        good, value = openssl("dgst", "-" + name, "-sign", private_pem,
                              *signature_options(kind), data=signed)
    if not good:
        raise Refused("openssl cannot sign with %s" % private_pem)
    return value


def build(public, private_pem, payload, header_size, version, protected, erased=0xFF):
    """A signed image from its parts; protected is a list of (type, value)."""
    area = join_area(PROTECTED_MAGIC, protected) if protected else b""
    header = HEADER.pack(MAGIC, 0, header_size, len(area), len(payload), 0, *version, 0)
    padding = bytes([erased]) * (header_size - HEADER.size)
    signed = header + padding + payload + area
    plain = [
        (public.hash_tlv, hashlib.new(public.hash, signed).digest()),
        (KEYHASH, hashlib.new(public.hash, public.der).digest()),
        (public.signature_tlv, sign(public.kind, private_pem, signed)),
    ]
    return signed + join_area(PLAIN_MAGIC, plain)

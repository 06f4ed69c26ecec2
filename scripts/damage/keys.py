# SPDX-License-Identifier: Apache-2.0
"""
The throw-away keys of the images, and how each signs. Nonces and salts follow from key and message, so
that the same image always gets the same signature. The arithmetic is that of the edge vectors' generator.
"""
import functools
import hashlib

from edge import curve, der, ed25519, rsa
from edge.numbers import draw, draw_below
from . import lms

SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


def digest(name, data):
    return hashlib.new(name, data).digest()


class Ecdsa:
    def __init__(self, name, which):
        self.curve = which
        self.d = draw_below(f"malformed {name}", which.n)
        self.name, self.algorithm = name, which.name
        self.hash = "sha256" if which is curve.P256 else "sha384"
        self.point = which.mul(self.d, which.g)
        self.der, self.tlv = which.spki(self.point), 0x22

    @functools.cache
    def numbers(self, message):
        which = self.curve
        k = draw_below(f"malformed {self.name} nonce {message.hex()}", which.n)
        r = which.mul(k, which.g)[0] % which.n
        e = int.from_bytes(message[:which.size], "big")
        return r, (e + r * self.d) * pow(k, -1, which.n) % which.n

    def sign(self, message):
        return der.signature(*self.numbers(message))

    def compressed(self):
        x, y = self.point
        return self.curve.spki_of(bytes([2 + y % 2]) + self.curve.bytes(x))


class Ed25519:
    hash, algorithm, tlv = "sha256", "ed25519", 0x24

    def __init__(self, name):
        self.name = name
        self.a = draw_below(f"malformed {name}", ed25519.L)
        self.encoded = ed25519.encode(ed25519.mul(self.a, ed25519.B))
        self.der = ed25519.HEAD + self.encoded

    @functools.cache
    def sign(self, message):
        r = draw_below(f"malformed {self.name} nonce {message.hex()}", ed25519.L)
        r_bytes = ed25519.encode(ed25519.mul(r, ed25519.B))
        k = ed25519.hash_of(r_bytes, self.encoded, message)
        return r_bytes + ed25519.s_bytes((r + k * self.a) % ed25519.L)


class Rsa:
    hash = "sha256"

    def __init__(self, name, bits):
        self.name, self.algorithm = name, f"rsa-{bits}"
        self.make = rsa.Maker(bits)
        self.der, self.tlv = self.make.key, 0x20 if bits == 2048 else 0x23

    def sign(self, message, **wrong):
        wrong.setdefault("salt", draw(f"malformed {self.name} salt {message.hex()}", 32))
        return self.make.sign(digest=message, **wrong)


class LmsKey:
    hash, algorithm, tlv = "sha256", "lms", 0x26

    def __init__(self, name):
        self.name, self.tree = name, lms.Lms(f"malformed {name}")
        self.der = self.tree.key

    @functools.cache
    def sign(self, message):
        return self.tree.sign(message)


P256, P256B, P256C = (Ecdsa(name, curve.P256) for name in ("p256", "p256b", "p256c"))
P384 = Ecdsa("p384", curve.P384)
ED, EDB = Ed25519("ed25519"), Ed25519("ed25519b")
RSA2048, RSA3072 = Rsa("rsa2048", 2048), Rsa("rsa3072", 3072)
LMS, LMSB = LmsKey("lms"), LmsKey("lmsb")
ALL = [P256, P256B, P256C, P384, ED, EDB, RSA2048, RSA3072, LMS, LMSB]

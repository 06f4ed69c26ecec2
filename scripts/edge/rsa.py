# SPDX-License-Identifier: Apache-2.0
"""
RSASSA-PSS as images use it: SHA-256, MGF1 with SHA-256, a salt of 32 bytes, exponent 65537. The secret
key is at hand, so each encoded message below, however wrong, gets a signature that opens to it.
"""
import hashlib
import math

from . import der
from .cases import Cases, flip
from .numbers import draw, draw_prime, find

E = 65537
# Exponents that a key must not have; the last two are E and 1 in 32 bits.
OTHER_EXPONENTS = (3, 17, 65539, 2**32 + E, 2**32 + 1)
COPRIME = E * math.prod(OTHER_EXPONENTS)
RSA_ENCRYPTION = "2a864886f70d010101"
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mgf1(seed, size, name="sha256", first=0, order="big"):
    count = size // hashlib.new(name).digest_size + 1
    return b"".join(hashlib.new(name, seed + number.to_bytes(4, order)).digest()
                    for number in range(first, first + count))[:size]


def number_of(data):
    return int.from_bytes(data, "big")


def xor(one, two):
    return bytes(a ^ b for a, b in zip(one, two, strict=True))


def public_key(n, e=E):
    return der.sequence(der.integer(n), der.integer(e))


class Maker:
    def __init__(self, bits, primes=None):
        self.bits, self.size = bits, (bits + 7) // 8
        self.name = f"rsa-{bits}"
        self.primes = primes or [draw_prime(f"{self.name} {label}", bits // 2, COPRIME) for label in "pq"]
        self.n = math.prod(self.primes)
        assert self.n.bit_length() == bits
        self.key = public_key(self.n)
        self.digest = draw(f"{self.name} digest", 32)
        self.salt = draw(f"{self.name} salt", 32)
        self.cases = Cases(self.name, self.judge)

    def find_salt(self, label, condition):
        """The first drawn salt that meets the condition."""
        label = f"{self.name} salt of {label}"
        return draw(f"{label} {find(label, lambda i: condition(draw(f'{label} {i}', 32)))}", 32)

    def encode(self, digest=None, salt=None, size=None, **wrong):
        """
        EMSA-PSS of RFC 8017, section 9.1.1, with one step replaced: hash, mgf, first, order, prefix, tail
        (of the hash's input), h, ps (places of PS made non-zero), separator, trailer, top (bits kept).
        """
        size = size or self.size
        digest = self.digest if digest is None else digest
        salt = self.salt if salt is None else salt
        name = wrong.get("hash", "sha256")
        h = wrong.get("h") or hashlib.new(name, wrong.get("prefix", bytes(8)) + digest + salt +
                                          wrong.get("tail", b"")).digest()
        trailer = wrong.get("trailer", b"\xbc")
        db = bytearray(size - len(h) - len(trailer))
        db[len(db) - len(salt):] = salt
        if len(db) > len(salt):
            db[-len(salt) - 1 if salt else -1] = wrong.get("separator", 1)
        for place, value in wrong.get("ps", {}).items():
            db[place] |= value
        masked = bytearray(xor(db, mgf1(h, len(db), wrong.get("mgf", "sha256"), wrong.get("first", 0),
                                        wrong.get("order", "big"))))
        masked[0] = masked[0] & 0xff >> (8 * self.size - self.bits + 1) | wrong.get("top", 0)
        return bytes(masked) + h + trailer

    def open_to(self, encoded, e=E):
        """The signature that opens to encoded, by its primes."""
        number = number_of(encoded)
        assert number < self.n
        s = 0
        for prime in self.primes:
            root = pow(number % prime, pow(e, -1, prime - 1) if prime > 2 else 1, prime)
            others = self.n // prime
            s += root * others * pow(others, -1, prime)
        return (s % self.n).to_bytes(self.size, "big")

    def sign(self, **changes):
        return self.open_to(self.encode(**changes))

    def judge(self, key, digest, signature):
        """The strict verifier, which encodes what it found and compares."""
        n = number_of(key[9:9 + self.size])
        if n.bit_length() != self.bits or n % 2 == 0 or key != public_key(n):
            return False
        s = number_of(signature)
        if len(digest) != 32 or len(signature) != self.size or s >= n:
            return False
        opened = pow(s, E, n).to_bytes(self.size, "big")
        h, db = opened[-33:-1], opened[:-33]
        salt = xor(db, mgf1(h, len(db)))[-32:]
        return opened == self.encode(digest, salt)


def add_good(make):
    cases, key, digest = make.cases, make.key, make.digest
    cases.accept("a plain signature", key, digest, make.sign())
    for name, value in (("zeros", bytes(32)), ("ones", b"\xff" * 32), ("01 and zeros", b"\x01" + bytes(31))):
        cases.accept(f"a salt of {name}", key, digest, make.sign(salt=value))
        cases.accept(f"a digest of {name}", key, value, make.sign(digest=value))
    for what, start in (("a signature", make.sign), ("an encoded message", make.encode)):
        salt = make.find_salt(what, lambda salt, start=start: start(salt=salt)[0] == 0)
        cases.accept(f"{what} that starts with a zero byte", key, digest, make.sign(salt=salt))


def add_changed(make):
    cases, key, digest, good = make.cases, make.key, make.digest, make.sign()
    for place, what in ((0, "first"), (make.size // 2, "middle"), (-1, "last")):
        cases.refuse(f"a bit of the signature's {what} byte changed", key, digest, flip(good, place))
    for place in (0, 31):
        cases.refuse(f"a bit of the digest's byte {place} changed", key, flip(digest, place), good)
    encoded = make.encode()
    places = {"the masked DB's first byte": 0, "its last byte": make.size - 34, "H's first byte": -33,
              "H's last byte": -2}
    for what, place in places.items():
        cases.refuse(f"a bit of {what} changed", key, digest, make.open_to(flip(encoded, place)))


def add_encodings(make):
    """Every part of EMSA-PSS wrong by itself."""
    cases, key, digest = make.cases, make.key, make.digest
    longest = make.size - 34
    for size in (0, 1, 20, 31, 33, 48, 64, longest - 1, longest):
        cases.refuse(f"a salt of {size} bytes", key, digest,
                     make.sign(salt=draw(f"{make.name} salt of {size}", size)))
    for trailer in ("cc", "bd", "3c", "00", "bcbc", "33cc", "34cc"):
        cases.refuse(f"the trailer is {trailer}", key, digest, make.sign(trailer=bytes.fromhex(trailer)))
    padding = make.size - 33 - 33
    for place, value, what in ((0, 0x40, "first byte's bit 6"), (0, 0x01, "first byte's bit 0"),
                               (1, 0x80, "second byte"), (padding // 2, 0x10, "middle"),
                               (padding - 1, 0x01, "last byte"), (padding - 1, 0x80, "last byte's top bit")):
        cases.refuse(f"PS is not zero in its {what}", key, digest, make.sign(ps={place: value}))
    cases.refuse("PS is ones", key, digest, make.sign(ps={i: 0xff for i in range(padding)}))
    for value in (0x00, 0x02, 0x03, 0x81, 0xff):
        cases.refuse(f"{value:02x} stands for the 01", key, digest, make.sign(separator=value))
    for comment, changes in (
            ("MGF1 is of SHA-1", {"mgf": "sha1"}), ("MGF1 is of SHA-384", {"mgf": "sha384"}),
            ("MGF1 is of SHA-512", {"mgf": "sha512"}), ("MGF1 counts from 1", {"first": 1}),
            ("MGF1 counts little endian", {"order": "little"}),
            ("H is SHA-384", {"hash": "sha384"}), ("H is SHA-512", {"hash": "sha512"}),
            ("H is SHA-1", {"hash": "sha1"}), ("H is SHA3-256", {"hash": "sha3_256"}),
            ("H lacks the eight zeros", {"prefix": b""}), ("H has seven zeros", {"prefix": bytes(7)}),
            ("H has nine zeros", {"prefix": bytes(9)}), ("H is over a byte more", {"tail": b"\0"}),
            ("H is the digest", {"h": digest}), ("H is zeros", {"h": bytes(32)}),
            ("H is of the salt before the digest", {"h": sha256(bytes(8), make.salt, digest)}),
            ("H is of the digest's digest", {"digest": sha256(digest)})):
        cases.refuse(comment, key, digest, make.sign(**changes))
    salt = make.find_salt("a set top bit", lambda salt: number_of(make.encode(salt=salt, top=0x80)) < make.n)
    cases.refuse("the top bit of the encoded message is set", key, digest, make.sign(salt=salt, top=0x80))


def add_other_schemes(make):
    cases, key, digest = make.cases, make.key, make.digest
    info = SHA256_INFO + digest
    v15 = b"\0\1" + b"\xff" * (make.size - 3 - len(info)) + b"\0" + info
    cases.refuse("PKCS#1 v1.5", key, digest, make.open_to(v15))
    cases.refuse("PKCS#1 v1.5 without its ff", key, digest, make.open_to(
        b"\0\1\0" + info + bytes(make.size - 3 - len(info))))
    cases.refuse("the digest without padding", key, digest,
                 make.open_to(bytes(make.size - 32) + digest))
    cases.refuse("X9.31", key, digest, make.open_to(
        b"\x6b" + b"\xbb" * (make.size - 36) + b"\xba" + digest + b"\x34\xcc"))
    cases.refuse("the encoded message itself", key, digest, make.encode())
    cases.refuse("PSS for a modulus one byte shorter", key, digest,
                 make.open_to(b"\0" + make.encode(size=make.size - 1)))


def add_numbers(make):
    """The signature is a number below the modulus, of the modulus' size."""
    cases, key, digest, n = make.cases, make.key, make.digest, make.n
    top = 256**make.size - 1
    for name, value in (("0", 0), ("1", 1), ("2", 2), ("n - 1", n - 1), ("n", n), ("n + 1", n + 1),
                        ("all ones", top), ("p, a factor of n", make.primes[0])):
        cases.refuse(f"s is {name}", key, digest, value.to_bytes(make.size, "big"))
    good = make.sign(salt=make.find_salt("a small s", lambda salt: number_of(make.sign(salt=salt)) + n <= top))
    s = number_of(good)
    cases.accept("a small s", key, digest, good)
    cases.refuse("the same s + n", key, digest, (s + n).to_bytes(make.size, "big"))
    cases.refuse("the same n - s", key, digest, (n - s).to_bytes(make.size, "big"))
    cases.refuse("the same s little endian", key, digest, good[::-1])
    for comment, signature in (("empty", b""), ("one byte short", good[:-1]),
                               ("without its first byte", good[1:]), ("a zero byte longer", good + b"\0"),
                               ("a zero byte longer in front", b"\0" + good), ("half", good[:make.size // 2]),
                               ("twice", good + good), ("in an OCTET STRING", der.element(4, good))):
        cases.refuse(f"the signature is {comment}", key, digest, signature)
    for size in (0, 1, 20, 31, 33, 48, 64):
        wrong = draw(f"{make.name} digest of {size}", size)
        cases.refuse(f"a digest of {size} bytes, signed all the same", key, wrong, make.sign(digest=wrong))


def add_exponents(make):
    """With another exponent, what a key of that exponent signs; with 1, what anybody signs."""
    cases, digest, n = make.cases, make.digest, make.n
    encoded = make.encode()
    for e in OTHER_EXPONENTS:
        cases.refuse(f"the exponent is {e:#x}", public_key(n, e), digest, make.open_to(encoded, e))
    cases.refuse("the exponent is 1, the signature the encoded message", public_key(n, 1), digest, encoded)
    for name, e in (("0", 0), ("2", 2), ("-65537", -E), ("65536", 65536), ("n", n)):
        cases.refuse(f"the exponent is {name}", public_key(n, e), digest, make.sign())
    for name, content in (("a zero byte in front", b"\0\1\0\1"), ("two zero bytes in front", b"\0\0\1\0\1"),
                          ("no content", b"")):
        cases.refuse(f"the exponent with {name}",
                     der.sequence(der.integer(n), der.element(der.INTEGER, content)), digest, make.sign())


def add_keys(make):
    cases, key, digest, n, good = make.cases, make.key, make.digest, make.n, make.sign()
    modulus, exponent = der.integer(n), der.integer(E)
    body = modulus + exponent
    spki = der.sequence(der.sequence(der.oid(RSA_ENCRYPTION), b"\x05\x00"), der.bit_string(key))
    for comment, other in (
            ("empty", b""), ("a byte short", key[:-1]), ("a byte long", key + b"\0"),
            ("half", key[:len(key) // 2]), ("SPKI", spki), ("the modulus alone", n.to_bytes(make.size, "big")),
            ("zeros", bytes(len(key))), ("without its exponent", der.sequence(modulus)),
            ("without its modulus", der.sequence(exponent)),
            ("the exponent before the modulus", der.sequence(exponent, modulus)),
            ("with a third number", der.sequence(modulus, exponent, exponent)),
            ("with a negative modulus",
             der.sequence(der.element(der.INTEGER, n.to_bytes(make.size, "big")), exponent)),
            ("with a zero byte too many in the modulus",
             der.sequence(der.element(der.INTEGER, b"\0" + der.digits(n)), exponent)),
            ("with a longer length of the sequence", b"\x30\x83\x00" + key[2:4] + body),
            ("with a longer length of the modulus",
             der.sequence(b"\x02\x83\x00" + modulus[2:], exponent)),
            ("with a longer length of the exponent", der.sequence(modulus, b"\x02\x81\x03\x01\x00\x01")),
            ("of indefinite length", b"\x30\x80" + body + b"\0\0"),
            ("with another tag", b"\x31" + key[1:])):
        cases.refuse(f"the key is {comment}" if comment[:4] != "with" else f"the key {comment}", other,
                     digest, good)
    cases.refuse("by another key", public_key(make.n + 2), digest, good)
    odd = draw_prime(f"{make.name} even", make.bits // 2 - 1, COPRIME)
    even = Maker(make.bits, [2, make.primes[0], odd])
    cases.refuse("the modulus is even", even.key, even.digest, even.sign())
    cases.refuse("the modulus is all ones", public_key(256**make.size - 1), digest, good)
    cases.refuse("the modulus is 0", public_key(0), digest, good)
    cases.refuse("the modulus is 1", public_key(1), digest, good)


def add_sizes(make):
    """Right signatures by keys of other sizes."""
    for bits in (make.bits - 2, make.bits - 8, 1024, 2048 if make.bits != 2048 else 3072):
        other = Maker(bits)
        make.cases.refuse(f"all of a key of {bits} bits", other.key, other.digest, other.sign())
    short = Maker(make.bits - 2)
    key = der.sequence(der.element(der.INTEGER, b"\0" + short.n.to_bytes(make.size, "big")), der.integer(E))
    make.cases.refuse("a modulus without its top bit, a zero byte in front", key, short.digest, short.sign())


def rsa_cases(bits):
    make = Maker(bits)
    for add in (add_good, add_changed, add_encodings, add_other_schemes, add_numbers, add_exponents,
                add_keys, add_sizes):
        add(make)
    return make.cases

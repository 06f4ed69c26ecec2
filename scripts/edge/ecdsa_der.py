# SPDX-License-Identifier: Apache-2.0
"""The DER of an ECDSA signature: one encoding is right, and each of the others is a way to forge an
image that differs from the signed one, or to reach code that nobody tested."""
from . import der
from .cases import Cases
from .ecdsa import Maker


def element(tag, content, size=None):
    """Short form, with a size that may lie."""
    return bytes([tag, len(content) if size is None else size]) + content


class DerMaker:
    """One signature in parts: the contents of r and s, and whatever is to be wrong about them."""

    def __init__(self, curve):
        self.make = Maker(curve)
        self.cases = Cases(f"{curve.name}-der", self.judge)
        self.key, self.digest = self.make.key, self.make.digest
        nonce = 0
        # r and s with their top bits set, so that both need a zero byte in front.
        while True:
            r, s = self.make.sign(self.digest, label=f"der nonce {nonce}")
            if min(r, s) >> (8 * curve.size - 1):
                break
            nonce += 1
        self.numbers = r, s
        self.r, self.s = element(der.INTEGER, der.digits(r)), element(der.INTEGER, der.digits(s))
        self.good = element(der.SEQUENCE, self.r + self.s)

    def judge(self, key, digest, signature):
        pair = der.read_signature(signature)
        top = 256**self.make.curve.size
        return pair is not None and max(pair) < top and self.make.judge(key, digest, self.make.raw(*pair))

    def accept(self, comment, signature):
        self.cases.accept(comment, self.key, self.digest, signature)

    def refuse(self, comment, signature):
        self.cases.refuse(comment, self.key, self.digest, signature)


def add_good(make):
    curve, inner = make.make.curve, make.make
    make.accept("r and s with a zero byte each, which their top bits ask for", make.good)
    for label in ("first", "second", "third"):
        digest = inner.digest
        make.accept(f"a plain signature, the {label}",
                    der.signature(*inner.sign(digest, label=f"plain der {label}")))
    point = curve.first_x(1)
    make.cases.accept("r and s as short as they get", inner.key_for(point, point[0], 1, make.digest),
                      make.digest, der.signature(point[0], 1))
    point = curve.first_x(2**(8 * curve.size - 12))
    make.cases.accept("r shorter by a byte, s by two",
                      inner.key_for(point, point[0], 2**(8 * curve.size - 20) + 1, make.digest), make.digest,
                      der.signature(point[0], 2**(8 * curve.size - 20) + 1))
    point = curve.first_x(0x80)
    make.cases.accept("r and s of one byte whose top bit is set",
                      inner.key_for(point, point[0], 0xff, make.digest), make.digest,
                      der.signature(point[0], 0xff))


def add_lengths(make):
    r, s, body = make.r, make.s, make.r + make.s
    size = len(body)
    for comment, head in (("81", [0x81, size]), ("82", [0x82, 0, size]), ("83", [0x83, 0, 0, size]),
                          ("84", [0x84, 0, 0, 0, size]), ("88", [0x88] + [0] * 7 + [size]),
                          ("84 with a huge value", [0x84, 0xff, 0xff, 0xff, 0xff]),
                          ("84 that wraps to the right one", [0x84, 1, 0, 0, size]),
                          ("ff", [0xff]), ("80 alone", [0x80]), ("0", [0])):
        make.refuse(f"the sequence's length in the form {comment}", bytes([0x30] + head) + body)
    make.refuse("indefinite length, ended by two zeros", b"\x30\x80" + body + b"\0\0")
    for name, one, other in (("r", r, s), ("s", s, r)):
        content = one[2:]
        for comment, head in (("81", [0x81, len(content)]), ("82", [0x82, 0, len(content)]),
                              ("80", [0x80]), ("ff", [0xff]), ("84 with a huge value", [0x84] + [0xff] * 4)):
            changed = bytes([2] + head) + content
            both = changed + other if name == "r" else other + changed
            make.refuse(f"{name}'s length in the form {comment}", element(0x30, both))
        for comment, lie in (("one too long", len(content) + 1), ("one too short", len(content) - 1),
                             ("beyond the end", 0x7f), ("0", 0)):
            changed = element(2, content, lie)
            both = changed + other if name == "r" else other + changed
            make.refuse(f"{name}'s length is {comment}", element(0x30, both))
    make.refuse("the sequence's length is one too long", element(0x30, body, size + 1))
    make.refuse("the sequence's length is one too short", element(0x30, body, size - 1))
    make.refuse("the sequence ends with r", element(0x30, body, len(r)))


def add_integers(make):
    curve = make.make.curve
    (r, s), n = make.numbers, curve.n
    top = 256**curve.size
    zero, empty = element(2, b"\0"), element(2, b"")
    forms = {
        "a zero byte too many": lambda v: b"\0" + der.digits(v),
        "sixteen zero bytes too many": lambda v: bytes(16) + der.digits(v),
        "no zero byte: negative": lambda v: der.digits(v)[1:],
        "ff in front": lambda v: b"\xff" + der.digits(v)[1:],
        "the sign changed": lambda v: der.digits(-v),
        "n taken off": lambda v: der.digits(v - n),
        "n added": lambda v: der.digits(v + n),
        "2 to the size of the curve added": lambda v: der.digits(v + top),
        "all ones": lambda v: der.digits(top - 1),
        "n for a value": lambda v: der.digits(n),
        "minus 1 for a value": lambda v: der.digits(-1),
        "zero bytes behind": lambda v: der.digits(v) + b"\0\0",
    }
    for comment, form in forms.items():
        make.refuse(f"r with {comment}", element(0x30, element(2, form(r)) + make.s))
        make.refuse(f"s with {comment}", element(0x30, make.r + element(2, form(s))))
    for comment, one, other in (("r is 0", zero, make.s), ("s is 0", make.r, zero), ("both are 0", zero, zero),
                                ("r is empty", empty, make.s), ("s is empty", make.r, empty),
                                ("both are empty", empty, empty), ("r is missing", b"", make.s),
                                ("s is missing", make.r, b""), ("both are missing", b"", b""),
                                ("r and s are exchanged", make.s, make.r)):
        make.refuse(comment, element(0x30, one + other))


def add_tags(make):
    r, s = make.r, make.s
    for tag in (0x00, 0x10, 0x31, 0x24, 0x70, 0xb0, 0xff):
        make.refuse(f"the sequence's tag is {tag:02x}", element(tag, r + s))
    for tag in (0x00, 0x01, 0x03, 0x04, 0x09, 0x0a, 0x22, 0x42, 0x82, 0xff):
        make.refuse(f"r's tag is {tag:02x}", element(0x30, bytes([tag]) + r[1:] + s))
        make.refuse(f"s's tag is {tag:02x}", element(0x30, r + bytes([tag]) + s[1:]))
    make.refuse("the sequence's tag in two bytes", b"\x3f\x10" + bytes([len(r + s)]) + r + s)


def add_surroundings(make):
    curve, good, r, s = make.make.curve, make.good, make.r, make.s
    for comment, signature in (
            ("an empty signature", b""), ("a tag alone", good[:1]), ("a head alone", good[:2]),
            ("one byte short", good[:-1]), ("half", good[:len(good) // 2]), ("r alone", good[:2 + len(r)]),
            ("a zero byte behind", good + b"\0"), ("a zero byte in front", b"\0" + good),
            ("NULL behind", good + b"\x05\x00"), ("twice", good + good), ("zeros throughout", bytes(len(good))),
            ("a zero byte within, behind s", element(0x30, r + s + b"\0")),
            ("NULL within, behind s", element(0x30, r + s + b"\x05\x00")),
            ("NULL within, before r", element(0x30, b"\x05\x00" + r + s)),
            ("NULL within, between", element(0x30, r + b"\x05\x00" + s)),
            ("a third number", element(0x30, r + s + s)),
            ("a sequence in a sequence", element(0x30, good)),
            ("r in a sequence of its own", element(0x30, element(0x30, r) + s)),
            ("in an OCTET STRING", element(0x04, good)), ("in a BIT STRING", element(0x03, b"\0" + good)),
            ("r || s", make.make.raw(*make.numbers)), ("r || s of zeros", bytes(2 * curve.size)),
            ("PEM's first letters", b"MEUCIQ")):
        make.refuse(comment, signature)


def der_cases(curve):
    make = DerMaker(curve)
    for add in (add_good, add_lengths, add_integers, add_tags, add_surroundings):
        add(make)
    return make.cases

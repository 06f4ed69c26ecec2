# SPDX-License-Identifier: Apache-2.0
"""
ECDSA. With R = u1 G + u2 Q, r = x(R), s = r / u2, e = u1 s the signature (r, s) of digest e is valid for
any key Q and any scalars: so cases are made for chosen scalars and for keys whose secret nobody knows.
"""
from . import der
from .cases import Cases, flip
from .curve import Curve, P256, P384, SECP256K1
from .numbers import draw, draw_below


class Maker:
    def __init__(self, curve):
        self.curve = curve
        self.cases = Cases(curve.name, self.judge)
        self.d = draw_below(f"{curve.name} key", curve.n)
        self.q = curve.mul(self.d, curve.g)
        self.key = curve.spki(self.q)
        self.digest = draw(f"{curve.name} digest", curve.size)
        self.r, self.s = self.sign(self.digest)

    def below(self, label):
        return draw_below(f"{self.curve.name} {label}", self.curve.n)

    def raw(self, r, s):
        return self.curve.bytes(r) + self.curve.bytes(s)

    def number(self, digest):
        """The leftmost bits, as many as n has: they are whole bytes on both curves."""
        return int.from_bytes(digest[:self.curve.size], "big")

    def sign(self, digest, d=None, label="nonce"):
        curve, k = self.curve, self.below(label)
        r = curve.mul(k, curve.g)[0] % curve.n
        return r, (self.number(digest) + r * (d or self.d)) * pow(k, -1, curve.n) % curve.n

    def from_scalars(self, q, u1, u2, r=None):
        """(digest, signature); r is given where u1 G + u2 Q is infinity or to be ignored."""
        curve = self.curve
        if r is None:
            r = curve.add(curve.mul(u1, curve.g), curve.mul(u2, q))[0] % curve.n
        s = r * pow(u2, -1, curve.n) % curve.n
        return curve.bytes(u1 * s % curve.n), self.raw(r, s)

    def key_for(self, point, r, s, digest):
        """The key for which u1 G + u2 Q is that point: Q = r^-1 (s R - e G)."""
        curve = self.curve
        inverse = pow(r, -1, curve.n)
        q = curve.add(curve.mul(s * inverse, point),
                      curve.mul(-self.number(digest) * inverse, curve.g))
        return curve.spki(q)

    def judge(self, key, digest, signature):
        """The strict verifier: one encoding of a key, digests and signatures of one size."""
        curve, size = self.curve, self.curve.size
        x, y = (int.from_bytes(part, "big") for part in (key[-2 * size:-size], key[-size:]))
        if max(x, y) >= curve.p or key != curve.spki((x, y)) or not curve.contains(x, y):
            return False
        if len(digest) != size or len(signature) != 2 * size:
            return False
        r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
        if not (0 < r < curve.n and 0 < s < curve.n):
            return False
        inverse = pow(s, -1, curve.n)
        point = curve.add(curve.mul(self.number(digest) * inverse, curve.g),
                          curve.mul(r * inverse, (x, y)))
        return point is not None and point[0] % curve.n == r


def add_plain(make):
    cases, curve, key, digest = make.cases, make.curve, make.key, make.digest
    r, s = make.r, make.s
    good = make.raw(r, s)
    cases.accept("a plain signature", key, digest, good)
    cases.accept("the same with s negated: valid as ECDSA goes", key, digest, make.raw(r, curve.n - s))
    for place, what in ((0, "first"), (-1, "last")):
        cases.refuse(f"a bit of the digest's {what} byte changed", key, flip(digest, place), good)
        cases.refuse(f"a bit of r's {what} byte changed", key, digest,
                     make.raw(int.from_bytes(flip(curve.bytes(r), place), "big"), s))
        cases.refuse(f"a bit of s's {what} byte changed", key, digest,
                     make.raw(r, int.from_bytes(flip(curve.bytes(s), place), "big")))
    cases.refuse("r negated", key, digest, make.raw(curve.n - r, s))
    cases.refuse("r and s exchanged", key, digest, make.raw(s, r))
    cases.refuse("r and s little endian", key, digest,
                 curve.bytes(r)[::-1] + curve.bytes(s)[::-1])
    cases.refuse("by another key", curve.spki(curve.mul(make.below("other key"), curve.g)), digest, good)
    cases.refuse("by the key with y negated", curve.spki(curve.negate(make.q)), digest, good)


def add_lengths(make):
    cases, curve, key, digest = make.cases, make.curve, make.key, make.digest
    good = make.raw(make.r, make.s)
    for size in (0, 1, 20, curve.size - 1, curve.size + 1, 64 if curve.size < 48 else 32):
        short = draw(f"{curve.name} digest of {size}", size)
        cases.refuse(f"a digest of {size} bytes, signed as ECDSA would cut or extend it", key, short,
                     make.raw(*make.sign(short)))
    for comment, signature in (
            ("an empty signature", b""), ("r alone", good[:curve.size]), ("one byte short", good[:-1]),
            ("one zero byte behind", good + b"\0"), ("one zero byte in front", b"\0" + good),
            ("r and s each with a zero byte in front",
             b"\0" + good[:curve.size] + b"\0" + good[curve.size:]),
            ("the signature twice", good + good), ("a signature in DER", der.signature(make.r, make.s))):
        cases.refuse(comment, key, digest, signature)


def add_bounds(make):
    """r and s at their bounds. Those beyond would be good modulo n, or are what checks forget."""
    cases, curve, key, digest = make.cases, make.curve, make.key, make.digest
    n, p, r, s = curve.n, curve.p, make.r, make.s
    top = 256**curve.size - 1
    names = {"0": 0, "1": 1, "n - 1": n - 1, "n": n, "n + 1": n + 1, "p": p, "all ones": top}
    for name, value in names.items():
        cases.refuse(f"r is {name}", key, digest, make.raw(value, s))
        cases.refuse(f"s is {name}", key, digest, make.raw(r, value))
    for one, other in (("0", "0"), ("n", "n"), ("0", "n"), ("n", "0"), ("1", "0"), ("0", "1"), ("1", "1"),
                       ("all ones", "all ones")):
        cases.refuse(f"r is {one} and s is {other}", key, digest, make.raw(names[one], names[other]))
    # Where u1 and u2 are 0 the point is infinity; who takes 0 for its x takes this for a signature.
    for name, zero in (("0", bytes(curve.size)), ("n", curve.bytes(n))):
        for r_name, value in (("0", 0), ("n", n)):
            for s_name, other in (("0", 0), ("1", 1), ("plain", s)):
                cases.refuse(f"the digest is {name}, r is {r_name}, s is {s_name}", key, zero,
                             make.raw(value, other))
    for name, value in (("1", 1), ("2", 2), ("n - 1", n - 1), ("n - 2", n - 2), ("(n - 1) / 2", n // 2),
                        ("a power of 2", 2**(8 * curve.size - 1))):
        point = curve.mul(make.below(f"s {name}"), curve.g)
        x = point[0] % n
        one_key = make.key_for(point, x, value, digest)
        cases.accept(f"s is {name}", one_key, digest, make.raw(x, value))
        if value + n <= top:
            cases.refuse(f"s is {name} + n", one_key, digest, make.raw(x, value + n))


def add_x_of_r(make):
    """x(R) is a number below p, r the same modulo n, and p - n is small but not 0."""
    cases, curve, digest = make.cases, make.curve, make.digest
    n, p = curve.n, curve.p
    s = make.below("s of x(R)")

    def both(comment, point, r, accept):
        inputs = (make.key_for(point, r % n, s, digest), digest, make.raw(r, s))
        cases.add(accept, comment, inputs)

    for comment, point in (("the smallest above n", curve.first_x(n + 1)),
                           ("the largest below p", curve.first_x(p - 1, -1)),
                           ("some way between n and p",
                            curve.first_x(n + make.below("x between") % (p - n)))):
        assert n < point[0] < p
        both(f"x(R) is {comment}: r is x - n", point, point[0] - n, True)
        both(f"x(R) is {comment}: r is x itself", point, point[0], False)
    small = curve.first_x(1)
    both("r is the smallest there is", small, small[0], True)
    both("r + n of a small r", small, small[0] + n, False)
    large = curve.first_x(n - 1, -1)
    both("r is the largest there is", large, large[0], True)
    edge = curve.first_x(p - n - 1, -1)
    both("r is just below p - n, and x(R) is r", edge, edge[0], True)
    edge = curve.first_x(p - n)
    both("r is just above p - n, and x(R) is r", edge, edge[0], True)
    # r + n = p + x here: who compares x + n modulo p, without its bound, takes it.
    both("x(R) is r + n - p", small, small[0] + p - n, False)
    both("x(R) is r + p - n", curve.first_x(p - 1, -1), (curve.first_x(p - 1, -1)[0] + n - p) % n, False)


def add_digests(make):
    """The digest is a number modulo n, and may lie beyond n."""
    cases, curve, key, n = make.cases, make.curve, make.key, make.curve.n
    top = 256**curve.size - 1
    for name, value in (("0", 0), ("1", 1), ("n - 1", n - 1), ("n", n), ("n + 1", n + 1), ("p", curve.p),
                        ("all ones", top), ("the top bit alone", top // 2 + 1)):
        digest = curve.bytes(value)
        r, s = make.sign(digest, label=f"digest {name}")
        cases.accept(f"the digest is {name}", key, digest, make.raw(r, s))
        if value in (n, 0):
            cases.accept(f"the digest is {n - value and '0' or 'n'}, signed as {name}", key,
                         curve.bytes(n - value), make.raw(r, s))
        cases.refuse(f"the digest is {name}, and a bit of s is changed", key, digest, make.raw(r, s ^ 4))


def add_scalars(make):
    """u1 G + u2 Q by chosen scalars: doublings, cancellations and infinity where nobody expects them."""
    cases, curve, n = make.cases, make.curve, make.curve.n
    half, power = (n + 1) // 2, 2**(8 * curve.size - 1) % n
    keys = {"G": 1, "-G": n - 1, "2G": 2, "-2G": n - 2, "3G": 3, "G / 2": half, "a plain key": make.d}
    pairs = {"G": ((1, 1), (0, 1), (2, 1), (1, 2), (n - 1, 2), (n - 2, 1), (3, n - 1), (power, power),
                   (half, half), (n - 1, n - 1)),
             "-G": ((1, 2), (2, 1), (0, n - 1), (3, 1), (n - 1, 1), (power, 1), (half, 1)),
             "2G": ((2, 1), (n - 4, 1), (1, half), (4, n - 1), (0, 2)),
             "-2G": ((4, 1), (half, n - 1)),
             "3G": ((3, 1), (1, 1), (n - 1, 1)),
             "G / 2": ((1, 1), (half, 1), (1, n - 1)),
             "a plain key": ((0, 1), (1, 1), (n - 1, 1), (1, n - 1), (power, power), (power, 1), (1, power),
                             (5, 5), (half, half), (n - 2, n - 2))}
    names = {n - 1: "-1", n - 2: "-2", n - 4: "-4", half: "1/2", power: "the top bit"}
    for name, q in keys.items():
        point = curve.mul(q, curve.g)
        key = curve.spki(point)
        for u1, u2 in pairs[name]:
            digest, good = make.from_scalars(point, u1, u2)
            cases.accept(f"Q is {name}, u1 is {names.get(u1, u1)}, u2 is {names.get(u2, u2)}", key, digest,
                         good)
        for label in ("first", "second"):
            digest = draw(f"{curve.name} {label} digest by {name}", curve.size)
            r, s = make.sign(digest, q, f"{label} nonce by {name}")
            cases.accept(f"Q is {name}, {label} plain signature", key, digest, make.raw(r, s))
        for u2 in {1: (1,), n - 1: (1,)}.get(q, (1, make.below(f"u2 of {name}"))):
            u1 = u2 * q % n
            digest, good = make.from_scalars(point, u1, u2)
            if (u1, u2) not in pairs[name]:
                cases.accept(f"Q is {name}, u1 G equals u2 Q, u2 is {'1' if u2 == 1 else 'plain'}", key,
                             digest, good)
            for r_name, r in (("1", 1), ("x(G)", curve.g[0] % n), ("x(u2 Q)",
                                                                   curve.mul(u2, point)[0] % n)):
                if (r_name, u2, q) not in (("x(u2 Q)", 1, 1), ("x(u2 Q)", 1, n - 1)):
                    digest, bad = make.from_scalars(point, -u1, u2, r)
                    cases.refuse(f"Q is {name}, u1 G equals -u2 Q: infinity has no x, u2 is"
                                 f" {'1' if u2 == 1 else 'plain'}, r is {r_name}", key, digest, bad)
    u1, u2 = make.below("u1"), make.below("u2")
    other = curve.add(curve.mul(u1, curve.g), curve.negate(curve.mul(u2, make.q)))
    for comment, r in (("x(u1 G - u2 Q)", other[0]), ("x(u1 G)", curve.mul(u1, curve.g)[0]),
                       ("x(u2 Q)", curve.mul(u2, make.q)[0]), ("x(Q)", make.q[0]), ("x(G)", curve.g[0])):
        cases.refuse(f"r is {comment}", make.key, *make.from_scalars(make.q, u1, u2, r % n))


def add_points(make):
    """Points that are none, or written as they must not be; each would be taken if it were believed."""
    cases, curve, digest = make.cases, make.curve, make.digest
    good = make.raw(make.r, make.s)
    x, y = make.q
    xy = curve.bytes(x) + curve.bytes(y)
    u1, u2 = make.below("u1 of points"), make.below("u2 of points")
    for axis, point in (("x", curve.first_x(1)), ("y", curve.first_y(1))):
        digest_of, signature = make.from_scalars(point, u1, u2)
        cases.accept(f"a key with a small {axis}", curve.spki(point), digest_of, signature)
        shifted = (point[0] + (axis == "x") * curve.p, point[1] + (axis == "y") * curve.p)
        cases.refuse(f"the same with p added to {axis}", curve.spki(shifted), digest_of, signature)
    # As if Q were infinity: x(u1 G) with any u2.
    r = curve.mul(u1, curve.g)[0] % curve.n
    nothing = make.from_scalars(None, u1, u2, r)
    cases.refuse("the key is infinity, as one byte 0", curve.spki_of(b"\0"), *nothing)
    cases.refuse("the key is infinity, as 04 and zeros", curve.spki((0, 0)), *nothing)
    cases.refuse("the key is infinity, as zeros throughout", curve.spki_of(bytes(1 + 2 * curve.size)),
                 *nothing)
    # (x, 0) is of order 2 on its own curve, where an even u2 makes it vanish.
    cases.refuse("the key is of order 2 on another curve", curve.spki((x, 0)),
                 *make.from_scalars(None, u1, 2, r))
    # Addition and doubling do not ask for b: a point (x, y) off the curve lies on one with another b.
    # Q alone leads to points of that curve; and Q added at last to one of ours, to what the chord gives.
    off = (x, y ^ 1)
    other = Curve(curve.name, curve.p, curve.a, off[1]**2 - (off[0]**2 + curve.a) * off[0], curve.n, off,
                  curve.oid)
    for comment, u1_off, u2_off in (("u1 is 0", 0, u2), ("u1 is 0, u2 is 1", 0, 1), ("u2 is 1", 2 * u1, 1)):
        point = curve.add(curve.mul(u1_off, curve.g), other.mul(u2_off, off))
        cases.refuse(f"the key is not on the curve, {comment}", curve.spki(off),
                     *make.from_scalars(None, u1_off, u2_off, point[0] % curve.n))
    cases.refuse("y changed by one bit: not on the curve", curve.spki((x, y ^ 1)), digest, good)
    cases.refuse("x changed by one bit: not on the curve", curve.spki((x ^ 1, y)), digest, good)
    cases.refuse("x and y exchanged: not on the curve", curve.spki((y, x)), digest, good)
    cases.refuse("x is p, y is p", curve.spki((curve.p, curve.p)), digest, good)
    cases.refuse("x and y are all ones", curve.spki_of(b"\x04" + b"\xff" * (2 * curve.size)), digest, good)
    for comment, encoded in (
            ("compressed", bytes([2 + y % 2]) + curve.bytes(x)),
            ("compressed, with the other y", bytes([3 - y % 2]) + curve.bytes(x)),
            ("hybrid", bytes([6 + y % 2]) + xy), ("hybrid, with the wrong parity", bytes([7 - y % 2]) + xy),
            ("of form 00", b"\x00" + xy),
            ("with 02 in front of both coordinates", b"\x02" + xy), ("without its form", xy),
            ("one byte short", b"\x04" + xy[:-1]), ("one byte long", b"\x04" + xy + b"\0"),
            ("x alone", b"\x04" + curve.bytes(x))):
        cases.refuse(f"the point is {comment}", curve.spki_of(encoded), digest, good)


def add_keys(make):
    """The one encoding of a key, and what others would pass for it."""
    cases, curve, key, digest = make.cases, make.curve, make.key, make.digest
    good = make.raw(make.r, make.s)
    point = b"\x04" + key[-2 * curve.size:]
    algorithm = der.sequence(der.oid("2a8648ce3d0201"), der.oid(curve.oid))
    body = algorithm + der.bit_string(point)
    explicit = der.sequence(
        der.integer(1), der.sequence(der.oid("2a8648ce3d0101"), der.integer(curve.p)),
        der.sequence(der.element(der.OCTET_STRING, curve.bytes(curve.a % curve.p)),
                     der.element(der.OCTET_STRING, curve.bytes(curve.b))),
        der.element(der.OCTET_STRING, b"\x04" + curve.bytes(curve.g[0]) + curve.bytes(curve.g[1])),
        der.integer(curve.n))
    for comment, other in (
            ("empty", b""), ("a byte short", key[:-1]), ("a byte long", key + b"\0"),
            ("half", key[:len(key) // 2]), ("twice", key + key), ("the point alone", point),
            ("with a long-form length", bytes([0x30, 0x81, len(body)]) + body),
            ("with a longer length than there is", bytes([0x30, len(body) + 1]) + body),
            ("of indefinite length", b"\x30\x80" + body + b"\0\0"),
            ("with a third element", der.sequence(algorithm, der.bit_string(point), b"\x05\x00")),
            ("with the point in an OCTET STRING",
             der.sequence(algorithm, der.element(der.OCTET_STRING, b"\0" + point))),
            ("without parameters", der.sequence(der.sequence(der.oid("2a8648ce3d0201")),
                                                der.bit_string(point))),
            ("with parameters NULL", curve.spki_of(point, parameters=b"\x05\x00")),
            ("with explicit parameters", curve.spki_of(point, parameters=explicit)),
            ("for ECDH only", curve.spki_of(point, algorithm="2b8104010c")),
            ("zeros", bytes(len(key)))):
        cases.refuse(f"the key is {comment}", other, digest, good)
    for place in range(len(key) - 2 * curve.size):
        cases.refuse(f"byte {place} of the key's head changed", flip(key, place), digest, good)


def add_other_curves(make):
    """Right signatures by keys of curves that the scheme is not for."""
    cases, curve = make.cases, make.curve
    for other in (P256, P384, SECP256K1):
        if other is not curve:
            maker = Maker(other)
            signature = maker.raw(maker.r, maker.s)
            cases.refuse(f"all of {other.name}", maker.key, maker.digest, signature)
            cases.refuse(f"the key is of {other.name}", maker.key, make.digest, make.raw(make.r, make.s))
    for name, oid in (("secp256k1", "2b8104000a"), ("brainpoolP256r1", "2b2403030208010107"),
                      ("brainpoolP384r1", "2b240303020801010b")):
        cases.refuse(f"the curve is called {name}",
                     curve.spki_of(b"\x04" + make.key[-2 * curve.size:], parameters=der.oid(oid)),
                     make.digest, make.raw(make.r, make.s))


def raw_cases(curve):
    make = Maker(curve)
    for add in (add_plain, add_lengths, add_bounds, add_x_of_r, add_digests, add_scalars, add_points,
                add_keys, add_other_curves):
        add(make)
    return make.cases

# SPDX-License-Identifier: Apache-2.0
"""
Ed25519 in its strict form: S below L; the key's y below p and the key not of small order; R compared as
bytes with [S]B - [k]A, without the cofactor. Whatever passes in a laxer form is refused here.
"""
import hashlib

from . import der
from .cases import Cases, flip
from .numbers import draw, draw_below

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
HEAD = bytes.fromhex("302a300506032b6570032100")
NEUTRAL = (0, 1)


def add(one, two):
    (x1, y1), (x2, y2) = one, two
    xy, yx, xx, yy = x1 * y2, x2 * y1, x1 * x2, y1 * y2
    t = D * xx * yy % P
    return (xy + yx) * pow(1 + t, -1, P) % P, (yy + xx) * pow(1 - t, -1, P) % P


def negate(point):
    return -point[0] % P, point[1]


def mul(k, point):
    """(X, Y, Z, T) is the point (X / Z, Y / Z) with T = X Y / Z: no inversion but the last."""
    def extended(one, two):
        (x1, y1, z1, t1), (x2, y2, z2, t2) = one, two
        xx, yy, zz, tt = x1 * x2 % P, y1 * y2 % P, z1 * z2 % P, D * t1 * t2 % P
        e, h = (x1 * y2 + x2 * y1) % P, (yy + xx) % P
        f, g = zz - tt, zz + tt
        return e * f % P, g * h % P, f * g % P, e * h % P

    total, x, y = (0, 1, 1, 0), *point
    for bit in bin(k)[2:]:
        total = extended(total, total)
        if bit == "1":
            total = extended(total, (x, y, 1, x * y % P))
    inverse = pow(total[2], -1, P)
    return total[0] * inverse % P, total[1] * inverse % P


def at_y(y, odd=0):
    """The point with this y and an x of this parity, or None; x = 0 has no odd form."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x % 2 == odd else -x % P), y % P


def encode(point, shift=0, odd=None):
    """shift is added to y; odd overrides the parity of x."""
    odd = point[0] % 2 if odd is None else odd
    return (point[1] + shift | odd << 255).to_bytes(32, "little")


def decode(data):
    """A point in its one encoding, or None."""
    number = int.from_bytes(data, "little")
    point = at_y(number % 2**255, number >> 255) if number % 2**255 < P else None
    return point if point and encode(point) == data else None


B = at_y(4 * pow(5, -1, P))
assert mul(L, B) == NEUTRAL
# L times any point is of small order; the first y whose result has order 8 gives all eight.
TORSION = next(t for t in (mul(L, point) for point in map(at_y, range(2, 50)) if point)
               if mul(4, t) != NEUTRAL)
SMALL = [mul(i, TORSION) for i in range(8)]


def order(i):
    return next(n for n in (1, 2, 4, 8) if n * i % 8 == 0)


def hash_of(r, a, message):
    """Modulo L, as everybody computes it: with a part of small order in A it makes a difference."""
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def s_bytes(s):
    return s.to_bytes(32, "little")


class Maker:
    def __init__(self):
        self.cases = Cases("ed25519", self.judge)
        self.a = draw_below("ed25519 key", L)
        self.point = mul(self.a, B)
        self.encoded = encode(self.point)
        self.key = HEAD + self.encoded
        self.message = draw("ed25519 message", 32)
        self.good = self.sign()

    def sign(self, r=None, r_bytes=None, key=None, message=None, label="nonce", prefix=b""):
        """S = r + k a for R as given; r's point unless told otherwise."""
        r = draw_below(f"ed25519 {label}", L) if r is None else r
        message = self.message if message is None else message
        r_bytes = encode(mul(r, B)) if r_bytes is None else r_bytes
        k = hash_of(prefix + r_bytes, key or self.encoded, message)
        return r_bytes + s_bytes((r + k * self.a) % L)

    def judge(self, key, message, signature):
        point = decode(key[12:]) if len(key) == 44 and key[:12] == HEAD else None
        if point is None or point in SMALL or len(signature) != 64:
            return False
        s = int.from_bytes(signature[32:], "little")
        k = hash_of(signature[:32], key[12:], message)
        return s < L and encode(add(mul(s, B), negate(mul(k, point)))) == signature[:32]


def add_plain(make):
    cases, key, message, good = make.cases, make.key, make.message, make.good
    r, s = good[:32], good[32:]
    # R || A || message in SHA-512: its block is 128 bytes, of which the padding takes at least 17.
    for size in (32, 0, 1, 47, 48, 63, 64, 65, 175, 176, 191, 192, 193, 1023):
        text = draw(f"ed25519 message of {size}", size)
        cases.accept(f"a message of {size} bytes", key, text, make.sign(message=text, label=f"of {size}"))
    for place, what in ((0, "first"), (31, "last"), (16, "middle")):
        cases.refuse(f"a bit of the message's {what} byte changed", key, flip(message, place), good)
        cases.refuse(f"a bit of R's {what} byte changed", key, message, flip(good, place))
        cases.refuse(f"a bit of S's {what} byte changed", key, message, flip(good, 32 + place))
    cases.refuse("the message without its last byte", key, message[:-1], good)
    cases.refuse("the message with a zero byte more", key, message + b"\0", good)
    cases.refuse("an empty message", key, b"", good)
    cases.refuse("R and S exchanged", key, message, s + r)
    cases.refuse("S big endian", key, message, r + s[::-1])
    cases.refuse("R of the other sign", key, message, flip(good, 31, 0x80))
    cases.refuse("-R, and S made for it", key, message,
                 make.sign(r_bytes=flip(good[:32], 31, 0x80)))
    cases.refuse("by another key", HEAD + encode(mul(draw_below("ed25519 other key", L), B)), message, good)
    cases.refuse("by the key of the other sign", flip(key, -1, 0x80), message, good)
    cases.refuse("by the key of the other sign, hashed so", flip(key, -1, 0x80), message,
                 make.sign(key=flip(make.encoded, 31, 0x80)))
    text = hashlib.sha512(message).digest()
    context = b"SigEd25519 no Ed25519 collisions"
    cases.refuse("Ed25519ph", key, message, make.sign(message=text, prefix=context + b"\1\0"))
    cases.refuse("Ed25519ctx", key, message, make.sign(prefix=context + b"\0\1x"))
    cases.refuse("a signature of the message's SHA-512", key, message, make.sign(message=text))
    cases.accept("a message that is a SHA-512", key, text, make.sign(message=text))


def add_s(make):
    """S has one form below L; the others are the same modulo L."""
    cases, key, message, good = make.cases, make.key, make.message, make.good
    r, s = good[:32], int.from_bytes(good[32:], "little")
    for times in range(1, 16):
        if s + times * L < 2**256:
            cases.refuse(f"S + {times} L", key, message, r + s_bytes(s + times * L))
    for bit in (252, 253, 254, 255):
        cases.refuse(f"S with bit {bit} set", key, message, r + s_bytes(s | 1 << bit))
    for name, value in (("0", 0), ("1", 1), ("L - 1", L - 1), ("L", L), ("L + 1", L + 1), ("2 L", 2 * L),
                        ("2^252", 2**252), ("2^255 - 19", P), ("all ones", 2**256 - 1)):
        cases.refuse(f"S is {name}", key, message, r + s_bytes(value))
    cases.refuse("S negated", key, message, r + s_bytes(L - s))
    for size in (0, 1, 31, 32, 63, 65, 96, 128):
        cases.refuse(f"{size} bytes of signature", key, message, (good + bytes(64))[:size])
    cases.refuse("a zero byte in front", key, message, b"\0" + good)
    cases.refuse("zeros throughout", key, message, bytes(64))


def small_key_signature(a_bytes, point):
    """[S]B - [k]A = R for a key of small order: k counts modulo 8 only, so try R for each."""
    for number in range(1000):
        s = draw_below(f"ed25519 small {number}", L)
        for j in range(8):
            r_bytes = encode(add(mul(s, B), negate(mul(j, point))))
            message = draw("ed25519 small message", 32)
            if hash_of(r_bytes, a_bytes, message) % 8 == j:
                return message, r_bytes + s_bytes(s)
    raise AssertionError("nothing found")


def add_small_keys(make):
    """Keys of small order sign everything; each has its forms, and the equation holds for all."""
    cases = make.cases
    for i, point in enumerate(SMALL):
        forms = {"": encode(point)}
        if point[0] == 0:
            forms[", x = 0 with its sign set"] = encode(point, odd=1)
        if point[1] < 19:
            forms[", y not below p"] = encode(point, shift=P)
        if point[0] == 0 and point[1] < 19:
            forms[", y not below p, x = 0 with its sign set"] = encode(point, shift=P, odd=1)
        for what, a_bytes in forms.items():
            message, signature = small_key_signature(a_bytes, point)
            cases.refuse(f"the key is of order {order(i)}: {i} T{what}", HEAD + a_bytes, message, signature)
    neutral = encode(NEUTRAL)
    cases.refuse("the key is neutral, R is neutral, S is 0: good for every message", HEAD + neutral,
                 make.message, neutral + bytes(32))
    cases.refuse("the key is neutral, R is B, S is 1: good for every message", HEAD + neutral, make.message,
                 encode(B) + s_bytes(1))


def add_mixed_keys(make):
    """A = a B + T is a key like others; without the cofactor T counts."""
    cases = make.cases
    for i in range(1, 8):
        point = add(make.point, SMALL[i])
        a_bytes = encode(point)

        def sign(r_of, wanted, a_bytes=a_bytes):
            for number in range(1000):
                r = draw_below(f"ed25519 mixed {number}", L)
                for j in range(8):
                    r_bytes = r_of(r, j)
                    k = hash_of(r_bytes, a_bytes, make.message)
                    if wanted(k, j):
                        return r_bytes + s_bytes((r + k * make.a) % L)
            raise AssertionError("nothing found")

        def exact(r, j, i=i):
            return encode(add(mul(r, B), SMALL[-j * i % 8]))

        def bare(r, _):
            return encode(mul(r, B))

        what = f"the key has a part of order {order(i)}, {i} T"
        cases.accept(f"{what}: R takes it up", HEAD + a_bytes, make.message,
                     sign(exact, lambda k, j, i=i: k % 8 == j and k * i % 8))
        cases.accept(f"{what}: k makes it vanish", HEAD + a_bytes, make.message,
                     sign(bare, lambda k, j, i=i: k * i % 8 == 0))
        cases.refuse(f"{what}: good with the cofactor only", HEAD + a_bytes, make.message,
                     sign(bare, lambda k, j, i=i: k * i % 8))


def add_r(make):
    """R is compared as bytes: one form of the right point, and no other."""
    cases, key = make.cases, make.key
    nonce = draw_below("ed25519 nonce of R", L)
    for i in range(1, 8):
        cases.refuse(f"R has a part of order {order(i)}, {i} T: good with the cofactor only", key,
                     make.message, make.sign(nonce, encode(add(mul(nonce, B), SMALL[i]))))
        cases.refuse(f"R is of order {order(i)}, {i} T: good with the cofactor only", key, make.message,
                     make.sign(0, encode(SMALL[i])))
    cases.accept("R is neutral: a nonce of 0", key, make.message, make.sign(0))
    cases.accept("R is B: a nonce of 1", key, make.message, make.sign(1))
    cases.accept("R is -B: a nonce of L - 1", key, make.message, make.sign(L - 1))
    cases.accept("R is A: a nonce of a", key, make.message, make.sign(make.a))
    cases.accept("R is -A: a nonce of -a", key, make.message, make.sign(L - make.a))
    for what, r_bytes in (("with y not below p", encode(NEUTRAL, shift=P)),
                          ("with the sign of x = 0 set", encode(NEUTRAL, odd=1)),
                          ("with both", encode(NEUTRAL, shift=P, odd=1))):
        cases.refuse(f"R is neutral {what}", key, make.message, make.sign(0, r_bytes))
    # A key with a part T makes R = -k T possible, and with it the other forms of small points.
    for i, form in ((4, {"odd": 1}), (2, {"shift": P}), (6, {"shift": P}), (4, {}), (2, {}), (1, {})):
        a_bytes = encode(add(make.point, SMALL[i]))
        message, j, r_bytes = next(
            (text, j, encode(SMALL[j], **form))
            for text in (draw(f"ed25519 message of R {number}", 32) for number in range(1000))
            for j in ([4] if form.get("odd") else [2, 6] if form else [1, 2, 3, 4, 5, 6, 7])
            if -hash_of(encode(SMALL[j], **form), a_bytes, text) * i % 8 == j)
        signature = make.sign(0, r_bytes, a_bytes, message)
        what = f"R is {j} T, the key has a part {i} T"
        if form:
            cases.refuse(f"{what}, R in another form", HEAD + a_bytes, message, signature)
        else:
            cases.accept(what, HEAD + a_bytes, message, signature)
    for y in (2, 7, P - 2):
        r_bytes = (y if at_y(y) is None else y + 6).to_bytes(32, "little")
        cases.refuse(f"R is not on the curve, its y near {y if y < 9 else 'p'}", key, make.message,
                     make.sign(nonce, r_bytes))
    for name, r_bytes in (("zeros", bytes(32)), ("ones", b"\xff" * 32), ("p", P.to_bytes(32, "little"))):
        cases.refuse(f"R is {name}", key, make.message, make.sign(nonce, r_bytes))


def add_points(make):
    """Keys that are no point, or a point in another form than the one."""
    cases, message, good = make.cases, make.message, make.good
    off = [y for y in range(2, 60) if at_y(y) is None]
    for y in off[:3] + [P - off[0]]:
        for odd in (0, 1):
            a_bytes = (y | odd << 255).to_bytes(32, "little")
            cases.refuse(f"the key's y is {y if y < 60 else 'p - ' + str(P - y)}, which has no x, sign {odd}",
                         HEAD + a_bytes, message, make.sign(key=a_bytes))
    for y in range(19):
        a_bytes = (P + y).to_bytes(32, "little")
        cases.refuse(f"the key's y is p + {y}, {'on' if at_y(y) else 'off'} the curve", HEAD + a_bytes, message,
                     make.sign(key=a_bytes))
    for name, a_bytes in (("ones", b"\xff" * 32), ("ones but for the sign", b"\xff" * 31 + b"\x7f"),
                          ("big endian", make.encoded[::-1])):
        cases.refuse(f"the key is {name}", HEAD + a_bytes, message, good)


def add_keys(make):
    cases, key, message, good = make.cases, make.key, make.message, make.good
    raw = make.encoded
    for comment, other in (
            ("empty", b""), ("the raw point", raw), ("a byte short", key[:-1]), ("a byte long", key + b"\0"),
            ("twice", key + key), ("a head alone", HEAD), ("zeros", bytes(44)),
            ("with parameters NULL",
             der.sequence(der.sequence(der.oid("2b6570"), b"\x05\x00"), der.bit_string(raw))),
            ("a point of 31 bytes", der.sequence(der.sequence(der.oid("2b6570")), der.bit_string(raw[:-1]))),
            ("a point of 33 bytes",
             der.sequence(der.sequence(der.oid("2b6570")), der.bit_string(raw + b"\0"))),
            ("of long-form length", b"\x30\x81\x2a" + key[2:]),
            ("of indefinite length", b"\x30\x80" + key[2:] + b"\0\0"),
            ("for X25519", der.sequence(der.sequence(der.oid("2b656e")), der.bit_string(raw))),
            ("for Ed448", der.sequence(der.sequence(der.oid("2b6571")), der.bit_string(raw)))):
        cases.refuse(f"the key is {comment}", other, message, good)
    for place in range(12):
        cases.refuse(f"byte {place} of the key's head changed", flip(key, place), message, good)


def ed25519_cases():
    make = Maker()
    for add_some in (add_plain, add_s, add_small_keys, add_mixed_keys, add_r, add_points, add_keys):
        add_some(make)
    return make.cases

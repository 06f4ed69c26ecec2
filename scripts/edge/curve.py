# SPDX-License-Identifier: Apache-2.0
"""The curves y^2 = x^3 + a x + b of ECDSA, in affine coordinates. Infinity is None."""
from . import der

ID_EC_PUBLIC_KEY = "2a8648ce3d0201"


class Curve:
    def __init__(self, name, p, a, b, n, g, oid):
        self.name, self.p, self.a, self.b, self.n, self.g, self.oid = name, p, a, b, n, g, oid
        self.size = (p.bit_length() + 7) // 8

    def bytes(self, number):
        return number.to_bytes(self.size, "big")

    def contains(self, x, y):
        return (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    def negate(self, point):
        return point and (point[0], -point[1] % self.p)

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def mul(self, k, point):
        """Doublings without inversions: (X, Y, Z) is the point (X / Z^2, Y / Z^3)."""
        p, (x, y, z) = self.p, (1, 1, 0)
        for bit in bin(k % self.n)[2:] if point else "":
            xx, yy, zz = x * x, y * y, z * z
            slope = 3 * xx + self.a * zz * zz
            middle = 4 * x * yy
            x, z = (slope * slope - 2 * middle) % p, 2 * y * z % p
            y = (slope * (middle - x) - 8 * yy * yy) % p
            if bit == "1":
                x, y, z = self.add_affine(x, y, z, point)
        if z == 0:
            return None
        inverse = pow(z, -1, p)
        return x * inverse**2 % p, y * inverse**3 % p

    def add_affine(self, x, y, z, point):
        p, zz = self.p, z * z % self.p
        if z == 0:
            return *point, 1
        dx, dy = (point[0] * zz - x) % p, (point[1] * zz * z - y) % p
        assert dx, "in a multiplication from the top, the sum so far is never plus or minus the point"
        square = dx * dx % p
        cube, middle = square * dx % p, x * square % p
        x3 = (dy * dy - cube - 2 * middle) % p
        return x3, (dy * (middle - x3) - y * cube) % p, z * dx % p

    def at_x(self, x):
        """The point with this x and an even y, or None."""
        square = ((x * x + self.a) * x + self.b) % self.p
        y = pow(square, (self.p + 1) // 4, self.p)  # every p here is 3 modulo 4
        if y * y % self.p != square:
            return None
        return x, y if y % 2 == 0 else self.p - y

    def first_x(self, start, step=1):
        """The first point with x = start, start + step, ..."""
        while self.at_x(start % self.p) is None:
            start += step
        return self.at_x(start % self.p)

    def at_y(self, y):
        """The point with this y where there is exactly one, else None."""
        x = single_root(self.p, self.a, self.b - y * y)
        return None if x is None else (x, y)

    def first_y(self, start):
        while self.at_y(start) is None:
            start += 1
        return self.at_y(start)

    def spki(self, point):
        x, y = point
        return self.spki_of(b"\x04" + self.bytes(x) + self.bytes(y))

    def spki_of(self, encoded, algorithm=ID_EC_PUBLIC_KEY, parameters=None):
        parameters = der.oid(self.oid) if parameters is None else parameters
        return der.sequence(der.sequence(der.oid(algorithm), parameters), der.bit_string(encoded))


def single_root(p, c1, c0):
    """
    The root of f = x^3 + c1 x + c0 where f has exactly one: then the common divisor of f and x^p - x,
    the product of x - i over all i, is of degree 1.
    """
    def times(u, v):
        t = [0] * 5
        for i in range(3):
            for j in range(3):
                t[i + j] += u[i] * v[j]
        # x^3 = -c1 x - c0, x^4 = -c1 x^2 - c0 x
        return [(t[0] - c0 * t[3]) % p, (t[1] - c1 * t[3] - c0 * t[4]) % p, (t[2] - c1 * t[4]) % p]

    power = [1, 0, 0]
    for bit in bin(p)[2:]:
        power = times(power, power)
        if bit == "1":
            power = times(power, [0, 1, 0])
    f = [c0 % p, c1 % p, 0, 1]
    g = [power[0], (power[1] - 1) % p, power[2]]
    while True:
        while g and g[-1] == 0:
            g.pop()
        if not g:
            break
        while len(f) >= len(g):  # f = f modulo g
            factor = f[-1] * pow(g[-1], -1, p)
            shift = len(f) - len(g)
            for i, c in enumerate(g):
                f[shift + i] = (f[shift + i] - factor * c) % p
            f.pop()
        f, g = g, f
    return -f[0] * pow(f[1], -1, p) % p if len(f) == 2 else None


P256 = Curve(
    "ecdsa-p256",
    p=2**256 - 2**224 + 2**192 + 2**96 - 1,
    a=-3,
    b=0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
    n=0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
    g=(0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
       0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5),
    oid="2a8648ce3d030107")

P384 = Curve(
    "ecdsa-p384",
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    a=-3,
    b=0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
    n=0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
    g=(0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
       0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f),
    oid="2b81040022")

SECP256K1 = Curve(
    "secp256k1",
    p=2**256 - 2**32 - 977,
    a=0,
    b=7,
    n=0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141,
    g=(0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
       0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8),
    oid="2b8104000a")

for known in (P256, P384, SECP256K1):
    assert known.contains(*known.g) and known.mul(known.n - 1, known.g) == known.negate(known.g)

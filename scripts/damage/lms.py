# SPDX-License-Identifier: Apache-2.0
"""One LMS key of the smallest set there is (RFC 9858: SHA-256/192, height 5, w = 8), for test images."""
import hashlib

from edge.numbers import draw

N, HEIGHT, CHAINS, STEPS = 24, 5, 26, 255
LMS_TYPE, OTS_TYPE = 0x0a, 0x08
LEAVES = 1 << HEIGHT


def u16(number):
    return number.to_bytes(2, "big")


def u32(number):
    return number.to_bytes(4, "big")


class Lms:
    def __init__(self, label):
        self.id, self.seed = draw(f"{label} id", 16), draw(f"{label} seed", N)
        self.nodes = [b""] * LEAVES + [self.leaf(q) for q in range(LEAVES)]
        for r in range(LEAVES - 1, 0, -1):
            self.nodes[r] = self.hash(r, 0x8383, self.nodes[2 * r], self.nodes[2 * r + 1])
        self.key = u32(LMS_TYPE) + u32(OTS_TYPE) + self.id + self.nodes[1]

    def hash(self, number, label, *parts):
        return hashlib.sha256(self.id + u32(number) + u16(label) + b"".join(parts)).digest()[:N]

    def chain(self, q, i, steps):
        """From the secret of chain i on (RFC 8554, appendix A and 4.3)."""
        value = self.hash(q, i, b"\xff", self.seed)
        for j in range(steps):
            value = self.hash(q, i, bytes([j]), value)
        return value

    def leaf(self, q):
        ends = self.hash(q, 0x8080, *(self.chain(q, i, STEPS) for i in range(CHAINS)))
        return self.hash(LEAVES + q, 0x8282, ends)

    def sign(self, message, q=21):
        c = draw(f"lms randomizer {message.hex()}", N)
        digits = self.hash(q, 0x8181, c, message)
        digits += u16(sum(STEPS - digit for digit in digits))  # w = 8: the sum fills its 16 bits
        path, r = [], LEAVES + q
        while r > 1:
            path.append(self.nodes[r ^ 1])
            r //= 2
        chains = [self.chain(q, i, digit) for i, digit in enumerate(digits)]
        return b"".join([u32(q), u32(OTS_TYPE), c, *chains, u32(LMS_TYPE), *path])

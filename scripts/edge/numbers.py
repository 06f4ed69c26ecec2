# SPDX-License-Identifier: Apache-2.0
"""Numbers drawn from one seed, each by its own label: a new case changes no other."""
import hashlib
import math

SEED = b"fwsign edge vectors 1/"

SMALL_PRIMES = [n for n in range(3, 2000) if all(n % d for d in range(2, math.isqrt(n) + 1))]
BASES = (2, 3, 5, 7)

# Where long searches ended: they start there. Without a line the number is found again, in seconds.
FOUND = {
    "rsa-1024 p": 67,
    "rsa-1024 q": 38,
    "rsa-2040 p": 113,
    "rsa-2046 p": 153,
    "rsa-2048 even": 626,
    "rsa-2048 p": 2371,
    "rsa-2048 q": 1804,
    "rsa-2048 salt of a signature": 560,
    "rsa-2048 salt of an encoded message": 57,
    "rsa-3064 p": 1918,
    "rsa-3064 q": 243,
    "rsa-3070 p": 1855,
    "rsa-3070 q": 1244,
    "rsa-3072 even": 1535,
    "rsa-3072 p": 2019,
    "rsa-3072 q": 72,
    "rsa-3072 salt of a signature": 41,
    "rsa-3072 salt of an encoded message": 75,
}


def draw(label, size):
    return hashlib.shake_256(SEED + label.encode()).digest(size)


def draw_below(label, bound):
    """1 .. bound - 1; 16 bytes more than needed leave no bias worth a name."""
    size = (bound.bit_length() + 7) // 8 + 16
    return 1 + int.from_bytes(draw(label, size), "big") % (bound - 1)


def find(label, condition):
    """The first number from 0 that meets the condition, if FOUND says true."""
    number = FOUND.get(label, 0)
    while not condition(number):
        number += 1
    return number


def is_prime(n):
    """Miller and Rabin; n was drawn, and nobody chose it to deceive these bases."""
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    for base in BASES:
        x = pow(base, (n - 1) >> twos, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def draw_prime(label, bits, coprime):
    """The first prime behind a drawn number with both top bits set; p - 1 is coprime to coprime."""
    start = int.from_bytes(draw(label, (bits + 7) // 8), "big") >> -bits % 8 | 3 << (bits - 2) | 1
    residues = [start % small for small in SMALL_PRIMES]

    def is_good(step):
        return all((residue + 2 * step) % small for residue, small in zip(residues, SMALL_PRIMES)) and \
            is_prime(start + 2 * step) and math.gcd(start + 2 * step - 1, coprime) == 1

    return start + 2 * find(label, is_good)

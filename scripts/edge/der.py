# SPDX-License-Identifier: Apache-2.0
"""As much of DER as keys and signatures need, and the ways to get it wrong."""
SEQUENCE, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x30, 0x02, 0x03, 0x04, 0x05, 0x06


def length(size):
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def element(tag, *contents):
    content = b"".join(contents)
    return bytes([tag]) + length(len(content)) + content


def digits(number):
    """The content of an INTEGER: two's complement, as short as it gets."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True) if number >= 0 else \
        number.to_bytes((-number - 1).bit_length() // 8 + 1, "big", signed=True)


def integer(number):
    return element(INTEGER, digits(number))


def sequence(*contents):
    return element(SEQUENCE, *contents)


def bit_string(content, unused=0):
    return element(BIT_STRING, bytes([unused]), content)


def oid(text):
    """The text is the content in hexadecimal digits."""
    return element(OID, bytes.fromhex(text))


def signature(r, s):
    return sequence(integer(r), integer(s))


def read_element(tag, data):
    """(content, rest) of one short element, or None."""
    if len(data) < 2 or data[0] != tag or data[1] >= 0x80 or len(data) < 2 + data[1]:
        return None
    return data[2:2 + data[1]], data[2 + data[1]:]


def read_signature(data):
    """(r, s) when data is the one encoding of two positive numbers, else None."""
    outer = read_element(SEQUENCE, data)
    first = read_element(INTEGER, outer[0]) if outer else None
    second = read_element(INTEGER, first[1]) if first else None
    if not second:
        return None
    r, s = (int.from_bytes(part[0], "big", signed=True) for part in (first, second))
    return (r, s) if r > 0 and s > 0 and data == signature(r, s) else None

# SPDX-License-Identifier: Apache-2.0
"""
An image as a value: what is said of nothing is sound. dataclasses.replace() changes one thing of it, and
then build() signs what stands there, so the signature is over the damage.
"""
import dataclasses
import typing

from . import keys

MAGIC, PLAIN_MAGIC, PROTECTED_MAGIC = 0x96f3b83d, 0x6907, 0x6908
HEADER_SIZE, INFO_SIZE = 32, 4

KEYHASH, PUBKEY, SHA256, SHA384, SHA512 = 0x01, 0x02, 0x10, 0x11, 0x12
RSA2048_PSS, ECDSA224, ECDSA_SIG, RSA3072_PSS, ED25519, SIG_PURE, LMS = range(0x20, 0x27)
ENC = (0x30, 0x31, 0x32, 0x33, 0x34)
DEPENDENCY, SEC_CNT, BOOT_RECORD = 0x40, 0x50, 0x60
DECOMP = (0x70, 0x71, 0x72, 0x73)
UUID_VID, UUID_CID = 0x74, 0x75
HASH_TLV = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}


def u16(number):
    return number.to_bytes(2, "little")


def u32(number):
    return number.to_bytes(4, "little")


@dataclasses.dataclass(frozen=True)
class Tlv:
    """size is what its header says, unless None."""
    type: int
    value: bytes = b""
    size: typing.Optional[int] = None

    def at(self, signed):
        return self.value

    def bytes(self, signed):
        value = self.at(signed)
        return u16(self.type) + u16(len(value) if self.size is None else self.size) + value


@dataclasses.dataclass(frozen=True)
class Raw:
    """Bytes that are no TLV."""
    value: bytes

    def bytes(self, signed):
        return self.value


class Hash(Tlv):
    def __init__(self, name="sha256", change=lambda value: value, type=None):
        super().__init__(HASH_TLV[name] if type is None else type)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "change", change)

    def at(self, signed):
        return self.change(keys.digest(self.name, signed))


def key_hash(key, name=None, change=lambda value: value):
    return Tlv(KEYHASH, change(keys.digest(name or key.hash, key.der)))


def full_key(key, change=lambda value: value):
    return Tlv(PUBKEY, change(key.der))


class Sig(Tlv):
    """
    The signature of key over the hash called name, or over the image itself where that is "pure". make
    (key, message, signed) gives another value than key.sign(message): then it proves nothing.
    """

    def __init__(self, key, name=None, make=None, type=None):
        super().__init__(key.tlv if type is None else type)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "name", name or key.hash)
        object.__setattr__(self, "make", make)

    def at(self, signed):
        message = signed if self.name == "pure" else keys.digest(self.name, signed)
        return self.make(self.key, message, signed) if self.make else self.key.sign(message)


def signed_by(key, name=None):
    """What a plain area has."""
    name = name or key.hash
    return Hash(name), key_hash(key, name), Sig(key, name)


PAYLOAD = bytes((7 * i + 1) % 256 for i in range(32))


@dataclasses.dataclass(frozen=True)
class Image:
    plain: tuple
    protected: typing.Optional[tuple] = (Tlv(SEC_CNT, u32(7)),)
    magic: int = MAGIC
    load: int = 0
    header_size: typing.Optional[int] = None
    protected_size: typing.Optional[int] = None
    payload_size: typing.Optional[int] = None
    flags: int = 0
    version: bytes = bytes([1, 2, 3, 0, 4, 0, 0, 0])
    reserved: bytes = bytes(4)
    padding: bytes = b"\xff" * 16
    payload: bytes = PAYLOAD
    protected_magic: int = PROTECTED_MAGIC
    protected_total: typing.Optional[int] = None
    plain_magic: int = PLAIN_MAGIC
    plain_total: typing.Optional[int] = None
    after: typing.Callable = lambda built: built  # the bytes, once signed
    behind: bytes = b""
    slot: typing.Optional[int] = None  # its size; None: some erased bytes more than the image


@dataclasses.dataclass
class Built:
    data: bytes
    marks: dict  # "plain" and "protected" areas, "plain:0" their TLVs, "end" of the plain area
    proofs: list  # (signed bytes, hash, key, offset of the signature, its size)
    slot: int


def or_else(value, otherwise):
    return otherwise if value is None else value


def area(magic, total, tlvs, signed, start, name, marks):
    marks[name] = start
    data = b""
    for i, tlv in enumerate(tlvs):
        marks[f"{name}:{i}"] = start + INFO_SIZE + len(data)
        data += tlv.bytes(signed)
    return u16(magic) + u16(or_else(total, INFO_SIZE + len(data))) + data


def build(image):
    marks = {"header": 0}
    protected, start = b"", HEADER_SIZE + len(image.padding) + len(image.payload)
    if image.protected is not None:
        protected = area(image.protected_magic, image.protected_total, image.protected, b"", start,
                         "protected", marks)
    sizes = (or_else(image.header_size, HEADER_SIZE + len(image.padding)),
             or_else(image.protected_size, len(protected)),
             or_else(image.payload_size, len(image.payload)))
    data = u32(image.magic) + u32(image.load) + u16(sizes[0]) + u16(sizes[1]) + u32(sizes[2]) + \
        u32(image.flags) + image.version + image.reserved + image.padding + image.payload + protected
    # Where the header's sizes end among bytes that are there, that is what is signed.
    known = data + u16(image.plain_magic)
    signed = known[:sum(sizes)] if sum(sizes) <= len(known) else data
    data += area(image.plain_magic, image.plain_total, image.plain, signed, len(data), "plain", marks)
    marks["end"] = len(data)
    data = image.after(data + image.behind)
    proofs = []
    for i, tlv in enumerate(image.plain):
        if isinstance(tlv, Sig) and tlv.make is None:
            value, offset = tlv.at(signed), marks[f"plain:{i}"] + INFO_SIZE
            if data.startswith(signed) and data[offset:].startswith(value):
                proofs.append((len(signed), tlv.name, tlv.key.name, offset, len(value)))
    return Built(data, marks, proofs, or_else(image.slot, len(data) + 64))

# SPDX-License-Identifier: Apache-2.0
"""The audit log's bytes: lines, links, tree, signed notes, folders, with nothing but the standard
library; signatures are the openssl command's.

A second opinion: nothing here is generated from, or calls, fwsign.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import tempfile
import uuid

from mcuboot_image import openssl, read, write

LINE_MAX = 16384
INTACT, CRASH_TAIL, TAMPERED, CANNOT_TELL = "intact", "crash-tail", "tampered", "cannot-tell"
EXITS = {INTACT: 0, CRASH_TAIL: 14, TAMPERED: 15, CANNOT_TELL: 16}
OPENERS = ("log.genesis", "log.segment.open", "log.recovery")
MARKS = ("log.recovery", "log.tail", "sign.unresolved")
SEGMENT_NAME = re.compile(r"[0-9]{20}\.jsonl")


class Malformed(Exception):
    """Bytes that are not in the log's format; the text says why."""


# ---- Lines ----


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC_TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def line_of(entry):
    """The line of an entry, without LF; whatever `zc` the entry has is replaced."""
    members = {name: value for name, value in entry.items() if name != "zc"}
    body = canonical(members)[:-1].encode()
    return body + b',"zc":"%08x"}' % crc32c(body)


def is_good(line):
    """False for a damaged line: its CRC is wrong, or it is too long."""
    body, mark, rest = line.rpartition(b',"zc":')
    return bool(mark) and len(line) <= LINE_MAX and rest == b'"%08x"}' % crc32c(body)


def log_id(origin):
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


def segment_name(first):
    return "%020d.jsonl" % first


# ---- The tree of RFC 6962 ----


def leaf_hash(line):
    return hashlib.sha256(b"\0" + line).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves):
    if not leaves:
        return hashlib.sha256().digest()
    while len(leaves) > 1:
        pairs = [node_hash(*leaves[at:at + 2]) for at in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[len(leaves) & ~1:]
    return leaves[0]


def split_at(size):
    """The largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves, index):
    """RFC 6962 2.1.1, from the leaf's sibling up."""
    if len(leaves) == 1:
        return []
    half = split_at(len(leaves))
    if index < half:
        return inclusion(leaves[:half], index) + [tree_root(leaves[half:])]
    return inclusion(leaves[half:], index - half) + [tree_root(leaves[:half])]


def consistency(leaves, size, whole=True):
    """RFC 6962 2.1.2: that the tree of the first size leaves is the beginning of that of all."""
    if size == len(leaves):
        return [] if whole else [tree_root(leaves)]
    half = split_at(len(leaves))
    if size <= half:
        return consistency(leaves[:half], size, whole) + [tree_root(leaves[half:])]
    return consistency(leaves[half:], size - half, False) + [tree_root(leaves[:half])]


# ---- Keys and signed notes ----


def private_der(kind, secret):
    if kind == "ed25519":
        return bytes.fromhex("302e020100300506032b657004220420") + secret
    return bytes.fromhex("30310201010420") + secret + bytes.fromhex("a00a06082a8648ce3d030107")


def must_openssl(*args):
    good, said = openssl(*args)
    if not good:
        raise Malformed("openssl %s failed" % args[0])
    return said


class VerifierKey:
    """A vkey of c2sp.org/signed-note: Ed25519 (type 1) or ECDSA P-256 (type 2)."""

    SPKI = {"ed25519": bytes.fromhex("302a300506032b6570032100"),
            "p256": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")}

    def __init__(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3 or not parts[0]:
            raise Malformed("no vkey")
        self.text, self.name = text, parts[0]
        material = decode_base64(parts[2])
        if material[:1] == b"\1" and len(material) == 33:
            self.kind = "ed25519"
            self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
            self.der = self.SPKI["ed25519"] + material[1:]
        elif material[:1] == b"\2" and material[1:].startswith(self.SPKI["p256"] + b"\4"):
            self.kind, self.der = "p256", material[1:]
            self.id = hashlib.sha256(self.der).digest()[:4]
        else:
            raise Malformed("a vkey of another kind")
        if self.id.hex() != parts[1]:
            raise Malformed("the vkey's id is not its key's")

    @staticmethod
    def of(name, der):
        """The vkey of a public key in DER."""
        if der.startswith(VerifierKey.SPKI["ed25519"]):
            material = b"\1" + der[-32:]
            digest = hashlib.sha256(name.encode() + b"\n" + material)
        else:
            material = b"\2" + der
            digest = hashlib.sha256(der)
        return VerifierKey("%s+%s+%s" % (name, digest.hexdigest()[:8], encode_base64(material)))

    def verifies(self, text, signature):
        with tempfile.TemporaryDirectory() as folder:
            key, message, value = (os.path.join(folder, name) for name in ("key", "text", "sig"))
            write(key, self.der)
            write(message, text)
            write(value, signature)
            if self.kind == "ed25519":
                return openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key,
                               "-rawin", "-in", message, "-sigfile", value)[0]
            # openssl dgst does not look at bytes beyond the largest signature of the key.
            return (signature[1:2] == bytes([len(signature) - 2 & 0xFF]) and
                    openssl("dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature",
                            value, message)[0])


class Signer:
    """A log key that is made from a seed, so that a test's logs can be made again."""

    def __init__(self, kind, name, seed):
        self.kind = kind
        self.folder = tempfile.mkdtemp()
        self.private = os.path.join(self.folder, "key.der")
        write(self.private, private_der(kind, hashlib.sha256(seed.encode()).digest()))
        public = must_openssl("pkey", "-inform", "DER", "-in", self.private, "-pubout",
                              "-outform", "DER")
        self.vkey = VerifierKey.of(name, public)

    def close(self):
        shutil.rmtree(self.folder)

    def sign(self, text):
        """A signed note of the text."""
        message = os.path.join(self.folder, "text")
        write(message, text)
        if self.kind == "ed25519":
            value = must_openssl("pkeyutl", "-sign", "-keyform", "DER", "-inkey", self.private,
                                 "-rawin", "-in", message)
        else:
            value = must_openssl("dgst", "-sha256", "-keyform", "DER", "-sign", self.private,
                                 message)
        line = "\u2014 %s %s\n" % (self.vkey.name, encode_base64(self.vkey.id + value))
        return text + b"\n" + line.encode()


def encode_base64(data):
    return base64.b64encode(data).decode()


def decode_base64(text):
    """Canonical base64 only."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Malformed("base64: %s" % error) from error
    if encode_base64(data) != text:
        raise Malformed("base64 that is not canonical")
    return data


def checkpoint_text(origin, size, root):
    return ("%s\n%d\n%s\n" % (origin, size, encode_base64(root))).encode()


class Checkpoint:
    """A checkpoint's text taken apart, and its signatures as (name, id, value)."""

    FORM = re.compile(r"([!-~]{1,128})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:.+\n)+)")
    SIGNATURE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})")

    def __init__(self, note):
        try:
            found = self.FORM.fullmatch(note.decode())
        except UnicodeDecodeError as error:
            raise Malformed("a checkpoint that is not UTF-8") from error
        if not found or re.search(rb"[\0-\x09\x0b-\x1f]", note):
            raise Malformed("no checkpoint")
        self.note = note
        self.origin, self.size = found[1], int(found[2])
        self.root = decode_base64(found[3])
        self.text = checkpoint_text(self.origin, self.size, self.root)
        self.signatures = [self.cut(line) for line in found[4].split("\n")[:-1]]

    def cut(self, line):
        found = self.SIGNATURE.fullmatch(line)
        value = decode_base64(found[2]) if found else b""
        if len(value) < 5:
            raise Malformed("a signature line of another form")
        return found[1], value[:4], value[4:]

    def verdict_by(self, vkey):
        """INTACT, TAMPERED for a bad signature of that key, CANNOT_TELL without one of it."""
        mine = [value for name, key, value in self.signatures
                if (name, key) == (vkey.name, vkey.id)]
        if not mine:
            return CANNOT_TELL
        good = self.origin == vkey.name and all(vkey.verifies(self.text, value) for value in mine)
        return INTACT if good else TAMPERED


# ---- Folders ----


class Folder:
    """A log's files as they are: segments as [name, bytes] in order, and the checkpoint."""

    def __init__(self, segments=(), checkpoint=b""):
        self.segments = [list(segment) for segment in segments]
        self.checkpoint = checkpoint
        self.others = {}  # path below the folder -> bytes; None is a FIFO, a str a symbolic link

    @staticmethod
    def load(path):
        folder = os.path.join(path, "seg")
        names = sorted(filter(SEGMENT_NAME.fullmatch, os.listdir(folder)))
        return Folder([[name, read(os.path.join(folder, name))] for name in names],
                      read(os.path.join(path, "checkpoint")))

    def save(self, path):
        os.makedirs(os.path.join(path, "seg"))
        write(os.path.join(path, "lock"), b"")
        for name, data in self.segments:
            write(os.path.join(path, "seg", name), data)
        if self.checkpoint is not None:
            write(os.path.join(path, "checkpoint"), self.checkpoint)
        for name, data in self.others.items():
            self.save_other(os.path.join(path, name), data)

    @staticmethod
    def save_other(path, data):
        if data is None:
            os.mkfifo(path)
        elif isinstance(data, str):
            os.symlink(data, path)
        else:
            write(path, data)

    def copy(self):
        return Folder(self.segments, self.checkpoint)

    def lines(self):
        """The good lines at the beginning of each segment: what is the log's."""
        return [line for _, data in self.segments for line in good_lines(data)]


def good_lines(data):
    """The lines of a segment up to its first damaged one."""
    lines = []
    for line in data.split(b"\n")[:-1]:
        if not is_good(line):
            break
        lines.append(line)
    return lines


def boot_id(random):
    return str(uuid.UUID(int=random.getrandbits(128), version=4))

# SPDX-License-Identifier: Apache-2.0
"""The verdict over an audit log at rest, by the rules of docs/formats/audit-log.md."""
import hashlib
import json
import os
import re
import stat

from audit_format import (CANNOT_TELL, CRASH_TAIL, INTACT, MARKS, OPENERS, SEGMENT_NAME, TAMPERED,
                          Checkpoint, Malformed, VerifierKey, is_good, leaf_hash, line_of, log_id,
                          segment_name, tree_root)
from mcuboot_image import read

FORM = re.compile(
    r'\{"b":(0|[1-9][0-9]*),"boot":"[0-9a-f-]{36}","data":\{.*\},"inst":"[0-9a-f]{16}",'
    r'"log":"[0-9a-f]{16}","mono":(0|[1-9][0-9]*),"prev":"[0-9a-f]{64}","seq":(0|[1-9][0-9]*),'
    r'"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","type":"[a-z.]{1,32}","v":\d+,'
    r'"zc":"[0-9a-f]{8}"\}')


class Verdict(Exception):
    def __init__(self, word, why):
        super().__init__("%s: %s" % (word, why))
        self.word, self.why = word, why


def tampered(why, *values):
    return Verdict(TAMPERED, why % values)


def judge(path, vkey_text):
    """The verdict's word and why."""
    try:
        vkey = VerifierKey(vkey_text)
        walk = Walk(read_segments(os.path.join(path, "seg")))
        checkpoint = read_checkpoint(os.path.join(path, "checkpoint"), vkey)
        compare(walk, checkpoint, vkey)
        return INTACT, "%d entries" % len(walk.leaves)
    except Malformed as error:
        return CANNOT_TELL, str(error)
    except OSError as error:
        return CANNOT_TELL, str(error)
    except Verdict as verdict:
        return verdict.word, verdict.why


def read_segments(folder):
    segments = []
    for name in sorted(filter(SEGMENT_NAME.fullmatch, os.listdir(folder))):
        path = os.path.join(folder, name)
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise tampered("%s is no file", name)
        segments.append((name, read(path)))
    return segments


def read_checkpoint(path, vkey):
    note = read(path)
    try:
        checkpoint = Checkpoint(note)
    except Malformed as error:
        raise tampered("%s", error) from error
    word = checkpoint.verdict_by(vkey)
    if word != INTACT:
        raise Verdict(word, "the checkpoint is not signed by the key")
    return checkpoint


def compare(walk, checkpoint, vkey):
    size = checkpoint.size
    if len(walk.leaves) < size:
        raise tampered("%d entries, the checkpoint has %d", len(walk.leaves), size)
    if tree_root(walk.leaves[:size]) != checkpoint.root:
        raise tampered("the root is another")
    if walk.origin is not None and walk.origin != checkpoint.origin:
        raise tampered("the checkpoint is of another log")
    walk.check_recorded(checkpoint, vkey)
    if len(walk.leaves) > size or walk.torn:
        raise Verdict(CRASH_TAIL, "the log is longer than its checkpoint")
    if walk.marks and max(walk.marks) > walk.acknowledged:
        raise Verdict(CRASH_TAIL, "a crash nobody acknowledged")
    if walk.open_intents:
        raise Verdict(CRASH_TAIL, "an intent without outcome")


class Walk:
    """All entries in order, each checked by what stands before it."""

    def __init__(self, segments):
        self.leaves = []
        self.origin = None
        self.log = None
        self.batch = 0
        self.torn = False
        self.marks, self.acknowledged, self.open_intents = [], -1, set()
        self.recorded = []  # (seq, checkpoint)
        before = None
        for name, data in segments:
            before = self.segment(name, data, before)
        if before is not None and before[1]:
            self.look_behind(before[1])
            self.torn = True

    def segment(self, name, data, before):
        """before and the result: a segment's name, its remains, where they begin."""
        if name != segment_name(len(self.leaves)):
            raise tampered("%s begins with entry %d", name, len(self.leaves))
        at = 0
        while True:
            end = data.find(b"\n", at)
            if end < 0 or not is_good(data[at:end]):
                break
            self.entry(data[at:end], at == 0, before)
            at = end + 1
        if at == 0:
            raise tampered("%s has no whole first line", name)
        return name, data[at:], at

    def entry(self, line, first, before):
        seq = len(self.leaves)
        entry = self.parse(line)
        if entry["seq"] != seq or entry["prev"] != (self.leaves[-1].hex() if seq else "0" * 64):
            raise tampered("entry %d does not follow", seq)
        if entry["b"] not in (seq, self.batch) or entry["b"] > seq:
            raise tampered("entry %d is of no batch", seq)
        if (entry["type"] in OPENERS) != first:
            raise tampered("entry %d stands at the wrong place", seq)
        if first:
            self.opener(entry, before)
        if entry["log"] != self.log:
            raise tampered("entry %d is of another log", seq)
        self.batch = entry["b"]
        self.note(seq, entry["type"], entry["data"])
        self.leaves.append(leaf_hash(line))

    @staticmethod
    def parse(line):
        try:
            text = line.decode()
            entry = json.loads(text)
            if entry["v"] != 1:
                raise Verdict(CANNOT_TELL, "format version %s" % entry["v"])
            if not FORM.fullmatch(text) or line_of(entry) != line:
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise tampered("a line of another form with a good CRC") from error
        return entry

    def opener(self, entry, before):
        if before is None:
            if entry["type"] != "log.genesis":
                raise tampered("the first entry is no genesis")
            self.origin = entry["data"]["origin"]
            self.log = log_id(self.origin)
            return
        name, remains, offset = before
        if not remains:
            wanted = "log.segment.open", {"previous": name}
        else:
            wanted = "log.recovery", {
                "length": len(remains), "offset": offset, "reason": reason_of(remains),
                "segment": name, "sha256": "sha256:" + hashlib.sha256(remains).hexdigest()}
        if (entry["type"], entry["data"]) != wanted:
            raise tampered("entry %d does not say how %s ends", entry["seq"], name)

    def note(self, seq, kind, data):
        """What of an entry counts for the verdict."""
        if kind in MARKS:
            self.marks.append(seq)
        if kind == "log.ack":
            self.acknowledged = max(self.acknowledged, data["until"])
        elif kind == "sign.intent":
            self.open_intents.add(seq)
        elif kind in ("sign.outcome", "sign.unresolved"):
            if data["intent"] not in self.open_intents:
                raise tampered("entry %d ends no intent", seq)
            self.open_intents.remove(data["intent"])
        elif kind == "log.checkpoint":
            try:
                self.recorded.append((seq, Checkpoint(data["note"].encode())))
            except Malformed as error:
                raise tampered("entry %d records no checkpoint", seq) from error

    def check_recorded(self, newest, vkey):
        size = 0
        for seq, checkpoint in self.recorded:
            if not size < checkpoint.size <= seq or checkpoint.origin != self.origin:
                raise tampered("entry %d records a checkpoint out of order", seq)
            size = checkpoint.size
            if tree_root(self.leaves[:size]) != checkpoint.root:
                raise tampered("entry %d records a checkpoint of another tree", seq)
            # What the newest checkpoint covers was checked by who signed that.
            if seq >= newest.size and checkpoint.verdict_by(vkey) == TAMPERED:
                raise tampered("entry %d records a bad signature", seq)
        if size > newest.size:
            raise tampered("a newer checkpoint was recorded")

    def look_behind(self, remains):
        """Only lines of the batch that was being written may stand behind a damaged one."""
        for line in remains.split(b"\n")[:-1]:
            if is_good(line) and self.parse(line)["b"] > len(self.leaves):
                raise tampered("entry %d is damaged, a later batch is not", len(self.leaves))


def reason_of(remains):
    if not remains.strip(b"\0"):
        return "zeros"
    return "crc" if remains.endswith(b"\n") else "no-newline"

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write audit logs, proofs and tampered copies; judge a log. All of it apart from fwsign.

    audit_log.py write FOLDER [--kind ed25519|p256] [--origin NAME] [--entries N] [--seed TEXT]
                       [--key-seed TEXT] [--ending rest|marks|open|tail|torn|zeros]
                       [--segment N] [--checkpoint-every N]
        A log in order, of N entries under its newest checkpoint: segments, batches, signatures,
        denials, and from 60 entries on two crashes with torn remains that were recovered and
        acknowledged. Prints the vkey. The same seed gives the same lines, the same key seed (by
        default the seed) and kind the same key; ECDSA signatures are random all the same.
        Endings but rest come behind these N entries:
          marks   a recovered crash that nobody acknowledged, under a checkpoint
          open    an intent without outcome, under a checkpoint
          tail    whole lines of several batches behind the newest checkpoint
          torn    the same, the last line torn;  zeros: the same and then a sector of zeros

    audit_log.py prove FOLDER INDEX...
        Write FOLDER/proofs/INDEX.tlog-proof (c2sp.org/tlog-proof@v1) under the newest checkpoint.

    audit_log.py consistency FOLDER OUT
        The checkpoint recorded in the middle of the log as OUT.old, the newest as OUT.new, and as
        OUT the proof between them, one hash in base64 a line.

    audit_log.py judge VKEY FOLDER...
        "VERDICT<TAB>FOLDER<TAB>why" each; exits as `fwsign audit verify` would for the last.

    audit_log.py tamper FOLDER OUT [--seed TEXT] [--rounds N] [--other FOLDER] [--sibling FOLDER]
        What somebody who can write the files but has no key could do to the log: N copies of each
        kind in audit_tamper.py, as OUT/NNNN-NAME, and OUT/expected with a line
        "VERDICT<TAB>OUT/NNNN-NAME" for each. other is a log of another key, sibling one of the
        same origin and key with other entries; kinds that need them are left out without.

Verdicts are intact, crash-tail, tampered and cannot-tell.
"""
import argparse
import datetime
import hashlib
import os
import random
import sys

import audit_judge
import audit_tamper
from audit_format import (EXITS, Checkpoint, Folder, Signer, boot_id, checkpoint_text,
                          consistency, encode_base64, inclusion, leaf_hash, line_of, log_id,
                          segment_name, tree_root)
from audit_places import recorded_checkpoints
from mcuboot_image import write

# Text as it comes: what JSON escapes, what a shell would eat, what UTF-8 has in many bytes.
PRODUCTS = ("pump", "valve \u00c1\u00c8 2", "line\nbreak", 'quoted "name" \\', "\u20ac $HOME `id`",
            "\U0001f512\u0001\u007f")
CRASHES = (0.4, 0.7)


class Writer:
    """Appends as the format says; every way to append ends in line()."""

    def __init__(self, signer, seed, segment, checkpoint_every):
        self.random = random.Random(seed)
        self.signer, self.origin = signer, signer.vkey.name
        self.segment_entries, self.checkpoint_every = segment, checkpoint_every
        self.folder = Folder()
        self.leaves = []
        self.pending = None  # a checkpoint that is published and not recorded
        self.covered = 0
        self.boot, self.instance = boot_id(self.random), self.instance_id()
        self.mono = self.random.randrange(10**9)
        self.clock = datetime.datetime(2025, 1, 31, 12, 34, 56, 123456)
        self.open("log.genesis", {"keys": [signer.vkey.text], "origin": self.origin,
                                  "policy": "sha256:" + hashlib.sha256(b"policy").hexdigest()})
        self.checkpoint()

    def instance_id(self):
        return "%016x" % self.random.getrandbits(64)

    @property
    def size(self):
        return len(self.leaves)

    def line(self, batch, kind, data):
        """The next line."""
        step = self.random.randrange(1, 5000)
        self.mono += step
        self.clock += datetime.timedelta(milliseconds=step)
        text = line_of({
            "b": batch, "boot": self.boot, "data": data, "inst": self.instance,
            "log": log_id(self.origin), "mono": self.mono,
            "prev": self.leaves[-1].hex() if self.leaves else "0" * 64, "seq": self.size,
            "ts": self.clock.isoformat(timespec="microseconds") + "Z", "type": kind, "v": 1})
        self.leaves.append(leaf_hash(text))
        return text + b"\n"

    def append(self, data):
        self.folder.segments[-1][1] += data

    def open(self, kind, data):
        """A new segment with its first entry."""
        self.folder.segments.append([segment_name(self.size), bytearray()])
        self.append(self.line(self.size, kind, data))
        self.begun = self.size

    def batch(self, *entries):
        """What is written and flushed at once; the index of the first of entries."""
        if self.size - self.begun >= self.segment_entries:
            self.open("log.segment.open", {"previous": self.folder.segments[-1][0]})
        begin = self.size
        if self.pending is not None:
            self.append(self.line(begin, "log.checkpoint", {"note": self.pending.decode()}))
            self.pending = None
        first = self.size
        self.append(b"".join(self.line(begin, kind, data) for kind, data in entries))
        return first

    def checkpoint(self):
        """Publish one; not before the last is recorded."""
        if self.pending is not None:
            self.batch()
        text = checkpoint_text(self.origin, self.size, tree_root(self.leaves))
        self.pending = self.folder.checkpoint = self.signer.sign(text)
        self.covered = self.size

    def settle(self):
        if self.size - self.covered >= self.checkpoint_every:
            self.checkpoint()

    # ---- What happens in a log ----

    def intent(self):
        number = self.random.randrange(10**6)
        return "sign.intent", {
            "caller": "uid:%d" % self.random.randrange(1000, 1010),
            "key": {"label": "firmware-%d" % (number % 7), "name": "release",
                    "spki": hashlib.sha256(b"%d" % (number % 7)).hexdigest()},
            "product": self.random.choice(PRODUCTS), "request": boot_id(self.random),
            "version": "1.%d.%d+%d" % (number % 9, number % 31, number)}

    def outcome(self, intent):
        if self.random.randrange(8) == 0:
            return "sign.outcome", {"intent": intent, "result": "failed"}
        return "sign.outcome", {
            "image": {"sha256": "sha256:" + self.random.randbytes(32).hex(),
                      "size": self.random.randrange(1 << 20)},
            "intent": intent, "result": "signed",
            "signature": encode_base64(self.random.randbytes(71))}

    def denial(self):
        return "sign.denied", {"caller": "uid:%d" % self.random.randrange(1000, 1010),
                               "reason": "version", "product": self.random.choice(PRODUCTS)}

    def signatures(self):
        count = self.random.randrange(1, 4)
        first = self.batch(*(self.intent() for _ in range(count)))
        self.batch(*(self.outcome(first + at) for at in range(count)))
        self.settle()

    def crash(self, reason, acknowledge):
        """The next writer finds a whole intent without checkpoint, and torn bytes behind it."""
        intent = self.batch(self.intent())
        first = self.covered
        remains = self.torn_bytes(reason)
        name, data = self.folder.segments[-1]
        offset = len(data)
        self.append(remains)
        self.instance = self.instance_id()
        self.open("log.recovery", {"length": len(remains), "offset": offset, "reason": reason,
                                   "segment": name,
                                   "sha256": "sha256:" + hashlib.sha256(remains).hexdigest()})
        self.batch(("log.tail", {"entries": intent + 1 - first, "first": first}),
                   ("sign.unresolved", {"instance": self.instance, "intent": intent}))
        if acknowledge:
            self.batch(("log.ack", {"by": "operator", "note": "power cut",
                                    "until": self.size - 1}))
        self.checkpoint()

    def torn_bytes(self, reason):
        if reason == "zeros":
            return bytes(self.random.randrange(1, 1000))
        kind, data = self.intent()
        line = line_of({"b": self.size, "data": data, "seq": self.size, "type": kind})
        if reason == "no-newline":
            return line[:self.random.randrange(1, len(line))]
        return line[:40] + bytes(40) + line[80:] + b"\n"

    # ---- Whole logs ----

    def fill(self, entries):
        crashes = [int(entries * part) for part in CRASHES] if entries >= 60 else []
        reasons = self.random.sample(("no-newline", "zeros", "crc"), len(crashes))
        while entries - self.size >= 12:
            if crashes and self.size >= crashes[0]:
                crashes.pop(0)
                self.crash(reasons.pop(), True)
            elif self.random.randrange(4) == 0:
                self.batch(*(self.denial() for _ in range(self.random.randrange(1, 3))))
                self.settle()
            else:
                self.signatures()
        while self.size < entries:
            self.segment_entries = entries  # no opener in between
            self.batch(*[self.denial()] * (self.pending is None))
        if self.covered < self.size:
            self.checkpoint()

    def end(self, ending):
        if ending == "marks":
            self.crash("no-newline", False)
        elif ending == "open":
            self.batch(self.intent())
            self.checkpoint()
        elif ending != "rest":
            self.signatures_without_checkpoint()
        if ending == "torn":
            name, data = self.folder.segments[-1]
            self.folder.segments[-1] = [name, data[:-self.random.randrange(1, 200)]]
        elif ending == "zeros":
            self.append(bytes(512))

    def signatures_without_checkpoint(self):
        self.checkpoint_every = 1 << 53
        for _ in range(3):
            self.signatures()


def do_write(args):
    signer = Signer(args.kind, args.origin, args.key_seed or args.seed)
    try:
        writer = Writer(signer, args.seed, args.segment or max(8, args.entries // 4),
                        args.checkpoint_every)
        writer.fill(args.entries)
        writer.end(args.ending)
    finally:
        signer.close()
    writer.folder.save(args.folder)
    print(signer.vkey.text)
    return 0


def proof_text(lines, index, note):
    covered = [leaf_hash(line) for line in lines[:Checkpoint(note).size]]
    rows = ["c2sp.org/tlog-proof@v1", "extra " + encode_base64(lines[index]), "index %d" % index]
    rows += [encode_base64(value) for value in inclusion(covered, index)]
    return "\n".join(rows).encode() + b"\n\n" + note


def do_prove(args):
    folder = Folder.load(args.folder)
    lines = folder.lines()
    out = os.path.join(args.folder, "proofs")
    os.makedirs(out, exist_ok=True)
    for index in args.index:
        path = os.path.join(out, "%d.tlog-proof" % index)
        write(path, proof_text(lines, index, folder.checkpoint))
    return 0


def do_consistency(args):
    folder = Folder.load(args.folder)
    lines = folder.lines()
    recorded = recorded_checkpoints(lines)
    old, new = recorded[len(recorded) // 2], Checkpoint(folder.checkpoint)
    leaves = [leaf_hash(line) for line in lines[:new.size]]
    rows = [encode_base64(value) + "\n" for value in consistency(leaves, old.size)]
    write(args.out + ".old", old.note)
    write(args.out + ".new", new.note)
    write(args.out, "".join(rows).encode())
    return 0


def do_judge(args):
    word = None
    for path in args.folder:
        word, why = audit_judge.judge(path, args.vkey)
        print("%s\t%s\t%s" % (word, path, why))
    return EXITS[word]


def do_tamper(args):
    logs = {name: Folder.load(path) for name, path in
            (("other", args.other), ("sibling", args.sibling)) if path}
    attack = audit_tamper.Attack(Folder.load(args.folder), logs, args.seed)
    os.makedirs(args.out)
    expected = []
    for number, (name, folder, verdict) in enumerate(attack.copies(args.rounds)):
        path = os.path.join(args.out, "%04d-%s" % (number, name))
        folder.save(path)
        expected.append("%s\t%s\n" % (verdict, path))
    write(os.path.join(args.out, "expected"), "".join(expected).encode())
    return 0


def parse_args():
    parser = argparse.ArgumentParser(usage=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    mode = modes.add_parser("write")
    mode.add_argument("folder")
    mode.add_argument("--kind", choices=("ed25519", "p256"), default="ed25519")
    mode.add_argument("--origin", default="example.test/release-log")
    mode.add_argument("--entries", type=int, default=100)
    mode.add_argument("--seed", default="1")
    mode.add_argument("--key-seed")
    mode.add_argument("--ending", default="rest",
                      choices=("rest", "marks", "open", "tail", "torn", "zeros"))
    mode.add_argument("--segment", type=int)
    mode.add_argument("--checkpoint-every", type=int, default=8)
    mode = modes.add_parser("prove")
    mode.add_argument("folder")
    mode.add_argument("index", type=int, nargs="+")
    mode = modes.add_parser("consistency")
    mode.add_argument("folder")
    mode.add_argument("out")
    mode = modes.add_parser("judge")
    mode.add_argument("vkey")
    mode.add_argument("folder", nargs="+")
    mode = modes.add_parser("tamper")
    mode.add_argument("folder")
    mode.add_argument("out")
    mode.add_argument("--seed", default="1")
    mode.add_argument("--rounds", type=int, default=1)
    mode.add_argument("--other")
    mode.add_argument("--sibling")
    return parser.parse_args()


def main():
    args = parse_args()
    modes = {"write": do_write, "prove": do_prove, "consistency": do_consistency,
             "judge": do_judge, "tamper": do_tamper}
    return modes[args.mode](args)


if __name__ == "__main__":
    sys.exit(main())

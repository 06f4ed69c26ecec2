# SPDX-License-Identifier: Apache-2.0
"""A copy of an audit log's folder, and the means to change it at random places."""
import json

from audit_format import (CRASH_TAIL, INTACT, MARKS, Checkpoint, good_lines, leaf_hash,
                          line_of, segment_name)

SECTOR = 512
KINDS = []  # of tampering: methods that change the copy and return the verdict or None


def kind(function):
    KINDS.append(function)
    return function


def recorded_checkpoints(lines):
    entries = (json.loads(line) for line in lines if b'"type":"log.checkpoint"' in line)
    return [Checkpoint(entry["data"]["note"].encode()) for entry in entries]


def state_of(lines):
    """The verdict over a log of these lines, all of them under its checkpoint."""
    marks, acknowledged, intents = [-1], -1, set()
    for line in lines:
        entry = json.loads(line)
        if entry["type"] in MARKS:
            marks.append(entry["seq"])
        if entry["type"] == "log.ack":
            acknowledged = entry["data"]["until"]
        elif entry["type"] == "sign.intent":
            intents.add(entry["seq"])
        elif entry["type"] in ("sign.outcome", "sign.unresolved"):
            intents.remove(entry["data"]["intent"])
    return CRASH_TAIL if max(marks) > acknowledged or intents else INTACT


def chained(lines, before=None):
    """The lines with prev, seq, b and zc made anew, so that they follow the line before."""
    out = []
    for line in lines:
        entry = json.loads(line)
        last = json.loads(before) if before else {"b": 0, "seq": -1}
        begins = entry["b"] == entry["seq"]
        entry["seq"] = last["seq"] + 1
        entry["b"] = entry["seq"] if begins else last["b"]
        entry["prev"] = leaf_hash(before).hex() if before else "0" * 64
        before = line_of(entry)
        out.append(before)
    return out


class Places:
    """One copy after the other of a log; lines, size and verdict are the original's."""

    def __init__(self, folder, logs, seed):
        self.original, self.logs = folder, logs
        self.seed = seed
        self.lines = folder.lines()
        self.size = Checkpoint(folder.checkpoint).size
        last = folder.segments[-1][1]
        self.torn = sum(len(line) + 1 for line in good_lines(last)) < len(last)
        self.at_rest = len(self.lines) == self.size and not self.torn
        self.verdict = state_of(self.lines) if self.at_rest else CRASH_TAIL

    # ---- Places ----

    def place(self, begin=0, end=None):
        """(segment, line) of a random line with begin <= index < end, by default a covered one."""
        return self.place_of(self.random.randrange(begin, self.size if end is None else end))

    def place_of(self, index):
        for number, (_, data) in enumerate(self.folder.segments):
            count = len(good_lines(data))
            if index < count:
                return number, index
            index -= count
        raise IndexError

    def cut(self, segment):
        """The lines of a segment, and what stands behind them."""
        data = self.folder.segments[segment][1]
        lines = good_lines(data)
        return lines, data[sum(len(line) + 1 for line in lines):]

    def put(self, segment, lines, remains):
        self.folder.segments[segment][1] = b"".join(line + b"\n" for line in lines) + remains

    def span(self, place):
        """Where a line begins and ends, its LF included."""
        lines = self.cut(place[0])[0]
        begin = sum(len(line) + 1 for line in lines[:place[1]])
        return begin, begin + len(lines[place[1]]) + 1

    def replace(self, segment, begin, end, data):
        old = self.folder.segments[segment][1]
        self.folder.segments[segment][1] = old[:begin] + data + old[end:]

    # ---- Changes ----

    def edit_lines(self, edit, begin=0, end=None):
        """Change the lines of a random covered line's segment; edit is given lines and index."""
        segment, index = self.place(begin, end)
        lines, remains = self.cut(segment)
        edit(lines, index)
        self.put(segment, lines, remains)
        return segment

    def rechain(self, first=0):
        """Make links, indexes, CRCs and names anew from a segment on, as if nothing had been."""
        done = [line for number in range(first) for line in self.cut(number)[0]]
        for segment in range(first, len(self.folder.segments)):
            lines, remains = self.cut(segment)
            self.folder.segments[segment][0] = segment_name(len(done))
            lines = chained(lines, done[-1] if done else None)
            self.put(segment, lines, remains)
            done += lines

    def later(self, count=1):
        """Lines as the log's own writer would append next."""
        entry = json.loads(self.lines[-1])
        entry.update(data={"caller": "uid:0", "reason": "version"}, type="sign.denied")
        entry["b"] = entry["seq"]  # each a batch of its own
        return chained([line_of(entry)] * count, self.lines[-1])

    def append(self, data):
        self.folder.segments[-1][1] += data

    def part(self, data):
        """The data with one random byte changed."""
        at = self.random.randrange(len(data))
        return data[:at] + bytes([data[at] ^ self.random.randrange(1, 256)]) + data[at + 1:]

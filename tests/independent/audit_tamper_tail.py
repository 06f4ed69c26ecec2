# SPDX-License-Identifier: Apache-2.0
"""Tamperings with what no checkpoint covers: remains of crashes, and the log's end."""
import json

from audit_format import (CRASH_TAIL, TAMPERED, Checkpoint, encode_base64, leaf_hash, line_of,
                          segment_name)
from audit_places import SECTOR, Places, kind, state_of


class Tail(Places):
    # ---- Remains that a recovery describes ----

    def remains(self):
        """The number of a segment that ends with some, or None."""
        numbers = [number for number in range(len(self.folder.segments) - 1)
                   if self.cut(number)[1]]
        return self.random.choice(numbers) if numbers else None

    @kind
    def remains_edited(self):
        number = self.remains()
        if number is None:
            return None
        lines, remains = self.cut(number)
        self.put(number, lines, self.part(remains))
        return TAMPERED

    @kind
    def remains_cut(self):
        number = self.remains()
        if number is None:
            return None
        lines, remains = self.cut(number)
        self.put(number, lines, remains[:self.random.randrange(len(remains))])
        return TAMPERED

    @kind
    def remains_grown(self):
        """Bytes behind the last line of a closed segment, whether it had some or not."""
        if len(self.folder.segments) < 2:
            return None
        self.folder.segments[self.random.randrange(len(self.folder.segments) - 1)][1] += b"{"
        return TAMPERED

    # ---- Behind the checkpoint ----

    @kind
    def garbage_appended(self):
        self.append(self.random.randbytes(self.random.randrange(1, 600)).replace(b"\n", b" "))
        return CRASH_TAIL

    @kind
    def zeros_appended(self):
        self.append(bytes(self.random.randrange(1, 5000)))
        return CRASH_TAIL

    @kind
    def part_of_a_line_appended(self):
        line = self.later()[0]
        self.append(line[:self.random.randrange(1, len(line) + 1)])
        return CRASH_TAIL

    @kind
    def lines_appended(self):
        """Forged, but in perfect order: no more than lines without a checkpoint."""
        if self.torn:
            return None
        self.append(b"".join(line + b"\n" for line in self.later(self.random.randrange(1, 4))))
        return CRASH_TAIL

    @kind
    def acknowledgement_appended(self):
        if self.torn:
            return None
        entry = json.loads(self.later()[0])
        entry.update(type="log.ack", data={"by": "operator", "note": "", "until": entry["seq"] - 1})
        self.append(line_of(entry) + b"\n")
        return CRASH_TAIL

    def append_edited(self, **members):
        """The next line with other members, its CRC made right."""
        if self.torn:
            return None
        self.append(line_of(dict(json.loads(self.later()[0]), **members)) + b"\n")
        return TAMPERED

    @kind
    def line_without_link_appended(self):
        return self.append_edited(prev=self.random.randbytes(32).hex())

    @kind
    def line_with_gap_appended(self):
        return self.append_edited(seq=len(self.lines) + 1)

    @kind
    def line_of_another_id_appended(self):
        return self.append_edited(log="%016x" % self.random.getrandbits(64))

    @kind
    def line_of_a_later_batch_appended(self):
        return self.append_edited(b=len(self.lines) + 1)

    @kind
    def line_of_an_older_batch_appended(self):
        """Otherwise good lines behind damage could pass for those of the batch that was torn."""
        batch = json.loads(self.lines[-1])["b"]
        return self.append_edited(b=batch - 1) if batch > 0 else None

    @kind
    def opener_appended(self):
        return self.append_edited(type="log.segment.open", data={
            "previous": self.folder.segments[-1][0]})

    @kind
    def forged_checkpoint_appended(self):
        note = Checkpoint(self.folder.checkpoint)
        rows = self.folder.checkpoint.decode().split("\n")
        rows[1] = str(note.size + 1)
        return self.append_edited(type="log.checkpoint", data={"note": "\n".join(rows)})

    @kind
    def forged_root_recorded(self):
        """Of the newest checkpoint's size, which is not on record so far."""
        if not self.at_rest:
            return None
        rows = self.folder.checkpoint.decode().split("\n")
        rows[2] = encode_base64(self.random.randbytes(32))
        return self.append_edited(type="log.checkpoint", data={"note": "\n".join(rows)})

    @kind
    def newest_checkpoint_recorded(self):
        """As the log's own writer would: lines without a checkpoint, no more."""
        if not self.at_rest:
            return None
        self.append_edited(type="log.checkpoint", data={"note": self.folder.checkpoint.decode()})
        return CRASH_TAIL

    @kind
    def damage_in_one_batch(self):
        """A damaged line and a good one that was to be flushed with it: a crash may do that."""
        if self.torn:
            return None
        lines = [line_of(dict(json.loads(line), b=len(self.lines))) for line in self.later(3)]
        lines = self.chained_again(lines)
        self.append(lines[0][:-40] + bytes(40) + b"\n" + lines[1] + b"\n" + lines[2] + b"\n")
        return CRASH_TAIL

    @kind
    def damage_inside_a_string(self):
        """Zeros where a careless reader of JSON takes them for characters."""
        if self.torn:
            return None
        lines = [line_of(dict(json.loads(line), b=len(self.lines))) for line in self.later(2)]
        lines = self.chained_again(lines)
        at = lines[0].index(b'"prev":"') + 8
        self.append(lines[0][:at] + bytes(64) + lines[0][at + 64:] + b"\n" + lines[1] + b"\n")
        return CRASH_TAIL

    @kind
    def sectors_lost(self):
        """Any sectors of the batch that was being written are zeros, and the file is any length."""
        if self.torn:
            return None
        lines = [line_of(dict(json.loads(line), b=len(self.lines))) for line in self.later(5)]
        begin = len(self.folder.segments[-1][1])
        batch = bytearray(b"".join(line + b"\n" for line in self.chained_again(lines)))
        for at in range(-begin % SECTOR, len(batch), SECTOR):
            if self.random.randrange(3) == 0:
                batch[at:at + SECTOR] = bytes(len(batch[at:at + SECTOR]))
        self.append(bytes(batch[:self.random.randrange(SECTOR, len(batch))]))
        return CRASH_TAIL

    def chained_again(self, lines):
        """Lines in one batch: links as they are, now that b has changed."""
        out = lines[:1]
        for line in lines[1:]:
            out.append(line_of(dict(json.loads(line), prev=leaf_hash(out[-1]).hex())))
        return out

    @kind
    def damage_before_a_later_batch(self):
        """A later batch is not begun before the one before is flushed."""
        if self.torn:
            return None
        lines = self.later(2)
        second = line_of(dict(json.loads(lines[1]), b=len(self.lines) + 1))
        self.append(lines[0][:-40] + bytes(40) + b"\n" + second + b"\n")
        return TAMPERED

    @kind
    def tail_line_without_crc(self):
        """A line behind the checkpoint edited, nothing made right: later batches show it."""
        tail = self.lines[self.size:]
        first = [number for number, line in enumerate(tail)
                 if json.loads(tail[-1])["b"] > self.size + number]
        if not first:
            return None
        place = self.place_of(self.size + self.random.choice(first))
        begin, end = self.span(place)
        self.replace(place[0], begin + 8, begin + 9, b"\0")
        return TAMPERED

    @kind
    def tail_cut_to_the_checkpoint(self):
        """All that no checkpoint covers cut off: nobody can tell."""
        if self.at_rest or self.folder.segments[-1][0] == segment_name(self.size):
            return None
        self.cut_to(self.size)
        return state_of(self.lines[:self.size])

    @kind
    def tail_rechained(self):
        """The tail changed and its links made right: still only a tail."""
        if len(self.lines) - self.size < 2 or self.torn:
            return None
        segment, index = self.place(self.size, len(self.lines) - 1)
        lines, remains = self.cut(segment)
        if json.loads(lines[index])["type"] != "sign.intent":
            return None
        entry = json.loads(lines[index])
        entry["data"]["caller"] = "uid:0"
        lines[index] = line_of(entry)
        self.put(segment, lines, remains)
        self.rechain(segment)
        return CRASH_TAIL

    @kind
    def tail_link_broken(self):
        if len(self.lines) - self.size < 2:
            return None
        segment, index = self.place(self.size, len(self.lines) - 1)
        lines, remains = self.cut(segment)
        if segment != len(self.folder.segments) - 1 or index == len(lines) - 1:
            return None
        self.changed(lines, index)
        self.put(segment, lines, remains)
        return TAMPERED

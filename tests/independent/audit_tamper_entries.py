# SPDX-License-Identifier: Apache-2.0
"""Tamperings with bytes and entries that the newest checkpoint covers."""
import json

from audit_format import CRASH_TAIL, TAMPERED, Checkpoint, crc32c, line_of
from audit_places import SECTOR, Places, kind, recorded_checkpoints, state_of


class Entries(Places):
    # ---- Bytes ----

    @kind
    def byte_edited(self):
        place = self.place()
        begin, end = self.span(place)
        data = self.folder.segments[place[0]][1]
        self.replace(place[0], begin, end, self.part(data[begin:end]))
        return TAMPERED

    @kind
    def bit_flipped(self):
        place = self.place()
        begin, end = self.span(place)
        at = self.random.randrange(begin, end)
        byte = self.folder.segments[place[0]][1][at] ^ 1 << self.random.randrange(8)
        self.replace(place[0], at, at + 1, bytes([byte]))
        return TAMPERED

    @kind
    def byte_deleted(self):
        place = self.place()
        at = self.random.randrange(*self.span(place))
        self.replace(place[0], at, at + 1, b"")
        return TAMPERED

    @kind
    def zero_byte_inserted(self):
        place = self.place()
        at = self.random.randrange(*self.span(place))
        self.replace(place[0], at, at, b"\0")
        return TAMPERED

    @kind
    def carriage_returns(self):
        segment = self.random.randrange(len(self.folder.segments))
        data = self.folder.segments[segment][1]
        self.folder.segments[segment][1] = data.replace(b"\n", b"\r\n")
        return TAMPERED

    @kind
    def sector_zeroed(self):
        place = self.place()
        begin = self.span(place)[0] // SECTOR * SECTOR
        data = self.folder.segments[place[0]][1]
        self.replace(place[0], begin, begin + SECTOR, bytes(len(data[begin:begin + SECTOR])))
        return TAMPERED

    @kind
    def empty_line_inserted(self):
        place = self.place(1)
        begin = self.span(place)[0]
        self.replace(place[0], begin, begin, b"\n")
        return TAMPERED

    # ---- Entries ----

    def changed(self, lines, index):
        """An entry with another value, its CRC made right."""
        entry = json.loads(lines[index])
        choice = self.random.choice(("data", "inst", "mono", "ts"))
        if choice == "data":
            entry["data"]["caller"] = "uid:0"
        elif choice == "inst":
            entry["inst"] = "%016x" % (int(entry["inst"], 16) ^ 1)
        elif choice == "mono":
            entry["mono"] += 1
        else:
            entry["ts"] = "2031" + entry["ts"][4:]
        lines[index] = line_of(entry)

    @kind
    def value_edited(self):
        self.edit_lines(self.changed)
        return TAMPERED

    @kind
    def value_edited_and_rechained(self):
        self.rechain(self.edit_lines(self.changed))
        return TAMPERED

    @kind
    def batch_edited(self):
        def edit(lines, index):
            entry = json.loads(lines[index])
            entry["b"] = entry["seq"] if entry["b"] < entry["seq"] else entry["b"] - 1
            lines[index] = line_of(entry)
        self.rechain(self.edit_lines(edit, 1))
        return TAMPERED

    @kind
    def white_space_inserted(self):
        def edit(lines, index):
            body = lines[index].replace(b'","mono":', b'", "mono":').rpartition(b',"zc":')[0]
            lines[index] = body + b',"zc":"%08x"}' % crc32c(body)
        self.edit_lines(edit)
        return TAMPERED

    @kind
    def line_deleted(self):
        self.edit_lines(lambda lines, index: lines.pop(index))
        return TAMPERED

    @kind
    def line_deleted_and_rechained(self):
        self.rechain(self.edit_lines(lambda lines, index: lines.pop(index)))
        return TAMPERED

    # Behind the last covered line they would be but a tail.

    @staticmethod
    def doubled(lines, index):
        lines.insert(index, lines[index])

    @kind
    def line_duplicated(self):
        self.edit_lines(self.doubled, 0, self.size - 1)
        return TAMPERED

    @kind
    def line_duplicated_and_rechained(self):
        self.rechain(self.edit_lines(self.doubled, 0, self.size - 1))
        return TAMPERED

    def swap(self):
        """Two random covered lines change their places; the first segment that changed."""
        one, other = (self.place_of(index) for index in
                      sorted(self.random.sample(range(1, self.size), 2)))
        texts = [self.cut(place[0])[0][place[1]] for place in (one, other)]
        for place, text in ((one, texts[1]), (other, texts[0])):
            lines, remains = self.cut(place[0])
            lines[place[1]] = text
            self.put(place[0], lines, remains)
        return one[0]

    @kind
    def lines_swapped(self):
        self.swap()
        return TAMPERED

    @kind
    def lines_swapped_and_rechained(self):
        self.rechain(self.swap())
        return TAMPERED

    def forged(self, lines, index):
        entry = json.loads(lines[index])
        entry.update(data={"caller": "uid:0", "reason": "version"}, type="sign.denied")
        lines.insert(index + 1, line_of(entry))

    @kind
    def line_inserted(self):
        self.edit_lines(self.forged, 0, self.size - 1)
        return TAMPERED

    @kind
    def line_inserted_and_rechained(self):
        self.rechain(self.edit_lines(self.forged, 0, self.size - 1))
        return TAMPERED

    @kind
    def genesis_edited_and_rechained(self):
        lines, remains = self.cut(0)
        entry = json.loads(lines[0])
        entry["data"]["keys"] = [entry["data"]["keys"][0][:-4] + "AAA="]
        self.put(0, [line_of(entry)] + lines[1:], remains)
        self.rechain()
        return TAMPERED

    @kind
    def signature_edited_and_rechained(self):
        """The value an attacker wants: another image's digest in an outcome."""
        at = [index for index, line in enumerate(self.lines[:self.size]) if b'"signed"' in line]
        if not at:
            return None
        segment, index = self.place_of(self.random.choice(at))
        lines, remains = self.cut(segment)
        entry = json.loads(lines[index])
        entry["data"]["image"]["sha256"] = "sha256:" + "ab" * 32
        lines[index] = line_of(entry)
        self.put(segment, lines, remains)
        self.rechain(segment)
        return TAMPERED

    # ---- Ends ----

    def cut_to(self, count):
        """Keep the first count lines and nothing behind them."""
        segment, index = self.place_of(count - 1)
        lines = self.cut(segment)[0][:index + 1]
        del self.folder.segments[segment + 1:]
        self.put(segment, lines, b"")

    @kind
    def cut_at_a_line(self):
        self.cut_to(self.random.randrange(1, self.size))
        return TAMPERED

    @kind
    def last_line_cut(self):
        self.cut_to(self.size - 1)
        return TAMPERED

    @kind
    def cut_inside_a_line(self):
        index = self.random.randrange(1, self.size)
        self.cut_to(index + 1)
        begin, end = self.span(self.place_of(index))
        self.replace(-1, self.random.randrange(begin + 1, end), end, b"")
        return TAMPERED

    @kind
    def last_newline_cut(self):
        self.cut_to(self.size)
        self.folder.segments[-1][1] = self.folder.segments[-1][1][:-1]
        return TAMPERED

    @kind
    def segments_cut(self):
        if len(self.folder.segments) < 2:
            return None
        del self.folder.segments[self.random.randrange(1, len(self.folder.segments)):]
        return None if len(self.folder.lines()) >= self.size else TAMPERED

    @kind
    def cut_and_written_anew(self):
        """The last entries replaced by as many others in perfect order."""
        count = self.random.randrange(max(1, self.size - 8), self.size)
        self.cut_to(count)
        lost, self.lines = len(self.lines) - count, self.lines[:count]
        self.append(b"".join(line + b"\n" for line in self.later(lost)))
        self.lines = self.original.lines()
        return TAMPERED

    @kind
    def rolled_back(self):
        """The whole folder as it once was. Only who remembers a later state can tell."""
        old = self.random.choice(recorded_checkpoints(self.lines))
        self.cut_to(old.size)
        self.folder.checkpoint = old.note
        return state_of(self.lines[:old.size])

    @kind
    def checkpoint_rolled_back(self):
        """To one that was recorded before the last: a later one is on record."""
        old = recorded_checkpoints(self.lines)
        newest = max(Checkpoint(self.folder.checkpoint).size, old[-1].size)
        old = [checkpoint for checkpoint in old if checkpoint.size < old[-1].size < newest]
        if not old:
            return None
        self.folder.checkpoint = self.random.choice(old).note
        return TAMPERED

    @kind
    def checkpoint_one_back(self):
        """As if the last one had never been made: a crash for all the log says."""
        old = recorded_checkpoints(self.lines)
        if old[-1].size == self.size:
            return None
        self.folder.checkpoint = old[-1].note
        return CRASH_TAIL

# SPDX-License-Identifier: Apache-2.0
"""Tamperings with whole files: another log's, the checkpoint, segments."""
import json

from audit_format import CANNOT_TELL, OPENERS, TAMPERED, Checkpoint, encode_base64, segment_name
from audit_places import Places, kind


class Files(Places):
    # ---- Other logs ----

    @kind
    def lines_spliced(self):
        """Some lines of another log in the place of ours."""
        log = self.logs.get("sibling") or self.logs.get("other")
        if log is None:
            return None
        theirs = log.lines()
        index = self.random.randrange(1, min(self.size, len(theirs)))
        segment, at = self.place_of(index)
        lines, remains = self.cut(segment)
        count = self.random.randrange(1, 4)
        lines[at:at + count] = theirs[index:index + len(lines[at:at + count])]
        self.put(segment, lines, remains)
        return TAMPERED

    @kind
    def lines_spliced_and_rechained(self):
        log = self.logs.get("sibling")
        if log is None:
            return None
        theirs = log.lines()
        index = self.random.randrange(1, min(self.size, len(theirs)))
        segment, at = self.place_of(index)
        lines, remains = self.cut(segment)
        if json.loads(theirs[index])["type"] in OPENERS:
            return None
        lines[at] = theirs[index]
        self.put(segment, lines, remains)
        self.rechain(segment)
        return TAMPERED

    @kind
    def segments_of_a_sibling(self):
        """Another log of the same name and key under our checkpoint."""
        if "sibling" not in self.logs:
            return None
        self.folder.segments = self.logs["sibling"].copy().segments
        return TAMPERED

    @kind
    def checkpoint_of_a_sibling(self):
        if "sibling" not in self.logs:
            return None
        self.folder.checkpoint = self.logs["sibling"].checkpoint
        return TAMPERED

    @kind
    def checkpoint_of_another(self):
        if "other" not in self.logs:
            return None
        self.folder.checkpoint = self.logs["other"].checkpoint
        return CANNOT_TELL

    @kind
    def another_log(self):
        if "other" not in self.logs:
            return None
        self.folder = self.logs["other"].copy()
        return CANNOT_TELL

    @kind
    def lines_of_another_appended(self):
        if "other" not in self.logs or self.torn:
            return None
        self.append(self.random.choice(self.logs["other"].lines()) + b"\n")
        return TAMPERED

    # ---- The checkpoint ----

    def edit_text(self, row, text):
        rows = self.folder.checkpoint.split(b"\n")
        rows[row] = text
        self.folder.checkpoint = b"\n".join(rows)

    @kind
    def checkpoint_size_edited(self):
        self.edit_text(1, b"%d" % (self.size + self.random.choice((-1, 1, 9))))
        return TAMPERED

    @kind
    def checkpoint_size_padded(self):
        self.edit_text(1, b"0%d" % self.size)
        return TAMPERED

    @kind
    def checkpoint_root_edited(self):
        root = self.part(Checkpoint(self.folder.checkpoint).root)
        self.edit_text(2, encode_base64(root).encode())
        return TAMPERED

    @kind
    def checkpoint_origin_edited(self):
        self.edit_text(0, b"example.test/another")
        return TAMPERED

    @kind
    def checkpoint_extended(self):
        self.edit_text(2, self.folder.checkpoint.split(b"\n")[2] + b"\nextension")
        return TAMPERED

    def sign_line(self, name, key, value):
        line = "\u2014 %s %s" % (name, encode_base64(key + value))
        self.edit_text(4, line.encode())

    @kind
    def checkpoint_signature_edited(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        self.sign_line(name, key, self.part(value))
        return TAMPERED

    @kind
    def checkpoint_signature_longer(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        self.sign_line(name, key, value + b"\0")
        return TAMPERED

    @kind
    def checkpoint_signature_shorter(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        self.sign_line(name, key, value[:-1])
        return TAMPERED

    @kind
    def checkpoint_key_id_edited(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        self.sign_line(name, self.part(key), value)
        return CANNOT_TELL

    @kind
    def checkpoint_key_name_edited(self):
        _, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        self.sign_line("example.test/another", key, value)
        return CANNOT_TELL

    @kind
    def checkpoint_signed_again_badly(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        good = self.folder.checkpoint
        self.sign_line(name, key, self.part(value))
        self.folder.checkpoint += good.split(b"\n")[4] + b"\n"
        return TAMPERED

    @kind
    def checkpoint_signed_badly_behind(self):
        name, key, value = Checkpoint(self.folder.checkpoint).signatures[0]
        good = self.folder.checkpoint
        self.sign_line(name, key, self.part(value))
        self.folder.checkpoint = good + self.folder.checkpoint.split(b"\n")[4] + b"\n"
        return TAMPERED

    @kind
    def checkpoint_signed_by_strangers_too(self):
        line = "\u2014 example.test/witness %s\n" % encode_base64(self.random.randbytes(76))
        self.folder.checkpoint += line.encode() * 8
        return self.verdict

    @kind
    def checkpoint_byte_deleted(self):
        """A byte of the signed text."""
        at = self.random.randrange(self.folder.checkpoint.index(b"\n\n"))
        self.folder.checkpoint = self.folder.checkpoint[:at] + self.folder.checkpoint[at + 1:]
        return TAMPERED

    @kind
    def checkpoint_cut(self):
        end = self.random.randrange(1, len(self.folder.checkpoint))
        self.folder.checkpoint = self.folder.checkpoint[:end]
        return TAMPERED

    @kind
    def checkpoint_unsigned(self):
        self.folder.checkpoint = self.folder.checkpoint[:self.folder.checkpoint.index(b"\n\n") + 2]
        return TAMPERED

    @kind
    def checkpoint_with_carriage_returns(self):
        self.folder.checkpoint = self.folder.checkpoint.replace(b"\n", b"\r\n")
        return TAMPERED

    @kind
    def checkpoint_with_zero_byte(self):
        at = self.random.randrange(len(self.folder.checkpoint))
        note = self.folder.checkpoint
        self.folder.checkpoint = note[:at] + b"\0" + note[at:]
        return TAMPERED

    @kind
    def checkpoint_emptied(self):
        self.folder.checkpoint = b""
        return TAMPERED

    @kind
    def checkpoint_deleted(self):
        self.folder.checkpoint = None
        return CANNOT_TELL

    # ---- Segments ----

    def some_segment(self):
        """A random one that has covered lines."""
        return self.place()[0]

    @kind
    def segment_deleted(self):
        del self.folder.segments[self.some_segment()]
        return TAMPERED

    @kind
    def segments_deleted(self):
        self.folder.segments = []
        return TAMPERED

    @kind
    def segment_emptied(self):
        self.folder.segments[self.some_segment()][1] = b""
        return TAMPERED

    @kind
    def segment_renamed(self):
        segment = self.folder.segments[self.some_segment()]
        segment[0] = segment_name(int(segment[0][:20]) + self.random.choice((1, 1000000)))
        return TAMPERED

    @kind
    def last_segment_renamed(self):
        """No other segment tells its name."""
        segment = self.folder.segments[-1]
        segment[0] = segment_name(int(segment[0][:20]) + 1)
        return TAMPERED

    @kind
    def segment_duplicated(self):
        data = self.folder.segments[self.some_segment()][1]
        self.folder.segments.append([segment_name(len(self.lines)), data])
        return TAMPERED

    @kind
    def segments_swapped(self):
        if len(self.folder.segments) < 2:
            return None
        one, other = self.random.sample(range(len(self.folder.segments)), 2)
        segments = self.folder.segments
        segments[one][1], segments[other][1] = segments[other][1], segments[one][1]
        return TAMPERED

    @kind
    def segments_joined(self):
        """The same lines in the same order in one file less: chain and root stay right."""
        at = [number for number in range(1, len(self.folder.segments))
              if not self.cut(number - 1)[1]]
        if not at:
            return None
        at = self.random.choice(at)
        self.folder.segments[at - 1][1] += self.folder.segments.pop(at)[1]
        return TAMPERED

    @kind
    def segment_split(self):
        """The same lines in one file more."""
        segment, index = self.place_of(self.random.randrange(1, self.size))
        lines, remains = self.cut(segment)
        if index == 0:
            return None
        self.put(segment, lines[:index], b"")
        first = json.loads(lines[index])["seq"]
        self.folder.segments.insert(segment + 1, [segment_name(first), b""])
        self.put(segment + 1, lines[index:], remains)
        return TAMPERED

    @kind
    def segment_linked(self):
        """The same bytes, by a symbolic link."""
        name, data = self.folder.segments.pop(self.some_segment())
        self.folder.others = {"seg/elsewhere": data, "seg/" + name: "elsewhere"}
        return TAMPERED

    @kind
    def segment_a_fifo(self):
        name, _ = self.folder.segments.pop(self.some_segment())
        self.folder.others = {"seg/" + name: None}
        return TAMPERED

    @kind
    def empty_segment_added(self):
        self.folder.segments.append([segment_name(len(self.lines)), b""])
        return TAMPERED

    @kind
    def stray_files_added(self):
        """Nobody looks at files of other names."""
        data = self.folder.segments[0][1]
        self.folder.others = {"seg/.new": data, "seg/1.jsonl": data,
                              "seg/%s.bak" % segment_name(7): data}
        return self.verdict

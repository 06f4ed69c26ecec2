# SPDX-License-Identifier: Apache-2.0
"""Sets of cases: controls that are accepted, and beside each what one change makes of it."""
import dataclasses
import re

from . import image as images

COLUMNS = "id reason pushed offset control slot policy proof image comment"


@dataclasses.dataclass(frozen=True)
class Control:
    id: str
    image: images.Image
    policy: str


def packed(data):
    """Hexadecimal digits; a long run of one byte as BYTE*COUNT."""
    parts, start = [], 0
    for run in re.finditer(rb"(.)\1{63,}", data, re.DOTALL):
        parts += [data[start:run.start()].hex()] if run.start() > start else []
        parts.append(f"{data[run.start()]:02x}*{len(run[0])}")
        start = run.end()
    parts += [data[start:].hex()] if start < len(data) or not parts else []
    return "+".join(parts) or "-"


class Set:
    def __init__(self, name):
        self.name, self.lines, self.ids, self.known, self.signed, self.refused = name, [], set(), {}, 0, 0

    def control(self, id, image, policy, comment, pushed="="):
        """policy: words joined by commas, as README.md lists them."""
        self.add(id, "ok", pushed, 0, "-", image, policy, comment)
        return Control(id, image, policy)

    def twin(self, control, id, comment, pushed="=", **changes):
        """Another control that differs from one."""
        return self.control(id, dataclasses.replace(control.image, **changes), control.policy, comment,
                            pushed)

    def refuse(self, control, id, reason, comment, at=None, pushed="=", **changes):
        """at: what the report's offset is, a mark or a number; None where no one place is at fault."""
        built = self.add(id, reason, pushed, at, control.id, dataclasses.replace(control.image, **changes),
                         control.policy, comment)
        self.refused += 1
        self.signed += bool(built.proofs)

    def add(self, id, reason, pushed, at, control, image, policy, comment):
        built = images.build(image)
        offset = built.marks[at] if isinstance(at, str) else at
        key = built.data, built.slot, policy
        assert id not in self.ids, f"{self.name}: two cases are called {id}"
        assert key not in self.known, f"{self.name}: {id} is {self.known.get(key)}"
        assert control == "-" or control in self.ids
        assert " " not in id + policy and len(built.data) <= built.slot
        self.ids.add(id)
        self.known[key] = id
        proof = "+".join(":".join(map(str, one)) for one in built.proofs)
        self.lines.append(" ".join([id, reason, pushed, "-" if offset is None else str(offset), control,
                                    str(built.slot), policy, proof or "-", packed(built.data), comment]))
        return built

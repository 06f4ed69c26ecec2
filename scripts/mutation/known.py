# SPDX-License-Identifier: Apache-2.0
"""scripts/mutation/equivalent.txt: mutants that no test can notice, each with its reason.

    # A reason, of one line or more, for the entries that follow it.
    verifier/pass.c fws_pass_update | for (... {{i < FWS_VERIFY_HASHES_MAX && => }}...

An entry is a mutant as `scripts/mutate --list` names it, without its line; ... stands for anything.
"""
import re


class Entry:
    def __init__(self, line, text, reason):
        self.line, self.text, self.reason = line, text, reason
        self.pattern = re.compile(".*".join(re.escape(part) for part in text.split("...")))
        self.found = 0


def entries_of(path):
    """Those of the file; ValueError for one without a reason."""
    entries, reason, was_reason = [], "", False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if line.startswith("# SPDX"):
                continue
            if line.startswith("#"):
                reason = (reason + " " if was_reason else "") + line[1:].strip()
            elif line and not reason:
                raise ValueError(f"{path}:{number}: no reason above it")
            elif line:
                entries.append(Entry(number, line, reason))
            else:
                reason = ""
            was_reason = line.startswith("#")
    return entries


def listed(entries, mutant):
    """The first entry that fits; all that do are counted as found."""
    fitting = [entry for entry in entries if entry.pattern.fullmatch(mutant.name())]
    for entry in fitting:
        entry.found += 1
    return fitting[0] if fitting else None

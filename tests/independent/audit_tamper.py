# SPDX-License-Identifier: Apache-2.0
"""What somebody who can write a log's files, but has no key, could do to it; with the verdict that
each deserves.

A kind is a method marked so; its name is the tampering's. It changes the copy at hand and returns
the verdict, or None where the log has no place for it. Most change what the newest checkpoint
covers: that is tampering whatever the log's state was. What touches only bytes behind the
checkpoint may be a crash for all anybody can tell, and what touches no byte of the log changes
nothing.
"""
import random

from audit_places import KINDS
from audit_tamper_entries import Entries
from audit_tamper_files import Files
from audit_tamper_tail import Tail


class Attack(Entries, Files, Tail):
    def copies(self, rounds):
        """(name, folder, verdict) of each tampering that finds a place, rounds times."""
        for number in range(rounds):
            for function in KINDS:
                self.random = random.Random("%s %d %s" % (self.seed, number, function.__name__))
                self.folder = self.original.copy()
                verdict = function(self)
                if verdict is not None:
                    yield function.__name__.replace("_", "-"), self.folder, verdict

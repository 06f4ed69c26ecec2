# SPDX-License-Identifier: Apache-2.0
"""Does a test notice a mutant?"""
import collections
import math
import os
import re
import resource
import subprocess
import threading

from mutation.build import BuildError

# Which programs are asked about which sources: the first pattern that fits.
NOT_BUILTIN = r"unit/(bytes|format)/|unit/verifier/(?!builtin_)|vector|fuzz/(?!verifier_signature)"
ASKED = [
    (r"verifier/builtin/sha", r"unit/verifier/builtin_"),
    (r"verifier/builtin/p256", r"unit/verifier/builtin_p256|edge/p256|fuzz/verifier_signature"),
    (r"verifier/builtin/(ed|field)", r"unit/verifier/builtin_(ed|field)|edge/ed|fuzz/verifier_signature"),
    (r"verifier/builtin/rsa", r"unit/verifier/builtin_rsa|edge/rsa|fuzz/verifier_signature"),
    (r"verifier/builtin/lms", r"unit/verifier/builtin_lms"),
    (r"format/ecdsa_der", NOT_BUILTIN + "|edge/p256-der"),
    (r"policy/", r"unit/policy/"),
    (r"", NOT_BUILTIN),
]
# A hang is told by processor time, which does not depend on what else the machine does.
LIMIT = 'ulimit -c 0; ulimit -t "$1"; shift; exec "$@"'
WALL_SECONDS = 120

NOT_VALID, SAME, KILLED, SURVIVED = "not valid C", "same code", "killed", "SURVIVED"


def asked_about(path, programs):
    pattern = next(asked for where, asked in ASKED if re.match(where, path))
    return [program for program in programs if re.match(pattern, program.name)]


class Verdict:
    def __init__(self, what, by="", seconds=0.0):
        self.what, self.by, self.seconds = what, by, seconds


class Judge:
    def __init__(self, build, programs):
        self.build, self.programs = build, programs
        self.kills = collections.Counter()
        self.verdicts = {}      # of objects seen before
        self.lock = threading.Lock()

    # ---- Running ----

    def run(self, path, arguments, library, limit):
        """None when it succeeds, else how it failed."""
        environment = dict(os.environ, LD_LIBRARY_PATH=library, CMOCKA_MESSAGE_OUTPUT="stdout",
                           ASAN_OPTIONS="detect_leaks=0")
        try:
            done = subprocess.run(["sh", "-c", LIMIT, "sh", str(limit), path, *arguments],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env=environment,
                                  timeout=WALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return "hangs"
        if done.returncode in (-24, -9, 152, 137):  # SIGXCPU, and SIGKILL when it goes on
            return "hangs"
        return f"crashes, {done.returncode}" if done.returncode < 0 else \
            f"fails, {done.returncode}" if done.returncode else None

    def measure(self, library):
        """Run all of them unchanged, one after the other; the names of those that fail."""
        failing = []
        for program in self.programs:
            for arguments in program.runs:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                how = self.run(self.build.program(program, self.build.objects), arguments, library, 300)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                program.seconds[arguments] = (after.ru_utime - before.ru_utime
                                              + after.ru_stime - before.ru_stime)
                if how:
                    failing.append(f"{program.name} {' '.join(arguments[-2:])}: {how}")
        return failing

    def in_order(self, path):
        """What has killed a mutant of this file most often comes first, then what is quick."""
        def key(item):
            program, arguments = item
            return -self.kills[path, program.name, arguments], program.seconds.get(arguments, 0)
        return sorted(((program, arguments) for program in asked_about(path, self.programs)
                       for arguments in program.runs), key=key)

    # ---- One mutant ----

    def judge(self, path, text, worker, even_if_same=False):
        try:
            digest, changed = self.build.apply(path, text, worker)
        except BuildError:
            return Verdict(NOT_VALID)
        if not digest and not even_if_same:
            return Verdict(SAME)
        with self.lock:
            known = self.verdicts.get((path, digest))
        if known is None or even_if_same:
            known = self.ask(path, worker, changed)
            with self.lock:
                self.verdicts[path, digest] = known
        return known

    def ask(self, path, worker, changed):
        for program, arguments in self.in_order(path):
            try:
                executable = self.build.relink(program, worker, changed)
            except BuildError:
                return Verdict(NOT_VALID)
            limit = math.ceil(0.5 + 4 * program.seconds.get(arguments, 0))
            how = self.run(executable, arguments, worker, limit)
            if how:
                with self.lock:
                    self.kills[path, program.name, arguments] += 1
                return Verdict(KILLED, f"{program.name} {how}")
        return Verdict(SURVIVED)

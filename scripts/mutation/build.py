# SPDX-License-Identifier: Apache-2.0
"""Compile the tree once, and of each mutant only what it changes.

What is under mutation is one shared library, so that a mutant costs one object and one link, and no
test program is linked again. Objects are kept by their content: what did not change between two
runs of the script is not compiled again.
"""
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess

FOLDERS = ["base", "bytes", "format", "verifier", "tests"]
LIBRARY = ["bytes/*.c", "format/*.c", "verifier/*.c", "verifier/builtin/*.c",
           "verifier/port/openssl/*.c"]
HOSTED = ("base/", "policy/", "tests/", "verifier/port/")
BASE = "base/*.c"
BASE_OF_PROCESSORS = ("crc32c_arm.c", "crc32c_x86.c")     # crc32c_none.c serves all
LINK = ["-lcmocka", "-lcrypto", "-ljansson", "-lyaml", "-lpthread"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]


class BuildError(Exception):
    pass


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise BuildError(done.stdout.decode(errors="replace")[-2000:])


def digest_of(paths, *more):
    digest = hashlib.sha256(repr(more).encode())
    for path in paths:
        with open(path, "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def snapshot(root, tree, folders=tuple(FOLDERS)):
    """The sources as they are now, whatever is edited while the mutants run."""
    shutil.rmtree(tree, ignore_errors=True)
    for folder in folders:
        shutil.copytree(os.path.join(root, folder), os.path.join(tree, folder),
                        ignore=shutil.ignore_patterns("vectors", "corpus"))


class Build:
    """One way to compile the tree: plain, or with sanitizers."""

    def __init__(self, root, folder, pool, sanitize):
        self.root, self.folder, self.pool = root, folder, pool
        self.tree = os.path.join(folder, "tree")
        self.objects = os.path.join(folder, "sanitized" if sanitize else "plain")
        self.compiler = os.environ.get("CC", "cc").split()
        self.flags = ["-std=c11", "-O1", "-fPIC", "-w", "-D_GNU_SOURCE"] + (SANITIZE if sanitize else [])
        self.link_flags = SANITIZE if sanitize else []
        self.known = {}     # object: the sources it is made of
        os.makedirs(self.objects, exist_ok=True)

    # ---- Objects ----

    def object_of(self, source, defines=()):
        return os.path.join(self.objects, source.replace("/", "_")[:-2] + ".o"), source, list(defines)

    def compile(self, source, target, defines, overlay=None):
        """source of the tree; overlay: a folder whose files are taken instead."""
        inside = [folder for folder in (overlay, self.tree) if folder]
        path = next(os.path.join(folder, source) for folder in inside
                    if os.path.exists(os.path.join(folder, source)))
        freestanding = [] if source.startswith(HOSTED) else ["-ffreestanding"]
        run(self.compiler + self.flags + freestanding + defines + [f"-I{folder}" for folder in inside]
            + ["-MMD", "-MF", target + ".d", "-c", path, "-o", target])

    def up_to_date(self, target, defines):
        """Is the object made of the same bytes, in the same way?"""
        try:
            with open(target + ".json", encoding="utf-8") as file:
                made_of = json.load(file)
            self.known[target] = made_of["sources"]
            return os.path.exists(target) and made_of["digest"] == digest_of(
                made_of["sources"], self.compiler, self.flags, defines)
        except (OSError, ValueError):
            return False

    def make(self, item):
        target, source, defines = item
        if self.up_to_date(target, defines):
            return
        self.compile(source, target, defines)
        with open(target + ".d", encoding="utf-8") as file:
            names = file.read().replace("\\\n", " ").split(":", 1)[1].split()
        sources = [name for name in names if name.startswith(self.tree)]
        self.known[target] = sources
        with open(target + ".json", "w", encoding="utf-8") as file:
            json.dump({"sources": sources,
                       "digest": digest_of(sources, self.compiler, self.flags, defines)}, file)

    def items(self, patterns, without=()):
        found = [path for pattern in patterns
                 for path in sorted(glob.glob(os.path.join(self.tree, pattern)))]
        return [self.object_of(os.path.relpath(path, self.tree)) for path in found
                if os.path.basename(path) not in without]

    # ---- The tree ----

    def everything(self, programs):
        """The library, and each program linked against it."""
        self.library_items = self.items(LIBRARY)
        base = self.items([BASE], BASE_OF_PROCESSORS)
        self.program_items = {program.name: [self.object_of(source, program.defines)
                                             for source in program.sources] for program in programs}
        tests = {item[0]: item for items in self.program_items.values() for item in items}
        list(self.pool.map(self.make, self.library_items + base + list(tests.values())))
        self.base = os.path.join(self.objects, "libbase.a")
        if os.path.exists(self.base):
            os.remove(self.base)
        run(["ar", "rcs", self.base] + [item[0] for item in base])
        self.link_library(self.objects, {})
        list(self.pool.map(lambda program: self.link_program(program, self.objects, {}), programs))

    def link_library(self, folder, changed):
        run(self.compiler + ["-shared", "-Wl,-Bsymbolic", "-Wl,-soname,libfws.so"] + self.link_flags
            + ["-o", os.path.join(folder, "libfws.so")]
            + [changed.get(item[0], item[0]) for item in self.library_items] + ["-lcrypto"])

    def program(self, program, folder):
        return os.path.join(folder, program.name.replace("/", "_"))

    def link_program(self, program, folder, changed):
        run(self.compiler + self.link_flags + ["-o", self.program(program, folder)]
            + [changed.get(item[0], item[0]) for item in self.program_items[program.name]]
            + [self.base, f"-L{folder}", "-lfws", "-Wl,--as-needed"] + LINK)

    # ---- A mutant ----

    def apply(self, path, text, worker):
        """Compile and link what depends on path with that text, into the folder worker.

        Returns a digest of the objects that are not as they were, "" when all are; and the names of
        programs that are linked anew.
        """
        shutil.rmtree(worker, ignore_errors=True)
        overlay = os.path.join(worker, "tree")
        os.makedirs(os.path.dirname(os.path.join(overlay, path)))
        with open(os.path.join(overlay, path), "w", encoding="utf-8") as file:
            file.write(text)
        in_tree = os.path.join(self.tree, path)
        changed, digests = {}, []
        tests = [item for items in self.program_items.values() for item in items]
        for target, source, defines in self.library_items + tests:
            if in_tree in self.known[target] and target not in changed:
                new = os.path.join(worker, os.path.basename(target))
                self.compile(source, new, defines, overlay)
                if digest_of([new]) != digest_of([target]):
                    changed[target] = new
                    digests.append(digest_of([new], target))
        self.link_library(worker, changed)
        return hashlib.sha256("".join(digests).encode()).hexdigest() if digests else "", changed

    def relink(self, program, worker, changed):
        """The program to run: the one of the tree, unless its own objects are changed."""
        if not any(item[0] in changed for item in self.program_items[program.name]):
            return self.program(program, self.objects)
        self.link_program(program, worker, changed)
        return self.program(program, worker)


# ---- Programs: found as the tests are, so that a new test needs no entry here ----

class Program:
    def __init__(self, name, sources, runs=((),), defines=()):
        self.name, self.sources, self.runs, self.defines = name, sources, runs, defines
        self.seconds = {}   # of CPU time, for each of its runs

    def __repr__(self):
        return self.name


INCLUDE = re.compile(r'^#include "(tests/[^"]+)\.h"', re.M)


def with_helpers(tree, sources):
    """A test that includes the header of a helper, or a header that does, is linked with it."""
    files = list(sources)
    for path in files:      # grows
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            included = [name + end for name in INCLUDE.findall(file.read()) for end in (".h", ".c")]
        files += [name for name in included
                  if name not in files and os.path.exists(os.path.join(tree, name))]
    return [path for path in files if path.endswith(".c")]


def needs_library(tree, source):
    with open(os.path.join(tree, source), encoding="utf-8") as file:
        return re.search(r"verifier/port/(mbedtls|psa)/", file.read()) is not None


def unit_programs(tree):
    for folder in ("bytes", "format", "verifier"):
        for path in sorted(glob.glob(os.path.join(tree, "tests/unit", folder, "*_test.c"))):
            source = os.path.relpath(path, tree)
            if not needs_library(tree, source):
                name = os.path.basename(source)[:-len("_test.c")]
                yield Program(f"unit/{folder}/{name}", with_helpers(tree, [source]))


def fuzz_programs(root, tree):
    edge = f'-DFWSIGN_EDGE_VECTORS="{root}/tests/vectors/edge"'
    for name in ("format_der", "format_elf", "format_ihex", "format_image", "verifier_image",
                 "verifier_signature"):
        yield Program(f"fuzz/{name}",
                      with_helpers(tree, [f"tests/fuzz/{name}_fuzz.c", "tests/fuzz/replay.c"]),
                      [(os.path.join(root, "tests/fuzz/corpus", name),)],
                      [edge] if name == "verifier_signature" else [])


def edge_programs(root, tree):
    sources = with_helpers(tree, ["tests/wycheproof/main.c", "tests/wycheproof/backend_builtin.c",
                                  "tests/wycheproof/wycheproof.c"])
    for name in ("p256", "p256-der", "rsa2048", "rsa3072", "ed25519"):
        yield Program(f"edge/{name}", sources, [("edge", os.path.join(root, "tests/vectors/edge"), name)])


VECTOR_STEPS = (("good", 6), ("bad", 12))


def vector_program(root, tree):
    """A few of the vectors: a process for each takes its time."""
    with open(os.path.join(tree, "tests/vector/cases.txt"), encoding="utf-8") as file:
        cases = [line.split() for line in file if line.startswith(("good ", "bad "))]
    chosen = [case for kind, step in VECTOR_STEPS for case in [c for c in cases if c[0] == kind][::step]]
    folders = (os.path.join(root, "tests/vectors/mcuboot"), os.path.join(root, "tests/vector"))
    sources = sorted(os.path.relpath(path, tree)
                     for path in glob.glob(os.path.join(tree, "tests/vector/*.c")))
    sources.append("tests/wycheproof/text.c")
    return Program("vector", sources, [folders + tuple(case[:2]) for case in chosen])


def programs_of(root, tree):
    return [*unit_programs(tree), *fuzz_programs(root, tree), *edge_programs(root, tree),
            vector_program(root, tree)]

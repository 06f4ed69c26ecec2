# SPDX-License-Identifier: Apache-2.0
"""What is changed in a source, one thing at a time.

Everything is found in the text, so that no list of places has to be kept: each condition is inverted
and held at true and at false, each operand of && and || left out, each comparison weakened, each
number that is compared and each size made one larger and smaller, each refusal made FWS_OK, each
step of the evidence left out.
"""
import re

from mutation.tokens import CLOSE, Lines, OPEN, returns_bool, tokens_of

WEAKER = {"<": "<=", "<=": "<", "==": "!=", "!=": "==", ">": ">=", ">=": ">"}
ASSIGN = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
# What ends an expression to the left, at the same depth of brackets.
EDGES = ASSIGN | {"return", ",", ";", "{", "}", "?", ":", "(", "["}
SIZE = re.compile(r"[A-Z][A-Z0-9_]*_(SIZE|MAX|MIN)$")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$")
# Places of the preprocessor where sizes are written.
SIZE_DEFINITION = re.compile(r"[ \t]*#define[ \t]+(\w*(?:SIZE|MAX|MIN|LIST))(?:\([^)]*\))?(.*)", re.S)
IN_DEFINITION = re.compile(r"/\*.*?\*/|\w+", re.S)


class Mutant:
    def __init__(self, source, start, end, replacement, context):
        self.path, self.start, self.end, self.replacement = source.path, start, end, replacement
        self.line = source.lines.at(start)
        self.function = context[2]
        before, old, after = (source.text[context[0]:start], source.text[start:end],
                              source.text[end:context[1]])
        self.change = one_line(f"{before}{{{{{old} => {replacement}}}}}{after}")
        self.text = source.text[:start] + replacement + source.text[end:]

    def name(self):
        return f"{self.path} {self.function} | {self.change}"


def one_line(text):
    """Without comments and line ends, so that layout does not change a name."""
    text = re.sub(r"/\*.*?\*/|\\(?:\n|$)", " ", text, flags=re.S)
    text = " ".join(text.split())
    return re.sub(r"(?<=[({!]) | (?=[)}])", "", text)


class Source:
    """One file, and its mutants; functions: only those, or None for all."""

    def __init__(self, path, text, functions=None):
        self.path, self.text, self.functions = path, text, functions
        self.lines = Lines(text)
        self.tokens = tokens_of(text)
        self.mutants, self.seen = [], {text}

    def all(self):
        for at, token in enumerate(self.tokens):
            if token.kind == "directive":
                self.definition(token)
            elif token.function and self.wanted(token.function):
                self.look(at, token)
        return sorted(self.mutants, key=lambda mutant: (mutant.start, mutant.end))

    def wanted(self, function):
        return self.functions is None or function in self.functions

    def look(self, at, token):
        if token.text in ("if", "while") and self.tokens[at + 1].text == "(":
            self.condition(at + 2, self.tokens[at + 1].match)
        elif token.text == "for":
            self.loop(at + 1)
        elif token.text == "?":
            self.condition(self.left_edge(at), at)
        elif token.text in ("&&", "||"):
            self.operands(at)
        elif token.text in WEAKER:
            self.comparison(at)
        elif token.text == "!":
            self.change(token.start, token.end, "")
        elif token.text == "return" and returns_bool(self.tokens, token.function):
            self.constant_result(at)
        elif token.text.startswith("FWS_E_") and self.tokens[at - 1].text not in ("case", "==", "!="):
            self.change(token.start, token.end, "FWS_OK")
        elif token.text == "steps" and self.tokens[at + 1].text in ASSIGN:
            self.statement_removed(at)
        elif SIZE.match(token.text) and self.tokens[at - 1].text != "[":
            self.off_by_one(token)

    # ---- The kinds ----

    def condition(self, first, behind):
        """The condition of tokens first to behind, exclusive."""
        if first >= behind:
            return
        start, end = self.tokens[first].start, self.tokens[behind - 1].end
        self.change(start, end, f"!({self.text[start:end]})")
        self.change(start, end, "true")
        self.change(start, end, "false")

    def loop(self, opening):
        depth = self.tokens[opening].depth + 1
        stops = [at for at in range(opening, self.tokens[opening].match)
                 if self.tokens[at].text == ";" and self.tokens[at].depth == depth]
        self.condition(stops[0] + 1, stops[1])

    def operands(self, at):
        """Either side of && or || left out, the operator with it."""
        first, behind = self.left_edge(at, self.tokens[at].text), self.right_edge(at)
        left, operator, right = self.tokens[at - 1], self.tokens[at], self.tokens[at + 1]
        self.change(self.tokens[first].start, right.start, "")
        self.change(left.end, self.tokens[behind - 1].end, "")
        assert operator.start > left.start

    def comparison(self, at):
        token = self.tokens[at]
        self.change(token.start, token.end, WEAKER[token.text])
        for beside in (self.tokens[at - 1], self.tokens[at + 1]):
            if beside.kind == "number":
                self.off_by_one(beside)

    def constant_result(self, at):
        behind = at
        while self.tokens[behind].text != ";":
            behind += 1
        for value in ("true", "false"):
            self.change(self.tokens[at + 1].start, self.tokens[behind - 1].end, value)

    def statement_removed(self, at):
        start, end, _ = self.context(self.tokens[at].start)
        self.change(start, end, ";")

    def off_by_one(self, token):
        for value in one_off(token.text):
            self.change(token.start, token.end, value)

    def definition(self, directive):
        found = SIZE_DEFINITION.match(directive.text)
        if not found or self.functions is not None:
            return
        for word in IN_DEFINITION.finditer(found.group(2)):
            start = directive.start + found.start(2) + word.start()
            if NUMBER.match(word.group()) or word.group().startswith("FWS_") and SIZE.match(word.group()):
                for value in one_off(word.group()):
                    self.change(start, start + len(word.group()), value,
                                self.row(start) + (found.group(1),))

    def row(self, at):
        return self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at)

    # ---- Where expressions and statements end ----

    def left_edge(self, at, operator=None):
        """The first token of the operand that ends before at; operator: also an edge."""
        edges = EDGES | ({"&&", "||"} if operator == "&&" else {"||"} if operator else set())
        first = at
        while True:
            before = self.tokens[first - 1]
            if before.text in CLOSE and before.kind == "operator" and before.text != "}":
                first = before.match
            elif before.text in edges:
                return first
            else:
                first -= 1

    def right_edge(self, at):
        edges = EDGES | {"||", ")", "]"} | ({"&&"} if self.tokens[at].text == "&&" else set())
        behind = at + 1
        while self.tokens[behind].text not in edges - {"(", "["}:
            token = self.tokens[behind]
            behind = token.match + 1 if token.kind == "operator" and token.text in OPEN else behind + 1
        return behind

    def context(self, offset):
        """Start and end of the statement around offset, and its function."""
        at = max(i for i, token in enumerate(self.tokens) if token.start <= offset)
        first, last = at, at

        def ends(token):
            return token.text in (";", "{", "}") and token.depth == 0

        while not ends(self.tokens[first - 1]):
            first -= 1
        while not ends(self.tokens[last]):
            last += 1
        end = self.tokens[last].end if self.tokens[last].text == ";" else self.tokens[last - 1].end
        return self.tokens[first].start, end, self.tokens[at].function

    def change(self, start, end, replacement, context=None):
        text = self.text[:start] + replacement + self.text[end:]
        if text not in self.seen:
            self.seen.add(text)
            self.mutants.append(Mutant(self, start, end, replacement,
                                       context or self.context(start)))


def one_off(text):
    """The number or macro one larger and one smaller."""
    found = NUMBER.match(text)
    if text.startswith("UINT"):
        return [] if text == "UINT16_MAX" else [f"({text} - 1)"]
    if not found:
        return [f"({text} + 1)", f"({text} - 1)"]
    value = int(found.group(1), 0)
    return [f"{other}{found.group(2)}" for other in (value + 1, value - 1) if other >= 0]

# SPDX-License-Identifier: Apache-2.0
"""The rules of policy/decide.c, one thing of one row wrong at a time.

A row says when a rule is asked (stands), which facts it needs (known), what must hold, of which kind
it is, whether a replay is asked, and where it stands in the file. Each condition is inverted and
held at true and at false, each flag turned, each place forgotten, each row left out.
"""
import re

from mutation.tokens import Lines, tokens_of

PATH = "policy/decide.c"
TABLE = "static const struct rule rules[] = {"
COLUMNS = ("name", "place", "stands", "known", "holds", "words", "kind", "of_key", "replays")
KINDS = ("RULE_POLICY", "RULE_CALLER", "RULE_BUDGET")
FUNCTION = """static bool mutant(const struct fws_question *q)
{
    (void)q;
    return %s;
}

"""


class RowMutant:
    """The same face as mutants.Mutant."""

    def __init__(self, row, change, text):
        self.path, self.function = PATH, row.name
        self.line, self.change, self.text = row.line, change, text

    def name(self):
        return f"{self.path} {self.function} | {self.change}"


class Row:
    def __init__(self, source, tokens, lines):
        self.source, self.start, self.end = source, tokens[0].start, tokens[-1].end
        self.line = lines.at(self.start)
        self.columns = dict(zip(COLUMNS, split(source, tokens[1:-1]), strict=True))
        self.name = self.text_of("name").strip('"')

    def text_of(self, column):
        start, end = self.columns[column]
        return self.source[start:end]

    def with_column(self, column, text, before=""):
        """The source with another column, and a function in front of the table."""
        start, end = self.columns[column]
        changed = self.source[:start] + text + self.source[end:]
        return changed.replace(TABLE, before + TABLE, 1)

    def condition(self, column):
        was = self.text_of(column)
        if was == "NULL":
            return
        for what, body in (("inverted", f"!{was}(q)"), ("always true", "true"), ("never", "false")):
            yield RowMutant(self, f"{column} {what}",
                            self.with_column(column, "mutant", FUNCTION % body))

    def flags(self):
        replays = self.text_of("replays")
        turned = {"true": "false", "false": "true"}[replays]
        yield RowMutant(self, f"replays {turned}", self.with_column("replays", turned))
        for kind in KINDS:
            if kind != self.text_of("kind"):
                yield RowMutant(self, f"kind {kind}", self.with_column("kind", kind))
        if self.text_of("place") != "0":
            yield RowMutant(self, "place 0", self.with_column("place", "0"))

    def left_out(self):
        end = self.end + len(re.match(r",?", self.source[self.end:]).group())
        yield RowMutant(self, "left out", self.source[:self.start] + self.source[end:])

    def all(self):
        for column in ("holds", "stands", "known"):
            yield from self.condition(column)
        yield from self.flags()
        yield from self.left_out()


def split(source, tokens):
    """Start and end of what stands between commas."""
    depth, first, columns = tokens[0].depth, tokens[0], []
    for token, behind in zip(tokens, tokens[1:] + [None]):
        if behind is None or (behind.text == "," and behind.depth == depth):
            columns.append((first.start, token.end))
        elif token.text == "," and token.depth == depth:
            first = behind
    return columns


def rows_of(source):
    tokens = tokens_of(source)
    table = source.index(TABLE) + len(TABLE) - 1
    opening = next(at for at, token in enumerate(tokens) if token.start == table)
    at, lines = opening + 1, Lines(source)
    while at < tokens[opening].match:
        if tokens[at].text == "{":
            yield Row(source, tokens[at:tokens[at].match + 1], lines)
            at = tokens[at].match
        at += 1


def mutants_of(source):
    return [mutant for row in rows_of(source) for mutant in row.all()]

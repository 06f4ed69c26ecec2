# SPDX-License-Identifier: Apache-2.0
"""As much of C as it takes to find conditions: tokens, brackets, functions, statements."""
import bisect
import re

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<number>\d(?:[\w.]|[eE][+-])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
""", re.X | re.S | re.M)

OPEN, CLOSE = "([{", ")]}"


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)
        self.depth = 0       # round and square brackets around it
        self.function = ""   # whose body it is in
        self.match = None    # index of the other bracket of a pair


def tokens_of(text):
    """All but comments; a preprocessor directive is one token."""
    tokens = [Token(found.lastgroup, found.group(), found.start())
              for found in TOKEN.finditer(text) if found.lastgroup != "comment"]
    match_brackets(tokens)
    name_functions(tokens)
    return tokens


def match_brackets(tokens):
    stack, depth = [], 0
    for at, token in enumerate(tokens):
        if token.kind == "operator" and token.text in CLOSE:
            token.match = stack.pop()
            tokens[token.match].match = at
            depth -= token.text != "}"
        token.depth = depth
        if token.kind == "operator" and token.text in OPEN:
            stack.append(at)
            depth += token.text != "{"


def name_functions(tokens):
    """A body is a brace at file level behind a parameter list."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text != "{":
            at += 1
            continue
        if tokens[at - 1].text == ")":
            name = tokens[tokens[at - 1].match - 1].text
            for inner in tokens[at:token.match + 1]:
                inner.function = name
        at = token.match + 1


def returns_bool(tokens, function):
    """Is the function of that name defined here as bool?"""
    return any(before.text == "bool" and token.text == function and not token.function
               for before, token in zip(tokens, tokens[1:]))


class Lines:
    def __init__(self, text):
        self.starts = [0] + [found.end() for found in re.finditer("\n", text)]

    def at(self, offset):
        return bisect.bisect_right(self.starts, offset)

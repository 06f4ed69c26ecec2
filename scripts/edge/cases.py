# SPDX-License-Identifier: Apache-2.0
"""A set of cases, each checked by the generator's own strict verifier as it is added."""


class Cases:
    """judge(key, message, signature) is the strict verifier: True for a good signature."""

    def __init__(self, algorithm, judge):
        self.algorithm, self.judge, self.lines, self.known = algorithm, judge, [], set()

    def accept(self, comment, *inputs):
        self.add(True, comment, inputs)

    def refuse(self, comment, *inputs):
        self.add(False, comment, inputs)

    def add(self, accept, comment, inputs):
        assert self.judge(*inputs) == accept, f"{self.algorithm}: {comment}"
        fields = [self.algorithm, *(data.hex() or "-" for data in inputs)]
        if inputs not in self.known:  # two ideas may come to the same bytes
            self.lines.append(" ".join(fields + ["accept" if accept else "refuse", comment]))
        self.known.add(inputs)


def flip(data, place, bits=1):
    """data with bits of one byte changed."""
    out = bytearray(data)
    out[place] ^= bits
    return bytes(out)

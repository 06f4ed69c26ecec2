# SPDX-License-Identifier: Apache-2.0
"""The instructions of a program, and how a fault in one of them looks in its machine code.

A fault is (address, bytes to put there). Instructions and registers are found in what objdump prints;
encodings are those of the ARMv7-M reference manual, A7.7, and the RISC-V unprivileged manual, C and I.
"""
import dataclasses
import re
import struct

PC_STEPS = (2, 4, 6, 8, 10)


@dataclasses.dataclass
class Instruction:
    address: int
    size: int
    mnemonic: str
    operands: str
    function: str  # the symbol it lies in, without what the compiler appends to clones


def instructions(disassembly):
    """All that is no padding and no constant."""
    found, function = [], None
    for line in disassembly.splitlines():
        head = re.match(r"[0-9a-f]+ <([^>.]+)[^>]*>:$", line)
        body = re.match(r"\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(\S+)\s*(.*?)\s*(?:[;@<].*|# .*)?$", line)
        if head:
            function = head.group(1)
        elif body and not re.match(r"\.|nop|unimp|udf", body.group(3)):
            size = len(body.group(2).replace(" ", "")) // 2
            found.append(Instruction(int(body.group(1), 16), size, body.group(3),
                                     body.group(4).strip(), function))
    return found


class Thumb:
    pc = 15  # its number for the debugger

    # Without a destination, or with more than one, or where it is the program counter.
    NO_DESTINATION = re.compile(r"(cmp|cmn|tst|teq|str|stm|ldm|push|pop|b|cb|it|bkpt|tb[bh]|ldrd|"
                                r"[us]mull|[us]mlal|svc|cp)(\b|[a-z.])")
    BIT_FIELD = re.compile(r"bic|bfc|bfi")  # which are no branches

    @staticmethod
    def nop(one):
        return struct.pack("<H", 0xBF00) if one.size == 2 else struct.pack("<HH", 0xF3AF, 0x8000)

    @staticmethod
    def step(count):
        """B.N to count bytes behind itself; the offset counts from 4 bytes behind."""
        return struct.pack("<H", 0xE000 | ((count - 4) // 2) & 0x7FF)

    @classmethod
    def destination(cls, one):
        if cls.NO_DESTINATION.match(one.mnemonic) and not cls.BIT_FIELD.match(one.mnemonic):
            return None
        names = {"sl": 10, "fp": 11, "ip": 12, "lr": 14}
        name = one.operands.split(",")[0]
        if re.fullmatch(r"r\d+", name):
            return int(name[1:])
        return names.get(name)  # not sp, not pc

    @staticmethod
    def zero(one, register):
        """MOVS Rd, #0, which sets flags outside of an IT block; MOV.W Rd, #0, which does not."""
        if one.size == 4:
            return struct.pack("<HH", 0xF04F, register << 8)
        return struct.pack("<H", 0x2000 | register << 8) if register < 8 else None


class RiscV:
    pc = 32

    NO_DESTINATION = re.compile(r"(s[bhw]|b[a-z]+|j[a-z]*|ret|ecall|ebreak|csr\w*|fence\S*)$")
    NAMES = ("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
             "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6").split()

    @staticmethod
    def nop(one):
        return struct.pack("<H", 0x0001) if one.size == 2 else struct.pack("<I", 0x00000013)

    @staticmethod
    def step(count):
        """C.J; of the offset only bits 1 to 3 are needed, which lie in bits 3 to 5."""
        return struct.pack("<H", 0xA001 | (count >> 1 & 7) << 3)

    @classmethod
    def destination(cls, one):
        name = one.operands.split(",")[0]
        if cls.NO_DESTINATION.match(one.mnemonic) or name not in cls.NAMES or name in ("zero", "sp"):
            return None
        return cls.NAMES.index(name)

    @staticmethod
    def zero(one, register):
        """C.LI rd, 0 or ADDI rd, x0, 0."""
        if one.size == 4:
            return struct.pack("<I", 0x13 | register << 7)
        return struct.pack("<H", 0x4001 | register << 7)


FAMILIES = {"arm": Thumb, "riscv": RiscV}


@dataclasses.dataclass
class Fault:
    at: Instruction
    kind: str       # nop, pc+N, zero
    code: bytes     # None: the register can only be set by a debugger
    register: int = None


def faults_of(family, kind, one):
    """The faults of a kind in an instruction."""
    if kind == "nop":
        return [Fault(one, "nop", family.nop(one))]
    if kind == "pc":
        return [Fault(one, f"pc+{count}", family.step(count)) for count in PC_STEPS]
    register = family.destination(one)
    return [] if register is None else [Fault(one, "zero", family.zero(one, register), register)]


class Image:
    """The bytes of an ELF file, to be patched by address."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.content = file.read()
        self.segments = list(self.read_segments())

    def read_segments(self):
        """ELF32, little endian: (address, offset, size) of what is loaded."""
        offset, = struct.unpack_from("<I", self.content, 28)
        size, count = struct.unpack_from("<HH", self.content, 42)
        for i in range(count):
            kind, place, virtual, _, length = struct.unpack_from("<5I", self.content, offset + i * size)
            if kind == 1:
                yield virtual, place, length

    def patched(self, address, code):
        for virtual, place, length in self.segments:
            if virtual <= address < virtual + length:
                at = place + address - virtual
                return self.content[:at] + code + self.content[at + len(code):]
        raise ValueError(f"nothing is loaded at {address:#x}")

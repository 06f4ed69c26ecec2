# SPDX-License-Identifier: Apache-2.0
"""One fault at one moment: QEMU's debugger interface, as far as that needs it.

The protocol is that of gdb's manual, appendix "GDB Remote Serial Protocol".
"""
import re
import socket
import time

SECONDS = 30


class Gdb:
    def __init__(self, path, alive):
        """Connect to the emulator that listens at path while alive() says that it runs."""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.left = b""
        while True:
            try:
                self.socket.connect(path)
                return
            except OSError:
                if not alive():
                    raise
                time.sleep(0.002)

    def close(self):
        self.socket.close()

    def send(self, text):
        body = text.encode()
        self.socket.sendall(b"$" + body + b"#%02x" % (sum(body) % 256))

    def answer(self):
        """The next packet; empty when the emulator has left."""
        try:
            while not re.search(rb"\$[^#]*#..", self.left):
                more = self.socket.recv(4096)
                if not more:
                    return ""
                self.left += more
            packet, _, rest = self.left.partition(b"$")[2].partition(b"#")
            self.left = rest[2:]
            self.socket.sendall(b"+")
        except ConnectionError:
            return ""
        return packet.decode()

    def ask(self, text):
        self.send(text)
        return self.answer()

    def run_to(self, address, times):
        """Stop in front of the instruction when it comes for the times-th time; False if it does not."""
        self.ask(f"Z0,{address:x},2")
        for turn in range(times):
            if turn > 0:
                self.ask(f"z0,{address:x},2")
                if not self.is_stop(self.ask("s")):
                    return False
                self.ask(f"Z0,{address:x},2")
            if not self.is_stop(self.ask("c")):
                return False
        self.ask(f"z0,{address:x},2")
        return True

    @staticmethod
    def is_stop(answer):
        return answer.startswith(("T05", "S05"))

    def do_fault(self, fault):
        """The instruction at hand is another, this once; a register is zero behind it."""
        address = fault.at.address
        if fault.register is not None:
            stopped = self.is_stop(self.ask("s"))
            self.ask(f"P{fault.register:x}=00000000")
        else:
            size = len(fault.code)
            before = self.ask(f"m{address:x},{size:x}")
            self.ask(f"M{address:x},{size:x}:{fault.code.hex()}")
            stopped = self.is_stop(self.ask("s"))
            self.ask(f"M{address:x},{size:x}:{before}")
        if stopped:
            self.send("c")
            while self.answer():  # until it leaves
                pass

# SPDX-License-Identifier: Apache-2.0
"""The Zephyr module's Kconfig against verifier/config.h, the builtin list and its CMakeLists.txt.

    kconfig_test.py ROOT                    judge
    kconfig_test.py ROOT FILE [SYMBOL=VALUE...]   write a .config with these set
"""
import os
import re
import sys

try:
    import kconfiglib
except ImportError:
    print("skipped: no kconfiglib here (Debian: python3-kconfiglib)")
    sys.exit(77)

PREFIX = "FWSIGN_VERIFIER_"
failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("FAIL:", text)


def load(root):
    os.environ["MODULE_KCONFIG"] = os.path.join(root, "zephyr/Kconfig")
    os.environ["KCONFIG_WARN_UNDEF"] = "y"
    kconfig = kconfiglib.Kconfig(
        os.path.join(root, "tests/integration/zephyr/Kconfig"), warn_to_stderr=False)
    for name in "FWSIGN_VERIFIER", "MBEDTLS", "MBEDTLS_PSA_CRYPTO_C":
        kconfig.syms[name].set_value("y")
    return kconfig


def macros_of(root):
    with open(os.path.join(root, "verifier/config.h")) as header:
        text = header.read()
    return dict(re.findall(r"#ifndef (FWS_VERIFY_\w+)\n#define \1 (\d+)\n", text))


def check_macros(kconfig, macros):
    """Each macro has a symbol of its name, and the reverse; numbers have the same default."""
    def symbol_of(macro):
        return macro.replace("FWS_VERIFY_", PREFIX)

    symbols = {name for name, symbol in kconfig.syms.items()
               if symbol.orig_type == kconfiglib.INT or name.startswith(PREFIX + "WITH_")}
    wanted = {symbol_of(macro) for macro in macros}
    check(macros, "verifier/config.h has no macros")
    check(symbols == wanted, f"symbols and macros differ: {sorted(symbols ^ wanted)}")
    for macro, value in macros.items():
        symbol = kconfig.syms.get(symbol_of(macro))
        if symbol is not None and symbol.orig_type == kconfiglib.INT:
            check(symbol.str_value == value,
                  f"{macro} is {value} in config.h, {symbol.str_value} in Kconfig")


def check_core(kconfig):
    """What an algorithm or a backend needs of the core is compiled by default, nothing more."""
    def compiled():
        names = "ECDSA", "LMS", "PURE", "FULL_KEY", "BOOLEAN", "READ"
        return [name for name in names if kconfig.syms[PREFIX + "WITH_" + name].str_value == "y"]

    kconfig.syms[PREFIX + "BUILTIN"].set_value("y")
    check(compiled() == ["ECDSA", "FULL_KEY", "READ"], f"by default: {compiled()}")
    kconfig.syms[PREFIX + "LMS"].set_value("y")
    kconfig.syms[PREFIX + "ED25519"].set_value("y")
    check(compiled() == ["ECDSA", "LMS", "PURE", "FULL_KEY", "READ"], f"for all: {compiled()}")
    kconfig.syms[PREFIX + "PSA"].set_value("y")
    check(compiled() == ["ECDSA", "FULL_KEY", "BOOLEAN", "READ"], f"for PSA: {compiled()}")


def check_hardening(kconfig):
    for level in "0", "1", "2":
        kconfig.syms[PREFIX + "HARDENING_" + level].set_value("y")
        value = kconfig.syms[PREFIX + "HARDENING"].str_value
        check(value == level, f"hardening {level} gives {value}")


def check_backends(kconfig):
    names = [symbol.name for symbol in kconfig.named_choices["FWSIGN_VERIFIER_BACKEND"].syms]
    check(names == [PREFIX + name for name in ("BUILTIN", "MBEDTLS", "PSA")], f"backends: {names}")
    for name in names:
        kconfig.syms[name].set_value("y")
        chosen = [other for other in names if kconfig.syms[other].str_value == "y"]
        check(chosen == [name], f"choosing {name} gives {chosen}")
        p256 = kconfig.syms[PREFIX + "P256"].str_value
        check(p256 == ("y" if name == PREFIX + "BUILTIN" else "n"), f"{name}: P256 is {p256}")


def check_needs(kconfig):
    """What one algorithm needs of another comes with it."""
    kconfig.syms[PREFIX + "BUILTIN"].set_value("y")
    kconfig.syms[PREFIX + "ED25519"].set_value("y")
    check(kconfig.syms[PREFIX + "SHA512"].str_value == "y", "Ed25519 comes without SHA-512")


def check_cmake(kconfig, root):
    """Every symbol that compiles something is used by CMakeLists.txt, and it names no other."""
    with open(os.path.join(root, "zephyr/CMakeLists.txt")) as lists:
        text = lists.read()
    used = set(re.findall(r"CONFIG_(FWSIGN_\w+)", text)) - {PREFIX, PREFIX + "SHA256_",
                                                                   PREFIX + "WITH_"}
    numbers, core = re.findall(r"foreach\(name IN ITEMS ([^)]*)\)", text)
    used |= {PREFIX + name for name in numbers.split()}
    used |= {PREFIX + "WITH_" + name for name in core.split()}
    used |= {PREFIX + "SHA256_" + name for name in ("SMALL", "MID", "FAST")}
    known = {name for name in kconfig.syms if name.startswith("FWSIGN_")}
    check(used <= known, f"CMakeLists.txt names no symbols: {sorted(used - known)}")
    idle = {PREFIX + name for name in
            ("HARDENING_0", "HARDENING_1", "HARDENING_2")}
    check(known - used == idle, f"unused by CMakeLists.txt: {sorted(known - used ^ idle)}")


def main():
    root = sys.argv[1]
    kconfig = load(root)
    if len(sys.argv) > 2:
        for assignment in sys.argv[3:]:
            name, value = assignment.split("=")
            assert kconfig.syms[name].set_value(value), assignment
            assert kconfig.syms[name].str_value == value, assignment
        kconfig.write_config(sys.argv[2])
        return
    check(kconfig.warnings == [], "\n".join(kconfig.warnings))
    check_macros(kconfig, macros_of(root))
    check_cmake(kconfig, root)
    check_hardening(kconfig)
    check_backends(kconfig)
    check_needs(kconfig)
    check_core(load(root))
    off = load(root)
    off.syms["FWSIGN_VERIFIER"].set_value("n")
    check(off.syms[PREFIX + "P256"].str_value == "n", "something is on while the module is off")
    print("ok" if failures == 0 else f"{failures} failed")
    sys.exit(1 if failures else 0)


main()

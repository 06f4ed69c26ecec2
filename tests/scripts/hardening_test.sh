#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/hardening-check accepts a program built as it should be, and refuses each weakness.
#
#   hardening_test.sh ROOT
set -eu

root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cat >"$work/program.c" <<'C'
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    char text[64];
    if (argc < 2) {
        return 1;
    }
    strcpy(text, argv[1]);
    return printf("%s\n", text) < 0;
}
C

good='-O2 -fPIE -pie -D_FORTIFY_SOURCE=2 -fstack-protector-strong -Wl,-z,relro,-z,now,-z,noexecstack'

# built_with FLAGS...: the verdict on the program built well, and then with FLAGS.
built_with() {
    # shellcheck disable=SC2086 # one word a flag
    gcc "$work/program.c" -o "$work/program" $good "$@"
    verdict=$("$root/scripts/hardening-check" "$work/program")
}

refused() {
    property=$1
    shift
    if built_with "$@"; then
        echo "FAIL: accepted with $*"
        exit 1
    fi
    # Just the one property is missing.
    case $(printf '%s\n' "$verdict" | grep '^NO') in
    "NO   $property") echo "ok: refused with $*" ;;
    *)
        echo "FAIL: with $*: $verdict"
        exit 1
        ;;
    esac
}

built_with || {
    echo "FAIL: a program built well is refused: $verdict"
    exit 1
}
refused 'position-independent executable' -fno-pie -no-pie
refused 'immediate binding (BIND_NOW)' -Wl,-z,lazy
refused 'read-only relocations (RELRO)' -Wl,-z,norelro
refused 'stack protector' -fno-stack-protector
refused 'fortified calls (FORTIFY_SOURCE)' -U_FORTIFY_SOURCE
refused 'stack not executable' -Wl,-z,execstack
refused 'no RPATH or RUNPATH' -Wl,-rpath,/tmp

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# For the tests of this folder: a work folder, counted checks, and what each of them needs.
#
#     # shellcheck source=tests/integration/lib.sh
#     . "$(dirname "$0")/lib.sh"
#     check "it compiles" cc -c file.c
#     finish
#
# The root of the sources is the first argument of each script. Given to them: root, vectors, work,
# warnings.
# shellcheck disable=SC2034

set -eu

root=$(cd "$1" && pwd)
vectors=$root/tests/vectors/mcuboot
warnings="-std=c11 -Wall -Wextra -Wconversion -Wshadow -Wvla -Werror"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
failures=0

ok() { echo "ok: $1"; }

fail() {
    echo "FAIL: $1"
    [ ! -s "$work/said" ] || sed 's/^/    /' "$work/said" | head -n 20
    failures=$((failures + 1))
}

# check NAME COMMAND...: it must succeed.
check() {
    name=$1
    shift
    if "$@" >"$work/said" 2>&1; then ok "$name"; else fail "$name"; fi
}

# check_exit CODE TEXT NAME COMMAND...: it must exit so, and say TEXT.
check_exit() {
    wanted=$1
    text=$2
    name=$3
    shift 3
    result=0
    "$@" >"$work/said" 2>&1 || result=$?
    if [ "$result" -eq "$wanted" ] && grep -qe "$text" "$work/said"; then
        ok "$name"
    else
        fail "$name (exit $result)"
    fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# The whole test is skipped where a tool is missing.
need() {
    for tool in "$@"; do
        have "$tool" || {
            echo "skipped: no $tool here"
            exit 77
        }
    done
}

# A table of one P-256 key as 'fwsign key export --format c' writes it.
key_table() {
    printf 'static const uint8_t key[] = {%s};\n' "$(od -An -v -tx1 "$1" | sed 's/ \(..\)/0x\1,/g')"
    echo 'static const struct fws_trusted_key fws_trusted_keys[] = {'
    echo '    {.der = key, .der_size = sizeof key, .alg = FWS_ALG_P256}};'
}

# flip FILE OFFSET OUT: a copy whose byte at OFFSET is another; an OFFSET below 0 counts from the end.
flip() {
    cp "$1" "$3"
    at=$2
    [ "$at" -ge 0 ] || at=$(($(wc -c <"$1") + at))
    byte=$(od -An -tu1 -j "$at" -N 1 "$1")
    # shellcheck disable=SC2059 # the octal number is the format
    printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$3" bs=1 seek="$at" conv=notrunc 2>/dev/null
}

finish() {
    if [ "$failures" -ne 0 ]; then
        echo "$failures failed"
        exit 1
    fi
    exit 0
}

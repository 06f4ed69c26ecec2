#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Zephyr module's CMakeLists.txt under a stand-in for Zephyr, by configurations that its own
# Kconfig writes: every source named is there, and compiles.
#
#   zephyr_test.sh ROOT
set -eu

root=$(cd "$1" && pwd)
here=$root/tests/integration
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
count=0

# configured COMPILER FLAGS SYMBOL=VALUE...: one build folder, $folder, and what cmake said, $said.
configured() {
    count=$((count + 1))
    folder=$work/$count
    said=$work/$count.said
    compiler=$1
    flags=$2
    shift 2
    links=OFF
    [ "$compiler" != cc ] || links=ON
    mkdir "$folder"
    result=0
    "$here/python.sh" "$here/kconfig_test.py" "$root" "$folder/.config" "$@" >"$said" 2>&1 || result=$?
    if [ "$result" -ne 0 ]; then
        cat "$said"
        exit "$result"
    fi
    if ! cmake -S "$here/zephyr" -B "$folder" -G Ninja -DMODULE="$root/zephyr" \
        -DDOT_CONFIG="$folder/.config" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS="$flags" \
        -DCMAKE_SYSTEM_NAME=Generic -DLINKS=$links >"$said" 2>&1; then
        cat "$said"
        echo "FAIL: cmake refuses: $*"
        exit 1
    fi
}

# says TEXT: cmake's words about the module hold it; never TEXT: they do not.
says() {
    grep '^-- module:' "$said" | grep -qF -e "$1" || {
        cat "$said"
        echo "FAIL: not said: $1"
        exit 1
    }
}

never() {
    if grep '^-- module:' "$said" | grep -qF -e "$1"; then
        cat "$said"
        echo "FAIL: said: $1"
        exit 1
    fi
}

# compiles NAME: the folder configured last.
compiles() {
    if ! ninja -C "$folder" >"$said" 2>&1; then
        cat "$said"
        echo "FAIL: $1 does not compile"
        exit 1
    fi
    echo "ok: $1"
}

configured cc "" FWSIGN_VERIFIER=n
says "no library"

configured cc "" FWSIGN_VERIFIER_HARDENING_2=y FWSIGN_VERIFIER_TLV_SIZE=512
says "FWS_VERIFY_HARDENING=2"
says "FWS_VERIFY_TLV_SIZE=512"
says "FWS_VERIFY_WITH_ECDSA=1"
says "FWS_VERIFY_WITH_LMS=0"
says "p256.c"
says "sha256_mid.c"
for other in bytes/status.c ed25519.c lms.c rsa.c sha512.c sha256_small.c sha256_fast.c port/; do
    never "$other"
done
compiles defaults

V=FWSIGN_VERIFIER
all="${V}_RSA=y ${V}_ED25519=y ${V}_LMS=y ${V}_STATUS_TEXT=y"
# shellcheck disable=SC2086 # one word an assignment
configured cc "" $all ${V}_SHA256_FAST=y
sources=$(grep '^-- module: sources' "$said")
for source in "$root"/verifier/*.c "$root"/verifier/builtin/*.c; do
    name=${source#"$root"/}
    case $name:$sources in
    */sha256_small.c:* | */sha256_mid.c:* | *:*/$name*) ;;
    *)
        echo "FAIL: no configuration compiles $name"
        exit 1
        ;;
    esac
done
compiles everything

if command -v arm-none-eabi-gcc >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    configured arm-none-eabi-gcc "-mcpu=cortex-m0plus -mthumb -Os" $all ${V}_SHA256_SMALL=y
    compiles "everything, for Cortex-M0+"

    configured arm-none-eabi-gcc "-mcpu=cortex-m4 -mthumb -Os" ARMV7_M_ARMV8_M_MAINLINE=y \
        ${V}_P256=n ${V}_P256_CORTEX_M=y
    says "port/cortex-m/p256.c"
    never "builtin/p256.c"
    compiles "assembly, for Cortex-M4"
fi

# Their libraries are not here, but their sources are: cmake refuses a source that is missing.
for backend in MBEDTLS PSA; do
    configured cc "" ${V}_$backend=y
    says "port/"
    never "builtin"
    says "libraries mbedTLS"
    echo "ok: $backend"
done

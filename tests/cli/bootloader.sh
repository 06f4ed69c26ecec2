#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example bootloader from its README: built, given an application signed in the HSM, and run by
# QEMU on both boards. It starts the good one, and says why it refuses any other.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${ROOT:?names the root of the sources}"
EXAMPLE=$ROOT/examples/bootloader
KEYS=$ROOT/tests/vectors/mcuboot/keys

dev_init
cp "$EXAMPLE/policy.yaml" policy/sample.yaml
"$FWSIGN" key export prod-2025 --format c -o keys.inc || fail "no key table"
"$ROOT/scripts/amalgamate" --with p256,sha256-mid,status-text || fail "no amalgamation"

# boot IMAGE [QEMU OPTION...]: run the bootloader of $board with IMAGE in its slot.
boot() {
    image=$1
    shift
    run timeout 60 "$qemu" -M "$machine" ${bios:+-bios "$bios"} -nographic -monitor none \
        -semihosting-config enable=on,target=native -kernel boot.elf \
        -device loader,file="$image",addr="$slot",force-raw=on "$@"
}

# refused IMAGE REASON [QEMU OPTION...]
refused() {
    image=$1
    reason=$2
    shift 2
    boot "$image" "$@"
    expect_code 1
    expect_equal "bootloader: refused: $reason" "$(cat "$OUT" "$ERR")" "what the bootloader says"
}

# burn WORD VALUE: the option that burns these fuses.
burn() { echo "loader,addr=$((otp + 4 * $1)),data=$2,data-len=4"; }

# A byte of $1 at offset $2 becomes another, in $3.
tamper() {
    cp "$1" "$3"
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # the octal number is the format
    printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$3" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

rules_of_board() {
    rule "$board: it builds"
    expect_exit 0 "$EXAMPLE/build.sh" "$board" .
    expect_success "$FWSIGN" sign --key prod-2025 --fw-version 1.0.0 --security-counter 3 --force \
        -o app.signed.bin app.bin

    rule "$board: a good application is started"
    boot app.signed.bin
    expect_code 0
    expect_equal "bootloader: not refused bootloader: accepted application: running" \
        "$(cat "$OUT" "$ERR" | tr '\n' ' ' | sed 's/ *$//')" "what is said"

    rule "$board: a changed application is refused"
    tamper app.signed.bin 520 tampered.bin
    refused tampered.bin hash-mismatch

    rule "$board: a changed signature is refused"
    size=$(stat -c %s app.signed.bin)
    tamper app.signed.bin $((size - 1)) forged.bin
    refused forged.bin bad-signature

    rule "$board: an empty slot is refused"
    head -c 4096 /dev/zero | tr '\0' '\377' >empty.bin
    refused empty.bin bad-magic

    rule "$board: fuses raise the counter and revoke keys"
    refused app.signed.bin rollback -device "$(burn 1 0xf)"
    refused app.signed.bin revoked-key -device "$(burn 0 0x1)"
    boot app.signed.bin -device "$(burn 1 0x7)" -device "$(burn 0 0x2)"
    expect_code 0

    rule "$board: another vendor's application is refused"
    sed -i 's/vendor-id: example.org/vendor-id: example.com/' policy/sample.yaml
    expect_success "$FWSIGN" sign --key prod-2025 --fw-version 1.0.0 --security-counter 3 --force \
        -o other.bin app.bin
    sed -i 's/vendor-id: example.com/vendor-id: example.org/' policy/sample.yaml
    refused other.bin wrong-vendor

    rule "$board: another key's bootloader refuses it"
    cp keys.inc kept.inc
    expect_success "$FWSIGN" key export "$KEYS/p256.pub.pem" --format c --force -o keys.inc
    expect_exit 0 "$EXAMPLE/build.sh" "$board" .
    refused app.signed.bin unknown-key
    mv kept.inc keys.inc

    for level in 0 2; do
        rule "$board: hardening $level starts it as well"
        expect_exit 0 env LEVEL=$level "$EXAMPLE/build.sh" "$board" .
        boot app.signed.bin
        expect_code 0
        expect_out_or_err "application: running"
        refused tampered.bin hash-mismatch
    done
}

# QEMU's semihosting writes to either, by its version.
expect_out_or_err() { expect_equal 1 "$(cat "$OUT" "$ERR" | grep -cF -e "$1")" "lines with '$1'"; }

# on BOARD COMPILER QEMU MACHINE SLOT OTP [BIOS]
on() {
    board=$1
    qemu=$3
    machine=$4
    slot=$5
    otp=$6
    bios=${7-}
    if command -v "$2" >/dev/null 2>&1 && command -v "$3" >/dev/null 2>&1; then
        rules_of_board
    else
        rule "$board"
        skip "no $2 or no $3 here"
    fi
}

on mps2 arm-none-eabi-gcc qemu-system-arm mps2-an385 0x40000 0x3ff000
on virt riscv64-unknown-elf-gcc qemu-system-riscv32 virt 0x80100000 0x80200000 none

finish

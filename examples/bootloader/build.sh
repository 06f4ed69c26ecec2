#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build bootloader and application for a board of QEMU's: boot.elf, app.elf and app.bin in OUT.
#
#   build.sh mps2|virt OUT
#
# OUT holds keys.inc (fwsign key export KEY --format c) and the verifier's two files
# (scripts/amalgamate --with p256,sha256-mid,status-text). LEVEL is the hardening, default 1.
set -eu

board=$1
out=$(cd "$2" && pwd)
cd "$(dirname "$0")"

case $board in
mps2)
    prefix=arm-none-eabi-
    machine="-mcpu=cortex-m3 -mthumb"
    headers=
    code=0x0 slot=0x40000 otp=0x3ff000 data=0x20000000
    ;;
virt)
    prefix=riscv64-unknown-elf-
    machine="-march=rv32imac_zicsr_zifencei -mabi=ilp32 -mcmodel=medany"
    headers=--specs=picolibc.specs # for its string.h alone
    code=0x80000000 slot=0x80100000 otp=0x80200000 data=0x80300000
    ;;
*)
    echo "usage: build.sh mps2|virt OUT" >&2
    exit 2
    ;;
esac

# The verifier as small as it may be where images are mapped and have one P-256 signature.
sizes="-DFWS_VERIFY_HARDENING=${LEVEL:-1} -DFWS_VERIFY_TLV_SIZE=512 -DFWS_VERIFY_BLOCK_SIZE=64
    -DFWS_VERIFY_HASHES_MAX=1 -DFWS_VERIFY_DIGEST_SIZE=32 -DFWS_VERIFY_SIGNATURES_MAX=1
    -DFWS_VERIFY_WITH_LMS=0 -DFWS_VERIFY_WITH_PURE=0 -DFWS_VERIFY_WITH_FULL_KEY=0
    -DFWS_VERIFY_WITH_BOOLEAN=0 -DFWS_VERIFY_WITH_READ=0"

# link CODE_ADDRESS OUTPUT SOURCE...
link() {
    address=$1
    output=$2
    shift 2
    objects=
    for source in "$@"; do
        object=$out/$(basename "$source" .c).o
        # shellcheck disable=SC2086 # flags are words
        "${prefix}gcc" $machine $headers -std=c11 -Os -g -ffreestanding -fno-common \
            -ffunction-sections -fdata-sections -ffile-prefix-map="$(pwd)=." \
            -ffile-prefix-map="$out=." -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Werror $sizes -I. -I"$out" -c "$source" -o "$object"
        objects="$objects $object"
    done
    # shellcheck disable=SC2086
    "${prefix}gcc" $machine -nostdlib -nostartfiles -Wl,-T,link.ld -Wl,--gc-sections \
        -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,--defsym=code_address="$address" \
        -Wl,--defsym=data_address="$data" -Wl,--defsym=board_slot="$slot" \
        -Wl,--defsym=board_otp="$otp" $objects -lgcc -o "$output"
}

link "$code" "$out/boot.elf" "$board.c" board.c boot.c "$out/fwsign_verifier.c"
link "$((slot + 0x200))" "$out/app.elf" "$board.c" application.c
"${prefix}objcopy" -O binary "$out/app.elf" "$out/app.bin"
"${prefix}size" "$out/boot.elf"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What real linkers make becomes the image that objcopy makes of it, with the build id that readelf
# prints.
#
#   elf_objcopy_test.sh ROOT ELF_FLAT
set -eu

root=$1
flat=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
compared=0

has() {
    command -v "$1" >/dev/null 2>&1
}

fail() {
    echo "FAIL: $1"
    exit 1
}

# compare NAME PREFIX: $work/NAME.elf against the binutils whose names begin with PREFIX.
compare() {
    "$2objcopy" -O binary "$work/$1.elf" "$work/objcopy.bin"
    id=$("$flat" "$work/$1.elf" "$work/flat.bin") || fail "$1 is refused"
    cmp "$work/objcopy.bin" "$work/flat.bin" || fail "$1: another image than objcopy's"
    expected=$("$2readelf" -n "$work/$1.elf" 2>/dev/null | sed -n 's/^ *Build ID: //p')
    [ "$id" = "$expected" ] || fail "$1: build id '$id' is not '$expected'"
    echo "$1: $(wc -c <"$work/flat.bin") bytes, build id '$id'"
    compared=$((compared + 1))
}

cat >"$work/program.c" <<'C'
int link_data = 5;
int link_zero[10];
const int link_constant = 7;
int start(void);
int start(void)
{
    link_zero[0] = link_data + link_constant;
    return link_zero[0];
}
C

# build NAME COMPILER FLAG...: with data of its own, so that there are several segments.
build() {
    name=$1
    shift
    "$@" -O1 -ffreestanding -nostdlib -Wl,-e,start "$work/program.c" -o "$work/$name.elf"
}

firmware() {
    cd "$root/examples/firmware"
    "$@" -mcpu=cortex-m3 -Os -ffreestanding -nostdlib -Wl,--defsym=slot_address=0x10000 \
        -Wl,--defsym=header_size=0x400 -Wl,-T,firmware.ld startup.c main.c -o "$work/firmware.elf"
    cd "$work"
}

if has arm-none-eabi-gcc; then
    arm="arm-none-eabi-"
    "$root/examples/firmware/build.sh" "$work"
    mv "$work/app.elf" "$work/example.elf"
    compare example $arm
    # An orphan section of notes would come before the vector table: no build id.
    firmware ${arm}gcc -mthumb -Wl,--build-id=none
    compare firmware $arm
    for id in none md5 sha1 0x00112233; do
        build "arm-$id" ${arm}gcc -mcpu=cortex-m3 -mthumb "-Wl,--build-id=$id"
        compare "arm-$id" $arm
    done
    build arm-nmagic ${arm}gcc -mcpu=cortex-m3 -mthumb -Wl,--build-id,--nmagic
    compare arm-nmagic $arm
    build arm-pages ${arm}gcc -mcpu=cortex-m3 -mthumb -Wl,-z,max-page-size=0x10000
    compare arm-pages $arm
    if has clang && has ld.lld; then
        firmware clang --target=arm-none-eabi -fuse-ld=lld -Wl,--build-id
        cp "$work/firmware.elf" "$work/firmware-lld.elf"
        compare firmware-lld $arm
    fi
fi
if has riscv64-unknown-elf-gcc; then
    build riscv64 riscv64-unknown-elf-gcc -Wl,--build-id
    compare riscv64 riscv64-unknown-elf-
    build riscv32 riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 -Wl,--build-id=sha1
    compare riscv32 riscv64-unknown-elf-
fi
if [ "$compared" -eq 0 ]; then
    echo "skipped: neither arm-none-eabi-gcc nor riscv64-unknown-elf-gcc here"
    exit 77
fi
echo "ok: $compared files"

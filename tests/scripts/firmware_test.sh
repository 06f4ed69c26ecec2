#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example firmware is what it says: reproducible, with a vector table that fits its place, all
# three forms holding the same bytes.
#
#   firmware_test.sh ROOT
set -eu

root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

fail() {
    echo "FAIL: $1"
    exit 1
}

# between NAME LOW VALUE HIGH: both bounds included.
between() {
    if [ "$3" -lt "$2" ] || [ "$3" -gt "$4" ]; then
        fail "$1 $3 is not between $2 and $4"
    fi
}

# word FILE OFFSET: 32 bits, little endian, as a number.
word() {
    echo $((0x$(od -An -v -tx1 -j "$2" -N 4 "$1" | awk '{ print $4 $3 $2 $1 }')))
}

cp -R "$root/examples/firmware" "$work/elsewhere"
"$root/examples/firmware/build.sh" "$work/one"
(cd "$work/elsewhere" && ./build.sh "$work/two")
for form in elf bin hex; do
    cmp "$work/one/app.$form" "$work/two/app.$form" || fail "app.$form differs between two builds"
done

size=$(wc -c <"$work/one/app.bin")
[ $((size % 4)) -eq 0 ] || fail "size $size is no multiple of 4"
stack=$(word "$work/one/app.bin" 0)
between 'stack pointer' $((0x20000004)) "$stack" $((0x20010000))
reset=$(word "$work/one/app.bin" 4)
[ $((reset & 1)) -eq 1 ] || fail "reset vector $reset is not Thumb code"
between 'reset vector' $((0x240)) "$reset" $((0x200 + size))
grep -aq 'fwsign example firmware: pump' "$work/one/app.bin" || fail "the image does not say what it is"

arm-none-eabi-objcopy -I ihex -O binary "$work/one/app.hex" "$work/from-hex.bin"
cmp "$work/one/app.bin" "$work/from-hex.bin" || fail "app.hex and app.bin differ"

SLOT_ADDRESS=0x10000 HEADER_SIZE=0x400 "$root/examples/firmware/build.sh" "$work/moved"
moved=$(word "$work/moved/app.bin" 4)
[ "$moved" -eq $((reset - 0x200 + 0x10400)) ] || fail "the image does not move with its slot: reset vector $moved"
echo "ok: $size bytes"

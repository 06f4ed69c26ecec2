#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Prove that sources are freestanding: compile them for a processor without an operating system and
# link them with nothing but memcpy, memset, memcmp and a few named functions of libgcc.
#
# usage: build.sh TARGET gcc|clang ROOT SOURCE...
# Targets are those of tests/device/targets. Exits 77 when there is no such compiler.
set -eu
export LC_ALL=C

target=$1
with=$2
root=$3
shift 3

row=$(grep "^$target " "$root/tests/device/targets")
read -r _ family _ _ _ _ gcc machine <<ROW
$row
ROW
tools=${gcc%gcc}

# Clang compiles, the other links: it knows where its libgcc is. "-meabi gnu": a structure is copied
# by memcpy, not by another function of the same work; an enumeration is as small as with gcc.
case $with/$family in
gcc/*) compiler="$gcc -Wstack-usage=640" ;;
clang/arm) compiler="clang --target=arm-none-eabi -meabi gnu -fshort-enums" ;;
clang/riscv) compiler="clang --target=riscv32-unknown-elf" ;;
esac

for tool in "${compiler%% *}" "$gcc"; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "skipped: no $tool here"
        exit 77
    fi
done

# What compilers may call beside the three: 64-bit multiplication and shifts, 32-bit division, the
# jump tables of Thumb-1. A 64-bit division or a floating-point number would be an accident.
allowed="memcpy|memset|memcmp"
allowed="$allowed|__aeabi_lmul|__aeabi_llsl|__aeabi_llsr|__muldi3|__ashldi3|__lshrdi3"
allowed="$allowed|__aeabi_uidiv|__aeabi_uidivmod|__gnu_thumb1_case_(uqi|sqi|uhi|shi|si)"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

flags="$machine -std=c11 -ffreestanding -nostdlib -Os -ffunction-sections -fdata-sections"
flags="$flags -Wall -Wextra -Wconversion -Wshadow -Wvla -Werror"

count=0
for source in "$@" "$root/tests/freestanding/entry.c"; do
    count=$((count + 1))
    # shellcheck disable=SC2086 # flags are words
    $compiler $flags -isystem "$root/tests/device/include" -I"$root" -c "$source" -o "$out/$count.o"
done

link() {
    name=$1
    shift
    # shellcheck disable=SC2086
    "$gcc" $machine -nostdlib -Wl,-e,entry -Wl,--no-warn-rwx-segments -Wl,-z,noexecstack "$@" \
        "$out"/*.o "$out/memory.a" -lgcc -o "$out/$name.elf"
}

# The three come as a library, so that they are no part of what is looked at.
mkdir "$out/memory"
# shellcheck disable=SC2086
"$gcc" $flags -c "$root/tests/device/memory.c" -o "$out/memory/memory.o"
"${tools}ar" rc "$out/memory.a" "$out/memory/memory.o"

# All objects, used or not: each must resolve.
link all
link used -Wl,--gc-sections
"${tools}size" "$out/all.elf" "$out/used.elf"

"${tools}nm" --defined-only "$out"/*.o | awk 'NF == 3 { print $3 }' | sort -u >"$out/defined"
"${tools}nm" --undefined-only "$out"/*.o | awk 'NF == 2 { print $2 }' | sort -u >"$out/needed"
foreign=$(comm -13 "$out/defined" "$out/needed" | grep -Evx "$allowed" || true)
if [ -n "$foreign" ]; then
    echo "not to be had on a device:" "$foreign" >&2
    exit 1
fi

# No mutable globals: one verifier may run beside another.
written=$("${tools}size" "$out"/*.o | awk 'NR > 1 { sum += $2 + $3 } END { print sum }')
if [ "$written" -ne 0 ]; then
    echo "$written bytes of .data and .bss: freestanding code has no globals" >&2
    exit 1
fi

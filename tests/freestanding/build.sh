#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Prove that sources are freestanding: compile them for a processor without an operating system and
# link them with nothing but libgcc, memcpy, memset and memcmp.
#
# usage: build.sh COMPILER CPU ROOT SOURCE...
# Exits 77 when there is no such compiler.
set -eu

compiler=$1
cpu=$2
root=$3
shift 3

if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "skipped: no $compiler here"
    exit 77
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

flags="-mcpu=$cpu -mthumb -std=c11 -ffreestanding -nostdlib -Wall -Wextra -Wconversion -Werror -Os"
flags="$flags -ffunction-sections -fdata-sections -Wvla -Wstack-usage=640"

objects=
count=0
for source in "$@" "$root/tests/freestanding/entry.c"; do
    count=$((count + 1))
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $flags -I"$root" -c "$source" -o "$out/$count.o"
    objects="$objects $out/$count.o"
done

# All objects, used or not: each must resolve.
# shellcheck disable=SC2086
"$compiler" -mcpu="$cpu" -mthumb -nostdlib -Wl,-e,entry -Wl,--no-warn-rwx-segments \
    $objects -lgcc -o "$out/all.elf"

# shellcheck disable=SC2086
"$compiler" -mcpu="$cpu" -mthumb -nostdlib -Wl,-e,entry -Wl,--gc-sections \
    -Wl,--no-warn-rwx-segments $objects -lgcc -o "$out/used.elf"

size=$(command -v "${compiler%gcc}size" || command -v size)
"$size" "$out/all.elf" "$out/used.elf"

# No mutable globals: one verifier may run beside another.
# shellcheck disable=SC2086
written=$("$size" $objects | awk 'NR > 1 { sum += $2 + $3 } END { print sum }')
if [ "$written" -ne 0 ]; then
    echo "$written bytes of .data and .bss: freestanding code has no globals" >&2
    exit 1
fi

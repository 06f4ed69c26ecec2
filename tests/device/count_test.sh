#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The counter is exact: 3,000 turns more of a loop of three are 9,000 instructions more, and the same
# program counts the same twice.
#
# usage: count_test.sh TARGET ROOT COUNT.so
set -eu

target=$1
root=$2
counter=$3

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

nm=$(awk -v target="$target" '$1 == target { print $7 }' "$root/tests/device/targets")
nm=${nm%gcc}nm

address() {
    "$nm" "$out/$1.elf" | awk -v name="$2" '$3 == name { print "0x" $1 }'
}

# build TURNS, or leave with 77 when there is no compiler
build() {
    "$root/tests/device/build.sh" "$target" "$out/$1.elf" "-DCOUNT_TURNS=$1" \
        "$root/tests/device/count_program.c" || exit $?
}

count() {
    rm -f "$out/counted"
    "$root/scripts/device-run" "$target" "$out/$1.elf" -- -plugin \
        "$counter,first=$(address "$1" count_first),last=$(address "$1" count_last),out=$out/counted" ||
        exit $?
    cat "$out/counted"
}

build 1000
build 4000
less=$(count 1000)
more=$(count 4000)
again=$(count 4000)
echo "$less, $more, $again instructions"
[ "$((more - less))" -eq 9000 ] && [ "$more" -eq "$again" ]

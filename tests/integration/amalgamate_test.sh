#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The amalgamation compiles on every target without a warning, is the same bytes each time, judges
# an image on the host, and refuses what it cannot put together.
#
#   amalgamate_test.sh ROOT
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

make() {
    folder=$work/$1
    shift
    "$root/scripts/amalgamate" "$@" --output "$folder"
}

# compiles NAME FOLDER COMPILER FLAG...: skipped where there is no such compiler.
compiles() {
    name=$1
    folder=$work/$2
    shift 2
    if ! command -v "$1" >/dev/null 2>&1; then
        echo "ok: $name # SKIP no $1"
        return
    fi
    # shellcheck disable=SC2086 # flags are words
    check "$name" "$@" $warnings -Os -ffreestanding -c "$folder/fwsign_verifier.c" -o "$work/out.o"
}

on_every_target() {
    compiles "$1: host gcc" "$1" gcc
    compiles "$1: host clang" "$1" clang
    for cpu in cortex-m0plus cortex-m3 cortex-m4 cortex-m33; do
        compiles "$1: $cpu" "$1" arm-none-eabi-gcc -mthumb -mcpu=$cpu
    done
    compiles "$1: rv32imac" "$1" riscv64-unknown-elf-gcc --specs=picolibc.specs -march=rv32imac \
        -mabi=ilp32
}

# ---- Every choice compiles ----

make all
on_every_target all
make p256 --with p256,sha256-mid
on_every_target p256
for name in $("$root/scripts/amalgamate" --list) none; do
    make one --with "$name"
    case $name in
    cortex-m-*) compiles "$name, for Cortex-M4" one arm-none-eabi-gcc -mthumb -mcpu=cortex-m4 ;;
    *) compiles "$name alone" one gcc ;;
    esac
done
make both --with p256,cortex-m-p256
compiles "both P-256, for Cortex-M3" both arm-none-eabi-gcc -mthumb -mcpu=cortex-m3

# ---- The same bytes, whoever runs it ----

(cd / && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$root/scripts/amalgamate" --output "$work/again")
check "the same bytes again" diff -r "$work/all" "$work/again"
check "the licence stands on top" sh -c "head -n 1 '$work/all/fwsign_verifier.c' | grep -q SPDX"
version=$(sed -n 's/^project(fwsign VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
check "the version stands on top" grep -q "^/\* fwsign $version: " "$work/all/fwsign_verifier.h"
for awk in gawk original-awk "busybox awk"; do
    if command -v "${awk%% *}" >/dev/null 2>&1; then
        mkdir -p "$work/bin"
        printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$work/bin/awk"
        chmod +x "$work/bin/awk"
        PATH=$work/bin:$PATH "$root/scripts/amalgamate" --output "$work/other-awk"
        check "the same bytes with $awk" diff -r "$work/all" "$work/other-awk"
    fi
done

# ---- A program with these two files judges images ----

key_table "$vectors/keys/p256.pub.der" >"$work/p256/keys.inc"

# shellcheck disable=SC2086
check "a program of two files" gcc $warnings -g -fsanitize=address,undefined -I"$work/p256" \
    "$root/tests/integration/judge.c" "$work/p256/fwsign_verifier.c" -o "$work/judge"

# judged IMAGE EXIT TEXT
judged() { check_exit "$2" "^$3\$" "$1: $3" "$work/judge" "$vectors/$1"; }
judged good/key-p256-1024.bin 0 "accepted by key 0"
judged good/key-p256-1.bin 0 "accepted by key 0"
judged good/key-p256-0.bin 1 "refused: empty-payload"
judged good/key-ed25519-1024.bin 1 "refused: unknown-key"
judged bad/ec-r0-p256.bin 1 "refused: .*"
judged bad/ec-wronghash-p256.bin 1 "refused: .*"

# ---- The words of statuses are there only when asked for ----

make text --with p256,sha256-mid,status-text
gcc -c "$work/p256/fwsign_verifier.c" -o "$work/p256.o"
gcc -c "$work/text/fwsign_verifier.c" -o "$work/text.o"
check_exit 1 "" "no words without status-text" grep -c unsigned-bytes-follow "$work/p256.o"
check "words with status-text" grep -q unsigned-bytes-follow "$work/text.o"

# ---- Names that clash ----

copy=$work/copy
mkdir "$copy"
cp -r "$root/bytes" "$root/format" "$root/verifier" "$root/scripts" "$root/CMakeLists.txt" "$copy"

plant() { cat >"$copy/verifier/$1.c"; }

amalgamate_copy() { "$copy/scripts/amalgamate" --with none --output "$work/planted"; }

refused() {
    if amalgamate_copy >"$work/said" 2>&1; then
        fail "$1: accepted"
    elif grep -q "$2" "$work/said"; then
        ok "$1"
    else
        fail "$1: other words"
    fi
}

plant planted_one <<'END'
#include "verifier/verifier.h"
#define STEP 1
enum planted_kind { PLANTED_A, PLANTED_B };
struct planted { unsigned planted_twice; };
static const unsigned planted_data[2] = {0, 0};
static unsigned planted_twice(struct planted *of)
{
    return of->planted_twice + planted_data[1] + STEP + PLANTED_B; /* planted_twice is /* a name */
}
unsigned fws_planted_one(unsigned n);
unsigned fws_planted_one(unsigned n)
{
    struct planted planted = {.planted_twice = n};

    return planted_twice(&planted);
}
END
sed 's/planted_one/planted_two/g; s/STEP 1/STEP 2/; s,/\* a name ,,' "$copy/verifier/planted_one.c" |
    plant planted_two
sed -i 's,/\* a name ,,' "$copy/verifier/planted_one.c"
cat >"$work/planted.c" <<'END'
unsigned fws_planted_one(unsigned n);
unsigned fws_planted_two(unsigned n);

int main(void)
{
    return fws_planted_one(10) == 12 && fws_planted_two(10) == 13 ? 0 : 1;
}
END
check "names of one file may be in two" amalgamate_copy
# shellcheck disable=SC2086
check "and compile" gcc $warnings "$work/planted.c" "$work/planted/fwsign_verifier.c" -o "$work/planted/run"
check "and each file keeps its own" "$work/planted/run"

echo 'static const int planted_two_planted_twice = 1;' >>"$copy/verifier/planted_one.c"
refused "a new name that is taken is refused" "'planted_twice' would become 'planted_two_planted_twice'"
sed -i '$d' "$copy/verifier/planted_one.c"
cp "$copy/verifier/planted_one.c" "$copy/verifier/planted_three.c"
refused "a name defined twice is refused" "fws_planted_one is also defined in verifier/planted_one.c"
rm "$copy"/verifier/planted_*.c
printf '#include "verifier/missing.h"\n' | plant planted_one
refused "a header that is missing is refused" "includes 'verifier/missing.h'"
rm "$copy/verifier/planted_one.c"

check_exit 1 "there is no 'sha257'; there are .*p256" "an unknown choice is refused by name" \
    "$root/scripts/amalgamate" --with p256,sha257 --output "$work/none"

finish

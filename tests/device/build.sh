#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Compile and link a program for a target: ours from reset to exit, no C library but memory.c.
#
# usage: build.sh TARGET OUT.elf FLAGS SOURCE...
# FLAGS are words for compiler and linker. What the compiler makes of each source lies in OUT.d, named
# after its path.
# Exits 77 when there is no compiler for the target.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=$1
out=$2
given=$3
shift 3

row=$(grep "^$target " "$here/targets") || {
    echo "build.sh: no target '$target' in tests/device/targets" >&2
    exit 2
}
# shellcheck disable=SC2086 # words of a row
read -r _ family _ _ code ram compiler <<ROW
$row
ROW

if ! command -v "${compiler%% *}" >/dev/null 2>&1; then
    echo "skipped: no ${compiler%% *} here"
    exit 77
fi

flags="-std=c11 -Os -ffreestanding -ffunction-sections -fdata-sections -fno-common"
flags="$flags -fno-asynchronous-unwind-tables -Wall -Wextra -Wconversion -Wshadow -Wvla -Werror"
objects=${out%.elf}.d
mkdir -p "$objects"

for source in "$@" "$here/$family/startup.c" "$here/$family/trap.c" "$here/semihosting.c" \
    "$here/print.c" "$here/memory.c"; do
    name=$(printf '%s' "${source#"$root/"}" | tr / _)
    # shellcheck disable=SC2086 # flags are words
    $compiler $flags $given -isystem "$here/include" -I"$root" -c "$source" -o "$objects/${name%.c}.o"
done

# shellcheck disable=SC2086
exec $compiler $given -nostdlib -Wl,--gc-sections -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
    -Wl,--defsym=code_origin="$code" -Wl,--defsym=ram_origin="$ram" -T "$here/$family/link.ld" \
    "$objects"/*.o -lgcc -o "$out"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What docs/porting.md shows compiles, and does on the host what it says.
#
#   porting_test.sh ROOT
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

page=$root/docs/porting.md
check "the page fits one page" test "$(wc -l <"$page")" -le 85

"$root/scripts/amalgamate" --with p256,sha256-mid --output "$work"
key_table "$vectors/keys/p256.pub.der" >"$work/keys.inc"
awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' "$page" >"$work/shown.c"
check "it shows C" test -s "$work/shown.c"

cat >"$work/board.h" <<'END'
uint32_t board_fuses(unsigned word);
_Noreturn void board_jump(const uint8_t *application);
_Noreturn void board_halt(enum fws_status reason);
_Noreturn void boot(const uint8_t *slot, uint32_t slot_size);
END

have arm-none-eabi-gcc && {
    # shellcheck disable=SC2086 # flags are words
    check "for Cortex-M3" arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -Os $warnings -ffreestanding \
        -I"$work" -c "$work/shown.c" -o "$work/shown.o"
}

cat >"$work/board.c" <<'END'
#include <stdio.h>
#include <stdlib.h>

#include "fwsign_verifier.h"
#include "board.h"

static uint8_t image[1 << 20];
static uint32_t fuses[2];

uint32_t board_fuses(unsigned word)
{
    return fuses[word];
}

_Noreturn void board_jump(const uint8_t *application)
{
    printf("jump to %d\n", (int)(application - image));
    exit(0);
}

_Noreturn void board_halt(enum fws_status reason)
{
    printf("halt: %d\n", (int)reason);
    exit(1);
}

int main(int argc, char **argv)
{
    FILE *file = fopen(argv[1], "rb");
    size_t size = file == NULL ? 0 : fread(image, 1, sizeof image, file);

    fuses[0] = argc > 2 ? (uint32_t)atoi(argv[2]) : 0;
    fuses[1] = argc > 3 ? (uint32_t)atoi(argv[3]) : 0;
    boot(image, (uint32_t)size);
}
END
# shellcheck disable=SC2086
check "on the host" cc $warnings -g -fsanitize=address,undefined -I"$work" "$work/shown.c" \
    "$work/board.c" "$work/fwsign_verifier.c" -o "$work/boot"

number() { sed -n "s/^ *X(\([0-9]*\), $1,.*/\1/p" "$root/bytes/status.h"; }

image=$vectors/good/seccnt-1.bin
check_exit 0 "^jump to 32\$" "a good image is booted" "$work/boot" "$image"
check_exit 1 "^halt: $(number FWS_E_KEY_REVOKED)\$" "a revoked key" "$work/boot" "$image" 1
check_exit 0 "^jump to 32\$" "another key revoked" "$work/boot" "$image" 2
check_exit 1 "^halt: $(number FWS_E_ROLLBACK)\$" "a counter too low" "$work/boot" "$image" 0 2
flip "$image" -1 "$work/forged.bin"
check_exit 1 "^halt: $(number FWS_E_SIGNATURE_INVALID)\$" "a forged signature" "$work/boot" \
    "$work/forged.bin"

finish

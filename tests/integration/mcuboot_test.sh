#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# MCUboot's hook of examples/mcuboot, under a stand-in for MCUboot: compiles for the host and for
# Cortex-M3, and judges images in a flash area of memory.
#
#   mcuboot_test.sh ROOT
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

example=$root/examples/mcuboot
stubs=$root/tests/integration/mcuboot
# In MCUboot's highest profile functions return volatile types; off_t is not the same in all ports.
warnings="$warnings -Wno-ignored-qualifiers -Wno-sign-conversion"
"$root/scripts/amalgamate" --with p256,sha256-mid --output "$work"
key_table "$vectors/keys/p256.pub.der" >"$work/keys.inc"

# shellcheck disable=SC2086 # flags are words
check "the hook, under MCUboot's declarations" cc $warnings -Wmissing-prototypes -g \
    -fsanitize=address,undefined -I"$stubs" -I"$work" "$stubs/loader.c" "$example/image_check.c" \
    "$example/other_hooks.c" "$work/fwsign_verifier.c" -o "$work/loader"

if have arm-none-eabi-gcc; then
    for source in "$example/image_check.c" "$example/other_hooks.c"; do
        # shellcheck disable=SC2086
        check "${source##*/}, for Cortex-M3" arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -Os $warnings \
            -I"$stubs" -I"$work" -c "$source" -o "$work/hook.o"
    done
fi

ln -s "$vectors/good" "$work"
flip "$vectors/good/seccnt-1.bin" -1 "$work/forged.bin"

# judged EXIT TEXT IMAGE [OPTION...]
judged() {
    wanted=$1
    text=$2
    image=$3
    shift 3
    check_exit "$wanted" "$text" "$image${1:+, $*}: $text" "$work/loader" "$work/$image" "$@"
}

# status NAME: its number, as the hook logs it.
status() {
    number=$(sed -n "s/^ *X(\([0-9]*\), $1,.*/\1/p" "$root/bytes/status.h")
    echo "fwsign status ${number:-that does not exist} at"
}

judged 0 "success, watchdog fed: yes" good/seccnt-1.bin
judged 0 "success" good/seccnt-1.bin counter=1
{ cat "$vectors/good/seccnt-1.bin" && printf 'swap status of MCUboot'; } >"$work/swapped.bin"
judged 0 "success" swapped.bin
judged 1 "$(status FWS_E_ROLLBACK)" good/seccnt-1.bin counter=2
judged 1 "$(status FWS_E_COUNTER_READ)" good/seccnt-1.bin counter-fails
judged 1 "$(status FWS_E_COUNTER_MISSING)" good/key-p256-4097.bin
judged 1 "$(status FWS_E_SIGNATURE_INVALID)" forged.bin
judged 1 "$(status FWS_E_KEY_UNKNOWN)" good/key-ed25519-1024.bin
judged 1 "$(status FWS_E_FLASH_READ)" good/seccnt-1.bin read-fails-at=600
judged 1 "refused" good/seccnt-1.bin slot-size=1024
judged 1 "^failure" good/seccnt-1.bin open-fails
head -c 100000 /dev/zero | tr '\0' '\377' >"$work/empty.bin"
check_exit 1 "$(status FWS_E_MAGIC)" "an empty slot" "$work/loader" "$work/empty.bin"

finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build the example firmware: app.elf, app.bin and app.hex in OUT. The same sources give the same
# bytes, wherever and whenever they are built.
#
#   build.sh [OUT]          default: the current folder
#
# SLOT_ADDRESS (0x0) and HEADER_SIZE (0x200) say where the image will lie; HEADER_SIZE is the
# header-size of the product's policy.
set -eu

mkdir -p "${1:-.}"
out=$(cd "${1:-.}" && pwd)
cd "$(dirname "$0")"

arm-none-eabi-gcc -std=c11 -mcpu=cortex-m3 -mthumb -Os -g \
    -ffreestanding -nostdlib -fno-common -fno-asynchronous-unwind-tables \
    -ffunction-sections -fdata-sections -ffile-prefix-map="$(pwd)=." \
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
    -Wl,--defsym=slot_address="${SLOT_ADDRESS:-0x0}" -Wl,--defsym=header_size="${HEADER_SIZE:-0x200}" \
    -Wl,-T,firmware.ld -Wl,--gc-sections -Wl,--fatal-warnings -Wl,--build-id=none \
    startup.c main.c -lgcc -o "$out/app.elf"
arm-none-eabi-objcopy -O binary "$out/app.elf" "$out/app.bin"
arm-none-eabi-objcopy -O ihex "$out/app.elf" "$out/app.hex"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Judge a file of cases as code of a target.
#
# usage: run_cases.sh TARGET ROOT CASES FLAGS SOURCE...
set -eu

target=$1
root=$2
cases=$3
flags=$4
shift 4

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$root/tests/device/build.sh" "$target" "$out/runner.elf" "$flags" "$root/tests/device/runner.c" \
    "$root/tests/device/image_case.c" "$root/tests/device/signature_case.c" "$@"
DEVICE_SECONDS=280 "$root/scripts/device-run" "$target" "$out/runner.elf" "$cases"

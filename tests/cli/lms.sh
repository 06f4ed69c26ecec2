#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Images signed with LMS are verified, by the plain key or as HSMs write it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${LMS_IMAGE:?names the program that makes an image}"

"$LMS_IMAGE" app.bin plain.key
{ printf '\0\0\0\1' && cat plain.key; } >hss.key

rule "an image signed with LMS is valid under its key, in both forms"
for key in plain.key hss.key; do
    expect_exit 0 "$FWSIGN" verify --key "$key" app.bin
    expect_out "valid, version 1.2.3, signed by $key"
done

rule "one bit of the signature, of the key or of the image is enough"
cp app.bin bad.bin
printf '\377' | dd of=bad.bin bs=1 seek=900 conv=notrunc 2>/dev/null
expect_exit 10 "$FWSIGN" verify --key plain.key bad.bin
expect_out "bad-signature"
cp plain.key other.key
printf '\377' | dd of=other.key bs=1 seek=40 conv=notrunc 2>/dev/null
expect_exit 10 "$FWSIGN" verify --key other.key app.bin
expect_out "unknown-key"
cp app.bin bad.bin
printf '\377' | dd of=bad.bin bs=1 seek=60 conv=notrunc 2>/dev/null
expect_exit 10 "$FWSIGN" verify --key plain.key bad.bin
expect_out "hash-mismatch"

rule "a key of several levels is none of ours"
{ printf '\0\0\0\2' && cat plain.key; } >levels.key
expect_exit 4 "$FWSIGN" verify --key levels.key app.bin

finish

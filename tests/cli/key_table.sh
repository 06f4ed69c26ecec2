#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a key in the HSM to the table of a bootloader that trusts it, and to an image it accepts.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${ROOT:?names the root of the sources}"
KEYS=$ROOT/tests/vectors/mcuboot/keys

dev_init
"$ROOT/scripts/amalgamate" --with p256,sha256-mid --output . || fail "no amalgamation"
warnings="-std=c11 -Wall -Wextra -Wconversion -Werror"

# judge_build FOLDER [FLAG]: FOLDER/judge judges images by the keys in FOLDER/keys.inc.
judge_build() {
    # shellcheck disable=SC2086 # flags are words
    run cc $warnings -I. -I"$1" ${2-} "$ROOT/tests/integration/judge.c" fwsign_verifier.c -o "$1/judge"
    expect_code 0
}

mkdir one other two hash

rule "a key exported to C is what the bootloader trusts"
expect_success "$FWSIGN" key export prod-2025 --format c -o one/keys.inc
judge_build one
expect_success "$FWSIGN" sign --key prod-2025 -o app.signed.bin fw/app.bin
expect_exit 0 one/judge app.signed.bin
expect_out "accepted"

rule "another key's table refuses the image"
expect_success "$FWSIGN" key export "$KEYS/p256.pub.pem" --format c -o other/keys.inc
judge_build other
expect_exit 1 other/judge app.signed.bin
expect_out "unknown-key"

rule "a table of several keys accepts each, in the order given"
expect_success "$FWSIGN" key export "$KEYS/p256.pub.pem" prod-2025 --format c -o two/keys.inc
judge_build two
expect_exit 0 two/judge app.signed.bin
expect_out "accepted by key 1"

rule "a key's digest is enough where images carry the key"
expect_success "$FWSIGN" key export "$KEYS/p256.pub.pem" --format c --form hash -o hash/keys.inc
expect_equal 1 "$(grep -c '.hash_only = 1' hash/keys.inc)" "rows with a digest"
judge_build hash -DOPTIONS=FWS_VERIFY_FULL_KEY
expect_exit 0 hash/judge "$ROOT/tests/vectors/mcuboot/good/fullkey-p256.bin"

rule "a co-signer's key stands where it was named"
expect_success "$FWSIGN" key export "$KEYS/p256.pub.pem" "$KEYS/ed25519.pub.pem" \
    "$KEYS/p384.pub.pem" --co-signer "$KEYS/ed25519.pub.pem" --format c --json
expect_json '[.keys[] | [.type, .signer]] ==
    [["ecdsa-p256", 0], ["ed25519", 1], ["ecdsa-p384", 0]] and .format == "c"'

rule "a table is refused where it would mean something else"
expect_exit 2 "$FWSIGN" key export "$KEYS/p256.pub.pem" "$KEYS/p256.pub.pem" --format c
expect_err "is named twice"
expect_exit 2 "$FWSIGN" key export "$KEYS/p256.pub.pem" --format c --co-signer "$KEYS/p384.pub.pem"
expect_err "is none of the keys"
expect_exit 2 "$FWSIGN" key export "$KEYS/p256.pub.pem" --format c --form half
expect_err "--form takes full or hash"
expect_exit 2 "$FWSIGN" key export "$KEYS/p256.pub.pem" "$KEYS/p384.pub.pem"
expect_err "need --format c"
expect_exit 2 "$FWSIGN" key export "$KEYS/p256.pub.pem" --format der --form full
expect_err "need --format c"

finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fwsign makes the reference vectors itself, with their keys on a token, and they match.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${TESTS:?names the folder of the tests}"
VECTORS=$TESTS/vectors/mcuboot
KEYS="rsa2048 rsa3072 p256 p384 ed25519"

dev_init
rm policy/sample.yaml
mkdir out

# key_import NAME NUMBER: the vectors' key of that name, onto the token and into fwsign.yaml.
key_import() {
    SOFTHSM2_CONF=token/softhsm2.conf softhsm2-util --import "$VECTORS/keys/$1.pem" \
        --token fwsign-dev --label "$1" --id "0$2" --pin "$(cat token/pin)" >"$OUT" 2>"$ERR" || {
        fail "cannot import $1"
        exit 1
    }
    sed -i "s|^keys:.*|&\n  $1:\n    uri: \"pkcs11:token=fwsign-dev;object=$1;type=private\"|" \
        fwsign.yaml
}

number=0
for key in $KEYS; do
    number=$((number + 1))
    key_import "$key" "$number"
done

rule "an imported key is refused unless the policy relaxes the rules by name"
cat >policy/strict.yaml <<END
product: strict
keys: [$(echo "$KEYS" | tr ' ' ',')]
format: {slot-size: 0x8000}
version: {from: [option]}
END
for key in $KEYS; do
    expect_exit 8 "$FWSIGN" sign --key "$key" --product strict --fw-version 1.0.0 fw/app.bin
    expect_err "allow: imported"
done
expect_files fw app.bin

rule "a published key is refused whatever the policy relaxes"
sed 's/^keys:.*/keys: {p256: {allow: [imported, multi-purpose]}}/; s/strict/published/' policy/strict.yaml \
    >policy/published.yaml
expect_exit 5 "$FWSIGN" sign --key p256 --product published --fw-version 1.0.0 fw/app.bin
expect_err "denied-keys"
expect_err "fwsign tests/vectors"
expect_files fw app.bin
rm policy/published.yaml

rule "the policies that the vectors need are valid"
expect_exit 0 python3 -B "$TESTS/independent/sign_vectors.py" policies "$VECTORS" .
expect_exit 0 "$FWSIGN" policy lint

rule "each image matches its vector, and the openssl command accepts it"
FWSIGN=$FWSIGN_ANY_KEY run python3 -B "$TESTS/independent/sign_vectors.py" sign "$VECTORS" .
expect_code 0
expect_out "61 vectors, 0 failed"
grep -v '^ok' "$OUT"

rule "fwsign verify accepts each under its key's public PEM"
for key in $KEYS; do
    expect_exit 0 "$FWSIGN" verify --key "$VECTORS/keys/$key.pub.pem" out/key-"$key"-*.bin
    expect_exit 10 "$FWSIGN" verify --key "$VECTORS/keys/p256-b.pub.pem" out/key-"$key"-1024.bin
done

rule "the log says by which relaxations each was signed"
expect_log_whole
expect_log '[.[] | select(.type == "sign.intent") | .data.key.relaxed] |
    length > 40 and all(index("imported") != null)'

finish

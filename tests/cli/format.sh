#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The policy's format: hash, key form, TLVs, trailer and padding, as the device finds them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# Exit codes.
CONFIG=3
DENIED=5
NOT_VALID=10
CONFLICT=13

dev_init

# sign OPTION...: fw/app.bin, into out.bin.
# shellcheck disable=SC2317 # called through expect_exit
sign() {
    "$FWSIGN" sign --fw-version 1.0.0 --force -o out.bin "$@" fw/app.bin
}

# policy LINE...: the lines of `format` in policy/sample.yaml, from its sixth line on.
policy() {
    cat >policy/sample.yaml <<END
product: sample
keys: {prod-2025: {}, ed.pem: {allow: software}, rsa.pem: {allow: software}, p384.pem: {allow: software}}
version: {from: option, increasing: false}
format:
  header-size: 0x20
END
    printf '  %s\n' "$@" >>policy/sample.yaml
}

openssl genpkey -quiet -algorithm ed25519 -out ed.pem
openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
openssl genpkey -quiet -algorithm ec -pkeyopt ec_paramgen_curve:P-384 -out p384.pem

# bytes FILE OFFSET COUNT: in hex; a negative offset counts from the end.
bytes() {
    if [ "$2" -lt 0 ]; then
        tail -c "${2#-}" "$1" | head -c "$3"
    else
        tail -c "+$(($2 + 1))" "$1" | head -c "$3"
    fi | od -An -v -tx1 | tr -d ' \n'
}

size_of() {
    stat -c %s "$1"
}

# ---- Padding ----

MAGIC_8=77c295f360d2ef7f3552500f2cb67980
MAGIC_N=2de15d29410b8d77679c110f1f8a

# expect_padded ERASED IMAGE_OK_FROM_END IMAGE_OK MAGIC: out.bin is a slot of 32 KiB.
expect_padded() {
    expect_equal 32768 "$(size_of out.bin)" "size"
    expect_equal "$4" "$(bytes out.bin -16 16)" "magic"
    expect_equal "$3" "$(bytes out.bin "-$2" 1)" "image_ok"
    expect_exit 0 "$FWSIGN" verify --key prod-2025 out.bin
    expect_out "valid, version 1.0.0"
    expect_exit 0 "$FWSIGN" verify --key prod-2025 --slot-size 0x8000 out.bin
    end=$("$FWSIGN" inspect --json out.bin | jq '32768 - .image.tail.size')
    expect_equal "" "$(tail -c +$((end + 1)) out.bin | head -c -80 | tr -d "\\$1" | od -An -tx1)" \
        "what stands between image and trailer"
}

rule "a padded image fills its slot up to the magic of its alignment"
for align in 1 2 4 8; do
    policy "slot-size: 32K" "upgrade: swap" "align: $align" "pad: slot"
    expect_exit 0 sign --key prod-2025
    expect_padded 377 24 ff $MAGIC_8
done
policy "slot-size: 32K" "upgrade: swap" "align: 16" "pad: slot"
expect_exit 0 sign --key prod-2025
expect_padded 377 32 ff 1000$MAGIC_N
policy "slot-size: 32K" "upgrade: swap" "align: 32" "pad: slot"
expect_exit 0 sign --key prod-2025
expect_padded 377 64 ff 2000$MAGIC_N
policy "slot-size: 32K" "pad: slot" "erased: 0"
expect_exit 0 sign --key prod-2025
expect_padded 000 24 00 $MAGIC_8

rule "a confirmed image has its mark where the device looks for it"
policy "slot-size: 32K" "upgrade: swap" "pad: confirm"
expect_exit 0 sign --key prod-2025
expect_padded 377 24 01 $MAGIC_8
expect_exit 0 "$FWSIGN" inspect --json out.bin
expect_json '.image.tail.clean and .image.tail.trailer and .image.tail.confirmed'
policy "slot-size: 32K" "upgrade: swap" "pad: confirm" "align: 32"
expect_exit 0 sign --key prod-2025
expect_padded 377 64 01 2000$MAGIC_N
policy "slot-size: 32K" "upgrade: swap" "pad: confirm" "align: 16" "erased: 0x00"
expect_exit 0 sign --key prod-2025
expect_padded 000 32 01 1000$MAGIC_N

rule "what is said of a padded image is said of the whole file"
policy "slot-size: 32K" "pad: slot"
expect_exit 0 sign --key prod-2025 --json
digest=$(sha256sum <out.bin | cut -d ' ' -f 1)
expect_json ".images[0].size == 32768 and .images[0].sha256 == \"sha256:$digest\""
expect_log ".[-1].data.image == {sha256: \"sha256:$digest\", size: 32768}"
expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out.bin.tlog-proof out.bin
expect_exit 0 "$FWSIGN" inspect --json out.bin
expect_json '.image.tail.clean and .image.tail.trailer and (.image.tail.confirmed | not)'

rule "a padded image comes whole to standard output"
run "$FWSIGN" sign --fw-version 1.0.0 --key prod-2025 -o - --proof pipe.proof fw/app.bin
expect_code 0
cp "$OUT" piped.bin
expect_equal 32768 "$(size_of piped.bin)" "size"
expect_exit 0 "$FWSIGN" verify --key prod-2025 piped.bin

rule "without padding the file ends with the signature"
policy "slot-size: 32K"
expect_exit 0 sign --key prod-2025
expect_exit 0 "$FWSIGN" inspect --json out.bin
expect_json '.image.tail == null'

rule "a request that is repeated gives the same padded file, and no other"
head -c 3000 /dev/urandom >fw/app.bin
policy "slot-size: 32K" "upgrade: swap" "pad: confirm"
expect_exit 0 sign --key prod-2025 --request-id build-7
mv out.bin first.bin
expect_exit 0 sign --key prod-2025 --request-id build-7
expect_exit 0 cmp first.bin out.bin
rm out.bin
policy "slot-size: 32K" "upgrade: swap" "pad: slot"
expect_exit $CONFLICT sign --key prod-2025 --request-id build-7
expect_no_file out.bin

rule "a disk that the image fits but the padding does not is found before signing"
policy "slot-size: 128K" "pad: slot"
if mount_make small size=64k; then
    intents=$(log_count sign.intent)
    run "$FWSIGN" sign --fw-version 1.0.0 --json --key prod-2025 -o "$WORK/mount.small/app.bin" \
        fw/app.bin
    expect_code 1
    expect_json '.images[0].reason == "no-space"'
    expect_files "$WORK/mount.small"
    expect_equal "$intents" "$(log_count sign.intent)" "intents"
else
    skip "only root may mount"
fi

rule "several padded images are one batch"
mkdir several
for name in $(seq 40); do
    echo "$name" | cat - fw/app.bin >"several/$name.bin"
done
policy "slot-size: 2M" "pad: slot"
expect_exit 0 "$FWSIGN" sign --fw-version 1.0.0 --key prod-2025 several/*.bin
expect_equal 40 "$(find several -name '*.signed.bin' -size 2M | wc -l)" "padded images"
expect_exit 0 "$FWSIGN" verify --key prod-2025 several/*.signed.bin
rm -r several

# ---- What the device would not look at, and what has no room ----

rule "a confirmation that no device reads is refused with its place"
policy "slot-size: 32K" "pad: confirm"
expect_exit $CONFIG sign --key prod-2025
expect_err "policy/sample.yaml:7:8: 'format.pad: confirm' needs 'format.upgrade: swap'"
expect_no_file out.bin

rule "a file of more than 64 MiB is not made of padding"
policy "slot-size: 0x4000001" "pad: slot"
expect_exit $CONFIG "$FWSIGN" policy lint
expect_err "policy/sample.yaml:7:8: 'format.pad' fills slots of at most 67108864 bytes"
policy "slot-size: 0x4000000" "pad: slot"
expect_exit 0 "$FWSIGN" policy lint

rule "a slot must hold more than header and trailer"
policy "slot-size: 12480" "upgrade: swap" "align: 32"
expect_exit $CONFIG "$FWSIGN" policy lint
expect_err "policy/sample.yaml:6:14: 'format.slot-size' leaves nothing"
expect_err "the trailer of 12448 bytes"
policy "slot-size: 12481" "upgrade: swap" "align: 32"
expect_exit 0 "$FWSIGN" policy lint

rule "the trailer of a swap grows with the sectors, and the image must leave it free"
policy "slot-size: 8K" "upgrade: swap" "max-sectors: 128"
expect_exit 0 sign --key prod-2025
rm out.bin
policy "slot-size: 8K" "upgrade: swap" "max-sectors: 256"
expect_exit $DENIED sign --key prod-2025
expect_err "format.slot-size"
expect_err "6192 of trailer"
expect_no_file out.bin
policy "slot-size: 8K" "upgrade: overwrite" "max-sectors: 256"
expect_exit 0 sign --key prod-2025

# ---- Hash and key ----

rule "an Ed25519 key signs SHA-256 or SHA-512"
policy "slot-size: 32K" "hash: sha512"
expect_exit 0 sign --key ed.pem
expect_exit 0 "$FWSIGN" verify --key ed.pem out.bin
expect_exit 0 "$FWSIGN" inspect --key ed.pem --json out.bin
expect_json '[.image.tlvs[] | .name] == ["SHA512", "KEYHASH", "ED25519"]
    and .image.tlvs[0].matches and .image.tlvs[1].key == "ed.pem"'
policy "slot-size: 32K" "hash: sha256"
expect_exit 0 sign --key ed.pem
expect_exit 0 "$FWSIGN" verify --key ed.pem out.bin
expect_exit 0 "$FWSIGN" inspect --json out.bin
expect_json '.image.tlvs[0].name == "SHA256"'

rule "each key signs with the hash of its algorithm"
for pair in prod-2025:sha256 rsa.pem:sha256 p384.pem:sha384; do
    policy "slot-size: 32K" "hash: ${pair#*:}"
    expect_exit 0 sign --key "${pair%:*}"
    expect_exit 0 "$FWSIGN" verify --key "${pair%:*}" out.bin
done
rm out.bin

rule "a hash that the key's algorithm does not take is refused before anything is signed"
before=$(cat audit/seg/*.jsonl | wc -l)
for pair in prod-2025:sha384 prod-2025:sha512 rsa.pem:sha384 rsa.pem:sha512 p384.pem:sha256 \
    p384.pem:sha512 ed.pem:sha384; do
    policy "slot-size: 32K" "hash: ${pair#*:}"
    expect_exit $CONFIG sign --key "${pair%:*}"
    expect_err "key '${pair%:*}': $PWD/policy/sample.yaml:7:9: 'format.hash: ${pair#*:}' is not for"
    expect_exit $CONFIG sign --dry-run --key "${pair%:*}"
    expect_no_file out.bin
done
expect_equal "$before" "$(cat audit/seg/*.jsonl | wc -l)" "entries of the log"

rule "an image can carry its key instead of the key's hash"
for key in prod-2025 ed.pem rsa.pem p384.pem; do
    policy "slot-size: 32K" "key-form: full" "pad: slot"
    expect_exit 0 sign --key "$key"
    expect_exit 0 "$FWSIGN" verify --key-mode full --key "$key" out.bin
    expect_exit $NOT_VALID "$FWSIGN" verify --key "$key" out.bin
    expect_exit 0 "$FWSIGN" inspect --key "$key" --json out.bin
    expect_json ".image.tlvs[1].name == \"PUBKEY\" and .image.tlvs[1].key == \"$key\""
done

# ---- TLVs ----

rule "the policy's TLVs are in each image, before those of the command line"
policy "slot-size: 32K" 'tlvs: {0xb1: "00ff", 0xa0: "0102030405"}'
expect_exit 0 sign --key prod-2025 --tlv 0xa7=aa
expect_exit 0 "$FWSIGN" verify --key prod-2025 out.bin
expect_exit 0 "$FWSIGN" inspect --json out.bin
expect_json '[.image.protected_tlvs[] | [.type, .value]] ==
    [[177, "00ff"], [160, "0102030405"], [167, "aa"]]'

rule "a tag that the policy sets is not the command line's"
rm out.bin
expect_exit 2 sign --key prod-2025 --tlv 0xa0=aa
expect_err "--tlv: TLV 0xa0 is given, but it is the policy's: $PWD/policy/sample.yaml:7:"
expect_exit 2 sign --key prod-2025 --tlv 0xa7=aa --tlv 167=bb
expect_err "--tlv: TLV 0xa7 is given twice"
expect_no_file out.bin

rule "the log is whole"
expect_log_whole

finish

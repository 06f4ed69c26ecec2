#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What has happened to others, tried here: each attack is refused by the rule that is meant for it,
# nothing is written, what was signed before stays as it is, and the attempt is in the log.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${TESTS:?names the folder of the tests}"

dev_init
POLICY=$PWD/policy/pump.yaml
USER_NAME=$(id -un)

mkdir out
expect_success "$FWSIGN" sign --key prod-2025 -o out/kept.bin fw/app.bin
rm policy/sample.yaml

# policy LINE...: the policy of the product pump, behind what every policy says.
policy() {
    printf '%s\n' 'product: pump' 'version: {from: [option]}' "$@" >"$POLICY"
    grep -q '^keys:' "$POLICY" || echo 'keys: [prod-2025]' >>"$POLICY"
    grep -q '^format:' "$POLICY" || echo 'format: {slot-size: 0x20000}' >>"$POLICY"
}

# version_policy RULES [LINE...]: the same, with more to say of versions.
version_policy() {
    rules=$1
    shift
    policy "$@"
    sed -i "s/^version: .*/version: {from: [option], $rules}/" "$POLICY"
}

sign() {
    expect_exit 0 "$FWSIGN" sign --key prod-2025 --product pump -o "$WORK/good.bin" --force "$@"
}

# ---- Being refused ----

# by RULE TEXT EXPECTED SEEN: one more rule that must refuse. TEXT is in the rule's line of the
# policy, "" for a rule that is in no file; "*" for words that change.
by() {
    place=$POLICY
    [ -z "$2" ] || place=$POLICY:$(grep -nF "$2" "$POLICY" | head -n 1 | cut -d: -f1)
    SENTENCE="${SENTENCE:+$SENTENCE; }$1 ($place): expected $3, saw $4"
    WANTED=$(jq -nc --argjson all "${WANTED:-[]}" --arg rule "$1" --arg expected "$3" --arg seen "$4" \
        '$all + [{expected: $expected, rule: $rule, seen: $seen}]')
}

# The rules that refused, and no others; "*" stands for words that change.
# shellcheck disable=SC2016 # the variables are jq's
SAME='def like(pattern): pattern | gsub("(?<c>[^A-Za-z0-9* ])"; "\\\(.c)") | gsub("\\*"; ".*");
    def fits(wanted): . as $seen | $seen | test("^" + ($seen | like(wanted)) + "$");
    def same(wanted): [., wanted] | (map(length) | unique | length == 1) and
        (transpose | all(.[1] as $wanted | .[0] | .rule == $wanted.rule and
            (.expected | fits($wanted.expected)) and (.seen | fits($wanted.seen))));'

expect_sentence() {
    # Columns are the policy loader's business.
    said=$(sed -n 's|\(pump.yaml:[0-9]*\):[0-9]*)|\1)|g; s/^fwsign: \(.*expected\)/\1/p' "$ERR")
    # shellcheck disable=SC2254 # it is a pattern
    case $said in
    $SENTENCE) pass ;;
    *) fail "the sentence is '$said', expected '$SENTENCE'" ;;
    esac
}

state() {
    log_count sign.intent
    log_count sign.outcome
    log_count sign.replay
    sha256sum out/*
}

# refused EXIT STATUS [OPTION...] INPUT: by the rules named before. Once for people, in the place of an
# image that is there, and once for programs, where there is none.
refused() {
    wanted=$1
    status=$2
    shift 2
    before=$(state)
    denials=$(log_count sign.denied)
    expect_exit "$wanted" "$FWSIGN" sign --key "${KEY:-prod-2025}" --product pump --force \
        -o out/kept.bin "$@"
    expect_sentence
    expect_equal "" "$(cat "$OUT")" "standard output"
    expect_exit "$wanted" "$FWSIGN" sign --key "${KEY:-prod-2025}" --product pump --json \
        -o out/new.bin "$@"
    expect_json "$SAME .ok == false and .error.code == \"$status\" and .error.exit == $wanted and
        (.images[0] | .signed == false and (has(\"outcome\") | not) and
            ([.rules[] | select(.answer == \"fail\")] | same($WANTED)))"
    expect_files out kept.bin kept.bin.tlog-proof
    expect_equal "$before" "$(state)" "what was signed"
    expect_equal $((denials + 2)) "$(log_count sign.denied)" "denials in the log"
    for input in "$@"; do :; done
    expect_log "$SAME"' map(select(.type == "sign.denied")) | .[-2:] | all(.data |
        (.rules | same('"$WANTED"')) and .product == "pump" and .caller == "'"$USER_NAME"'" and
        .input.file == "'"$input"'" and
        .input.sha256 == "sha256:'"$(sha256sum <"$input" | cut -d' ' -f1)"'")'
    expect_exit 0 "$FWSIGN" audit verify
    SENTENCE=
    WANTED=
    KEY=
    rm -f out/new.bin*
}

SENTENCE=
WANTED=
KEY=

days_from_now() {
    LC_ALL=C date -u -d "+$1 days" +%a
}

key_import() {
    SOFTHSM2_CONF=token/softhsm2.conf softhsm2-util --import "$TESTS/vectors/mcuboot/keys/$1.pem" \
        --token fwsign-dev --label "$1" --id "$2" --pin "$(cat token/pin)" >"$OUT" 2>"$ERR" ||
        fail "cannot import $1"
    sed -i "s|^keys:.*|&\n  $1:\n    uri: \"pkcs11:token=fwsign-dev;object=$1;type=private\"|" \
        fwsign.yaml
}

# firmware NAME COMMAND...: 3000 random bytes with what the command prints in their middle.
firmware() {
    name=fw/$1.bin
    shift
    {
        head -c 1500 /dev/urandom
        "$@"
        head -c 1500 /dev/urandom
    } >"$name"
}

# ---- Keys ----

rule "PKfail: a test key that is published signs nothing, though the policy lists and relaxes it"
key_import p256 11
policy 'keys: {p256: {allow: [imported, multi-purpose]}}'
KEY=p256
by denied-keys "" "a key that was never published" "*fwsign tests/vectors*"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

rule "MSI: the key of one product signs for no other"
policy 'keys: {p256: {allow: [imported, multi-purpose]}}'
by keys 'keys:' "key p256" prod-2025
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

rule "NVIDIA: a key past its time signs no more, nor before it"
policy 'keys: {prod-2025: {until: 2024-12-31}}'
by keys.prod-2025.until 'keys:' "before 2024-12-31T00:00:00*Z" "*"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin
policy 'keys: {prod-2025: {from: 2124-12-31}}'
by keys.prod-2025.from 'keys:' "not before 2124-12-31T00:00:00*Z" "*"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

rule "NVIDIA: nor does it hand out again what it signed in time"
until=$(date -u -d '+8 seconds' +%Y-%m-%dT%H:%M:%SZ)
policy "keys: {prod-2025: {until: $until}}"
sign --fw-version 0.0.1 --request-id in-time fw/app.bin
sign --fw-version 0.0.1 fw/app.bin
expect_log 'map(select(.type | startswith("sign."))) | last | .type == "sign.replay"'
sleep_until=$(date -u -d "$until" +%s)
while [ "$(date -u +%s)" -le "$sleep_until" ]; do sleep 0.2; done
by keys.prod-2025.until 'keys:' "before $(echo "$until" | sed 's/Z$/*Z/')" "*"
refused 5 policy-denied --fw-version 0.0.1 fw/app.bin

rule "NVIDIA: nor to who names the request of then, and each such attempt is in the log"
by keys.prod-2025.until 'keys:' "before $(echo "$until" | sed 's/Z$/*Z/')" "*"
refused 5 policy-denied --fw-version 0.0.1 --request-id in-time fw/app.bin
policy
sign --fw-version 0.0.1 --request-id in-time fw/app.bin

rule "EUCLEAK: an HSM whose firmware is too old signs nothing"
policy 'keys: {prod-2025: {hsm-firmware: 99.4}}'
by keys.prod-2025.hsm-firmware 'keys:' "an HSM with firmware 99.4 or newer" "2.*"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

# ---- Who, when, how much ----

rule "a stranger is refused as a stranger: exit 7"
policy 'callers: [release-ci, nightly-ci]'
by callers 'callers:' "release-ci, nightly-ci" "$USER_NAME"
refused 7 caller-denied --fw-version 1.0.0 fw/app.bin

rule "stolen CI token: nothing is signed outside the hours that the team works"
policy "when:" "  windows: [\"$(days_from_now 2) 00:00-24:00\", \"$(days_from_now 4) 08:00-18:00\"]"
by when.windows 'windows:' "$(days_from_now 2) 00:00-24:00*$(days_from_now 4) 08:00-18:00" "*UTC"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

rule "a stranger does not learn by a request's name what others were given"
policy
sign --fw-version 0.0.1 --request-id in-time fw/app.bin
policy 'callers: [release-ci]'
by callers 'callers:' release-ci "$USER_NAME"
refused 7 caller-denied --fw-version 0.0.1 --request-id in-time fw/app.bin

rule "stolen CI token: within the hours it is signed"
policy "when: {windows: [\"$(days_from_now 0) 00:00-24:00\", \"$(days_from_now 1) 00:00-24:00\"]}"
sign --fw-version 0.0.2 fw/app.bin

rule "a line of products that has come to its end is signed no more"
policy 'when: {until: 2024-06-30T12:00:00Z}'
by when.until 'when:' "before 2024-06-30T12:00:00*Z" "*"
refused 5 policy-denied --fw-version 1.0.0 fw/app.bin

rule "budget: what a thief signs in a day is bounded, exit 12, and a replay costs nothing"
# Not over midnight, when it begins anew.
[ "$(date -u +%H%M)" -lt 2358 ] || sleep 130
cp fw/app.bin fw/second.bin
echo more >>fw/second.bin
budget_begin=$(date -u +%F)
policy 'budget: {day: 4}'
spent=$("$FWSIGN" audit log --json --type sign.outcome --product pump --since "$budget_begin" | wc -l)
sed -i "s/day: 4/day: $((spent + 2))/" "$POLICY"
sign --fw-version 0.0.3 fw/app.bin
sign --fw-version 0.0.4 fw/second.bin
by budget.day 'budget:' "at most $((spent + 2)) signatures a day" "$((spent + 2)) before this one"
refused 12 budget-exhausted --fw-version 0.0.5 fw/app.bin
expect_exit 12 "$FWSIGN" sign --key prod-2025 --product pump --json --fw-version 0.0.5 fw/app.bin
expect_json '.error.retryable'
sign --fw-version 0.0.3 fw/app.bin
expect_log 'map(select(.type | startswith("sign."))) | last | .type == "sign.replay" and .data.version == "0.0.3"'

rule "budget: of one version, however many channels and days"
policy 'budget: {release: 1}' 'allow-fresh: true'
sed -i 's/from: \[option\]/from: [option], increasing: false/' "$POLICY"
sign --fw-version 0.1.0 fw/app.bin
by budget.release 'budget:' "at most 1 signatures of a version" "1 before this one"
refused 12 budget-exhausted --fw-version 0.1.0 fw/second.bin
by budget.release 'budget:' "at most 1 signatures of a version" "1 before this one"
refused 12 budget-exhausted --fw-version 0.1.0 --fresh fw/app.bin

# ---- Rollback ----

rule "rollback: an old version is not signed again once a newer one was"
policy
sign --fw-version 2.0.0 --request-id release-2 fw/app.bin
entry=$(grep -h '"sign.intent"' audit/seg/*.jsonl | tail -n 1 | jq .seq)
by version.increasing "" "higher than 2.0.0 (entry $entry)" 1.9.9
refused 5 policy-denied --fw-version 1.9.9 fw/second.bin

rule "rollback: nor is the same version signed for other bytes"
by version.increasing "" "higher than 2.0.0 (entry $entry)" 2.0.0
refused 5 policy-denied --fw-version 2.0.0 fw/second.bin

rule "rollback: what is known to be bad has a floor, also for bytes that were signed"
version_policy 'rollback-floor: 2.1.0'
by version.rollback-floor 'version:' "at least 2.1.0" 2.0.0
by version.increasing "" "higher than 2.0.0 (entry $entry)" 2.0.0
refused 5 policy-denied --fw-version 2.0.0 fw/app.bin
by version.rollback-floor 'version:' "at least 2.1.0" 2.0.0
refused 5 policy-denied --fw-version 2.0.0 --request-id release-2 fw/app.bin

rule "rollback: the security counter does not fall, nor go away"
policy
sign --fw-version 2.0.1 --security-counter 7 fw/app.bin
by counter.may-fall "" "at least 7, as was signed before" 6
refused 5 policy-denied --fw-version 2.0.2 --security-counter 6 fw/app.bin
by counter.may-fall "" "at least 7, as was signed before" none
refused 5 policy-denied --fw-version 2.0.2 fw/app.bin

rule "rollback: the counter has a floor"
policy 'counter: {minimum: 9}'
by counter.minimum 'counter:' "at least 9" 8
refused 5 policy-denied --fw-version 2.0.2 --security-counter 8 fw/app.bin
policy 'counter: {may-fall: true}'

rule "an image that is signed again keeps its counter"
policy 'counter: {may-fall: true}' 'format: {slot-size: 0x20000, resign: true}'
sign --fw-version 2.0.3 --security-counter 41 fw/second.bin
cp "$WORK/good.bin" fw/image.bin
sed -i '/^counter/d' "$POLICY"
by counter.may-fall "" "at least 41, as was signed before" 40
refused 5 policy-denied --fw-version 2.0.4 --security-counter 40 fw/image.bin

# ---- An insider ----

rule "insider: an older policy put back in its place signs nothing"
policy 'serial: 5' 'counter: {may-fall: true}'
sign --fw-version 3.0.0 --request-id release-3 fw/app.bin
policy 'serial: 4' 'counter: {may-fall: true}'
by serial 'serial:' "a serial of at least 5, with which was signed before" 4
refused 5 policy-denied --fw-version 3.0.1 fw/app.bin
by serial 'serial:' "a serial of at least 5, with which was signed before" 4
refused 5 policy-denied --fw-version 3.0.0 --request-id release-3 fw/app.bin

rule "insider: nor does one without a serial"
policy 'counter: {may-fall: true}'
by serial "" "*5*" "*none*"
refused 5 policy-denied --fw-version 3.0.1 fw/app.bin

rule "insider: a second signature over the same bytes is not to be had"
policy 'serial: 5' 'counter: {may-fall: true}'
by allow-fresh "" "a request without --fresh" --fresh
by version.increasing "" "higher than 3.0.0*" 3.0.0
refused 5 policy-denied --fw-version 3.0.0 --fresh fw/app.bin

rule "insider: a line of releases that the policy does not name is no way around its versions"
policy 'serial: 6' 'counter: {may-fall: true}' 'channels: [stable, beta]'
by channels 'channels:' "stable, beta" factory
refused 5 policy-denied --fw-version 1.0.0 --channel factory fw/app.bin
sign --fw-version 1.0.0 --channel beta fw/app.bin

# ---- Another device ----

rule "wrong board: a firmware without the product's marker"
firmware pump printf 'PUMP-BOARD'
firmware fan printf 'FAN--BOARD'
policy 'serial: 6' 'counter: {may-fall: true}' \
    'identity: {marker: {offset: 1500, text: "PUMP-BOARD"}}'
sign --fw-version 3.1.0 fw/pump.bin
by identity.marker 'identity:' "'PUMP-BOARD' at 0x5dc of the payload" "other bytes there"
refused 5 policy-denied --fw-version 3.1.1 fw/fan.bin

rule "wrong board: a hardware revision that the policy does not name"
firmware rev-b printf 'rev-b\0'
firmware rev-c printf 'rev-c\0'
policy 'serial: 6' 'counter: {may-fall: true}' \
    'identity: {hardware: {revisions: [rev-a, rev-b], offset: 1500}}'
sign --fw-version 3.1.2 fw/rev-b.bin
by identity.hardware.revisions 'identity:' "rev-a, rev-b" "*rev-c*"
refused 5 policy-denied --fw-version 3.1.3 fw/rev-c.bin

rule "wrong board: what the caller says does not outweigh what the firmware says"
by identity.hardware.revisions 'identity:' "rev-a, rev-b" \
    "'rev-c' in the payload, 'rev-a' by --hardware"
refused 5 policy-denied --fw-version 3.1.3 --hardware rev-a fw/rev-c.bin
by identity.hardware.revisions 'identity:' "rev-a, rev-b" \
    "'rev-b' in the payload, 'rev-a' by --hardware"
refused 5 policy-denied --fw-version 3.1.3 --hardware rev-a fw/rev-b.bin

rule "wrong board: an image with another product's vendor and class is not signed again"
cat >policy/fan.yaml <<END
product: fan
keys: [prod-2025]
identity: {vendor-id: example.com, class-id: fan}
format: {slot-size: 0x20000}
version: {from: [option], increasing: false}
END
expect_success "$FWSIGN" sign --key prod-2025 --product fan --fw-version 1.0.0 -o fw/fan-image.bin \
    fw/fan.bin
policy 'serial: 6' 'counter: {may-fall: true}' 'format: {slot-size: 0x20000, resign: true}' \
    'identity: {vendor-id: example.com, class-id: pump}'
by identity.class-id 'identity:' "*" "*"
refused 5 policy-denied --fw-version 3.1.4 fw/fan-image.bin
policy 'serial: 6' 'counter: {may-fall: true}' 'format: {slot-size: 0x20000, resign: true}' \
    'identity: {vendor-id: example.org, class-id: fan}'
by identity.vendor-id 'identity:' "*" "*"
by identity.class-id 'identity:' "*" "*"
refused 5 policy-denied --fw-version 3.1.4 fw/fan-image.bin

rule "a device of no identity takes no image that has one"
policy 'serial: 6' 'counter: {may-fall: true}' 'format: {slot-size: 0x20000, resign: true}'
by identity.vendor-id "" "an input without a vendor id" "*"
by identity.class-id "" "an input without a class id" "*"
refused 5 policy-denied --fw-version 3.1.4 fw/fan-image.bin
rm policy/fan.yaml

rule "a signed image is not signed again unless the policy says so"
policy 'serial: 6' 'counter: {may-fall: true}'
by format.resign "" "a binary without an image header" "an MCUboot image"
refused 5 policy-denied --fw-version 3.1.4 fw/image.bin

# ---- Firmware that should not leave the house ----

rule "debug build: its banner is found"
firmware debug printf '*** TEST ONLY, do not ship ***'
policy 'serial: 6' 'counter: {may-fall: true}' 'content: {must-not-contain: [DEBUG BUILD, TEST ONLY]}'
by content.must-not-contain 'content:' "a payload without DEBUG BUILD, TEST ONLY" "'TEST ONLY' at 0x5e0"
refused 5 policy-denied --fw-version 3.2.0 fw/debug.bin

rule "altered build: what each build of the product has is missing"
policy 'serial: 6' 'counter: {may-fall: true}' 'content: {must-contain: [Pump OS, 2025]}'
by content.must-contain 'content:' "a payload with Pump OS, 2025" "no 'Pump OS'"
refused 5 policy-denied --fw-version 3.2.0 fw/app.bin

rule "a private key in the firmware: no policy need say that it is refused"
openssl genpkey -algorithm ed25519 -out "$WORK/device.pem" 2>/dev/null
firmware secret cat "$WORK/device.pem"
policy 'serial: 6' 'counter: {may-fall: true}'
by content.allow-private-keys "" "a payload without a private key" \
    "'-----BEGIN PRIVATE KEY-----' at 0x5dc"
refused 5 policy-denied --fw-version 3.2.0 fw/secret.bin

rule "empty flash read back is no firmware, erased or zeroed"
head -c 5000 /dev/zero >fw/zero.bin
head -c 5000 /dev/zero | tr '\0' '\377' >fw/erased.bin
by content.allow-blank "" "a payload that is not one byte repeated" "5000 times 0x00"
refused 5 policy-denied --fw-version 3.2.0 fw/zero.bin
by content.allow-blank "" "a payload that is not one byte repeated" "5000 times 0xff"
refused 5 policy-denied --fw-version 3.2.0 fw/erased.bin

rule "a firmware that was linked for elsewhere would not start"
printf '\000\020\000\040\011\002\001\010' | cat - fw/app.bin >fw/cortex.bin
policy 'serial: 6' 'counter: {may-fall: true}' \
    'content: {cortex-m: {ram: {sram: 0x20000000-0x20003fff}, address: 0x08010200}}'
sign --fw-version 3.2.1 fw/cortex.bin
policy 'serial: 6' 'counter: {may-fall: true}' \
    'content: {cortex-m: {ram: {ccm: 0x10000000-0x10003fff}, address: 0x08020200}}'
by content.cortex-m.ram 'content:' \
    "an initial stack pointer in ccm (0x10000000-0x10003fff)" 0x20001000
by content.cortex-m.address 'content:' \
    "an odd reset vector inside the payload (0x08020200-0x08020dbf)" 0x08010209
refused 5 policy-denied --fw-version 3.2.2 fw/cortex.bin

rule "an image that does not fit the slot with its trailer is refused before it bricks the device"
head -c 131000 /dev/urandom >fw/big.bin
policy 'serial: 6' 'counter: {may-fall: true}'
by format.slot-size 'format:' "at most 131072 bytes" "* bytes of image and 32 of trailer"
refused 5 policy-denied --fw-version 3.3.0 fw/big.bin

rule "a firmware that is too small or too large to be one"
policy 'serial: 6' 'counter: {may-fall: true}' 'content: {min-size: 3001, max-size: 100000}'
by content.min-size 'content:' "a payload of at least 3001 bytes" "3000 bytes"
refused 5 policy-denied --fw-version 3.3.0 fw/app.bin
by format.slot-size 'format:' "at most 131072 bytes" "*"
by content.max-size 'content:' "a payload of at most 100000 bytes" "131000 bytes"
refused 5 policy-denied --fw-version 3.3.0 fw/big.bin

# ---- Everything at once ----

rule "three rules that fail are three in the sentence, in the order of the rules"
policy 'serial: 6' 'counter: {minimum: 50}' 'content: {min-size: 4000, must-not-contain: [TEST ONLY]}'
by counter.minimum 'counter:' "at least 50" 42
by content.min-size 'content:' "a payload of at least 4000 bytes" "3030 bytes"
by content.must-not-contain 'content:' "a payload without TEST ONLY" "'TEST ONLY' at 0x5e0"
refused 5 policy-denied --fw-version 3.4.0 --security-counter 42 fw/debug.bin

# What the sentence has no room for it names; JSON and log say all of it.
rule "every rule that fails is named, however many"
policy 'serial: 5' 'channels: [stable]' 'callers: [release-ci]' \
    'keys: {p256: {allow: imported}}' 'counter: {minimum: 50}' \
    'content: {must-not-contain: [TEST ONLY], min-size: 4000}' \
    'identity: {marker: {offset: 0, hex: "00112233"}}' \
    'when: {until: 2024-12-31}' 'budget: {day: 1}'
sed -i 's/^version:.*/version: {from: [option], minimum: 3.0.0, build: required}/' "$POLICY"
several() {
    by keys 'keys:' "key p256" prod-2025
    by serial 'serial:' "a serial of at least 6, with which was signed before" 5
    by channels 'channels:' stable factory
    by allow-fresh "" "a request without --fresh" --fresh
    sentence=$SENTENCE
    by identity.marker 'identity:' "'00112233' at 0x0 of the payload" "other bytes there"
    by version.minimum 'version:' "at least 3.0.0" 1.0.0
    by version.build 'version:' "a version with +BUILD" 1.0.0
    by counter.minimum 'counter:' "at least 50" 3
    by counter.may-fall "" "at least 41, as was signed before" 3
    by content.min-size 'content:' "a payload of at least 4000 bytes" "3030 bytes"
    by content.must-not-contain 'content:' "a payload without TEST ONLY" "'TEST ONLY' at 0x5e0"
    by when.until 'when:' "before 2024-12-31T00:00:00*Z" "*"
    by budget.day 'budget:' "at most 1 signatures a day" "*"
    # How many find room depends on the length of the folder's name.
    SENTENCE="$sentence; *content.must-not-contain, when.until, budget.day"
}
by callers 'callers:' release-ci "$USER_NAME"
several
refused 7 caller-denied --fw-version 1.0.0 --security-counter 3 --channel factory --fresh fw/debug.bin

rule "a budget that is spent does not hide that the policy refuses: exit 5"
sed -i '/^callers/d' "$POLICY"
several
refused 5 policy-denied --fw-version 1.0.0 --security-counter 3 --channel factory --fresh fw/debug.bin

rule "after all of it the log is whole, and what was signed first verifies"
expect_log_whole
expect_exit 0 "$FWSIGN" verify --key prod-2025 out/kept.bin
expect_exit 0 "$FWSIGN" audit check out/kept.bin.tlog-proof out/kept.bin

finish

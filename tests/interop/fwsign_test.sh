#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fwsign judges the logs of an independent writer as they deserve, and Go's note and tlog and
# scripts/audit-check accept what fwsign writes: fwsign_test.sh ROOT BUILD-FOLDER
# FWSIGN is the program; BUILD-FOLDER has Go's judge, by go_test.sh.
#
# shellcheck disable=SC2016,SC2317 # sh -c has its own variables; judges are called by name
# shellcheck source=tests/interop/lib.sh
. "$(dirname "$0")/lib.sh"
need jq openssl python3
: "${FWSIGN:?names the fwsign program}"

judge=$2/audit-judge
if [ ! -x "$judge" ]; then
    echo "skipped: Go's judge is not built ($judge)"
    exit 77
fi
export XDG_STATE_HOME="$work/state"
unset FWSIGN_CONFIG

# ---- Logs that others wrote ----

by_fwsign() {
    printf 'policy: %s\naudit: %s\n' "$work" "$1" >"$work/fwsign.yaml"
    "$FWSIGN" --config "$work/fwsign.yaml" audit verify --trust "$trust"
}

by_fwsign_strictly() {
    printf 'policy: %s\naudit: %s\n' "$work" "$1" >"$work/fwsign.yaml"
    "$FWSIGN" --config "$work/fwsign.yaml" audit verify --strict --trust "$trust"
}

untouched() {
    {
        printf 'intact\t%s/rest\n' "$1"
        for ending in marks open tail torn zeros; do printf 'crash-tail\t%s/%s\n' "$1" "$ending"; done
    } >"$1/untouched"
}

for kind in ed25519 p256; do
    make_logs "$kind"
    untouched "$work/$kind"
    agree "fwsign on $kind logs as they are" "$work/$kind/untouched" "$kind" by_fwsign
    sampled "$many" "$work/$kind/all" >"$work/$kind/many"
    agree "fwsign on tampered $kind logs" "$work/$kind/many" "$kind" by_fwsign
    sampled "$sample" "$work/$kind/all" >"$work/$kind/sample"
    agree "fwsign --strict on tampered $kind logs" "$work/$kind/sample" "$kind" by_fwsign_strictly
done

# That the comparison can fail.
sed '$!d; s/^[a-z-]*/intact/' "$work/ed25519/all" >"$work/wrong"
judged ed25519 by_fwsign <"$work/wrong" >"$work/judged"
check_exit 1 "intact" "a wrong verdict is noticed" same_verdicts "$work/wrong" "$work/judged"

# ---- What fwsign writes ----

mkdir "$work/dev"
cd "$work/dev" || exit 1
"$FWSIGN" init --dev --quiet . || exit 1
own=$(sed -n 's/^log-trust: *\["\([^"]*\)".*/\1/p' fwsign.yaml)
for size in 3000 4000 5000 6000; do
    seq 10000 | head -c "$size" >"app-$size.bin"
    "$FWSIGN" sign --quiet --key prod-2025 "app-$size.bin" >/dev/null || exit 1
    [ "$size" -gt 3000 ] || cp audit/checkpoint older
done
check_exit 0 intact "Go on a log of fwsign" "$judge" verify "$own" audit
check_exit 0 intact "scripts/audit-check on a log of fwsign" "$root/scripts/audit-check" audit "$own"
check_exit 0 "good: size" "Go on a checkpoint of fwsign" "$judge" checkpoint "$own" audit/checkpoint
for size in 3000 6000; do
    proof=app-$size.signed.bin.tlog-proof
    sed -n 's/^extra //p' "$proof" | base64 -d >line
    echo >>line
    check_exit 0 "good: entry" "Go on the proof that came with an image of $size" \
        "$judge" proof "$own" "$proof" line
    check_exit 0 "spelling, 0 accepted" "every bit of that proof" \
        "$judge" bits proof "$own" "$proof"
done
check_exit 0 "" "fwsign proves that its log has only grown" \
    "$FWSIGN" audit prove --quiet --since older -o grown
check_exit 0 "good: " "Go on that proof" \
    "$judge" consistency "$own" older audit/checkpoint grown
check_exit 0 " 0 accepted" "every bit of it" \
    "$judge" bits consistency "$own" older audit/checkpoint grown
check_exit 0 "spelling, 0 accepted" "every bit of a checkpoint of fwsign" \
    "$judge" bits checkpoint "$own" audit/checkpoint
check "Go makes the same proof" \
    sh -c '"$1" prove "$2" older audit/checkpoint audit | cmp - grown' sh "$judge" "$own"
finish

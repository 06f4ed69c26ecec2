#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/audit-check and tests/independent/audit_judge.py judge logs that audit_log.py made, in order
# and tampered with, as they deserve: audit_check_test.sh ROOT
#
# shellcheck disable=SC2016,SC2317 # sh -c has its own variables; judges are called by name
# shellcheck source=tests/interop/lib.sh
. "$(dirname "$0")/lib.sh"
need jq openssl python3 basenc

audit_check=$root/scripts/audit-check
by_audit_check() { "$audit_check" "$1" "$vkey"; }

untouched() {
    {
        printf 'intact\t%s/rest\n' "$1"
        for ending in marks open tail torn zeros; do printf 'crash-tail\t%s/%s\n' "$1" "$ending"; done
    } >"$1/untouched"
}

# The tree has another form at each of these sizes.
small_logs() {
    mkdir "$work/small"
    for size in 1 2 3 4 5 7 8 9 12 17; do
        audit_log write "$work/small/$size" --seed "$size" --key-seed small --entries "$size" \
            >"$work/small/vkey"
        printf 'intact\t%s\n' "$work/small/$size"
    done >"$work/small/all"
}

for kind in ed25519 p256; do
    make_logs "$kind"
    untouched "$work/$kind"
    agree "audit-check on $kind logs as they are" "$work/$kind/untouched" "$kind" by_audit_check
    sampled $((sample / 2)) "$work/$kind/all" >"$work/$kind/sample"
    agree "audit-check on tampered $kind logs" "$work/$kind/sample" "$kind" by_audit_check
    sampled $((sample * 3)) "$work/$kind/all" >"$work/$kind/more"
    cut -f 2 "$work/$kind/more" | xargs "${PYTHON:-python3}" -B "$independent/audit_log.py" judge \
        "$vkey" >"$work/judged" || true
    check "audit_judge.py on $(wc -l <"$work/$kind/more") tampered $kind logs" \
        same_verdicts "$work/$kind/more" "$work/judged"
done
small_logs
agree "audit-check on small logs" "$work/small/all" small by_audit_check

# That the comparison can fail.
sed '$!d; s/^[a-z-]*/intact/' "$work/ed25519/all" >"$work/wrong"
judged ed25519 by_audit_check <"$work/wrong" >"$work/judged"
check_exit 1 "intact" "a wrong verdict is noticed" same_verdicts "$work/wrong" "$work/judged"
for word in intact crash-tail tampered cannot-tell; do
    check "some copies are expected to be $word" grep -q "^$word" "$work/p256/all"
done

use p256
log=$work/p256/rest
check_exit 16 usage "no key: cannot tell" "$audit_check" "$log"
check_exit 16 "no key" "no vkey: cannot tell" "$audit_check" "$log" "example.test/release-log"
check_exit 16 "no public key" "half a vkey: cannot tell" "$audit_check" "$log" \
    "$(printf %s "$vkey" | cut -c 1-100)"
check_exit 16 "not signed by the key" "another's vkey: cannot tell" "$audit_check" "$log" \
    "$(cat "$work/ed25519/vkey")"
check_exit 16 usage "no folder: cannot tell" "$audit_check" "$log/nowhere" "$vkey"
check_exit 0 "intact: 90 entries" "a log in a folder with blanks in its name" sh -c \
    'cp -R "$1" "$2/a  b" && cd "$2" && "$3" "a  b" "$4"' sh "$log" "$work" "$audit_check" "$vkey"
check "audit-check is shorter than 80 lines" [ "$(wc -l <"$audit_check")" -lt 80 ]
finish

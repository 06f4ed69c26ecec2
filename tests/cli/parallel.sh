#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Many cold processes on one token and one log: all succeed, one chain.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

PROCESSES=32
ROUNDS=5

dev_init
mkdir out streams

# start_all ROUND: one process for each number; its exit code in streams/ROUND.NUMBER.code.
start_all() {
    number=0
    while [ "$number" -lt "$PROCESSES" ]; do
        number=$((number + 1))
        (
            name=$1.$number
            code=0
            "$FWSIGN" sign --fresh --key prod-2025 -o "out/$name.bin" fw/app.bin >"streams/$name.out" \
                2>"streams/$name.err" </dev/null || code=$?
            echo "$code" >"streams/$name.code"
        ) &
    done
    wait
}

# What went wrong, for the reader of a failure.
show_failures() {
    for file in streams/"$1".*.code; do
        [ "$(cat "$file")" -eq 0 ] || cat "${file%.code}.err"
    done | sort | uniq -c >"$ERR"
}

round=0
while [ "$round" -lt "$ROUNDS" ]; do
    round=$((round + 1))
    rule "$PROCESSES cold processes sign at once, round $round: all succeed"
    start_all "$round"
    show_failures "$round"
    expect_equal "$PROCESSES" "$(cat streams/"$round".*.code | grep -c '^0$')" "exit codes 0"
    expect_equal "$PROCESSES" "$(find out -name "$round.*.bin" | wc -l)" "images"
done

rule "the log of all of them is one whole chain"
: >"$ERR"
expect_log_whole
expect_equal $((PROCESSES * ROUNDS)) "$(log_count sign.intent)" "intents"
expect_equal $((PROCESSES * ROUNDS)) "$(log_count sign.outcome)" "outcomes"
expect_log '[.[] | select(.type == "sign.outcome") | .data.result] | unique == ["signed"]'

rule "every image is valid"
expect_exit 0 "$FWSIGN" verify --key prod-2025 out/*.bin

rule "no two images have the same signature"
expect_log '[.[] | select(.type == "sign.outcome") | .data.signature] | length == (unique | length)'

finish

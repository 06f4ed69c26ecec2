#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Many processes ask for versions of one product at once: in the log they rise strictly, and whoever
# was refused was refused rightly.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

PROCESSES=32

dev_init
cat >policy/sample.yaml <<END
product: pump
keys: [prod-2025]
format: {slot-size: 0x20000}
version: {from: [option], increasing: true}
END
mkdir out

# start_all SERIES REVISION...: one process for each version SERIES.REVISION, in this order.
start_all() {
    series=$1
    shift
    for revision in "$@"; do
        (
            name=out/$series.$revision
            code=0
            "$FWSIGN" sign --key prod-2025 --fw-version "$series.$revision" -o "$name.bin" fw/app.bin \
                >"$name.out" 2>"$name.err" </dev/null || code=$?
            echo "$code" >"$name.code"
        ) &
    done
    wait
    # For the reader of a failure.
    grep -hv '^fwsign: version.increasing\|see the rules named' out/"$series".*.err >"$ERR"
}

# Decided again in the order of the log: .bad has what was not right.
# shellcheck disable=SC2016 # the variables are jq's
AGAIN='def number: split(".") | map(tonumber);
    map(select(.type == "sign.intent" or .type == "sign.denied")) |
    reduce .[] as $entry ({highest: [0, 0, 0], bad: []};
        ($entry.data.version | number) as $version |
        if $entry.type == "sign.intent" then
            if $version > .highest then .highest = $version | .entry = $entry.seq
            else .bad += [$entry] end
        elif $version <= .highest and $entry.data.rules == [{
            expected: "higher than \(.highest | map(tostring) | join(".")) (entry \(.entry))",
            rule: "version.increasing", seen: $entry.data.version}] then .
        else .bad += [$entry] end)'

# check_all SERIES: what the processes said, what the log says, and the files, agree.
check_all() {
    signed=$(cat out/"$1".*.code | grep -c '^0$')
    refused=$(cat out/"$1".*.code | grep -c '^5$')
    expect_equal "$PROCESSES" $((signed + refused)) "exit codes 0 and 5"
    expect_log "map(select((.data.version // \"\") | startswith(\"$1.\"))) |
        (map(select(.type == \"sign.intent\")) | length == $signed) and
        (map(select(.type == \"sign.denied\")) | length == $refused)"
    expect_log "$AGAIN | .bad == []"
    for code in out/"$1".*.code; do
        image=${code%.code}.bin
        case $(cat "$code") in
        0) expect_file "$image" ;;
        *) expect_no_file "$image" ;;
        esac
    done
    # Nothing was higher than the last one, whoever came first.
    expect_equal 0 "$(cat "out/$1.$PROCESSES.code")" "exit code of the highest version"
    expect_log_whole
}

rule "$PROCESSES versions asked for in random order: they rise, and each refusal was right"
# shellcheck disable=SC2046 # a list
start_all 1.0 $(seq "$PROCESSES" | shuf)
check_all 1.0

rule "the same in rising order, when most may be right"
# shellcheck disable=SC2046 # a list
start_all 1.1 $(seq "$PROCESSES")
check_all 1.1

rule "the same once more, when all come too late"
intents=$(log_count sign.intent)
rm -f out/1.0.*
# shellcheck disable=SC2046 # a list
start_all 1.0 $(seq "$PROCESSES" | shuf)
expect_equal "$PROCESSES" "$(cat out/1.0.*.code | grep -c '^[05]$')" "exit codes 0 and 5"
expect_log "$AGAIN | .bad == []"
# Who was right the first time gets the signature of then.
expect_equal "$intents" "$(log_count sign.intent)" "intents"
expect_equal "$(cat out/1.0.*.code | grep -c '^0$')" "$(log_count sign.replay)" "replays"
expect_equal "$("$FWSIGN" audit log --json --type sign.intent | grep -c '"version":"1\.0\.')" \
    "$(log_count sign.replay)" "those that were right before"
expect_log_whole

rule "every image is valid, and has its proof"
for image in out/*.bin; do
    "$FWSIGN" audit check "$image.tlog-proof" "$image" >"$OUT" 2>"$ERR" || fail "no proof: $image"
done
expect_exit 0 "$FWSIGN" verify --key prod-2025 out/*.bin

# The decision before the log's lock says whether a file is opened, the one under it whether there is
# a signature.
rule "a window that opens while the lock is waited for makes no signature without a file"
mock_use
mock_rules "C_FindObjects slow times=2"
from=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)
printf 'when: {from: %s}\n' "$from" >>policy/sample.yaml
"$FWSIGN" sign --key prod-2025 --fw-version 2.0.0 -o out/early.bin fw/app.bin \
    >"$WORK/.lib/early.out" 2>"$WORK/.lib/early.err" </dev/null &
signer=$!
kill_at_exit "$signer"
for _ in $(seq 500); do
    ! grep -q '^C_FindObjects ' "$MOCK_JOURNAL" || break
    sleep 0.02
done
flock audit/lock sleep 4
CODE=0
wait "$signer" || CODE=$?
cp "$WORK/.lib/early.err" "$ERR"
# Where it came to the first decision too late, it was allowed twice.
if [ "$CODE" -eq 0 ]; then
    expect_file out/early.bin
else
    expect_code 5
    expect_err "when.from"
    expect_no_file out/early.bin
    expect_log 'map(select(.type | startswith("sign."))) | last.type == "sign.denied"'
fi
expect_log_whole

finish

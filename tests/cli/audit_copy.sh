#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copies of a log that is being written: what docs/formats/audit-log.md says of each order, with its own
# lines of shell.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
: "${DOCS:?names the folder of the documents}"

sed -n '/^copy_log() (/,/^)/p' "$DOCS/formats/audit-log.md" >"$WORK/copy_log.sh"
# shellcheck disable=SC1091 # made above
. "$WORK/copy_log.sh"

sign() {
    "$FWSIGN" sign --quiet --force --key prod-2025 fw/app.bin >/dev/null 2>"$ERR"
}

# copied EXIT FOLDER: the verdict on a copy. Without the mark of the log it was made from, which may be newer.
copied() {
    sed "s|^audit: .*|audit: $2|" fwsign.yaml >copy.yaml
    (
        XDG_STATE_HOME=$WORK/no-state
        export XDG_STATE_HOME
        "$FWSIGN" --config copy.yaml audit verify
    ) >"$OUT" 2>"$ERR"
    CODE=$?
    expect_code "$1"
}

dev_init
sign || exit 1
cp -a audit "$WORK/early"
sign || exit 1
cp -a audit "$WORK/late"
sign || exit 1
cp -a audit "$WORK/later"

# mixed CHECKPOINT SEGMENTS: a copy of both, from folders of different moments.
mixed() {
    rm -rf "$WORK/mixed"
    mkdir "$WORK/mixed"
    cp "$1/checkpoint" "$WORK/mixed/"
    cp -R "$2/seg" "$WORK/mixed/"
}

rule "segments before the checkpoint: 15"
mixed "$WORK/late" "$WORK/early"
copied 15 "$WORK/mixed"
expect_err "cut off, damaged or rolled back"

rule "the checkpoint before the segments: 14, and 15 once a later one is on record"
mixed "$WORK/early" "$WORK/late"
copied 14 "$WORK/mixed"
mixed "$WORK/early" "$WORK/later"
copied 15 "$WORK/mixed"
expect_err "an older one was put in its place"

rule "the checkpoint before the segments, cut to its size: intact"
mixed "$WORK/early" "$WORK/later"
copy_log "$WORK/mixed" "$WORK/cut"
copied 0 "$WORK/cut"
expect_equal "$(sed -n 2p "$WORK/early/checkpoint")" "$(cat "$WORK"/cut/seg/* | wc -l)" "lines"

rule "so is each of many copies made while others sign"
{
    while [ ! -e "$WORK/enough" ]; do
        sign || echo failed >>"$WORK/trouble"
    done
} &
kill_at_exit $!
signer=$!
before=$(sed -n 2p audit/checkpoint)
for n in 1 2 3 4 5 6 7 8 9 10; do
    copy_log audit "$WORK/copy.$n"
    sleep 0.2
done
: >"$WORK/enough"
wait "$signer"
expect_no_file "$WORK/trouble"
for n in 1 2 3 4 5 6 7 8 9 10; do
    copied 0 "$WORK/copy.$n"
done
expect_equal 1 "$((before < $(sed -n 2p "$WORK/copy.10/checkpoint")))" "the log has grown meanwhile"

rule "what a crash left at the end of an earlier segment is copied with it"
printf '{"b":1' >>"$(find audit/seg -name '*.jsonl' | sort | tail -n 1)"
sign || exit 1
copied 14 "$PWD/audit"
expect_exit 0 "$FWSIGN" audit ack --quiet --note "the test tore it"
expect_equal 2 "$(find audit/seg -name '*.jsonl' | wc -l)" "segments"
copy_log audit "$WORK/healed"
copied 0 "$WORK/healed"
expect_equal 1 "$(cat "$WORK"/healed/seg/* | grep -c '^{"b":1{"b":')" "torn lines"

finish

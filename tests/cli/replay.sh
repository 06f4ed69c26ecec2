#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same bytes, key and policy get the signature of before, byte for byte, however it is asked for.
# ECDSA, whose signatures differ each time they are made.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

dev_init
mkdir out

# policy LINE...: strict but for what the lines say. Versions rise, --fresh is refused.
policy() {
    printf '%s\n' 'product: pump' 'keys: [prod-2025]' 'format: {slot-size: 0x20000}' \
        'version: {from: [option]}' 'counter: {may-fall: true}' "$@" >policy/sample.yaml
}
policy

# shellcheck disable=SC2317 # called through expect_exit
sign() {
    "$FWSIGN" sign --key prod-2025 "$@"
}

# signed NAME OPTION... INPUT: into out/NAME.bin, with exit 0.
signed() {
    name=$1
    shift
    expect_exit 0 sign -o "out/$name.bin" "$@"
}

# refused RULE OPTION... INPUT: exit 5 by this rule alone; nothing is signed or written.
refused() {
    name=$1
    shift
    before=$(log_count sign.intent)
    expect_exit 5 sign --json -o out/refused.bin "$@"
    expect_json "[.images[0].rules[] | select(.answer == \"fail\") | .rule] == [\"$name\"]"
    expect_no_file out/refused.bin
    expect_no_file out/refused.bin.tlog-proof
    count sign.intent "$before"
    expect_log "$SIGNS"' | last | .type == "sign.denied" and [.data.rules[].rule] == ["'"$name"'"]'
}

# The entries that are about signatures.
SIGNS='map(select(.type | startswith("sign.")))'

# count TYPE NUMBER: so many entries of this type are in the log.
count() {
    expect_equal "$2" "$(log_count "$1")" "number of $1"
}

expect_same() {
    expect_exit 0 cmp "out/$1.bin" "out/$2.bin"
}

expect_differ() {
    expect_exit 1 cmp -s "out/$1.bin" "out/$2.bin"
}

# ---- Asking twice ----

rule "the same bytes twice: one signature, two files that are equal"
signed first --fw-version 1.0.0 fw/app.bin
signed again --fw-version 1.0.0 fw/app.bin
expect_out "signed before by prod-2025"
expect_same first again
count sign.intent 1
count sign.outcome 1

rule "the replay is in the log, with what it hands out again"
expect_log "$SIGNS"' | last | .type == "sign.replay" and .data.caller == "'"$(id -un)"'" and
    .data.version == "1.0.0" and .data.product == "pump" and .data.channel == "stable"'
expect_log "$SIGNS"' | last.data.intent == (map(select(.type == "sign.intent"))[0].seq) and
    last.data.outcome == (map(select(.type == "sign.outcome"))[0].seq)'
expect_log_whole

rule "each has a proof of its own that verifies"
for name in first again; do
    expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out/$name.bin.tlog-proof out/$name.bin
done

rule "--json says that it is a replay, and of which entries"
expect_exit 0 sign --json --fw-version 1.0.0 -o out/json.bin fw/app.bin
intent=$("$FWSIGN" audit log --json --type sign.intent | jq .seq)
expect_json ".images[0] | .signed and .repeated and .intent == $intent and .outcome == $intent + 1 and
    .replay > .outcome and .sha256 == \"sha256:$(sha256sum <out/first.bin | cut -d' ' -f1)\""
expect_same first json

rule "--dry-run says that there is one, and writes nothing"
entries=$("$FWSIGN" audit log --json | wc -l)
expect_exit 0 sign --dry-run --fw-version 1.0.0 fw/app.bin
expect_out "would get the signature of log $intent-$((intent + 1))"
expect_equal "$entries" "$("$FWSIGN" audit log --json | wc -l)" "entries"

rule "the name of the input does not matter"
cp fw/app.bin fw/other-name.bin
signed renamed --fw-version 1.0.0 fw/other-name.bin
expect_same first renamed

rule "one byte more, and it is no replay"
cp fw/app.bin fw/other.bin
printf 'x' >>fw/other.bin
refused version.increasing --fw-version 1.0.0 fw/other.bin

rule "nor is another version of the same bytes"
signed next --fw-version 1.0.1 fw/app.bin
count sign.intent 2
refused version.increasing --fw-version 0.9.0 fw/app.bin

rule "a replay is had of an older version too: it is no new signature"
signed old --fw-version 1.0.0 fw/app.bin
expect_same first old
count sign.intent 2

rule "an output that exists is not replaced by a replay without --force"
expect_exit 13 sign --fw-version 1.0.0 -o out/next.bin fw/app.bin
expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out/next.bin.tlog-proof out/next.bin

rule "a replay to standard output, and with the signature alone"
expect_exit 0 sign --fw-version 1.0.0 -o - --proof out/pipe.proof --detached out/pipe.sig fw/app.bin
cp "$OUT" out/pipe.bin
expect_same first pipe
signed detached --fw-version 1.0.0 --detached out/detached.sig fw/app.bin
expect_exit 0 cmp out/pipe.sig out/detached.sig

# ---- Another policy ----

rule "under a policy that was changed it is decided anew"
policy '# not a word is different'
refused version.increasing --fw-version 1.0.1 fw/app.bin
sed -i 's/\[option\]/[option], increasing: false/' policy/sample.yaml
signed anew --fw-version 1.0.1 fw/app.bin
expect_differ next anew
count sign.intent 3

rule "and under the one of before it is as it was before"
policy
signed before --fw-version 1.0.1 fw/app.bin
expect_same next before
count sign.intent 3

# ---- A new one ----

rule "--fresh is refused unless the policy allows it"
policy
sed -i 's/\[option\]/[option], increasing: false/' policy/sample.yaml
signed stale --fw-version 1.1.0 fw/app.bin
refused allow-fresh --fresh --fw-version 1.1.0 fw/app.bin

rule "where it is allowed --fresh makes another signature, and that one is handed out from then on"
policy 'allow-fresh: true'
sed -i 's/\[option\]/[option], increasing: false/' policy/sample.yaml
signed fresh-1 --fw-version 1.1.0 fw/app.bin
signed fresh-2 --fresh --fw-version 1.1.0 fw/app.bin
expect_differ fresh-1 fresh-2
expect_log "$SIGNS"' | .[-2].type == "sign.intent" and .[-2].data.fresh'
signed fresh-3 --fw-version 1.1.0 fw/app.bin
expect_same fresh-2 fresh-3

rule "a version that rises is not overruled by --fresh"
policy 'allow-fresh: true'
refused version.increasing --fresh --fw-version 1.1.0 fw/app.bin

# ---- Names of requests ----

policy
rule "a request that is repeated gives what it gave, and no second signature"
signed request-1 --request-id build-1 --fw-version 2.0.0 fw/app.bin
intents=$(log_count sign.intent)
signed request-2 --request-id build-1 --fw-version 2.0.0 fw/app.bin
expect_same request-1 request-2
count sign.intent "$intents"
expect_log "$SIGNS"' | last | .type == "sign.replay" and .data.request == "build-1"'
expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out/request-2.bin.tlog-proof out/request-2.bin

rule "another request over the same bytes gets the same"
signed request-3 --request-id build-2 --fw-version 2.0.0 fw/app.bin
expect_same request-1 request-3
signed request-4 --request-id build-2 --fw-version 2.0.0 fw/app.bin
expect_same request-1 request-4
count sign.intent "$intents"

rule "a refusal does not take the name away"
policy 'callers: [nobody-here]'
expect_exit 7 sign --request-id build-1 --fw-version 2.0.0 -o out/stranger.bin fw/app.bin
expect_no_file out/stranger.bin
policy
signed request-5 --request-id build-1 --fw-version 2.0.0 fw/app.bin
expect_same request-1 request-5
count sign.intent "$intents"

rule "the name of a request for other bytes is taken: exit 13"
expect_exit 13 sign --request-id build-1 --fw-version 2.0.1 -o out/taken.bin fw/other.bin
expect_no_file out/taken.bin
count sign.intent "$intents"

# ---- More than one at once ----

rule "two inputs of the same bytes in one command: one signature"
intents=$(log_count sign.intent)
replays=$(log_count sign.replay)
mkdir twins
cp fw/other.bin twins/a.bin
cp fw/other.bin twins/b.bin
expect_exit 0 sign --fw-version 2.1.0 twins/a.bin twins/b.bin
expect_exit 0 cmp twins/a.signed.bin twins/b.signed.bin
count sign.intent $((intents + 1))
count sign.replay $((replays + 1))
for name in a b; do
    expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof twins/$name.signed.bin.tlog-proof \
        twins/$name.signed.bin
done

PROCESSES=8

# at_once VERSION: so many processes for the same bytes, each into a file of its own.
at_once() {
    number=0
    while [ "$number" -lt "$PROCESSES" ]; do
        number=$((number + 1))
        (
            code=0
            sign --fw-version "$1" -o "many/$number.bin" fw/other.bin >"many/$number.out" \
                2>"many/$number.err" </dev/null || code=$?
            echo "$code" >"many/$number.code"
        ) &
    done
    wait
    cat many/*.err >"$ERR"
}

rule "$PROCESSES processes at once for the same bytes: one signature, and all have it"
mkdir many
intents=$(log_count sign.intent)
replays=$(log_count sign.replay)
at_once 2.2.0
expect_equal "$PROCESSES" "$(cat many/*.code | grep -c '^0$')" "exit codes 0"
expect_equal 1 "$(sha256sum many/*.bin | cut -c1-64 | sort -u | wc -l)" "different images"
expect_equal "$PROCESSES" "$(find many -name '*.bin' | wc -l)" "images"
count sign.intent $((intents + 1))
count sign.replay $((replays + PROCESSES - 1))
expect_log_whole
for number in $(seq "$PROCESSES"); do
    expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof "many/$number.bin.tlog-proof" \
        "many/$number.bin"
done

# ---- Gone in between ----

mock_use

# signer_start OPTION... INPUT: in the background, hanging in the token; its worker is WORKER.
signer_start() {
    mock_rules "C_Sign hang times=1"
    sign "$@" >"$WORK/.lib/hung.out" 2>"$WORK/.lib/hung.err" </dev/null &
    SIGNER=$!
    kill_at_exit "$SIGNER"
    mock_wait C_Sign hang
    # The function runs in a shell of its own, which the program is the child of.
    PROGRAM_PID=$(pgrep -P "$SIGNER" -x fwsign || echo "$SIGNER")
    WORKER=$(worker_of "$PROGRAM_PID")
}

# intent_wait NUMBER: until so many are in the log; fails after ten seconds.
intent_wait() {
    for _ in $(seq 500); do
        [ "$(log_count sign.intent)" -lt "$1" ] || return 0
        sleep 0.02
    done
    fail "there are not $1 intents"
}

signer_kill() {
    kill -9 "$PROGRAM_PID"
    wait "$SIGNER" 2>/dev/null
    expect_gone "$WORKER"
}

rule "a signer that is killed between intent and outcome leaves its version to the same bytes alone"
head -c 3000 /dev/urandom >fw/reserved.bin
signer_start --fw-version 3.0.0 -o out/killed.bin fw/reserved.bin
signer_kill
expect_no_file out/killed.bin
intents=$(log_count sign.intent)
mock_rules "# none"
refused version.increasing --fw-version 3.0.0 fw/other.bin
refused version.increasing --fw-version 2.9.9 fw/reserved.bin
signed reserved --fw-version 3.0.0 fw/reserved.bin
count sign.intent $((intents + 1))
count sign.unresolved 1
expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out/reserved.bin.tlog-proof out/reserved.bin

rule "when they are signed the version is reserved no more, and what was signed is handed out"
refused version.increasing --fw-version 3.0.0 fw/other.bin
signed reserved-again --fw-version 3.0.0 fw/reserved.bin
expect_same reserved reserved-again
count sign.intent $((intents + 1))

rule "--fresh is no way to a second signature of a version that is reserved"
policy 'allow-fresh: true'
refused version.increasing --fresh --fw-version 3.0.0 fw/reserved.bin
policy

rule "a version that the token failed to sign is not reserved: it can be had for other bytes"
mock_rules "C_Sign device-error times=1"
expect_exit 9 sign --fw-version 3.1.0 -o out/failed.bin fw/other.bin
expect_no_file out/failed.bin
mock_rules "# none"
signed other-bytes --fw-version 3.1.0 fw/app.bin

rule "a request waits for the one that signs the same, and has its signature"
mock_rules "C_Sign slow"
intents=$(log_count sign.intent)
replays=$(log_count sign.replay)
sign --fw-version 3.2.0 -o out/slow.bin fw/other.bin >"$WORK/.lib/hung.out" 2>&1 </dev/null &
SIGNER=$!
kill_at_exit "$SIGNER"
intent_wait $((intents + 1))
signed waited --fw-version 3.2.0 fw/other.bin
CODE=0
wait "$SIGNER" || CODE=$?
expect_code 0
expect_same slow waited
count sign.intent $((intents + 1))
count sign.replay $((replays + 1))
mock_rules "# none"

rule "when the one it waits for dies it signs itself"
intents=$(log_count sign.intent)
signer_start --fw-version 3.3.0 -o out/dead.bin fw/other.bin
sign --fw-version 3.3.0 -o out/heir.bin fw/other.bin >"$WORK/.lib/heir.out" \
    2>"$WORK/.lib/heir.err" </dev/null &
heir=$!
kill_at_exit "$heir"
sleep 1
expect_exit 0 kill -0 "$heir"
expect_no_file out/heir.bin
signer_kill
CODE=0
wait "$heir" || CODE=$?
cp "$WORK/.lib/heir.err" "$ERR"
expect_code 0
expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof out/heir.bin.tlog-proof out/heir.bin
count sign.intent $((intents + 2))
count sign.unresolved 2
expect_no_file out/dead.bin

rule "the log is whole but for the marks of those that were killed"
expect_exit 14 "$FWSIGN" audit verify
expect_exit 0 "$FWSIGN" audit ack
expect_exit 0 "$FWSIGN" audit verify

# ---- The index ----

# What is derived from the log is found in files once the entry is some thousands back.
rule "a signature of long ago is found"
mkdir many-more
for number in $(seq 1100); do
    echo "firmware number $number" >"many-more/$number.bin"
done
policy
cp policy/sample.yaml policy/filler.yaml
sed -i 's/^product: .*/product: filler/; s/\[option\]/[option], increasing: false/' policy/filler.yaml
run sign --product filler --fw-version 1.0.0 many-more/*.bin
expect_code 0
expect_equal 1100 "$(find many-more -name '*.signed.bin' | wc -l)" "images"
intents=$(log_count sign.intent)
# long_ago NAME: the first signature of all, looked up once more.
long_ago() {
    expect_exit 0 sign --product pump --fw-version 1.0.0 -o "out/$1.bin" fw/app.bin
    expect_same first "$1"
    count sign.intent "$intents"
    expect_exit 0 "$FWSIGN" verify --key prod-2025 --proof "out/$1.bin.tlog-proof" "out/$1.bin"
}
long_ago by-file
expect_file audit/derived/signed/signed-0-000000

rule "also when the files are gone"
rm -rf audit/derived/signed
long_ago rebuilt
expect_file audit/derived/signed/signed-0-000000

rule "when they are damaged"
cp audit/derived/signed/signed-0-000000 good
# damage BYTE: of each block of the file: which one is read depends on the digests.
damage() {
    cp good audit/derived/signed/signed-0-000000
    for block in $(seq 0 4096 $(($(wc -c <good) - 4096))); do
        printf '\377\001' | dd of=audit/derived/signed/signed-0-000000 bs=1 seek=$((block + $1)) \
            conv=notrunc 2>/dev/null
    done
}
# In the magic, the range, the checksum, the first record, behind the last one.
for byte in 3 20 44 60 4090; do
    damage "$byte"
    long_ago "damaged-$byte"
    expect_exit 0 cmp good audit/derived/signed/signed-0-000000
done
head -c 100 good >audit/derived/signed/signed-0-000000
long_ago short
: >audit/derived/signed/signed-0-000000
long_ago empty

rule "when they are of another log"
mv audit/derived/signed "$WORK/signed"
mkdir audit/derived/signed
sed 's/fwsigned/fwsignee/' "$WORK/signed/signed-0-000000" >audit/derived/signed/signed-0-000000
long_ago foreign

rule "and when none can be written"
rm -rf audit/derived/signed
: >audit/derived/signed
long_ago no-folder
rm audit/derived/signed
if mount_make index size=16k,mode=755,ro; then
    ln -s "$WORK/mount.index" audit/derived/signed
    long_ago read-only
    expect_files "$WORK/mount.index"
    rm audit/derived/signed
else
    pass
fi

finish

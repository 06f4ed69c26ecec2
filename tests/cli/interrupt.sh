#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What stops fwsign in the middle of signing leaves no partial output and a consistent log.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

dev_init
mock_use

# A process in the background of a script ignores SIGINT unless told otherwise.
start_signing() {
    env --default-signal=INT "$FWSIGN" sign --fresh --key prod-2025 "$@" fw/app.bin >"$OUT" 2>"$ERR" \
        </dev/null &
    SIGNER=$!
    kill_at_exit "$SIGNER"
}

wait_for_signer() {
    CODE=0
    wait "$SIGNER" 2>/dev/null || CODE=$?
}

# ---- Signals ----

# stopped_by NAME NUMBER: while the token signs.
stopped_by() {
    rule "SIG$1 while the token signs: died of it, nothing written, the log has the outcome"
    mock_rules "C_Sign hang times=1"
    start_signing
    mock_wait C_Sign hang || return
    worker=$(worker_of "$SIGNER")
    begin=$(date +%s)
    kill "-$1" "$SIGNER"
    wait_for_signer
    expect_code $((128 + $2))
    expect_gone "$worker"
    [ $(($(date +%s) - begin)) -lt 5 ] || fail "took longer than 5 s to stop"
    expect_files fw app.bin
    expect_log_whole
    expect_log 'last | .type == "sign.outcome" and .data.result == "failed" and
        .data.status == "interrupted"'
    # The second is the log's checkpoint: what is on record is under one.
    expect_equal 2 "$(mock_calls C_Sign)" "calls of C_Sign"
}

stopped_by INT 2
stopped_by TERM 15
stopped_by HUP 1

rule "SIGTERM before the key is found: no intent, nothing written"
mock_rules "C_Login hang"
intents=$(log_count sign.intent)
start_signing
if mock_wait C_Login hang; then
    kill -TERM "$SIGNER"
    wait_for_signer
    expect_code 143
    expect_files fw app.bin
    expect_equal "$intents" "$(log_count sign.intent)" "intents"
    expect_exit 0 "$FWSIGN" audit verify
fi

rule "SIGTERM leaves a file that stood at the output as it was"
echo "what stood here" >fw/app.signed.bin
mock_rules "C_Sign hang times=1"
start_signing --force
if mock_wait C_Sign hang; then
    kill -TERM "$SIGNER"
    wait_for_signer
    expect_equal "what stood here" "$(cat fw/app.signed.bin)" "the output"
    expect_files fw app.bin app.signed.bin
fi
rm fw/app.signed.bin*

rule "SIGKILL leaves nothing but an intent, no worker, and the next signing works"
mock_rules "C_Sign hang"
start_signing
if mock_wait C_Sign hang; then
    worker=$(worker_of "$SIGNER")
    kill -KILL "$SIGNER"
    wait_for_signer
    expect_code 137
    expect_gone "$worker"
    expect_files fw app.bin
    expect_exit 14 "$FWSIGN" audit verify
    expect_log 'last | .type == "sign.intent"'
    mock_rules "# none"
    expect_exit 0 "$FWSIGN" sign --fresh --key prod-2025 fw/app.bin
    expect_err "recorded as unresolved"
    expect_log 'map(select(.type == "sign.unresolved")) | length == 1'
    expect_exit 14 "$FWSIGN" audit verify
    expect_exit 0 "$FWSIGN" audit ack --note "killed by a test"
    expect_exit 0 "$FWSIGN" audit verify
fi
rm -f fw/app.signed.bin*

rule "a worker killed from outside is exit 9, with an outcome"
mock_rules "C_Sign hang times=1"
start_signing
if mock_wait C_Sign hang; then
    kill -KILL "$(worker_of "$SIGNER")"
    wait_for_signer
    expect_code 9
    expect_files fw app.bin
    expect_log 'last | .type == "sign.outcome" and .data.status == "hsm-crashed"'
fi

# ---- Delivery that fails after the outcome ----

rule "an output that appears while the token signs is kept: exit 13 and a record of its own"
mock_rules "C_Sign slow"
start_signing
for _ in $(seq 100); do
    [ "$(mock_calls C_SignInit)" -eq 0 ] || break
    sleep 0.02
done
echo "somebody else's" >fw/app.signed.bin
wait_for_signer
expect_code 13
expect_equal "somebody else's" "$(cat fw/app.signed.bin)" "the output"
expect_files fw app.bin app.signed.bin
expect_log 'last | .type == "sign.delivery" and .data.status == "output-exists"'
expect_exit 0 "$FWSIGN" audit verify
rm fw/app.signed.bin*

# ---- Disks ----

mock_rules "# none"

# refused_before_signing EXIT STATUS: the fault was found before anything that cannot be undone.
refused_before_signing() {
    expect_code "$1"
    expect_json ".ok == false and .error.code == \"$2\""
    expect_equal 0 "$(mock_calls C_Sign)" "calls of C_Sign"
}

rule "a full disk at the output: exit 1, no C_Sign, no intent, no file"
if mount_make full size=64k; then
    head -c 200000 /dev/zero >"$WORK/mount.full/filler" 2>/dev/null
    mock_rules "# none"
    intents=$(log_count sign.intent)
    run "$FWSIGN" sign --fresh --json --key prod-2025 -o "$WORK/mount.full/app.bin" fw/app.bin
    refused_before_signing 1 no-space
    expect_files "$WORK/mount.full" filler
    expect_equal "$intents" "$(log_count sign.intent)" "intents"
    expect_exit 0 "$FWSIGN" audit verify
else
    skip "only root may mount"
fi

rule "a full disk below the log: exit 11, no C_Sign, no file"
if mount_make log size=256k; then
    cp -a audit/. "$WORK/mount.log"
    config_set audit "$WORK/mount.log"
    head -c 2000000 /dev/zero >"$WORK/mount.log/filler" 2>/dev/null
    mock_rules "# none"
    # What is left of the last page takes an entry or two.
    for _ in 1 2 3 4; do
        run "$FWSIGN" sign --fresh --json --key prod-2025 --force fw/app.bin
        [ "$CODE" -eq 0 ] || break
    done
    rm -f fw/app.signed.bin*
    mock_rules "# none"
    run "$FWSIGN" sign --fresh --json --key prod-2025 fw/app.bin
    refused_before_signing 11 log-unavailable
    expect_files fw app.bin
    rm "$WORK/mount.log/filler"
    run "$FWSIGN" audit verify
    [ "$CODE" -eq 0 ] || [ "$CODE" -eq 14 ] || fail "audit verify says $CODE: neither whole nor torn"
    config_set audit audit
else
    skip "only root may mount"
fi

# ---- Folders that may only be read ----

# read_only FOLDER: by the file system for root, whom modes do not stop.
read_only() {
    if [ "$(id -u)" -eq 0 ]; then
        mount --bind "$1" "$1" 2>/dev/null && mount -o remount,bind,ro "$1" 2>/dev/null
    else
        chmod a-w "$1"
    fi
}

read_write() {
    if [ "$(id -u)" -eq 0 ]; then
        umount "$1"
    else
        chmod u+w "$1"
    fi
}

rule "a read-only output folder: exit 1, no C_Sign, no intent, no file"
mkdir "$WORK/mount.out"
if read_only "$WORK/mount.out"; then
    mock_rules "# none"
    intents=$(log_count sign.intent)
    run "$FWSIGN" sign --fresh --json --key prod-2025 -o "$WORK/mount.out/app.bin" fw/app.bin
    refused_before_signing 1 io-error
    expect_equal "" "$(ls -A "$WORK/mount.out")" "files"
    expect_equal "$intents" "$(log_count sign.intent)" "intents"
    expect_exit 0 "$FWSIGN" audit verify
    read_write "$WORK/mount.out"
else
    skip "mounts are not allowed here"
fi

rule "a read-only log: exit 11, no C_Sign, no file"
cp -a audit "$WORK/mount.audit"
if read_only "$WORK/mount.audit"; then
    # Modes of the files are what stops a user, not that of the folder.
    [ "$(id -u)" -eq 0 ] || chmod -R a-w "$WORK/mount.audit"
    config_set audit "$WORK/mount.audit"
    mock_rules "# none"
    run "$FWSIGN" sign --fresh --json --key prod-2025 fw/app.bin
    refused_before_signing 11 log-unavailable
    expect_files fw app.bin
    config_set audit audit
    [ "$(id -u)" -eq 0 ] || chmod -R u+w "$WORK/mount.audit"
    read_write "$WORK/mount.audit"
else
    skip "mounts are not allowed here"
fi

# ---- Streams ----

# A whole image or none, and the log agrees.
expect_whole_or_nothing() {
    if [ -e fw/app.signed.bin ]; then
        expect_exit 0 "$FWSIGN" verify --key prod-2025 fw/app.signed.bin
        expect_files fw app.bin app.signed.bin app.signed.bin.tlog-proof
        expect_exit 0 "$FWSIGN" audit check fw/app.signed.bin.tlog-proof fw/app.signed.bin
    else
        expect_files fw app.bin
    fi
    rm -f fw/app.signed.bin*
    expect_log_streams
}

# Each intent has its outcome, whatever happened to the words about it.
expect_log_streams() {
    expect_exit 0 "$FWSIGN" audit verify
    expect_log 'last | .type == "sign.outcome" or .type == "sign.delivery"'
}

for form in "" --json; do
    rule "a closed pipe at standard output${form:+ with $form}: exit 1, a whole image or none"
    mock_rules "# none"
    {
        sleep 0.2
        code=0
        # shellcheck disable=SC2086 # no word when empty
        "$FWSIGN" sign --fresh $form --key prod-2025 fw/app.bin 2>"$ERR" </dev/null || code=$?
        echo "$code" >"$WORK/.lib/code"
    } | true
    CODE=$(cat "$WORK/.lib/code")
    expect_code 1
    expect_equal 2 "$(mock_calls C_Sign)" "calls of C_Sign"
    expect_whole_or_nothing
done

rule "a full disk behind standard output: exit 1, a whole image or none"
CODE=0
"$FWSIGN" sign --fresh --key prod-2025 fw/app.bin >/dev/full 2>"$ERR" </dev/null || CODE=$?
expect_code 1
expect_whole_or_nothing

rule "a closed standard output or error becomes no output file's descriptor"
"$FWSIGN" sign --fresh --key prod-2025 fw/app.bin >&- 2>&- </dev/null
expect_whole_or_nothing

finish

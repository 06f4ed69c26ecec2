#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a broken HSM costs: one clear error, nothing written, and a log that says so.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

dev_init
mock_use

sign() {
    run "$FWSIGN" sign --fresh --key prod-2025 --json fw/app.bin
}

# What holds after every failure.
expect_refused() {
    expect_code "$1"
    expect_json ".ok == false and .error.code == \"$2\" and .error.exit == $1"
    expect_files fw app.bin
    expect_log_whole
}

# during_signing RULE EXIT STATUS: the fault strikes once the intent is on record.
during_signing() {
    rule "$1: exit $2, $3 in the log, one C_Sign for the image, nothing written"
    mock_rules "$1 times=1"
    intents=$(log_count sign.intent)
    sign
    expect_refused "$2" "$3"
    expect_equal "$((intents + 1))" "$(log_count sign.intent)" "number of intents"
    expect_log "last | .type == \"sign.outcome\" and .data.result == \"failed\" and
        .data.status == \"$3\""
    # The second is the log's checkpoint.
    expect_equal 2 "$(mock_calls C_Sign)" "calls of C_Sign"
}

# before_signing RULE EXIT STATUS: the key is never reached, so nothing is asked for.
before_signing() {
    rule "$1: exit $2, $3, no intent, no C_Sign, nothing written"
    mock_rules "$1"
    entries=$(log_count sign.intent)
    sign
    expect_refused "$2" "$3"
    expect_equal "$entries" "$(log_count sign.intent)" "number of intents"
    expect_equal 0 "$(mock_calls C_Sign)" "calls of C_Sign"
}

rule "without a fault the mock changes nothing"
expect_exit 0 "$FWSIGN" sign --fresh --key prod-2025 fw/app.bin
expect_equal 2 "$(mock_calls C_Sign)" "calls of C_Sign"
expect_equal 1 "$(mock_calls C_Login)" "calls of C_Login"
expect_exit 0 "$FWSIGN" verify --key prod-2025 fw/app.signed.bin
rm -f fw/app.signed.bin*

during_signing "C_Sign device-removed" 9 hsm-unavailable
during_signing "C_Sign session-lost" 9 hsm-unavailable
during_signing "C_Sign session-closed" 9 hsm-unavailable
during_signing "C_Sign token-gone" 9 hsm-unavailable
during_signing "C_Sign device-error" 9 hsm-unavailable
during_signing "C_Sign crash" 9 hsm-crashed
during_signing "C_Sign exit" 9 hsm-crashed
during_signing "C_Sign odd-code" 9 hsm-error
during_signing "C_Sign general-error" 9 hsm-error
during_signing "C_Sign wrong-signature" 1 hsm-bad-signature
during_signing "C_Sign short-signature" 1 hsm-bad-signature
during_signing "C_Sign half-signature" 1 hsm-bad-signature
during_signing "C_Sign empty-signature" 1 hsm-bad-signature
during_signing "C_Sign overlong-signature" 1 hsm-bad-signature

before_signing "C_Login pin-wrong" 7 pin-wrong
expect_equal 1 "$(mock_calls C_Login)" "calls of C_Login"
before_signing "C_Login pin-locked" 7 pin-locked
expect_equal 1 "$(mock_calls C_Login)" "calls of C_Login"
before_signing "C_Login pin-expired" 7 pin-expired
expect_equal 1 "$(mock_calls C_Login)" "calls of C_Login"
before_signing "C_GetTokenInfo pin-final-try" 7 pin-last-try
expect_equal 0 "$(mock_calls C_Login)" "calls of C_Login"
before_signing "C_OpenSession token-gone" 9 hsm-unavailable
before_signing "C_GetTokenInfo device-error" 9 hsm-unavailable
before_signing "C_FindObjects device-removed" 9 hsm-unavailable
before_signing "C_Initialize crash" 9 hsm-crashed
before_signing "C_FindObjects crash" 9 hsm-crashed
before_signing "C_FindObjects no-objects" 8 key-not-found

rule "a PIN error is never called retryable, an absent HSM is"
mock_rules "C_Login pin-wrong"
sign
expect_json '.error.retryable == false'
mock_rules "C_OpenSession token-gone"
sign
expect_json '.error.retryable == true'

rule "the name of the PKCS#11 error reaches the person"
mock_rules "C_Sign device-removed times=1"
expect_exit 9 "$FWSIGN" sign --fresh --key prod-2025 fw/app.bin
expect_err "CKR_DEVICE_REMOVED"
mock_rules "C_Sign odd-code times=1"
expect_exit 9 "$FWSIGN" sign --fresh --key prod-2025 fw/app.bin
expect_err "0x80000123"

rule "a transient error at login time is survived with one PIN"
mock_rules "C_OpenSession general-error times=1"
sign
expect_code 0
expect_equal 1 "$(mock_calls C_Login)" "calls of C_Login"
rm -f fw/app.signed.bin*

rule "a crash costs one image; the next is signed by a new worker"
cp fw/app.bin fw/second.bin
mock_rules "C_Sign crash times=1"
run "$FWSIGN" sign --fresh --key prod-2025 --json fw/app.bin fw/second.bin
expect_code 9
expect_files fw app.bin second.bin second.signed.bin second.signed.bin.tlog-proof
expect_equal 3 "$(mock_calls C_Sign)" "calls of C_Sign"
expect_log_whole
rm -f fw/second.bin fw/second.signed.bin*

rule "an output that exists is untouched when signing fails"
echo "what stood here" >fw/app.signed.bin
mock_rules "C_Sign wrong-signature times=1"
expect_exit 1 "$FWSIGN" sign --fresh --key prod-2025 --force fw/app.bin
expect_equal "what stood here" "$(cat fw/app.signed.bin)" "the output"
rm -f fw/app.signed.bin*

config_set deadline-ms 700
during_signing "C_Sign hang" 9 hsm-timeout
before_signing "C_Initialize hang" 9 hsm-timeout
before_signing "C_Login hang" 9 hsm-timeout

rule "a log that cannot be sealed withholds the signature: exit 11, and 14 until it can"
mock_rules "C_Sign device-removed after=1"
sign
expect_code 11
expect_json '.error.code == "log-unsealed"'
expect_files fw app.bin
expect_exit 14 "$FWSIGN" audit verify
expect_log 'last | .type == "log.close"'
mock_rules "# none"
expect_exit 0 "$FWSIGN" audit checkpoint
expect_exit 0 "$FWSIGN" audit verify

rule "a hanging module costs its deadline, no more"
mock_rules "C_Sign hang times=1"
begin=$(date +%s%N)
sign
took_ms=$((($(date +%s%N) - begin) / 1000000))
expect_code 9
[ "$took_ms" -ge 600 ] && [ "$took_ms" -lt 5000 ] && took_ms=fine
expect_equal fine "$took_ms" "milliseconds"

rule "the worker of a hanging module is ended with its request"
mock_rules "C_Sign hang times=1"
"$FWSIGN" sign --fresh --key prod-2025 fw/app.bin >"$OUT" 2>"$ERR" </dev/null &
signer=$!
kill_at_exit "$signer"
if mock_wait C_Sign hang; then
    worker=$(worker_of "$signer")
    CODE=0
    wait "$signer" || CODE=$?
    expect_code 9
    expect_gone "$worker"
fi

finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of the command line, one rule after the other:
#
#     # shellcheck source=tests/cli/lib.sh
#     . "$(dirname "$0")/lib.sh"
#     dev_init                                  a folder as 'fwsign init --dev' makes it
#     rule "a missing input is exit 4"
#     expect_exit 4 "$FWSIGN" sign --key prod-2025 nothing.bin
#     expect_err "nothing.bin"
#     expect_no_file nothing.signed.bin
#     finish
#
# FWSIGN is the program, FWSIGN_MOCK the mock module, SOFTHSM SoftHSM's module. Each script works
# in a folder of its own, $WORK, in memory where possible, and never sees the system's tokens or
# the user's configuration. A rule without an expectation fails, and so does a script that ends
# without finish.
#
# Given to scripts that source this file: PROGRAM, WORK, OUT, ERR, CODE.
# shellcheck disable=SC2034

set -u

PROGRAM=$(basename "$0" .sh)
: "${FWSIGN:?names the fwsign program}"

unset FWSIGN_CONFIG FWSIGN_PIN FWSIGN_PIN_FILE CREDENTIALS_DIRECTORY XDG_CONFIG_HOME SOFTHSM2_CONF
# A sanitizer's report must not look like an exit code of fwsign.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99"

RULE=
RULE_CHECKS=0
RULE_FAILED=0
RULES=0
FAILURES=0
FINISHED=0
PIDS=

# ---- The folder ----

work_make() {
    base=${TMPDIR:-/tmp}
    [ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
    WORK=$(mktemp -d "$base/fwsign-$PROGRAM-XXXXXX") || exit 1
    WORK=$(cd "$WORK" && pwd -P)
    mkdir "$WORK/home" "$WORK/.lib"
    export HOME="$WORK/home" XDG_STATE_HOME="$WORK/state"
    OUT=$WORK/.lib/out
    ERR=$WORK/.lib/err
    : >"$OUT"
    : >"$ERR"
    CODE=0
    cd "$WORK" || exit 1
}

at_exit() {
    code=$?
    for pid in $PIDS; do
        kill -9 "$pid" 2>/dev/null
    done
    mounts_remove
    cd /
    rm -rf "$WORK"
    if [ "$FINISHED" -eq 0 ]; then
        echo "not ok - $PROGRAM ended early${RULE:+ in: $RULE}"
        [ "$code" -ne 0 ] || code=1
    fi
    exit "$code"
}

# Ends with the script: at_exit kills what is still running.
kill_at_exit() {
    PIDS="$PIDS $1"
}

mounts_remove() {
    for folder in "$WORK"/mount.*; do
        [ -d "$folder" ] && umount "$folder" 2>/dev/null
    done
    return 0
}

# mount_make NAME OPTIONS: a small file system at $WORK/mount.NAME; fails where it may not.
mount_make() {
    mkdir -p "$WORK/mount.$1" && mount -t tmpfs -o "$2" tmpfs "$WORK/mount.$1" 2>/dev/null
}

# ---- Rules ----

rule() {
    rule_end
    RULE=$1
    RULES=$((RULES + 1))
    RULE_CHECKS=0
    RULE_FAILED=0
}

rule_end() {
    [ -n "$RULE" ] || return 0
    if [ "$RULE_CHECKS" -eq 0 ]; then
        fail "nothing was expected of it"
    fi
    [ "$RULE_FAILED" -ne 0 ] || echo "ok - $RULE"
    RULE=
}

fail() {
    RULE_CHECKS=$((RULE_CHECKS + 1))
    RULE_FAILED=1
    FAILURES=$((FAILURES + 1))
    echo "not ok - ${RULE:-$PROGRAM}: $1"
    sed 's/^/#   out: /' "$OUT" | head -n 20
    sed 's/^/#   err: /' "$ERR" | head -n 20
}

pass() {
    RULE_CHECKS=$((RULE_CHECKS + 1))
}

# A rule that cannot be tested here, and why.
skip() {
    echo "ok - $RULE # SKIP $1"
    RULE=
}

finish() {
    rule_end
    echo "# $PROGRAM: $RULES rules, $FAILURES failed"
    FINISHED=1
    [ "$RULES" -gt 0 ] && [ "$FAILURES" -eq 0 ]
    exit
}

# ---- Expectations ----

# run COMMAND...: CODE, and what it wrote in $OUT and $ERR.
run() {
    CODE=0
    "$@" >"$OUT" 2>"$ERR" </dev/null || CODE=$?
    if grep -q 'Sanitizer:\|runtime error:' "$ERR"; then
        fail "a sanitizer has found something"
    fi
}

expect_code() {
    if [ "$CODE" -eq "$1" ]; then
        pass
    else
        fail "exit code $CODE, expected $1"
    fi
}

expect_exit() {
    wanted=$1
    shift
    run "$@"
    expect_code "$wanted"
}

expect_out() {
    if grep -qF -e "$1" "$OUT"; then
        pass
    else
        fail "standard output does not say '$1'"
    fi
}

expect_err() {
    if grep -qF -e "$1" "$ERR"; then
        pass
    else
        fail "standard error does not say '$1'"
    fi
}

expect_file() {
    if [ -f "$1" ]; then
        pass
    else
        fail "there is no file '$1'"
    fi
}

expect_no_file() {
    if [ -e "$1" ]; then
        fail "there is a file '$1'"
    else
        pass
    fi
}

# expect_files FOLDER NAME...: these and no others, hidden ones included.
expect_files() {
    folder=$1
    shift
    wanted=$(printf '%s\n' "$@" | sort)
    seen=$(find "$folder" -mindepth 1 -printf '%P\n' | sort)
    if [ "$wanted" = "$seen" ]; then
        pass
    else
        fail "'$folder' holds: $(echo "$seen" | tr '\n' ' ')"
    fi
}

expect_equal() {
    if [ "$1" = "$2" ]; then
        pass
    else
        fail "${3:-value} is '$2', expected '$1'"
    fi
}

# expect_json EXPRESSION: standard output is one JSON object and jq finds EXPRESSION true of it.
expect_json() {
    if [ "$(jq -s length "$OUT" 2>/dev/null)" != 1 ]; then
        fail "standard output is not one JSON object"
    elif jq -e "$1" "$OUT" >/dev/null 2>&1; then
        pass
    else
        fail "not true: $1"
    fi
}

# expect_success COMMAND...: for steps on the way to what is tested.
expect_success() {
    expect_exit 0 "$@"
}

# ---- fwsign ----

# The folder $WORK/dev with configuration, token, key prod-2025 and fw/app.bin, made the current one.
dev_init() {
    if ! "$FWSIGN" init --dev "$WORK/dev" >"$OUT" 2>"$ERR"; then
        fail "init --dev failed"
        exit 1
    fi
    cd "$WORK/dev" || exit 1
    mkdir fw
    head -c 3000 /dev/urandom >fw/app.bin
}

# config_set NAME VALUE: another value in ./fwsign.yaml.
config_set() {
    sed -i "s|^\( *$1: *\)[^ #]*|\1$2|" fwsign.yaml
    grep -q "^ *$1: *$2" fwsign.yaml || {
        fail "fwsign.yaml has no '$1'"
        exit 1
    }
}

# An own SoftHSM token with the PIN $2 for tests that need other keys than init makes; sets and
# exports SOFTHSM2_CONF. $1 is the label.
token_make() {
    mkdir -p "$WORK/tokens"
    printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' \
        "$WORK/tokens" >"$WORK/softhsm2.conf"
    export SOFTHSM2_CONF="$WORK/softhsm2.conf"
    softhsm2-util --init-token --free --label "$1" --so-pin 12345678 --pin "$2" >/dev/null
}

# ---- The mock module ----

# From here on ./fwsign.yaml speaks to the mock, and the mock to SoftHSM.
mock_use() {
    : "${FWSIGN_MOCK:?names the mock module}" "${SOFTHSM:?names the SoftHSM module}"
    MOCK_RULES=$PWD/mock.rules
    MOCK_JOURNAL=$PWD/mock.journal
    config_set module "$FWSIGN_MOCK"
    variables="FWSIGN_MOCK_REAL=$SOFTHSM, FWSIGN_MOCK_RULES=$MOCK_RULES"
    variables="$variables, FWSIGN_MOCK_JOURNAL=$MOCK_JOURNAL"
    sed -i "s|^\( *environment: *\[\)|\1$variables, |" fwsign.yaml
    if ! grep -q FWSIGN_MOCK_REAL fwsign.yaml; then
        fail "fwsign.yaml has no place for the mock's environment"
        exit 1
    fi
    mock_rules "# none"
}

# mock_rules RULE...: these faults and no others, with a fresh journal.
mock_rules() {
    : >"$MOCK_JOURNAL"
    rm -f "$MOCK_RULES.count"
    for line in "$@"; do
        echo "$line"
    done >"$MOCK_RULES.new"
    mv "$MOCK_RULES.new" "$MOCK_RULES"
}

# mock_calls FUNCTION: how often it was called.
mock_calls() {
    grep -c "^$1 " "$MOCK_JOURNAL"
}

# mock_wait FUNCTION RESULT: until the journal has this line; fails after ten seconds.
mock_wait() {
    for _ in $(seq 200); do
        grep -q "^$1 $2\$" "$MOCK_JOURNAL" && return 0
        sleep 0.05
    done
    fail "the module was never asked: $1 $2"
    return 1
}

# The worker that runs the module for the fwsign process $1.
worker_of() {
    pgrep -P "$1"
}

# expect_gone PID: the process has ended, or does within two seconds.
expect_gone() {
    for _ in $(seq 40); do
        if [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; then
            pass
            return
        fi
        sleep 0.05
    done
    fail "process $1 is still there: $(tr '\0' ' ' <"/proc/$1/cmdline")"
}

# ---- The log ----

# expect_log EXPRESSION: jq finds it true of the array of all entries.
expect_log() {
    if ! "$FWSIGN" audit log --json >"$WORK/.lib/log" 2>"$ERR"; then
        fail "the log cannot be read"
    elif jq -es "$1" "$WORK/.lib/log" >/dev/null 2>&1; then
        pass
    else
        tail -n 3 "$WORK/.lib/log" >"$OUT"
        fail "not true of the log: $1"
    fi
}

# log_count TYPE: how many entries of the log in ./audit are of this type.
log_count() {
    cat audit/seg/*.jsonl | grep -c "\"type\":\"$1\""
}

# The chain is whole and each intent has exactly one outcome.
expect_log_whole() {
    expect_exit 0 "$FWSIGN" audit verify
    expect_log '[.[] | select(.type == "sign.intent") | .seq] ==
        ([.[] | select(.type == "sign.outcome") | .data.intent] | sort)'
}

work_make
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cores: off by limit, off by PR_SET_DUMPABLE, and without secrets should one be taken all the same.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${CRASH_WITH_SECRET:?names the program that crashes}"
PIN="core-canary-55""aa91"
REVERSED=$(printf '%s' "$PIN" | rev)

mkdir cores
printf '%s' "$PIN" >pin

# crash HOW: in ./cores, with the PIN on standard input.
crash() {
    rm -f cores/*
    CODE=0
    {
        (cd cores && exec "$CRASH_WITH_SECRET" "$1") <pin >"$OUT" 2>"$ERR" || CODE=$?
    } 2>/dev/null # the shell's own word about the crash
}

rule "a hardened process has a core limit of 0 and is not dumpable"
crash hardened
expect_code 134
expect_out "core limit 0 0, dumpable 0"

rule "a hardened process that crashes leaves no core"
expect_equal "" "$(ls cores)" "files"

rule "a core taken with the limit raised does not hold the secret"
crash open
core=$(find cores -type f | head -n 1)
if [ "$CODE" -eq 3 ]; then
    skip "the hard limit forbids cores"
elif [ -z "$core" ]; then
    skip "the system sends cores elsewhere: $(cat /proc/sys/kernel/core_pattern)"
else
    expect_equal 1 "$(grep -caF "control-$REVERSED" "$core")" "lines with the control text"
    expect_equal 0 "$(grep -caF "$PIN" "$core")" "lines with the secret"
fi
rm -rf cores

# ---- The program itself ----

dev_init

# traced CALL PATTERN: how many processes made it.
traced() {
    for trace in trace.*; do
        grep -l "^$1(.*$2.*= 0\$" "$trace"
    done | wc -l
}

rule "fwsign and its worker both harden themselves, and keep the PIN out of dumps"
# LeakSanitizer cannot work in a traced process.
ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -ff -o trace \
    -e trace=prctl,setrlimit,prlimit64,madvise "$FWSIGN" sign --key prod-2025 fw/app.bin \
    >"$OUT" 2>"$ERR"
CODE=$?
if grep -q 'ptrace\|PTRACE' "$ERR"; then
    skip "tracing is not allowed here"
else
    expect_code 0
    expect_equal 2 "$(traced prctl 'PR_SET_DUMPABLE, SUID_DUMP_DISABLE')" "not dumpable"
    expect_equal 2 "$(traced 'setrlimit\|prlimit64' 'RLIMIT_CORE, {rlim_cur=0, rlim_max=0}')" \
        "no cores by limit"
    # Of a secret's size: AddressSanitizer keeps its own memory out of dumps too, by the gigabyte.
    expect_equal 2 "$(traced madvise ', 4096, MADV_DONTDUMP')" "secrets out of dumps"
    expect_equal 2 "$(traced madvise ', 4096, MADV_WIPEONFORK')" "secrets not for children"
fi

finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Go's packages note and tlog accept what an audit log of the format has, and refuse it changed:
# go_test.sh ROOT BUILD-FOLDER
#
# shellcheck disable=SC2016,SC2317 # sh -c has its own variables; check calls functions
# shellcheck source=tests/interop/lib.sh
. "$(dirname "$0")/lib.sh"
need go openssl python3

gopath=/usr/share/gocode
if [ ! -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
    echo "skipped: no golang.org/x/mod in $gopath (Debian: golang-golang-x-mod-dev)"
    exit 77
fi
mkdir -p "$2"
build=$(cd "$2" && pwd)
judge=$build/audit-judge

# From the packages at hand alone, whatever Go's own settings are.
go_offline() {
    (cd "$root/tests/interop" && env GO111MODULE=off GOFLAGS= GOPATH="$gopath" GOPROXY=off \
        GOENV=off GOCACHE="$build/go-cache" go "$@")
}
check "the judge is built" go_offline build -o "$judge" .
check "go vet finds nothing" go_offline vet .
check "gofmt would change nothing" [ -z "$(cd "$root/tests/interop" && gofmt -l .)" ]
[ "$failures" -eq 0 ] || finish

# All folders in one process.
all_by_go() {
    cut -f 2 "$1" | "$judge" many "$vkey" >"$work/judged"
    same_verdicts "$1" "$work/judged"
}

# Untouched logs one by one, by exit code.
by_go() { "$judge" verify "$vkey" "$1"; }

proofs() {
    log=$work/$1/rest
    audit_log prove "$log" 0 1 41 88 89
    for index in 0 1 41 88 89; do
        cat "$log"/seg/*.jsonl | grep -a "\"seq\":$index,\"ts\"" >"$work/line"
        check_exit 0 "good: entry $index" "$1: the proof of entry $index" \
            "$judge" proof "$vkey" "$log/proofs/$index.tlog-proof" "$work/line"
    done
    check_exit 1 "another entry" "$1: the proof of another entry" \
        "$judge" proof "$vkey" "$log/proofs/88.tlog-proof" "$work/line"
    check_exit 1 "no verifiable" "$1: a proof by another key" "$judge" proof \
        "$(cat "$work/$1/othervkey")" "$log/proofs/88.tlog-proof"
    check_exit 0 "good: size 90" "$1: the checkpoint" "$judge" checkpoint "$vkey" "$log/checkpoint"
}

consistency() {
    log=$work/$1/rest
    proof=$work/$1/consistency
    audit_log consistency "$log" "$proof"
    check_exit 0 "good: " "$1: the proof between two checkpoints" \
        "$judge" consistency "$vkey" "$proof.old" "$proof.new" "$proof"
    check_exit 1 refused "$1: the same backwards" \
        "$judge" consistency "$vkey" "$proof.new" "$proof.old" "$proof"
    check_exit 1 refused "$1: to the checkpoint of a sibling" \
        "$judge" consistency "$vkey" "$proof.old" "$work/$1/sibling/checkpoint" "$proof"
    check "$1: Go makes the same proof" sh -c '"$1" prove "$2" "$3.old" "$3.new" "$4" | cmp - "$3"' \
        sh "$judge" "$vkey" "$proof" "$log"
}

# Each with one bit changed. Only a checkpoint's last base64 character has bits without meaning.
bits() {
    spelling=" [0-4] only spelling, 0 accepted"
    check_exit 0 "$spelling" "$1: every bit of the checkpoint" \
        "$judge" bits checkpoint "$vkey" "$work/$1/rest/checkpoint"
    tail -n 1 "$work/said"
    for index in 0 89; do
        check_exit 0 "$spelling" "$1: every bit of the proof of entry $index" \
            "$judge" bits proof "$vkey" "$work/$1/rest/proofs/$index.tlog-proof"
        tail -n 1 "$work/said"
    done
    check_exit 0 " 0 only spelling, 0 accepted" "$1: every bit of the proof between checkpoints" \
        "$judge" bits consistency "$vkey" "$work/$1/consistency.old" "$work/$1/consistency.new" \
        "$work/$1/consistency"
    tail -n 1 "$work/said"
}

for kind in ed25519 p256; do
    make_logs "$kind"
    use "$kind"
    audit_log write "$work/$kind/another" --kind "$kind" --entries 1 --seed x >"$work/$kind/othervkey"
    { printf 'intact\t%s/rest\n' "$logs" && printf 'crash-tail\t%s/tail\n' "$logs"; } >"$work/untouched"
    agree "Go on $kind logs as they are" "$work/untouched" "$kind" by_go
    check "Go on $(wc -l <"$logs/all") tampered $kind logs" all_by_go "$logs/all"
    proofs "$kind"
    consistency "$kind"
    bits "$kind"
done

# That the comparison can fail.
sed '$!d; s/^[a-z-]*/intact/' "$logs/all" >"$work/wrong"
check_exit 1 intact "a wrong verdict is noticed" all_by_go "$work/wrong"
check_exit 1 "not good" "bits wants a good file" "$judge" bits checkpoint "$vkey" "$trust"
finish

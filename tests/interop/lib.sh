#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Logs, tampered logs and judges for the tests of this folder.
#
#     # shellcheck source=tests/interop/lib.sh
#     . "$(dirname "$0")/lib.sh"
#     make_logs ed25519
#     agree "somebody on all" all.txt ed25519 by_somebody
#     finish
#
# A judge is a command that is given a log's folder, finds the key in $vkey and a C2SP policy that
# trusts it in the file $trust, and exits as `fwsign audit verify` does. So fwsign becomes one by
#
#     agree "fwsign" "$work/ed25519/all" ed25519 by_fwsign
#
# where by_fwsign writes a configuration whose log is $1 and runs `fwsign audit verify --trust
# "$trust"` with it.
#
# FWSIGN_SOAK=1 in the environment makes twenty times as many tampered logs, of which fwsign judges all,
# and larger samples.
# shellcheck disable=SC2034

# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/../integration/lib.sh"

independent=$root/tests/independent
endings="rest marks open tail torn zeros"
if [ "${FWSIGN_SOAK:-0}" = 1 ]; then
    rounds=20
    sample=300
    many=1000000 # all there are
else
    rounds=1
    sample=30
    many=150
fi

audit_log() { "${PYTHON:-python3}" -B "$independent/audit_log.py" "$@"; }

# use KIND: the key of its logs.
use() {
    vkey=$(cat "$work/$1/vkey")
    trust=$work/$1/trust
}

# make_logs KIND: in $work/KIND, a log of each ending; vkey, trust; two logs to splice from; copies
# tampered with, and in the file all what each of them deserves.
make_logs() {
    logs=$work/$1
    mkdir "$logs"
    for ending in $endings; do
        audit_log write "$logs/$ending" --kind "$1" --ending "$ending" --entries 90 >"$logs/vkey"
    done
    { printf 'log ' && cat "$logs/vkey" && echo 'quorum none'; } >"$logs/trust"
    audit_log write "$logs/sibling" --kind "$1" --entries 90 --seed sibling --key-seed 1 >/dev/null
    audit_log write "$logs/other" --kind "$1" --entries 90 --seed other --origin example.test/other \
        >/dev/null
    for ending in $endings; do
        audit_log tamper "$logs/$ending" "$logs/tampered-$ending" --seed "$ending" \
            --rounds "$rounds" --sibling "$logs/sibling" --other "$logs/other"
    done
    cat "$logs"/tampered-*/expected >"$logs/all"
}

# sampled COUNT FILE: that many of its lines, from its beginning to its end, always the same.
sampled() {
    awk -v count="$1" -v all="$(wc -l <"$2")" \
        'int((NR - 1) * count / all) != int(NR * count / all)' "$2"
}

word_of() {
    case $1 in
    0) echo intact ;;
    14) echo crash-tail ;;
    15) echo tampered ;;
    16) echo cannot-tell ;;
    *) echo "exit $1" ;;
    esac
}

# judged KIND JUDGE: "VERDICT<TAB>FOLDER" for each folder of the expected ones on standard input.
judged() {
    use "$1"
    while IFS="$(printf '\t')" read -r _ folder; do
        code=0
        "$2" "$folder" >/dev/null 2>&1 </dev/null || code=$?
        printf '%s\t%s\n' "$(word_of "$code")" "$folder"
    done
}

# same_verdicts EXPECTED JUDGED: compare "VERDICT<TAB>FOLDER..." line by line.
same_verdicts() {
    cut -f 1,2 "$2" >"$work/cut"
    [ -s "$1" ] && diff "$1" "$work/cut"
}

# agree NAME EXPECTED KIND JUDGE: the judge says of each folder what the file EXPECTED says.
agree() {
    judged "$3" "$4" <"$2" >"$work/judged"
    check "$1: $(wc -l <"$2") verdicts" same_verdicts "$2" "$work/judged"
}

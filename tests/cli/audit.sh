#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The commands of the audit log: making it, reading it, what it proves, and what it says when somebody
# has laid hands on it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

segment() {
    find audit/seg -name '*.jsonl' | sort | tail -n 1
}

# The first line of the log in the folder $1.
genesis() {
    head -n 1 "$1/seg/00000000000000000000.jsonl"
}

genesis_key() {
    genesis "$1" | jq -r '.data.keys[0]'
}

# The high-water mark of the log in ./audit.
mark_file() {
    echo "$XDG_STATE_HOME/fwsign/$(genesis audit | jq -r .log).checkpoint"
}

# A second of the log's state, to be put back.
log_save() {
    rm -rf "$WORK/saved"
    mkdir "$WORK/saved"
    cp -a audit "$WORK/saved/audit"
    cp -a "$XDG_STATE_HOME" "$WORK/saved/state" 2>/dev/null
}

log_restore() {
    rm -rf audit "$XDG_STATE_HOME"
    cp -a "$WORK/saved/audit" audit
    cp -a "$WORK/saved/state" "$XDG_STATE_HOME" 2>/dev/null
}

# verdict EXIT WORD [OPTION...]: what audit verify says.
verdict() {
    wanted=$1
    word=$2
    shift 2
    expect_exit "$wanted" "$FWSIGN" audit verify --json "$@"
    expect_json ".verdict == \"$word\" and .ok == ($wanted == 0)
        and (if .ok then .error == null else .error.exit == $wanted end)"
}

# expect_lines EXPRESSION: jq finds it true of the array of what was printed.
expect_lines() {
    if jq -es "$1" "$OUT" >/dev/null 2>&1; then
        pass
    else
        fail "not true: $1"
    fi
}

# selected EXPRESSION OPTION...: of what audit log prints.
selected() {
    expression=$1
    shift
    expect_exit 0 "$FWSIGN" audit log --json "$@"
    expect_lines "$expression"
}

software_key() {
    openssl genpkey "$@" 2>/dev/null
}

# Somebody else's key: the example of c2sp.org/signed-note.
OTHER_VKEY=example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k

# ---- Making a log ----

rule "init without --dev makes no log; sign says how to make one"
mkdir "$WORK/plain" && cd "$WORK/plain" || exit 1
expect_success "$FWSIGN" init
expect_no_file audit
echo firmware >app.bin
software_key -algorithm ed25519 -out soft.pem
printf '%s\n' 'product: p' 'keys: {soft.pem: {allow: software}}' 'format: {header-size: 32, slot-size: 64K}' \
    'version: {from: [option], increasing: false}' >policy/sample.yaml
expect_exit 11 "$FWSIGN" sign --product p --key soft.pem --fw-version 1.0.0 app.bin
expect_err "fwsign audit create"
expect_no_file app.signed.bin

for product in q r s; do
    sed "s/product: p/product: $product/" policy/sample.yaml >"policy/$product.yaml"
done

rule "audit create needs a log-key"
expect_exit 3 "$FWSIGN" audit create
expect_err "no 'log-key'"
expect_no_file audit

rule "audit create makes the log and prints what log-trust must say"
software_key -algorithm ed25519 -out log.pem
echo 'log-key: log.pem' >>fwsign.yaml
expect_exit 2 "$FWSIGN" audit create --origin "two words"
expect_exit 0 "$FWSIGN" audit create --origin example.test/plain
vkey=$(cat "$OUT")
expect_err "log-trust: [\"$vkey\"]"
expect_equal example.test/plain "${vkey%%+*}" "the key's name"
expect_exit 0 jq -e ".data.keys == [\"$vkey\"] and .data.origin == \"example.test/plain\"" \
    audit/seg/00000000000000000000.jsonl

rule "the genesis commits to the policies, whatever their files' names"
expect_exit 1 sh -c "sha256sum policy/*.yaml | cut -c1-64 | sort -c"
digest=$(sha256sum policy/*.yaml | cut -c1-64 | sort | xxd -r -p | sha256sum | cut -c1-64)
expect_exit 0 jq -e ".data.policy == \"sha256:$digest\"" audit/seg/00000000000000000000.jsonl

rule "no log is ever replaced"
before=$(find audit -type f -exec sha256sum {} + | sort)
expect_exit 13 "$FWSIGN" audit create
expect_equal "$before" "$(find audit -type f -exec sha256sum {} + | sort)" "the log"

rule "without log-trust nothing is believed, and nothing is signed"
verdict 16 cannot-tell
expect_exit 16 "$FWSIGN" audit checkpoint --print
expect_exit 3 "$FWSIGN" sign --product p --key soft.pem --fw-version 1.0.0 app.bin
expect_err "no 'log-trust'"
expect_no_file app.signed.bin

rule "with log-trust the log is intact, and signing works"
echo "log-trust: [\"$vkey\"]" >>fwsign.yaml
verdict 0 intact
expect_json '.origin == "example.test/plain" and .entries == 1 and .covered == 1'
expect_exit 0 "$FWSIGN" sign --product p --key soft.pem --fw-version 1.0.0 app.bin
expect_exit 0 "$FWSIGN" audit check app.signed.bin.tlog-proof app.signed.bin
verdict 0 intact

rule "a broken log-trust is named with its place"
cp fwsign.yaml fwsign.yaml.before
sed -i 's|^log-trust.*|log-trust: ["example.test/plain+00000000+AAAA"]|' fwsign.yaml
expect_exit 3 "$FWSIGN" audit verify
expect_err "fwsign.yaml:$(grep -n '^log-trust' fwsign.yaml | cut -d: -f1):13: log-trust:"
cp fwsign.yaml.before fwsign.yaml

rule "log-trust holds keys of one log"
sed -i "s|^log-trust.*|log-trust: [\"$vkey\", \"$OTHER_VKEY\"]|" fwsign.yaml
expect_exit 3 "$FWSIGN" audit verify
expect_err "a key of log 'example.com/foo' beside one of log 'example.test/plain'"
cp fwsign.yaml.before fwsign.yaml

rule "the log's key is no firmware key"
cp fwsign.yaml fwsign.yaml.before
cp policy/sample.yaml policy.before
sed -i 's/keys: {soft.pem:/keys: {log.pem: {allow: software}, soft.pem:/' policy/sample.yaml
expect_exit 8 "$FWSIGN" sign --product p --key log.pem --fw-version 1.0.0 -o log.bin app.bin
expect_err "never signs firmware"
expect_no_file log.bin
mv policy.before policy/sample.yaml

rule "an ECDSA P-256 key makes a log too, other kinds do not, nor one that is not pinned"
mkdir "$WORK/ecdsa" && cd "$WORK/ecdsa" || exit 1
expect_success "$FWSIGN" init
echo 'log-key: log.pem' >>fwsign.yaml
software_key -algorithm rsa -out log.pem
expect_exit 8 "$FWSIGN" audit create
expect_no_file audit
software_key -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out log.pem
cp fwsign.yaml fwsign.yaml.before
echo "log-trust: [\"$vkey\"]" >>fwsign.yaml
expect_exit 8 "$FWSIGN" audit create
expect_err "the key pinned for 'example.test/plain'"
expect_exit 3 "$FWSIGN" audit create --origin example.test/ecdsa
expect_no_file audit
cp fwsign.yaml.before fwsign.yaml
expect_exit 0 "$FWSIGN" audit create --json
expect_json '.ok and (.pinned | not) and (.origin + "+") == (.vkey | split("+")[0] + "+")'
echo "log-trust: [\"$(jq -r .vkey "$OUT")\"]" >>fwsign.yaml
verdict 0 intact

# ---- A log to look at ----

dev_init
cp fw/app.bin one.bin
head -c 2000 /dev/urandom >two.bin
expect_success "$FWSIGN" sign --key prod-2025 --security-counter 7 one.bin
expect_success "$FWSIGN" sign --key prod-2025 two.bin
run "$FWSIGN" sign --key prod-2025 --fw-version 0.0.1 -o old.bin one.bin
one=sha256:$(sha256sum <one.bin | cut -d' ' -f1)
one_image=sha256:$(sha256sum <one.signed.bin | cut -d' ' -f1)
two_entry=$(grep sign.outcome "$(segment)" | jq -s '.[-1].seq')

rule "audit log --json prints the lines as they are"
expect_exit 0 "$FWSIGN" audit log --json
cat audit/seg/*.jsonl >all.lines
"$FWSIGN" audit log --json >printed.lines
expect_exit 0 cmp all.lines printed.lines

rule "an outcome is found by what its intent was about"
selected 'length == 2 and all(.[]; .type == "sign.outcome")' --product sample --type sign.outcome
selected '[.[].type] == ["sign.intent", "sign.outcome", "sign.denied"]' --digest "$one"
selected '[.[].type] == ["sign.outcome"]' --digest "$one_image"
selected 'map(select(.type == "sign.outcome")) | length == 2' --key prod-2025
selected 'map(select(.type == "sign.outcome")) | length == 2' --caller "$(id -un)"
selected 'length == 0' --caller nobody-of-that-name
expect_exit 0 "$FWSIGN" audit log --type sign.outcome
expect_out "of $((two_entry - 1)) sample 0.1.0 signed key prod-2025 input two.bin by $(id -un)"

rule "also when its intent stands before --from"
selected '[.[].seq] == ['"$two_entry"']' --from "$two_entry" --product sample --verdict signed

rule "verdicts are signed, failed, denied, unresolved"
selected '[.[].type] == ["sign.outcome", "sign.outcome"]' --verdict signed
selected '[.[].type] == ["sign.denied"]' --verdict denied
selected 'length == 0' --verdict failed
expect_exit 2 "$FWSIGN" audit log --verdict refused

rule "times are RFC 3339, dates, or so long ago"
count=$(wc -l <all.lines)
selected "length == $count" --since 1h
selected "length == $count" --since 2020-01-01 --until 9999-12-31
selected 'length == 0' --until 2020-01-01T00:00:00.5+02:00
selected 'length == 0' --since "$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)"
at=$(jq -r 'select(.seq == 3).ts' all.lines)
selected "[.[].seq] == [range(3; $count)]" --since "$at"
selected '[.[].seq] == [0, 1, 2]' --until "$at"
for wrong in yesterday 2025-02-30 2025-01-01T25:00:00Z 2025-01-01T00:00:00 5 1y -1h; do
    expect_exit 2 "$FWSIGN" audit log --since="$wrong"
done

rule "audit log --follow goes on until stopped, over a new segment too"
env --default-signal=INT "$FWSIGN" audit log --json --follow --type sign.outcome \
    >followed.lines 2>followed.err </dev/null &
follower=$!
kill_at_exit "$follower"
# followed COUNT: so many outcomes are printed, sooner than by looking again now and then.
followed() {
    for _ in $(seq 60); do
        [ "$(wc -l <followed.lines)" -ge "$1" ] && break
        sleep 0.05
    done
    expect_equal "$1" "$(wc -l <followed.lines)" "outcomes printed"
}
followed 2
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o three.bin one.bin
followed 3
printf 'torn' >>"$(segment)"
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o four.bin one.bin
expect_equal 2 "$(find audit/seg -name '*.jsonl' | wc -l)" "segments"
followed 4
ticks=$(cut -d' ' -f14-15 <"/proc/$follower/stat")
sleep 1
expect_equal "$ticks" "$(cut -d' ' -f14-15 <"/proc/$follower/stat")" "processor time while waiting"
kill -INT "$follower"
CODE=0
wait "$follower" || CODE=$?
expect_code 130
expect_equal "" "$(cat followed.err)" "standard error"
expect_equal "$("$FWSIGN" audit log --json --type sign.outcome)" "$(cat followed.lines)" "outcomes"

# ---- One entry ----

rule "audit show --json prints the line itself"
expect_exit 0 "$FWSIGN" audit show --json 3
expect_equal "$(sed -n 4p all.lines)" "$(cat "$OUT")" "entry 3"
expect_exit 0 "$FWSIGN" audit show 3
expect_json '.seq == 3 and .type == "sign.outcome"'
expect_exit 4 "$FWSIGN" audit show 9999
expect_exit 2 "$FWSIGN" audit show three

rule "no control character of an entry reaches a terminal"
escape=$(printf 'bad\033[31m\302\233.bin')
cp one.bin "$escape"
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o escaped.bin "$escape"
for command in log "show $(($(tail -n 1 "$(segment)" | jq .seq) - 1))" "what --key prod-2025"; do
    # shellcheck disable=SC2086 # words of a command
    expect_exit 0 "$FWSIGN" audit $command
    expect_out "bad"
    expect_equal "" "$(LC_ALL=C tr -d '\n\040-\176' <"$OUT")" "control characters"
done

# ---- A mark of a crash ----

rule "a torn end that was recorded is 14 until it is acknowledged, and stays on record"
verdict 14 crash-tail
expect_json '.recoveries == 1 and .acknowledged == 0 and .segments == 2 and .anchored'
expect_exit 14 "$FWSIGN" audit verify
expect_err "audit ack"
expect_exit 0 "$FWSIGN" audit ack --json --note "power cut"
expect_json '.marks == 1 and .by == "'"$(id -un)"'"'
expect_log 'map(select(.type == "log.ack")) | length == 1 and .[0].data.note == "power cut"'
verdict 0 intact
expect_json '.recoveries == 1 and .acknowledged == 1'

rule "with nothing to acknowledge audit ack says so, and the log is whole"
expect_exit 0 "$FWSIGN" audit ack
expect_out "nothing to acknowledge"
verdict 0 intact
expect_exit 2 "$FWSIGN" audit ack --note "$(printf '%01025d' 0)"

rule "a torn end nobody has recorded so far is 14, and ack records it first"
printf 'torn' >>"$(segment)"
verdict 14 crash-tail
expect_exit 0 "$FWSIGN" audit ack
verdict 0 intact

# ---- Checkpoints ----

rule "audit checkpoint prints a checkpoint of the whole log"
expect_exit 0 "$FWSIGN" audit checkpoint
cp "$OUT" kept
expect_exit 0 cmp kept audit/checkpoint
expect_equal "$(cat audit/seg/*.jsonl | grep -c '"seq":')" "$(sed -n 2p kept)" "its size"
expect_exit 0 "$FWSIGN" audit checkpoint --json --print
expect_json '(.note | split("\n")[1] | tonumber) == .size and (.root | startswith("sha256:"))'

rule "--print touches neither token nor log"
mv token token.away
expect_exit 0 "$FWSIGN" audit checkpoint --print
expect_equal "$(cat kept)" "$(cat "$OUT")" "the checkpoint"

rule "what is on record but can get no checkpoint is 14 until it has one"
printf 'torn' >>"$(segment)"
expect_exit 11 "$FWSIGN" audit ack --note "the token is away"
verdict 14 crash-tail
expect_json '.why | contains("audit checkpoint")'
mv token.away token
expect_exit 0 "$FWSIGN" audit checkpoint
verdict 0 intact

rule "anchored means that something outside the log was compared"
mv "$XDG_STATE_HOME" away
verdict 0 intact
expect_json '(.anchored | not) and (.anchored_why | contains("--checkpoint"))'
expect_exit 0 "$FWSIGN" audit verify
expect_err "not anchored"
verdict 0 intact --checkpoint kept
expect_json '.anchored and .anchored_why == null'
expect_no_file "$XDG_STATE_HOME"
mv away "$XDG_STATE_HOME"
verdict 0 intact
expect_json .anchored

rule "--since looks at what came since only"
verdict 0 intact --since kept
expect_json ".since == $(sed -n 2p kept)"
verdict 0 intact --strict
expect_json '.since == 0'

rule "the high-water mark is where the configuration says"
expect_exit 0 cmp "$(mark_file)" audit/checkpoint
echo 'high-water: seen/mark' >>fwsign.yaml
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o five.bin one.bin
expect_exit 0 cmp seen/mark audit/checkpoint
sed -i '/^high-water/d' fwsign.yaml
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o six.bin one.bin

# ---- Somebody has laid hands on it ----

log_save

rule "an edited entry is 15, at its place"
sed -i '2s/"seq":1/"seq":7/' audit/seg/00000000000000000000.jsonl
verdict 15 tampered
expect_json '.place == "seg/00000000000000000000.jsonl:2" and .why != ""'
expect_exit 15 "$FWSIGN" audit verify
expect_err "00000000000000000000.jsonl:2"
log_restore

rule "last lines cut off are 15"
sed -i '$d' "$(segment)"
verdict 15 tampered
log_restore

rule "a log put back to an older state is 15 by the mark, and nothing is signed"
cp audit/checkpoint newer
cp -a audit audit.older
expect_success "$FWSIGN" sign --fresh --key prod-2025 -o seven.bin one.bin
cp audit/checkpoint newest
rm -rf audit && mv audit.older audit
verdict 15 tampered
expect_exit 15 "$FWSIGN" sign --fresh --key prod-2025 -o eight.bin one.bin
expect_no_file eight.bin
rm -rf "$XDG_STATE_HOME"
verdict 0 intact
verdict 0 intact --checkpoint newer
verdict 15 tampered --checkpoint newest
verdict 15 tampered --checkpoint newer --checkpoint newest
log_restore

rule "what cannot be read is 16, and must not pass for something that is not there"
verdict 16 cannot-tell --checkpoint missing
echo nonsense >nonsense
verdict 16 cannot-tell --checkpoint nonsense
cp nonsense "$(mark_file)"
verdict 16 cannot-tell
log_restore
mv audit audit.away
verdict 16 cannot-tell
expect_exit 11 "$FWSIGN" sign --fresh --key prod-2025 -o nine.bin one.bin
expect_err "fwsign audit create"
mv audit.away audit
verdict 0 intact

rule "whom to believe comes from --trust, else from log-trust, never from the log"
vkey=$(genesis_key audit)
printf 'log %s\nquorum none\n' "$vkey" >trust
printf 'log %s\nquorum none\n' "$(genesis_key "$WORK/plain/audit")" >other
cp fwsign.yaml fwsign.yaml.before
sed -i '/^log-trust/d' fwsign.yaml
verdict 16 cannot-tell
verdict 0 intact --trust trust
verdict 16 cannot-tell --trust other
echo 'log nonsense' >nonsense
expect_exit 3 "$FWSIGN" audit verify --trust nonsense
expect_err "nonsense:1:"
mv fwsign.yaml.before fwsign.yaml

# ---- Proofs ----

rule "the proof beside an image is checked offline, with nothing but a key"
mkdir "$WORK/elsewhere"
cp one.signed.bin one.signed.bin.tlog-proof two.signed.bin trust other "$WORK/elsewhere"
cd "$WORK/elsewhere" || exit 1
expect_exit 0 "$FWSIGN" audit check --trust trust one.signed.bin.tlog-proof one.signed.bin
expect_out "released one.signed.bin"
expect_exit 0 "$FWSIGN" audit check --json --trust trust one.signed.bin.tlog-proof
expect_json '.index == .entry.seq and .type == "sign.outcome" and .entry.data.result == "signed"'
expect_exit 16 "$FWSIGN" audit check one.signed.bin.tlog-proof one.signed.bin
expect_exit 16 "$FWSIGN" audit check --trust other one.signed.bin.tlog-proof one.signed.bin

rule "a proof of another image, a changed one, and no proof are 10"
expect_exit 10 "$FWSIGN" audit check --trust trust one.signed.bin.tlog-proof two.signed.bin
expect_err "not the outcome that released"
for line in 1 2 3 4; do
    sed "${line}s/\(.\)\$/x/" one.signed.bin.tlog-proof >changed
    expect_exit 10 "$FWSIGN" audit check --trust trust changed one.signed.bin
done
expect_exit 10 "$FWSIGN" audit check --trust trust one.signed.bin one.signed.bin
expect_exit 4 "$FWSIGN" audit check --trust trust missing
cd "$WORK/dev" || exit 1

rule "a proof is made again for an image, and never over one that is there"
expect_exit 13 "$FWSIGN" audit prove one.signed.bin
rm one.signed.bin.tlog-proof
expect_exit 0 "$FWSIGN" audit prove one.signed.bin
expect_exit 0 "$FWSIGN" audit check one.signed.bin.tlog-proof one.signed.bin
expect_exit 0 "$FWSIGN" audit prove --force one.signed.bin
expect_exit 10 "$FWSIGN" audit prove two.bin
expect_no_file two.bin.tlog-proof

rule "a proof for an index goes to standard output, -o puts it elsewhere"
expect_exit 0 "$FWSIGN" audit prove 0
cp "$OUT" genesis.proof
expect_exit 0 "$FWSIGN" audit check genesis.proof
expect_out "log.genesis"
expect_exit 10 "$FWSIGN" audit check genesis.proof one.signed.bin
expect_exit 0 "$FWSIGN" audit prove -o file.proof "$two_entry"
expect_exit 0 "$FWSIGN" audit check file.proof two.signed.bin
expect_exit 0 "$FWSIGN" audit prove --json -o - one.signed.bin
jq -r -j .proof "$OUT" >json.proof
expect_exit 0 "$FWSIGN" audit check json.proof one.signed.bin
expect_exit 4 "$FWSIGN" audit prove 9999

rule "the proof of a log under an unknown key is not made"
cp fwsign.yaml fwsign.yaml.before
sed -i '/^log-trust/d' fwsign.yaml
expect_exit 16 "$FWSIGN" audit prove -o unknown.proof 0
expect_no_file unknown.proof
mv fwsign.yaml.before fwsign.yaml

rule "audit tiles derives the log for monitors"
expect_exit 2 "$FWSIGN" audit tiles
expect_exit 0 "$FWSIGN" audit tiles -o tiles
expect_exit 0 cmp tiles/checkpoint audit/checkpoint
expect_exit 0 test -d tiles/tile/entries

# ---- Everything a key signed ----

mock_use

rule "audit what lists what a key signed, and what is unresolved"
signed=$("$FWSIGN" audit log --json --key prod-2025 --verdict signed | wc -l)
mock_rules "C_Sign hang"
"$FWSIGN" sign --fresh --key prod-2025 -o killed.bin one.bin >/dev/null 2>&1 </dev/null &
signer=$!
kill_at_exit "$signer"
mock_wait C_Sign hang
expect_exit 0 "$FWSIGN" audit what --key prod-2025 --json
expect_lines ".[-1] | .ok and .signed == $signed and .at_work == 1 and .unresolved == 0"
kill -KILL "$signer"
wait "$signer" 2>/dev/null
mock_rules "# none"
verdict 14 crash-tail
expect_exit 0 "$FWSIGN" sign --fresh --key prod-2025 -o after.bin one.bin
expect_err "recorded as unresolved; see fwsign audit log --type sign.unresolved"
expect_exit 0 "$FWSIGN" audit what --key prod-2025 --json
expect_lines ".[-1] | .signed == $signed + 1 and .at_work == 0 and .unresolved == 1"
expect_lines '[.[] | select(.image_sha256 == "'"$one_image"'")] | length == 1 and .[0] ==
    (.[0] + {verdict: "signed", product: "sample", version: "0.1.0", counter: 7, input: "one.bin",
    input_sha256: "'"$one"'", key: "prod-2025"})'
expect_exit 0 "$FWSIGN" audit what --key prod-2025
expect_out "UNRESOLVED: a signature may exist"
expect_out "$((signed + 1)) signed, 1 unresolved"
verdict 14 crash-tail
expect_json '.unresolved == 1 and .recoveries == .acknowledged + 2'
expect_exit 0 "$FWSIGN" audit ack --note "a test"
verdict 0 intact

rule "a key is found by name, label and digest, and under other names"
spki=$("$FWSIGN" key show --json prod-2025 | jq -r .key.spki)
all=$("$FWSIGN" audit what --key prod-2025 --json | tail -n 1)
sed -i "s|^keys:|keys:\n  alias: {uri: \"pkcs11:token=fwsign-dev;object=prod-2025\", spki-sha256: \"$spki\"}|" \
    fwsign.yaml
for key in "$spki" alias; do
    expect_exit 0 "$FWSIGN" audit what --key "$key" --json
    expect_equal "$all" "$(tail -n 1 "$OUT")" "what $key signed"
done
expect_exit 0 "$FWSIGN" audit what --key nobody
expect_out "0 signed"
expect_exit 0 "$FWSIGN" audit what --key prod-2025 --until 2020-01-01
expect_out "0 signed"
expect_exit 2 "$FWSIGN" audit what

# ---- Doctor ----

# problem CHECK TEXT: doctor names it.
problem() {
    expect_exit 10 "$FWSIGN" doctor --json
    expect_json "[.checks[] | select(.ok | not)] | any(.check == \"$1\" and
        (.detail | contains(\"$2\")))"
}

rule "doctor looks at the log, its key, its trust and its mark"
expect_exit 0 "$FWSIGN" doctor --json
expect_json '[.checks[].check] | contains(["log trust", "log key", "high water", "audit log"])'
cp fwsign.yaml fwsign.yaml.before
sed -i '/^log-trust/d' fwsign.yaml
problem "log trust" "audit create"
cp fwsign.yaml.before fwsign.yaml
sed -i '/^log-key/d' fwsign.yaml
problem "log key" "no 'log-key'"
cp fwsign.yaml.before fwsign.yaml
config_set log-key '"pkcs11:token=fwsign-dev;object=lost"'
problem "log key" "no such private key"
cp fwsign.yaml.before fwsign.yaml
config_set log-key '"pkcs11:token=fwsign-dev;object=prod-2025"'
problem "log key" ""
cp fwsign.yaml.before fwsign.yaml
sed -i 's|^keys:|keys:\n  logs: {uri: "pkcs11:token=fwsign-dev;object=fwsign-log"}|' fwsign.yaml
problem "key" "never signs firmware"
cp fwsign.yaml.before fwsign.yaml
echo "high-water: $PWD/one.bin/mark" >>fwsign.yaml
problem "high water" "cannot be written"
cp fwsign.yaml.before fwsign.yaml
mv audit audit.away
problem "audit log" "audit create"
mv audit.away audit

# ---- A new key ----

rule "the log is handed over to a new key, and both stay trusted"
expect_exit 2 "$FWSIGN" audit rotate
expect_exit 8 "$FWSIGN" audit rotate --new-key "pkcs11:token=fwsign-dev;object=fwsign-log"
expect_exit 8 "$FWSIGN" audit rotate --new-key "pkcs11:token=fwsign-dev;object=prod-2025"
verdict 0 intact
software_key -algorithm ed25519 -out next.pem
expect_exit 0 "$FWSIGN" audit rotate --json --new-key next.pem
expect_json '.vkey and (.configuration | contains("log-key: \"next.pem\"") and contains("'"$vkey"'"))'
cp "$OUT" rotated
expect_exit 0 "$FWSIGN" audit show --json "$("$FWSIGN" audit log --json --type log.key | jq .seq)"
expect_out "log-key"
verdict 0 intact
sed -i '/^log-key/d; /^log-trust/d' fwsign.yaml
jq -r .configuration rotated >>fwsign.yaml
verdict 0 intact --strict
expect_exit 0 "$FWSIGN" sign --fresh --key prod-2025 -o rotated.bin one.bin
expect_exit 0 "$FWSIGN" audit check rotated.bin.tlog-proof rotated.bin
expect_exit 0 "$FWSIGN" audit check one.signed.bin.tlog-proof one.signed.bin
expect_equal 1 "$(grep -c '^— ' audit/checkpoint)" "signatures of the newest checkpoint"
verdict 0 intact

rule "with the key of before nothing is signed any more"
cp fwsign.yaml fwsign.yaml.before
config_set log-key '"pkcs11:token=fwsign-dev;object=fwsign-log"'
expect_exit 11 "$FWSIGN" sign --fresh --key prod-2025 -o old-key.bin one.bin
expect_no_file old-key.bin
mv fwsign.yaml.before fwsign.yaml

rule "completion and help know the commands of the log"
expect_exit 0 "$FWSIGN" completion bash
expect_out "create verify log show what prove check checkpoint ack rotate tiles"
expect_exit 0 "$FWSIGN" audit verify --help
expect_out "--checkpoint FILE"
finish

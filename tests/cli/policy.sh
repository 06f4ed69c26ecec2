#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a policy's author works with: explain, test, diff, and sign --dry-run. None of them signs.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

dev_init
cat >policy/sample.yaml <<END
product: pump
keys: [prod-2025]
format: {slot-size: 0x20000}
version:
  from: [option]
  minimum: 1.0.0
counter: {may-fall: true}
channels: [stable, beta]
END
POLICY=$PWD/policy/sample.yaml

# shellcheck disable=SC2317 # called through expect_exit
sign() {
    "$FWSIGN" sign --key prod-2025 "$@"
}

# shellcheck disable=SC2317
explain() {
    "$FWSIGN" policy explain --key prod-2025 "$@"
}

# expect_lines FILE: standard output is this file.
expect_output() {
    if cmp -s "$1" "$OUT"; then
        pass
    else
        fail "standard output differs: $(diff "$1" "$OUT" | head -n 5)"
    fi
}

# unchanged COMMAND...: it leaves log and folders as they are; with what exit code is in CODE. What is
# derived from the log may be made anew.
folder_state() {
    find . \( -path ./token -o -path ./audit/derived \) -prune -o -type f -print | sort | xargs sha256sum
}

unchanged() {
    before=$(folder_state)
    run "$@"
    expect_equal "$before" "$(folder_state)" "the folder"
}

# closed COMMAND...: standard output is a pipe whose reader is gone: no crash, and no success.
closed() {
    (
        sleep 0.3
        code=0
        "$@" 2>"$ERR" || code=$?
        echo "$code" >"$WORK/.lib/closed"
    ) | true
    for _ in $(seq 100); do
        [ ! -s "$WORK/.lib/closed" ] || break
        sleep 0.1
    done
    expect_equal 1 "$(cat "$WORK/.lib/closed")" "exit code into a closed pipe"
    expect_err "'standard output': write: Broken pipe"
    rm -f "$WORK/.lib/closed"
}

# full COMMAND...: standard output is a full disk.
full() {
    CODE=0
    "$@" >/dev/full 2>"$ERR" || CODE=$?
    expect_code 1
    expect_err "'standard output': write: No space left on device"
}

# ---- explain ----

rule "explain says of each rule whether it passes, what it wants and what it saw, and where it stands"
unchanged explain --fw-version 0.9.0 fw/app.bin
expect_code 5
expect_out "pass       keys                         expected key prod-2025, saw prod-2025 (line 2)"
expect_out "FAIL       version.minimum              expected at least 1.0.0, saw 0.9.0 (line 6)"
expect_out "not asked  callers"
expect_out "not asked  budget.hour"
expect_out "fw/app.bin: would not be signed"
expect_err "version.minimum ($POLICY:6:12): expected at least 1.0.0, saw 0.9.0"

rule "explain lists the same rules whatever is asked"
rules() {
    sed -n 's/^\(pass\|FAIL\|not asked\)  *\([a-z][^ ]*\).*/\2/p' "$OUT" |
        sed 's/^keys\.prod-2025\./keys.NAME./'
}
rules >refused.rules
expect_exit 0 explain --fw-version 1.0.0 fw/app.bin
expect_equal "$(cat refused.rules)" "$(rules)" "rules"
expect_equal "" "$(uniq -d refused.rules)" "rules listed twice"
[ "$(wc -l <refused.rules)" -ge 35 ] || fail "only $(wc -l <refused.rules) rules are listed"
expect_out "fw/app.bin: would sign 3512 bytes of pump 1.0.0, digest sha256:"

rule "explain --json has the rules as a list"
run explain --json --fw-version 0.9.0 fw/app.bin
expect_code 5
expect_json '.command == "policy explain" and .ok == false and .error.exit == 5 and
    (.images | length) == 1 and (.images[0] | .signed == false and .product == "pump")'
expect_json '[.images[0].rules[] | select(.answer == "fail")] == [{rule: "version.minimum",
    answer: "fail", expected: "at least 1.0.0", seen: "0.9.0", line: 6}]'
expect_json '.images[0].rules | map(.answer) | unique == ["fail", "not-asked", "pass"]'
expect_json "[.images[0].rules[].rule] | map(sub(\"^keys.prod-2025.\"; \"keys.NAME.\")) ==
    [$(sed 's/.*/"&"/' refused.rules | paste -sd,)]"
expect_exit 0 explain --json --fw-version 1.0.0 fw/app.bin
expect_json '.ok and (.error == null) and .images[0].signed == false'

rule "explain takes what sign takes: channel, counter, hardware"
expect_exit 5 explain --fw-version 1.0.0 --channel factory fw/app.bin
expect_out "FAIL       channels                     expected stable, beta, saw factory (line 8)"
expect_exit 5 explain --fw-version 1.0.0 --fresh fw/app.bin
expect_out "FAIL       allow-fresh "

rule "explain without key or input, or with one that is not there"
expect_exit 2 "$FWSIGN" policy explain fw/app.bin
expect_err "policy explain needs --key"
expect_exit 2 "$FWSIGN" policy explain --key prod-2025
expect_exit 4 explain --fw-version 1.0.0 fw/gone.bin
expect_err "fw/gone.bin"
expect_exit 2 explain --fw-version 1.0.0 --output x fw/app.bin

rule "explain of several inputs goes through all of them, and one refusal is a refusal"
cp fw/app.bin fw/good.bin
printf -- '-----BEGIN EC PRIVATE KEY-----' | cat fw/app.bin - >fw/bad.bin
expect_exit 5 explain --fw-version 1.0.0 fw/good.bin fw/bad.bin
expect_out "fw/good.bin: would sign"
expect_out "fw/bad.bin: would not be signed"

# ---- dry run ----

rule "--dry-run prints the decision, what would be signed, and writes nothing"
unchanged sign --dry-run --fw-version 1.0.0 fw/good.bin
expect_code 0
expect_out "would sign 3512 bytes of pump 1.0.0, digest sha256:"
expect_equal "" "$(grep 'not asked  callers' "$OUT")" "rules the policy does not state"
expect_no_file fw/good.signed.bin
digest=$(sed -n 's/.*digest \(sha256:[0-9a-f]*\)$/\1/p' "$OUT")

rule "what it prints is what is signed then"
expect_exit 0 sign --fw-version 1.0.0 fw/good.bin
expect_log "map(select(.type == \"sign.intent\"))[0].data.image == {digest: \"$digest\", signed_size: 3512}"
intent=$("$FWSIGN" audit log --json --type sign.intent | jq .seq)

rule "--dry-run says what is different from the last release of the channel"
unchanged sign --dry-run --fw-version 1.0.1 --security-counter 3 fw/bad.bin
expect_code 5
expect_out "different from pump 1.0.0 (log $intent, "
expect_out "  version       1.0.0 -> 1.0.1"
expect_out "  counter       none -> 3"
expect_out "  input size    3000 -> 3030"
expect_out "  input         sha256:$(sha256sum <fw/good.bin | cut -d' ' -f1) -> sha256:$(sha256sum <fw/bad.bin |
    cut -d' ' -f1)"
expect_out "  signed digest $digest -> "
expect_equal "" "$(grep '^  \(key\|caller\|policy\) ' "$OUT")" "what is the same"
expect_exit 0 sign --dry-run --fw-version 1.0.1 --channel beta fw/good.bin
expect_equal "" "$(grep since "$OUT")" "releases of another channel"

rule "--dry-run --json has the same"
run sign --dry-run --json --fw-version 1.0.1 --security-counter 3 fw/good.bin
expect_code 0
expect_json ".images[0].last | .entry == $intent and .version == \"1.0.0\" and
    (.changes | map(.what)) == [\"version\", \"counter\", \"signed digest\"] and
    .changes[1] == {what: \"counter\", before: \"\", now: \"3\"}"

rule "--dry-run says when the signature of before would do, and what a rising version refuses"
expect_exit 0 sign --dry-run --fw-version 1.0.0 fw/good.bin
expect_out "would get the signature of log $intent-$((intent + 1))"
expect_exit 5 sign --dry-run --fw-version 1.0.0 fw/app.bin fw/bad.bin
expect_out "FAIL       version.increasing"
expect_out "expected higher than 1.0.0 (entry $intent), saw 1.0.0"

rule "--dry-run without a log says what it does not know, and goes on"
mv audit away
expect_exit 0 sign --dry-run --fw-version 1.0.0 fw/app.bin
expect_err "what was signed before is not known"
expect_out "would sign"
mv away audit

rule "--dry-run asks no token"
mv token away
expect_exit 0 sign --dry-run --fw-version 1.0.1 fw/app.bin
mv away token

# ---- test ----

cat >good.yaml <<END
product: pump
cases:
  a release:
    given: {key: prod-2025, version: 1.2.0, last-version: 1.1.9}
    expect: allowed
  rollback:
    given: {key: prod-2025, version: 1.1.0, last-version: 1.2.0}
    expect: refused
    rules: [version.increasing]
  too old in any case:
    given: {key: prod-2025, version: 0.9.0, last-version: 1.2.0}
    expect: refused
    rules: [version.increasing, version.minimum]
  begun before:
    given: {key: prod-2025, version: 1.2.0, last-version: 1.2.0, reserved: true}
    expect: allowed
  a key of its own:
    given: {key: other, version: 1.2.0}
    expect: refused
END

rule "policy test runs a team's cases: all as expected is exit 0"
unchanged "$FWSIGN" policy test good.yaml
expect_code 0
printf 'pass  %s\n' "a release" rollback "too old in any case" "begun before" "a key of its own" >wanted
expect_output wanted
expect_equal "" "$(cat "$ERR")" "standard error"
expect_exit 0 "$FWSIGN" policy test --json good.yaml
expect_json '.ok and .command == "policy test" and .error == null and (.cases | length) == 5 and
    all(.cases[]; .pass and .file == "good.yaml" and (has("why") | not))'
expect_exit 0 "$FWSIGN" policy test --quiet good.yaml
expect_equal "" "$(cat "$OUT")" "standard output"

rule "policy test needs no log and no token"
mv audit away
mv token away.token
expect_exit 0 "$FWSIGN" policy test good.yaml
mv away audit
mv away.token token

rule "a case that comes out otherwise is exit 10, with its place and why"
cat >wrong.yaml <<END
cases:
  should pass:
    given: {key: prod-2025, version: 0.9.0, channel: factory}
    expect: allowed
  should not:
    given: {key: prod-2025, version: 1.0.0}
    expect: refused
  'other <rules> & "words"':
    given: {key: prod-2025, version: 0.9.0}
    expect: refused
    rules: [callers]
END
expect_exit 10 "$FWSIGN" policy test good.yaml wrong.yaml
expect_out "pass  a release"
expect_out "FAIL  should pass (wrong.yaml:2): channels failed: expected stable, beta, saw factory; \
version.minimum failed: expected at least 1.0.0, saw 0.9.0"
expect_out "FAIL  should not (wrong.yaml:5): was allowed"
expect_out "FAIL  other <rules> & \"words\" (wrong.yaml:8): version.minimum failed: expected at least \
1.0.0, saw 0.9.0; callers did not fail"
expect_err "3 of 8 cases failed"
expect_exit 10 "$FWSIGN" policy test --quiet good.yaml wrong.yaml
expect_equal 3 "$(grep -c '^FAIL' "$OUT")" "lines that say FAIL"
expect_equal "" "$(grep -v '^FAIL' "$OUT")" "other lines"
expect_exit 10 "$FWSIGN" policy test --json good.yaml wrong.yaml
expect_json '(.ok | not) and .error.exit == 10 and [.cases[] | select(.pass | not) | .name] ==
    ["should pass", "should not", "other <rules> & \"words\""] and
    .cases[6].why == "was allowed"'

rule "--policy asks another file"
sed 's/minimum: 1.0.0/minimum: 0.1.0/' "$POLICY" >other.yaml
expect_exit 10 "$FWSIGN" policy test --policy other.yaml wrong.yaml
expect_out "FAIL  should pass (wrong.yaml:2): channels failed: expected stable, beta, saw factory"
expect_equal "" "$(grep 'should pass.*version.minimum' "$OUT")" "rules of the configured policy"

# junit EXPRESSION: of python, true of the report in junit.xml; root is its first element.
junit() {
    expect_exit 0 python3 -c "
import sys, xml.etree.ElementTree as tree
root = tree.parse('junit.xml').getroot()
sys.exit(0 if ($1) else 1)"
}

rule "--junit writes what a CI reads"
expect_exit 10 "$FWSIGN" policy test --junit junit.xml good.yaml wrong.yaml
junit "root.tag == 'testsuites' and root.attrib == {'tests': '8', 'failures': '3'}"
junit "[(s.tag, s.attrib) for s in root] == [
    ('testsuite', {'name': 'good.yaml', 'tests': '5', 'failures': '0'}),
    ('testsuite', {'name': 'wrong.yaml', 'tests': '3', 'failures': '3'})]"
junit "[c.attrib['name'] for c in root[1]] ==
    ['should pass', 'should not', 'other <rules> & \"words\"']"
junit "all(c.tag == 'testcase' and c.attrib['classname'] == 'pump' for s in root for c in s)"
junit "[len(c) for s in root for c in s] == [0, 0, 0, 0, 0, 1, 1, 1]"
junit "root[1][1][0].tag == 'failure' and root[1][1][0].attrib == {'message': 'was allowed'}"
expect_exit 0 "$FWSIGN" policy test --junit junit.xml good.yaml
junit "root.attrib == {'tests': '5', 'failures': '0'}"

rule "what XML does not allow does not get into it"
cat >names.yaml <<END
cases:
  "caf\\u00e9 \\uFFFE\\uFFFF \\U0001F512":
    given: {key: prod-2025, version: 1.0.0}
    expect: allowed
END
odd=$(printf 'odd\377\033name.yaml')
cp names.yaml "$odd"
expect_exit 0 "$FWSIGN" policy test --junit junit.xml "$odd"
junit "root[0].attrib['name'] == 'odd??name.yaml'"
junit "root[0][0].attrib['name'] == 'caf\\u00e9 ?? \\U0001F512'"

rule "a report that cannot be written is no success"
expect_exit 1 "$FWSIGN" policy test --junit no/such/folder/junit.xml good.yaml
expect_err "no/such/folder"

rule "a case's payload is a file beside the cases"
mkdir cases
cp good.yaml cases/payload.bin
cat >cases/payload.yaml <<END
cases:
  a secret:
    given: {key: prod-2025, version: 1.0.0, payload: ../fw/bad.bin}
    expect: refused
    rules: [content.allow-private-keys]
  none:
    given: {key: prod-2025, version: 1.0.0, payload: payload.bin}
    expect: allowed
END
expect_exit 0 "$FWSIGN" policy test cases/payload.yaml

# bad MESSAGE LINE...: a file of cases with these lines is refused with this message, exit 4.
bad() {
    message=$1
    shift
    printf '%s\n' "$@" >bad.yaml
    expect_exit 4 "$FWSIGN" policy test bad.yaml
    expect_equal "fwsign: $message" "$(head -n 1 "$ERR")" "the message"
    expect_equal "" "$(cat "$OUT")" "standard output"
}

rule "a file of cases that is wrong is refused with file, line, column and what is wrong"
bad "bad.yaml:1:1: missing key 'cases'" ""
bad "bad.yaml:1:8: 'cases' has 0 names, not at least 1" "cases: {}"
bad "bad.yaml:1:8: 'cases' must be a mapping of names, not a list" "cases: [a]"
bad "bad.yaml:2:6: 'cases.a' must be a mapping, not '1'" "cases:" "  a: 1"
bad "bad.yaml:3:12: missing key 'version' in 'cases.a.given'" \
    "cases:" "  a:" "    given: {key: k}" "    expect: allowed"
bad "bad.yaml:3:21: unknown key 'versio' in 'cases.a.given' (did you mean 'version'?)" \
    "cases:" "  a:" "    given: {key: k, versio: 1.0.0}" "    expect: allowed"
bad "bad.yaml:4:13: 'cases.a.expect' must be allowed or refused, not 'maybe'" \
    "cases:" "  a:" "    given: {key: k, version: 1.0.0}" "    expect: maybe"
bad "bad.yaml:3:30: 'cases.a.given.version' must be a version MAJOR.MINOR.REVISION[+BUILD]" \
    "cases:" "  a:" "    given: {key: k, version: one}" "    expect: allowed"
bad "bad.yaml:3:43: 'cases.a.given.time' must be a day or a time as 2025-01-31 or 2025-01-31T12:00:00Z" \
    "cases:" "  a:" "    given: {key: k, version: 1.0.0, time: noon}" "    expect: allowed"
bad "bad.yaml:3: 'gone.bin': No such file or directory" \
    "cases:" "  a:" "    given: {key: k, version: 1.0.0, payload: gone.bin}" "    expect: allowed"
rm bad.yaml
expect_exit 4 "$FWSIGN" policy test bad.yaml
expect_err "'bad.yaml': No such file or directory"
expect_exit 2 "$FWSIGN" policy test

rule "cases of a product that has no policy are exit 2, and a bad policy exit 3"
printf 'product: fan\ncases: {a: {given: {key: k, version: 1.0.0}, expect: allowed}}\n' >fan.yaml
expect_exit 2 "$FWSIGN" policy test fan.yaml
expect_err "product 'fan' has no policy; products: pump"
echo 'product: x' >broken.yaml
expect_exit 3 "$FWSIGN" policy test --policy broken.yaml good.yaml
expect_err "broken.yaml:1:1: missing key"

# ---- diff ----

expect_exit 5 sign --fw-version 0.9.0 -o x.bin fw/app.bin
expect_exit 0 sign --fw-version 1.5.0 -o y.bin fw/app.bin
denied=$("$FWSIGN" audit log --json --type sign.denied | jq -s 'last.seq')
newest=$("$FWSIGN" audit log --json --type sign.intent | jq -s 'last.seq')
sed 's/minimum: 1.0.0/minimum: 1.2.0/' "$POLICY" >stricter.yaml
sed 's/minimum: 1.0.0/minimum: 0.1.0/; s/^version:/version:\n  increasing: false/' "$POLICY" >looser.yaml

rule "policy diff says which requests on record a stricter policy would have refused, and why"
unchanged "$FWSIGN" policy diff "$POLICY" stricter.yaml
expect_code 0
expect_out "$intent  20"
expect_out "1.0.0  stable  prod-2025 by $(id -un): now refused; version.minimum (stricter.yaml:6:12): \
expected at least 1.2.0, saw 1.0.0"
expect_out "1 of 3 requests would be decided otherwise"
expect_equal 2 "$(wc -l <"$OUT")" "lines"

rule "and which a looser one would have allowed"
expect_exit 0 "$FWSIGN" policy diff "$POLICY" looser.yaml
expect_out "$denied  20"
expect_out "0.9.0  stable  prod-2025 by $(id -un): now allowed; version.minimum ($POLICY:6:12): \
expected at least 1.0.0, saw 0.9.0"
expect_out "1 of 3 requests would be decided otherwise"

rule "policy diff --json"
expect_exit 0 "$FWSIGN" policy diff --json stricter.yaml looser.yaml
expect_json ".ok and (.requests | map(.entry)) == [$intent, $denied] and
    (.requests[0] | .version == \"1.0.0\" and .then == \"allowed\" and .before == \"refused\" and
        .after == \"allowed\" and .channel == \"stable\" and .key == \"prod-2025\" and
        .rules == [{rule: \"version.minimum\", expected: \"at least 1.2.0\", seen: \"1.0.0\"}]) and
    .requests[1].then == \"refused\""

rule "--exit-code makes a difference exit 10"
expect_exit 10 "$FWSIGN" policy diff --exit-code "$POLICY" stricter.yaml
expect_err "1 requests would be decided otherwise"
expect_exit 0 "$FWSIGN" policy diff --exit-code "$POLICY" "$POLICY"
expect_out "0 of 3 requests would be decided otherwise"
cp "$POLICY" renamed.yaml
expect_exit 0 "$FWSIGN" policy diff --exit-code "$POLICY" renamed.yaml

rule "--quiet leaves out the summary"
expect_exit 0 "$FWSIGN" policy diff --quiet "$POLICY" stricter.yaml
expect_equal 1 "$(wc -l <"$OUT")" "lines"
expect_exit 0 "$FWSIGN" policy diff --quiet "$POLICY" renamed.yaml
expect_equal "" "$(cat "$OUT")" "standard output"

rule "--since leaves out what was before, and still knows it"
sed 's/minimum: 1.0.0/minimum: 2.0.0/' "$POLICY" >strictest.yaml
at=$(jq -r "select(.seq == $newest).ts" audit/seg/*.jsonl)
expect_exit 0 "$FWSIGN" policy diff --json --since "$at" "$POLICY" strictest.yaml
expect_json "(.requests | map(.entry)) == [$newest]"
expect_exit 0 "$FWSIGN" policy diff --since "$at" "$POLICY" "$POLICY"
expect_out "0 of 1 requests"
expect_exit 0 "$FWSIGN" policy diff --since 9999-01-01 "$POLICY" strictest.yaml
expect_out "0 of 0 requests"
expect_exit 2 "$FWSIGN" policy diff --since yesterday "$POLICY" strictest.yaml

rule "replays are no requests that a policy could have decided otherwise"
expect_exit 0 sign --fw-version 1.5.0 -o z.bin fw/app.bin
expect_log 'map(select(.type == "sign.replay")) | length == 1'
expect_exit 0 "$FWSIGN" policy diff "$POLICY" stricter.yaml
expect_out "1 of 3 requests would be decided otherwise"

rule "policy diff is of two policies of one product, and of a log that is there"
sed 's/product: pump/product: fan/' "$POLICY" >fan.yaml
expect_exit 2 "$FWSIGN" policy diff "$POLICY" fan.yaml
expect_err "the policies are for two products: pump and fan"
expect_exit 2 "$FWSIGN" policy diff "$POLICY"
expect_exit 4 "$FWSIGN" policy diff "$POLICY" gone.yaml
expect_exit 3 "$FWSIGN" policy diff "$POLICY" broken.yaml
mv audit away
expect_exit 11 "$FWSIGN" policy diff "$POLICY" "$POLICY"
mv away audit

# ---- Where the output goes ----

rule "a pipe that is closed and a disk that is full are no success"
closed "$FWSIGN" policy explain --key prod-2025 --fw-version 2.0.0 fw/app.bin
closed "$FWSIGN" policy test good.yaml
closed "$FWSIGN" policy diff "$POLICY" stricter.yaml
closed "$FWSIGN" sign --dry-run --key prod-2025 --fw-version 2.0.0 fw/app.bin
full explain --fw-version 2.0.0 fw/app.bin
full explain --json --fw-version 2.0.0 fw/app.bin
full "$FWSIGN" policy test good.yaml
full "$FWSIGN" policy test --json good.yaml
full "$FWSIGN" policy diff "$POLICY" stricter.yaml
full "$FWSIGN" policy diff --json "$POLICY" stricter.yaml
full sign --dry-run --fw-version 2.0.0 fw/app.bin
expect_exit 0 "$FWSIGN" audit verify

rule "the schema for editors has every key of the reference, its bounds and its choices"
expect_exit 0 "$FWSIGN" policy schema
cp "$OUT" schema.json
# shellcheck disable=SC2016 # for jq
expect_json '."$schema" | startswith("http://json-schema.org/")'
expect_json '.required == ["product", "keys", "format", "version"] and .additionalProperties == false'
expect_json '.properties.format.properties | .erased.maximum == 255 and .pad.enum == ["none", "slot", "confirm"]'
jq -r 'def keys_of(p): .properties // {} | to_entries[] | (p + .key) as $key | $key,
        (.value | keys_of($key + "."),
            (., .anyOf?[]? | .additionalProperties? | objects | (if .anyOf then .anyOf[] else . end) |
                keys_of($key + ".NAME.")));
        keys_of("")' schema.json | sort >schema.keys
expect_exit 0 "$FWSIGN" policy reference
# shellcheck disable=SC2016 # for sed
sed '/^## Decisions/,$d' "$OUT" | sed -n 's/^| `\([^`]*\)`.*/\1/p' | sort >reference.keys
expect_equal "" "$(diff reference.keys schema.keys)" "keys that differ"
expect_equal many "$([ "$(wc -l <schema.keys)" -gt 50 ] && echo many)" "keys are"

finish

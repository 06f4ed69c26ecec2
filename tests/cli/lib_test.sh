#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The test library notices what it must notice.
LIBRARY=$(cd "$(dirname "$0")" && pwd)/lib.sh
# shellcheck source=tests/cli/lib.sh
. "$LIBRARY"

# script TEXT: a script of its own that uses the library; its exit code in CODE.
script() {
    printf '. "%s"\n%s\n' "$LIBRARY" "$1" >"$WORK/script.sh"
    run sh "$WORK/script.sh"
}

rule "a rule that holds is ok"
script 'rule one; expect_exit 0 true; finish'
expect_code 0
expect_out "ok - one"

rule "a failing expectation fails the script"
for text in 'expect_exit 0 false' 'expect_exit 1 true' 'run echo x; expect_out y' \
    'run true; expect_err y' 'expect_file nothing' 'expect_no_file home' 'expect_files home x' \
    'run echo "{\"a\":1}"; expect_json ".a == 2"' 'run echo words; expect_json true' \
    'run sh -c "echo {}; echo {}"; expect_json true' 'expect_equal 1 2' \
    'run sh -c "echo AddressSanitizer: x >&2"; expect_code 0'; do
    script "rule two; $text; finish"
    if [ "$CODE" -eq 1 ] && grep -q "^not ok - two" "$OUT"; then
        pass
    else
        fail "went unnoticed: $text"
    fi
done

rule "an expectation that holds passes"
for text in 'expect_exit 3 sh -c "exit 3"' 'run echo xyz; expect_out y' \
    'run sh -c "echo a-b >&2"; expect_err a-b' 'touch f; expect_file f' 'expect_no_file f' \
    'touch home/x home/.y; expect_files home x .y' \
    'run echo "{\"a\":1}"; expect_json ".a == 1"' 'expect_equal 1 1'; do
    script "rule three; $text; finish"
    expect_equal 0 "$CODE" "exit code of: $text"
done

rule "a rule without an expectation fails"
script 'rule four; rule five; expect_exit 0 true; finish'
expect_code 1
expect_out "not ok - four"

rule "a script without rules fails"
script 'finish'
expect_code 1

rule "a script that ends before finish fails"
script 'rule six; expect_exit 0 true; exit 0'
expect_code 1
expect_out "ended early"

rule "the work folder is removed, also after a failure"
script 'rule seven; fail "on purpose"; pwd | sed "s/^/folder /"; finish'
expect_code 1
folder=$(sed -n 's/^folder //p' "$OUT")
expect_equal yes "$([ -n "$folder" ] && echo yes)" "the folder's name"
expect_no_file "$folder"

finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The count that scripts/test ends with is honest: made-up ctest cases of each kind, counted.
#
#   count_test.sh ROOT
set -eu

root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# counts NAME EXIT LAST_LINE CASE...: ctest over CASEs is counted as LAST_LINE, with exit EXIT.
counts() {
    name=$1 expected_exit=$2 expected=$3
    shift 3
    printf 'cmake_minimum_required(VERSION 3.25)\nproject(count NONE)\nenable_testing()\n' >"$work/CMakeLists.txt"
    printf '%s\n' "$@" >>"$work/CMakeLists.txt"
    rm -rf "$work/build"
    cmake -S "$work" -B "$work/build" -G Ninja >/dev/null
    status=0
    ctest --test-dir "$work/build" --output-junit "$work/report.xml" >/dev/null 2>&1 || status=$?
    counted=0
    output=$(python3 "$root/scripts/test-count" "$work/report.xml" "$status" 2>&1) || counted=$?
    case $counted:$output in
    "$expected_exit:$expected" | "$expected_exit:"*"
$expected") echo "ok: $name" ;;
    *)
        echo "FAIL: $name: exit $counted, '$output'"
        exit 1
        ;;
    esac
}

good='add_test(NAME good COMMAND true)'
bad='add_test(NAME bad COMMAND false)'
skip='add_test(NAME skip COMMAND sh -c "exit 77")
set_tests_properties(skip PROPERTIES SKIP_RETURN_CODE 77)'
absent='add_test(NAME absent COMMAND /nonexistent/program)'
slow='add_test(NAME slow COMMAND sleep 5)
set_tests_properties(slow PROPERTIES TIMEOUT 1)'
inner='add_test(NAME inner COMMAND printf "[  SKIPPED ] needs_a_token\\n[       OK ] works\\n")'

counts passed 0 'scripts/test: 1 passed, 0 failed, 0 skipped' "$good"
counts a_failure_is_an_error 1 'scripts/test: 1 passed, 1 failed, 0 skipped' "$good" "$bad"
counts skipped_is_said 0 'skipped: skip
scripts/test: 1 passed, 0 failed, 1 skipped' "$good" "$skip"
counts what_cannot_run_has_failed 1 'scripts/test: 1 passed, 1 failed, 0 skipped' "$good" "$absent"
counts too_slow_has_failed 1 'scripts/test: 1 passed, 1 failed, 0 skipped' "$good" "$slow"
counts skipped_inside_is_said 0 'skipped: inner: needs_a_token
inside the unit test programs: 1 passed, 0 failed, 1 skipped
scripts/test: 1 passed, 0 failed, 1 skipped' "$inner"
counts no_test_is_an_error 1 'scripts/test: no test was run'

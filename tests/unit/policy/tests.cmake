# SPDX-License-Identifier: Apache-2.0
fws_test(policy/load SOURCES unit/policy/load_test.c LINK policy)
fws_test(policy/set SOURCES unit/policy/set_test.c LINK policy)
fws_test(policy/decide SOURCES unit/policy/decide_test.c LINK policy)
fws_test(policy/version SOURCES unit/policy/version_test.c LINK policy)
fws_fuzz(policy fuzz/policy_fuzz.c LINK policy)
fws_test(policy/denied_keys SOURCES unit/policy/denied_keys_test.c LINK policy)
target_compile_definitions(test_policy_denied_keys PRIVATE FWS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_test(NAME scripts/denied-keys COMMAND ${PROJECT_SOURCE_DIR}/scripts/denied-keys --check)

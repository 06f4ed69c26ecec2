# SPDX-License-Identifier: Apache-2.0
fws_test(policy/load SOURCES unit/policy/load_test.c LINK policy)
fws_test(policy/set SOURCES unit/policy/set_test.c LINK policy)
fws_test(policy/decide SOURCES unit/policy/decide_test.c LINK policy)
fws_test(policy/version SOURCES unit/policy/version_test.c LINK policy)
fws_fuzz(policy fuzz/policy_fuzz.c LINK policy)

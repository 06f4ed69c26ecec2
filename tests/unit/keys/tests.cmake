# SPDX-License-Identifier: Apache-2.0
find_library(FWSIGN_SOFTHSM NAMES softhsm2 PATH_SUFFIXES softhsm DOC "SoftHSM for the token tests")

fws_test(keys/hsm SOURCES unit/keys/hsm_test.c unit/keys/token.c LINK keys)
if(FWSIGN_SOFTHSM)
    target_compile_definitions(test_keys_hsm PRIVATE TEST_SOFTHSM="${FWSIGN_SOFTHSM}")
endif()

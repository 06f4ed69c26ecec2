# SPDX-License-Identifier: Apache-2.0
find_library(FWSIGN_SOFTHSM NAMES softhsm2 PATH_SUFFIXES softhsm DOC "SoftHSM for the token tests")

# Programs with a token of their own; they skip where there is no SoftHSM.
foreach(name IN ITEMS hsm parallel threads worker)
    fws_test(keys/${name} SOURCES unit/keys/${name}_test.c unit/keys/token.c LINK keys)
    set_tests_properties(unit/keys/${name} PROPERTIES SKIP_RETURN_CODE 77)
    if(FWSIGN_SOFTHSM)
        target_compile_definitions(test_keys_${name} PRIVATE TEST_SOFTHSM="${FWSIGN_SOFTHSM}")
    endif()
endforeach()

foreach(name IN ITEMS ckr fitness material protocol soft turn uri)
    fws_test(keys/${name} SOURCES unit/keys/${name}_test.c LINK keys)
endforeach()
fws_fuzz(keys_uri fuzz/keys_uri_fuzz.c LINK keys)

# SPDX-License-Identifier: Apache-2.0
fws_test(signer/uuid SOURCES unit/signer/uuid_test.c LINK signer)
fws_test(signer/image SOURCES unit/signer/image_test.c LINK signer)
fws_test(signer/image_end SOURCES unit/signer/image_end_test.c LINK signer)
target_compile_definitions(test_signer_image_end
    PRIVATE TEST_VECTORS="${CMAKE_CURRENT_SOURCE_DIR}/vectors/mcuboot")
fws_test(signer/firmware SOURCES unit/signer/firmware_test.c LINK signer)

# Has a token of its own, as the tests of keys/; skips where there is no SoftHSM.
fws_test(signer/log_key SOURCES unit/signer/log_key_test.c unit/keys/token.c LINK signer)
set_tests_properties(unit/signer/log_key PROPERTIES SKIP_RETURN_CODE 77)
if(FWSIGN_SOFTHSM)
    target_compile_definitions(test_signer_log_key PRIVATE TEST_SOFTHSM="${FWSIGN_SOFTHSM}")
endif()
foreach(name releases releases_budget releases_snapshot)
    fws_test(signer/${name} SOURCES unit/signer/${name}_test.c unit/signer/releases_log.c LINK signer)
endforeach()
fws_test(signer/signed_file SOURCES unit/signer/signed_file_test.c LINK signer)
fws_test(signer/signed_index SOURCES unit/signer/signed_index_test.c LINK signer)
fws_test(signer/denials SOURCES unit/signer/denials_test.c LINK signer)

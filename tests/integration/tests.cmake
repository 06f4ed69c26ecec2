# SPDX-License-Identifier: Apache-2.0
# What integrators of the verifier are given, used as they would use it.
set(integration ${CMAKE_CURRENT_LIST_DIR})

# fws_integration_test(NAME COMMAND...): skipped, with a reason, where a tool is missing.
function(fws_integration_test name)
    add_test(NAME integration/${name} COMMAND ${ARGN})
    set_tests_properties(integration/${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

fws_integration_test(amalgamate ${integration}/amalgamate_test.sh ${PROJECT_SOURCE_DIR})
fws_integration_test(kconfig ${integration}/python.sh ${integration}/kconfig_test.py
    ${PROJECT_SOURCE_DIR})
fws_integration_test(mcuboot ${integration}/mcuboot_test.sh ${PROJECT_SOURCE_DIR})
fws_integration_test(porting ${integration}/porting_test.sh ${PROJECT_SOURCE_DIR})
fws_integration_test(zephyr ${integration}/zephyr_test.sh ${PROJECT_SOURCE_DIR})

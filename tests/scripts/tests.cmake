# SPDX-License-Identifier: Apache-2.0
# The scripts are tested too: they are what people and machines trust first.
set(scripts ${PROJECT_SOURCE_DIR}/scripts)

add_test(NAME scripts/layers COMMAND ${scripts}/layers)
add_test(NAME scripts/layers-refuses
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/layers_test.sh ${PROJECT_SOURCE_DIR})
add_test(NAME scripts/spdx COMMAND ${scripts}/spdx)
add_test(NAME scripts/test-count
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/count_test.sh ${PROJECT_SOURCE_DIR})
add_test(NAME examples/firmware
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/firmware_test.sh ${PROJECT_SOURCE_DIR})
add_test(NAME scripts/hardening-check
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/hardening_test.sh ${PROJECT_SOURCE_DIR})
include(${CMAKE_CURRENT_LIST_DIR}/install.cmake)
add_test(NAME scripts/docs COMMAND ${scripts}/docs)

# A few mutants, always the same ones; scripts/mutate without options tries all.
add_test(NAME mutate/sample
    COMMAND ${scripts}/mutate --build ${CMAKE_CURRENT_BINARY_DIR}/mutate --sample 15 --seed 1)
set_tests_properties(mutate/sample PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 PROCESSORS 2)

# A few wrong rules; scripts/mutate-policy without options tries all.
add_test(NAME mutate/policy-sample
    COMMAND ${scripts}/mutate-policy --build ${CMAKE_CURRENT_BINARY_DIR}/mutate-policy --rules
        --sample 6 --seed 1)
set_tests_properties(mutate/policy-sample PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 PROCESSORS 2)

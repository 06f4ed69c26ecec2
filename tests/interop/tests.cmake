# SPDX-License-Identifier: Apache-2.0
# The audit log's format, read and judged by code that is none of fwsign's.
find_package(Python3 COMPONENTS Interpreter)

if(Python3_FOUND)
    add_test(NAME interop/audit-check
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/audit_check_test.sh ${PROJECT_SOURCE_DIR})
    add_test(NAME interop/go COMMAND ${CMAKE_CURRENT_LIST_DIR}/go_test.sh ${PROJECT_SOURCE_DIR}
        ${CMAKE_CURRENT_BINARY_DIR}/interop)
    add_test(NAME interop/fwsign COMMAND ${CMAKE_CURRENT_LIST_DIR}/fwsign_test.sh
        ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/interop)
    set_tests_properties(interop/go PROPERTIES FIXTURES_SETUP go_judge)
    set_tests_properties(interop/fwsign PROPERTIES FIXTURES_REQUIRED go_judge
        SKIP_RETURN_CODE 77 TIMEOUT 600
        ENVIRONMENT "PYTHON=${Python3_EXECUTABLE};FWSIGN=$<TARGET_FILE:fwsign>")
    set_tests_properties(interop/audit-check interop/go PROPERTIES
        SKIP_RETURN_CODE 77 TIMEOUT 300 ENVIRONMENT "PYTHON=${Python3_EXECUTABLE}")
endif()

# SPDX-License-Identifier: Apache-2.0
# The installed tree, from a plain build as users make it: no sanitizers, no tests. It is built once
# and kept beside the test build, so that the next run compiles only what has changed.
if(NOT TARGET fwsign)
    return()
endif()
set(plain ${PROJECT_BINARY_DIR}/plain)
set(install_test ${CMAKE_CURRENT_LIST_DIR}/install_test.sh)

add_test(NAME install/build COMMAND ${install_test} build ${plain} ${PROJECT_SOURCE_DIR})
set_tests_properties(install/build PROPERTIES FIXTURES_SETUP installed TIMEOUT 600)
foreach(part tree program manual completions hardening cmake-package pkg-config)
    add_test(NAME install/${part} COMMAND ${install_test} ${part} ${plain} ${PROJECT_SOURCE_DIR})
    set_tests_properties(install/${part} PROPERTIES FIXTURES_REQUIRED installed)
endforeach()

# SPDX-License-Identifier: Apache-2.0
# The PKCS#11 module that misbehaves on demand, and the proof that it does.
find_library(FWSIGN_SOFTHSM NAMES softhsm2 libsofthsm2.so PATH_SUFFIXES softhsm
    DOC "SoftHSM's PKCS#11 module")

add_library(fwsign-mock MODULE
    ${CMAKE_CURRENT_LIST_DIR}/mock_module.c
    ${CMAKE_CURRENT_LIST_DIR}/faults.c
    ${CMAKE_CURRENT_LIST_DIR}/journal.c)
set_target_properties(fwsign-mock PROPERTIES C_VISIBILITY_PRESET hidden)
target_include_directories(fwsign-mock SYSTEM PRIVATE ${P11KIT_INCLUDE_DIRS})
target_link_libraries(fwsign-mock PRIVATE fwsign_flags fwsign_hosted Threads::Threads
    ${CMAKE_DL_LIBS})

if(FWSIGN_SOFTHSM)
    fws_test(mock SOURCES mock/mock_test.c)
    target_include_directories(test_mock SYSTEM PRIVATE ${P11KIT_INCLUDE_DIRS})
    target_link_libraries(test_mock PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
    target_compile_definitions(test_mock PRIVATE
        FWSIGN_TEST_SOFTHSM="${FWSIGN_SOFTHSM}" FWSIGN_TEST_MOCK="$<TARGET_FILE:fwsign-mock>")
    add_dependencies(test_mock fwsign-mock)
else()
    message(WARNING "SoftHSM is not installed: tests that need a token are left out")
endif()

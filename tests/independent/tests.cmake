# SPDX-License-Identifier: Apache-2.0
# A second opinion on images, which shares no code with fwsign, and the proof that it has one.
find_package(Python3 COMPONENTS Interpreter)

if(Python3_FOUND)
    add_test(NAME independent/checkers COMMAND ${Python3_EXECUTABLE} -B
        ${CMAKE_CURRENT_LIST_DIR}/vectors_test.py ${CMAKE_CURRENT_SOURCE_DIR}/vectors/mcuboot)
    set_tests_properties(independent/checkers PROPERTIES TIMEOUT 120)
endif()

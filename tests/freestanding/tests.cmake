# SPDX-License-Identifier: Apache-2.0
# The freestanding folders link for Arm with no C library at all.
get_property(freestanding_sources GLOBAL PROPERTY FWSIGN_FREESTANDING_SOURCES)
foreach(cpu IN ITEMS cortex-m0plus cortex-m3 cortex-m33)
    add_test(NAME freestanding/arm/${cpu}
        COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/freestanding/build.sh arm-none-eabi-gcc ${cpu}
            ${PROJECT_SOURCE_DIR} ${freestanding_sources})
    set_tests_properties(freestanding/arm/${cpu} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)
endforeach()

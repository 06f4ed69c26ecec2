# SPDX-License-Identifier: Apache-2.0
# The freestanding folders compile and link for each target with no C library at all.
get_property(freestanding_sources GLOBAL PROPERTY FWSIGN_FREESTANDING_SOURCES)
foreach(target IN LISTS device_targets)
    foreach(compiler IN ITEMS gcc clang)
        add_test(NAME freestanding/${target}/${compiler}
            COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/freestanding/build.sh ${target} ${compiler}
                ${PROJECT_SOURCE_DIR} ${freestanding_sources})
        set_tests_properties(freestanding/${target}/${compiler} PROPERTIES
            SKIP_RETURN_CODE 77 TIMEOUT 120)
    endforeach()
endforeach()

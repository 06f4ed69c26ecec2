# SPDX-License-Identifier: Apache-2.0
# The verifier as code of each target. device_targets: the names in the table.
set(device_table ${CMAKE_CURRENT_LIST_DIR}/targets)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${device_table})
file(STRINGS ${device_table} device_rows REGEX "^[a-z]")
set(device_targets)
foreach(row IN LISTS device_rows)
    string(REGEX REPLACE " .*" "" name ${row})
    list(APPEND device_targets ${name})
endforeach()

# Without fwsign_flags: the emulator is no sanitized program and would not load a library that is.
add_library(device_count MODULE device/count.c)
target_include_directories(device_count PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_options(device_count PRIVATE -Wall -Wextra -Wconversion -Wshadow)
target_link_libraries(device_count PRIVATE fwsign_hosted)
set_target_properties(device_count PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden)

foreach(target IN LISTS device_targets)
    add_test(NAME device/count/${target}
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/count_test.sh ${target} ${PROJECT_SOURCE_DIR}
            $<TARGET_FILE:device_count>)
    set_tests_properties(device/count/${target} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 60)
endforeach()

# The cases: what the host's tests assert, written once, judged under the sanitizers and on each target.
add_executable(device_export device/export_cases.c device/export_edge.c device/export_lms.c
    device/export_malformed.c device/cases_write.c lms/lms_signer.c malformed/policy.c malformed/rows.c
    wycheproof/text.c vector/bad.c vector/good.c vector/index.c vector/judge.c vector/vectors.c)
target_link_libraries(device_export PRIVATE fwsign_flags fwsign_hosted
    fws_verifier_builtin fws_verifier_openssl fws_verifier fws_format fws_base PkgConfig::JANSSON OpenSSL::Crypto)

# The verifier is compiled for the runner, as for a bootloader, with room for all hashes at once.
get_property(device_sources GLOBAL PROPERTY FWSIGN_FREESTANDING_SOURCES)
set(device_flags -DFWS_VERIFY_HASHES_MAX=3)
add_library(device_verifier OBJECT device/image_case.c device/signature_case.c device/runner.c
    device/print.c ${device_sources})
target_compile_options(device_verifier PRIVATE -ffreestanding ${device_flags})
target_link_libraries(device_verifier PRIVATE fwsign_flags)
add_executable(device_runner device/posix.c $<TARGET_OBJECTS:device_verifier>)
target_link_libraries(device_runner PRIVATE fwsign_flags fwsign_hosted)

set(device_cases ${CMAKE_CURRENT_BINARY_DIR}/device.cases)
add_test(NAME device/cases/export
    COMMAND device_export ${vector_folder} ${vector_tables}
        ${CMAKE_CURRENT_SOURCE_DIR}/vectors/edge ${device_cases} ${malformed_folder} ${malformed_sets})
set_tests_properties(device/cases/export PROPERTIES FIXTURES_SETUP device_cases TIMEOUT 120)
add_test(NAME device/cases/host COMMAND device_runner ${device_cases})
set_tests_properties(device/cases/host PROPERTIES FIXTURES_REQUIRED device_cases TIMEOUT 120)

foreach(target IN LISTS device_targets)
    add_test(NAME device/cases/${target}
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/run_cases.sh ${target} ${PROJECT_SOURCE_DIR}
            ${device_cases} ${device_flags} ${device_sources})
    set_tests_properties(device/cases/${target} PROPERTIES
        FIXTURES_REQUIRED device_cases SKIP_RETURN_CODE 77 TIMEOUT 300)
endforeach()

# Wycheproof's sets too, where they are.
add_executable(device_wycheproof device/export_wycheproof.c device/cases_write.c
    wycheproof/wycheproof.c)
target_link_libraries(device_wycheproof PRIVATE fwsign_flags fwsign_hosted wycheproof_judge
    fws_verifier fws_format fws_base PkgConfig::JANSSON)
if(signature_wycheproof)
    set(wycheproof_cases ${CMAKE_CURRENT_BINARY_DIR}/wycheproof.cases)
    add_test(NAME device/wycheproof/export
        COMMAND device_wycheproof ${signature_wycheproof} ${wycheproof_cases})
    set_tests_properties(device/wycheproof/export PROPERTIES FIXTURES_SETUP wycheproof_cases)
    add_test(NAME device/wycheproof/host COMMAND device_runner ${wycheproof_cases})
    set_tests_properties(device/wycheproof/host PROPERTIES FIXTURES_REQUIRED wycheproof_cases)
    foreach(target IN LISTS device_targets)
        add_test(NAME device/wycheproof/${target}
            COMMAND ${CMAKE_CURRENT_LIST_DIR}/run_cases.sh ${target} ${PROJECT_SOURCE_DIR}
                ${wycheproof_cases} ${device_flags} ${device_sources})
        set_tests_properties(device/wycheproof/${target} PROPERTIES
            FIXTURES_REQUIRED wycheproof_cases SKIP_RETURN_CODE 77 TIMEOUT 600)
    endforeach()
else()
    add_test(NAME device/wycheproof/export COMMAND device_wycheproof "" "")
    set_tests_properties(device/wycheproof/export PROPERTIES SKIP_RETURN_CODE 77)
endif()

# A row of each family: its program works, and refuses what was damaged.
foreach(target IN ITEMS cortex-m3 rv32imac)
    add_test(NAME device/size/${target}
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/size ${target}/p256/builtin/small/1)
    set_tests_properties(device/size/${target} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)
endforeach()
# The two files for a bootloader accept and refuse on every target.
add_test(NAME device/amalgamation
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/size */p256/builtin/amalgamated/1)
set_tests_properties(device/amalgamation PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)

# Faults: a sample of those that scripts/glitch has, and that it finds what is there to be found.
foreach(target IN ITEMS cortex-m3 rv32imac)
    add_test(NAME device/glitch/${target}
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/glitch --target ${target} --sample 300 --seed 1)
    add_test(NAME device/glitch/${target}/control
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/glitch --target ${target} --weakened
            --function device_main)
    set_tests_properties(device/glitch/${target} device/glitch/${target}/control
        PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 240)
endforeach()

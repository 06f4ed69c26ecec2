# SPDX-License-Identifier: Apache-2.0
# The command line as its users see it: cli/NAME runs cli/NAME.sh against the program.
include(ProcessorCount)
ProcessorCount(FWSIGN_PROCESSORS)

# fws_cli_test(NAME [ALONE] [TIMEOUT seconds] [ENVIRONMENT NAME=VALUE...]): ALONE keeps the machine to itself.
function(fws_cli_test name)
    cmake_parse_arguments(ARG "ALONE" "TIMEOUT" "ENVIRONMENT" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_test(NAME cli/${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/cli/${name}.sh)
    set_tests_properties(cli/${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT
        "FWSIGN=$<TARGET_FILE:fwsign>;FWSIGN_MOCK=$<TARGET_FILE:fwsign-mock>;SOFTHSM=${FWSIGN_SOFTHSM}")
    set_property(TEST cli/${name} APPEND PROPERTY ENVIRONMENT ${ARG_ENVIRONMENT})
    if(ARG_ALONE)
        set_tests_properties(cli/${name} PROPERTIES PROCESSORS ${FWSIGN_PROCESSORS})
    endif()
endfunction()

if(FWSIGN_SOFTHSM)
    fws_cli_test(lib_test)
    fws_cli_test(commands ENVIRONMENT DOCS=${PROJECT_SOURCE_DIR}/docs)
    fws_cli_test(key_table ENVIRONMENT ROOT=${PROJECT_SOURCE_DIR})
    fws_cli_test(bootloader TIMEOUT 300 ENVIRONMENT ROOT=${PROJECT_SOURCE_DIR})
    add_executable(lms_image lms/lms_image.c lms/lms_signer.c)
    target_link_libraries(lms_image PRIVATE fwsign_flags fwsign_hosted fws_base fws_format)
    fws_cli_test(lms ENVIRONMENT LMS_IMAGE=$<TARGET_FILE:lms_image>)
    fws_cli_test(audit)
    fws_cli_test(format)
    fws_cli_test(audit_copy ENVIRONMENT DOCS=${PROJECT_SOURCE_DIR}/docs)
    fws_cli_test(faults)
    fws_cli_test(canary)
    fws_cli_test(interrupt)
    fws_cli_test(parallel ALONE TIMEOUT 300)
    fws_cli_test(policy)
    fws_cli_test(race ALONE TIMEOUT 300)
    fws_cli_test(replay TIMEOUT 300)
    fws_cli_test(stories TIMEOUT 400 ENVIRONMENT TESTS=${CMAKE_CURRENT_SOURCE_DIR})

    add_executable(crash_with_secret cli/crash_with_secret.c)
    target_link_libraries(crash_with_secret PRIVATE fwsign_flags fwsign_hosted fws_base)
    # The vectors' keys are published, so fwsign refuses them; this program knows no such list.
    add_executable(fwsign_any_key ${PROJECT_SOURCE_DIR}/cli/config.c cli/any_key.c)
    target_link_libraries(fwsign_any_key PRIVATE fwsign_commands)
    fws_cli_test(vectors_sign ENVIRONMENT TESTS=${CMAKE_CURRENT_SOURCE_DIR}
        FWSIGN_ANY_KEY=$<TARGET_FILE:fwsign_any_key>)
    # What /etc/fwsign is to fwsign, a folder of the test's own is to this one.
    add_executable(fwsign_enforced ${PROJECT_SOURCE_DIR}/cli/config.c)
    target_compile_definitions(fwsign_enforced PRIVATE
        FWSIGN_SYSTEM_CONFIG="/srv/fwsign/fwsign.yaml")
    target_link_libraries(fwsign_enforced PRIVATE fwsign_commands)
    fws_cli_test(mode TIMEOUT 300 ENVIRONMENT FWSIGN_ENFORCED=$<TARGET_FILE:fwsign_enforced>)
    fws_cli_test(core ENVIRONMENT CRASH_WITH_SECRET=$<TARGET_FILE:crash_with_secret>)
endif()

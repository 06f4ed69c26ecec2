# SPDX-License-Identifier: Apache-2.0
# The log under faults to whole processes. Whoever is struck is built without sanitizers in every build:
# their runtime makes system calls of its own, and does not live under strace.
add_library(audit_plain_flags INTERFACE)
target_include_directories(audit_plain_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(audit_plain_flags INTERFACE -O1 -g -Wall -Wextra -Wconversion -Wshadow)
target_link_libraries(audit_plain_flags INTERFACE fwsign_hosted)
if(FWSIGN_WERROR)
    target_compile_options(audit_plain_flags INTERFACE -Werror)
endif()

set(audit_plain_sources)
foreach(folder bytes base audit)
    get_target_property(sources fws_${folder} SOURCES)
    list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
    list(APPEND audit_plain_sources ${sources})
endforeach()
add_executable(audit_driver audit/driver.c audit/key.c audit/record.c audit/work.c
    ${audit_plain_sources})
target_link_libraries(audit_driver PRIVATE audit_plain_flags OpenSSL::Crypto PkgConfig::YAML
    Threads::Threads)
add_library(audit_shim MODULE audit/shim.c)
target_link_libraries(audit_shim PRIVATE audit_plain_flags)

add_library(audit_stage OBJECT audit/judge.c audit/key.c audit/plan.c audit/power.c audit/stage.c
    audit/states.c)
target_link_libraries(audit_stage PRIVATE fwsign_flags fwsign_hosted PkgConfig::CMOCKA fws_audit)

# The same programs do all there is in scripts/soak.
foreach(name beside faults limits power process)
    add_executable(test_audit_${name} audit/${name}_test.c $<TARGET_OBJECTS:audit_stage>)
    target_link_libraries(test_audit_${name} PRIVATE fwsign_flags fwsign_hosted PkgConfig::CMOCKA
        fws_audit)
    add_dependencies(test_audit_${name} audit_driver audit_shim)
    add_test(NAME audit/${name} COMMAND test_audit_${name})
    set_tests_properties(audit/${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
        "AUDIT_DRIVER=$<TARGET_FILE:audit_driver>;AUDIT_SHIM=$<TARGET_FILE:audit_shim>")
endforeach()

# SPDX-License-Identifier: Apache-2.0
# Images that break one rule and are signed all the same: each set by each backend in each form.
add_executable(malformed_runner malformed/bound.c malformed/judge.c malformed/main.c malformed/policy.c
    malformed/push.c malformed/rows.c malformed/signed.c malformed/verdict.c wycheproof/text.c)
target_link_libraries(malformed_runner PRIVATE fwsign_flags fwsign_hosted fws_verifier_builtin
    fws_verifier_openssl fws_verifier fws_format fws_base)

set(malformed_folder ${CMAKE_CURRENT_SOURCE_DIR}/vectors/malformed)
set(malformed_sets header flags padding cut ends behind types twice lengths order unsigned allowed
    which-key matching forms claims pure signers lms)

foreach(set IN LISTS malformed_sets)
    foreach(backend builtin openssl)
        foreach(form read mapped pushed)
            add_test(NAME malformed/${set}/${backend}/${form}
                COMMAND malformed_runner ${malformed_folder} judge ${backend} ${form} ${set})
        endforeach()
    endforeach()
endforeach()
add_test(NAME malformed/signed COMMAND malformed_runner ${malformed_folder} signed ${malformed_sets})

if(Python3_FOUND)
    add_test(NAME malformed/reproduced COMMAND ${Python3_EXECUTABLE} -B
        ${PROJECT_SOURCE_DIR}/scripts/malformed --check)
    set_tests_properties(malformed/reproduced PROPERTIES TIMEOUT 120)
endif()

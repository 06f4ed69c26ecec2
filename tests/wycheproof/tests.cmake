# SPDX-License-Identifier: Apache-2.0
# Zero wrong answers: every backend judges every set of signatures of its algorithms. Wycheproof's
# sets are not ours to carry; those of tests/vectors/edge/ are.
set(FWSIGN_VECTORS "$ENV{FWSIGN_VECTORS}" CACHE PATH
    "a folder with Wycheproof's sets in wycheproof/; empty: not tested")

set(signature_sets_p256 ecdsa_secp256r1_sha256 ecdsa_secp256r1_sha256_p1363)
set(signature_sets_p384 ecdsa_secp384r1_sha384 ecdsa_secp384r1_sha384_p1363)
set(signature_sets_rsa2048 rsa_pss_2048_sha256_mgf1_32)
set(signature_sets_rsa3072 rsa_pss_3072_sha256_mgf1_32)
set(signature_sets_ed25519 ed25519)
set(signature_edges_p256 p256 p256-der)
set(signature_edges_p384 p384 p384-der)
set(signature_edges_rsa2048 rsa2048)
set(signature_edges_rsa3072 rsa3072)
set(signature_edges_ed25519 ed25519)

# An empty folder makes the program skip, and say how not to.
set(signature_wycheproof "")
if(NOT FWSIGN_VECTORS STREQUAL "")
    set(signature_wycheproof ${FWSIGN_VECTORS}/wycheproof)
endif()
set(signature_edge ${CMAKE_CURRENT_SOURCE_DIR}/vectors/edge)

add_library(wycheproof_judge STATIC wycheproof/edge.c wycheproof/judge.c wycheproof/text.c)
target_link_libraries(wycheproof_judge PRIVATE fwsign_flags fwsign_hosted
    PUBLIC fws_verifier fws_format fws_base)
add_library(wycheproof_runner STATIC wycheproof/main.c wycheproof/wycheproof.c)
target_link_libraries(wycheproof_runner PRIVATE fwsign_flags fwsign_hosted PkgConfig::JANSSON
    PUBLIC wycheproof_judge)

# signature_backend(NAME TARGET algorithm...): nothing where the backend is not built.
function(signature_backend name target)
    if(NOT TARGET ${target})
        return()
    endif()
    set(program wycheproof_${name})
    add_executable(${program} wycheproof/backend_${name}.c)
    target_link_libraries(${program} PRIVATE fwsign_flags fwsign_hosted wycheproof_runner ${target})
    foreach(algorithm IN LISTS ARGN)
        foreach(set IN LISTS signature_sets_${algorithm})
            add_test(NAME wycheproof/${name}/${set}
                COMMAND ${program} wycheproof "${signature_wycheproof}" ${set})
            set_tests_properties(wycheproof/${name}/${set} PROPERTIES
                SKIP_RETURN_CODE 77 TIMEOUT 300)
        endforeach()
        foreach(set IN LISTS signature_edges_${algorithm})
            add_test(NAME edge/${name}/${set} COMMAND ${program} edge ${signature_edge} ${set})
            set_tests_properties(edge/${name}/${set} PROPERTIES TIMEOUT 300)
        endforeach()
    endforeach()
endfunction()

signature_backend(openssl fws_verifier_openssl p256 p384 rsa2048 rsa3072 ed25519)
signature_backend(builtin fws_verifier_builtin p256 rsa2048 rsa3072 ed25519)
signature_backend(mbedtls fws_verifier_mbedtls p256 p384 rsa2048 rsa3072)
signature_backend(psa fws_verifier_psa p256 p384 rsa2048 rsa3072)


# That a wrong answer is found, counted, and fails the program.
add_executable(wycheproof_coin wycheproof/backend_coin.c)
target_link_libraries(wycheproof_coin PRIVATE fwsign_flags fwsign_hosted wycheproof_runner)
add_test(NAME edge/coin-is-wrong COMMAND wycheproof_coin edge ${signature_edge} p256)
set_tests_properties(edge/coin-is-wrong PROPERTIES
    PASS_REGULAR_EXPRESSION "WRONG line .*coin p256 .* [1-9][0-9]* wrong")
add_test(NAME edge/coin-fails COMMAND wycheproof_coin edge ${signature_edge} p256)
set_tests_properties(edge/coin-fails PROPERTIES WILL_FAIL ON)
fws_test(wycheproof/judge
    SOURCES wycheproof/judge_test.c wycheproof/judge.c LINK verifier format base bytes)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
    add_test(NAME edge/reproduced COMMAND ${Python3_EXECUTABLE} -B
        ${PROJECT_SOURCE_DIR}/scripts/edge-vectors --check)
    set_tests_properties(edge/reproduced PROPERTIES TIMEOUT 300)
endif()

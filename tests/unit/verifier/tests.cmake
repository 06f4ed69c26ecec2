# SPDX-License-Identifier: Apache-2.0
foreach(name IN ITEMS areas claims conditions policy push signature verify)
    fws_test(verifier/${name}
        SOURCES unit/verifier/${name}_test.c unit/verifier/build.c
        LINK verifier verifier_openssl format base bytes)
endforeach()
fws_test(verifier/evidence SOURCES unit/verifier/evidence_test.c LINK verifier format bytes)
fws_test(verifier/openssl SOURCES unit/verifier/openssl_test.c
    LINK verifier_openssl verifier bytes)
fws_test(verifier/builtin_sha SOURCES unit/verifier/builtin_sha_test.c
    LINK verifier_builtin base bytes)
fws_test(verifier/builtin_p256 SOURCES unit/verifier/builtin_p256_test.c
    LINK verifier_builtin verifier_openssl bytes)
fws_test(verifier/builtin_lms
    SOURCES unit/verifier/builtin_lms_test.c lms/lms_signer.c
    LINK verifier_builtin verifier base bytes)
fws_test(verifier/builtin_rsa SOURCES unit/verifier/builtin_rsa_test.c
    LINK verifier_builtin verifier base bytes)

# What cannot be built is reported as skipped, never as passed.
foreach(name IN ITEMS mbedtls psa psa_form)
    if(TARGET MbedTLS::mbedcrypto)
        fws_test(verifier/${name}
            SOURCES unit/verifier/${name}_test.c unit/verifier/port.c LINK bytes)
        target_link_libraries(test_verifier_${name} PRIVATE OpenSSL::Crypto MbedTLS::mbedcrypto)
    else()
        add_test(NAME unit/verifier/${name} COMMAND sh -c "echo 'no Mbed TLS here'; exit 77")
        set_tests_properties(unit/verifier/${name} PROPERTIES SKIP_RETURN_CODE 77)
    endif()
endforeach()
if(TARGET MbedTLS::mbedcrypto)
    target_link_libraries(test_verifier_mbedtls PRIVATE fws_verifier_mbedtls)
    target_link_libraries(test_verifier_psa PRIVATE fws_verifier_psa)
    # An API of its own, which the headers declare and the port calls by these names.
    target_sources(test_verifier_psa_form PRIVATE ${PROJECT_SOURCE_DIR}/verifier/port/psa/psa.c)
    foreach(name IN ITEMS import_key verify_hash destroy_key hash_setup hash_update hash_finish
            hash_abort)
        target_compile_definitions(test_verifier_psa_form PRIVATE psa_${name}=own_psa_${name})
    endforeach()
endif()
foreach(name IN ITEMS ed25519 field25519)
    fws_test(verifier/builtin_${name}
        SOURCES unit/verifier/builtin_${name}_test.c
        LINK verifier_builtin verifier bytes)
    target_link_libraries(test_verifier_builtin_${name} PRIVATE OpenSSL::Crypto)
endforeach()

# SPDX-License-Identifier: Apache-2.0
foreach(name IN ITEMS areas claims policy push signature verify)
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

# SPDX-License-Identifier: Apache-2.0
foreach(name IN ITEMS verify entries signature claims)
    fws_test(verifier/${name}
        SOURCES unit/verifier/${name}_test.c unit/verifier/build.c
        LINK verifier verifier_openssl format base bytes)
endforeach()
fws_test(verifier/openssl SOURCES unit/verifier/openssl_test.c
    LINK verifier_openssl verifier bytes)

# SPDX-License-Identifier: Apache-2.0
fws_fuzz(format_image fuzz/format_image_fuzz.c LINK format base bytes)
fws_fuzz(format_ihex fuzz/format_ihex_fuzz.c LINK format base bytes)
fws_fuzz(format_elf fuzz/format_elf_fuzz.c LINK format base bytes)
fws_fuzz(format_der fuzz/format_der_fuzz.c LINK format base bytes)
fws_fuzz(verifier_image fuzz/verifier_image_fuzz.c LINK verifier format base bytes)
if(TARGET fws_verifier_builtin)
    fws_fuzz(verifier_signature fuzz/verifier_signature_fuzz.c
        LINK verifier_builtin verifier_openssl verifier format base bytes)
    target_link_libraries(fuzz_verifier_signature PRIVATE wycheproof_judge)
    target_compile_definitions(fuzz_verifier_signature PRIVATE
        FWSIGN_EDGE_VECTORS="${CMAKE_CURRENT_SOURCE_DIR}/vectors/edge")
endif()

# SPDX-License-Identifier: Apache-2.0
# One ctest case per reference vector. The ids come from cases.txt, since reading the manifest with
# string(JSON) takes minutes; vector/index proves that both list the same.
add_executable(vector_runner
    vector/bad.c vector/good.c vector/index.c vector/judge.c vector/main.c vector/vectors.c
    wycheproof/text.c)
target_link_libraries(vector_runner PRIVATE fwsign_flags fwsign_hosted
    fws_verifier_openssl fws_verifier fws_format fws_base PkgConfig::JANSSON)

set(vector_tables ${CMAKE_CURRENT_SOURCE_DIR}/vector)
set(vector_folder ${CMAKE_CURRENT_SOURCE_DIR}/vectors/mcuboot)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${vector_tables}/cases.txt)
file(STRINGS ${vector_tables}/cases.txt vector_cases REGEX "^(good|bad) ")
foreach(case IN LISTS vector_cases)
    string(REPLACE " " ";" words ${case})
    list(GET words 0 list)
    list(GET words 1 id)
    add_test(NAME vector/${list}/${id}
        COMMAND vector_runner ${vector_folder} ${vector_tables} ${list} ${id})
endforeach()
add_test(NAME vector/index COMMAND vector_runner ${vector_folder} ${vector_tables} index)

# SPDX-License-Identifier: Apache-2.0
foreach(name IN ITEMS version header tlv dependency ecdsa_der trailer ihex elf)
    fws_test(format/${name} SOURCES unit/format/${name}_test.c LINK format bytes)
endforeach()

# ELF files of real linkers, against objcopy.
add_executable(elf_flat unit/format/elf_flat.c)
target_link_libraries(elf_flat PRIVATE fwsign_flags fwsign_hosted fws_format fws_bytes)
add_test(NAME unit/format/elf-objcopy
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/elf_objcopy_test.sh ${PROJECT_SOURCE_DIR}
        $<TARGET_FILE:elf_flat>)
set_tests_properties(unit/format/elf-objcopy PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)

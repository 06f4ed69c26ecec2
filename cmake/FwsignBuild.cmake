# SPDX-License-Identifier: Apache-2.0
# How fwsign is compiled: one place for flags, one function per kind of target.
include(GNUInstallDirs)
include(CheckPIESupported)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(LIBP11 REQUIRED IMPORTED_TARGET libp11)
pkg_check_modules(P11KIT REQUIRED IMPORTED_TARGET p11-kit-1)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
check_pie_supported()

add_library(fwsign_flags INTERFACE)
target_include_directories(fwsign_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(fwsign_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wpointer-arith -Wformat=2 -Wvla -Wundef -fno-common -fstack-protector-strong)
if(FWSIGN_WERROR)
    target_compile_options(fwsign_flags INTERFACE -Werror)
endif()
if(FWSIGN_SANITIZE)
    target_compile_options(fwsign_flags INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(fwsign_flags INTERFACE -fsanitize=address,undefined)
else()
    target_compile_options(fwsign_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
if(FWSIGN_FUZZ)
    target_compile_options(fwsign_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_options(fwsign_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)

# Hosted code may use POSIX and Linux; freestanding code must not notice them.
add_library(fwsign_hosted INTERFACE)
target_compile_definitions(fwsign_hosted INTERFACE _GNU_SOURCE)

# fws_library(NAME [FREESTANDING] SOURCES file... [LINK library...])
#
# One static library per folder, target fws_NAME. Names in LINK without a "::" are folders.
# Sources of freestanding folders are also collected in FWSIGN_FREESTANDING_SOURCES.
function(fws_library name)
    cmake_parse_arguments(ARG "FREESTANDING" "" "SOURCES;LINK" ${ARGN})
    add_library(fws_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(fws_${name} PRIVATE fwsign_flags)
    if(ARG_FREESTANDING)
        target_compile_options(fws_${name} PRIVATE -ffreestanding)
        foreach(source IN LISTS ARG_SOURCES)
            set_property(GLOBAL APPEND PROPERTY FWSIGN_FREESTANDING_SOURCES
                ${CMAKE_CURRENT_SOURCE_DIR}/${source})
        endforeach()
    else()
        target_link_libraries(fws_${name} PRIVATE fwsign_hosted)
    endif()
    foreach(item IN LISTS ARG_LINK)
        if(item MATCHES "::")
            target_link_libraries(fws_${name} PUBLIC ${item})
        else()
            target_link_libraries(fws_${name} PUBLIC fws_${item})
        endif()
    endforeach()
endfunction()

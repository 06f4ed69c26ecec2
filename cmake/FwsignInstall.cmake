# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where.
#
#   bin/fwsign
#   lib/libfws_*.a, lib/cmake/fwsign/, lib/pkgconfig/     the verifier, for programs of others
#   include/fwsign/                                       its headers, in their folders
#   share/man/man1/, completions of bash, zsh and fish    printed by fwsign itself
include(CMakePackageConfigHelpers)

# fwsign_install(): called by the root behind the last folder.
function(fwsign_install)
    if(NOT TARGET fwsign)
        return()
    endif()
    install(TARGETS fwsign RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
    fwsign_install_verifier()
    # A program for another machine cannot print its manual here.
    if(NOT CMAKE_CROSSCOMPILING)
        fwsign_install_manual()
        fwsign_install_completions()
    endif()
endfunction()

function(fwsign_install_verifier)
    install(TARGETS fws_bytes fws_format fws_verifier fws_verifier_builtin fws_verifier_openssl
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    foreach(header bytes/algorithm.h bytes/bytes.h bytes/status.h format/format.h
            verifier/config.h verifier/crypto.h verifier/verifier.h verifier/work.h
            verifier/builtin/builtin.h verifier/port/openssl/openssl.h)
        cmake_path(GET header PARENT_PATH folder)
        install(FILES ${PROJECT_SOURCE_DIR}/${header}
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fwsign/${folder})
    endforeach()

    set(package ${CMAKE_INSTALL_LIBDIR}/cmake/fwsign)
    configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/fwsign-config.cmake.in
        fwsign-config.cmake INSTALL_DESTINATION ${package}
        PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
    write_basic_package_version_file(fwsign-config-version.cmake COMPATIBILITY SameMinorVersion)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/fwsign-config.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/fwsign-config-version.cmake DESTINATION ${package})

    # The prefix is found from the file's own place, so the tree may be moved.
    set(pkgconfig ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
        BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pkgconfig} OUTPUT_VARIABLE up_to_prefix)
    foreach(name fwsign-verifier fwsign-verifier-builtin fwsign-verifier-openssl)
        configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${name}.pc @ONLY)
        install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${pkgconfig})
    endforeach()
endfunction()

function(fwsign_install_manual)
    set(pages ${CMAKE_CURRENT_BINARY_DIR}/man1)
    # Written anew as a whole, so that the page of a command that is gone goes with it.
    add_custom_command(OUTPUT man1.stamp
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
        COMMAND fwsign manual --dir ${pages}
        COMMAND ${CMAKE_COMMAND} -E touch man1.stamp
        DEPENDS fwsign VERBATIM)
    add_custom_target(fwsign_manual ALL DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/man1.stamp)
    install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN *.1)
endfunction()

function(fwsign_install_completions)
    set(bash bash-completion/completions fwsign)
    set(zsh zsh/site-functions _fwsign)
    set(fish fish/vendor_completions.d fwsign.fish)
    foreach(shell bash zsh fish)
        list(GET ${shell} 0 folder)
        list(GET ${shell} 1 name)
        set(file ${CMAKE_CURRENT_BINARY_DIR}/completions/${shell}/${name})
        add_custom_command(OUTPUT ${file}
            COMMAND ${CMAKE_COMMAND} -E make_directory completions/${shell}
            COMMAND fwsign completion ${shell} > ${file}
            DEPENDS fwsign)
        list(APPEND files ${file})
        install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
    endforeach()
    add_custom_target(fwsign_completions ALL DEPENDS ${files})
endfunction()

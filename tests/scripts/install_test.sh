#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` leaves is whole, hardened, and of use to other programs.
#
#   install_test.sh PART PLAIN ROOT      PLAIN: the folder of the plain build and the staged tree
set -eu

plain=$2
root=$3
stage=$plain/stage
prefix=$stage/usr/local

fail() {
    echo "FAIL: $1"
    exit 1
}

part_build() {
    cmake -S "$root" -B "$plain/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DFWSIGN_TESTS=OFF \
        -DCMAKE_INSTALL_PREFIX=/usr/local -DCMAKE_INSTALL_LIBDIR=lib
    cmake --build "$plain/build"
    rm -rf "$stage"
    DESTDIR=$stage cmake --install "$plain/build"
}

# Each file of the tree, and nothing else; pages of the manual are judged by part_manual.
part_tree() {
    (cd "$prefix" && find . -type f ! -path './share/man/*' | sed 's|^\./||' | LC_ALL=C sort) >"$plain/tree"
    grep -v '^#' "$root/tests/scripts/installed_files.txt" | diff - "$plain/tree" || fail 'the tree differs'
    strange=$(find "$prefix" -type f ! -perm 0644 ! -path "$prefix/bin/fwsign")
    [ -z "$strange" ] || fail "not of mode 0644: $strange"
    [ -x "$prefix/bin/fwsign" ] || fail 'fwsign is not executable'
}

part_program() {
    version=$(sed -n 's/^project(fwsign VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
    case $("$prefix/bin/fwsign" --version) in
    *"$version"*) ;;
    *) fail "fwsign --version does not say $version" ;;
    esac
}

# One page for fwsign, one for each command that its help knows.
part_manual() {
    pages=$prefix/share/man/man1
    for page in "$pages"/*; do
        case $(head -n 1 "$page") in
        '.TH '*) ;;
        *) fail "$page is no page of a manual" ;;
        esac
    done
    [ -s "$pages/fwsign.1" ] || fail 'no page for fwsign'
    commands=$(sed -n 's/^\.B fwsign \([a-z].*\)$/\1/p' "$pages/fwsign.1" | tr ' ' '-')
    [ -n "$commands" ] || fail 'fwsign.1 names no command'
    for command in $commands; do
        [ -s "$pages/fwsign-$command.1" ] || fail "no page for '$command'"
    done
    [ "$(find "$pages" -type f | wc -l)" -eq $(($(echo "$commands" | wc -w) + 1)) ] || fail 'a page of no command'
}

part_completions() {
    bash -n "$prefix/share/bash-completion/completions/fwsign"
    grep -q '^#compdef fwsign' "$prefix/share/zsh/site-functions/_fwsign" || fail 'zsh: no #compdef line'
    grep -q '^complete .*fwsign' "$prefix/share/fish/vendor_completions.d/fwsign.fish" || fail 'fish: no complete'
    for file in bash-completion/completions/fwsign zsh/site-functions/_fwsign fish/vendor_completions.d/fwsign.fish; do
        grep -q inspect "$prefix/share/$file" || fail "$file does not know 'inspect'"
    done
}

part_hardening() {
    "$root/scripts/hardening-check" "$prefix/bin/fwsign"
}

part_cmake_package() {
    cmake -S "$root/tests/scripts/consumer" -B "$plain/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    cmake --build "$plain/consumer"
    "$plain/consumer/consumer"
}

part_pkg_config() {
    export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
    # shellcheck disable=SC2046 # one word a flag
    gcc "$root/tests/scripts/consumer/consumer.c" -o "$plain/consumer-pc" \
        $(pkg-config --cflags --libs fwsign-verifier-openssl fwsign-verifier-builtin)
    "$plain/consumer-pc"
}

case $1 in
build) part_build ;;
tree) part_tree ;;
program) part_program ;;
manual) part_manual ;;
completions) part_completions ;;
hardening) part_hardening ;;
cmake-package) part_cmake_package ;;
pkg-config) part_pkg_config ;;
*) fail "no part '$1'" ;;
esac

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/layers refuses each kind of trespass, and says where: a copy of the sources is accepted,
# then one forbidden line is planted at a time.
#
#   layers_test.sh ROOT
set -eu

root=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT INT TERM
failures=0

"$root/scripts/files" '*.c' '*.h' | while IFS= read -r file; do
    mkdir -p "$copy/$(dirname "$file")"
    cp "$root/$file" "$copy/$file"
done

"$root/scripts/layers" "$copy" || {
    echo "FAIL: the sources themselves are refused"
    exit 1
}

# refused NAME FILE LINE REASON: FILE with LINE as its second line is refused there, for REASON.
refused() {
    mkdir -p "$copy/$(dirname "$2")"
    if [ -e "$copy/$2" ]; then
        cp "$copy/$2" "$copy/kept"
    else
        rm -f "$copy/kept"
        echo '/* empty */' >"$copy/$2"
    fi
    { head -n 1 "$copy/$2" && printf '%s\n' "$3" && tail -n +2 "$copy/$2"; } >"$copy/planted"
    mv "$copy/planted" "$copy/$2"
    status=0
    output=$("$root/scripts/layers" "$copy") || status=$?
    case $status:$output in
    1:"$2:2: "*"$4"*) echo "ok: $1" ;;
    *)
        echo "FAIL: $1: exit $status, '$output'"
        failures=$((failures + 1))
        ;;
    esac
    if [ -e "$copy/kept" ]; then mv "$copy/kept" "$copy/$2"; else rm "$copy/$2"; fi
}

# accepted NAME FILE LINE: the same, but nothing is said.
accepted() {
    mkdir -p "$copy/$(dirname "$2")"
    printf '/* new */\n%s\n' "$3" >"$copy/$2"
    if "$root/scripts/layers" "$copy"; then
        echo "ok: $1"
    else
        echo "FAIL: $1"
        failures=$((failures + 1))
    fi
    rm "$copy/$2"
}

refused bytes_includes_nothing bytes/reader.c '#include "base/buf.h"' 'bytes/ may not include base/'
refused format_does_not_see_base format/new.c '#include "base/buf.h"' 'format/ may not include base/'
refused verifier_does_not_see_keys verifier/new.c '#include "keys/keys.h"' 'verifier/ may not include keys/'
refused keys_does_not_see_audit keys/new.c '#include "audit/audit.h"' 'keys/ may not include audit/'
refused audit_does_not_see_policy audit/new.c '#include "policy/policy.h"' 'audit/ may not include policy/'
refused policy_does_not_see_keys policy/new.c '#include "keys/keys.h"' 'policy/ may not include keys/'
refused base_does_not_see_format base/buf.c '#include "format/format.h"' 'base/ may not include format/'
refused signer_does_not_see_cli signer/new.c '#include "cli/exit.h"' 'signer/ may not include cli/'
refused ports_do_not_see_each_other verifier/port/psa/new.c '#include "verifier/port/openssl/openssl.h"' \
    'may not include verifier/port/openssl/'
refused private_header_stays_private signer/new.c '#include "keys/session.h"' 'private to keys/'
refused private_header_of_a_port signer/new.c '#include "verifier/port/openssl/evp.h"' 'private to'
refused freestanding_code_has_no_stdio format/new.c '#include <stdio.h>' 'in freestanding code'
refused freestanding_code_has_no_stdlib delta/apply.c '#include <stdlib.h>' 'in freestanding code'
refused pkcs11_header_outside_keys signer/new.c '#include <p11-kit/pkcs11.h>' 'keys/ only'
refused libp11_header_outside_keys cli/new.c '#include <libp11.h>' 'keys/ only'
refused pkcs11_type_outside_keys base/new.c 'CK_RV convert(int status);' 'no such type leaves keys/'
refused pkcs11_value_outside_keys cli/new.c 'int a = CKR_OK;' 'no such type leaves keys/'
refused include_not_from_the_root base/new.c '#include "buf.h"' 'from the root'
refused include_that_climbs base/new.c '#include "base/../keys/keys.h"' 'from the root'
refused include_by_macro base/new.c '#include HEADER' 'must name its file'
refused indented_include bytes/reader.c '  #  include "base/buf.h"' 'bytes/ may not include base/'
refused example_reaches_into_the_house examples/firmware/main.c '#include "base/buf.h"' 'beside it'
refused example_takes_a_private_header examples/bootloader/new.c '#include "verifier/check.h"' 'beside it'
refused bootloader_has_no_stdio examples/bootloader/new.c '#include <stdio.h>' 'in freestanding code'

mkdir "$copy/attic"
echo '#include "base/buf.h"' >"$copy/attic/old.c"
case $("$root/scripts/layers" "$copy") in
"attic/old.c:1: no folder of the house"*) echo "ok: unknown_folder" ;;
*)
    echo "FAIL: unknown_folder"
    failures=$((failures + 1))
    ;;
esac
rm -r "$copy/attic"

accepted toolbox_headers_are_all_public keys/new.c '#include "base/secret.h"'
accepted a_folder_sees_its_own_headers keys/new.c '#include "keys/session.h"'
accepted a_port_may_use_its_library verifier/port/psa/new.c '#include <psa/crypto.h>'
accepted signer_sees_a_port signer/new.c '#include "verifier/port/openssl/openssl.h"'
accepted pkcs11_in_keys keys/new.c 'CK_RV result;'
accepted tests_see_private_headers tests/unit/keys/new.c '#include "keys/session.h"'
accepted pkcs11_name_in_a_comment cli/new.c '/* C_Login gave CKR_PIN_LOCKED */'
accepted pkcs11_name_in_a_text cli/new.c 'static const char *text = "CKR_PIN_LOCKED";'
accepted example_uses_the_amalgamation examples/bootloader/new.c '#include "fwsign_verifier.h"'
accepted example_uses_what_is_installed examples/mcuboot/new.c '#include "verifier/verifier.h"'
accepted hosted_part_of_delta delta/diff.c '#include <stdlib.h>'

if [ "$failures" -ne 0 ]; then
    echo "$failures failed"
    exit 1
fi

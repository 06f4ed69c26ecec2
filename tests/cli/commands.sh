#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What each command does for somebody who has just run 'fwsign init --dev'.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${DOCS:?names the folder docs/}"

rule "in an empty folder, init --dev and one sign command are enough"
mkdir "$WORK/first" && cd "$WORK/first" || exit 1
expect_success "$FWSIGN" init --dev
# shellcheck disable=SC2046 # one word a file
expect_files . VERSION audit audit/checkpoint audit/lock audit/seg "$(find audit/seg -type f)" fwsign.yaml policy \
    policy/sample.yaml token $(find token -mindepth 1)
expect_equal 600 "$(stat -c %a token/pin)" "the mode of the PIN file"
expect_equal 0.1.0 "$(cat VERSION)" "VERSION"
head -c 700 /dev/urandom >app.bin
expect_exit 0 "$FWSIGN" sign --key prod-2025 app.bin
expect_file app.signed.bin
expect_exit 0 "$FWSIGN" verify --key prod-2025 app.signed.bin
expect_out "valid, version 0.1.0, signed by prod-2025"

rule "every line of the sample policy has a comment"
expect_equal "" "$(grep -v '[^ ] *# ..*\|^#\|^$' policy/sample.yaml)" "lines without"

rule "init changes nothing that exists"
before=$(find . -type f -exec sha256sum {} + | sort)
expect_exit 13 "$FWSIGN" init --dev
expect_equal "$before" "$(find . -type f -exec sha256sum {} + | sort)" "the folder"

rule "init that fails leaves nothing behind"
mkdir "$WORK/failing" && cd "$WORK/failing" || exit 1
expect_exit 3 "$FWSIGN" init --dev --module /etc/hostname
expect_equal "" "$(ls -A)" "the folder"

dev_init
cp fw/app.bin app.bin

rule "an output folder that is missing is a malfunction, not a bad input"
expect_exit 1 "$FWSIGN" sign --key prod-2025 -o missing/app.bin app.bin
expect_err "'missing/app.bin': folder: No such file or directory"

rule "a file that cannot be read is not judged"
expect_exit 4 "$FWSIGN" verify --key prod-2025 missing.bin
expect_equal "" "$(cat "$OUT")" "standard output"

rule "a second signature does not replace the first unless told to"
expect_success "$FWSIGN" sign --key prod-2025 app.bin
first=$(sha256sum app.signed.bin)
expect_exit 13 "$FWSIGN" sign --key prod-2025 app.bin
expect_equal "$first" "$(sha256sum app.signed.bin)" "the first image"
expect_exit 0 "$FWSIGN" sign --key prod-2025 --force app.bin
expect_exit 0 "$FWSIGN" verify --key prod-2025 app.signed.bin

rule "sign --json names file, output, digest and log entries"
expect_exit 0 "$FWSIGN" sign --json --key prod-2025 -o j.bin app.bin
expect_json '.schema == 1 and .ok and .images[0].signed and .images[0].output == "j.bin"
    and .images[0].outcome == .images[0].intent + 1 and .images[0].version == "0.1.0"'
expect_equal "sha256:$(sha256sum <j.bin | cut -d' ' -f1)" "$(jq -r '.images[0].sha256' "$OUT")"

rule "of several inputs each is signed or refused, the exit code is the first failure's"
cp app.bin one.bin && cp app.bin two.bin
expect_exit 4 "$FWSIGN" sign --json --key prod-2025 one.bin missing.bin two.bin
expect_json '[.images[].signed] == [true, false, true] and (.ok | not)
    and .error.code == "file-not-found" and .error.exit == 4'
expect_file one.signed.bin
expect_file two.signed.bin

rule "a dry run touches neither token nor log, and says what is signed already"
entries=$(wc -l <"$(find audit/seg -type f)")
mv token token.away
expect_exit 0 "$FWSIGN" sign --dry-run --key prod-2025 app.bin
expect_out "would get the signature of log 2-3"
expect_exit 0 "$FWSIGN" sign --dry-run --fw-version 0.1.1 --key prod-2025 app.bin
mv token.away token
expect_out "would sign"
expect_out "0.1.0 -> 0.1.1"
expect_equal "$entries" "$(wc -l <"$(find audit/seg -type f)")" "entries"
expect_no_file app.signed.signed.bin

rule "--in-place replaces the input by its image"
cp app.bin here.bin
expect_exit 0 "$FWSIGN" sign --in-place --key prod-2025 here.bin
expect_exit 0 "$FWSIGN" verify --key prod-2025 here.bin

rule "a detached signature is one that openssl accepts"
expect_exit 0 "$FWSIGN" sign --key prod-2025 -o d.bin --detached d.sig app.bin
expect_success "$FWSIGN" key export prod-2025 -o key.pem
head -c $((512 + 3000)) d.bin >signed.bytes
expect_exit 0 openssl dgst -sha256 -verify key.pem -signature d.sig signed.bytes

rule "options put counter, dependency and vendor TLV into the image"
expect_exit 0 "$FWSIGN" sign --key prod-2025 --fw-version 1.2.3+4 --security-counter auto \
    --dependency "(1,2.3.4)" --tlv 0xa1=c0ffee -o full.bin app.bin
expect_exit 0 "$FWSIGN" inspect --json full.bin
expect_json '.image.header.version == "1.2.3+4"
    and ([.image.protected_tlvs[].name] == ["SEC_CNT", "DEPENDENCY", "vendor"])
    and .image.protected_tlvs[0].value == "03000201" and .image.protected_tlvs[2].value == "c0ffee"'
expect_exit 0 "$FWSIGN" verify --key prod-2025 --min-security-counter 0x01020003 full.bin
expect_exit 10 "$FWSIGN" verify --key prod-2025 --min-security-counter 0x01020004 full.bin
expect_out "rollback"

rule "the policy refuses an old version, names its rule, and the log says so"
expect_exit 5 "$FWSIGN" sign --json --key prod-2025 --fw-version 0.0.9 -o old.bin app.bin
expect_json '.images[0].reason == "policy-denied" and (.error.message | contains("version.minimum"))'
expect_no_file old.bin
expect_log 'last | .type == "sign.denied" and .data.rules[0].rule == "version.minimum"'

rule "an input that is an image already is refused"
expect_exit 5 "$FWSIGN" sign --key prod-2025 -o again.bin app.signed.bin
expect_err "resign"

rule "the log's key signs no firmware"
sed -i 's/keys: \[prod-2025\]/keys: [prod-2025, log]/' policy/sample.yaml
cp fwsign.yaml fwsign.yaml.before
sed -i 's|^keys:|keys:\n  log: {uri: "pkcs11:token=fwsign-dev;object=fwsign-log"}|' fwsign.yaml
expect_exit 8 "$FWSIGN" sign --key log -o log.bin app.bin
expect_err "never signs firmware"
expect_no_file log.bin
mv fwsign.yaml.before fwsign.yaml
sed -i 's/, log\]/]/' policy/sample.yaml

rule "a key that is not the pinned one is refused"
sed -i 's/spki-sha256: "sha256:..../spki-sha256: "sha256:0000/' fwsign.yaml
expect_exit 8 "$FWSIGN" sign --key prod-2025 -o pin.bin app.bin
expect_err "pins sha256:0000"
expect_no_file pin.bin
spki=$("$FWSIGN" key show --json prod-2025 | jq -r .key.spki)
sed -i "s/spki-sha256: \"[^\"]*\"/spki-sha256: \"$spki\"/" fwsign.yaml

rule "a slip in a name finds the name"
expect_exit 8 "$FWSIGN" sign --key prod-2052 app.bin
expect_err "did you mean 'prod-2025'?"
expect_exit 2 "$FWSIGN" sgin app.bin
expect_err "did you mean 'sign'?"
expect_exit 2 "$FWSIGN" sign --kye prod-2025 app.bin
expect_err "did you mean '--key'?"

rule "a software key needs the policy's word, and is called what it is"
openssl genpkey -algorithm ed25519 -out soft.pem 2>/dev/null
sed -i 's/keys: \[prod-2025\]/keys: [prod-2025, soft.pem]/' policy/sample.yaml
expect_exit 8 "$FWSIGN" sign --key soft.pem -o soft.bin app.bin
expect_err "allow: software"
expect_log 'last | .type == "sign.denied" and .data.key == "soft.pem" and
    .data.rules[0].rule == "keys.soft.pem.allow" and (.data.rules[0].seen | contains("a file, not in an HSM"))'
sed -i 's/keys: \[prod-2025, soft.pem\]/keys: {prod-2025: {}, soft.pem: {allow: software}}/' policy/sample.yaml
expect_exit 0 "$FWSIGN" sign --key soft.pem -o soft.bin app.bin
expect_err "development only"
expect_log 'map(select(.type == "sign.intent")) | last | .data.key.relaxed == ["software"]'
expect_exit 0 "$FWSIGN" verify --key soft.pem soft.bin

rule "without a key only integrity is checked, and said so"
expect_exit 0 "$FWSIGN" verify app.signed.bin
expect_out "NOT AUTHENTICATED"
expect_exit 0 "$FWSIGN" verify --json app.signed.bin
expect_json '.images[0].valid and (.images[0].authenticated | not)'

rule "bytes behind the image are refused in a file, ignored in a slot"
cp app.signed.bin long.bin && printf 'x' >>long.bin
expect_exit 10 "$FWSIGN" verify --key prod-2025 long.bin
expect_out "unsigned-bytes-follow"
expect_exit 0 "$FWSIGN" verify --key prod-2025 --slot-size 0x10000 long.bin

rule "verify judges several images, the exit code is the first failure's"
expect_exit 10 "$FWSIGN" verify --json --key prod-2025 app.signed.bin app.bin one.signed.bin
expect_json '[.images[].valid] == [true, false, true] and .images[1].reason == "bad-magic"'

rule "inspect shows damage without judging the rest"
head -c 600 app.signed.bin >cut.bin
expect_exit 10 "$FWSIGN" inspect cut.bin
expect_out "version     0.1.0"

rule "key list prints URIs that select one key each"
expect_exit 0 "$FWSIGN" key list --json
expect_json '[.keys[].label] | sort == ["fwsign-log", "prod-2025"]'
uri=$(jq -r '.keys[] | select(.label == "prod-2025") | .uri' "$OUT")
expect_exit 0 "$FWSIGN" key show --json "$uri"
expect_json '.key.label == "prod-2025" and .key.fit and .key.attributes.local
    and (.key.attributes.extractable | not)'

rule "key export writes what openssl and a compiler read"
expect_exit 0 openssl pkey -pubin -in key.pem -noout
expect_success "$FWSIGN" key export prod-2025 --format der -o key.der
expect_equal "$(openssl pkey -pubin -in key.pem -outform DER | sha256sum)" "$(sha256sum <key.der)"
expect_success "$FWSIGN" key export prod-2025 --format imgtool-c
cp "$OUT" key.c && printf 'int main(void) { return ecdsa_pub_key_len == 91 ? 0 : 1; }\n' >>key.c
expect_success cc -Wall -Werror -o keytest key.c
expect_exit 0 ./keytest
expect_success "$FWSIGN" key export prod-2025 --format keyhash
expect_out "sha256:$(sha256sum <key.der | cut -d' ' -f1)"
expect_exit 13 "$FWSIGN" key export prod-2025 -o key.pem

rule "policy lint says where a fault is"
expect_exit 0 "$FWSIGN" policy lint
printf 'product: pump\nkeys: [a]\nformat: {slot_size: 1}\nversion: {from: [option]}\n' >bad.yaml
expect_exit 3 "$FWSIGN" policy lint --json bad.yaml
expect_json '.error.message | startswith("bad.yaml:3:10: unknown key") and contains("slot-size")'

rule "doctor finds nothing wrong, then a readable PIN file"
expect_exit 0 "$FWSIGN" doctor --json
expect_json '.ok and ([.checks[].ok] | all)'
chmod 644 token/pin
expect_exit 10 "$FWSIGN" doctor --json
expect_json '.error.exit == 10 and ([.checks[] | select(.ok | not) | .check] | contains(["pin file"]))'
chmod 600 token/pin

rule "doctor says what is wrong with a key, not only that it is there"
cp fwsign.yaml fwsign.yaml.before
sed -i 's/spki-sha256: "sha256:/spki-sha256: "sha256:zz/' fwsign.yaml
expect_exit 10 "$FWSIGN" doctor --json
expect_json '[.checks[] | select(.check == "key" and (.ok | not))][0].detail
    | contains("spki-sha256 takes sha256:<64 hex digits>")'
cp fwsign.yaml.before fwsign.yaml
sed -i 's|^keys:|keys:\n  idle: {uri: "pkcs11:token=fwsign-dev;object=prod-2025"}|' fwsign.yaml
expect_exit 0 "$FWSIGN" doctor --json
expect_json '[.checks[] | select(.check == "key") | .detail]
    | any(contains("idle: fit, but no policy lists it"))'
mv fwsign.yaml.before fwsign.yaml

rule "a log that was changed is exit 15, one that is missing exit 16"
segment=$(find audit/seg -type f)
cp "$segment" segment.copy
sed -i '3s/sign/sing/' "$segment"
expect_exit 15 "$FWSIGN" audit verify --json
expect_json '.verdict == "tampered" and .error.code == "log-tampered"'
cp segment.copy "$segment"
mv audit audit.away
expect_exit 16 "$FWSIGN" audit verify
expect_exit 11 "$FWSIGN" sign --key prod-2025 -o nolog.bin app.bin
expect_no_file nolog.bin
mv audit.away audit

rule "the log is filtered by type, product and key"
expect_exit 0 "$FWSIGN" audit log --json --type sign.denied
expect_equal sign.denied "$(jq -r .type "$OUT" | sort -u)" "types"
expect_exit 0 "$FWSIGN" audit log --json --product nobody
expect_equal "" "$(cat "$OUT")" "entries of nobody"
expect_exit 0 "$FWSIGN" audit log --key soft.pem
expect_out "soft.pem"

rule "bad usage is one JSON object too"
expect_exit 2 "$FWSIGN" sign --json app.bin
expect_json '.ok == false and .error.code == "usage" and .error.exit == 2
    and .error.retryable == false and .command == "sign"'
expect_exit 2 "$FWSIGN" --json nonsense
expect_json '.error.exit == 2'

rule "no configuration is exit 3 and says how to get one"
expect_exit 3 env -C / "$FWSIGN" sign --key prod-2025 "$PWD/app.bin"
expect_err "fwsign init --dev"

rule "config show names the source of each value"
expect_exit 0 "$FWSIGN" config show --origin
expect_out "$PWD/fwsign.yaml"

rule "completion is a script its shell accepts, and knows the commands"
expect_success "$FWSIGN" completion bash
cp "$OUT" completion.bash
expect_exit 0 bash -n completion.bash
# shellcheck disable=SC2016 # for the other shell
expect_exit 0 bash -c '. ./completion.bash; COMP_WORDS=(fwsign key ex); COMP_CWORD=2; _fwsign
    echo "${COMPREPLY[*]}"'
expect_out "export"
expect_exit 0 "$FWSIGN" completion zsh
expect_exit 0 "$FWSIGN" completion fish
expect_exit 2 "$FWSIGN" completion tcsh

rule "help, version and manual come from the tables"
expect_exit 0 "$FWSIGN" --help
expect_out "audit verify"
expect_exit 0 "$FWSIGN" sign --help
expect_out "--security-counter N|auto"
expect_exit 0 "$FWSIGN" version --json
expect_json '[.exit_codes[].code] == [range(17)]'

rule "the policy's reference page is the one the table prints"
expect_exit 0 "$FWSIGN" policy reference
expect_equal "$(sha256sum <"$DOCS/policy.md")" "$(sha256sum <"$OUT")" "docs/policy.md"

rule "standard input is an input"
expect_exit 0 sh -c "\"$FWSIGN\" sign --key prod-2025 -o piped.bin - <app.bin"
expect_exit 0 "$FWSIGN" verify --key prod-2025 piped.bin

rule "an RSA-4096 key is listed, and refused for images"
sed "s|token/objects|$PWD/token/objects|" token/softhsm2.conf >absolute.conf
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out big.pem 2>/dev/null
expect_success env SOFTHSM2_CONF="$PWD/absolute.conf" softhsm2-util --import big.pem \
    --token fwsign-dev --label big --id aa01 --pin "$(cat token/pin)"
sed -i 's|^keys:|keys:\n  big: {uri: "pkcs11:token=fwsign-dev;object=big"}|' fwsign.yaml
sed -i 's/keys: {/keys: {big: {allow: [imported, multi-purpose]}, /' policy/sample.yaml
expect_exit 8 "$FWSIGN" sign --key big -o big.bin app.bin
expect_err "MCUboot has no signature TLV for rsa-4096 keys"
expect_no_file big.bin
expect_exit 0 "$FWSIGN" key list --json
expect_json '[.keys[] | select(.label == "big") | .type] == ["rsa-4096"]'

rule "after all of it the log is one whole chain"
expect_log_whole
finish

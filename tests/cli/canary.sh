#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A distinctive PIN goes in by every door, through every command and failure, and comes out nowhere.
# shellcheck disable=SC2317 # the doors are functions called by name
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# Split, so that this file and what prints its lines do not hold it.
PIN="canary-7f3a""91d2e6"
WRONG_PIN="canary-wrong-""5be1"
SECRETS=$WORK/secrets # PIN files: the one place that may hold it
SEEN=$WORK/seen       # what each command has written

mkdir -m 0700 "$SECRETS" "$SEEN"
printf '%s' "$PIN" >"$SECRETS/pin"
printf '%s\n' "$PIN" >"$SECRETS/fwsign-pin"
printf '%s' "$PIN" >"$SECRETS/open"
printf '%s' "$WRONG_PIN" >"$SECRETS/wrong"
chmod 0600 "$SECRETS/pin" "$SECRETS/fwsign-pin" "$SECRETS/wrong"
chmod 0644 "$SECRETS/open"

dev_init
SOFTHSM2_CONF=token/softhsm2.conf pkcs11-tool --module "$SOFTHSM" --token-label fwsign-dev --login \
    --pin "$(cat token/pin)" --change-pin --new-pin "$PIN" >"$OUT" 2>"$ERR" || exit 1
sed -i '/pin-file:/d' fwsign.yaml
rm token/pin
mock_use
"$FWSIGN" sign --pin-file "$SECRETS/pin" --key prod-2025 fw/app.bin -o signed.bin 2>"$ERR" \
    >"$OUT" || exit 1
cp signed.bin flipped.bin
printf '\377' | dd of=flipped.bin bs=1 seek=600 conv=notrunc 2>/dev/null
printf 'product: x\nkeys: 7\n' >"$WORK/bad-policy.yaml"

# Keep what the last command wrote.
keep() {
    cat "$OUT" "$ERR" >>"$SEEN/all"
}

# The files that hold TEXT, among what was written to the streams and everything but the secrets.
places_of() {
    grep -rlF -e "$1" "$SEEN" "$WORK/dev" "$WORK/home" 2>/dev/null
}

expect_seen_nowhere() {
    found=$(places_of "$1")
    if [ -n "$found" ]; then
        : >"$OUT"
        : >"$ERR"
        fail "the PIN is in: $found"
    else
        pass
    fi
}

rule "the search finds a PIN where there is one"
for place in "$SEEN/control" "$WORK/dev/audit/control" "$WORK/dev/fw/.control"; do
    printf 'x%sx' "$PIN" >"$place"
    expect_equal "$place" "$(places_of "$PIN")" "place found"
    rm "$place"
done

# ---- Doors ----

# The command that follows, with the PIN given by one door.
by_option() { run "$FWSIGN" --pin-file "$SECRETS/pin" "$@"; }
by_file_variable() { run env FWSIGN_PIN_FILE="$SECRETS/pin" "$FWSIGN" "$@"; }
by_credential() { run env CREDENTIALS_DIRECTORY="$SECRETS" "$FWSIGN" "$@"; }
by_variable() { run env FWSIGN_PIN="$PIN" "$FWSIGN" "$@"; }
by_descriptor() {
    exec 7<"$SECRETS/pin"
    run "$FWSIGN" --pin-fd 7 "$@"
    exec 7<&-
}
by_open_file() { run "$FWSIGN" --pin-file "$SECRETS/open" "$@"; }
by_wrong_pin() { run env FWSIGN_PIN="$WRONG_PIN" "$FWSIGN" "$@"; }

rule "the PIN opens the token by each door"
for door in by_option by_file_variable by_credential by_variable by_descriptor; do
    "$door" sign --key prod-2025 --force fw/app.bin
    keep
    expect_equal 0 "$CODE" "exit code of sign $door"
done

rule "a PIN file that others may read is refused, a wrong PIN too, both with exit 7"
by_open_file sign --key prod-2025 --force fw/app.bin
keep
expect_code 7
by_wrong_pin sign --key prod-2025 --force fw/app.bin
keep
expect_code 7

# ---- Every command, by every door ----

each_command() {
    while IFS= read -r line; do
        # shellcheck disable=SC2086 # the words of a line are the arguments
        "$1" $line
        keep
        COMMANDS=$((COMMANDS + 1))
    done <<'END'
sign --key prod-2025 --force fw/app.bin
sign --key prod-2025 --force --json -v fw/app.bin
sign --key prod-2025 --dry-run fw/app.bin
sign --key prod-2025 fw/app.bin
sign --key prod-2025 missing.bin
sign --key nobody fw/app.bin
sign --key prod-2025 --fw-version 0.0.1 --force fw/app.bin
sign --key prod-2025 --product nobody fw/app.bin
sign --key pkcs11:token=nobody;object=x;type=private fw/app.bin
sign --key prod-2025 --no-such-option fw/app.bin
verify --key prod-2025 signed.bin
verify --key prod-2025 --json flipped.bin
verify signed.bin
inspect signed.bin
inspect --json signed.bin
inspect fw/app.bin
key list
key list --json
key show prod-2025
key show --json nobody
key export prod-2025
key export prod-2025 --format c --form hash
policy lint
policy lint ../bad-policy.yaml
audit verify
audit verify --json
audit log
audit log --json
config show
config show --origin --json
doctor
doctor --json -v
completion bash
version --json
no-such-command
--help
sign --help
END
}

rule "no command, in success or failure, says the PIN"
COMMANDS=0
for door in by_option by_variable by_descriptor by_open_file by_wrong_pin; do
    each_command "$door"
done
expect_equal 185 "$COMMANDS" "number of commands"
expect_seen_nowhere "$PIN"
expect_seen_nowhere "$WRONG_PIN"

rule "a PIN in a URI is refused and not repeated"
for attribute in "pin-value=$PIN" "pin-source=|echo%20$PIN" "x-pin=$PIN"; do
    by_option sign --key "pkcs11:token=fwsign-dev;object=prod-2025?$attribute" fw/app.bin
    keep
    expect_equal 2 "$CODE" "exit code with ${attribute%%=*}"
done
expect_seen_nowhere "$PIN"

rule "a PIN in the configuration is refused and not repeated"
cp fwsign.yaml "$SECRETS/kept.yaml"
for line in "  pin: $PIN" "  environment: [FWSIGN_PIN=$PIN]" "  pin-value: $PIN"; do
    { grep -v environment: "$SECRETS/kept.yaml"; } | sed "s|^hsm:|&\n$line|" >fwsign.yaml
    by_option key list
    keep
    expect_equal 3 "$CODE" "exit code with '${line%%[:[]*}'"
done
cp "$SECRETS/kept.yaml" fwsign.yaml
expect_seen_nowhere "$PIN"

rule "a module that fails at any call says nothing either"
for fault in "C_Initialize general-error" "C_GetTokenInfo device-error" "C_OpenSession token-gone" \
    "C_Login pin-wrong" "C_Login pin-locked" "C_Login pin-expired" "C_Login odd-code" \
    "C_Login crash" "C_FindObjects device-removed" "C_SignInit key-gone" "C_Sign crash" \
    "C_Sign wrong-signature" "C_Sign device-removed"; do
    mock_rules "$fault"
    for door in by_option by_variable; do
        "$door" sign --key prod-2025 --force --json -v fw/app.bin
        keep
        [ "$CODE" -ne 0 ] || fail "signed in spite of: $fault"
    done
done
expect_seen_nowhere "$PIN"
mock_rules "# none"

# ---- Children ----

rule "git, which tells the version, does not inherit it"
mkdir bin
# shellcheck disable=SC2016 # expanded when it runs
printf '#!/bin/sh\nenv >>"%s/git.env"\necho v9.9.9\n' "$PWD" >bin/git
chmod +x bin/git
sed 's|from:.*|from: [git]|' policy/sample.yaml >"$SECRETS/git.yaml"
cp policy/sample.yaml "$SECRETS/kept-policy.yaml"
cp "$SECRETS/git.yaml" policy/sample.yaml
PATH="$PWD/bin:$PATH" by_variable sign --key prod-2025 --force fw/app.bin
keep
cp "$SECRETS/kept-policy.yaml" policy/sample.yaml
expect_file git.env
expect_equal "" "$(grep -F "$PIN" git.env)" "git's environment"
expect_seen_nowhere "$PIN"

# expect_clean PID: neither environment nor arguments of a running process hold the PIN.
expect_clean() {
    for part in environ cmdline; do
        if ! { tr '\0' '\n' <"/proc/$1/$part" >"$WORK/.lib/part"; } 2>/dev/null; then
            skip "only root may look into a process that forbids it"
            return 1
        fi
        if grep -qF -e "$PIN" "$WORK/.lib/part"; then
            fail "/proc/$1/$part holds the PIN"
        else
            pass
        fi
    done
}

rule "environment and arguments of fwsign and its worker are clean while it signs"
mock_rules "C_Sign hang"
FWSIGN_PIN="$PIN" "$FWSIGN" sign --key prod-2025 --force fw/app.bin >"$OUT" 2>"$ERR" &
signer=$!
kill_at_exit "$signer"
if mock_wait C_Sign hang; then
    workers=$(worker_of "$signer")
    expect_equal 1 "$(echo "$workers" | grep -c .)" "number of workers"
    for process in $signer $workers; do
        expect_clean "$process" || break
    done
fi
kill -TERM "$signer"
wait "$signer" 2>/dev/null
keep
expect_seen_nowhere "$PIN"

finish

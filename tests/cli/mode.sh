#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Advisory and enforced: who could change what decides, and what a caller with the service's rights
# may do with them. fwsign_enforced is fwsign with its system configuration in /srv/fwsign, where this
# test has a file system of its own that nobody else sees: below /tmp everybody could change it.
#
# The service is the user daemon, the caller the number 4711, and what sudo does setpriv does here.
if [ -z "${FWSIGN_MODE_PRIVATE-}" ] && [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
    FWSIGN_MODE_PRIVATE=1 exec unshare -m sh "$0"
fi
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

: "${FWSIGN_ENFORCED:?names the program with another system configuration}"

# ---- Advisory ----

dev_init

rule "a folder of one's own is advisory, and doctor, sign and the log say so"
expect_success "$FWSIGN" sign --key prod-2025 fw/app.bin
expect_out ", advisory"
expect_exit 0 "$FWSIGN" doctor
expect_out "advisory: whoever signs could change policy and log"
expect_log '[.[] | select(.type == "sign.intent") | .data.mode] == ["advisory"]'
expect_success "$FWSIGN" config show --json
expect_json '.values[] | select(.name == "mode") | .value == "advisory"'

rule "a configuration of one's own cannot say that it is enforced"
cp fwsign.yaml advisory.yaml
echo "mode: enforced" >>fwsign.yaml
expect_exit 3 "$FWSIGN" sign --key prod-2025 -f fw/app.bin
expect_err "'mode: enforced' has a meaning in /etc/fwsign/fwsign.yaml alone"
mv advisory.yaml fwsign.yaml

if [ -z "${FWSIGN_MODE_PRIVATE-}" ]; then
    rule "enforced mode"
    skip "needs root, and a file system of its own in /srv"
    finish
fi

# ---- Enforced: a service with a token, a policy and a log ----

SERVICE=daemon
SERVICE_UID=$(id -u $SERVICE)
CI=4711
PLACE=/srv/fwsign
FW=/srv/bin/fwsign

mount -t tmpfs -o mode=755 tmpfs /srv || exit 1
mkdir /srv/bin /srv/state
cp "$FWSIGN_ENFORCED" $FW
"$FWSIGN" init --dev $PLACE >"$OUT" 2>"$ERR" || exit 1
cd $PLACE || exit 1
{
    echo "mode: enforced"
    echo "service: $SERVICE"
    echo "high-water: /srv/state/checkpoint"
} >>fwsign.yaml
sed -i 's/^product:.*/&\nserial: 5\ncallers: ["uid:4711", root]/; s/^allow-fresh.*//' policy/sample.yaml
chown -R $SERVICE audit token /srv/state
cp -a fwsign.yaml policy "$WORK/"

# The caller's folder: the caller's own, and the service may write into it.
mkdir -p /srv/ci/out
head -c 3000 /dev/urandom >/srv/ci/app.bin
chown -R $CI:$SERVICE /srv/ci
chmod 2775 /srv/ci /srv/ci/out
mkdir /srv/ci/other
cp /srv/ci/app.bin /srv/ci/other/
chown -R 4712:$SERVICE /srv/ci/other
chmod 2775 /srv/ci/other
cd /srv/ci || exit 1

# as UID COMMAND...: with the rights of that user alone.
as() {
    as_uid=$1
    shift
    setpriv --reuid "$as_uid" --regid "$as_uid" --clear-groups "$@"
}

# service COMMAND...: what sudo makes of it when the caller may start it as the service.
service() {
    as "$SERVICE_UID" env SUDO_UID=$CI SUDO_USER=ci "$@"
}

# sign [OPTION...]: as the caller, through the service, from a folder without its image.
sign() {
    rm -f app.signed.bin app.signed.bin.tlog-proof
    run service $FW sign --key prod-2025 "$@" app.bin
}

# expect_refused CODE TEXT: nothing was signed, and nothing asked of the log.
expect_refused() {
    expect_code "$1"
    expect_err "$2"
    expect_no_file app.signed.bin
    expect_equal "$BEFORE" "$(cat $PLACE/audit/seg/* | wc -l)" "entries"
}

entries() {
    BEFORE=$(cat $PLACE/audit/seg/* | wc -l)
}

last_entry() {
    grep "\"type\":\"$1\"" $PLACE/audit/seg/* -h | tail -n 1 >"$WORK/.lib/entry"
    jq -r "$2" "$WORK/.lib/entry"
}

rule "enforced mode signs when all is protected, and says so"
sign
expect_code 0
expect_out ", enforced"
expect_file app.signed.bin
expect_equal enforced "$(last_entry sign.intent .data.mode)" "mode of the intent"
run service $FW sign --key prod-2025 --fw-version 0.2.0 --json -f app.bin
expect_json '.images[0].mode == "enforced"'
run service $FW doctor
expect_code 0
expect_out "enforced: only root and the service can change policy and log"
run service $FW config show --json
expect_json '[.values[] | select(.name == "mode" or .name == "service") | .value] ==
    ["enforced", "daemon"]'

rule "who called sudo is on record"
expect_equal "uid:4711" "$(last_entry sign.intent .data.caller)" "caller"
run service $FW audit ack --json --note "looked at"
expect_code 0
expect_json '.by == "uid:4711"'

rule "a caller whom the policy does not name is refused"
run as "$SERVICE_UID" env SUDO_UID=4712 $FW sign --key prod-2025 other/app.bin
expect_code 7
expect_no_file other/app.signed.bin
expect_equal "uid:4712" "$(last_entry sign.denied .data.caller)" "caller"
run as "$SERVICE_UID" $FW sign --key prod-2025 -f app.bin
expect_code 7
expect_equal "$SERVICE" "$(last_entry sign.denied .data.caller)" "caller"

# caller_of: what the policy is told of who asks.
caller_of() {
    run "$@" policy explain --key prod-2025 --json app.bin
    jq -r '.images[0].rules[] | select(.rule == "callers") | .seen' "$OUT"
}

rule "root, without sudo, is root"
expect_equal root "$(caller_of $FW)" caller
expect_equal root "$(caller_of env SUDO_UID=0 $FW)" caller
expect_equal "uid:4711" "$(caller_of env SUDO_UID=4711 $FW)" caller

rule "a SUDO_UID that is no number is nobody's"
for uid in "" -1 4294967295 4711x 99999999999999999999 "4711 "; do
    expect_equal "$SERVICE" "$(caller_of as "$SERVICE_UID" env SUDO_UID="$uid" $FW)" "caller by '$uid'"
done

rule "a SUDO_UID that an ordinary user sets is not believed"
entries
rm -f app.signed.bin*
run as 4712 env SUDO_UID=$CI $FW sign --key prod-2025 other/app.bin
expect_refused 1 "Permission denied"
expect_no_file other/app.signed.bin
chmod 711 $PLACE/token
for uid in 0 "$SERVICE_UID" $CI; do
    expect_equal "uid:4712" "$(caller_of as 4712 env SUDO_UID="$uid" $FW)" caller
done
chmod 700 $PLACE/token

# ---- Each path alone ----

# unprotected NAME COMMAND...: after the command there is no signature; it is undone by protect.
unprotected() {
    "$@"
    entries
    sign --fw-version 9.0.0
}
protect() {
    rm -rf $PLACE/policy /srv/other
    cp -a "$WORK/fwsign.yaml" "$WORK/policy" $PLACE/
    chown root $PLACE $PLACE/fwsign.yaml
    chown $SERVICE $PLACE/audit $PLACE/token $PLACE/token/pin $PLACE/token/softhsm2.conf /srv/state
    chmod 755 $PLACE $PLACE/policy
    chmod 750 $PLACE/audit
    chmod 700 $PLACE/token /srv/state
    chmod 600 $PLACE/token/pin $PLACE/token/softhsm2.conf
}
# shellcheck disable=SC2317 # unprotected calls it
config() {
    sed -i "$1" "$PLACE/fwsign.yaml"
}

for target in $PLACE/fwsign.yaml $PLACE/policy $PLACE/policy/sample.yaml $PLACE/audit \
    $PLACE/token/pin $PLACE/token/softhsm2.conf $PLACE/token /srv/state $PLACE; do
    rule "nothing is signed while others could change $target"
    unprotected chmod o+w "$target"
    expect_refused 3 "'$target' is writable by others"
    unprotected chmod o-w,g+w "$target"
    expect_refused 3 "'$target' is writable by its group"
    unprotected chown $CI "$target"
    expect_refused 3 "'$target' belongs to uid 4711"
    run as "$SERVICE_UID" $FW doctor
    expect_code 10
    expect_out "PROBLEM  mode"
    protect
done

rule "nothing is signed by a module that others could change"
mkdir /srv/other
cp "$SOFTHSM" /srv/other/module.so
chmod o+w /srv/other/module.so
unprotected config 's|^  module:.*|  module: /srv/other/module.so|'
expect_refused 3 "'/srv/other/module.so' is writable by others"
unprotected chmod 644 /srv/other/module.so
expect_code 0
protect

rule "a module is a file that can be looked at, not a name to be searched for"
entries
unprotected config 's|^  module:.*|  module: libsofthsm2.so|'
expect_refused 3 "'$PLACE/libsofthsm2.so'"
protect

rule "nothing is signed with a PIN that a key's URI takes from where others could change it"
mkdir -m 777 /srv/other
install -m 600 -o $SERVICE $PLACE/token/pin /srv/other/pin
unprotected config 's|;type=private"    # where|;type=private?pin-source=file:/srv/other/pin"    # where|'
expect_refused 3 "'/srv/other' is writable by others"
unprotected chmod 755 /srv/other
expect_code 0
protect

rule "a policy that is a link is as protected as what it leads to"
mkdir -m 777 /srv/other
mv $PLACE/policy/sample.yaml /srv/other/
unprotected ln -s /srv/other/sample.yaml $PLACE/policy/sample.yaml
expect_refused 3 "'/srv/other' is writable by others"
protect

rule "enforced mode needs a place for the newest checkpoint that no environment chooses"
unprotected config '/^high-water/d'
expect_refused 3 "needs 'high-water'"
protect

rule "the service's user exists"
unprotected config 's/^service:.*/service: nobody-of-this-name/'
expect_refused 3 "there is no user 'nobody-of-this-name'"
protect

rule "without a service only root's own files do"
unprotected config '/^service:/d'
expect_refused 3 "belongs to uid $SERVICE_UID"
protect

rule "a PEM file does not sign the log"
openssl genpkey -algorithm ed25519 -out $PLACE/log.pem 2>/dev/null
chown $SERVICE $PLACE/log.pem
unprotected config 's|^log-key:.*|log-key: log.pem|'
expect_refused 3 "is a software key"
protect
rm $PLACE/log.pem

# ---- What the caller configures ----

mkdir -p home/.config/fwsign
sed 's|: policy|: /srv/ci/policy|; /^mode/d' $PLACE/fwsign.yaml >mine.yaml
cp mine.yaml home/.config/fwsign/fwsign.yaml

rule "the caller's configuration is ignored, however it is named"
sign --config mine.yaml --fw-version 0.4.1
expect_code 0
expect_err "$PLACE/fwsign.yaml is enforced; every other configuration is ignored"
run service env FWSIGN_CONFIG=mine.yaml $FW sign --key prod-2025 --fw-version 0.4.2 -f app.bin
expect_code 0
expect_err "every other configuration is ignored"
expect_equal enforced "$(last_entry sign.intent .data.mode)" mode
cp mine.yaml fwsign.yaml
sign --fw-version 0.4.3
expect_code 0
expect_err "every other configuration is ignored"
rm fwsign.yaml
run service env XDG_CONFIG_HOME=/srv/ci/home/.config HOME=/srv/ci/home $FW config show
expect_code 0
expect_out "enforced"
expect_out "$PLACE/fwsign.yaml"

rule "a system configuration that cannot be looked at is not taken for none"
chmod 700 $PLACE
run as 4712 $FW config show --config mine.yaml
expect_code 3
chmod 755 $PLACE
echo "nonsense: 1" >>$PLACE/fwsign.yaml
run as 4712 $FW config show --config mine.yaml
expect_code 3
expect_err "nonsense"
protect

# ---- The serial ----

rule "a policy without a serial is refused"
sed -i '/^serial/d' $PLACE/policy/sample.yaml
sign --fw-version 1.0.0
expect_code 5
expect_err "serial"
expect_no_file app.signed.bin
protect

rule "a serial never falls"
sed -i 's/^serial.*/serial: 4/' $PLACE/policy/sample.yaml
sign --fw-version 1.0.0
expect_code 5
expect_err "serial"
expect_no_file app.signed.bin
sed -i 's/^serial.*/serial: 6/' $PLACE/policy/sample.yaml
sign --fw-version 1.0.0
expect_code 0
sed -i 's/^serial.*/serial: 5/' $PLACE/policy/sample.yaml
sign --fw-version 1.0.1
expect_code 5
sed -i 's/^serial.*/serial: 6/' "$WORK/policy/sample.yaml"
protect

# ---- The service's rights in the caller's hands ----

# file_refused TEXT OPTION... INPUT: sign refuses to touch it, and nothing is where it was not.
file_refused() {
    wanted=$1
    shift
    rm -f app.signed.bin*
    entries
    find $PLACE /srv/state -type f ! -path '*/audit/writers/*' ! -path '*/audit/lock' |
        sort >"$WORK/.lib/files"
    run service $FW sign --key prod-2025 --fw-version 2.0.0 "$@"
    expect_refused 7 "$wanted"
    find $PLACE /srv/state -type f ! -path '*/audit/writers/*' ! -path '*/audit/lock' |
        sort | cmp -s - "$WORK/.lib/files" || fail "a file came or went"
}

rule "an input that is not the caller's own is not read for them"
ln -s $PLACE/token/pin pin.bin
ln -s $PLACE/token folder
file_refused "'$PLACE/token/pin' belongs to uid $SERVICE_UID, not to the caller" -o out/x $PLACE/token/pin
file_refused "'pin.bin' belongs to uid" -o out/x pin.bin
file_refused "'folder/pin' belongs to uid" -o out/x folder/pin
file_refused "'../fwsign/token/pin' belongs to uid" -o out/x ../fwsign/token/pin
file_refused "'/etc/passwd' belongs to uid 0" -o out/x /etc/passwd
file_refused "'pin.bin' belongs to uid" --in-place -f pin.bin
file_refused "'$PLACE/token/pin' belongs to uid" --tlv 0xa0=@$PLACE/token/pin app.bin
file_refused "'pin.bin' belongs to uid" --tlv 0xa0=@pin.bin app.bin
expect_files out
run service $FW policy explain --key prod-2025 --fw-version 2.0.0 pin.bin
expect_code 7
expect_err "'pin.bin' belongs to uid"

rule "a file that is the caller's goes through standard input too"
rm -f app.signed.bin*
CODE=0
service $FW sign --key prod-2025 --fw-version 2.0.0 -o app.signed.bin - <app.bin >"$OUT" 2>"$ERR" || CODE=$?
expect_code 0
expect_file app.signed.bin

rule "an output goes into a folder of the caller's own, and nowhere else"
ln -s $PLACE/audit log
for folder in $PLACE/audit log folder /srv/state $PLACE/audit/../audit /tmp; do
    file_refused "the folder of '$folder/x' belongs to uid" -o "$folder/x" app.bin
    file_refused "the folder of '$folder/x' belongs to uid" -f -o "$folder/x" app.bin
    file_refused "the folder of '$folder/x' belongs to uid" -o out/x --proof "$folder/x" app.bin
    file_refused "the folder of '$folder/x' belongs to uid" -o out/x --detached "$folder/x" app.bin
done
file_refused "the folder of '$PLACE/audit/checkpoint' belongs to uid" -f -o $PLACE/audit/checkpoint app.bin
expect_files out
run service $FW audit verify
expect_code 0

rule "a key of the caller's choice does not sign"
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out mine.pem 2>/dev/null
chown $CI mine.pem
for key in mine.pem "$PLACE/token/pin" "pkcs11:token=fwsign-dev;object=prod-2025" \
    "pkcs11:token=fwsign-dev;object=prod-2025;pin-source=file:$PLACE/token/softhsm2.conf"; do
    entries
    rm -f app.signed.bin*
    run service $FW sign --key "$key" app.bin
    expect_refused 7 "only keys of the configuration"
    run service $FW key show "$key"
    expect_code 7
done
run as "$SERVICE_UID" $FW sign --key mine.pem app.bin
expect_code 8
expect_err "'mine.pem' is no key of"

rule "a PIN of the caller's choice does not reach the token"
rm -f app.signed.bin*
echo wrong >pin.txt
chmod 600 pin.txt
chown $SERVICE pin.txt
entries
sign --pin-file pin.txt
expect_refused 7 "the PIN comes from the configuration"
sign --pin-fd 0
expect_refused 7 "the PIN comes from the configuration"
run service env FWSIGN_PIN=wrong $FW sign --key prod-2025 -f app.bin
expect_refused 7 "the PIN comes from the configuration"
mkdir credentials
cp -p pin.txt credentials/fwsign-pin
chown $SERVICE credentials
run service env FWSIGN_PIN_FILE=/srv/ci/pin.txt CREDENTIALS_DIRECTORY=/srv/ci/credentials \
    $FW sign --key prod-2025 --fw-version 2.1.0 -f app.bin
expect_code 0

rule "the caller's environment leads neither module nor git nor fwsign astray"
mkdir -p bin state
printf '#!/bin/sh\nid >/srv/ci/out/git-ran\necho v3.0.0\n' >bin/git
chmod 755 bin/git
sed -i 's/^  from:.*/  from: [git, option]/' $PLACE/policy/sample.yaml
run service env PATH=/srv/ci/bin:/usr/bin:/bin XDG_STATE_HOME=/srv/ci/state HOME=/srv/ci/home \
    SOFTHSM2_CONF=/srv/ci/none OPENSSL_CONF=/srv/ci/none GIT_DIR=/srv/ci \
    $FW sign --key prod-2025 --fw-version 2.2.0 -f app.bin
expect_code 0
expect_files out
expect_files state
protect

rule "the caller's umask does not lock the service out of its log"
run sh -c "umask 0777; exec setpriv --reuid $SERVICE_UID --regid $SERVICE_UID --clear-groups \
    env SUDO_UID=$CI $FW sign --key prod-2025 --fw-version 2.3.0 -f app.bin"
expect_code 0
expect_equal 644 "$(stat -c %a app.signed.bin)" "mode of the image"
expect_equal "" "$(find $PLACE/audit /srv/state ! -perm -400)" "files nobody can read"

rule "commands that make or change what is the service's are not for callers"
module=$SOFTHSM
for command in "init" "init --dev out/new" "init --module $module out/new" "manual --dir out" "manual" \
    "audit create" "audit rotate --new-key pkcs11:token=fwsign-dev;object=prod-2025" \
    "audit rotate --new-key /srv/ci/mine.pem" "audit tiles -o out" "inspect $PLACE/token/pin" \
    "verify --key $PLACE/token/pin app.bin" "policy test $PLACE/token/pin" \
    "policy diff $PLACE/token/pin $PLACE/token/pin" "audit prove 1" "audit prove 1 -o out/x" \
    "audit check $PLACE/token/pin"; do
    # shellcheck disable=SC2086 # words
    run service $FW $command
    expect_code 7
    expect_err "is not for callers through sudo"
done
for command in "policy lint $PLACE/token/pin" "audit verify --trust $PLACE/token/pin" \
    "audit verify --checkpoint $PLACE/token/pin" "audit verify --since $PLACE/token/pin" \
    "key export prod-2025 -o $PLACE/audit/x" "key list pkcs11:pin-source=file:$PLACE/token/pin" \
    "key export $PLACE/token/pin" "key export prod-2025 --co-signer $PLACE/token/pin --format c"; do
    # shellcheck disable=SC2086 # words
    run service $FW $command
    expect_code 7
    expect_err "does not take"
done
grep -qF "$(cat $PLACE/token/pin)" "$ERR" "$OUT" && fail "the PIN was shown"
expect_files out

rule "what callers have a use for they may"
for command in "policy lint" "policy reference" "key list" "key show prod-2025" "key export prod-2025" \
    "key export prod-2025 -o -" "audit verify" "audit log" "audit show 0" "audit what --key prod-2025" \
    "audit checkpoint" "doctor" "config show" "completion bash" "version" "init --help"; do
    # shellcheck disable=SC2086 # words
    run service $FW $command
    expect_code 0
done

rule "to a process that is not the service's, sudo means nothing"
run as 4712 env SUDO_UID=4711 $FW inspect /etc/passwd
[ "$CODE" -ne 7 ] || fail "it was taken for the service"
pass
run env SUDO_UID=$CI $FW inspect app.bin
expect_code 7

rule "the log has grown and nothing else, whatever was tried"
run service $FW audit verify
expect_code 0

finish

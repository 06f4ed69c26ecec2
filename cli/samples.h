/* SPDX-License-Identifier: Apache-2.0 */
/* The files that init writes. Private to cli/. */
#ifndef FWS_CLI_SAMPLES_H
#define FWS_CLI_SAMPLES_H

/* Formats: module; name, token, object, algorithm, spki, token, log key, size and vkey. */
#define fws_sample_config_dev                                                                      \
    "# fwsign: where the module, the keys, the policy and the log are. Paths are relative to\n"    \
    "# this file. Made by 'fwsign init --dev': for development, not for production keys.\n"        \
    "hsm:\n"                                                                                       \
    "  module: %s    # the PKCS#11 module\n"                                                       \
    "  environment: [SOFTHSM2_CONF=token/softhsm2.conf]    # for the module's process alone\n"     \
    "  pin-file: token/pin    # yours and mode 0600; never write a PIN here\n"                     \
    "  deadline-ms: 15000    # how long one request to the HSM may take\n"                         \
    "keys:\n"                                                                                      \
    "  %s:    # the name for --key\n"                                                              \
    "    uri: \"pkcs11:token=%s;object=%s;type=private\"    # where it is (RFC 7512)\n"            \
    "    algorithm: %s    # what it is\n"                                                          \
    "    spki-sha256: \"%s\"    # its public key: signatures are checked against this one\n"       \
    "log-key: \"pkcs11:token=%s;object=%s;type=private\"    # signs the log, never firmware\n"     \
    "log-trust: [\"%.*s\"]    # its public key: no other is believed about the log\n"              \
    "# high-water: /path/outside/the/log    # the newest checkpoint seen; default: in ~/.local\n"  \
    "policy: policy    # folder with one policy file a product\n"                                  \
    "audit: audit    # folder of the audit log\n"

/* Format: module. */
#define fws_sample_config                                                                          \
    "# fwsign: where the module, the keys, the policy and the log are. Paths are relative to\n"    \
    "# this file.\n"                                                                               \
    "hsm:\n"                                                                                       \
    "  module: %s    # the PKCS#11 module of the HSM\n"                                            \
    "  # environment: [NAME=VALUE]    # for the module's process alone\n"                          \
    "  # pin-file: /etc/fwsign/pin    # yours and mode 0600; never write a PIN here\n"             \
    "  deadline-ms: 15000    # how long one request to the HSM may take\n"                         \
    "keys:\n"                                                                                      \
    "  prod-2025:    # the name for --key\n"                                                       \
    "    uri: \"pkcs11:token=TOKEN;object=LABEL;type=private\"    # see 'fwsign key list'\n"       \
    "    # spki-sha256: \"sha256:...\"    # see 'fwsign key show'; pins the public key\n"          \
    "# log-key: \"pkcs11:token=TOKEN;object=LABEL;type=private\"    # signs the log, never\n"      \
    "# firmware; with it in place 'fwsign audit create' makes the log and prints its log-trust\n"  \
    "policy: policy    # folder with one policy file a product\n"                                  \
    "audit: audit    # folder of the audit log\n"

extern const char fws_sample_policy[];
extern const char fws_sample_softhsm_conf[];

#endif

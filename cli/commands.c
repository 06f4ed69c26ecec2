/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define WITH(name) fws_##name##_options, &fws_##name##_options_size
#define NO_OPTIONS NULL, NULL

const struct fws_command fws_commands[] = {
    {"init", fws_cmd_init, "set up a folder: configuration, sample policy, log", "[DIR]", 0, 1,
     WITH(init), FWS_VALUES_FOLDER, NULL,
     "With --dev also a SoftHSM token inside DIR with a signing key 'prod-2025' and a log key, so\n"
     "that 'fwsign sign --key prod-2025 app.bin' works at once. Changes nothing that exists."},
    {"sign", fws_cmd_sign, "sign firmware with a key held in the HSM", "IN...", 1, -1, WITH(sign),
     FWS_VALUES_FILE, NULL,
     "Each input (raw binary, Intel HEX) is judged by the product's policy, wrapped in an MCUboot\n"
     "image, signed in the HSM, checked with the device's own verifier, and written whole or not\n"
     "at all. Intent and outcome are in the audit log before the image appears. Several inputs\n"
     "share one HSM session and are independent: the exit code is the first failure's."},
    {"verify", fws_cmd_verify, "check an image exactly as a device would", "IMG...", 1, -1,
     WITH(verify), FWS_VALUES_FILE, NULL,
     "Without --key only integrity is checked, and said so. Without --slot-size the file itself\n"
     "is judged: after the TLVs only erased bytes or a trailer may follow."},
    {"inspect", fws_cmd_inspect, "show what is inside an image, without judging it", "IMG", 1, 1,
     WITH(inspect), FWS_VALUES_FILE, NULL, ""},
    {"key list", fws_cmd_key_list, "list the keys on the tokens, and whether they are fit", "[URI]",
     0, 1, NO_OPTIONS, FWS_VALUES_ANY, NULL,
     "URI narrows the search, e.g. pkcs11:token=release. The URIs printed select one key each."},
    {"key show", fws_cmd_key_show, "show one key with its attributes", "KEY", 1, 1, NO_OPTIONS,
     FWS_VALUES_KEY, NULL, ""},
    {"key export", fws_cmd_key_export, "write the public key for bootloaders and verifiers",
     "KEY...", 1, -1, WITH(key_export), FWS_VALUES_KEY, NULL,
     "--format c takes several keys and writes the table that a policy of the verifier points to;\n"
     "docs/porting.md shows its use. imgtool-c is what MCUboot's keys.c embeds. A key's number in\n"
     "the table is its bit in the device's revocation word: append new keys, keep the order."},
    {"policy lint", fws_cmd_policy_lint, "check policy files", "[FILE...]", 0, -1, NO_OPTIONS,
     FWS_VALUES_FILE, NULL, "Without FILE: every file of the configured policy folder."},
    {"policy reference", fws_cmd_policy_reference, "print every key a policy may hold", "", 0, 0,
     NO_OPTIONS, FWS_VALUES_ANY, NULL, ""},
    {"audit verify", fws_cmd_audit_verify, "check the audit log's chain", "", 0, 0, NO_OPTIONS,
     FWS_VALUES_ANY, NULL,
     "Exit 0 intact, 14 incomplete tail after a crash, 15 altered, 16 cannot tell. A chain alone\n"
     "cannot show entries cut off at its end: compare the head with one noted elsewhere."},
    {"audit log", fws_cmd_audit_log, "print the audit log", "", 0, 0, WITH(audit_log),
     FWS_VALUES_ANY, NULL, "With --json the entries are printed as they are, one line each."},
    {"doctor", fws_cmd_doctor, "check module, token, PIN, keys, policy, log and clock", "", 0, 0,
     NO_OPTIONS, FWS_VALUES_ANY, NULL, "Exit 10 when a check finds a problem."},
    {"config show", fws_cmd_config_show, "print the configuration in force", "", 0, 0,
     WITH(config_show), FWS_VALUES_ANY, NULL, ""},
    {"completion", fws_cmd_completion, "print shell completion", "bash|zsh|fish", 1, 1, NO_OPTIONS,
     FWS_VALUES_CHOICE, "bash zsh fish", ""},
    {"manual", fws_cmd_manual, "write the manual pages", "", 0, 0, WITH(manual), FWS_VALUES_ANY,
     NULL, ""},
    {"version", fws_cmd_version, "print the version and the exit codes", "", 0, 0, NO_OPTIONS,
     FWS_VALUES_ANY, NULL, ""},
};

const size_t fws_command_count = sizeof fws_commands / sizeof fws_commands[0];

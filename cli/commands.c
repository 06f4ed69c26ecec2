/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define WITH(name) fws_##name##_options, &fws_##name##_options_size
#define NO_OPTIONS NULL, NULL

const struct fws_command fws_commands[] = {
    {"init", fws_cmd_init, "set up a folder: configuration and sample policy", "[DIR]", 0, 1,
     WITH(init), FWS_VALUES_FOLDER, NULL,
     "With --dev also a SoftHSM token inside DIR with a signing key 'prod-2025' and a log key, "
     "and\n"
     "the audit log, so that 'fwsign sign --key prod-2025 app.bin' works at once. Changes nothing\n"
     "that exists."},
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
    {"policy explain", fws_cmd_policy_explain,
     "print each rule, whether an input passes it, and what it saw", "IN...", 1, -1,
     WITH(policy_explain), FWS_VALUES_FILE, NULL,
     "As 'sign' would decide now, by the policy and by what the log says was signed. Nothing is\n"
     "signed or recorded. Rules the policy does not state are listed as not asked."},
    {"policy test", fws_cmd_policy_test, "run a team's own cases against the policy", "FILE...", 1,
     -1, WITH(policy_test), FWS_VALUES_FILE, NULL,
     "A file names facts and what is to be decided; docs/policy.md has its keys. Exit 10 when a\n"
     "case comes out otherwise. Nothing is signed, and neither token nor log are asked."},
    {"policy diff", fws_cmd_policy_diff,
     "which requests on record a changed policy would decide otherwise", "OLD NEW", 2, 2,
     WITH(policy_diff), FWS_VALUES_FILE, NULL,
     "OLD and NEW are policy files of one product. Each request in the log is put to both, with "
     "what\n"
     "the log said at that time; what it does not hold, such as the firmware's bytes, is not "
     "asked."},
    {"policy reference", fws_cmd_policy_reference, "print every key a policy may hold", "", 0, 0,
     NO_OPTIONS, FWS_VALUES_ANY, NULL, ""},
    {"policy schema", fws_cmd_policy_schema, "print the policy file's JSON Schema, for editors", "",
     0, 0, NO_OPTIONS, FWS_VALUES_ANY, NULL,
     "An editor with a YAML language server completes and checks policy files by it."},
    {"audit create", fws_cmd_audit_create, "make the audit log and print its public key", "", 0, 0,
     WITH(audit_create), FWS_VALUES_ANY, NULL,
     "The configuration's log-key signs the log from its first entry on. What is printed belongs\n"
     "into log-trust, and to whoever is to check proofs. 'init --dev' has done all that already."},
    {"audit verify", fws_cmd_audit_verify, "check the audit log: nothing missing, nothing altered",
     "", 0, 0, WITH(audit_verify), FWS_VALUES_ANY, NULL,
     "Every line, link and checkpoint, and the tree over all of them; while others sign, too. "
     "Exit\n"
     "0 intact, 14 a crash left its mark and nobody has acknowledged it, 15 altered, cut off or\n"
     "rolled back, 16 cannot tell. Keys come from log-trust or --trust, never from the log. The\n"
     "high-water mark, where this user has one, and each --checkpoint are compared with the log."},
    {"audit log", fws_cmd_audit_log, "print the audit log", "", 0, 0, WITH(audit_log),
     FWS_VALUES_ANY, NULL,
     "All conditions must hold; an outcome is what its intent was about. With --json the entries\n"
     "are printed as they are, one line each."},
    {"audit show", fws_cmd_audit_show, "print one entry", "INDEX", 1, 1, NO_OPTIONS, FWS_VALUES_ANY,
     NULL, "With --json the line itself, byte for byte."},
    {"audit what", fws_cmd_audit_what, "everything a key signed", "", 0, 0, WITH(audit_what),
     FWS_VALUES_ANY, NULL,
     "Also what it was asked for by programs that are gone: a signature may exist. A name that is\n"
     "pinned in the configuration stands for that key under whatever name it was used."},
    {"audit prove", fws_cmd_audit_prove, "write the proof that an entry or an image is on record",
     "[INDEX|IMAGE]", 0, 1, WITH(audit_prove), FWS_VALUES_FILE, NULL,
     "A file as c2sp.org/tlog-proof, which 'fwsign audit check' and others check without the log.\n"
     "Digits are an index; for an image of such a name write ./42. With --since, the proof of\n"
     "RFC 6962 that the newest checkpoint extends that one: a hash in base64 a line."},
    {"audit check", fws_cmd_audit_check, "check a proof, offline", "PROOF [IMAGE]", 1, 2,
     WITH(audit_check), FWS_VALUES_FILE, NULL,
     "With IMAGE, that the entry is the outcome which released it. Exit 10 when it is not, 16 "
     "when\n"
     "no key of the log is trusted: keys come from log-trust or --trust, never from the proof."},
    {"audit checkpoint", fws_cmd_audit_checkpoint, "sign and print a checkpoint of the whole log",
     "", 0, 0, WITH(audit_checkpoint), FWS_VALUES_ANY, NULL,
     "Keep what is printed where the log's writer has no hand: with it 'audit verify' sees a log\n"
     "that was cut back or replaced."},
    {"audit ack", fws_cmd_audit_ack, "acknowledge the marks that crashes left", "", 0, 0,
     WITH(audit_ack), FWS_VALUES_ANY, NULL,
     "Torn ends, entries without a checkpoint, requests nobody finished: they are recorded, and\n"
     "'audit verify' says 14 until somebody who has looked into it says so. They stay on record."},
    {"audit rotate", fws_cmd_audit_rotate, "hand the log over to a new key", "", 0, 0,
     WITH(audit_rotate), FWS_VALUES_ANY, NULL,
     "Both keys sign the entry that says so. Prints the new public key, and what to change in the\n"
     "configuration; the old key stays in log-trust for what it has signed."},
    {"audit tiles", fws_cmd_audit_tiles, "derive c2sp.org/tlog-tiles for monitors", "", 0, 0,
     WITH(audit_tiles), FWS_VALUES_ANY, NULL, ""},
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

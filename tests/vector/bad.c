/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vector/vector.h"

#include <string.h>

/* The manifest's reasons are classes; these names of ours may stand for each. */
static const struct {
    const char *reason;
    const char *names[6];
} classes[] = {
    {"bad-magic", {"bad-magic"}},
    {"truncated", {"truncated", "header-truncated"}},
    {"bad-structure",
     {"size-overflow", "image-too-big", "bad-tlv-magic", "bad-header-size", "prot-size-mismatch",
      "empty-payload"}},
    {"hash-mismatch",
     {"hash-mismatch", "unknown-flags", "header-reserved", "encrypted-not-supported"}},
    {"size-overflow", {"size-overflow"}},
    {"bad-tlv-magic", {"bad-tlv-magic"}},
    {"prot-size-mismatch", {"prot-size-mismatch", "bad-tlv-magic", "ok"}},
    {"bad-tlv-length",
     {"bad-tlv-length", "tlv-truncated", "missing-hash", "image-too-big", "truncated",
      "encrypted-not-supported"}},
    {"bad-hash-length", {"bad-hash-length"}},
    {"missing-hash", {"missing-hash", "bad-keyhash-length"}},
    {"missing-signature", {"missing-signature", "bad-signature-length", "wrong-signature-type"}},
    {"missing-keyhash", {"missing-keyhash"}},
    {"order", {"tlv-order"}},
    {"duplicate-tlv", {"duplicate-tlv"}},
    {"unknown-key", {"unknown-key", "duplicate-tlv"}},
    {"bad-keyhash-length", {"bad-keyhash-length"}},
    {"bad-signature",
     {"bad-signature", "bad-signature-encoding", "bad-signature-length", "hash-mismatch"}},
    {"bad-signature-length", {"bad-signature-length", "bad-signature-encoding"}},
    {"wrong-mode", {"wrong-mode"}},
    {"multiple-signatures", {"multiple-signatures"}},
    {"unprotected-tlv", {"unprotected-tlv"}},
    {"rollback", {"rollback", "unprotected-tlv"}},
    {"non-bootable", {"non-bootable"}},
    {"encrypted-not-supported", {"encrypted-not-supported"}},
    {"bad-flags", {"bad-flags"}},
    {"compressed-not-supported", {"compressed-not-supported"}},
    {"unknown-flags", {"unknown-flags"}},
    {"bad-header-size", {"bad-header-size"}},
    {"image-too-big", {"image-too-big"}},
    {"missing-security-counter", {"missing-security-counter"}},
    {"wrong-vendor", {"wrong-vendor"}},
    {"wrong-class", {"wrong-class"}},
    {"missing-uuid", {"missing-vendor-id", "missing-class-id"}},
    {"bad-dependency", {"bad-dependency"}},
    {"bad-enc-mac", {"encrypted-not-supported"}},
    {"missing-enc-key", {"encrypted-not-supported"}},
};

static void check_class(const char *reason, const char *name)
{
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strcmp(classes[i].reason, reason) != 0) {
            continue;
        }
        for (size_t k = 0; k < 6 && classes[i].names[k] != NULL; k++) {
            if (strcmp(classes[i].names[k], name) == 0) {
                return;
            }
        }
    }
    fail("'%s' does not belong to the manifest's reason '%s'", name, reason);
}

static struct context context_of(const struct vectors *vectors, json_t *entry)
{
    struct context context = {.slot_size = number_of(entry, "slot_size")};

    context_trust_list(&context, vectors, json_object_get(entry, "trusted_keys"));
    context_set(&context, json_object_get(entry, "verifier_context"));
    return context;
}

/*
 * A verifier that refuses everything would pass as well: in the very same context a sound image
 * is accepted. "roomy" is the image itself in a larger slot.
 */
static void check_control(const struct vectors *vectors, json_t *entry, const char *control)
{
    FWS_AUTO(context) context = context_of(vectors, entry);
    struct fws_verify_report report;
    json_t *sound = entry;

    if (strcmp(control, "roomy") == 0) {
        context.slot_size *= 2;
    } else {
        sound = vectors_entry(vectors, "good", control);
    }
    FWS_AUTO(fws_buf) image = vectors_image(vectors, sound);

    require_status(judge(&context, &image, IN_FILE, &report), "ok", control);
    require(report.key_index != FWS_VERIFY_KEY_NONE, "the control is not authenticated");
}

/* The control is the image the bad one was made from, where that is known and fits the mode. */
static void check_base(json_t *entry, const char *control)
{
    const char *base = text_of(entry, "base");
    const char *mode = text_of(json_object_get(entry, "verifier_context"), "mode");
    bool pure = mode != NULL && strcmp(mode, "pure") == 0;

    require(base == NULL || pure || strcmp(base, control) == 0, "the base is %s, not %s", base,
            control);
}

static void check_expectation(json_t *entry, bool accepted)
{
    const char *expect = text_of(entry, "expect");

    if (strcmp(expect, "either") == 0) {
        require(!accepted, "a legacy tolerance is refused here");
        return;
    }
    require(accepted == (strcmp(expect, "accept") == 0), "the manifest says %s", expect);
}

void run_bad(const struct vectors *vectors, const char *id)
{
    json_t *entry = vectors_entry(vectors, "bad", id);
    FWS_AUTO(table) expected = table_load(vectors, "expected.txt");
    const struct row *row = table_find(&expected, 0, id);
    FWS_AUTO(context) context = context_of(vectors, entry);
    FWS_AUTO(fws_buf) image = vectors_file(vectors, entry);
    struct fws_verify_report report;

    require(row != NULL, "expected.txt has no row for it");
    bool accepted = strcmp(row->word[1], "ok") == 0;

    require_status(judge(&context, &image, IN_FILE, &report), row->word[1], "as a file");
    check_class(text_of(entry, "reason"), row->word[1]);
    check_expectation(entry, accepted);
    check_base(entry, row->word[2]);
    check_control(vectors, entry, row->word[2]);
    require((judge(&context, &image, IN_SLOT, &report) == FWS_OK) == accepted,
            "as the content of a slot: %s", fws_status_name(report.reason));
}

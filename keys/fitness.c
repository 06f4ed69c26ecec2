/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "keys/keys.h"

struct rule {
    size_t offset;       /* of the fact in struct fws_key */
    bool wanted;         /* its value in a fit key */
    unsigned relaxation; /* what allows the other value; 0 = nothing */
    const char *fault;
};

#define FACT(member) offsetof(struct fws_key, member)

static const struct rule rules[] = {
    {FACT(has_private), true, 0, "no private key object"},
    {FACT(sensitive), true, 0, "not sensitive"},
    {FACT(extractable), false, 0, "extractable"},
    {FACT(sign), true, 0, "may not sign"},
    {FACT(local), true, FWS_ALLOW_IMPORTED, "not generated on the token"},
    {FACT(always_sensitive), true, FWS_ALLOW_IMPORTED, "not always sensitive"},
    {FACT(never_extractable), true, FWS_ALLOW_IMPORTED, "once extractable"},
    {FACT(sign_recover), false, FWS_ALLOW_MULTI_PURPOSE, "may sign with recovery"},
    {FACT(decrypt), false, FWS_ALLOW_MULTI_PURPOSE, "may decrypt"},
    {FACT(unwrap), false, FWS_ALLOW_MULTI_PURPOSE, "may unwrap"},
    {FACT(derive), false, FWS_ALLOW_MULTI_PURPOSE, "may derive"},
};

static const char *relaxation_name(unsigned relaxation)
{
    switch (relaxation) {
    case FWS_ALLOW_IMPORTED:
        return "needs allow: imported";
    case FWS_ALLOW_MULTI_PURPOSE:
        return "needs allow: multi-purpose";
    default:
        return "never allowed";
    }
}

static bool breaks(const struct fws_key *key, const struct rule *rule)
{
    bool fact;

    memcpy(&fact, (const uint8_t *)key + rule->offset, sizeof fact);
    return fact != rule->wanted;
}

/* Every fault that nothing given allows, each with what would. */
static enum fws_status describe(const struct fws_key *key, unsigned relaxations,
                                struct fws_error *err)
{
    char faults[640] = "";
    size_t used = 0;

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (breaks(key, &rules[i]) && (rules[i].relaxation & relaxations) == 0) {
            used += (size_t)snprintf(faults + used, sizeof faults - used, "%s%s (%s)",
                                     used == 0 ? "" : ", ", rules[i].fault,
                                     relaxation_name(rules[i].relaxation));
        }
    }
    return fws_error_set(err, FWS_E_KEY_UNFIT, "key '%s': %s", key->label, faults);
}

static enum fws_status check_software(const struct fws_key *key, unsigned relaxations,
                                      unsigned *used, struct fws_error *err)
{
    *used = FWS_ALLOW_SOFTWARE;
    if ((relaxations & FWS_ALLOW_SOFTWARE) == 0) {
        return fws_error_set(err, FWS_E_KEY_UNFIT,
                             "key '%s': a file, not in an HSM (needs allow: software)", key->label);
    }
    return FWS_OK;
}

enum fws_status fws_key_check_fit(const struct fws_key *key, unsigned relaxations, unsigned *used,
                                  struct fws_error *err)
{
    bool fit = true;

    *used = 0;
    if (key->pub.alg == FWS_ALG_NONE) {
        return fws_error_set(err, FWS_E_KEY_TYPE,
                             "key '%s': MCUboot has no signature TLV for %s keys", key->label,
                             key->pub.type);
    }
    if (key->software) {
        return check_software(key, relaxations, used, err);
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (breaks(key, &rules[i])) {
            *used |= rules[i].relaxation;
            fit = fit && (rules[i].relaxation & relaxations) != 0;
        }
    }
    return fit ? FWS_OK : describe(key, relaxations, err);
}

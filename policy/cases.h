/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A team's own cases for its policy: facts given, the decision expected.
 *
 *     product: pump
 *     cases:
 *       an old release is not signed again:
 *         given: {key: prod-2025, version: 1.0.0, last-version: 1.2.0}
 *         expect: refused
 *         rules: [version.increasing]
 *
 * What is not given is not asked, but for the history: without last-version nothing was signed
 * before. Part of policy/policy.h.
 */
#ifndef FWS_POLICY_CASES_H
#define FWS_POLICY_CASES_H

#include "policy/policy.h"

enum fws_case_expect { FWS_CASE_ALLOWED, FWS_CASE_REFUSED };

struct fws_case {
    char *name;
    struct fws_yaml_place at;
    int expect;                  /* enum fws_case_expect */
    struct fws_yaml_texts rules; /* with refused: exactly these fail; none: whichever */

    char *key, *version, *caller, *time, *channel, *hardware, *hsm_firmware;
    bool software_key, is_image, fresh, replay, reserved;
    uint64_t counter, image_size, trailer_size, last_counter, last_serial, hour, day, release;
    char *payload; /* a file, relative to that of the cases */
    char *last_version;
    struct fws_yaml_place at_version, at_time, at_last_version, at_counter, at_image_size,
        at_last_counter, at_last_serial, at_payload;
};

struct fws_cases {
    char *path;
    char *product;               /* NULL: the only one there is */
    struct fws_yaml_named cases; /* struct fws_case */
};

/* The table behind the file, for the reference. */
extern const struct fws_yaml_field fws_cases_fields[];

/* FWS_E_INPUT with file:line:column, FWS_E_NOT_FOUND, FWS_E_IO. out is given. */
FWS_MUST_USE enum fws_status fws_cases_load(const char *path, struct fws_cases *out,
                                            struct fws_error *err);
void fws_cases_free(struct fws_cases *cases);

#define FWS_CASE_WHY_SIZE 1024u

/*
 * Decide a case. payload is the content of the file it names; bad, size 0 and unlooked at when it
 * names none. why says what was otherwise than expected; "" when nothing was. decision is for
 * whoever wants to know more.
 */
void fws_case_run(const struct fws_policy *policy, const struct fws_case *the_case,
                  const void *payload, size_t payload_size, struct fws_decision *decision,
                  char why[FWS_CASE_WHY_SIZE]);

#endif

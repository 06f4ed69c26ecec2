/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy and the facts of a request, in words, so that a case is a row of texts.
 *
 *     struct fws_world world;
 *     fws_world_open(&world, "version.minimum: 1.2.0\ncallers: alice");
 *     fws_world_facts(&world, "version 1.1.9, caller mallory");
 *     fws_world_decide(&world);
 *     fws_world_close(&world);
 *
 * Both begin with a request that its policy allows; what is given comes on top of it. A setting is
 * the path of a key and its value, a fact one of the names in world.c's table; "-": it is not known.
 */
#ifndef FWS_TESTS_UNIT_POLICY_WORLD_H
#define FWS_TESTS_UNIT_POLICY_WORLD_H

#include "policy/policy.h"

#define FWS_WORLD_SETTINGS_MAX 96u
#define FWS_WORLD_TEXT_SIZE    8192u
#define FWS_WORLD_FACTS_SIZE   4096u
#define FWS_WORLD_PAYLOAD_SIZE 512u
#define FWS_WORLD_NAME         "policy/pump.yaml"

struct fws_world_setting {
    char path[96];
    char value[320];
};

struct fws_world_place {
    char path[96];
    struct fws_yaml_place place;
};

struct fws_world {
    struct fws_world_setting settings[FWS_WORLD_SETTINGS_MAX];
    size_t setting_count;
    char text[FWS_WORLD_TEXT_SIZE]; /* the file */
    size_t text_size;
    unsigned line; /* the next one */
    struct fws_world_place places[FWS_WORLD_SETTINGS_MAX];
    size_t place_count;
    struct fws_policy policy;

    struct fws_facts facts;
    char words[FWS_WORLD_FACTS_SIZE]; /* what the facts point to */
    size_t words_used;
    uint8_t ids[4][16];
    uint8_t spki[32];
    struct fws_version last;
    uint8_t payload[FWS_WORLD_PAYLOAD_SIZE];
    size_t payload_size;
    bool content_known;
    struct fws_content content;

    struct fws_decision decision;
};

/* Compose and load the policy. False with err when it does not load. */
bool fws_world_try(struct fws_world *world, const char *settings, struct fws_error *err);

/* The same; a policy that does not load fails the test. */
void fws_world_open(struct fws_world *world, const char *settings);
void fws_world_close(struct fws_world *world);

/* "NAME VALUE, NAME VALUE", on top of the facts there are. */
void fws_world_facts(struct fws_world *world, const char *facts);

/* Back to the request that the policy allows. */
void fws_world_forget(struct fws_world *world);

void fws_world_decide(struct fws_world *world);

/* The answer of a rule; NULL: it is not in the decision. */
const struct fws_decision_reason *fws_world_reason(const struct fws_world *world, const char *rule);

/* Where the value of a key stands in the file; zero: it is not there. */
struct fws_yaml_place fws_world_place(const struct fws_world *world, const char *path);

#endif

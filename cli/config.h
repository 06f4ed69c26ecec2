/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fwsign.yaml: where the module, the keys, the policy and the log are.
 *
 * Found by --config, FWSIGN_CONFIG, ./fwsign.yaml or the nearest one above, the user's
 * $XDG_CONFIG_HOME/fwsign/fwsign.yaml, /etc/fwsign/fwsign.yaml; the first that exists counts. But
 * when that of the system says `mode: enforced`, it counts alone.
 * Relative paths in it are relative to its folder.
 */
#ifndef FWS_CLI_CONFIG_H
#define FWS_CLI_CONFIG_H

#include "base/yaml.h"
#include "bytes/algorithm.h"
#include "keys/keys.h"

#define FWS_CONFIG_NAME "fwsign.yaml"

struct fws_config_key {
    char *name; /* first: see FWS_YAML_NAMED */
    char *uri;
    int algorithm;     /* enum fws_algorithm; FWS_ALG_NONE = not said */
    char *spki_sha256; /* "sha256:<hex>", or NULL while not pinned */
    struct fws_yaml_place at_uri;
};

struct fws_config {
    char *path;   /* of the file */
    char *folder; /* it stands in, absolute */
    struct {
        char *module;
        struct fws_yaml_texts environment; /* NAME=VALUE for the module's process */
        char *pin_file;
        uint64_t deadline_ms;
        struct fws_hsm_env *env; /* environment, split */
    } hsm;
    struct fws_yaml_named keys; /* struct fws_config_key */
    char *log_key;
    struct fws_yaml_texts log_trust; /* vkeys */
    char *high_water;                /* file, or NULL */
    bool enforced;                   /* mode: see cli/mode.h */
    int mode;                        /* as written */
    bool overrides;                  /* the system's configuration counts instead of one named */
    char *service;                   /* user that signs, in enforced mode; NULL: root alone */
    char *policy;                    /* folder */
    char *audit;                     /* folder */
};

extern const struct fws_yaml_field fws_config_fields[];

/* option: --config or NULL. FWS_E_CONFIG with file:line:col, also when no file is found. */
FWS_MUST_USE enum fws_status fws_config_load(const char *option, struct fws_config *out,
                                             struct fws_error *err);

/*
 * Only when the system's configuration says `mode: enforced`, which *out is then. FWS_E_CONFIG when
 * it is there and cannot be read: it might say so.
 */
FWS_MUST_USE enum fws_status fws_config_enforced(const char *option, bool *enforced,
                                                 struct fws_config *out, struct fws_error *err);

/* Is one named or found? It may be wrong all the same. */
bool fws_config_exists(const char *option);

/* The key of that name, or NULL. */
const struct fws_config_key *fws_config_key_find(const struct fws_config *config, const char *name);

/* A path of the configuration, absolute: heap, the caller's; NULL without memory. */
char *fws_config_path(const struct fws_config *config, const char *path);

void fws_config_free(struct fws_config *config);

#endif

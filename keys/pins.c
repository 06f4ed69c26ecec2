/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/describe.h"
#include "keys/pins.h"

static bool is_for(const struct fws_pin *pin, const struct fws_uri *uri)
{
    return strcmp(pin->token, uri->token) == 0 &&
           (pin->serial[0] == '\0' || uri->serial[0] == '\0' ||
            strcmp(pin->serial, uri->serial) == 0);
}

static void ask(struct fws_pin *pin, const struct fws_hsm_options *options,
                const struct fws_uri *uri)
{
    char label[FWS_URI_LABEL_SIZE];

    if (options->pin == NULL) {
        (void)fws_error_set(&pin->why, FWS_E_PIN_MISSING,
                            "the token wants a PIN and there is none");
        return;
    }
    memcpy(label, uri->token, sizeof label);
    fws_text_make_printable(label);
    enum fws_status status =
        options->pin(options->pin_context, label,
                     uri->pin_source[0] == '\0' ? NULL : uri->pin_source, &pin->secret, &pin->why);

    if (status == FWS_OK) {
        pin->state = FWS_PIN_FRESH;
        return;
    }
    pin->why.status = status;
    pin->state = status == FWS_E_PIN_MISSING ? FWS_PIN_NONE : FWS_PIN_SPENT;
    fws_secret_free(&pin->secret);
}

enum fws_status fws_pins_get(struct fws_pins *pins, const struct fws_hsm_options *options,
                             const struct fws_uri *uri, struct fws_pin **out, struct fws_error *err)
{
    struct fws_pin *pin = NULL;

    for (size_t i = 0; i < pins->count && pin == NULL; i++) {
        pin = is_for(&pins->list[i], uri) ? &pins->list[i] : NULL;
    }
    if (pin == NULL) {
        if (pins->count == FWS_PINS_MAX) {
            return fws_error_set(err, FWS_E_TOO_LARGE, "more than %u tokens in use", FWS_PINS_MAX);
        }
        pin = &pins->list[pins->count++];
        memcpy(pin->token, uri->token, sizeof pin->token);
        memcpy(pin->serial, uri->serial, sizeof pin->serial);
        ask(pin, options, uri);
    }
    *out = pin;
    if (pin->state == FWS_PIN_SPENT) {
        *err = pin->why;
        return err->status;
    }
    return FWS_OK;
}

static bool is_verdict(enum fws_status status)
{
    return status == FWS_E_PIN_WRONG || status == FWS_E_PIN_LOCKED || status == FWS_E_PIN_EXPIRED;
}

static void spend(struct fws_pin *pin, const struct fws_error *why)
{
    pin->why = *why;
    pin->state = FWS_PIN_SPENT;
    pin->ready_in = 0;
    fws_secret_free(&pin->secret);
}

void fws_pin_learn(struct fws_pin *pin, const struct fws_reply *done, const struct fws_error *err)
{
    struct fws_error unknown = {0};

    if (done != NULL && done->logged_in) {
        pin->state = FWS_PIN_PROVEN;
    } else if (done != NULL && done->login_tried && is_verdict(err->status)) {
        spend(pin, err);
    } else if (pin->state == FWS_PIN_FRESH && (done == NULL || done->login_tried)) {
        (void)fws_error_set(&unknown, FWS_E_HSM_UNAVAILABLE,
                            "the HSM failed during the login; the PIN may be wrong and is not "
                            "tried again");
        spend(pin, &unknown);
    }
}

void fws_pins_free(struct fws_pins *pins)
{
    for (size_t i = 0; i < pins->count; i++) {
        fws_secret_free(&pins->list[i].secret);
    }
    *pins = (struct fws_pins){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "keys/describe.h"
#include "keys/hsm.h"

enum fws_status fws_hsm_open(const struct fws_hsm_options *options, struct fws_hsm **out,
                             struct fws_error *err)
{
    struct stat info;

    if (options->module == NULL || options->module[0] != '/') {
        return fws_error_set(err, FWS_E_MODULE, "the module's path must be absolute");
    }
    if (stat(options->module, &info) != 0 || access(options->module, R_OK) != 0) {
        (void)fws_error_errno(err, errno, "module '%s'", options->module);
        return err->status = FWS_E_MODULE;
    }
    if (!S_ISREG(info.st_mode)) {
        return fws_error_set(err, FWS_E_MODULE, "module '%s': not a file", options->module);
    }
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for an HSM");
    }
    (*out)->options = *options;
    (*out)->recycle = FWS_HSM_RECYCLE;
    fws_turn_init(&(*out)->turn);
    return FWS_OK;
}

enum fws_status fws_hsm_begin(struct fws_hsm *hsm, enum fws_on_stop on_stop, struct fws_error *err)
{
    fws_turn_take(&hsm->turn);
    if (on_stop == FWS_ON_STOP_FAIL && fws_process_stop_signal() != 0) {
        fws_turn_pass(&hsm->turn);
        return fws_error_set(err, FWS_E_INTERRUPTED, "interrupted before the HSM was asked");
    }
    hsm->on_stop = on_stop;
    return FWS_OK;
}

void fws_hsm_end(struct fws_hsm *hsm)
{
    fws_turn_pass(&hsm->turn);
}

static enum fws_status need_worker(struct fws_hsm *hsm, struct fws_error *err)
{
    if (fws_worker_link_alive(&hsm->link)) {
        return FWS_OK;
    }
    hsm->signatures = 0;
    return fws_worker_link_start(&hsm->link, &hsm->options, err);
}

void fws_hsm_prepare(struct fws_hsm *hsm)
{
    struct fws_error err = {0};

    if (fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, &err) == FWS_OK) {
        (void)!need_worker(hsm, &err);
        fws_hsm_end(hsm);
    }
}

static unsigned deadline_of(const struct fws_hsm *hsm, const struct fws_call *call)
{
    unsigned once = hsm->options.deadline_ms == 0 ? FWS_HSM_DEADLINE_MS : hsm->options.deadline_ms;

    /* Somebody wants to go: an HSM that hangs must not keep them. */
    if (fws_process_stop_signal() != 0 && once > FWS_HSM_STOP_MS) {
        once = FWS_HSM_STOP_MS;
    }

    return once * (call->patience == 0 ? 1 : call->patience);
}

static const char *op_name(const struct fws_call *call)
{
    static const char *const names[] = {
        [FWS_REQUEST_TOKENS] = "list tokens",  [FWS_REQUEST_FIND] = "find key",
        [FWS_REQUEST_LIST] = "list keys",      [FWS_REQUEST_SIGN] = "sign",
        [FWS_REQUEST_CREATE] = "create token", [FWS_REQUEST_GENERATE] = "generate key",
    };

    return names[call->request.op];
}

/* A worker that did not answer is gone; say which request it was. */
static enum fws_status explain_silence(const struct fws_hsm *hsm, const struct fws_call *call,
                                       unsigned patience_ms, struct fws_error *err)
{
    if (err->status == FWS_E_HSM_TIMEOUT) {
        return fws_error_set(err, FWS_E_HSM_TIMEOUT, "module '%s': no answer to '%s' in %u ms",
                             hsm->options.module, op_name(call), patience_ms);
    }
    return err->status == FWS_E_HSM_CRASHED
               ? fws_error_wrap(err, "module '%s': %s", hsm->options.module, op_name(call))
               : err->status;
}

/*
 * Read replies up to the last one. What the caller finds wrong with an item is call->item_error:
 * the worker goes on all the same, and how its login went must be known.
 */
static enum fws_status receive_all(struct fws_hsm *hsm, struct fws_call *call,
                                   struct fws_error *err)
{
    unsigned patience_ms = deadline_of(hsm, call);
    int64_t deadline = fws_clock_monotonic_ms() + patience_ms;

    for (;;) {
        if (fws_worker_link_receive(&hsm->link, deadline, hsm->on_stop, &call->done, err) !=
            FWS_OK) {
            return explain_silence(hsm, call, patience_ms, err);
        }
        if (call->done.kind == FWS_REPLY_DONE) {
            return FWS_OK;
        }
        if (call->done.kind == FWS_REPLY_WAITING) {
            deadline = fws_clock_monotonic_ms() + FWS_HSM_LOCK_MS + patience_ms;
        } else if (call->done.kind == FWS_REPLY_LOCKED) {
            deadline = fws_clock_monotonic_ms() + patience_ms;
        } else if (call->item != NULL && call->item_error.status == FWS_OK) {
            call->items++;
            (void)!call->item(call->context, &call->done, &call->item_error);
        }
    }
}

static enum fws_status take_verdict(struct fws_reply *done, struct fws_error *err)
{
    if (done->status == FWS_OK) {
        return FWS_OK;
    }
    fws_text_make_printable(done->text);
    err->status = (enum fws_status)done->status;
    memcpy(err->text, done->text, sizeof err->text);
    /* A number that is no status would be taken for one of another meaning, or for success. */
    if (strcmp(fws_status_name(err->status), "unknown") == 0) {
        err->status = FWS_E_HSM_CRASHED;
    }
    return err->status;
}

enum fws_status fws_hsm_call(struct fws_hsm *hsm, struct fws_call *call, struct fws_error *err)
{
    enum fws_status status = need_worker(hsm, err);

    call->answered = false;
    call->items = 0;
    call->item_error.status = FWS_OK;
    if (status == FWS_OK) {
        status = fws_worker_link_send(&hsm->link, &call->request, call->secrets, call->secret_count,
                                      err);
    }
    if (status == FWS_OK) {
        status = receive_all(hsm, call, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    call->answered = true;
    hsm->link.used = true;
    if (call->done.broken) {
        fws_worker_link_stop(&hsm->link);
    }
    status = take_verdict(&call->done, err);
    if (status == FWS_OK && call->item_error.status != FWS_OK) {
        *err = call->item_error;
        status = err->status;
    }
    return status;
}

/* A URI without a label would let two names of one token ask for its PIN twice. */
enum fws_status fws_hsm_name_token(struct fws_hsm *hsm, struct fws_uri *uri, struct fws_error *err)
{
    if (uri->token[0] != '\0') {
        return FWS_OK;
    }
    struct fws_token_list list = {0};
    const struct fws_token *only = NULL;
    size_t count = 0;
    enum fws_status status = fws_hsm_tokens(hsm, &list, err);

    for (size_t i = 0; i < list.count; i++) {
        if (fws_uri_matches_token(uri, &list.tokens[i])) {
            only = &list.tokens[i];
            count++;
        }
    }
    /* With none or several the worker says so. */
    if (status == FWS_OK && count == 1) {
        memcpy(uri->token, only->label, sizeof uri->token);
        memcpy(uri->serial, only->serial, sizeof uri->serial);
    }
    fws_token_list_free(&list);
    return status;
}

static enum fws_status call_with_pin(struct fws_hsm *hsm, struct fws_call *call,
                                     struct fws_error *err)
{
    struct fws_pin *pin = NULL;
    enum fws_status status = need_worker(hsm, err);

    if (status == FWS_OK) {
        status = fws_pins_get(&hsm->pins, &hsm->options, &call->request.uri, &pin, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    call->secret_count = 0;
    if (pin->state != FWS_PIN_NONE && pin->ready_in != hsm->link.generation) {
        call->secrets[call->secret_count++] = &pin->secret;
    }
    uint64_t generation = hsm->link.generation;

    status = fws_hsm_call(hsm, call, err);
    if (call->answered && call->done.ready) {
        pin->ready_in = generation;
    }
    if (call->secret_count > 0) {
        fws_pin_learn(pin, call->answered ? &call->done : NULL, err);
    }
    if (status == FWS_E_PIN_MISSING && pin->state == FWS_PIN_NONE) {
        *err = pin->why;
    }
    return status;
}

enum fws_status fws_hsm_call_logged_in(struct fws_hsm *hsm, struct fws_call *call,
                                       struct fws_error *err)
{
    struct fws_error second = {0};
    enum fws_status status = fws_hsm_name_token(hsm, &call->request.uri, err);

    if (status != FWS_OK) {
        return status;
    }
    bool used = hsm->link.used && fws_worker_link_alive(&hsm->link);

    status = call_with_pin(hsm, call, err);
    if (status == FWS_OK || !used || !call->answered || !call->done.broken || call->done.sent ||
        call->items > 0) {
        return status;
    }
    /* The first failure says more than what a second one might. */
    return call_with_pin(hsm, call, &second) == FWS_OK ? FWS_OK : status;
}

struct fws_worker_link *fws_hsm_link(struct fws_hsm *hsm)
{
    return &hsm->link;
}

void fws_hsm_set_recycle(struct fws_hsm *hsm, unsigned long signatures)
{
    hsm->recycle = signatures;
}

void fws_hsm_close(struct fws_hsm **hsm)
{
    if (*hsm != NULL) {
        fws_worker_link_stop(&(*hsm)->link);
        fws_pins_free(&(*hsm)->pins);
        free(*hsm);
        *hsm = NULL;
    }
}

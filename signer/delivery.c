/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/delivery.h"
#include "base/process.h"
#include "signer/record.h"

enum fws_status fws_stop_asked(const char *when, struct fws_error *err)
{
    if (fws_process_stop_signal() == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_INTERRUPTED, "interrupted %s", when);
}

/* The image is the commit point, so it comes last. */
static enum fws_status name_files(struct fws_delivery *delivery)
{
    struct fws_error *why = &delivery->why;
    enum fws_status status = fws_stop_asked("before the image was put in place", why);

    if (status == FWS_OK && delivery->detached.fd != 0) {
        status = fws_output_commit(&delivery->detached, why);
    }
    if (status == FWS_OK && delivery->image.fd != 0) {
        status = fws_output_commit(&delivery->image, why);
    }
    fws_output_close(&delivery->image);
    fws_output_close(&delivery->detached);
    return status;
}

static void *deliver(void *context)
{
    struct fws_delivery *delivery = context;

    delivery->status = name_files(delivery);
    return NULL;
}

void fws_delivery_start(struct fws_delivery *delivery)
{
    delivery->in_background = pthread_create(&delivery->thread, NULL, deliver, delivery) == 0;
}

enum fws_status fws_delivery_finish(struct fws_signer *signer, const struct fws_sign_result *result,
                                    struct fws_delivery *delivery, struct fws_error *err)
{
    if (delivery->in_background) {
        (void)pthread_join(delivery->thread, NULL);
        delivery->in_background = false;
    } else {
        (void)deliver(delivery);
    }
    if (delivery->status == FWS_OK) {
        return FWS_OK;
    }
    if (fws_record_delivery(signer, result, &delivery->why, err) == FWS_OK) {
        *err = delivery->why;
    }
    return err->status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MCUboot asks fwsign's verifier whether an image is good, instead of its own validation.
 *
 * MCUboot calls boot_image_check_hook() wherever it would check an image: before it copies or swaps
 * one in, and before it boots one. What is refused here is erased or not booted, as usual.
 */
#include <stdint.h>

#include <bootutil/boot_hooks.h>
#include <bootutil/bootutil_log.h>
#include <bootutil/fault_injection_hardening.h>
#include <bootutil/security_cnt.h>
#include <flash_map_backend/flash_map_backend.h>
#include <mcuboot_config/mcuboot_config.h>

#include "fwsign_verifier.h"
#include "keys.inc" /* fwsign key export --format c */

BOOT_LOG_MODULE_DECLARE(mcuboot);

/* ---- Flash ---- */

static enum fws_status read_area(void *context, uint32_t offset, void *out, size_t size)
{
    return flash_area_read(context, offset, out, size) == 0 ? FWS_OK : FWS_E_FLASH_READ;
}

static void feed_watchdog(void *context)
{
    (void)context;
    MCUBOOT_WATCHDOG_FEED();
}

static void wait_random(void *context)
{
    (void)context;
    (void)fih_delay();
}

/* ---- Policy ---- */

static uint32_t image_checked; /* the counter asked for is this image's */

/* MCUboot keeps the counters, and raises them once a new image is confirmed. */
static enum fws_status counter_floor(void *context, uint32_t *out)
{
    const uint32_t *image = context;
    fih_int counter = fih_int_encode(0);
    FIH_DECLARE(result, FIH_FAILURE);

    FIH_CALL(boot_nv_security_counter_get, result, *image, &counter);
    if (FIH_NOT_EQ(result, FIH_SUCCESS)) {
        return FWS_E_COUNTER_READ;
    }
    *out = (uint32_t)fih_int_decode(counter);
    return FWS_OK;
}

static const struct fws_hash_function *const hashes[] = {&fws_builtin_sha256_mid, NULL};
static const struct fws_signature_scheme *const schemes[] = {&fws_builtin_p256, NULL};

static const struct fws_verify_policy policy = {
    .hashes = hashes,
    .schemes = schemes,
    .keys = fws_trusted_keys,
    .key_count = sizeof fws_trusted_keys / sizeof fws_trusted_keys[0],
    .options = FWS_VERIFY_TAIL_IGNORED, /* behind the image stands MCUboot's own trailer */
    .counter_floor = counter_floor,
    .context = &image_checked,
};

/* ---- The hook ---- */

static uint32_t check_area(const struct flash_area *area, struct fws_verify_report *report)
{
    static struct fws_verify_work work;
    const struct fws_verify_io io = {
        .read = read_area,
        .progress = feed_watchdog,
        .delay = wait_random,
        .context = (void *)(uintptr_t)area, /* read_area only reads it */
        .size = (uint32_t)flash_area_get_size(area),
    };

    return fws_verify(&policy, &io, &work, report);
}

fih_ret boot_image_check_hook(int img_index, int slot)
{
    const struct flash_area *area = NULL;
    struct fws_verify_report report;

    if (flash_area_open((uint8_t)flash_area_id_from_multi_image_slot(img_index, slot), &area) !=
        0) {
        FIH_RET(FIH_FAILURE);
    }
    image_checked = (uint32_t)img_index;
    uint32_t evidence = check_area(area, &report);

    flash_area_close(area);
    if (fws_verify_refused(evidence)) {
        BOOT_LOG_ERR("image %d, slot %d: refused, fwsign status %d at 0x%x", img_index, slot,
                     (int)report.reason, (unsigned)report.offset);
        FIH_RET(FIH_FAILURE);
    }
    /* The other test, and the only way to success. */
    if (fws_verify_accepted(evidence)) {
        FIH_RET(FIH_SUCCESS);
    }
    FIH_RET(FIH_FAILURE);
}

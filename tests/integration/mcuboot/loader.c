/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for MCUboot's loader: calls the hook for an image in a flash area of memory.
 *
 *     loader IMAGE [counter=N] [counter-fails] [open-fails] [read-fails-at=OFFSET] [slot-size=N]
 *
 * Exit 0 when the hook says success, 1 when it says failure, 3 when it breaks a rule of MCUboot's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bootutil/boot_hooks.h>
#include <bootutil/bootutil_log.h>
#include <bootutil/security_cnt.h>
#include <flash_map_backend/flash_map_backend.h>
#include <mcuboot_config/mcuboot_config.h>

#define SLOT_MAX (256u * 1024u)
#define AREA_ID  7
#define IMAGE    2
#define SLOT     1
#define FIH_MASK 0xbeef

static uint8_t flash[SLOT_MAX];
static struct flash_area area = {.fa_id = AREA_ID, .fa_off = 0x8000, .fa_size = SLOT_MAX};
static long read_fails_at = -1;
static int counter;
static int counter_fails;
static int open_fails;
static int areas_open;
static int feeds;

fih_ret FIH_SUCCESS = 0x1aaaaaaa;
fih_ret FIH_FAILURE = 0x15555555;
fih_ret FIH_NO_BOOTABLE_IMAGE = 0x155aa555;
fih_ret FIH_BOOT_HOOK_REGULAR = 0x1aa55aaa;
int stub_cfi_counter;

static _Noreturn void broken(const char *rule)
{
    printf("broken: %s\n", rule);
    exit(3);
}

_Noreturn void stub_panic(void)
{
    broken("a function called by FIH_CALL did not return by FIH_RET");
}

int fih_delay(void)
{
    return 1;
}

fih_int fih_int_encode(int x)
{
    fih_int out = {x, x ^ FIH_MASK};

    return out;
}

int fih_int_decode(fih_int x)
{
    if (x.val != (x.msk ^ FIH_MASK)) {
        stub_panic();
    }
    return x.val;
}

void stub_feed(void)
{
    feeds++;
}

void stub_log(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

fih_ret boot_nv_security_counter_get(uint32_t image_id, fih_int *security_cnt)
{
    if (image_id != IMAGE) {
        broken("the counter of another image is asked for");
    }
    if (counter_fails) {
        FIH_RET(FIH_FAILURE);
    }
    fih_int value = fih_int_encode(counter);

    security_cnt->val = value.val;
    security_cnt->msk = value.msk;
    FIH_RET(FIH_SUCCESS);
}

int flash_area_id_from_multi_image_slot(int image_index, int slot)
{
    if (image_index != IMAGE || slot != SLOT) {
        broken("another slot is asked for");
    }
    return AREA_ID;
}

int flash_area_open(uint8_t id, const struct flash_area **fa)
{
    if (id != AREA_ID || open_fails) {
        return -1;
    }
    areas_open++;
    *fa = &area;
    return 0;
}

void flash_area_close(const struct flash_area *fa)
{
    (void)fa;
    areas_open--;
}

int flash_area_read(const struct flash_area *fa, off_t off, void *dst, size_t len)
{
    if (areas_open != 1 || off < 0 || len > fa->fa_size || (size_t)off > fa->fa_size - len) {
        broken("a read outside of the open area");
    }
    if (read_fails_at >= off && read_fails_at < off + (off_t)len) {
        return -5;
    }
    memcpy(dst, flash + off, len);
    return 0;
}

static void take_option(const char *option)
{
    if (sscanf(option, "counter=%d", &counter) == 1 ||
        sscanf(option, "read-fails-at=%ld", &read_fails_at) == 1 ||
        sscanf(option, "slot-size=%zu", &area.fa_size) == 1) {
        return;
    }
    counter_fails |= strcmp(option, "counter-fails") == 0;
    open_fails |= strcmp(option, "open-fails") == 0;
}

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    FIH_DECLARE(result, FIH_FAILURE);

    if (file == NULL) {
        return 2;
    }
    memset(flash, 0xff, sizeof flash);
    if (fread(flash, 1, sizeof flash, file) == 0) {
        return 2;
    }
    fclose(file);
    for (int i = 2; i < argc; i++) {
        take_option(argv[i]);
    }
    FIH_CALL(boot_image_check_hook, result, IMAGE, SLOT);
    if (areas_open != 0) {
        broken("the flash area is left open");
    }
    if (FIH_EQ(result, FIH_SUCCESS)) {
        printf("success, watchdog fed: %s\n", feeds > 0 ? "yes" : "no");
        return 0;
    }
    printf("failure\n");
    return FIH_EQ(result, FIH_FAILURE) ? 1 : 3;
}

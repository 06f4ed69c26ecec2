/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what SIZE_HASHES and SIZE_SCHEMES ask of verifier/config.h: "<hash state> <scratch>". */
#include "tests/device/host.h"
#include "verifier/builtin/builtin.h"

static const struct fws_hash_function *const hashes[] = {SIZE_HASHES, NULL};
static const struct fws_signature_scheme *const schemes[] = {SIZE_SCHEMES, NULL};

int device_main(void)
{
    uint32_t state = 0;
    uint32_t scratch = 0;

    for (size_t i = 0; hashes[i] != NULL; i++) {
        state = hashes[i]->state_size > state ? hashes[i]->state_size : state;
    }
    for (size_t i = 0; schemes[i] != NULL; i++) {
        scratch = schemes[i]->scratch_size > scratch ? schemes[i]->scratch_size : scratch;
    }
    host_print_number(state);
    host_print(" ");
    host_print_number(scratch);
    host_print("\n");
    return 0;
}

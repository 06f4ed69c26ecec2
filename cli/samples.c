/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/samples.h"

const char fws_sample_policy[] =
    "# What may be signed for one product. Check a change with 'fwsign policy lint'.\n"
    "product: sample    # the product's name, in the log and for --product\n"
    "keys: [prod-2025]    # which keys of fwsign.yaml may sign it\n"
    "header: prepend    # put the header before the input; 'reserved': the input begins with "
    "zeros\n"
    "header-size: 0x200    # bytes of header and padding; Cortex-M vector tables need this much\n"
    "slot-size: 0x100000    # bytes of the device's slot; image and trailer must fit\n"
    "erased: 0xff    # what erased flash reads as: header padding and gaps of HEX files\n"
    "version:    # the rules for the version that goes into the image\n"
    "  from: [option, \"file: VERSION\"]    # --fw-version, else the first line of VERSION\n"
    "  minimum: 0.1.0    # nothing older is signed\n"
    "resign: false    # an input that is a signed image already is refused\n"
    "# hex-range: 0x0-0x3ffff    # which addresses of an Intel HEX file count\n"
    "# vendor-id: example.org    # UUID, or a name it is made from; in the image and checked\n"
    "# class-id: sensor-a    # the same for the kind of device\n"
    "# allow-imported: true    # take keys that were not generated on the token\n"
    "# allow-multi-purpose: true    # take keys that may also decrypt, unwrap or derive\n"
    "# allow-software-keys: true    # take PEM files: development only\n";

const char fws_sample_softhsm_conf[] = "# SoftHSM of this folder alone; the module runs in the\n"
                                       "# folder of fwsign.yaml.\n"
                                       "directories.tokendir = token/objects\n"
                                       "objectstore.backend = file\n"
                                       "log.level = ERROR\n"
                                       "slots.removable = false\n";

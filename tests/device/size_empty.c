/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/device/size.h"

enum fws_status size_check(void)
{
    return FWS_OK;
}

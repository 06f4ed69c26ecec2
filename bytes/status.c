/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes/status.h"

const char *fws_status_name(enum fws_status status)
{
    switch (status) {
#define FWS_STATUS_NAME(number, name, text, advice)                                                \
    case name:                                                                                     \
        return text;
        FWS_STATUS_LIST(FWS_STATUS_NAME)
#undef FWS_STATUS_NAME
    }
    return "unknown";
}

const char *fws_status_advice(enum fws_status status)
{
    switch (status) {
#define FWS_STATUS_ADVICE(number, name, text, advice)                                              \
    case name:                                                                                     \
        return advice;
        FWS_STATUS_LIST(FWS_STATUS_ADVICE)
#undef FWS_STATUS_ADVICE
    }
    return "";
}

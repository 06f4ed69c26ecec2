/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Put in front of the files that clang-tidy reads, and of none that is compiled. Its analyzer sees
 * one file at a time and would follow paths on which a failure is reported as FWS_OK; here it is
 * told that the status of a failure is never that.
 */
#ifndef FWS_SCRIPTS_ANALYZER_H
#define FWS_SCRIPTS_ANALYZER_H

#include "base/error.h"

enum fws_status fws_analyzer_any(void);

static inline enum fws_status fws_analyzer_failure(void)
{
    enum fws_status status = fws_analyzer_any();

    if (status == FWS_OK) {
        __builtin_unreachable();
    }
    return status;
}

#define fws_error_set(...)   ((void)(fws_error_set)(__VA_ARGS__), fws_analyzer_failure())
#define fws_error_errno(...) ((void)(fws_error_errno)(__VA_ARGS__), fws_analyzer_failure())
#define fws_error_wrap(...)  ((void)(fws_error_wrap)(__VA_ARGS__), fws_analyzer_failure())

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Write a file of cases (cases.h) on a host. What goes wrong ends the process with a sentence.
 *
 *     cases_open(path); cases_image(...); cases_signature(...); ...; cases_close();
 */
#ifndef FWS_TESTS_DEVICE_CASES_WRITE_H
#define FWS_TESTS_DEVICE_CASES_WRITE_H

#include "tests/device/cases.h"

void cases_open(const char *path);

/* policy's lists, callbacks and context are not written; a case that was written before is left out. */
void cases_image(const char *name, enum fws_status expected, const struct fws_verify_policy *policy,
                 uint32_t counter_floor, uint32_t revoked, const void *slot, size_t size);

void cases_signature(const char *name, enum fws_status expected, enum fws_algorithm alg,
                     enum case_form form, struct fws_reader key, struct fws_reader message,
                     struct fws_reader signature);

/* The number of cases written. */
size_t cases_close(void);

#endif

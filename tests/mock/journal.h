/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module was asked, in the file named in FWSIGN_MOCK_JOURNAL: one line a call, appended
 * whole, "C_Sign CKR_OK" or, where there was no answer, "C_Sign hang". Never an argument.
 */
#ifndef FWS_TESTS_MOCK_JOURNAL_H
#define FWS_TESTS_MOCK_JOURNAL_H

void mock_journal(const char *function, const char *result);

/* The name of a return value; unknown ones as 0x-number, in memory of the calling thread. */
const char *mock_rv_name(unsigned long rv);

#endif

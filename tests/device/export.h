/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the cases for devices come from; each is asserted on the host as well.
 *
 *     export_cases.c      images of tests/vector, main
 *     export_edge.c       signatures of tests/vectors/edge
 *     export_lms.c        LMS signatures by the signer of tests/lms
 *     export_malformed.c  images of tests/vectors/malformed
 */
#ifndef FWS_TESTS_DEVICE_EXPORT_H
#define FWS_TESTS_DEVICE_EXPORT_H

/* A file of the folder whose algorithm is one of the built-in cryptography. */
void export_edge(const char *folder, const char *name);

/* Each row of a set. */
void export_malformed(const char *folder, const char *set);

/* Each pair of parameter sets once, and what a changed byte makes of it. */
void export_lms(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Release tied to scope.
 *
 *     FWS_AUTO(fws_buf) body = {0};          freed by fws_buf_free on every way out
 *     FWS_AUTO_CLOSE(fws_output) file = {0}; closed by fws_output_close on every way out
 *
 * Every X_free and X_close accepts the zero value and leaves the zero value, so it may run twice.
 */
#ifndef FWS_BASE_CLEANUP_H
#define FWS_BASE_CLEANUP_H

#define FWS_AUTO(type)       __attribute__((cleanup(type##_free))) struct type
#define FWS_AUTO_CLOSE(type) __attribute__((cleanup(type##_close))) struct type

#endif

# SPDX-License-Identifier: Apache-2.0
fws_test(base/file SOURCES unit/base/file_test.c LINK base)
fws_test(base/json SOURCES unit/base/json_test.c LINK base)
fws_test(base/secret SOURCES unit/base/secret_test.c LINK base)

# SPDX-License-Identifier: Apache-2.0
fws_test(bytes/reader SOURCES unit/bytes/reader_test.c LINK bytes)
fws_test(bytes/text SOURCES unit/bytes/text_test.c LINK bytes)
fws_test(bytes/status SOURCES unit/bytes/status_test.c LINK bytes)
fws_test(bytes/conditions SOURCES unit/bytes/conditions_test.c LINK bytes)

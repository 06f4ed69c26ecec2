# SPDX-License-Identifier: Apache-2.0
fws_test(base/crc32c SOURCES unit/base/crc32c_test.c LINK base)
fws_test(base/file SOURCES unit/base/file_test.c LINK base)
fws_test(base/json SOURCES unit/base/json_test.c LINK base)
fws_test(base/secret SOURCES unit/base/secret_test.c LINK base)
fws_test(base/yaml SOURCES unit/base/yaml_test.c LINK base)
fws_fuzz(base_yaml fuzz/base_yaml_fuzz.c LINK base)

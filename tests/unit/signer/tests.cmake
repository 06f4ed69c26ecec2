# SPDX-License-Identifier: Apache-2.0
fws_test(signer/uuid SOURCES unit/signer/uuid_test.c LINK signer)
fws_test(signer/image SOURCES unit/signer/image_test.c LINK signer)
fws_test(signer/firmware SOURCES unit/signer/firmware_test.c LINK signer)

# SPDX-License-Identifier: Apache-2.0
foreach(name IN ITEMS version header tlv dependency ecdsa_der trailer ihex)
    fws_test(format/${name} SOURCES unit/format/${name}_test.c LINK format bytes)
endforeach()

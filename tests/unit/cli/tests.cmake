# SPDX-License-Identifier: Apache-2.0
fws_test(cli/options SOURCES unit/cli/options_test.c ../cli/options.c LINK base)
fws_test(cli/exit SOURCES unit/cli/exit_test.c ../cli/exit.c LINK base)

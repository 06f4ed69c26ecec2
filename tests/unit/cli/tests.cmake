# SPDX-License-Identifier: Apache-2.0
fws_test(cli/options SOURCES unit/cli/options_test.c ../cli/options.c LINK base)
fws_test(cli/exit SOURCES unit/cli/exit_test.c ../cli/exit.c LINK base)
fws_test(cli/log_time SOURCES unit/cli/log_time_test.c ../cli/log_time.c LINK base)

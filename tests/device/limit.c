/* SPDX-License-Identifier: Apache-2.0 */
/*
 * End a program that does not end: after a number of instructions, with GLITCH_HANG as exit status,
 * so that a hang is one on a busy host too.
 *
 *     qemu-system-arm ... -plugin ./limit.so,most=20000000[,first=0x40,last=0x2c8,reached=FILE]
 *
 * Also writes to the file 'reached' how many were executed, and, one address a line, which of those
 * within [first, last) were translated: no other was executed.
 */
#include "tests/device/glitch.h"
#include "tests/device/plugin.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const int qemu_plugin_version = 1;

static uint64_t most;
static uint64_t first;
static uint64_t last;
static char *out;

static uint64_t executed; /* by the one processor; whole blocks, though one may be left early */
static bool *reached;     /* each even address */

static void at_block(unsigned vcpu, void *data)
{
    (void)vcpu;
    executed += (uintptr_t)data;
    if (executed > most) {
        _exit(GLITCH_HANG);
    }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);

    (void)id;
    /* A number, not a pointer: how many instructions the block has. */
    qemu_plugin_register_vcpu_tb_exec_cb(tb, at_block, QEMU_PLUGIN_CB_NO_REGS, (void *)count);
    for (size_t i = 0; i < count && reached != NULL; i++) {
        uint64_t address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i));

        if (address >= first && address < last) {
            reached[(address - first) / 2] = true;
        }
    }
}

static void leaving(qemu_plugin_id_t id, void *data)
{
    FILE *file = fopen(out, "w");

    (void)id;
    (void)data;
    if (file == NULL) {
        return;
    }
    (void)fprintf(file, "%llu\n", (unsigned long long)executed);
    for (uint64_t address = first; address < last; address += 2) {
        if (reached[(address - first) / 2]) {
            (void)fprintf(file, "%llx\n", (unsigned long long)address);
        }
    }
    (void)fclose(file);
}

static const char *value_of(const char *argument, const char *name)
{
    size_t length = strlen(name);

    return strncmp(argument, name, length) == 0 ? argument + length : NULL;
}

static bool take_option(const char *argument)
{
    const char *value = NULL;

    if ((value = value_of(argument, "most=")) != NULL) {
        most = strtoull(value, NULL, 10);
    } else if ((value = value_of(argument, "first=")) != NULL) {
        first = strtoull(value, NULL, 16);
    } else if ((value = value_of(argument, "last=")) != NULL) {
        last = strtoull(value, NULL, 16);
    } else if ((value = value_of(argument, "reached=")) != NULL) {
        out = strdup(value);
    } else {
        return false;
    }
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!take_option(argv[i])) {
            return 1;
        }
    }
    if (most == 0 || last < first) {
        return 1;
    }
    if (out != NULL) {
        reached = calloc((last - first) / 2 + 1, sizeof *reached);
        if (reached == NULL) {
            return 1;
        }
        qemu_plugin_register_atexit_cb(id, leaving, NULL);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}

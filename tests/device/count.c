/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Count instructions exactly: from the first of one function until the first of another, each time
 * that happens, summed. Not cycles, not time: the same on every host and in every run.
 *
 *     qemu-system-arm ... -plugin ./count.so,first=0x1a4,last=0x2c8,out=counted
 *
 * Writes the number to the file 'out' when the emulator leaves.
 */
#include "tests/device/plugin.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int qemu_plugin_version = 1;

static uint64_t first;
static uint64_t last;
static char *out;

static uint64_t executed; /* by the one processor; code the emulator generates adds to it */
static uint64_t executed_at_first;
static uint64_t counted;
static bool window_is_open;

static void at_first(unsigned vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (!window_is_open) { /* a loop may lead back to the first instruction */
        executed_at_first = executed;
        window_is_open = true;
    }
}

static void at_last(unsigned vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (window_is_open) {
        counted += executed - executed_at_first;
        window_is_open = false;
    }
}

/* Each instruction is counted by itself: a block may be left in its midst. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t address = qemu_plugin_insn_vaddr(insn);

        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
        if (address == first) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, at_first, QEMU_PLUGIN_CB_NO_REGS, NULL);
        } else if (address == last) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, at_last, QEMU_PLUGIN_CB_NO_REGS, NULL);
        }
    }
}

/* A window that was never closed is no number. */
static void leaving(qemu_plugin_id_t id, void *data)
{
    FILE *file = fopen(out, "w");

    (void)id;
    (void)data;
    if (file == NULL) {
        return;
    }
    if (!window_is_open && counted > 0) {
        (void)fprintf(file, "%llu\n", (unsigned long long)counted);
    }
    (void)fclose(file);
}

static const char *value_of(const char *argument, const char *name)
{
    size_t length = strlen(name);

    return strncmp(argument, name, length) == 0 ? argument + length : NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        const char *value = NULL;

        if ((value = value_of(argv[i], "first=")) != NULL) {
            first = strtoull(value, NULL, 16);
        } else if ((value = value_of(argv[i], "last=")) != NULL) {
            last = strtoull(value, NULL, 16);
        } else if ((value = value_of(argv[i], "out=")) != NULL) {
            out = strdup(value);
        } else {
            return 1;
        }
    }
    if (first == last || out == NULL) {
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, leaving, NULL);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* pair cpu|wall ROUNDS OURS-SCRIPT FLOOR-SCRIPT [BEFORE-SCRIPT]
 *
 * Runs two sh commands in turn, ours and floor, ROUNDS times after one warm-up each, and prints
 * the median of each in milliseconds: "OURS FLOOR". BEFORE is run before each and not timed. cpu counts user and system time of the command
 * and of every process it waited for. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double time_ms(struct timeval value)
{
    return (double)value.tv_sec * 1e3 + (double)value.tv_usec / 1e3;
}

static double run(const char *before, const char *command, int cpu)
{
    if (before != NULL && system(before) != 0) {
        (void)fprintf(stderr, "failed: %s\n", before);
        exit(1);
    }
    double start = now_ms();
    pid_t pid = fork();
    struct rusage usage;
    int status = 0;

    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);

        (void)dup2(null, 1);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0) {
        (void)fprintf(stderr, "failed: %s\n", command);
        exit(1);
    }
    return cpu ? time_ms(usage.ru_utime) + time_ms(usage.ru_stime) : now_ms() - start;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    static double ours[ROUNDS_MAX];
    static double floors[ROUNDS_MAX];

    if (argc != 5 && argc != 6) {
        (void)fprintf(stderr, "usage: pair cpu|wall ROUNDS OURS FLOOR [BEFORE]\n");
        return 2;
    }
    int cpu = strcmp(argv[1], "cpu") == 0;
    long rounds = strtol(argv[2], NULL, 10);
    const char *before = argv[5]; /* NULL where there is none */

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        return 2;
    }
    (void)run(before, argv[3], cpu);
    (void)run(before, argv[4], cpu);
    for (long i = 0; i < rounds; i++) {
        ours[i] = run(before, argv[3], cpu);
        floors[i] = run(before, argv[4], cpu);
    }
    qsort(ours, (size_t)rounds, sizeof ours[0], compare);
    qsort(floors, (size_t)rounds, sizeof floors[0], compare);
    (void)printf("%.3f %.3f\n", ours[rounds / 2], floors[rounds / 2]);
    return 0;
}

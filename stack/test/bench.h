/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host with its upper tester on a bench: lines go in, lines come out. */
#pragma once
#include <stdio.h>
#include "host/request.h"
#include "host/upper.h"
#include "rig.h"

#define LINES_MAX 32

struct bench {
    struct rig *rig;
    struct v4_upper *upper;
    char *said[LINES_MAX];
    size_t count;
};

static inline struct bench bench_open(bool vtime)
{
    struct bench bench = {.rig = rig_open("modern")};

    bench.upper = v4_upper_open(bench.rig->host, vtime);
    cr_assert(bench.upper != NULL);
    return bench;
}

static inline void forget(struct bench *bench)
{
    while (bench->count > 0)
        free(bench->said[--bench->count]);
}

static inline void bench_close(struct bench *bench)
{
    forget(bench);
    v4_upper_close(bench->upper);
    rig_close(bench->rig);
}

static inline void hear(void *context, const char *line)
{
    struct bench *bench = context;

    cr_assert(bench->count < LINES_MAX);
    bench->said[bench->count] = malloc(strlen(line) + 1);
    cr_assert(bench->said[bench->count] != NULL);
    strcpy(bench->said[bench->count++], line);
}

static inline void say(struct bench *bench, const char *line)
{
    forget(bench);
    v4_upper_line(bench->upper, line, bench->rig->now, hear, bench);
    cr_assert(bench->count > 0, "%s: no reply", line);
}

/* The one line that answers. */
static inline void expect_reply(struct bench *bench, const char *line, const char *reply)
{
    say(bench, line);
    cr_expect(bench->count == 1, "%s: %zu lines", line, bench->count);
    cr_expect(strcmp(bench->said[bench->count - 1], reply) == 0, "%s: %s", line,
              bench->said[bench->count - 1]);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "iut.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fuzz_iut reference = {
    postel_iut_open,         postel_iut_input, postel_iut_output,
    postel_iut_next_timeout, postel_iut_tick,  postel_iut_line,
    postel_iut_reset,        postel_iut_close, .ours = true,
};

static _Noreturn void die(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(4);
}

/* ISO C has no conversion from an object's pointer to a function's. */
static void find(void *object, const char *path, const char *name, void *ret_call)
{
    void *symbol = dlsym(object, name);

    if (symbol == NULL)
        die(path, name);
    memcpy(ret_call, &symbol, sizeof symbol);
}

static struct fuzz_iut load(const char *path)
{
    struct fuzz_iut iut = {0};
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (object == NULL)
        die(path, dlerror());
    find(object, path, "postel_iut_open", &iut.open);
    find(object, path, "postel_iut_input", &iut.input);
    find(object, path, "postel_iut_output", &iut.output);
    find(object, path, "postel_iut_next_timeout", &iut.next_timeout);
    find(object, path, "postel_iut_tick", &iut.tick);
    find(object, path, "postel_iut_line", &iut.line);
    find(object, path, "postel_iut_reset", &iut.reset);
    find(object, path, "postel_iut_close", &iut.close);
    return iut;
}

const struct fuzz_iut *fuzz_iut(void)
{
    static struct fuzz_iut chosen;
    const char *path = getenv("POSTEL_IUT_OBJECT");

    if (chosen.open == NULL)
        chosen = path == NULL || *path == '\0' ? reference : load(path);
    return &chosen;
}

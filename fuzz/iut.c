/* SPDX-License-Identifier: BSD-2-Clause */
#include "iut.h"
#include <stdio.h>
#include <stdlib.h>

static const struct fuzz_iut reference = {
    .calls = POSTEL_IUT_LINKED,
    .ours = true,
};

static _Noreturn void die(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(4);
}

static struct fuzz_iut load(const char *path)
{
    struct fuzz_iut iut = {0};
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (object == NULL)
        die(path, dlerror());
    const char *lacks = postel_iut_find(object, &iut.calls);
    if (lacks != NULL)
        die(path, lacks);
    return iut;
}

const struct fuzz_iut *fuzz_iut(void)
{
    static struct fuzz_iut chosen;
    const char *path = getenv("POSTEL_IUT_OBJECT");

    if (chosen.calls.open == NULL)
        chosen = path == NULL || *path == '\0' ? reference : load(path);
    return &chosen;
}

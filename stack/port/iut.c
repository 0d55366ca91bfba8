/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/iut.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *v4_iut_load(const char *path, struct v4_iut *ret_iut)
{
    static char why[256];
    struct v4_iut iut = {.foreign = true};

    /* A name without a slash would be looked for in the system's directories. */
    if (strchr(path, '/') == NULL)
        return "the object must be named by a path with a slash in it, as ./NAME.so";
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return dlerror();
    const char *lacks = postel_iut_find(library, &iut.calls);
    if (lacks != NULL) {
        snprintf(why, sizeof why, "%s lacks the call %s", path, lacks);
        dlclose(library);
        return why;
    }
    *ret_iut = iut;
    return NULL;
}

bool v4_iut_open(struct v4_iut *iut, const char *settings)
{
    iut->it = iut->calls.open(settings);
    return iut->it != NULL;
}

bool v4_iut_input(const struct v4_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                  v4_time now)
{
    uint8_t *copy = malloc(len);

    if (copy == NULL && len > 0)
        return false;
    if (len > 0)
        memcpy(copy, frame, len);
    iut->calls.input(iut->it, iface, copy, len, now);
    free(copy);
    return true;
}

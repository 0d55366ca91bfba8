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
    const struct {
        const char *name;
        void *at; /* the pointer to a function, as POSIX lets dlsym() fill it */
    } calls[] = {
        {"postel_iut_open", &iut.open},     {"postel_iut_input", &iut.input},
        {"postel_iut_output", &iut.output}, {"postel_iut_next_timeout", &iut.next_timeout},
        {"postel_iut_tick", &iut.tick},     {"postel_iut_line", &iut.line},
        {"postel_iut_reset", &iut.reset},   {"postel_iut_close", &iut.close},
    };

    /* A name without a slash would be looked for in the system's directories. */
    if (strchr(path, '/') == NULL)
        return "the object must be named by a path with a slash in it, as ./NAME.so";
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return dlerror();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        void *address = dlsym(library, calls[i].name);
        if (address == NULL) {
            snprintf(why, sizeof why, "%s lacks the call %s", path, calls[i].name);
            dlclose(library);
            return why;
        }
        memcpy(calls[i].at, &address, sizeof address);
    }
    *ret_iut = iut;
    return NULL;
}

bool v4_iut_open(struct v4_iut *iut, const char *settings)
{
    iut->it = iut->open(settings);
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
    iut->input(iut->it, iface, copy, len, now);
    free(copy);
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The eight calls of postel_iut.h as values, for who drives an IUT and does not care whether it is
 * linked in or loaded. A stack has no need of this. */
#pragma once
#include <dlfcn.h>
#include <string.h>
#include "postel_iut.h"

struct postel_iut_calls {
    struct postel_iut *(*open)(const char *settings);
    void (*input)(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                  uint64_t now);
    size_t (*output)(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame);
    uint64_t (*next_timeout)(struct postel_iut *iut);
    void (*tick)(struct postel_iut *iut, uint64_t now);
    void (*line)(struct postel_iut *iut, const char *line, uint64_t now,
                 void (*emit)(void *context, const char *line), void *context);
    void (*reset)(struct postel_iut *iut);
    void (*close)(struct postel_iut *iut);
};

/* Those that are linked in. */
#define POSTEL_IUT_LINKED                                                                          \
    {                                                                                              \
        postel_iut_open, postel_iut_input, postel_iut_output, postel_iut_next_timeout,             \
            postel_iut_tick, postel_iut_line, postel_iut_reset, postel_iut_close                   \
    }

/* Finds them in what dlopen() gave. NULL when all are there, else the name of one that is not. */
static inline const char *postel_iut_find(void *object, struct postel_iut_calls *ret_calls)
{
    struct postel_iut_calls calls = {0};
    const struct {
        const char *name;
        void *at; /* the pointer to a function, as POSIX lets dlsym() fill it */
    } wanted[] = {
        {"postel_iut_open", &calls.open},     {"postel_iut_input", &calls.input},
        {"postel_iut_output", &calls.output}, {"postel_iut_next_timeout", &calls.next_timeout},
        {"postel_iut_tick", &calls.tick},     {"postel_iut_line", &calls.line},
        {"postel_iut_reset", &calls.reset},   {"postel_iut_close", &calls.close},
    };

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        void *symbol = dlsym(object, wanted[i].name);
        if (symbol == NULL)
            return wanted[i].name;
        memcpy(wanted[i].at, &symbol, sizeof symbol); /* ISO C converts no such pointers */
    }
    *ret_calls = calls;
    return NULL;
}

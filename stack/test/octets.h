/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the unit tests share: octets in an allocation of their exact size, so that a sanitizer sees
 * one octet too many, and a function that must not survive. */
#pragma once
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/span.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A copy that the caller gives to drop_octets(). */
static inline struct v4_span exact(const void *octets, size_t len)
{
    uint8_t *copy = malloc(len);

    cr_assert(copy != NULL || len == 0);
    if (len != 0)
        memcpy(copy, octets, len);
    return (struct v4_span){copy, len};
}

static inline void drop_octets(struct v4_span span)
{
    free((void *)span.octets);
}

/* True when a child that calls `deed` ends otherwise than by returning from it. */
static inline bool dies(void (*deed)(void *context), void *context)
{
    int status;
    pid_t child = fork();

    cr_assert(child >= 0);
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* the report is expected */
        deed(context);
        _exit(0);
    }
    cr_assert(waitpid(child, &status, 0) == child);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

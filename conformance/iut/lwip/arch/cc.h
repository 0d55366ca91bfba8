/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What lwIP asks of a compiler and a platform. Its own words go to standard error, which is evidence; standard output
 * belongs to the upper tester. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

#define BYTE_ORDER __BYTE_ORDER__
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN __ORDER_BIG_ENDIAN__

#define LWIP_PLATFORM_DIAG(words)    \
    do {                             \
        lwip_iut_diagnose words;     \
    } while (0)
#define LWIP_PLATFORM_ASSERT(words)                                           \
    do {                                                                      \
        fprintf(stderr, "lwip: %s (%s:%d)\n", words, __FILE__, __LINE__);     \
        abort();                                                              \
    } while (0)

__attribute__((format(printf, 1, 2))) void lwip_iut_diagnose(const char *format, ...);

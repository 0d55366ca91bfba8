/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What lwIP asks of a compiler and a platform. Its own words go to standard error, which is
 * evidence; standard output belongs to the upper tester. */
#pragma once
#include <endian.h> /* BYTE_ORDER */
#include <stdio.h>
#include <stdlib.h>

#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS /* htons() and its kin stay the platform's */

#define LWIP_PLATFORM_DIAG(words)                                                                  \
    do {                                                                                           \
        lwip_iut_diagnose words;                                                                   \
    } while (0)
#define LWIP_PLATFORM_ASSERT(words)                                                                \
    do {                                                                                           \
        fprintf(stderr, "lwip: %s (%s:%d)\n", words, __FILE__, __LINE__);                          \
        abort();                                                                                   \
    } while (0)

#define LWIP_RAND() lwip_iut_rand()

unsigned lwip_iut_rand(void); /* from the settings' seed */
__attribute__((format(printf, 1, 2))) void lwip_iut_diagnose(const char *format, ...);

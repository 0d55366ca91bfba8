/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/poison.h"

/* There in a sanitizer's build only. */
extern void __sanitizer_print_stack_trace(void) __attribute__((weak));

/* A thread of libFuzzer's that begins while the process looks for leaks holds memory that nobody
 * seems to know. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:pthread_";
}

void oracle_broken(const char *file, int line, const char *format, ...)
{
    va_list values;

    fprintf(stderr, "ORACLE BROKEN: ");
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fprintf(stderr, " (%s:%d)\n", file, line);
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    abort();
}

bool fuzz_packet(struct v4_span frame, struct v4_span *ret_packet)
{
    if (frame.len < FUZZ_ETHERNET)
        return false;

    size_t len = frame.len - FUZZ_ETHERNET;
    uint8_t *octets = malloc(len > 0 ? len : 1);
    if (!octets)
        return false;
    memcpy(octets, frame.octets + FUZZ_ETHERNET, len);
    if (len == 0)
        v4_poison(octets, 1); /* for ASan an allocation of nothing has one octet */
    *ret_packet = (struct v4_span){octets, len};
    return true;
}

uint64_t fuzz_given, fuzz_through;

/* Where a search reads it (pytools/postel/fuzzing/fuzzing.py). */
static void say_through(void)
{
    fprintf(stderr, "stat::through: %llu of %llu\n", (unsigned long long)fuzz_through,
            (unsigned long long)fuzz_given);
}

bool fuzz_gets_through(bool kept)
{
    if (fuzz_given++ == 0)
        atexit(say_through);
    fuzz_through += kept;
    return kept;
}

uint64_t fuzz_edges;

/* The linker gives this name (fuzz/meson.build) to what the compiler calls on every edge: libFuzzer
 * has a function of the other one. */
void __wrap___sanitizer_cov_trace_pc(void);
void __wrap___sanitizer_cov_trace_pc(void)
{
    fuzz_edges++;
}

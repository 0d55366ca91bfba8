/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Makes memory of our own as dangerous to touch as freed memory of malloc(), where a sanitizer
 * watches; does nothing elsewhere.
 *
 * v4_poison(): touching it is an error for ASan. v4_unpoison(): it may be touched, and is
 * uninitialised for MSan. */
#pragma once
#include <stddef.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
#define V4_ASAN 1
#include <sanitizer/asan_interface.h>
#define V4_POISON_ASAN(p, n) __asan_poison_memory_region(p, n)
#define V4_UNPOISON_ASAN(p, n) __asan_unpoison_memory_region(p, n)
#else
#define V4_ASAN 0
#define V4_POISON_ASAN(p, n) ((void)(p), (void)(n))
#define V4_UNPOISON_ASAN(p, n) ((void)(p), (void)(n))
#endif

#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define V4_FORGET_MSAN(p, n) __msan_poison(p, n)
#else
#define V4_FORGET_MSAN(p, n) ((void)(p), (void)(n))
#endif

static inline void v4_poison(void *memory, size_t len)
{
    V4_FORGET_MSAN(memory, len);
    V4_POISON_ASAN(memory, len);
}

static inline void v4_unpoison(void *memory, size_t len)
{
    V4_UNPOISON_ASAN(memory, len);
    V4_FORGET_MSAN(memory, len);
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * When memory is short. This program's malloc(), calloc() and free() are its own: they count, and
 * one allocation can be chosen to fail. */
#include "base/poison.h"
#include "host/upper.h"
#include "rig.h"

#if V4_ASAN
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void REAL(free)(void *memory);

static long allocated; /* and not freed */
static size_t to_go;   /* allocations up to the one that fails; 0: none does */

static bool fails(void)
{
    return to_go != 0 && --to_go == 0;
}

static void *counted(void *memory)
{
    allocated += memory != NULL;
    return memory;
}

void *malloc(size_t size)
{
    return fails() ? NULL : counted(REAL(malloc)(size));
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(REAL(calloc)(count, size));
}

void free(void *memory)
{
    allocated -= memory != NULL;
    REAL(free)(memory);
}

/* Whichever allocation it is that fails, no other is left behind, and none without one. */
Test(memory, a_host_is_opened_whole_or_not_at_all)
{
    struct v4_config config = rig_config("modern");
    struct v4_host *host = NULL;
    size_t failing = 0;

    while (host == NULL) {
        const char *why = NULL;
        long before = allocated;
        to_go = ++failing;
        host = v4_host_open(&config, &why);
        bool ran_out = to_go == 0;
        to_go = 0;
        long left = allocated - before;
        cr_assert((host == NULL) == ran_out, "allocation %zu", failing);
        if (host == NULL)
            cr_expect(left == 0 && why != NULL && strcmp(why, "memory is short") == 0,
                      "allocation %zu: %ld are left", failing, left);
        else
            v4_host_close(host);
        cr_expect(allocated == before, "allocation %zu", failing);
    }
    cr_expect(failing > 15, "as many were made to fail as a host makes");
}

Test(memory, an_upper_tester_is_opened_or_not)
{
    long before = allocated;

    to_go = 1;
    cr_expect(v4_upper_open(NULL, false) == NULL);
    to_go = 0;
    v4_upper_close(v4_upper_open(NULL, false));
    cr_expect(allocated == before);
}

Test(memory, octets_that_no_memory_has_are_refused)
{
    struct v4_config config = rig_config("modern");
    const char *why = NULL;

    config.reass_octets = SIZE_MAX;
    cr_expect(v4_host_open(&config, &why) == NULL);
    cr_expect(why != NULL && strcmp(why, "memory is short") == 0);
}

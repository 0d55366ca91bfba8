/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tests that must fail: each holds one fault that only a sanitizer sees. Were one to pass, the net
 * under all other tests would have a hole. meson.build runs them one by one, as tests that should
 * fail. */
#include <criterion/criterion.h>
#include <stdlib.h>

static void *volatile kept;
static volatile int largest = 0x7fffffff;

Test(faults, leak)
{
    kept = malloc(16);
    cr_assert_not_null(kept);
    kept = NULL;
}

Test(faults, overflow)
{
    volatile char *octets = malloc(16);

    octets[largest & 16] = 1;
    cr_expect(octets[largest & 16] == 1);
    free((void *)octets);
}

Test(faults, undefined)
{
    largest++;
    cr_expect(largest != 0);
}

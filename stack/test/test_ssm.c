/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which groups are source-specific (RFC 4604 2). */
#include <criterion/criterion.h>
#include "proto/ssm.h"

static const struct v4_prefix a = {V4_ADDR(233, 252, 0, 0), 24}, b = {V4_ADDR(233, 252, 0, 0), 25};

Test(ssm, is_232_unless_something_is_set)
{
    struct v4_ssm ssm = v4_ssm_first(true), none = v4_ssm_first(false);

    cr_expect(v4_ssm_has(&ssm, V4_ADDR(232, 0, 0, 0)));
    cr_expect(v4_ssm_has(&ssm, V4_ADDR(232, 255, 255, 255)));
    cr_expect(!v4_ssm_has(&ssm, V4_ADDR(231, 255, 255, 255)));
    cr_expect(!v4_ssm_has(&ssm, V4_ADDR(233, 0, 0, 0)));
    cr_expect(!v4_ssm_has(&none, V4_ADDR(232, 0, 0, 0)));
}

Test(ssm, has_ranges_beside_each_other)
{
    struct v4_ssm ssm = v4_ssm_first(true);

    cr_assert(v4_ssm_add(&ssm, a) && v4_ssm_add(&ssm, b));
    cr_expect(v4_ssm_has(&ssm, V4_ADDR(233, 252, 0, 255)));
    v4_ssm_remove(&ssm, v4_ssm_find(&ssm, a));
    cr_expect(v4_ssm_find(&ssm, a) == NULL, "of two at one address the other one is gone");
    cr_expect(v4_ssm_has(&ssm, V4_ADDR(233, 252, 0, 127)));
    cr_expect(!v4_ssm_has(&ssm, V4_ADDR(233, 252, 0, 128)));
    cr_expect(v4_ssm_has(&ssm, V4_ADDR(232, 0, 0, 1)));
    v4_ssm_remove(&ssm, v4_ssm_find(&ssm, (struct v4_prefix){V4_ADDR(232, 0, 0, 0), 8}));
    cr_expect(!v4_ssm_has(&ssm, V4_ADDR(232, 0, 0, 1)));
    cr_expect(v4_ssm_has(&ssm, V4_ADDR(233, 252, 0, 1)), "what follows has moved up");
}

Test(ssm, has_so_many_and_no_more)
{
    struct v4_ssm ssm = v4_ssm_first(false);
    struct v4_prefix range = {.len = 32};

    for (uint32_t i = 0; i < V4_SSM_RANGES; i++) {
        range.addr = V4_ADDR(239, 0, 0, i);
        cr_expect(v4_ssm_add(&ssm, range));
    }
    cr_expect(!v4_ssm_add(&ssm, a) && !v4_ssm_has(&ssm, a.addr));
    v4_ssm_remove(&ssm, v4_ssm_find(&ssm, range));
    cr_expect(v4_ssm_add(&ssm, a) && v4_ssm_has(&ssm, a.addr) && !v4_ssm_has(&ssm, range.addr));
}

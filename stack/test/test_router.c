/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include "table/router.h"

static bool enter(struct v4_routers *routers, uint32_t addr, int32_t preference, v4_time expires)
{
    struct v4_router gone;

    return v4_routers_enter(routers, &(struct v4_router){0, addr, preference, expires}, &gone);
}

Test(router, each_is_there_for_its_lifetime)
{
    struct v4_routers *routers = v4_routers_open(4);
    struct v4_router router;

    cr_expect(v4_routers_next_timeout(routers) == V4_NEVER);
    cr_expect(enter(routers, 1, 0, 30) && enter(routers, 2, 0, 10) && enter(routers, 3, 0, 20));
    cr_expect(v4_routers_next_timeout(routers) == 10);
    cr_expect(!v4_routers_expired(routers, 9, &router));
    cr_expect(v4_routers_expired(routers, 10, &router) && router.addr == 2);
    cr_expect(!v4_routers_expired(routers, 10, &router));
    cr_expect(v4_routers_next_timeout(routers) == 20);
    cr_expect(v4_routers_remove(routers, 0, 1, &router) && router.expires == 30);
    cr_expect(!v4_routers_remove(routers, 0, 1, &router));
    cr_expect(!v4_routers_remove(routers, 1, 3, &router));
    cr_expect(enter(routers, 1, 0, 30));
    v4_routers_reset(routers);
    cr_expect(v4_routers_next_timeout(routers) == V4_NEVER);
    v4_routers_close(routers);
}

/* RFC1256-5.3-h; of equal ones those that were there stay. */
Test(router, the_preferred_are_kept)
{
    struct v4_routers *routers = v4_routers_open(3);
    struct v4_router gone;

    cr_expect(enter(routers, 1, 5, 99) && enter(routers, 2, -5, 99) && enter(routers, 3, 0, 99));
    cr_expect(!enter(routers, 4, -5, 99) && !enter(routers, 4, -6, 99));
    cr_expect(v4_routers_enter(routers, &(struct v4_router){0, 4, -4, 99}, &gone));
    cr_expect(gone.addr == 2 && gone.preference == -5);
    cr_expect(v4_routers_enter(routers, &(struct v4_router){0, 5, INT32_MAX, 99}, &gone));
    cr_expect(gone.addr == 4);
    v4_routers_close(routers);
}

Test(router, an_interface_takes_its_own_along)
{
    struct v4_routers *routers = v4_routers_open(4);
    struct v4_router router, gone;

    cr_expect(enter(routers, 1, 0, 9) && enter(routers, 2, 0, 9));
    cr_expect(v4_routers_enter(routers, &(struct v4_router){1, 1, 0, 7}, &gone) && gone.addr == 0);
    cr_expect(v4_routers_leave(routers, 0, &router) && v4_routers_leave(routers, 0, &router));
    cr_expect(!v4_routers_leave(routers, 0, &router));
    cr_expect(v4_routers_next_timeout(routers) == 7);
    v4_routers_close(routers);
    cr_expect(v4_routers_open(0) == NULL && v4_routers_open(SIZE_MAX) == NULL);
}

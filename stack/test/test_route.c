/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/route.h"
#include "wire/addr.h"

#define NET(a, b, c, d, len, iface, gateway)                                                       \
    {                                                                                              \
        V4_ADDR(a, b, c, d), len, iface, gateway                                                   \
    }
#define GATEWAY V4_ADDR(198, 18, 0, 1)
#define OTHER_GATEWAY V4_ADDR(198, 18, 0, 9)

/* Each row adds its route; the longest come neither first nor last. */
static const struct v4_route routes[] = {
    NET(198, 18, 0, 2, 24, 0, 0),
    NET(0, 0, 0, 0, 0, 0, GATEWAY),
    NET(198, 19, 7, 7, 32, 2, OTHER_GATEWAY),
    NET(198, 19, 0, 0, 16, 1, 0),
    NET(0, 0, 0, 0, 0, 3, OTHER_GATEWAY),
    NET(198, 19, 0, 0, 17, 4, 0),
    NET(198, 18, 0, 0, 24, 5, 0),
};

static const struct {
    const char *what;
    uint32_t dst;
    unsigned iface;
    uint32_t next_hop;
} finds[] = {
    {"connected, host bits in the route", V4_ADDR(198, 18, 0, 77), 0, V4_ADDR(198, 18, 0, 77)},
    {"just outside it", V4_ADDR(198, 18, 1, 0), 0, GATEWAY},
    {"the default, the one added first", V4_ADDR(192, 0, 2, 1), 0, GATEWAY},
    {"a host's own route", V4_ADDR(198, 19, 7, 7), 2, OTHER_GATEWAY},
    {"the longer of two", V4_ADDR(198, 19, 127, 255), 4, V4_ADDR(198, 19, 127, 255)},
    {"the shorter of two", V4_ADDR(198, 19, 128, 0), 1, V4_ADDR(198, 19, 128, 0)},
    {"address 0", 0, 0, GATEWAY},
};

Test(route, longest_prefix_first)
{
    struct v4_routes *table = v4_routes_open(COUNT(routes));

    for (size_t i = 0; i < COUNT(routes); i++)
        cr_assert(v4_routes_add(table, &routes[i]));
    for (size_t i = 0; i < COUNT(finds); i++) {
        unsigned iface = 99;
        uint32_t next_hop = 99;
        cr_assert(v4_routes_find(table, finds[i].dst, &iface, &next_hop), "%s", finds[i].what);
        cr_expect(iface == finds[i].iface, "%s: interface %u", finds[i].what, iface);
        cr_expect(next_hop == finds[i].next_hop, "%s: %08x", finds[i].what, next_hop);
    }
    v4_routes_close(table);
}

Test(route, nowhere_to_go)
{
    struct v4_routes *table = v4_routes_open(1);
    unsigned iface = 99;
    uint32_t next_hop = 99;

    cr_expect(!v4_routes_find(table, GATEWAY, &iface, &next_hop), "an empty table");
    cr_assert(v4_routes_add(table, &routes[0]));
    cr_expect(!v4_routes_find(table, V4_ADDR(198, 18, 1, 0), &iface, &next_hop), "no default");
    v4_routes_clear(table);
    cr_expect(!v4_routes_find(table, V4_ADDR(198, 18, 0, 7), &iface, &next_hop), "cleared");
    cr_expect(iface == 99 && next_hop == 99);
    v4_routes_close(table);
}

Test(route, refuses)
{
    struct v4_routes *table = v4_routes_open(2);
    struct v4_route too_long = NET(198, 18, 0, 2, 33, 0, 0);

    cr_expect(!v4_routes_add(table, &too_long));
    cr_expect(v4_routes_add(table, &routes[0]));
    cr_expect(v4_routes_add(table, &routes[0]));
    cr_expect(!v4_routes_add(table, &routes[0]), "the table is full");
    v4_routes_clear(table);
    cr_expect(v4_routes_add(table, &routes[0]), "cleared, there is room again");
    v4_routes_close(table);

    cr_expect(v4_routes_open(0) == NULL);
    cr_expect(v4_routes_open(SIZE_MAX / 8) == NULL, "the size would wrap around");
    v4_routes_close(NULL);
}

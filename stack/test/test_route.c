/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/route.h"
#include "wire/addr.h"

#define GATEWAY V4_ADDR(198, 18, 0, 1)
#define OTHER_GATEWAY V4_ADDR(198, 18, 0, 9)
#define NET(a, b, c, d, bits, ...)                                                                 \
    {                                                                                              \
        .addr = V4_ADDR(a, b, c, d), .len = bits, __VA_ARGS__                                      \
    }

/* Each row adds its route; the best come neither first nor last. */
static const struct v4_route routes[] = {
    NET(198, 18, 0, 2, 24, .iface = 0),
    NET(0, 0, 0, 0, 0, .iface = 0, .gateway = GATEWAY, .preference = 5),
    NET(198, 19, 7, 7, 32, .iface = 2, .gateway = OTHER_GATEWAY),
    NET(198, 19, 0, 0, 16, .iface = 1),
    NET(0, 0, 0, 0, 0, .iface = 3, .gateway = OTHER_GATEWAY, .preference = 5),
    NET(198, 19, 0, 0, 17, .iface = 4),
    NET(198, 18, 0, 0, 24, .iface = 5),
    NET(0, 0, 0, 0, 0, .iface = 6, .gateway = GATEWAY, .preference = 4),
    NET(0, 0, 0, 0, 0, .iface = 7, .gateway = GATEWAY, .preference = 9, .tos = 8),
    NET(203, 0, 113, 0, 24, .type = V4_ROUTE_BLACKHOLE),
};

static struct v4_routes *filled(void)
{
    struct v4_routes *table = v4_routes_open(COUNT(routes));

    for (size_t i = 0; i < COUNT(routes); i++)
        cr_assert(v4_routes_add(table, &routes[i]) == V4_ROUTE_ADDED);
    return table;
}

/* The interfaces tell in which order the routes are tried. */
static const struct {
    const char *what;
    uint32_t dst;
    uint8_t tos;
    const char *tried;
} finds[] = {
    {"connected, host bits in the route", V4_ADDR(198, 18, 0, 77), 0, "05603"},
    {"just outside it", V4_ADDR(198, 18, 1, 0), 0, "603"},
    {"the preferred default, then those added first", V4_ADDR(192, 0, 2, 1), 0, "603"},
    {"its type of service before the preferred", V4_ADDR(192, 0, 2, 1), 8, "7603"},
    {"precedence and the last bit choose nothing", V4_ADDR(192, 0, 2, 1), 0xe9, "7603"},
    {"another type of service", V4_ADDR(192, 0, 2, 1), 0x18, "603"},
    {"a host's own route", V4_ADDR(198, 19, 7, 7), 0, "241603"},
    {"the longer of two", V4_ADDR(198, 19, 127, 255), 0, "41603"},
    {"the shorter of two", V4_ADDR(198, 19, 128, 0), 0, "1603"},
    {"a longer prefix before a type of service", V4_ADDR(198, 19, 128, 0), 8, "17603"},
    {"address 0", 0, 0, "603"},
};

Test(route, the_best_first_then_the_next)
{
    struct v4_routes *table = filled();

    for (size_t i = 0; i < COUNT(finds); i++) {
        const struct v4_route *route = NULL;
        char tried[16] = "";
        size_t n = 0;

        while ((route = v4_routes_next(table, finds[i].dst, finds[i].tos, route)) != NULL)
            tried[n++] = (char)('0' + route->iface);
        cr_expect(strcmp(tried, finds[i].tried) == 0, "%s: %s", finds[i].what, tried);
    }
    v4_routes_close(table);
}

Test(route, what_a_route_says_comes_back)
{
    struct v4_routes *table = filled();
    const struct v4_route *route = v4_routes_next(table, V4_ADDR(203, 0, 113, 9), 0, NULL);

    cr_assert(route != NULL);
    cr_expect(route->type == V4_ROUTE_BLACKHOLE && route->len == 24 && route->gateway == 0);
    route = v4_routes_next(table, V4_ADDR(192, 0, 2, 1), 0, NULL);
    cr_assert(route != NULL);
    cr_expect(route->type == V4_ROUTE_UNICAST && route->gateway == GATEWAY &&
              route->preference == 4);
    v4_routes_close(table);
}

Test(route, nowhere_to_go)
{
    struct v4_routes *table = v4_routes_open(1);

    cr_expect(v4_routes_next(table, GATEWAY, 0, NULL) == NULL, "an empty table");
    cr_assert(v4_routes_add(table, &routes[0]) == V4_ROUTE_ADDED);
    cr_expect(v4_routes_next(table, V4_ADDR(198, 18, 1, 0), 0, NULL) == NULL, "no default");
    v4_routes_clear(table);
    cr_expect(v4_routes_next(table, V4_ADDR(198, 18, 0, 7), 0, NULL) == NULL, "cleared");
    v4_routes_close(table);
}

Test(route, refuses)
{
    struct v4_routes *table = v4_routes_open(2);
    struct v4_route same = routes[0], wrong = routes[0];

    wrong.len = 33;
    cr_expect(v4_routes_add(table, &wrong) == V4_ROUTE_WRONG);
    wrong.len = 32;
    wrong.tos = 1;
    cr_expect(v4_routes_add(table, &wrong) == V4_ROUTE_WRONG, "no bit of the TOS that counts");
    cr_expect(v4_routes_add(table, &routes[0]) == V4_ROUTE_ADDED);
    same.addr ^= 0x55; /* host bits do not matter */
    cr_expect(v4_routes_add(table, &same) == V4_ROUTE_TWICE);
    cr_expect(v4_routes_add(table, &routes[1]) == V4_ROUTE_ADDED);
    cr_expect(v4_routes_add(table, &routes[2]) == V4_ROUTE_FULL);
    cr_expect(v4_routes_add(table, &same) == V4_ROUTE_TWICE, "rather than full");
    v4_routes_clear(table);
    cr_expect(v4_routes_add(table, &routes[2]) == V4_ROUTE_ADDED, "there is room again");
    v4_routes_close(table);

    cr_expect(v4_routes_open(0) == NULL);
    cr_expect(v4_routes_open(SIZE_MAX / 8) == NULL, "the size would wrap around");
    v4_routes_close(NULL);
}

/* Whatever differs makes it another route; each is removed alone and leaves the order. */
Test(route, removes_the_very_one)
{
    struct v4_routes *table = filled();
    struct v4_route others[] = {routes[1], routes[1], routes[1], routes[1], routes[1], routes[1]};

    others[0].len = 1;
    others[1].tos = 2;
    others[2].iface = 1;
    others[3].gateway++;
    others[4].preference++;
    others[5].type = V4_ROUTE_PROHIBIT;
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect(!v4_routes_remove(table, &others[i]), "%zu", i);
    for (size_t i = 0; i < COUNT(routes); i++) {
        size_t left = 0;
        cr_expect(v4_routes_remove(table, &routes[i]), "%zu", i);
        cr_expect(!v4_routes_remove(table, &routes[i]), "%zu twice", i);
        for (const struct v4_route *route; (route = v4_routes_at(table, left)) != NULL; left++)
            cr_expect(left == 0 || v4_routes_at(table, left - 1)->len >= route->len);
        cr_expect(left == COUNT(routes) - i - 1);
    }
    v4_routes_close(table);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/addr.h"

static const struct {
    uint32_t addr;
    bool zero_net, loopback, multicast, class_e; /* none of them: a host's */
} kinds[] = {
    {V4_ADDR(0, 0, 0, 0), true, false, false, false},
    {V4_ADDR(0, 255, 255, 255), true, false, false, false},
    {V4_ADDR(1, 0, 0, 0), false, false, false, false},
    {V4_ADDR(126, 255, 255, 255), false, false, false, false},
    {V4_ADDR(127, 0, 0, 0), false, true, false, false},
    {V4_ADDR(127, 255, 255, 255), false, true, false, false},
    {V4_ADDR(128, 0, 0, 0), false, false, false, false},
    {V4_ADDR(198, 18, 0, 1), false, false, false, false},
    {V4_ADDR(223, 255, 255, 255), false, false, false, false},
    {V4_ADDR(224, 0, 0, 0), false, false, true, false},
    {V4_ADDR(239, 255, 255, 255), false, false, true, false},
    {V4_ADDR(240, 0, 0, 0), false, false, false, true},
    {V4_ADDR(255, 255, 255, 255), false, false, false, true},
};

Test(addr, has_one_kind)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        uint32_t addr = kinds[i].addr;
        bool host =
            !kinds[i].zero_net && !kinds[i].loopback && !kinds[i].multicast && !kinds[i].class_e;

        cr_expect(v4_addr_is_zero_net(addr) == kinds[i].zero_net, "%08x", addr);
        cr_expect(v4_addr_is_loopback(addr) == kinds[i].loopback, "%08x", addr);
        cr_expect(v4_addr_is_multicast(addr) == kinds[i].multicast, "%08x", addr);
        cr_expect(v4_addr_is_class_e(addr) == kinds[i].class_e, "%08x", addr);
        cr_expect(v4_addr_is_host(addr) == host, "%08x", addr);
    }
}

static const struct {
    const char *what;
    uint8_t len;
    uint32_t addr;
    bool contains, broadcast, zero_host;
} places[] = {
    {"a host", 24, V4_ADDR(198, 18, 0, 77), true, false, false},
    {"all ones", 24, V4_ADDR(198, 18, 0, 255), true, true, false},
    {"all zeros", 24, V4_ADDR(198, 18, 0, 0), true, false, true},
    {"the next network's all zeros", 24, V4_ADDR(198, 18, 1, 0), false, false, false},
    {"another network's all ones", 24, V4_ADDR(198, 18, 1, 255), false, false, false},
    {"all ones of a longer prefix", 16, V4_ADDR(198, 18, 0, 255), true, false, false},
    {"all ones", 16, V4_ADDR(198, 18, 255, 255), true, true, false},
    {"/30, all ones", 30, V4_ADDR(198, 18, 0, 3), true, true, false},
    {"/31 has no broadcast", 31, V4_ADDR(198, 18, 0, 3), true, false, false},
    {"/31, the lower one", 31, V4_ADDR(198, 18, 0, 2), true, false, false},
    {"/32", 32, V4_ADDR(198, 18, 0, 2), true, false, false},
    {"/32, its neighbour", 32, V4_ADDR(198, 18, 0, 3), false, false, false},
    {"/0 contains all", 0, V4_ADDR(8, 8, 8, 8), true, false, false},
    {"/0, the limited broadcast", 0, V4_ADDR_BROADCAST, true, true, false},
};

Test(addr, in_the_network_of_198_18_0_2)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        struct v4_prefix net = {V4_ADDR(198, 18, 0, 2), places[i].len};
        uint32_t addr = places[i].addr;

        cr_expect(v4_prefix_contains(net, addr) == places[i].contains, "%s", places[i].what);
        cr_expect(v4_prefix_is_broadcast(net, addr) == places[i].broadcast, "%s", places[i].what);
        cr_expect(v4_prefix_is_zero_host(net, addr) == places[i].zero_host, "%s", places[i].what);
    }
}

Test(addr, masks)
{
    cr_expect(v4_addr_mask(0) == 0 && v4_addr_mask(1) == 0x80000000);
    cr_expect(v4_addr_mask(24) == 0xffffff00 && v4_addr_mask(32) == 0xffffffff);
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What kind of address an address is. Addresses are numbers: 198.18.0.1 is 0xc6120001. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define V4_ADDR(a, b, c, d)                                                                        \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define V4_ADDR_ANY UINT32_C(0)
#define V4_ADDR_BROADCAST UINT32_C(0xffffffff)
#define V4_ADDR_ALL_HOSTS V4_ADDR(224, 0, 0, 1)
#define V4_ADDR_ALL_ROUTERS V4_ADDR(224, 0, 0, 2)

/* An address and how many of its bits name the network, 0 to 32. */
struct v4_prefix {
    uint32_t addr;
    uint8_t len;
};

static inline uint32_t v4_addr_mask(uint8_t len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static inline bool v4_addr_is_zero_net(uint32_t addr) /* 0/8: this host, this network */
{
    return addr >> 24 == 0;
}

static inline bool v4_addr_is_loopback(uint32_t addr) /* 127/8 */
{
    return addr >> 24 == 127;
}

static inline bool v4_addr_is_multicast(uint32_t addr) /* 224/4 */
{
    return addr >> 28 == 14;
}

static inline bool
v4_addr_is_class_e(uint32_t addr) /* 240/4, of which the limited broadcast is one */
{
    return addr >> 28 == 15;
}

/* True when the address by itself may be one host's: none of the kinds above. Whether it is some
 * network's broadcast only that network's prefix can tell. */
static inline bool v4_addr_is_host(uint32_t addr)
{
    return !v4_addr_is_zero_net(addr) && !v4_addr_is_loopback(addr) && addr >> 28 < 14;
}

static inline bool v4_prefix_contains(struct v4_prefix net, uint32_t addr)
{
    return ((net.addr ^ addr) & v4_addr_mask(net.len)) == 0;
}

/* True for the network's own broadcast address: host part all ones. Networks of one or two
 * addresses have none (RFC 3021). */
static inline bool v4_prefix_is_broadcast(struct v4_prefix net, uint32_t addr)
{
    return net.len < 31 && v4_prefix_contains(net, addr) &&
           (addr | v4_addr_mask(net.len)) == UINT32_MAX;
}

/* True for the broadcast address of old, host part all zeros: nobody's address, accepted from those
 * who still send to it. */
static inline bool v4_prefix_is_zero_host(struct v4_prefix net, uint32_t addr)
{
    return net.len < 31 && addr == (net.addr & v4_addr_mask(net.len));
}

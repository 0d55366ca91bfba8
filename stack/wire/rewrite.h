/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Another address, and perhaps another port, at one end of a packet that there is. Every checksum
 * that covers them is changed by as much (RFC1624-3-a): what was wrong before is wrong after, and
 * what does not lie in this packet, or is not used, stays as it is. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct v4_ip;

struct v4_rewrite {
    bool src; /* at that end, or else at the other */
    uint32_t addr;
    uint16_t port; /* 0: it stays */
};

/* The ports of UDP and TCP; false where the packet does not show them: it is another protocol's, a
 * later fragment, or too short. */
bool v4_ports(const struct v4_ip *ip, uint16_t *ret_src, uint16_t *ret_dst);

/* `packet` has a sound header, of which `len` octets are there at least; of its data as much as is
 * in `len`. A port is changed only where v4_ports() shows it. */
void v4_rewrite(uint8_t *packet, size_t len, const struct v4_rewrite *to);

/* The same of the packet that an ICMP error quotes, and of the message's own checksum. False: none
 * that can be read. */
bool v4_rewrite_quote(uint8_t *message, size_t len, const struct v4_rewrite *to);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What kind of address an address is, whoever has it: the registry of special-purpose addresses
 * (RFC 6890 2.2.2), and the groups of RFC 1122 3.2.1.3. One table, and nothing is decided beside
 * it but by the prefixes of our own interfaces. */
#pragma once
#include <stddef.h>
#include "wire/addr.h"

struct v4_special {
    const char *name;
    struct v4_prefix net;
    /* As the registry has them: it may be a source, a destination, go through a router; and the
     * protocol itself reserves it, so that a stack has to see to that. What is kept for
     * documentation, or until somebody is given it, is left to who configures the hosts. */
    bool source, destination, forward, reserved;
    /* What holds on a link, for a host that is not about to learn its address: whether somebody
     * there may be the source, and whether what goes there may be for us. */
    bool from_wire, to_wire;
};

/* The row of `addr`; of several the longest prefix. What is in no row is an ordinary address, which
 * may be all of it. */
const struct v4_special *v4_special_of(uint32_t addr);

/* The rows, the last of them the ordinary address with its prefix of no bits; NULL behind it. */
const struct v4_special *v4_special_row(size_t index);

/* Could one host have it, as far as can be said without its network? RFC1122-3.2.1.3-d */
static inline bool v4_special_is_host(uint32_t addr)
{
    const struct v4_special *row = v4_special_of(addr);

    return row->from_wire && row->to_wire;
}

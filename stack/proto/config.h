/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host is started with. Everything that it will ever allocate follows from it. */
#pragma once
#include <stdbool.h>
#include "base/mac.h"
#include "base/time.h"
#include "base/trace.h"
#include "proto/user.h"
#include "wire/addr.h"

#define V4_IFACES_MAX 8
#define V4_ADDRESSES 32     /* of all interfaces together */
#define V4_MTU_MIN 68       /* what any link must carry (RFC791-3.2_Fragmentation-a) */
#define V4_MTU_MAX 65535    /* the longest datagram */
#define V4_MTU_DEFAULT 1500 /* Ethernet's */

struct v4_iface {
    struct v4_mac mac;
    struct v4_prefix net; /* our own address and the length of its network's prefix */
    unsigned mtu; /* of what we send; packets of up to 65,535 octets are received on any link */
};

/* An address of an interface. */
struct v4_address {
    struct v4_prefix net;
    unsigned iface;
    bool secondary;  /* its network has another, which is preferred */
    bool deprecated; /* not chosen as a source while there is another */

    /* Where we are a router there (RFC 1256 4.1): the address is not advertised; how much it wants
     * to be a default router's, the highest most. INT32_MIN: not at all. */
    bool unadvertised;
    int32_t preference;
};

/* Takes whole datagrams of one protocol. `take` must not call the host; the datagram's spans are
 * borrowed for the call, and its `sock` is 0. */
struct v4_taker {
    uint8_t protocol;
    void (*take)(void *user, const struct v4_event_ip *datagram);
    void *user;
};

struct v4_config {
    struct v4_iface ifaces[V4_IFACES_MAX];
    unsigned iface_count; /* from 1 to V4_IFACES_MAX */
    uint32_t gateway;     /* the default one, in one of the networks; 0: none */
    const char *profile;  /* docs/profiles.md */
    uint64_t seed;

    /* RFC791-3.1_TS-f: where `now` 0 lies after some midnight UT. Without `ut` nobody knows, and
     * timestamps say so. */
    bool ut;
    v4_time since_midnight;

    unsigned sockets;         /* of all kinds together */
    unsigned neighbors;       /* of all interfaces together */
    unsigned paths;           /* that carry less than their first hop, remembered at one time */
    unsigned reass_datagrams; /* in reassembly at one time */
    size_t reass_octets;      /* held for them */
    const char *reassembly;   /* who wins an overlap (table/overlap.h); NULL: as the profile says */
    size_t output_octets;     /* frames that nobody fetched yet */
    size_t event_octets;      /* events that nobody fetched yet */
    v4_time neighbor_lifetime; /* RFC1122-2.3.2.1-c; long by default, as suits links without proxy
                                  ARP */

    struct v4_trace trace; /* an observer of discards */

    /* An embedder's own protocols; borrowed until the host is closed. */
    const struct v4_taker *takers;
    unsigned taker_count;
};

/* One that runs once an interface is given its addresses: `iface_count` is 1, profile `modern`, MTU
 * 1500. */
struct v4_config v4_config_default(void);

/* NULL: it is usable. Else what is wrong with it. */
const char *v4_config_fault(const struct v4_config *config);

/* The longest packet that one of the links carries. */
size_t v4_config_longest(const struct v4_config *config);

/* The interface in whose network `addr` lies; iface_count when there is none. */
unsigned v4_config_towards(const struct v4_config *config, uint32_t addr);

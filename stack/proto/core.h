/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the protocols share: configuration, tables, queues, counters, and the moment at which they
 * are called.
 *
 * A packet's way in is link_in, then arp_in or ip_in with option_in and reassembly, then who takes
 * its protocol (icmp_in, udp_in, raw_in); what is for others goes from ip_in to ip_forward. Its way
 * out is udp_out or icmp_out, ip_out, ip_frag, arp_out, link_out. Each calls the next directly, and
 * input calls output, never the other way: what is for ourselves goes through the queue `loop`, so
 * that no call is nested in one of its own kind. */
#pragma once
#include "base/rng.h"
#include "base/stat.h"
#include "proto/config.h"
#include "proto/fifo.h"
#include "proto/option_filter.h"
#include "proto/profile.h"
#include "proto/ssm.h"
#include "proto/switches.h"
#include "proto/user.h"
#include "table/advertiser.h"
#include "table/claim.h"
#include "table/election.h"
#include "table/gateway.h"
#include "table/group.h"
#include "table/ident.h"
#include "table/membership.h"
#include "table/mroute.h"
#include "table/neighbor.h"
#include "table/pmtu.h"
#include "table/ratelimit.h"
#include "table/reass.h"
#include "table/report.h"
#include "table/route.h"
#include "table/route_cache.h"
#include "table/router.h"
#include "table/rule.h"
#include "wire/ip.h"
#include "wire/option.h"

struct v4_icmp;
struct v4_tcp;

struct v4_socket {
    unsigned number; /* 0: free */
    bool raw;
    uint8_t protocol; /* of a raw one */
    uint32_t addr;    /* of a UDP one; 0: any */
    uint16_t port;

    /* What it sends with, if its user says nothing else. */
    uint8_t ttl; /* 0: the host's */
    uint8_t tos;
    uint8_t df;        /* what it was told by the upper tester's number, plus one; 0: nothing */
    uint8_t broadcast; /* it may send to broadcast addresses */
    uint8_t unchecked; /* without a checksum (RFC1122-4.1.3.4-c) */

    /* Only what comes from there is for it, and it sends to nobody else; 0: to and from all. */
    uint32_t peer;
    uint16_t peer_port;
    uint8_t by_iface;    /* only by that one, counted from 1; 0: by any */
    enum v4_error error; /* what an ICMP error has said last, and nobody has asked for */
    uint8_t options[V4_IP_OPTIONS_MAX], options_len;
    uint8_t quiet; /* its user wants no ICMP errors (RFC1122-4.2.4.1-b) */

    /* What goes to groups: its time to live; whether users of our own do not hear it; the interface
     * that it leaves by, counted from 1, 0: the usual one. */
    uint8_t group_ttl, group_unheard, group_iface;
};

/* What an interface is now; `config` has what it was at first. */
struct v4_iface_state {
    /* Router discovery (proto/router.h): what the user wants, and how far it is. */
    bool discovery, discovering;
    unsigned solicitations; /* that were sent */
    v4_time solicit_at;     /* when the next one is due */
    uint32_t solicited;     /* who is asked */

    /* Router discovery by a router (proto/advertise.h). */
    bool advertise;
    uint32_t advertised_to;
    struct v4_advertiser advertiser;

    struct v4_mac mac;
    unsigned mtu;
    bool up, promiscuous;
    bool forwarding, directed_broadcast,
        multicast_forwarding, /* it takes part where the switches of these names are on */
        mask_agent;           /* or where a router tells masks unasked for that */
    bool ends_silently;       /* of what its time to live ends here nobody is told */
    bool snap; /* it sends 802.3 frames, but to who sends Ethernet II (RFC1122-2.3.3-c) */
};

/* Of an interface: the address that it chooses for itself (proto/link_local.h). */
struct v4_link_local {
    bool on;
    uint32_t addr; /* that it has, wants, or had last; 0: none yet */
    bool seeded;
    struct v4_rng rng;
    bool lingers; /* there is another, and it is left at `until` */
    v4_time until;
};

/* Of an interface: the routers' part of IGMP (proto/igmp_query.h). */
struct v4_querying {
    bool wanted;
    bool router, reports; /* it is in 224.0.0.2, in 224.0.0.22 */
    v4_time warn_at;      /* when somebody may be warned of again */
    struct v4_election election;
};

/* Of an interface: the mask that it learns (proto/mask_learn.h). */
struct v4_mask_learning {
    bool on, learned;
    uint8_t configured; /* how many bits it had before */
    unsigned asked;
    v4_time ask_at;
};

/* What is nought after open and after reset. */
struct v4_state {
    struct v4_link_local link_local[V4_IFACES_MAX];
    struct v4_mask_learning mask_learning[V4_IFACES_MAX];
    unsigned last_socket; /* the number given last */
    uint16_t questions;   /* counts those that gateways were asked */
    bool mask_agent;      /* we have said so */
    struct v4_rules rules;
};

struct v4_core {
    struct v4_config config;
    const struct v4_profile *profile;
    struct v4_switches switches;
    struct v4_iface_state ifaces[V4_IFACES_MAX];
    struct v4_address addresses[V4_ADDRESSES]; /* proto/address.h */
    unsigned address_count;
    const struct v4_protocol *protocols;
    struct v4_rng seeds, rng; /* `rng` begins where the tables' seeds end */
    v4_time now;
    struct v4_stats stats;
    struct v4_state state;

    struct v4_claims *claims; /* each address of ours, and each that we want */
    struct v4_neighbors *neighbors;
    struct v4_reass *reass;
    struct v4_pmtus *pmtus;
    uint64_t ident_seed;
    struct v4_idents idents;
    struct v4_routes *routes;
    struct v4_route_cache *route_cache;
    struct v4_gateways *gateways;
    struct v4_routers *routers; /* that were advertised */
    struct v4_groups *groups;   /* who listens to which */
    struct v4_reports *reports; /* and what is said of that */
    struct v4_querying querying[V4_IFACES_MAX];
    struct v4_membership *membership; /* what members of other hosts want */
    struct v4_mroutes *mroutes;       /* where multicasts go on, and what waits for that */
    struct v4_ssm ssm;                /* groups that are not joined but for named sources */
    struct v4_ratelimit *limit;       /* of ICMP errors */
    struct v4_socket *sockets;        /* config.sockets of them */
    struct v4_tcp *tcp;               /* user/tcp.h; NULL: there is none */
    struct v4_option_filter option_filter;

    struct v4_fifo output; /* an interface's number, as uint32_t, and a frame */
    struct v4_fifo loop;   /* the same, with V4_LOOP_BUILT perhaps, and a packet */
    struct v4_fifo events; /* a struct v4_event, its options, its data */

    /* Where a message is built, then the packet that carries it; where a packet from `loop` lies
     * while it is read, and a datagram put together from fragments. Each has room for
     * V4_IP_LENGTH_MAX octets. */
    uint8_t *message, *packet, *looped, *whole;
    uint8_t *entering, *leaving; /* the same, of a packet that a rule has rewritten */
};

/* A packet on its way in; from reassembly on, a datagram. */
struct v4_packet {
    unsigned iface;
    bool looped;           /* from ourselves; it was on no link */
    bool built;            /* and its transport's sum we have made ourselves: nobody can be wrong */
    bool link_group;       /* came in a frame to more than one station */
    bool group;            /* its destination is a broadcast or multicast address */
    struct v4_span header; /* as it arrived: what an error quotes */
    struct v4_ip ip;
    struct v4_options options; /* where they are in ip.options */
};

static inline struct v4_span v4_packet_whole(const struct v4_packet *packet)
{
    return (struct v4_span){packet->header.octets, packet->header.len + packet->ip.data.len};
}

#define V4_LOOP_BUILT UINT32_C(0x80000000)

#define V4_PROTOCOL_EVERY 256

/* Who takes the datagrams of a protocol: ICMP and UDP, users of IP itself, an embedder. All enter
 * here, so that `ip_in` knows none of them. */
struct v4_protocol {
    unsigned number; /* as in the header; V4_PROTOCOL_EVERY: of each */
    /* False when nobody wanted it. */
    bool (*input)(struct v4_core *core, const struct v4_packet *packet);
    /* Who may have sent the datagram that an error quotes: the next one after `after`, the first
     * after NULL. NULL: nobody who could be told. */
    const struct v4_socket *(*sender)(const struct v4_core *core, const struct v4_ip *quote,
                                      const struct v4_socket *after);
    /* For who has no sockets. An error came that quotes what was sent; false: not by it. */
    bool (*failed)(struct v4_core *core, const struct v4_packet *packet, const struct v4_icmp *icmp,
                   const struct v4_ip *quote);
    void (*leaves)(struct v4_core *core, uint32_t addr); /* it will not be ours any more */
};

/* False when memory is short; what was opened is closed again. The configuration has no fault;
 * `protocols` ends with one without `input`, and stays where it is. */
bool v4_core_open(struct v4_core *core, const struct v4_config *config,
                  const struct v4_protocol *protocols);
/* Also of a core that was only half opened. */
void v4_core_close(struct v4_core *core);
/* Forgets all but the configuration and the time, allocating nothing: what follows is what followed
 * after open. */
void v4_core_reset(struct v4_core *core);

/* The next one after `after` (the first after NULL) that takes datagrams of `number`, or NULL. */
const struct v4_protocol *v4_protocol_next(const struct v4_core *core, uint8_t number,
                                           const struct v4_protocol *after);

/* An address will not be ours any more: who speaks by it can end that. */
void v4_core_leaves(struct v4_core *core, uint32_t addr);

/* What a router does for an option of this type in transit. */
enum v4_transit v4_core_transit(const struct v4_core *core, uint8_t type);

/* Counts and traces a discard. */
void v4_core_drop(struct v4_core *core, enum v4_drop why, struct v4_span packet);
/* Tells the user of one, which the switch `log` does for all. */
void v4_core_log(struct v4_core *core, enum v4_drop why, struct v4_span packet);

/* Milliseconds since midnight UT, or the high bit and some count of them (RFC791-3.1_TS-f). */
uint32_t v4_core_timestamp(const struct v4_core *core);

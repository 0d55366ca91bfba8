/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the protocols share: configuration, tables, queues, counters, and the moment at which they
 * are called.
 *
 * One protocol calls the next directly. What is for ourselves goes through the queue `loop`, so
 * that no call is nested in one of its own kind. */
#pragma once
#include "base/rng.h"
#include "base/stat.h"
#include "proto/config.h"
#include "proto/fifo.h"
#include "proto/profile.h"
#include "proto/user.h"
#include "table/neighbor.h"
#include "table/reass.h"
#include "table/route.h"
#include "wire/ip.h"
#include "wire/option.h"

#define V4_TTL_DEFAULT 64 /* RFC1122-3.2.1.7-e */
#define V4_REDIRECTS 16

struct v4_socket {
    unsigned number; /* 0: free */
    bool raw;
    uint8_t protocol; /* of a raw one */
    uint32_t addr;    /* of a UDP one; 0: any */
    uint16_t port;
};

/* What a redirect taught: the gateway for one destination. */
struct v4_redirect {
    uint32_t dst, gateway; /* `dst` 0: free */
    unsigned iface;
};

struct v4_core {
    struct v4_config config;
    const struct v4_profile *profile;
    struct v4_stats stats;
    struct v4_rng rng;
    v4_time now;

    struct v4_neighbors *neighbors;
    struct v4_reass *reass;
    struct v4_routes *routes;
    struct v4_redirect redirects[V4_REDIRECTS];
    unsigned next_redirect;

    struct v4_socket *sockets; /* config.sockets of them */
    unsigned last_socket;      /* the number given last */
    uint16_t datagrams;        /* counts those that were given an identification */

    struct v4_fifo output; /* an interface's number, as uint32_t, and a frame */
    struct v4_fifo loop;   /* the same, and a packet */
    struct v4_fifo events; /* a struct v4_event, its options, its data */

    /* Where a message is built, then the packet that carries it; where a packet from `loop` lies
     * while it is read, and a datagram put together from fragments. Each has room for
     * V4_IP_LENGTH_MAX octets. */
    uint8_t *message, *packet, *looped, *whole;
};

/* A packet on its way in; from reassembly on, a datagram. */
struct v4_packet {
    unsigned iface;
    bool looped;           /* from ourselves; it was on no link */
    bool link_group;       /* came in a frame to more than one station */
    bool group;            /* its destination is a broadcast or multicast address */
    struct v4_span header; /* as it arrived: what an error quotes */
    struct v4_ip ip;
    struct v4_options options; /* where they are in ip.options */
};

/* NULL: it is usable. Else what is wrong with it. */
const char *v4_config_fault(const struct v4_config *config);

/* False when memory is short; what was opened is closed again. The configuration has no fault. */
bool v4_core_open(struct v4_core *core, const struct v4_config *config);
/* Also of a core that was only half opened. */
void v4_core_close(struct v4_core *core);
/* Forgets all but the configuration and the time, allocating nothing: what follows is what followed
 * after open. */
void v4_core_reset(struct v4_core *core);

/* Counts and traces a discard. */
void v4_core_drop(struct v4_core *core, enum v4_drop why, struct v4_span packet);

/* Milliseconds since midnight UT, or the high bit and some count of them (RFC791-3.1_TS-f). */
uint32_t v4_core_timestamp(const struct v4_core *core);

/* Tells the user; `event` without its spans. False: the queue is full, and the caller has a packet
 * to drop. */
bool v4_core_tell(struct v4_core *core, const struct v4_event *event, struct v4_span options,
                  struct v4_span data);
/* The oldest event, if any. */
bool v4_core_told(struct v4_core *core, struct v4_event *ret_event);

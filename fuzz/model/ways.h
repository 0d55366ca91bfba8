/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is known of a host's ways from what it was given: the routes that its user has set, those
 * that routers have advertised (RFC 1256), what redirects have taught (RFC 1122 3.2.2.2), and which
 * gateways may be dead (3.3.1.4). Beside it the paths and what they carry (RFC 1191).
 *
 * Where it cannot be known whether a gateway is alive, a datagram may go more than one way. Where
 * nothing is known any more all of it is `lost`, and nothing is judged. Shares no code with what it
 * judges. */
#pragma once
#include <stdbool.h>
#include "model/paths.h"
#include "model/routing.h"

#define MODEL_NEXTS 4    /* ways that a datagram may go */
#define MODEL_ROUTERS 16 /* that are advertised and remembered */
#define MODEL_VAGUE 16   /* gateways and paths of which nobody knows */

struct model_hop {
    unsigned iface;
    uint32_t addr;
};

struct model_router {
    struct model_hop link;
    int32_t preference;
    uint64_t expires;
};

/* A neighbour that is asked for its MAC by everybody's. */
struct model_question {
    struct model_hop link;
    unsigned count;
    uint64_t at;
};

struct model_discovery {
    bool on, heard;
    unsigned asked;
    uint64_t since, last;
    uint32_t to; /* whom it asks */
};

struct model_next {
    enum model_where fate;
    unsigned iface;
    uint32_t hop;
};

struct model_ways {
    bool lost;
    bool deaf;        /* to redirects */
    bool strong;      /* the end-system model (RFC 1122 3.3.4.2) */
    uint64_t changed; /* when, and one more; 0: never */
    unsigned mtu[2];  /* of the links */
    struct model_routing routing;
    struct model_router routers[MODEL_ROUTERS];
    size_t router_count;
    struct model_discovery discovery[2];
    struct model_question questions[MODEL_VAGUE];
    size_t question_count;
    struct model_hop vague[MODEL_VAGUE]; /* dead or not */
    size_t vague_count;
    struct model_hop due; /* a gateway that must be asked in this call; an address of 0: none */
    size_t listed;        /* routes that this call has told of */

    bool paths_lost, paths_unheard; /* what routers say of paths is not heeded */
    struct model_paths paths;
};

/* With the networks of both interfaces and the lab's gateway. */
void model_ways_open(struct model_ways *ways, const struct model_way networks[2], uint32_t gateway);

/* Where a datagram goes whose source is of interface `from` (MODEL_EVERY_IFACE: not said), as one
 * of the ways of `ret_next`. 0: it is not known. */
size_t model_ways_find(const struct model_ways *ways, unsigned from, uint32_t dst, unsigned tos,
                       uint64_t now, struct model_next ret_next[MODEL_NEXTS]);
/* By which interface and to whom, where that is known for sure. */
bool model_ways_sure(const struct model_ways *ways, unsigned from, uint32_t dst, unsigned tos,
                     uint64_t now, struct model_next *ret_next);

/* A datagram goes to a gateway: from now on it must be asked for a sign of life, or not. */
void model_ways_used(struct model_ways *ways, unsigned iface, uint32_t gateway, uint64_t now);
/* It has been asked; NULL: as it may be. */
const char *model_ways_asked(struct model_ways *ways, unsigned iface, uint32_t gateway);
/* A sign of life of a neighbour, or what may be one. */
void model_ways_heard(struct model_ways *ways, unsigned iface, uint32_t addr, bool sure);
/* And its MAC with it. */
void model_ways_resolved(struct model_ways *ways, unsigned iface, uint32_t addr, bool sure);
/* Its MAC is asked for. */
void model_ways_resolves(struct model_ways *ways, unsigned iface, uint32_t addr, bool everybody,
                         uint64_t now);
void model_ways_doubted(struct model_ways *ways, unsigned iface, uint32_t gateway);
/* Nobody knows any more whether it lives. */
void model_ways_vague(struct model_ways *ways, unsigned iface, uint32_t addr);
bool model_ways_is_vague(const struct model_ways *ways, unsigned iface, uint32_t gateway);
void model_ways_redirect(struct model_ways *ways, uint32_t dst, unsigned iface, uint32_t gateway,
                         uint64_t now);

/* A router is advertised (RFC 1256 5.3). */
void model_ways_router(struct model_ways *ways, const struct model_router *router, uint64_t now);
void model_ways_discover(struct model_ways *ways, unsigned iface, bool on, uint64_t now);
/* A solicitation was sent; NULL: as it may be. */
const char *model_ways_solicits(struct model_ways *ways, unsigned iface, uint32_t dst, unsigned ttl,
                                uint64_t now);
/* Does anything lead over it? */
bool model_ways_over(const struct model_ways *ways, uint32_t gateway);
/* What time does; NULL, or what it should have done. */
const char *model_ways_time(struct model_ways *ways, uint64_t now);

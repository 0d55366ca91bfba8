/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How a host chooses the next hop, told again from RFC 1122 3.3.1 and RFC 1349 7.1 by somebody who
 * has all the time in the world: every list in the order in which it came, and searched whole. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

#define MODEL_ROUTES 64
#define MODEL_REDIRECTS 16
#define MODEL_TROUBLES 16
#define MODEL_EVERY_TOS 256
#define MODEL_EVERY_IFACE 2

enum model_where {
    MODEL_GOES,
    MODEL_UNREACHABLE,
    MODEL_BLACKHOLE,
    MODEL_PROHIBIT,
    MODEL_NO_WAY
};

struct model_way {
    uint32_t net, gateway, preference;
    unsigned bits, tos, iface;
    enum model_where kind;
};

struct model_redirect {
    uint32_t dst, gateway;
    unsigned tos, iface; /* MODEL_EVERY_TOS */
    v4_time when;
    bool vague; /* it may be forgotten */
};

struct model_trouble {
    uint32_t gateway;
    unsigned iface, asked;
    v4_time last, died; /* V4_NEVER: not dead */
};

struct model_routing {
    struct model_way ways[MODEL_ROUTES];
    struct model_redirect redirects[MODEL_REDIRECTS];
    struct model_trouble troubles[MODEL_TROUBLES];
    size_t way_count, redirect_count, trouble_count;
};

bool model_same_way(const struct model_way *a, const struct model_way *b);
/* False: there is no room, or the same is there. */
bool model_way_add(struct model_routing *model, const struct model_way *way);
bool model_way_remove(struct model_routing *model, const struct model_way *way);

/* Which of `a` and `b`, where both lead there and `a` came first, is tried first? */
bool model_before(const struct model_way *a, const struct model_way *b);
bool model_leads(const struct model_way *way, uint32_t dst, unsigned tos);

/* Where a datagram goes, in the strong end-system model by the interface `from` alone, whose
 * address is its source (RFC 1122 3.3.4.2); MODEL_EVERY_IFACE: by whichever. `*ret_iface` and
 * `*ret_hop` only with MODEL_GOES and MODEL_BLACKHOLE. */
enum model_where model_find(const struct model_routing *model, unsigned from, uint32_t dst,
                            unsigned tos, v4_time now, unsigned *ret_iface, uint32_t *ret_hop);

/* What a redirect has taught of it; NULL: nothing, or too long ago. */
const struct model_redirect *model_taught(const struct model_routing *model, uint32_t dst,
                                          unsigned tos, v4_time now);
void model_redirect_learn(struct model_routing *model, const struct model_redirect *redirect);
/* Of those to this gateway nobody knows whether they hold on. */
void model_redirects_vague(struct model_routing *model, unsigned iface, uint32_t gateway);
bool model_is_dead(const struct model_routing *model, unsigned iface, uint32_t gateway,
                   v4_time now);
void model_praise(struct model_routing *model, unsigned iface, uint32_t gateway);
void model_doubt(struct model_routing *model, unsigned iface, uint32_t gateway);
/* Nobody answers for it: it is dead if anything leads over it. */
void model_silent(struct model_routing *model, unsigned iface, uint32_t gateway, v4_time now);
/* A datagram goes to it: is it asked as well? */
bool model_asks(struct model_routing *model, unsigned iface, uint32_t gateway, v4_time now);

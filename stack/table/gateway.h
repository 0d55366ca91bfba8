/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which gateways are doubted, and which are dead (RFC 1122 3.3.1.4).
 *
 * A gateway that is not in the table is believed to work. One that somebody complains of is
 * *doubted*: whenever a datagram goes to it, it may be asked as well whether it lives
 * (RFC1122-3.3.1.4-d), `interval` apart and `tries` times. If then nothing is heard from it, or at
 * once where the link says that nobody is there, it is *dead* for `rest`; after that it is doubted,
 * and may be tried again. Whatever shows that it works ends that (RFC1122-3.3.1.4-e).
 *
 * A fixed number of them; when there are more the one that was complained of first is believed
 * again. No timer runs: all is found out when a gateway is to be used. It sends nothing, and the
 * caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

struct v4_gateway_config {
    size_t gateways;  /* that are doubted or dead at one time */
    unsigned tries;   /* questions before it is dead, at least 1 */
    v4_time interval; /* between questions, and after the last */
    v4_time rest;     /* how long it is dead */
};

struct v4_gateways;

/* NULL when memory is short or `gateways` or `tries` is 0. */
struct v4_gateways *v4_gateways_open(const struct v4_gateway_config *config);
void v4_gateways_close(struct v4_gateways *gateways); /* NULL is fine */
void v4_gateways_reset(struct v4_gateways *gateways);

/* A sign that it works. */
void v4_gateways_praise(struct v4_gateways *gateways, unsigned iface, uint32_t addr);
/* A sign that it may not: who is doubted or dead already stays so. */
void v4_gateways_doubt(struct v4_gateways *gateways, unsigned iface, uint32_t addr);
/* The proof that it does not. */
void v4_gateways_fail(struct v4_gateways *gateways, unsigned iface, uint32_t addr, v4_time now);

/* Should another be used? */
bool v4_gateways_is_dead(const struct v4_gateways *gateways, unsigned iface, uint32_t addr,
                         v4_time now);
/* Was it asked since it is doubted? */
bool v4_gateways_is_asked(const struct v4_gateways *gateways, unsigned iface, uint32_t addr);
/* A datagram goes to it. True: ask it now whether it lives. */
bool v4_gateways_use(struct v4_gateways *gateways, unsigned iface, uint32_t addr, v4_time now);

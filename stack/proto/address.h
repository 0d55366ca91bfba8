/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The addresses of our interfaces (RFC 1122 3.3.4): a small fixed table, searched from end to end.
 * Those of one interface stand in the order in which they are preferred. */
#pragma once
#include "proto/core.h"

/* The next address of an interface behind `after`, the first after NULL; NULL: no more. */
const struct v4_address *v4_address_next(const struct v4_core *core, unsigned iface,
                                         const struct v4_address *after);
/* NULL: it is not ours. */
const struct v4_address *v4_address_find(const struct v4_core *core, uint32_t addr);

/* Is it on the network of one of the interface's addresses? */
bool v4_address_is_near(const struct v4_core *core, unsigned iface, uint32_t addr);
/* Is it all ones, or all zeros, on one of these networks? */
bool v4_address_is_broadcast(const struct v4_core *core, unsigned iface, uint32_t addr);
bool v4_address_is_zero_host(const struct v4_core *core, unsigned iface, uint32_t addr);

/* Are both on the network of one and the same of the interface's addresses? */
bool v4_address_share_network(const struct v4_core *core, unsigned iface, uint32_t one,
                              uint32_t other);

/* Which of its addresses the interface speaks with to the neighbour or group `dst`: the first on
 * its network, else the first; a deprecated one if there is no other. 0: it has none. */
uint32_t v4_address_towards(const struct v4_core *core, unsigned iface, uint32_t dst);

/* May a host have it there, on an interface that we have? */
bool v4_address_is_usable(const struct v4_core *core, const struct v4_address *address);
/* Adds an address, and the way to its network. `secondary` is set where the network has one
 * already; `first`: it stands before the interface's others. EINVAL: no interface of ours, or no
 * address that a host may have there; EEXIST: it is ours; ENOBUFS: the table is full. */
enum v4_error v4_address_add(struct v4_core *core, const struct v4_address *address, bool first);
/* Removes it; the next one of its network is no secondary any more. ENOENT: it is not there. */
enum v4_error v4_address_remove(struct v4_core *core, unsigned iface, uint32_t addr);

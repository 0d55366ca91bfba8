/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The groups behind table/membership.h. Not for others. */
#pragma once
#include "base/pool.h"
#include "table/membership.h"

struct v4_membership {
    struct v4_pool pool;
    struct v4_list groups;
    v4_time next, soon;     /* when there is something to do: soon is what this round has found */
    struct v4_link *cursor; /* how far it is; NULL: none is begun */
    unsigned ifaces;
    struct v4_membership_part parts[];
};

/* NULL: there is none. */
struct v4_membership_group *v4_members_find(const struct v4_membership *membership, unsigned iface,
                                            uint32_t group);
/* A new one, which nobody wants yet; NULL: there is no room. */
struct v4_membership_group *v4_members_enter(struct v4_membership *membership, unsigned iface,
                                             uint32_t group);
/* What nobody has renewed is over (RFC3376-6.5-a). */
void v4_members_age(struct v4_membership_group *group, v4_time now);
void v4_members_drop(struct v4_membership_group *group, size_t at);
/* The group was changed: its timers are looked at. */
void v4_members_changed(struct v4_membership *membership, const struct v4_membership_group *group);

/* How long specific queries are under way: RFC 3376's Last Member Query Time. */
static inline v4_time v4_members_last(const struct v4_membership_part *part)
{
    return part->last * part->count;
}

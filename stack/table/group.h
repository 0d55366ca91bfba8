/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who listens to which groups: the filter of each user for a group on an interface, and what the
 * interface wants because of them (RFC 1112 7.1, RFC 3376 2 and 3).
 *
 * Fixed numbers of both. Nothing here knows of time or of messages: whoever changes something asks
 * before and after. A user is any number; an interface wants a group while some user listens. */
#pragma once
#include "table/filter.h"

/* A user's place. */
struct v4_listener {
    unsigned user, iface;
    uint32_t group;
};

struct v4_groups;

enum v4_listen {
    V4_LISTEN_DONE,
    V4_LISTEN_FULL, /* there is no room for another filter, or another group */
    V4_LISTEN_MANY, /* the interface would have too many sources */
};

/* Room for so many filters of users, and for so many groups of all interfaces together. NULL when
 * memory is short or one of them is 0. */
struct v4_groups *v4_groups_open(size_t filters, size_t groups);
void v4_groups_close(struct v4_groups *groups); /* NULL is fine */
void v4_groups_reset(struct v4_groups *groups);

/* From now on `filter` is the user's (RFC3376-2-d); one that wants nothing is none
 * (RFC3376-3.1-a). When the answer is another than V4_LISTEN_DONE nothing has changed; to want
 * nothing always succeeds. */
enum v4_listen v4_groups_listen(struct v4_groups *groups, const struct v4_listener *who,
                                const struct v4_filter *filter);
/* The user's filter there; NULL: none. Borrowed until the next change, as all below. */
const struct v4_filter *v4_groups_filter(const struct v4_groups *groups,
                                         const struct v4_listener *who);
/* Some place of this user; false: he listens nowhere. */
bool v4_groups_of(const struct v4_groups *groups, unsigned user, struct v4_listener *ret_who);

/* What an interface wants of a group; NULL: nothing. */
const struct v4_filter *v4_groups_wanted(const struct v4_groups *groups, unsigned iface,
                                         uint32_t group);
/* A group that an interface wants.*/
struct v4_wanted {
    unsigned iface;
    uint32_t group;
    struct v4_filter filter;
};
/* The next one after `after`, the first after NULL, in the order in which they came; NULL: no more.
 */
const struct v4_wanted *v4_groups_next(const struct v4_groups *groups,
                                       const struct v4_wanted *after);

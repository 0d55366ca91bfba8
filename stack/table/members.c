/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/members.h"
#include <stdlib.h>
#include <string.h>

struct v4_membership *v4_membership_open(size_t groups, unsigned ifaces)
{
    struct v4_membership *opened =
        calloc(1, sizeof *opened + ifaces * sizeof(struct v4_membership_part));

    if (opened == NULL)
        return NULL;
    opened->ifaces = ifaces;
    v4_list_open(&opened->groups);
    opened->next = V4_NEVER;
    if (ifaces != 0 && v4_pool_open(&opened->pool, groups, sizeof(struct v4_membership_group)))
        return opened;
    v4_membership_close(opened);
    return NULL;
}

void v4_membership_close(struct v4_membership *membership)
{
    if (membership == NULL)
        return;
    v4_pool_close(&membership->pool);
    free(membership);
}

static struct v4_membership_group *of(struct v4_link *link)
{
    return link == NULL ? NULL : V4_OF(link, struct v4_membership_group, link);
}

static void forget(struct v4_membership *membership, struct v4_membership_group *group)
{
    membership->cursor = NULL;
    v4_list_remove(&group->link);
    v4_pool_give(&membership->pool, group);
}

void v4_membership_forget(struct v4_membership *membership, unsigned iface)
{
    struct v4_membership_group *group = of(v4_list_first(&membership->groups));

    while (group != NULL) {
        struct v4_membership_group *next = of(v4_list_next(&membership->groups, &group->link));
        if (group->iface == iface)
            forget(membership, group);
        group = next;
    }
}

void v4_membership_reset(struct v4_membership *membership)
{
    for (unsigned i = 0; i < membership->ifaces; i++)
        v4_membership_forget(membership, i);
    memset(membership->parts, 0, membership->ifaces * sizeof *membership->parts);
    membership->next = V4_NEVER;
}

static void stop_asking(struct v4_membership_group *group)
{
    group->left = 0;
    group->sources_at = V4_NEVER;
    for (size_t i = 0; i < group->count; i++) {
        group->sources[i].left = 0;
        group->sources[i].due = false;
    }
}

void v4_membership_play(struct v4_membership *membership, unsigned iface,
                        const struct v4_membership_part *part)
{
    bool ends = membership->parts[iface].querier && !part->querier;
    struct v4_membership_group *group = of(v4_list_first(&membership->groups));

    membership->parts[iface] = *part;
    for (; ends && group != NULL; group = of(v4_list_next(&membership->groups, &group->link)))
        if (group->iface == iface)
            stop_asking(group);
}

struct v4_membership_group *v4_members_find(const struct v4_membership *membership, unsigned iface,
                                            uint32_t group)
{
    struct v4_membership_group *found = of(v4_list_first(&membership->groups));

    while (found != NULL && (found->iface != iface || found->group != group))
        found = of(v4_list_next(&membership->groups, &found->link));
    return found;
}

struct v4_membership_group *v4_members_enter(struct v4_membership *membership, unsigned iface,
                                             uint32_t group)
{
    struct v4_membership_group *entered = v4_pool_take(&membership->pool);

    if (entered == NULL)
        return NULL;
    *entered = (struct v4_membership_group){.iface = iface, .group = group, .sources_at = V4_NEVER};
    v4_list_append(&membership->groups, &entered->link);
    return entered;
}

void v4_members_drop(struct v4_membership_group *group, size_t at)
{
    group->count--;
    memmove(group->sources + at, group->sources + at + 1,
            (group->count - at) * sizeof *group->sources);
}

/* RFC 3376 6.2.3: where the mode is EXCLUDE a source whose time is over is what nobody wants. */
void v4_members_age(struct v4_membership_group *group, v4_time now)
{
    if (group->excludes && group->until <= now) {
        group->excludes = false;
        group->left = 0;
    }
    for (size_t i = group->count; !group->excludes && i-- > 0;)
        if (group->sources[i].until <= now)
            v4_members_drop(group, i);
}

static bool is_wanted(const struct v4_membership_group *group)
{
    return group->excludes || group->count > 0;
}

static v4_time next_of(const struct v4_membership_group *group)
{
    v4_time next = group->sources_at;

    if (!is_wanted(group))
        return 0;
    if (group->excludes && group->until < next)
        next = group->until;
    if (group->left > 0 && group->at < next)
        next = group->at;
    for (size_t i = 0; !group->excludes && i < group->count; i++)
        if (group->sources[i].until < next)
            next = group->sources[i].until;
    return next;
}

void v4_members_changed(struct v4_membership *membership, const struct v4_membership_group *group)
{
    v4_time next = next_of(group);

    if (next < membership->next)
        membership->next = next;
    if (next < membership->soon)
        membership->soon = next;
}

/* RFC3376-6.6.3-a: what has been renewed since it was doubted is asked for with S. */
static bool ask_group(const struct v4_membership_part *part, struct v4_membership_group *group,
                      v4_time now, struct v4_membership_ask *ret_ask)
{
    bool renewed = group->until > v4_time_after(now, v4_members_last(part));

    if (group->left == 0 || group->at > now)
        return false;
    group->left--;
    group->at = v4_time_after(now, part->last);
    if (renewed && !part->suppress) { /* RFC 2236 knows no such flag, and has an answer */
        group->left = 0;
        return false;
    }
    ret_ask->suppress = renewed;
    ret_ask->count = 0;
    return true;
}

/* All sources that have queries left are in those of now. */
static void begin_sources(const struct v4_membership_part *part, struct v4_membership_group *group,
                          v4_time now)
{
    bool again = false;

    for (size_t i = 0; i < group->count; i++) {
        struct v4_membership_source *source = &group->sources[i];
        if (!part->suppress || source->until <= now)
            source->left = 0;
        source->due = source->left > 0;
        source->left -= source->due;
        again = again || source->left > 0;
    }
    group->sources_at = again ? v4_time_after(now, part->last) : V4_NEVER;
}

/* Those of one kind: that have been renewed, or not. */
static bool ask_sources(const struct v4_membership_part *part, struct v4_membership_group *group,
                        bool renewed, size_t most, v4_time now, struct v4_membership_ask *ret_ask)
{
    const v4_time limit = v4_time_after(now, v4_members_last(part));

    ret_ask->suppress = renewed;
    ret_ask->count = 0;
    for (size_t i = 0; i < group->count && ret_ask->count < most; i++) {
        struct v4_membership_source *source = &group->sources[i];
        if (!source->due || (source->until > limit) != renewed)
            continue;
        source->due = false;
        ret_ask->sources[ret_ask->count++] = source->addr;
    }
    return ret_ask->count > 0;
}

static bool ask(const struct v4_membership_part *part, struct v4_membership_group *group,
                size_t most, v4_time now, struct v4_membership_ask *ret_ask)
{
    if (ask_group(part, group, now, ret_ask))
        return true;
    if (group->sources_at <= now)
        begin_sources(part, group, now);
    return ask_sources(part, group, true, most, now, ret_ask) ||
           ask_sources(part, group, false, most, now, ret_ask);
}

bool v4_membership_take(struct v4_membership *membership, size_t most, v4_time now,
                        struct v4_membership_ask *ret_ask)
{
    struct v4_link *link = membership->cursor;

    if (link == NULL && now < membership->next)
        return false;
    if (link == NULL) {
        membership->soon = V4_NEVER;
        link = v4_list_first(&membership->groups);
    }
    while (link != NULL) {
        struct v4_membership_group *group = of(link);
        link = v4_list_next(&membership->groups, link);
        v4_members_age(group, now);
        if (!is_wanted(group)) {
            forget(membership, group);
            continue;
        }
        if (ask(&membership->parts[group->iface], group, most, now, ret_ask)) {
            ret_ask->iface = group->iface;
            ret_ask->group = group->group;
            membership->cursor = &group->link; /* it may have more to ask */
            return true;
        }
        if (next_of(group) < membership->soon)
            membership->soon = next_of(group);
    }
    membership->cursor = NULL;
    membership->next = membership->soon;
    return false;
}

v4_time v4_membership_next_timeout(const struct v4_membership *membership)
{
    return membership->next;
}

bool v4_membership_wants(const struct v4_membership *membership, unsigned iface, uint32_t group,
                         uint32_t source, v4_time now)
{
    const struct v4_membership_group *found = v4_members_find(membership, iface, group);

    if (found == NULL)
        return false;
    for (size_t i = 0; i < found->count; i++)
        if (found->sources[i].addr == source)
            return found->sources[i].until > now;
    return found->excludes && found->until > now;
}

const struct v4_membership_group *v4_membership_next(const struct v4_membership *membership,
                                                     const struct v4_membership_group *after)
{
    struct v4_link *link = after == NULL ? v4_list_first(&membership->groups)
                                         : v4_list_next(&membership->groups, &after->link);

    return of(link);
}

unsigned v4_membership_version(const struct v4_membership_group *group, v4_time now)
{
    if (now < group->one_until)
        return 1;
    return now < group->two_until ? 2 : 3;
}

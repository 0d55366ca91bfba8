/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/group.h"
#include <stdlib.h>
#include "base/list.h"
#include "base/pool.h"

/* A user's filter. */
struct place {
    struct v4_link link;
    struct v4_listener who;
    struct v4_filter filter;
};

struct wanted {
    struct v4_wanted public; /* first: an entry is found again by it */
    struct v4_link link;
};

struct v4_groups {
    struct v4_pool place_pool, wanted_pool;
    struct v4_list places, wanted;
};

struct v4_groups *v4_groups_open(size_t filters, size_t groups)
{
    struct v4_groups *opened = calloc(1, sizeof *opened);

    if (opened == NULL)
        return NULL;
    v4_list_open(&opened->places);
    v4_list_open(&opened->wanted);
    if (v4_pool_open(&opened->place_pool, filters, sizeof(struct place)) &&
        v4_pool_open(&opened->wanted_pool, groups, sizeof(struct wanted)))
        return opened;
    v4_groups_close(opened);
    return NULL;
}

void v4_groups_close(struct v4_groups *groups)
{
    if (groups == NULL)
        return;
    v4_pool_close(&groups->place_pool);
    v4_pool_close(&groups->wanted_pool);
    free(groups);
}

static void remove_place(struct v4_groups *groups, struct place *place)
{
    v4_list_remove(&place->link);
    v4_pool_give(&groups->place_pool, place);
}

static void remove_wanted(struct v4_groups *groups, struct wanted *wanted)
{
    v4_list_remove(&wanted->link);
    v4_pool_give(&groups->wanted_pool, wanted);
}

void v4_groups_reset(struct v4_groups *groups)
{
    struct v4_link *link;

    while ((link = v4_list_first(&groups->places)) != NULL)
        remove_place(groups, V4_OF(link, struct place, link));
    while ((link = v4_list_first(&groups->wanted)) != NULL)
        remove_wanted(groups, V4_OF(link, struct wanted, link));
}

static bool is_same(const struct v4_listener *one, const struct v4_listener *other)
{
    return one->user == other->user && one->iface == other->iface && one->group == other->group;
}

static struct place *find_place(const struct v4_groups *groups, const struct v4_listener *who)
{
    struct v4_link *link = v4_list_first(&groups->places);

    for (; link != NULL; link = v4_list_next(&groups->places, link))
        if (is_same(&V4_OF(link, struct place, link)->who, who))
            return V4_OF(link, struct place, link);
    return NULL;
}

static struct wanted *find_wanted(const struct v4_groups *groups, unsigned iface, uint32_t group)
{
    struct v4_link *link = v4_list_first(&groups->wanted);

    for (; link != NULL; link = v4_list_next(&groups->wanted, link)) {
        struct wanted *wanted = V4_OF(link, struct wanted, link);
        if (wanted->public.iface == iface && wanted->public.group == group)
            return wanted;
    }
    return NULL;
}

/* What the interface would want if this were the user's filter. */
static bool merge(const struct v4_groups *groups, const struct v4_listener *who,
                  const struct v4_filter *filter, struct v4_filter *ret_filter)
{
    struct v4_link *link = v4_list_first(&groups->places);
    struct v4_filter_merge merge = {0};

    for (; link != NULL; link = v4_list_next(&groups->places, link)) {
        const struct place *place = V4_OF(link, struct place, link);
        if (place->who.iface == who->iface && place->who.group == who->group &&
            place->who.user != who->user)
            v4_filter_add(&merge, &place->filter);
    }
    v4_filter_add(&merge, filter);
    return v4_filter_end(&merge, ret_filter);
}

static void set_place(struct v4_groups *groups, const struct v4_listener *who,
                      const struct v4_filter *filter)
{
    struct place *place = find_place(groups, who);

    if (v4_filter_is_none(filter)) {
        if (place != NULL)
            remove_place(groups, place);
        return;
    }
    if (place == NULL) {
        place = v4_pool_take(&groups->place_pool);
        place->who = *who;
        v4_list_append(&groups->places, &place->link);
    }
    place->filter = *filter;
}

static void set_wanted(struct v4_groups *groups, const struct v4_listener *who,
                       const struct v4_filter *filter)
{
    struct wanted *wanted = find_wanted(groups, who->iface, who->group);

    if (v4_filter_is_none(filter)) {
        if (wanted != NULL)
            remove_wanted(groups, wanted);
        return;
    }
    if (wanted == NULL) {
        wanted = v4_pool_take(&groups->wanted_pool);
        wanted->public.iface = who->iface;
        wanted->public.group = who->group;
        v4_list_append(&groups->wanted, &wanted->link);
    }
    wanted->public.filter = *filter;
}

enum v4_listen v4_groups_listen(struct v4_groups *groups, const struct v4_listener *who,
                                const struct v4_filter *filter)
{
    struct v4_filter wanted;
    bool none = v4_filter_is_none(filter);

    if (!none && ((find_place(groups, who) == NULL && v4_pool_left(&groups->place_pool) == 0) ||
                  (find_wanted(groups, who->iface, who->group) == NULL &&
                   v4_pool_left(&groups->wanted_pool) == 0)))
        return V4_LISTEN_FULL;
    if (!merge(groups, who, filter, &wanted)) /* RFC3376-3.2-c */
        return V4_LISTEN_MANY;
    set_place(groups, who, filter);
    set_wanted(groups, who, &wanted);
    return V4_LISTEN_DONE;
}

const struct v4_filter *v4_groups_filter(const struct v4_groups *groups,
                                         const struct v4_listener *who)
{
    const struct place *place = find_place(groups, who);

    return place == NULL ? NULL : &place->filter;
}

bool v4_groups_of(const struct v4_groups *groups, unsigned user, struct v4_listener *ret_who)
{
    struct v4_link *link = v4_list_first(&groups->places);

    for (; link != NULL; link = v4_list_next(&groups->places, link)) {
        const struct place *place = V4_OF(link, struct place, link);
        if (place->who.user != user)
            continue;
        *ret_who = place->who;
        return true;
    }
    return false;
}

const struct v4_filter *v4_groups_wanted(const struct v4_groups *groups, unsigned iface,
                                         uint32_t group)
{
    const struct wanted *wanted = find_wanted(groups, iface, group);

    return wanted == NULL ? NULL : &wanted->public.filter;
}

const struct v4_wanted *v4_groups_next(const struct v4_groups *groups,
                                       const struct v4_wanted *after)
{
    const struct v4_link *link =
        after == NULL ? v4_list_first(&groups->wanted)
                      : v4_list_next(&groups->wanted, &((const struct wanted *)after)->link);

    return link == NULL ? NULL : &V4_OF(link, struct wanted, link)->public;
}

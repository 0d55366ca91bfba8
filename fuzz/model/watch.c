/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch.h"
#include <stdio.h>
#include <string.h>
#include "model/line.h"

void model_watch_open(struct model_watch *watch, const struct model_hearer lab[2])
{
    model_groups_open(&watch->groups);
    for (unsigned i = 0; i < 2; i++) {
        model_link_open(watch->links + i, lab + i);
        watch->lost[i] = watch->unknown[i] = false;
    }
}

void model_watch_lose(struct model_watch *watch, unsigned iface)
{
    watch->lost[iface] = true;
}

const char *model_watch_time(struct model_watch *watch, v4_time now)
{
    const char *first = NULL;

    for (unsigned i = 0; i < 2; i++) {
        const char *fault = model_link_time(watch->links + i, now);
        if (fault == NULL)
            continue;
        watch->links[i].now = now; /* it was left where that should have come */
        first = first == NULL && !watch->lost[i] ? fault : first;
    }
    return first;
}

v4_time model_watch_moment(const struct model_watch *watch, v4_time until)
{
    for (unsigned i = 0; i < 2; i++)
        for (unsigned version = 1; version < 3; version++)
            until += watch->links[i].old[version] == until;
    return until;
}

/* More sources than the models hold leave it unknown what has changed. */
static bool is_too_much(struct model_link *link, uint32_t group, const struct model_state *state)
{
    const struct model_member *member = model_link_find(link, group);
    size_t count = state->sources.count;

    if (member == NULL)
        return link->count == MODEL_MEMBERS;
    count += member->state.sources.count + member->changed.count;
    return count > MODEL_SOURCES;
}

static void change(struct model_watch *watch, uint32_t group, unsigned iface)
{
    const struct model_state state = model_groups_state(&watch->groups, iface, group);
    struct model_link *link = watch->links + iface;

    if (group == MODEL_ALL_SYSTEMS || link->down)
        return;
    if (is_too_much(link, group, &state))
        model_watch_lose(watch, iface);
    model_link_change(link, group, &state);
}

/* What it was told to do stays. */
static void begin_again(struct model_link *link)
{
    struct model_hearer self = link->self;
    const bool must = link->must;
    const unsigned robustness = link->robustness;
    const size_t mtu = link->mtu;
    const v4_time now = link->now;

    self.mode = self.version;
    model_link_open(link, &self);
    link->robustness = robustness;
    link->must = must;
    link->mtu = mtu;
    link->now = now;
}

/* Who was lost, and has been down, begins anew. */
static void bring(struct model_watch *watch, unsigned iface, bool up)
{
    struct model_link *link = watch->links + iface;
    const bool again = up && link->down && watch->lost[iface] && !watch->unknown[iface];

    if (again)
        begin_again(link);
    else
        model_link_up(link, up);
    watch->lost[iface] &= !again;
    for (size_t i = 0; i < watch->groups.count; i++)
        if (watch->groups.filters[i].iface == iface)
            change(watch, watch->groups.filters[i].group, iface);
}

static void apply(struct model_watch *watch, const struct model_ask *ask)
{
    struct model_link *link = watch->links + ask->iface;

    if (ask->kind == MODEL_VERSION)
        model_link_version(link, ask->value);
    if (ask->kind == MODEL_ROBUSTNESS)
        link->robustness = ask->value;
    if (ask->kind == MODEL_MTU)
        model_link_mtu(link, ask->value);
    if (ask->kind == MODEL_UP)
        bring(watch, ask->iface, ask->value);
    for (unsigned i = 0; i < 2; i++) {
        if (ask->kind == MODEL_ROUTER_ALERT)
            watch->links[i].self.alert = ask->value;
        if (ask->kind == MODEL_COMPATIBILITY)
            watch->links[i].self.newest_only = !ask->value;
    }
    if (ask->kind <= MODEL_FILTER)
        change(watch, ask->group, ask->iface);
}

void model_watch_must(struct model_watch *watch, bool must)
{
    watch->links[0].must = watch->links[1].must = must;
}

const char *model_watch_asked(struct model_watch *watch, const struct model_ask *ask, bool sock,
                              bool ok, const char *code)
{
    static struct model_groups before;
    const bool closes = ask->kind == MODEL_CLOSE;

    if (closes)
        before = watch->groups;
    const char *fault = model_ask_done(&watch->groups, ask, sock, ok, code);
    if (ok)
        apply(watch, ask);
    for (size_t i = 0; closes && i < before.count; i++)
        change(watch, before.filters[i].group, before.filters[i].iface);
    return fault;
}

size_t model_watch_included(const struct model_watch *watch, unsigned iface, uint32_t group)
{
    size_t count = 0;

    for (size_t i = 0; i < watch->groups.count; i++) {
        const struct model_filter *filter = watch->groups.filters + i;
        if (filter->iface != iface || filter->group != group || filter->state.exclude)
            continue;
        for (size_t s = 0; s < filter->state.sources.count; s++) {
            bool before = false;
            for (size_t k = 0; k < i && !before; k++)
                before = watch->groups.filters[k].iface == iface &&
                         watch->groups.filters[k].group == group &&
                         !watch->groups.filters[k].state.exclude &&
                         model_set_has(&watch->groups.filters[k].state.sources,
                                       filter->state.sources.at[s]);
            count += !before;
        }
    }
    return count;
}

static bool ours(void *link, uint32_t group)
{
    return model_link_takes(link, group);
}

bool model_watch_heard(struct model_watch *watch, unsigned iface, struct v4_span frame)
{
    struct model_link *link = watch->links + iface;
    struct model_igmp igmp = model_igmp_heard(&link->self, frame, ours, link);

    if (igmp.kind == MODEL_DOUBT)
        return false;
    igmp.specific = model_groups_specific(&watch->groups, igmp.group);
    if (igmp.kind == MODEL_QUERY && link->self.newest_only && igmp.version < link->self.version)
        igmp.version = link->self.version; /* RFC 9776 7.2.1 */
    model_link_heard(link, &igmp);
    return true;
}

const char *model_watch_sent(struct model_watch *watch, unsigned iface, struct v4_span frame)
{
    const char *fault = model_link_sent(watch->links + iface, frame);

    return watch->lost[iface] ? NULL : fault;
}

const char *model_watch_done(struct model_watch *watch)
{
    const char *first = NULL;

    for (unsigned i = 0; i < 2; i++) {
        const char *fault = model_link_done(watch->links + i);
        first = first == NULL && !watch->lost[i] ? fault : first;
    }
    return first;
}

void model_watch_list(struct model_watch *watch)
{
    watch->listed[0] = watch->listed[1] = 0;
}

/* A comma between them. */
static void read_sources(const char *at, size_t len, struct model_set *ret_sources)
{
    unsigned part[4];

    while (len > 0 && sscanf(at, "%3u.%3u.%3u.%3u", part, part + 1, part + 2, part + 3) == 4) {
        model_set_add(ret_sources, part[0] << 24 | part[1] << 16 | part[2] << 8 | part[3]);
        at += strcspn(at, ", ");
        if (*at++ != ',')
            break;
    }
}

/* include|exclude[,A,B,...] */
static bool is_filter(const char *value, size_t len, const struct model_filter *filter)
{
    static const struct model_state none;
    const struct model_state *state = filter == NULL ? &none : &filter->state;
    struct model_state is = {.exclude = value[0] == 'e'};

    if (len > 8)
        read_sources(value + 8, len - 8, &is.sources);
    return model_state_same(state, &is);
}

const char *model_watch_got(struct model_watch *watch, const struct model_ask *ask,
                            const char *reply)
{
    const struct model_link *link = watch->links + ask->iface;
    const unsigned value = model_number(reply, "value");
    size_t len;
    const char *text = model_value(reply, "value", &len);
    const bool all =
        text != NULL &&
        (ask->kind != MODEL_FILTER ||
         is_filter(text, len,
                   model_filter_find(&watch->groups, ask->sock, ask->iface, ask->group)));
    const bool is = (ask->kind != MODEL_VERSION || value == link->self.version) &&
                    (ask->kind != MODEL_ROBUSTNESS || value == link->robustness) &&
                    (ask->kind != MODEL_MTU || value == link->mtu || watch->lost[ask->iface]) &&
                    (ask->kind != MODEL_UP || value == !link->down) &&
                    (ask->kind != MODEL_ROUTER_ALERT || value == link->self.alert) &&
                    (ask->kind != MODEL_COMPATIBILITY || value == !link->self.newest_only) &&
                    (ask->kind != MODEL_MODE || value == link->self.mode || link->down ||
                     watch->lost[ask->iface]);

    snprintf(watch->fault, sizeof watch->fault, "state: %s", reply);
    return all && is ? NULL : watch->fault;
}

const char *model_watch_listed(struct model_watch *watch, const char *event)
{
    const unsigned iface = model_number_or(event, "iface", 2);
    const uint32_t group = model_address(event, "addr");
    struct model_state state, is = {.exclude = strstr(event, " mode=exclude") != NULL};
    size_t len;
    const char *sources = model_value(event, "sources", &len);

    snprintf(watch->fault, sizeof watch->fault, "state: %s", event);
    if (iface > 1 || sources == NULL)
        return watch->fault;
    watch->listed[iface]++;
    read_sources(sources, len, &is.sources);
    state = model_groups_state(&watch->groups, iface, group);
    if (group == MODEL_ALL_SYSTEMS)
        state = (struct model_state){.exclude = true};
    return model_state_same(&state, &is) ? NULL : watch->fault;
}

/* Groups that some socket has joined there, each once, and that of all systems. */
static size_t groups_of(const struct model_groups *groups, unsigned iface)
{
    size_t count = 1;

    for (size_t i = 0; i < groups->count; i++) {
        const struct model_filter *filter = groups->filters + i;
        size_t before = 0;
        while (before < i && (groups->filters[before].group != filter->group ||
                              groups->filters[before].iface != iface))
            before++;
        count += before == i && filter->iface == iface && filter->group != MODEL_ALL_SYSTEMS;
    }
    return count;
}

const char *model_watch_all_listed(struct model_watch *watch)
{
    for (unsigned i = 0; i < 2; i++) {
        const size_t count = groups_of(&watch->groups, i);
        if (watch->listed[i] == count)
            continue;
        snprintf(watch->fault, sizeof watch->fault, "state: %zu groups on interface %u, not %zu",
                 watch->listed[i], i, count);
        return watch->fault;
    }
    return NULL;
}

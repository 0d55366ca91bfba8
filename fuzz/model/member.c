/* SPDX-License-Identifier: BSD-2-Clause */
#include "member.h"
#include <stdio.h>
#include <string.h>

#define RESPONSE (10 * V4_SECOND)  /* RFC 3376 8.3 */
#define INTERVAL (125 * V4_SECOND) /* 8.2 */

void model_link_open(struct model_link *link, const struct model_hearer *self)
{
    link->self = *self;
    link->robustness = 2;
    link->must = false;
    link->mtu = 1500;
    link->down = false;
    link->now = link->old[1] = link->old[2] = link->general_until = link->bits_until = 0;
    link->count = link->said_count = link->octets = 0;
}

struct model_member *model_link_find(struct model_link *link, uint32_t group)
{
    for (size_t i = 0; i < link->count; i++)
        if (link->members[i].group == group)
            return link->members + i;
    return NULL;
}

bool model_link_takes(const struct model_link *link, uint32_t group)
{
    for (size_t i = 0; i < link->count; i++)
        if (link->members[i].group == group)
            return !model_state_none(&link->members[i].state);
    return false;
}

size_t model_link_groups(const struct model_link *link)
{
    size_t count = 0;

    for (size_t i = 0; i < link->count; i++)
        count += !model_state_none(&link->members[i].state);
    return count;
}

bool model_member_pends(const struct model_member *member)
{
    return member->mode_left > 0 || member->changed.count > 0;
}

static bool is_late(const struct model_window *window, v4_time now)
{
    return window->open && window->must && window->until < now;
}

/* What had to be said before `now`, and was not. */
static const char *late(struct model_link *link, v4_time now)
{
    for (size_t i = 0; i < link->count; i++) {
        const struct model_member *member = link->members + i;
        const char *what = is_late(&member->general, now)    ? "answer: to a general query, about"
                           : is_late(&member->specific, now) ? "answer: to a query about"
                           : is_late(&member->delay, now)    ? "report: of"
                           : model_member_pends(member) && member->said + MODEL_UNSOLICITED_3 < now
                               ? "change: again, of"
                               : NULL;
        if (what == NULL)
            continue;
        snprintf(link->fault, sizeof link->fault, "%s %08x, is missing when its time is over", what,
                 member->group);
        return link->fault;
    }
    return NULL;
}

/* RFC 3376 7.2.1: with another version all that was to be said is forgotten. */
static void forget(struct model_link *link)
{
    for (size_t i = 0; i < link->count; i++) {
        struct model_member *member = link->members + i;
        member->general.open = member->specific.open = member->delay.open = false;
        member->mode_left = member->repeats = 0;
        member->either = false;
        member->changed.count = 0;
        member->unsure = true;
    }
    link->general_until = 0;
}

static void choose_mode(struct model_link *link)
{
    unsigned mode = link->old[1] > link->now ? 1 : link->old[2] > link->now ? 2 : 3;

    mode = mode < link->self.version ? mode : link->self.version;
    if (mode != link->self.mode)
        forget(link);
    link->self.mode = mode;
}

static void close_windows(struct model_link *link)
{
    for (size_t i = 0; i < link->count; i++) {
        struct model_member *member = link->members + i;
        struct model_window *windows[] = {&member->general, &member->specific, &member->delay};
        for (size_t w = 0; w < 3; w++)
            windows[w]->open &= windows[w]->until >= link->now;
    }
}

/* The ends of the older queriers' times in their order, then the rest. */
const char *model_link_time(struct model_link *link, v4_time now)
{
    for (;;) {
        v4_time next = now;
        for (unsigned version = 1; version < 3; version++)
            if (link->old[version] > link->now && link->old[version] < next)
                next = link->old[version];
        const char *fault = late(link, next);
        if (fault != NULL)
            return fault;
        link->now = next;
        choose_mode(link);
        if (next == now)
            break;
    }
    close_windows(link);
    return NULL;
}

void model_link_version(struct model_link *link, unsigned version)
{
    link->self.version = version;
    choose_mode(link);
}

static void mark(struct model_member *member, uint32_t source, unsigned reports)
{
    model_set_add(&member->changed, source);
    for (size_t i = 0; i < member->changed.count; i++)
        if (member->changed.at[i] == source)
            member->left[i] = reports;
}

/* RFC 3376 5.1. A record of the mode holds all sources, and is sent as often as any. */
static void change_3(struct model_link *link, struct model_member *member,
                     const struct model_state *old)
{
    const struct model_state *new = &member->state;

    member->due = true;
    if (old->exclude != new->exclude) {
        member->mode_left = link->robustness;
        member->changed.count = 0;
        return;
    }
    for (size_t i = 0; i < new->sources.count; i++)
        if (!model_set_has(&old->sources, new->sources.at[i]))
            mark(member, new->sources.at[i], link->robustness);
    for (size_t i = 0; i < old->sources.count; i++)
        if (!model_set_has(&new->sources, old->sources.at[i]))
            mark(member, old->sources.at[i], link->robustness);
}

/* RFC 2236 3: only who comes and who goes. */
static void change_2(struct model_link *link, struct model_member *member,
                     const struct model_state *old)
{
    if (!model_state_none(old) && !model_state_none(&member->state))
        return;
    member->delay.open = false;
    member->due = model_state_none(old) || link->self.mode == 2;
    member->repeats = link->robustness > 3 ? 2 : link->robustness - 1; /* once or twice */
}

static struct model_member *member_of(struct model_link *link, uint32_t group)
{
    struct model_member *member = model_link_find(link, group);

    if (member != NULL)
        return member;
    for (size_t i = 0; member == NULL && i < link->count; i++)
        if (model_state_none(&link->members[i].state) && !model_member_pends(link->members + i))
            member = link->members + i; /* nothing is to be said of it any more */
    if (member == NULL && link->count < MODEL_MEMBERS)
        member = link->members + link->count++;
    if (member != NULL) {
        memset(member, 0, sizeof *member);
        member->group = group;
    }
    return member;
}

/* Where no source that was asked for is taken, there is nothing to say (RFC 3376 5.2). */
static void excuse(struct model_member *member)
{
    bool any = member->only_whole;

    for (size_t i = 0; i < member->least.count; i++)
        any |= model_state_hears(&member->state, member->least.at[i]);
    member->specific.must &= any;
}

void model_link_change(struct model_link *link, uint32_t group, const struct model_state *state)
{
    if (model_state_none(state) && model_link_find(link, group) == NULL)
        return;
    struct model_member *member = member_of(link, group);
    if (member == NULL || model_state_same(&member->state, state))
        return;

    const struct model_state old = member->state;
    member->state = *state;
    if (model_state_none(state)) {
        member->general.open = member->specific.must = false;
    } else if (model_state_none(&old) && link->general_until > link->now) {
        member->general = (struct model_window){true, false, link->now, link->general_until};
    }
    excuse(member);
    if (link->self.mode == 3)
        change_3(link, member, &old);
    else
        change_2(link, member, &old);
}

void model_link_up(struct model_link *link, bool up)
{
    static const struct model_state none;
    const unsigned robustness = link->robustness;

    if (link->down == !up)
        return;
    forget(link);
    link->down = !up;
    link->robustness = 1;
    for (size_t i = 0; i < link->count && !up; i++)
        model_link_change(link, link->members[i].group, &none);
    link->robustness = robustness;
    link->old[1] = link->old[2] = 0;
    if (up)
        choose_mode(link);
}

/* What has begun in several reports may go on so. */
void model_link_mtu(struct model_link *link, size_t mtu)
{
    if (link->mtu < mtu)
        link->bits_until = link->general_until;
    link->mtu = mtu;
}

static void earlier(struct model_window *window, v4_time now, v4_time until)
{
    if (!window->open || !window->must || until < window->until)
        window->until = until;
    if (!window->open)
        window->from = now;
    window->open = window->must = true;
}

/* RFC 3376 5.2, rules 1 to 5. What was asked while a general query has no answer yet may be
 * answered with it, or not: nobody but the host knows which delay is the shorter one. */
static void ask_about(struct model_link *link, struct model_member *member,
                      const struct model_igmp *igmp)
{
    const bool all = igmp->sources.count == 0, sure = !member->general.open;
    const v4_time until = link->now + igmp->within;

    struct model_window *window = &member->specific;
    if (!window->open) {
        *window = (struct model_window){true, sure, link->now, until};
        member->behind = !sure && link->mtu == 1500 && /* else that answer comes bit by bit */
                         link->now > link->bits_until;
        member->whole = member->only_whole = all;
        member->least = member->most = igmp->sources;
        return;
    }
    if (!window->must) { /* perhaps there is no other answer to come */
        member->only_whole &= all;
        member->least.count = 0;
        if (sure || until > window->until)
            window->until = until;
    } else if (sure) {
        member->only_whole |= all;
        if (until < window->until)
            window->until = until;
    }
    member->whole |= all;
    model_set_add_all(&member->most, &igmp->sources);
    if (sure)
        model_set_add_all(&member->least, &igmp->sources);
    window->must |= sure;
}

static void asked_3(struct model_link *link, const struct model_igmp *igmp)
{
    const v4_time until = link->now + igmp->within;

    if (igmp->group == 0 && until > link->general_until)
        link->general_until = until;
    for (size_t i = 0; i < link->count; i++) {
        struct model_member *member = link->members + i;
        if (model_state_none(&member->state))
            continue;
        member->either &= igmp->group != 0 && igmp->group != member->group;
        if (igmp->group == 0) { /* whose answer may come sooner than that of the one before */
            earlier(&member->general, link->now, until);
            member->behind = false;
        }
        if (igmp->group == member->group)
            ask_about(link, member, igmp);
        excuse(member);
    }
}

/* A host of version 1 or 2 reads the first eight octets; whether it reads the time of what it does
 * not know as RFC 2236 or as RFC 3376 has it, the longer one is right. */
static void asked_2(struct model_link *link, const struct model_igmp *igmp)
{
    v4_time within = igmp->within;
    bool must = true;

    if (link->self.mode == 1) {
        within = within > RESPONSE ? within : RESPONSE;
        must = igmp->group == 0;
    }
    for (size_t i = 0; i < link->count; i++) {
        struct model_member *member = link->members + i;
        if (model_state_none(&member->state) || (igmp->group != 0 && igmp->group != member->group))
            continue;
        const struct model_window before = member->delay;
        earlier(&member->delay, link->now, link->now + within);
        if (!must && before.open)
            member->delay = before;
        if (!must && !before.must && member->delay.until < link->now + within)
            member->delay.until = link->now + within;
        member->delay.must = must || (before.open && before.must);
    }
}

/* RFC 9776 8.12, and of who speaks no version 3, RFC 2236 8.11. */
static v4_time present(const struct model_link *link, const struct model_igmp *igmp)
{
    return link->self.version == 2 ? 400 * V4_SECOND
                                   : link->robustness * INTERVAL + 10 * igmp->within;
}

static void asked(struct model_link *link, const struct model_igmp *igmp)
{
    if (igmp->version < link->self.version &&
        igmp->group == 0) /* which says not how often it asks */
        link->old[igmp->version] = link->now + present(link, igmp);
    choose_mode(link);
    if (link->self.mode == 3)
        asked_3(link, igmp);
    else
        asked_2(link, igmp);
    if (igmp->within > 0)
        return;
    if (igmp->group == 0 && link->general_until == link->now)
        link->general_until += V4_SECOND;
    for (size_t i = 0; i < link->count; i++) { /* at once, or a moment later? */
        struct model_window *windows[] = {&link->members[i].general, &link->members[i].specific,
                                          &link->members[i].delay};
        for (size_t w = 0; w < 3; w++)
            if (windows[w]->open && windows[w]->until == link->now) {
                windows[w]->must = false;
                windows[w]->until = link->now + V4_SECOND;
                windows[w]->from = 0;
            }
    }
}

/* A neighbour has reported the group. In version 3 that may suffice (RFC 3376 7.2.2). */
static void reported(struct model_link *link, const struct model_igmp *igmp)
{
    struct model_member *member = model_link_find(link, igmp->group);

    if (member == NULL || model_state_none(&member->state))
        return;
    if (igmp->specific && link->must) /* RFC 4604 2.2.2 */
        return;
    if (igmp->specific) { /* in versions 1 and 2 either is right */
        member->unsure = true;
        member->delay.must = false;
        return;
    }
    if (link->self.mode == 3) {
        member->general.must = member->specific.must = false;
        return;
    }
    member->unsure = true;
    if (!member->delay.open)
        return;
    member->delay.must = false;
    if (igmp->version > link->self.mode) /* which one of version 1 need not know */
        return;
    member->delay.open = member->last = member->unsure = false;
    member->repeats = 0;
}

void model_link_heard(struct model_link *link, const struct model_igmp *igmp)
{
    if (link->down)
        return;
    if (igmp->kind == MODEL_QUERY)
        asked(link, igmp);
    else if (igmp->kind == MODEL_REPORT)
        reported(link, igmp);
}

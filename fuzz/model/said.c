/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is what a host says of its groups what member.h lets it say? */
#include <stdio.h>
#include <string.h>
#include "member.h"

#define HEADERS 32 /* of a report of version 3: IP with Router Alert, and its own eight octets */
#define RECORD 8

static const char *const names[] = {"?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK"};

static const char *fault(struct model_link *link, const char *what, unsigned type, uint32_t group)
{
    snprintf(link->fault, sizeof link->fault, "%s (%s %08x)", what, names[type], group);
    return link->fault;
}

static bool in(const struct model_window *window, v4_time now)
{
    return window->open && window->from < now && now <= window->until;
}

/* Reports of versions 1 and 2. */

static const char *left(struct model_link *link, struct model_member *member)
{
    if (member == NULL || !member->due || !model_state_none(&member->state))
        return fault(link, "cause: a Leave of what is not left", 0,
                     member == NULL ? 0 : member->group);
    if (link->must && !member->last && !member->unsure) /* RFC 2236 3: it may be left out */
        return fault(link, "leave: though another has reported last", 0, member->group);
    member->due = false;
    return NULL;
}

static const char *report(struct model_link *link, const struct model_igmp *igmp)
{
    struct model_member *member = model_link_find(link, igmp->group);

    if (igmp->version != link->self.mode)
        return fault(link,
                     igmp->version == 1   ? "mode: a message of version 1"
                     : igmp->version == 2 ? "mode: a message of version 2"
                                          : "mode: a message of version 3",
                     0, igmp->group);
    if (igmp->kind == MODEL_LEAVE)
        return left(link, member);
    if (member == NULL || model_state_none(&member->state))
        return fault(link, "cause: a report of what is not joined", 0, igmp->group);
    if (!member->due && !in(&member->delay, link->now))
        return fault(link, "cause: a report that nothing asks for", 0, igmp->group);
    bool again = member->due || member->repeats > 0;
    bool must = member->due;
    member->repeats -= !member->due && member->repeats > 0;
    again &= member->repeats > 0;
    member->due = false;
    member->last = true;
    member->unsure = false;
    member->delay = (struct model_window){again, must, link->now, link->now + MODEL_UNSOLICITED_2};
    return NULL;
}

/* Is `said` what it should be: all of it, or of what shuts sources out as much as goes in? */
static bool tells(const struct model_link *link, const struct model_record *said, unsigned type,
                  const struct model_set *sources)
{
    const size_t room = (link->mtu - HEADERS - RECORD) / 4;

    if (said->type != type)
        return false;
    if ((type == MODEL_IS_EX || type == MODEL_TO_EX) && sources->count > room)
        return said->sources.count == room && model_set_within(&said->sources, sources);
    return model_set_same(&said->sources, sources);
}

static bool is_whole(const struct model_link *link, const struct model_member *member,
                     const struct model_record *said)
{
    return tells(link, said, member->state.exclude ? MODEL_IS_EX : MODEL_IS_IN,
                 &member->state.sources);
}

/* The table of RFC 3376 5.2. */
static struct model_set wanted_of(const struct model_state *state, const struct model_set *asked)
{
    struct model_set wanted = {0, {0}};

    for (size_t i = 0; i < asked->count; i++)
        if (model_state_hears(state, asked->at[i]))
            model_set_add(&wanted, asked->at[i]);
    return wanted;
}

static bool is_part(const struct model_member *member, const struct model_record *said)
{
    const struct model_set least = wanted_of(&member->state, &member->least);
    const struct model_set most = wanted_of(&member->state, &member->most);

    return said->type == MODEL_IS_IN && !member->only_whole &&
           model_set_within(&least, &said->sources) && model_set_within(&said->sources, &most);
}

/* To a general query and to one about the group, at one moment. */
static bool are_two_answers(struct model_link *link, const struct model_record *one,
                            const struct model_record *other)
{
    const struct model_member *member = model_link_find(link, one->group);

    return member != NULL && member->general.open && member->specific.open &&
           (is_whole(link, member, one) || is_whole(link, member, other)) &&
           (is_whole(link, member, one) || is_part(member, one)) &&
           (is_whole(link, member, other) || is_part(member, other));
}

/* Reports of version 3: what a call has said is put together by group and type first. */

static const char *gather(struct model_link *link, const struct model_record *record)
{
    const size_t room = link->mtu - HEADERS - RECORD;

    for (size_t i = 0; i < link->said_count; i++) {
        struct model_record *said = link->said + i;
        if (said->group != record->group || said->type != record->type ||
            are_two_answers(link, said, record))
            continue;
        /* A record is cut only where it must be, and none that shuts out (RFC 3376 4.2.16). */
        if (record->type == MODEL_IS_EX || record->type == MODEL_TO_EX)
            return fault(link, "split: one that shuts sources out", record->type, record->group);
        if (4 * (said->sources.count + record->sources.count) <= room)
            return fault(link, "split: what fits into one", record->type, record->group);
        size_t count = said->sources.count;
        model_set_add_all(&said->sources, &record->sources);
        if (said->sources.count != count + record->sources.count)
            return fault(link, "split: a source in both parts", record->type, record->group);
        return NULL;
    }
    if (link->said_count == sizeof link->said / sizeof *link->said)
        return fault(link, "bound: more records than there are groups", record->type,
                     record->group);
    link->said[link->said_count++] = *record;
    return NULL;
}

const char *model_link_sent(struct model_link *link, struct v4_span frame)
{
    struct model_igmp igmp = {0};
    struct model_record record;
    const char *wrong = model_igmp_sent(&link->self, frame, link->mtu, &igmp);

    if (wrong != NULL)
        return wrong;
    if (igmp.kind != MODEL_RECORDS)
        return report(link, &igmp);
    if (link->self.mode != 3)
        return fault(link, "mode: a report of version 3", 0, 0);
    const size_t len = HEADERS + igmp.records.len;
    const bool again = link->octets > 0;
    for (bool first = true; wrong == NULL && model_record_next(&igmp.records, &record);
         first = false) {
        const size_t more = RECORD + 4 * record.sources.count;
        if (first && again && link->must && link->octets + more <= link->mtu)
            return fault(link, "split: two reports for what fits into one", record.type,
                         record.group);
        wrong = gather(link, &record);
    }
    link->octets = len;
    return wrong;
}

/* A general query has its answer: which sources were asked for is forgotten. */
static void answered(struct model_member *member)
{
    member->general.open = false;
    member->specific.open &= !member->behind;
    member->specific.must = false;
    member->whole = true;
    member->only_whole = false;
}

/* Has this call answered a general query? What fits into one report comes in one (RFC 3376 5.2), so
 * that then all groups are told of, and else not. */
static void look_around(struct model_link *link)
{
    size_t octets = HEADERS, open = 0, told = 0;

    for (size_t i = 0; i < link->count; i++) {
        const struct model_member *member = link->members + i;
        octets += RECORD + 4 * member->state.sources.count;
        open += in(&member->general, link->now);
        for (size_t s = 0; s < link->said_count && in(&member->general, link->now); s++)
            if (link->said[s].group == member->group && is_whole(link, member, link->said + s)) {
                told++;
                break;
            }
    }
    bool bits = octets > link->mtu || link->now <= link->bits_until;
    link->generally = open < 2 || bits ? MODEL_PERHAPS : told < open ? MODEL_NOT_NOW : MODEL_NOW;
}

static const char *current(struct model_link *link, const struct model_record *said)
{
    struct model_member *member = model_link_find(link, said->group);

    if (member == NULL || model_state_none(&member->state))
        return fault(link, "cause: an answer about what is not joined", said->type, said->group);
    const bool whole = is_whole(link, member, said);
    const bool general =
        whole && in(&member->general, link->now) && link->generally != MODEL_NOT_NOW;
    const bool specific =
        in(&member->specific, link->now) && ((whole && member->whole) || is_part(member, said));
    if (!general && !specific)
        return fault(link,
                     in(&member->general, link->now) || in(&member->specific, link->now)
                         ? "answer: not what the interface takes"
                         : "cause: an answer that nothing asks for",
                     said->type, said->group);
    if (general && specific &&
        link->generally == MODEL_PERHAPS) { /* to the one or to the other: one is left */
        member->general.must = member->specific.must = false;
        member->general.open = member->specific.open = !member->either;
        member->either = !member->either;
    } else if (general) {
        answered(member);
    } else {
        member->specific.open = false;
    }
    return NULL;
}

/* The table at the end of RFC 3376 5.1: what the record must hold. */
static struct model_set changed_of(const struct model_member *member, unsigned type)
{
    struct model_set set = {0, {0}};

    if (type == MODEL_TO_IN || type == MODEL_TO_EX)
        return member->state.sources;
    for (size_t i = 0; i < member->changed.count; i++)
        if (model_state_hears(&member->state, member->changed.at[i]) == (type == MODEL_ALLOW))
            model_set_add(&set, member->changed.at[i]);
    return set;
}

static bool calls_for(const struct model_member *member, unsigned type)
{
    if (member->mode_left > 0)
        return type == (member->state.exclude ? MODEL_TO_EX : MODEL_TO_IN);
    return (type == MODEL_ALLOW || type == MODEL_BLOCK) && changed_of(member, type).count > 0;
}

static void count_down(struct model_member *member)
{
    member->mode_left -= member->mode_left > 0;
    for (size_t i = member->changed.count; i-- > 0;)
        if (--member->left[i] == 0) {
            member->changed.at[i] = member->changed.at[--member->changed.count];
            member->left[i] = member->left[member->changed.count];
        }
}

static const char *change(struct model_link *link, struct model_member *member)
{
    bool found = false;

    for (unsigned type = MODEL_TO_IN; type <= MODEL_BLOCK; type++) {
        const struct model_record *said = NULL;
        for (size_t i = 0; i < link->said_count; i++)
            if (link->said[i].group == member->group && link->said[i].type == type)
                said = link->said + i;
        if (said == NULL)
            continue;
        found = true;
        const struct model_set should = changed_of(member, type);
        if (!member->due && (!model_member_pends(member) || link->now <= member->said))
            return fault(link, "cause: a change that is none", type, member->group);
        if (!calls_for(member, type) || !tells(link, said, type, &should))
            return fault(link, "change: not what has changed", type, member->group);
    }
    for (unsigned type = MODEL_TO_IN; found && type <= MODEL_BLOCK; type++) {
        bool said = false;
        for (size_t i = 0; i < link->said_count; i++)
            said |= link->said[i].group == member->group && link->said[i].type == type;
        if (calls_for(member, type) && !said)
            return fault(link, "change: a part of it is missing", type, member->group);
    }
    if (member->due && !found)
        return fault(link, "change: not reported at once", 0, member->group);
    if (found) {
        member->due = false;
        member->said = link->now;
        count_down(member);
    }
    return NULL;
}

const char *model_link_done(struct model_link *link)
{
    const char *wrong = NULL;

    look_around(link);
    for (size_t i = 0; i < link->count && link->self.mode == 3 && wrong == NULL; i++)
        wrong = change(link, link->members + i);
    for (size_t i = 0; i < link->said_count && wrong == NULL; i++) {
        const struct model_record *said = link->said + i;
        if (said->type == MODEL_IS_IN || said->type == MODEL_IS_EX)
            wrong = current(link, said);
        else if (model_link_find(link, said->group) == NULL)
            wrong =
                fault(link, "cause: a change of what nobody has joined", said->type, said->group);
    }
    for (size_t i = 0; i < link->count && link->self.mode < 3 && wrong == NULL; i++) {
        struct model_member *member = link->members + i;
        bool leaves = model_state_none(&member->state);
        if (member->due && (!leaves || (member->last && !member->unsure)))
            wrong =
                fault(link, leaves ? "leave: not said" : "report: not at once", 0, member->group);
        member->due = false;
    }
    link->said_count = link->octets = 0;
    return wrong;
}

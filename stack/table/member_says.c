/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What members say, by the tables of RFC 3376 6.4.1 and 6.4.2. */
#include "table/members.h"

/* A record, and for which group of whom it is. */
struct act {
    const struct v4_membership_part *part;
    struct v4_membership_group *group;
    struct v4_span sources;
    v4_time now;
    bool crowded;
};

static bool lists(struct v4_span sources, uint32_t addr)
{
    for (size_t at = 0; at < sources.len; at += 4)
        if (v4_be32(sources.octets + at) == addr)
            return true;
    return false;
}

static struct v4_membership_source *source_of(struct v4_membership_group *group, uint32_t addr)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->sources[i].addr == addr)
            return &group->sources[i];
    return NULL;
}

/* A source that is not there yet. False: there is no room. */
static bool put(struct act *act, uint32_t addr, v4_time until)
{
    struct v4_membership_group *group = act->group;

    if (group->count == V4_MEMBERSHIP_SOURCES) {
        act->crowded = true;
        return false;
    }
    group->sources[group->count++] = (struct v4_membership_source){.addr = addr, .until = until};
    return true;
}

static v4_time renewed(const struct act *act)
{
    return v4_time_after(act->now, act->part->membership);
}

/* Without room for it the group excludes nobody but whom it knows. */
static void crowd(struct act *act)
{
    struct v4_membership_group *group = act->group;

    if (!group->excludes || group->until < renewed(act))
        group->until = renewed(act);
    group->excludes = true;
}

/* These are wanted: (B)=GMI. */
static void want(struct act *act)
{
    for (size_t at = 0; at < act->sources.len; at += 4) {
        uint32_t addr = v4_be32(act->sources.octets + at);
        struct v4_membership_source *source = source_of(act->group, addr);
        if (source != NULL)
            source->until = renewed(act);
        else if (!put(act, addr, renewed(act)))
            crowd(act);
    }
}

/* Send Q(G,S) of one source of S (RFC3376-6.6.3-a): who asks nothing gives nothing up. */
static void doubt(struct act *act, struct v4_membership_source *source)
{
    v4_time last = v4_time_after(act->now, v4_members_last(act->part));

    if (!act->part->querier || act->part->count == 0 || source->until <= last)
        return;
    source->until = last;
    source->left = act->part->count;
    act->group->sources_at = act->now;
}

/* Send Q(G). One that is under way is not begun anew: its end is near. */
static void doubt_group(struct act *act)
{
    struct v4_membership_group *group = act->group;
    v4_time last = v4_time_after(act->now, v4_members_last(act->part));

    if (!act->part->querier || act->part->count == 0)
        return;
    if (group->until > last)
        group->until = last;
    else if (group->left > 0)
        return;
    group->left = act->part->count;
    group->at = act->now;
}

/* IS_EX and TO_EX. Where the group excluded already a source that is new was wanted until now, and
 * may be by another. */
static void exclude(struct act *act, bool changes)
{
    struct v4_membership_group *group = act->group;
    v4_time fresh = !group->excludes ? 0 : changes ? group->until : renewed(act);

    for (size_t i = group->count; i-- > 0;)
        if (!lists(act->sources, group->sources[i].addr))
            v4_members_drop(group, i);
    for (size_t at = 0; at < act->sources.len; at += 4) {
        uint32_t addr = v4_be32(act->sources.octets + at);
        if (source_of(group, addr) == NULL)
            put(act, addr, fresh);
    }
    for (size_t i = 0; changes && i < group->count; i++)
        doubt(act, &group->sources[i]);
    group->excludes = true;
    group->until = renewed(act);
}

/* TO_IN: these, and maybe no others. */
static void include(struct act *act)
{
    struct v4_membership_group *group = act->group;

    want(act);
    for (size_t i = 0; i < group->count; i++)
        if (!lists(act->sources, group->sources[i].addr))
            doubt(act, &group->sources[i]);
    if (group->excludes && !act->crowded)
        doubt_group(act);
}

static void block(struct act *act)
{
    struct v4_membership_group *group = act->group;

    for (size_t at = 0; at < act->sources.len; at += 4) {
        uint32_t addr = v4_be32(act->sources.octets + at);
        if (group->excludes && source_of(group, addr) == NULL)
            put(act, addr, group->until);
        struct v4_membership_source *source = source_of(group, addr);
        if (source != NULL)
            doubt(act, source);
    }
}

static void perform(struct act *act, enum v4_record_type type)
{
    if (type == V4_RECORD_IS_IN || type == V4_RECORD_ALLOW)
        want(act);
    if (type == V4_RECORD_TO_IN)
        include(act);
    if (type == V4_RECORD_IS_EX || type == V4_RECORD_TO_EX)
        exclude(act, type == V4_RECORD_TO_EX);
    if (type == V4_RECORD_BLOCK)
        block(act);
}

/* Does it say that somebody wants something? */
static bool enters(const struct v4_member_record *record)
{
    bool excludes = record->type == V4_RECORD_IS_EX || record->type == V4_RECORD_TO_EX;

    return excludes || (record->type != V4_RECORD_BLOCK && record->sources.len > 0);
}

/* RFC3376-7.3.2-b, RFC3376-7.3.2-c: what is not heeded of members beside older ones. */
static bool is_passed_over(unsigned version, enum v4_record_type type)
{
    return version < 3 && (type == V4_RECORD_BLOCK || (version == 1 && type == V4_RECORD_TO_IN));
}

enum v4_membership_answer v4_membership_record(struct v4_membership *membership,
                                               const struct v4_member_record *record, v4_time now)
{
    struct act act = {.part = &membership->parts[record->iface],
                      .group = v4_members_find(membership, record->iface, record->group),
                      .sources = record->sources,
                      .now = now};

    if (act.group != NULL)
        v4_members_age(act.group, now);
    if (act.group == NULL && !enters(record))
        return V4_MEMBERSHIP_IGNORED;
    if (act.group == NULL)
        act.group = v4_members_enter(membership, record->iface, record->group);
    if (act.group == NULL)
        return V4_MEMBERSHIP_FULL;
    unsigned version = v4_membership_version(act.group, now);
    if (is_passed_over(version, record->type))
        return V4_MEMBERSHIP_IGNORED;
    if (version < 3 && record->type == V4_RECORD_TO_EX)
        act.sources.len = 0;
    perform(&act, record->type);
    v4_members_changed(membership, act.group);
    return act.crowded ? V4_MEMBERSHIP_CROWDED : V4_MEMBERSHIP_DONE;
}

enum v4_membership_answer v4_membership_report(struct v4_membership *membership, unsigned iface,
                                               uint32_t group, unsigned version, v4_time now)
{
    const struct v4_member_record record = {iface, group, V4_RECORD_IS_EX, V4_NOTHING};
    enum v4_membership_answer answer = v4_membership_record(membership, &record, now);
    struct v4_membership_group *found = v4_members_find(membership, iface, group);

    if (found == NULL)
        return answer;
    v4_time until = v4_time_after(now, membership->parts[iface].membership); /* RFC3376-8.13-a */
    if (version == 1)
        found->one_until = until;
    else
        found->two_until = until;
    return answer;
}

enum v4_membership_answer v4_membership_leave(struct v4_membership *membership, unsigned iface,
                                              uint32_t group, v4_time now)
{
    const struct v4_member_record record = {iface, group, V4_RECORD_TO_IN, V4_NOTHING};

    if (!membership->parts[iface].querier) /* RFC2236-3-m */
        return V4_MEMBERSHIP_IGNORED;
    return v4_membership_record(membership, &record, now); /* RFC2236-3-n, RFC2236-5-b */
}

void v4_membership_asked(struct v4_membership *membership, unsigned iface, uint32_t group,
                         struct v4_span sources, v4_time last, v4_time now)
{
    struct v4_membership_group *found = v4_members_find(membership, iface, group);
    v4_time until = v4_time_after(now, last);

    if (found == NULL)
        return;
    if (sources.len == 0 && found->until > until)
        found->until = until;
    for (size_t i = 0; i < found->count; i++)
        if (lists(sources, found->sources[i].addr) && found->sources[i].until > until)
            found->sources[i].until = until;
    v4_members_changed(membership, found);
}

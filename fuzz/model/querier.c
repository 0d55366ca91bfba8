/* SPDX-License-Identifier: BSD-2-Clause */
#include "querier.h"
#include <string.h>

#define INTERVAL (125 * V4_SECOND)
#define RESPONSE (10 * V4_SECOND)
#define LAST (1 * V4_SECOND) /* the Last Member Query Interval */

void model_querier_open(struct model_querier *querier, unsigned version, unsigned robustness)
{
    *querier = (struct model_querier){.version = version, .robustness = robustness};
}

static v4_time membership(const struct model_querier *querier)
{
    return querier->now + querier->robustness * INTERVAL + RESPONSE;
}

static struct model_queried *find(const struct model_querier *querier, uint32_t group)
{
    for (size_t i = 0; i < querier->count; i++)
        if (querier->groups[i].group == group)
            return (struct model_queried *)querier->groups + i;
    return NULL;
}

static struct model_heard *source_of(struct model_queried *queried, uint32_t addr)
{
    for (size_t i = 0; i < queried->count; i++)
        if (queried->sources[i].addr == addr)
            return queried->sources + i;
    return NULL;
}

/* Wanted until then; 0: not wanted. */
static bool put(struct model_queried *queried, uint32_t addr, v4_time until)
{
    struct model_heard *heard = source_of(queried, addr);

    if (heard == NULL && queried->count == MODEL_HEARD)
        return false;
    if (heard == NULL) {
        heard = queried->sources + queried->count++;
        *heard = (struct model_heard){.addr = addr};
    }
    heard->until = until;
    return true;
}

static void drop(struct model_queried *queried, struct model_heard *heard)
{
    *heard = queried->sources[--queried->count];
}

static v4_time last_member(const struct model_querier *querier)
{
    return querier->now + querier->robustness * LAST;
}

/* Send Q(G): whoever wants it has a last chance (RFC 3376 6.6.3.1). */
static void doubt_group(const struct model_querier *querier, struct model_queried *queried)
{
    if (queried->until > last_member(querier))
        queried->until = last_member(querier);
    queried->query = (struct model_query){querier->robustness, querier->now};
}

/* Send Q(G, S) of one source of S (6.6.3.2). */
static void doubt(const struct model_querier *querier, struct model_heard *heard)
{
    if (heard->until == 0)
        return;
    if (heard->until > last_member(querier))
        heard->until = last_member(querier);
    heard->query = (struct model_query){querier->robustness, querier->now};
}

/* IS_IN, ALLOW and TO_IN: these are wanted, and of TO_IN the others in doubt. */
static bool hear_in(const struct model_querier *querier, struct model_queried *queried,
                    const struct model_record *record)
{
    bool room = true;

    for (size_t i = 0; i < record->sources.count; i++)
        room &= put(queried, record->sources.at[i], membership(querier));
    if (record->type != MODEL_TO_IN)
        return room;
    for (size_t i = 0; i < queried->count; i++)
        if (!model_set_has(&record->sources, queried->sources[i].addr))
            doubt(querier, queried->sources + i);
    if (queried->exclude)
        doubt_group(querier, queried);
    return room;
}

/* IS_EX and TO_EX: all are wanted but these, of which it may be that another wants them. */
static bool hear_ex(const struct model_querier *querier, struct model_queried *queried,
                    const struct model_record *record)
{
    const bool change = record->type == MODEL_TO_EX, was = queried->exclude;
    const v4_time until = change ? queried->until : membership(querier);
    bool room = true;

    for (size_t i = queried->count; i-- > 0;)
        if (!model_set_has(&record->sources, queried->sources[i].addr))
            drop(queried, queried->sources + i);
    for (size_t i = 0; i < record->sources.count; i++)
        if (source_of(queried, record->sources.at[i]) == NULL)
            room &= put(queried, record->sources.at[i], was ? until : 0);
    for (size_t i = 0; i < queried->count && change; i++)
        doubt(querier, queried->sources + i);
    queried->exclude = true;
    queried->until = membership(querier);
    queried->query.left = 0;
    return room;
}

static bool hear_block(const struct model_querier *querier, struct model_queried *queried,
                       const struct model_record *record)
{
    bool room = true;

    for (size_t i = 0; i < record->sources.count; i++) {
        struct model_heard *heard = source_of(queried, record->sources.at[i]);
        if (heard == NULL && queried->exclude) {
            room &= put(queried, record->sources.at[i], queried->until);
            heard = source_of(queried, record->sources.at[i]);
        }
        if (heard != NULL)
            doubt(querier, heard);
    }
    return room;
}

static struct model_queried *queried_of(struct model_querier *querier, uint32_t group)
{
    struct model_queried *queried = find(querier, group);

    if (queried == NULL && querier->count < MODEL_QUERIED) {
        queried = querier->groups + querier->count++;
        memset(queried, 0, sizeof *queried);
        queried->group = group;
    }
    return queried;
}

/* The tables of RFC 3376 6.4. */
static bool hear_records(struct model_querier *querier, struct v4_span records)
{
    struct model_record record;
    bool room = true;

    while (model_record_next(&records, &record)) {
        struct model_queried *queried = queried_of(querier, record.group);
        if (queried == NULL)
            return false;
        const bool older = queried->older > querier->now; /* 7.3.2 */
        if (older && record.type == MODEL_BLOCK)
            continue;
        if (older && record.type == MODEL_TO_EX)
            record.sources.count = 0;
        if (record.type == MODEL_IS_EX || record.type == MODEL_TO_EX)
            room &= hear_ex(querier, queried, &record);
        else if (record.type == MODEL_BLOCK)
            room &= hear_block(querier, queried, &record);
        else
            room &= hear_in(querier, queried, &record);
    }
    return room;
}

bool model_querier_hears(struct model_querier *querier, const struct model_igmp *igmp)
{
    if (igmp->kind == MODEL_RECORDS)
        return hear_records(querier, igmp->records);
    struct model_queried *queried = queried_of(querier, igmp->group);
    if (queried == NULL)
        return false;
    if (igmp->kind == MODEL_REPORT)
        queried->older = membership(querier);
    return igmp->kind == MODEL_REPORT
               ? hear_ex(querier, queried, &(struct model_record){.type = MODEL_IS_EX})
               : hear_in(querier, queried, &(struct model_record){.type = MODEL_TO_IN});
}

static void earliest(v4_time *next, v4_time at)
{
    if (at != 0 && at < *next)
        *next = at;
}

v4_time model_querier_next(const struct model_querier *querier)
{
    v4_time next = querier->general;

    for (size_t i = 0; i < querier->count; i++) {
        const struct model_queried *queried = querier->groups + i;
        if (queried->exclude)
            earliest(&next, queried->until);
        if (queried->query.left > 0)
            earliest(&next, queried->query.at);
        for (size_t s = 0; s < queried->count; s++) {
            earliest(&next, queried->sources[s].until);
            if (queried->sources[s].query.left > 0)
                earliest(&next, queried->sources[s].query.at);
        }
    }
    return next;
}

/* RFC 3376 6.5 and 6.2.3: what nobody has renewed. False: nothing of the group is left. */
static bool age(struct model_queried *queried, v4_time now)
{
    const bool over = queried->exclude && queried->until <= now;

    for (size_t s = queried->count; s-- > 0;) {
        struct model_heard *heard = queried->sources + s;
        if (heard->until <= now)
            heard->until = 0;
        if (heard->until == 0 && (over || !queried->exclude))
            drop(queried, heard);
        else if (heard->until == 0)
            heard->query.left = 0;
    }
    queried->exclude &= !over;
    return queried->exclude || queried->count > 0;
}

static size_t write_query(const struct model_querier *querier, uint8_t *frame, uint32_t group,
                          const struct model_set *sources)
{
    const uint32_t dst = group == 0 ? MODEL_ALL_SYSTEMS : group;
    const size_t len = querier->version == 2 ? 8 : 12 + 4 * sources->count;
    uint8_t *p = frame + 14, *q = p + 24;

    memset(frame, 0, 14 + 24 + len);
    memcpy(frame, (const uint8_t[]){1, 0, 0x5e, dst >> 16 & 0x7f, dst >> 8 & 255, dst & 255}, 6);
    memcpy(frame + 6, (const uint8_t[]){2, 0, 0, 0, 0, 1, 8, 0, 0x46, 0xc0}, 10);
    v4_put16(p + 2, (uint16_t)(24 + len));
    memcpy(p + 8, (const uint8_t[]){1, 2, 0, 0, 198, 18, 0, 1}, 8);
    v4_put32(p + 16, dst);
    memcpy(p + 20, (const uint8_t[]){148, 4, 0, 0}, 4);
    v4_put16(p + 10, (uint16_t)~model_sum((struct v4_span){p, 24}, 0));
    q[0] = 0x11;
    q[1] = group == 0 ? 100 : 10;
    v4_put32(q + 4, group);
    if (querier->version == 3) {
        q[8] = (uint8_t)querier->robustness;
        q[9] = 125;
        v4_put16(q + 10, (uint16_t)sources->count);
    }
    for (size_t i = 0; i < sources->count && querier->version == 3; i++)
        v4_put32(q + 12 + 4 * i, sources->at[i]);
    v4_put16(q + 2, (uint16_t)~model_sum((struct v4_span){q, len}, 0));
    return 14 + 24 + len;
}

static bool is_due(struct model_query *query, v4_time now)
{
    if (query->left == 0 || query->at > now)
        return false;
    query->left--;
    query->at = now + LAST;
    return true;
}

size_t model_querier_time(struct model_querier *querier, v4_time now, uint8_t *frame)
{
    struct model_set asked = {0, {0}};

    querier->now = now;
    for (size_t i = querier->count; i-- > 0;)
        if (!age(querier->groups + i, now))
            querier->groups[i] = querier->groups[--querier->count];
    if (querier->general <= now) {
        querier->general = now + INTERVAL;
        return write_query(querier, frame, 0, &asked);
    }
    for (size_t i = 0; i < querier->count; i++) {
        struct model_queried *queried = querier->groups + i;
        if (is_due(&queried->query, now))
            return write_query(querier, frame, queried->group, &asked);
        for (size_t s = 0; s < queried->count; s++)
            if (is_due(&queried->sources[s].query, now))
                model_set_add(&asked, queried->sources[s].addr);
        if (asked.count > 0)
            return write_query(querier, frame, queried->group, &asked);
    }
    return 0;
}

bool model_querier_forwards(const struct model_querier *querier, uint32_t group, uint32_t source)
{
    struct model_queried *queried = find(querier, group);

    if (queried == NULL)
        return false;
    const struct model_heard *heard = source_of(queried, source);
    return heard == NULL ? queried->exclude : heard->until > 0;
}

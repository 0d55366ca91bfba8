/* SPDX-License-Identifier: BSD-2-Clause */
#include "wanted.h"
#include <string.h>

#define EACH(s) for (unsigned s = 0; s < MODEL_SOURCES; s++)

/* One row of a table: what is said of which group, and by whom it is heard. */
struct row {
    struct model_wanted *g;
    const struct model_router *router;
    v4_time now, gmi, lmqt;
    struct model_set_of said, x,
        y; /* the record's, and RFC 3376's X and Y; X alone where it is A */
};

static struct row row_of(struct model_links *links, unsigned link, unsigned group)
{
    struct row row = {.g = &links->groups[link][group],
                      .router = &links->routers[link],
                      .now = links->now,
                      .gmi = links->now + links->routers[link].membership,
                      .lmqt = links->now + links->routers[link].count * links->routers[link].last};

    EACH(s)
    {
        row.x.has[s] = row.g->sources[s].there && row.g->sources[s].until > row.now;
        row.y.has[s] = row.g->sources[s].there && row.g->sources[s].until <= row.now;
    }
    return row;
}

static unsigned size(const struct model_wanted *g)
{
    unsigned count = 0;

    EACH(s) count += g->sources[s].there;
    return count;
}

/* What is over is. */
static void age(struct model_links *links, struct model_wanted *g)
{
    if (g->exclude && g->until <= links->now) {
        g->exclude = false;
        g->left = 0;
    }
    EACH(s)
    if (!g->exclude && g->sources[s].until <= links->now)
        g->sources[s].there = false;
    if (!g->exclude && size(g) == 0)
        *g = (struct model_wanted){.sources_at = V4_NEVER};
}

/* A source that nobody has named yet. */
static bool enter(struct model_wanted *g, unsigned s, v4_time until)
{
    if (size(g) == MODEL_ROOM) {
        g->crowded = true;
        return false;
    }
    g->sources[s].there = true;
    g->sources[s].until = until;
    g->sources[s].left = 0;
    return true;
}

/* (B)=GMI. */
static void want(struct row *row)
{
    struct model_wanted *g = row->g;

    EACH(s)
    {
        if (!row->said.has[s])
            continue;
        if (g->sources[s].there) {
            g->sources[s].until = row->gmi;
        } else if (!enter(g, s, row->gmi)) { /* all are wanted for so long */
            g->until = g->exclude && g->until > row->gmi ? g->until : row->gmi;
            g->exclude = true;
        }
    }
}

/* Send Q(G, one of these). */
static void ask(struct row *row, unsigned s)
{
    if (!row->router->asks || row->router->count == 0 || row->g->sources[s].until <= row->lmqt)
        return;
    row->g->sources[s].until = row->lmqt;
    row->g->sources[s].left = row->router->count;
    row->g->sources_at = row->now;
}

static void ask_group(struct row *row)
{
    struct model_wanted *g = row->g;

    if (!row->router->asks || row->router->count == 0 || (g->until <= row->lmqt && g->left > 0))
        return;
    g->until = g->until > row->lmqt ? row->lmqt : g->until;
    g->left = row->router->count;
    g->at = row->now;
}

/* Delete(A-B), or (X-A) and (Y-A); what is new is 0 where the mode was INCLUDE, else as it says. */
static void exclude(struct row *row, v4_time fresh)
{
    struct model_wanted *g = row->g;

    EACH(s)
    if (!row->said.has[s])
        g->sources[s].there = false;
    EACH(s)
    if (row->said.has[s] && !g->sources[s].there)
        enter(g, s, g->exclude ? fresh : 0);
}

static void heed(struct row *row, enum model_said said)
{
    struct model_wanted *g = row->g;
    const v4_time before = g->until;

    if (said == MODEL_SAID_IS_IN || said == MODEL_SAID_ALLOW || said == MODEL_SAID_TO_IN)
        want(row);
    if (said == MODEL_SAID_TO_IN) { /* Q(G,A-B); Q(G,X-A) and Q(G) */
        EACH(s)
        if (row->x.has[s] && !row->said.has[s])
            ask(row, s);
        if (g->exclude && !g->crowded)
            ask_group(row);
    }
    if (said == MODEL_SAID_IS_EX || said == MODEL_SAID_TO_EX) {
        exclude(row, said == MODEL_SAID_IS_EX ? row->gmi : before);
        EACH(s) /* Q(G,A*B); Q(G,A-Y) */
        if (said == MODEL_SAID_TO_EX && g->sources[s].there && !row->y.has[s])
            ask(row, s);
        g->exclude = true;
        g->until = row->gmi;
    }
    EACH(s) /* Q(G,A*B); (A-X-Y)=Group Timer, Q(G,A-Y) */
    if (said == MODEL_SAID_BLOCK && row->said.has[s] && !row->y.has[s]) {
        if (!row->x.has[s] && g->exclude)
            enter(g, s, before);
        if (g->sources[s].there)
            ask(row, s);
    }
}

static bool is_empty(const struct model_set_of *set)
{
    EACH(s)
    if (set->has[s])
        return false;
    return true;
}

static unsigned oldest(const struct model_links *links, const struct model_wanted *g)
{
    return g->one > links->now ? 1 : g->two > links->now ? 2 : 3;
}

enum model_made model_says(struct model_links *links, unsigned link, unsigned group,
                           enum model_said said, struct model_set_of sources)
{
    struct model_wanted *g = &links->groups[link][group];
    unsigned places = 0;

    age(links, g);
    bool excludes = said == MODEL_SAID_IS_EX || said == MODEL_SAID_TO_EX;
    if (!g->there && !excludes && (said == MODEL_SAID_BLOCK || is_empty(&sources)))
        return MODEL_IGNORED;
    for (unsigned i = 0; i < MODEL_LINKS * MODEL_GROUPS; i++)
        places += links->groups[i / MODEL_GROUPS][i % MODEL_GROUPS].there;
    if (!g->there && places == MODEL_PLACES)
        return MODEL_FULL;
    unsigned version = oldest(links, g);
    if ((said == MODEL_SAID_BLOCK && version < 3) || (said == MODEL_SAID_TO_IN && version == 1))
        return MODEL_IGNORED;
    if (said == MODEL_SAID_TO_EX && version < 3)
        sources = (struct model_set_of){{false}};
    g->there = true;
    g->crowded = false;
    struct row row = row_of(links, link, group);
    row.said = sources;
    heed(&row, said);
    return g->crowded ? MODEL_CROWDED : MODEL_HEEDED;
}

enum model_made model_reports(struct model_links *links, unsigned link, unsigned group,
                              unsigned version)
{
    const enum model_made made =
        model_says(links, link, group, MODEL_SAID_IS_EX, (struct model_set_of){{false}});
    const v4_time until = links->now + links->routers[link].membership;

    if (made == MODEL_FULL)
        return made;
    if (version == 1)
        links->groups[link][group].one = until;
    else
        links->groups[link][group].two = until;
    return made;
}

enum model_made model_leaves(struct model_links *links, unsigned link, unsigned group)
{
    return links->routers[link].asks
               ? model_says(links, link, group, MODEL_SAID_TO_IN, (struct model_set_of){{false}})
               : MODEL_IGNORED;
}

void model_asked(struct model_links *links, unsigned link, unsigned group, bool named,
                 struct model_set_of sources, v4_time last)
{
    struct model_wanted *g = &links->groups[link][group];
    const v4_time until = links->now + last;

    if (!named && g->until > until)
        g->until = until;
    EACH(s)
    if (named && sources.has[s] && g->sources[s].there && g->sources[s].until > until)
        g->sources[s].until = until;
}

void model_plays(struct model_links *links, unsigned link, const struct model_router *router)
{
    for (unsigned i = 0; i < MODEL_GROUPS && links->routers[link].asks && !router->asks; i++) {
        links->groups[link][i].left = 0;
        links->groups[link][i].sources_at = V4_NEVER;
        EACH(s) links->groups[link][i].sources[s].left = 0;
    }
    links->routers[link] = *router;
}

void model_forgets(struct model_links *links, unsigned link)
{
    for (unsigned i = 0; i < MODEL_GROUPS; i++)
        links->groups[link][i] = (struct model_wanted){.sources_at = V4_NEVER};
}

struct model_question model_now(struct model_links *links, unsigned link, unsigned group)
{
    struct model_question question = {0};
    struct model_wanted *g = &links->groups[link][group];
    unsigned more = 0;

    age(links, g);
    const struct row row = row_of(links, link, group);
    if (g->there && g->left > 0 && g->at <= links->now) {
        bool flag = g->until > row.lmqt;
        question.group = !flag || row.router->flagged;
        question.group_flagged = question.group && flag;
        g->left = question.group ? g->left - 1 : 0;
        g->at = links->now + row.router->last;
    }
    if (!g->there || g->sources_at > links->now)
        return question;
    EACH(s)
    {
        if (!g->sources[s].there || !row.x.has[s] || !row.router->flagged)
            g->sources[s].left = 0;
        if (g->sources[s].left == 0)
            continue;
        (g->sources[s].until > row.lmqt ? &question.flagged : &question.plain)->has[s] = true;
        more += --g->sources[s].left;
    }
    g->sources_at = more > 0 ? links->now + row.router->last : V4_NEVER;
    return question;
}

v4_time model_next(const struct model_links *links)
{
    v4_time next = V4_NEVER;

    for (unsigned i = 0; i < MODEL_LINKS * MODEL_GROUPS; i++) {
        const struct model_wanted *g = &links->groups[i / MODEL_GROUPS][i % MODEL_GROUPS];
        if (!g->there)
            continue;
        if (g->exclude && g->until < next)
            next = g->until;
        if (g->left > 0 && g->at < next)
            next = g->at;
        if (g->sources_at < next)
            next = g->sources_at;
        EACH(s)
        if (!g->exclude && g->sources[s].there && g->sources[s].until < next)
            next = g->sources[s].until;
    }
    return next;
}

bool model_wants(const struct model_links *links, unsigned link, unsigned group, unsigned source)
{
    const struct model_wanted *g = &links->groups[link][group];

    if (g->there && g->sources[source].there)
        return g->sources[source].until > links->now;
    return g->there && g->exclude && g->until > links->now;
}

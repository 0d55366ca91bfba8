/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What members on two links want, by the tables of RFC 3376 6.4 as they are written there: sets of
 * sources that are wanted, or not, with a timer each, of few groups and of sources that have
 * numbers. Everything is looked at one by one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/time.h"

#define MODEL_LINKS 2
#define MODEL_GROUPS 4
#define MODEL_SOURCES 80
#define MODEL_ROOM 64  /* sources of a group that are remembered */
#define MODEL_PLACES 6 /* groups that are, of both links together */

enum model_said {
    MODEL_SAID_IS_IN = 1,
    MODEL_SAID_IS_EX,
    MODEL_SAID_TO_IN,
    MODEL_SAID_TO_EX,
    MODEL_SAID_ALLOW,
    MODEL_SAID_BLOCK,
};

enum model_made {
    MODEL_HEEDED,
    MODEL_IGNORED,
    MODEL_CROWDED,
    MODEL_FULL
};

struct model_set_of {
    bool has[MODEL_SOURCES];
};

struct model_wanted {
    bool there, exclude, crowded;
    v4_time until, one, two; /* of the mode, and of older members */
    unsigned left;           /* queries for the group */
    v4_time at;
    v4_time sources_at; /* V4_NEVER: there are none */
    struct {
        bool there;
        v4_time until;
        unsigned left;
    } sources[MODEL_SOURCES];
};

struct model_router {
    bool asks, flagged; /* it is the querier; its queries can have the flag S */
    unsigned count;
    v4_time last, membership;
};

struct model_links {
    v4_time now;
    struct model_router routers[MODEL_LINKS];
    struct model_wanted groups[MODEL_LINKS][MODEL_GROUPS];
};

/* Of a group on a link what is to be asked now: for the group, for sources with S and without. */
struct model_question {
    bool group, group_flagged;
    struct model_set_of flagged, plain;
};

enum model_made model_says(struct model_links *links, unsigned link, unsigned group,
                           enum model_said said, struct model_set_of sources);
enum model_made model_reports(struct model_links *links, unsigned link, unsigned group,
                              unsigned version);
enum model_made model_leaves(struct model_links *links, unsigned link, unsigned group);
/* Another router asks, without S; nobody named: for the group. */
void model_asked(struct model_links *links, unsigned link, unsigned group, bool named,
                 struct model_set_of sources, v4_time last);
void model_plays(struct model_links *links, unsigned link, const struct model_router *router);
void model_forgets(struct model_links *links, unsigned link);
/* What is over now is; what is to be asked, once. */
struct model_question model_now(struct model_links *links, unsigned link, unsigned group);
v4_time model_next(const struct model_links *links);
bool model_wants(const struct model_links *links, unsigned link, unsigned group, unsigned source);

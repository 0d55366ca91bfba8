/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A querier, and what it believes that somebody on its link wants: RFC 3376 6 and 7.3.2 for version
 * 3, RFC 2236 3 for version 2, alone on the link, with timers that are looked at one by one. */
#pragma once
#include "base/time.h"
#include "model/igmp.h"

#define MODEL_QUERIED 16
#define MODEL_HEARD 40
#define MODEL_QUERY_ROOM (14 + 24 + 12 + 4 * MODEL_HEARD)

struct model_query {
    unsigned left; /* queries still to be sent */
    v4_time at;    /* the next one */
};

struct model_heard {
    uint32_t addr;
    v4_time until; /* 0: not to be forwarded */
    struct model_query query;
};

struct model_queried {
    uint32_t group;
    bool exclude;
    v4_time until, older; /* of the filter mode; of hosts of version 2 */
    struct model_query query;
    struct model_heard sources[MODEL_HEARD];
    size_t count;
};

struct model_querier {
    unsigned version, robustness;
    v4_time now, general; /* the next general query */
    struct model_queried groups[MODEL_QUERIED];
    size_t count;
};

void model_querier_open(struct model_querier *querier, unsigned version, unsigned robustness);
/* A host says this. False: there are more groups or sources than it has room for. */
bool model_querier_hears(struct model_querier *querier, const struct model_igmp *igmp);
/* When it has something to do. */
v4_time model_querier_next(const struct model_querier *querier);
/* What is over at `now` is; then the next frame to send, its length, or 0. */
size_t model_querier_time(struct model_querier *querier, v4_time now,
                          uint8_t frame[MODEL_QUERY_ROOM]);
/* Does somebody want what this source sends to the group? */
bool model_querier_forwards(const struct model_querier *querier, uint32_t group, uint32_t source);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/advance.h"
#include <stdio.h>
#include "host/request.h"

#define MS_MAX UINT64_C(1000000000000) /* some thirty years */

enum v4_advance v4_advance_parse(const char *line, v4_time now, v4_time *ret_until,
                                 char ret_sync[V4_ADVANCE_SYNC])
{
    struct v4_request request;

    if (!v4_request_parse(line, &request) || !v4_word_is(request.op, "advance"))
        return V4_ADVANCE_NOT;
    uint64_t ms = v4_request_number(&request, "ms", 0, MS_MAX);
    if (!v4_request_understood(&request)) {
        snprintf(ret_sync, V4_ADVANCE_SYNC, "%.*s err code=EINVAL", (int)request.seq.len,
                 request.seq.text);
        return V4_ADVANCE_INVALID;
    }
    snprintf(ret_sync, V4_ADVANCE_SYNC, "%.*s sync", (int)request.seq.len, request.seq.text);
    *ret_until = v4_time_after(now, ms * V4_MS);
    return V4_ADVANCE;
}

void v4_advance(v4_time *now, v4_time until, v4_time (*next_timeout)(void *context),
                void (*tick)(void *context, v4_time now), void *context)
{
    v4_time next;

    while ((next = next_timeout(context)) <= until && next != V4_NEVER) {
        if (next > *now)
            *now = next;
        tick(context, *now);
    }
    *now = until;
    tick(context, *now);
}

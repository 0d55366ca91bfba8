/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/overlap.h"
#include <string.h>

const char *v4_overlap_name(enum v4_overlap overlap)
{
    static const char *const names[V4_OVERLAP_COUNT] = {
        "first", "last", "bsd", "bsd-right", "linux-2", "windows", "solaris", "linux", "drop",
    };

    return overlap < V4_OVERLAP_COUNT ? names[overlap] : NULL;
}

enum v4_overlap v4_overlap_find(const char *name)
{
    enum v4_overlap overlap = 0;

    while (overlap < V4_OVERLAP_COUNT && strcmp(name, v4_overlap_name(overlap)) != 0)
        overlap++;
    return overlap;
}

bool v4_overlap_stays(enum v4_overlap overlap, struct v4_place old, struct v4_place new)
{
    switch (overlap) {
    case V4_OVERLAP_LAST: /* RFC791-3.2_Reassembly-b */
        return false;
    case V4_OVERLAP_BSD:
        return old.first <= new.first;
    case V4_OVERLAP_BSD_RIGHT:
        return old.first > new.first;
    case V4_OVERLAP_LINUX_2:
        return old.first < new.first;
    case V4_OVERLAP_WINDOWS:
        return new.first >= old.first || new.end <= old.end;
    case V4_OVERLAP_SOLARIS:
        return new.first >= old.first || new.end < old.end;
    case V4_OVERLAP_FIRST:
    case V4_OVERLAP_LINUX:
    case V4_OVERLAP_DROP:
    case V4_OVERLAP_COUNT:
        break;
    }
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who wins where fragments overlap. RFC 791 3.2 gives an example, RFC 815 and RFC 1122 3.3.2 leave
 * it open, and stacks have chosen differently; the names are those under which the choices are
 * known (Shankar and Paxson, 2003, for most).
 *
 * What is asked is always the same: octets are held, a new fragment brings others for their place.
 * The old fragment is the one that brought those octets; its start and end are where it began and
 * ended as it came, whatever of it has been replaced since. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define V4_BLOCK 8 /* octets that an offset counts, and that are held or not held together */

/* Where a fragment begins and ends, in blocks of 8 octets. */
struct v4_place {
    uint16_t first, end;
};

/* That of `len` octets at `first`, a multiple of 8. */
static inline struct v4_place v4_place_of(size_t first, size_t len)
{
    return (struct v4_place){(uint16_t)(first / V4_BLOCK),
                             (uint16_t)((first + len + V4_BLOCK - 1) / V4_BLOCK)};
}

enum v4_overlap {
    V4_OVERLAP_FIRST,     /* the old octets always stay */
    V4_OVERLAP_LAST,      /* never: RFC 791's example procedure */
    V4_OVERLAP_BSD,       /* where the old fragment starts no later */
    V4_OVERLAP_BSD_RIGHT, /* where it starts later */
    V4_OVERLAP_LINUX_2,   /* where it starts earlier: kernels 2.x */
    V4_OVERLAP_WINDOWS,   /* unless the new one starts before it and ends after it */
    V4_OVERLAP_SOLARIS,   /* unless the new one starts before it and ends with or after it */
    V4_OVERLAP_LINUX,     /* today's: what lies within one run is ignored, else nobody wins */
    V4_OVERLAP_DROP,      /* nobody: all but an exact duplicate refuses the datagram, as RFC 5722
                             has it for IPv6 */
    V4_OVERLAP_COUNT
};

/* NULL when there is no such choice. */
const char *v4_overlap_name(enum v4_overlap overlap);

/* V4_OVERLAP_COUNT when there is none of that name. */
enum v4_overlap v4_overlap_find(const char *name);

/* True when the old octets stay. Of `linux` and `drop` too, which let nobody win: what came first
 * is never replaced. */
bool v4_overlap_stays(enum v4_overlap overlap, struct v4_place old, struct v4_place new);

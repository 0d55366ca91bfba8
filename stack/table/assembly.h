/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One datagram in reassembly: what a fragment says of it, and what has come of it so far
 * (RFC 791 3.2, RFC 815). table/reass.h says what each discard means. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"
#include "base/time.h"
#include "table/chunks.h"

#define V4_REASS_HEADER_MAX 60
#define V4_LENGTH_MAX 65535 /* of a datagram, header and all */

struct v4_reass_key {
    uint32_t src, dst;
    uint8_t protocol;
    uint16_t id;
};

/* A fragment's place: `first` in octets, a multiple of 8; `more` is the MF flag. */
struct v4_reass_fragment {
    struct v4_reass_key key;
    uint16_t first;
    bool more;
    struct v4_span
        header;    /* its header with options, 20 to 60 octets; looked at only where `first` is 0 */
    uint32_t mark; /* the caller's: given back with the datagram where `first` is 0 */
    uint8_t signs; /* the caller's too: those of all fragments come back together */
    v4_time
        lifetime; /* its datagram is not given up before (RFC791-3.2_Reassembly-f); 0: as it was */
    struct v4_span data;
};

/* All zero but for the rule: nothing has come. */
struct v4_assembly {
    enum v4_overlap rule;
    bool has_first, has_end; /* the fragment at 0, and the one without MF, arrived */
    uint8_t signs;
    size_t top; /* where the data that are held end; with has_end, where the datagram ends */
    struct v4_chunks chunks;

    /* Of the fragment whose octets lie at 0: */
    uint8_t header[V4_REASS_HEADER_MAX];
    size_t header_len;
    uint32_t mark;
};

/* What is wrong with a fragment by itself. Never asked with V4_OVERLAP_LINUX. */
enum v4_drop v4_fragment_fault(const struct v4_reass_fragment *fragment);
/* What of it is taken under a rule. */
struct v4_reass_fragment v4_fragment_cut(const struct v4_reass_fragment *fragment,
                                         enum v4_overlap rule);

/* What a fragment says against those that are held. FRAGMENT_TWICE is no contradiction: then its
 * end is believed, and nothing else of it is needed. */
enum v4_drop v4_assembly_judge(struct v4_assembly *assembly,
                               const struct v4_reass_fragment *fragment);
/* Takes it in; the chunks that it needs are there. */
void v4_assembly_hold(struct v4_assembly *assembly, const struct v4_reass_fragment *fragment);

bool v4_assembly_is_complete(const struct v4_assembly *assembly);
/* So many octets from 0 on are those of the fragment whose header is kept. */
size_t v4_assembly_own(const struct v4_assembly *assembly);

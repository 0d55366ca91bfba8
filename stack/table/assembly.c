/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/assembly.h"
#include <string.h>

#define DATA_MAX (V4_LENGTH_MAX - 20) /* behind the smallest header */

static size_t end_of(const struct v4_reass_fragment *fragment)
{
    return fragment->first + fragment->data.len;
}

enum v4_drop v4_fragment_fault(const struct v4_reass_fragment *fragment)
{
    if (fragment->data.len == 0) /* RFC791-3.2_Reassembly-k */
        return V4_DROP_FRAGMENT_EMPTY;
    if (fragment->more && fragment->data.len % V4_BLOCK != 0) /* RFC791-3.2_Reassembly-i */
        return V4_DROP_FRAGMENT_RAGGED;
    if (end_of(fragment) > DATA_MAX) /* RFC791-3.2_Reassembly-h */
        return V4_DROP_FRAGMENT_LENGTH;
    return V4_KEEP;
}

/* True when one of the fragments held has the same place, the same octets and the same MF; asked
 * only where no two overlap. */
static bool is_duplicate(const struct v4_assembly *assembly,
                         const struct v4_reass_fragment *fragment)
{
    bool ends_it = assembly->has_end && end_of(fragment) == assembly->top;

    return fragment->more != ends_it &&
           v4_chunks_have(&assembly->chunks, fragment->first, fragment->data);
}

/* True when the header and mark of a fragment are to be kept: those of whose octets lie at 0. */
static bool gives_header(const struct v4_assembly *assembly,
                         const struct v4_reass_fragment *fragment)
{
    return fragment->first == 0 &&
           (!assembly->has_first ||
            !v4_overlap_stays(assembly->rule, v4_chunks_from(&assembly->chunks, 0),
                              v4_place_of(0, fragment->data.len)));
}

/* What a fragment does that meets octets held, where nobody wins. */
static enum v4_drop overlap(const struct v4_assembly *assembly,
                            const struct v4_reass_fragment *fragment)
{
    bool spared = assembly->rule == V4_OVERLAP_LINUX
                      ? v4_chunks_one_run(&assembly->chunks, fragment->first, fragment->data.len)
                      : is_duplicate(assembly, fragment);

    return spared ? V4_DROP_FRAGMENT_TWICE : V4_DROP_REASS_OVERLAP;
}

static enum v4_drop contradiction(const struct v4_assembly *assembly,
                                  const struct v4_reass_fragment *fragment)
{
    const enum v4_overlap rule = assembly->rule;
    size_t end = end_of(fragment);
    size_t top = end > assembly->top ? end : assembly->top;
    size_t header_len =
        gives_header(assembly, fragment) ? fragment->header.len : assembly->header_len;

    if (assembly->has_end && (end > assembly->top || (!fragment->more && end != assembly->top)))
        return V4_DROP_REASS_END; /* RFC791-3.2_Reassembly-j */
    if (!fragment->more && end < assembly->top)
        return V4_DROP_REASS_END;
    if (fragment->data.len == 0)
        return V4_DROP_FRAGMENT_EMPTY;
    if (rule != V4_OVERLAP_LINUX && header_len + top > V4_LENGTH_MAX)
        return V4_DROP_REASS_LENGTH;
    if ((rule != V4_OVERLAP_LINUX && rule != V4_OVERLAP_DROP) ||
        !v4_chunks_overlap(&assembly->chunks, fragment->first, fragment->data.len))
        return V4_KEEP;
    return overlap(assembly, fragment);
}

enum v4_drop v4_assembly_judge(struct v4_assembly *assembly,
                               const struct v4_reass_fragment *fragment)
{
    enum v4_drop drop = contradiction(assembly, fragment);

    if (drop == V4_DROP_FRAGMENT_TWICE)
        assembly->has_end |= !fragment->more;
    return drop;
}

/* Where the fragment lies; with V4_OVERLAP_LINUX, where its run begins. */
static struct v4_place place_of(const struct v4_assembly *assembly,
                                const struct v4_reass_fragment *fragment)
{
    struct v4_place place = v4_place_of(fragment->first, fragment->data.len);

    if (assembly->rule == V4_OVERLAP_LINUX && fragment->first > 0 &&
        fragment->first == assembly->top)
        place.first = v4_chunks_from(&assembly->chunks, assembly->top - 1).first;
    return place;
}

void v4_assembly_hold(struct v4_assembly *assembly, const struct v4_reass_fragment *fragment)
{
    if (gives_header(assembly, fragment)) { /* RFC791-3.2_Reassembly-d */
        memcpy(assembly->header, fragment->header.octets, fragment->header.len);
        assembly->header_len = fragment->header.len;
        assembly->mark = fragment->mark;
        assembly->has_first = true;
    }
    v4_chunks_put(&assembly->chunks, fragment->first, fragment->data, place_of(assembly, fragment),
                  assembly->rule);
    if (end_of(fragment) > assembly->top)
        assembly->top = end_of(fragment);
    if (!fragment->more) /* RFC791-3.2_Reassembly-c */
        assembly->has_end = true;
    assembly->signs |= fragment->signs;
}

/* RFC791-3.2_Reassembly-e */
bool v4_assembly_is_complete(const struct v4_assembly *assembly)
{
    return assembly->has_end &&
           assembly->chunks.blocks == (assembly->top + V4_BLOCK - 1) / V4_BLOCK;
}

struct v4_reass_fragment v4_fragment_cut(const struct v4_reass_fragment *fragment,
                                         enum v4_overlap rule)
{
    struct v4_reass_fragment cut = *fragment;

    if (rule == V4_OVERLAP_LINUX && cut.more)
        cut.data.len -= cut.data.len % V4_BLOCK;
    return cut;
}

size_t v4_assembly_own(const struct v4_assembly *assembly)
{
    size_t len = assembly->has_first ? v4_chunks_own(&assembly->chunks) * V4_BLOCK : 0;

    return len < assembly->top ? len : assembly->top;
}

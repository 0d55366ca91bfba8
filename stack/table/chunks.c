/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/chunks.h"
#include <string.h>
#include "base/poison.h"

/* What lies in one chunk of a stretch of octets. */
struct part {
    size_t index;   /* of the chunk */
    size_t at, len; /* octets, from the chunk's start */
    uint64_t blocks;
};

/* Steps through the parts of what lies from `*at` to `end`; false when there are no more. */
static bool next_part(size_t *at, size_t end, struct part *ret_part)
{
    if (*at == end)
        return false;

    struct part part = {.index = *at / V4_REASS_CHUNK, .at = *at % V4_REASS_CHUNK};
    size_t room = V4_REASS_CHUNK - part.at;
    part.len = end - *at < room ? end - *at : room;
    size_t blocks = (part.len + V4_BLOCK - 1) / V4_BLOCK;
    part.blocks = UINT64_MAX >> (64 - blocks) << part.at / V4_BLOCK;
    *at += part.len;
    *ret_part = part;
    return true;
}

size_t v4_chunks_missing(const struct v4_chunks *chunks, size_t first, size_t len)
{
    size_t at = first, missing = 0;
    struct part part;

    while (next_part(&at, first + len, &part))
        missing += chunks->chunks[part.index] == NULL;
    return missing;
}

void v4_chunks_take(struct v4_chunks *chunks, struct v4_pool *pool, size_t first, size_t len)
{
    size_t at = first;
    struct part part;

    while (next_part(&at, first + len, &part)) {
        if (chunks->chunks[part.index] != NULL)
            continue;
        struct v4_chunk *chunk = v4_pool_take(pool);
        chunk->held = 0;
        v4_poison(chunk->octets, sizeof chunk->octets);
        chunks->chunks[part.index] = chunk;
        chunks->count++;
    }
}

void v4_chunks_give(struct v4_chunks *chunks, struct v4_pool *pool)
{
    for (size_t i = 0; chunks->count > 0; i++) {
        if (chunks->chunks[i] == NULL)
            continue;
        v4_pool_give(pool, chunks->chunks[i]);
        chunks->chunks[i] = NULL;
        chunks->count--;
    }
    chunks->blocks = 0;
}

/* Which of a part's blocks are held; none where there is no chunk. */
static uint64_t held_of(const struct v4_chunks *chunks, const struct part *part)
{
    const struct v4_chunk *chunk = chunks->chunks[part->index];

    return chunk == NULL ? 0 : chunk->held & part->blocks;
}

bool v4_chunks_overlap(const struct v4_chunks *chunks, size_t first, size_t len)
{
    size_t at = first;
    struct part part;

    while (next_part(&at, first + len, &part))
        if (held_of(chunks, &part) != 0)
            return true;
    return false;
}

static bool is_held(const struct v4_chunks *chunks, size_t at)
{
    const struct v4_chunk *chunk = chunks->chunks[at / V4_REASS_CHUNK];

    return chunk != NULL && chunk->held >> at % V4_REASS_CHUNK / V4_BLOCK & 1;
}

struct v4_place v4_chunks_from(const struct v4_chunks *chunks, size_t at)
{
    return chunks->chunks[at / V4_REASS_CHUNK]->from[at % V4_REASS_CHUNK / V4_BLOCK];
}

static bool same_place(struct v4_place a, struct v4_place b)
{
    return a.first == b.first && a.end == b.end;
}

bool v4_chunks_have(const struct v4_chunks *chunks, size_t first, struct v4_span data)
{
    const struct v4_place place = v4_place_of(first, data.len);
    size_t at = first, end = first + data.len;
    const uint8_t *octets = data.octets;
    struct part part;

    for (size_t block = first; block < end; block += V4_BLOCK)
        if (!is_held(chunks, block) || !same_place(v4_chunks_from(chunks, block), place))
            return false;
    while (next_part(&at, end, &part)) {
        if (memcmp(chunks->chunks[part.index]->octets + part.at, octets, part.len) != 0)
            return false;
        octets += part.len;
    }
    return true;
}

bool v4_chunks_one_run(const struct v4_chunks *chunks, size_t first, size_t len)
{
    for (size_t at = first; at < first + len; at += V4_BLOCK)
        if (!is_held(chunks, at) ||
            v4_chunks_from(chunks, at).first != v4_chunks_from(chunks, first).first)
            return false;
    return true;
}

size_t v4_chunks_own(const struct v4_chunks *chunks)
{
    const struct v4_place place = v4_chunks_from(chunks, 0);
    size_t blocks = 0;

    while (blocks < place.end && same_place(v4_chunks_from(chunks, blocks * V4_BLOCK), place))
        blocks++;
    return blocks;
}

static void put_octets(struct v4_chunk *chunk, size_t at, struct v4_span data,
                       struct v4_place place)
{
    v4_unpoison(chunk->octets + at, data.len);
    memcpy(chunk->octets + at, data.octets, data.len);
    for (size_t block = at / V4_BLOCK; block * V4_BLOCK < at + data.len; block++)
        chunk->from[block] = place;
}

/* Puts those blocks of a part that are not held yet, or do not stay. */
static void put_blocks(struct v4_chunk *chunk, const struct part *part, const uint8_t *octets,
                       struct v4_place place, enum v4_overlap rule)
{
    for (size_t done = 0; done < part->len; done += V4_BLOCK) {
        size_t at = part->at + done, left = part->len - done, block = at / V4_BLOCK;
        if (!(chunk->held >> block & 1) || !v4_overlap_stays(rule, chunk->from[block], place))
            put_octets(chunk, at,
                       (struct v4_span){octets + done, left < V4_BLOCK ? left : V4_BLOCK}, place);
    }
}

void v4_chunks_put(struct v4_chunks *chunks, size_t first, struct v4_span data,
                   struct v4_place place, enum v4_overlap rule)
{
    size_t at = first;
    const uint8_t *octets = data.octets;
    struct part part;

    while (next_part(&at, first + data.len, &part)) {
        struct v4_chunk *chunk = chunks->chunks[part.index];
        uint64_t old = chunk->held & part.blocks;
        if (old == 0)
            put_octets(chunk, part.at, (struct v4_span){octets, part.len}, place);
        else
            put_blocks(chunk, &part, octets, place, rule);
        chunk->held |= part.blocks;
        chunks->blocks += (size_t)__builtin_popcountll(part.blocks & ~old);
        octets += part.len;
    }
}

void v4_chunks_copy(const struct v4_chunks *chunks, size_t len, uint8_t *ret_octets)
{
    size_t at = 0;
    struct part part;

    while (next_part(&at, len, &part)) {
        memcpy(ret_octets, chunks->chunks[part.index]->octets, part.len);
        ret_octets += part.len;
    }
}

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
        chunk->held = chunk->starts = 0;
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

static bool starts_at(const struct v4_chunks *chunks, size_t at)
{
    const struct v4_chunk *chunk = chunks->chunks[at / V4_REASS_CHUNK];

    return chunk != NULL && chunk->starts >> at % V4_REASS_CHUNK / V4_BLOCK & 1;
}

static bool is_held(const struct v4_chunks *chunks, size_t at)
{
    const struct v4_chunk *chunk = chunks->chunks[at / V4_REASS_CHUNK];

    return chunk != NULL && chunk->held >> at % V4_REASS_CHUNK / V4_BLOCK & 1;
}

/* Where nothing lies over another, data end where the next begin, or where nothing is held. */
bool v4_chunks_have(const struct v4_chunks *chunks, size_t first, struct v4_span data)
{
    size_t at = first, end = first + data.len;
    const uint8_t *octets = data.octets;
    struct part part;

    if (!starts_at(chunks, first))
        return false;
    if (end % V4_BLOCK == 0 && is_held(chunks, end) && !starts_at(chunks, end))
        return false;
    while (next_part(&at, end, &part)) {
        const struct v4_chunk *chunk = chunks->chunks[part.index];
        uint64_t start =
            part.index == first / V4_REASS_CHUNK ? UINT64_C(1) << part.at / V4_BLOCK : 0;
        if (held_of(chunks, &part) != part.blocks || (chunk->starts & part.blocks) != start ||
            memcmp(chunk->octets + part.at, octets, part.len) != 0)
            return false;
        octets += part.len;
    }
    return true;
}

/* Copies those blocks of a part that are not held yet. */
static void fill_gaps(struct v4_chunk *chunk, const struct part *part, const uint8_t *octets)
{
    for (size_t done = 0; done < part->len; done += V4_BLOCK) {
        size_t at = part->at + done, left = part->len - done;
        size_t len = left < V4_BLOCK ? left : V4_BLOCK;
        if (chunk->held >> at / V4_BLOCK & 1)
            continue;
        v4_unpoison(chunk->octets + at, len);
        memcpy(chunk->octets + at, octets + done, len);
    }
}

size_t v4_chunks_put(struct v4_chunks *chunks, size_t first, struct v4_span data, bool keep)
{
    size_t at = first, end = first + data.len, met = end;
    const uint8_t *octets = data.octets;
    struct part part;

    while (next_part(&at, end, &part)) {
        struct v4_chunk *chunk = chunks->chunks[part.index];
        uint64_t old = chunk->held & part.blocks;
        if (old != 0 && met == end)
            met = part.index * V4_REASS_CHUNK + (size_t)__builtin_ctzll(old) * V4_BLOCK;
        if (old != 0 && keep) {
            fill_gaps(chunk, &part, octets);
        } else {
            v4_unpoison(chunk->octets + part.at, part.len);
            memcpy(chunk->octets + part.at, octets, part.len);
        }
        chunk->held |= part.blocks;
        chunks->blocks += (size_t)__builtin_popcountll(part.blocks & ~old);
        octets += part.len;
    }
    struct v4_chunk *front = chunks->chunks[first / V4_REASS_CHUNK];
    front->starts |= UINT64_C(1) << first % V4_REASS_CHUNK / V4_BLOCK;
    return met;
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

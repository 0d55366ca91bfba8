/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The data of one datagram in reassembly: octets in chunks from a pool that all datagrams share,
 * and of each block of 8 octets whether it is there, and the place of the data that brought it.
 * What a call costs depends on the octets that it is about, not on those that are held.
 *
 * Data start at a multiple of 8. Only the last block of a datagram may be partly filled. */
#pragma once
#include "base/pool.h"
#include "base/span.h"
#include "table/overlap.h"

#define V4_REASS_CHUNK 512                      /* octets */
#define V4_CHUNKS_MAX (131072 / V4_REASS_CHUNK) /* the last offset, and the longest data there */

struct v4_chunk {
    uint64_t held;                                   /* a bit for each block: it is here */
    struct v4_place from[V4_REASS_CHUNK / V4_BLOCK]; /* of those that are held */
    uint8_t octets[V4_REASS_CHUNK];
};

/* All zero: empty. */
struct v4_chunks {
    size_t blocks; /* held */
    size_t count;  /* of chunks */
    struct v4_chunk *chunks[V4_CHUNKS_MAX];
};

/* How many chunks `len` octets at `first` need that are not there yet. */
size_t v4_chunks_missing(const struct v4_chunks *chunks, size_t first, size_t len);
/* Takes them from the pool, which has so many left. */
void v4_chunks_take(struct v4_chunks *chunks, struct v4_pool *pool, size_t first, size_t len);
/* Gives all back. */
void v4_chunks_give(struct v4_chunks *chunks, struct v4_pool *pool);

/* True when any of these octets is held. */
bool v4_chunks_overlap(const struct v4_chunks *chunks, size_t first, size_t len);
/* True when the very same octets are held, put at the very same place. */
bool v4_chunks_have(const struct v4_chunks *chunks, size_t first, struct v4_span data);
/* True when all these octets are held, put at places that begin with the same block. */
bool v4_chunks_one_run(const struct v4_chunks *chunks, size_t first, size_t len);

/* The place that the octet at `at`, which is held, was put at. */
struct v4_place v4_chunks_from(const struct v4_chunks *chunks, size_t at);
/* How many blocks from 0 on, which is held, were put at the same place as the first. */
size_t v4_chunks_own(const struct v4_chunks *chunks);

/* Puts data at `first`, where there are the chunks for them, and remembers them as put at `place`.
 * The rule says of what was held before whether it stays. */
void v4_chunks_put(struct v4_chunks *chunks, size_t first, struct v4_span data,
                   struct v4_place place, enum v4_overlap rule);

/* Copies the first `len` octets, which are held. */
void v4_chunks_copy(const struct v4_chunks *chunks, size_t len, uint8_t *ret_octets);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The data of one datagram in reassembly: octets in chunks from a pool that all datagrams share,
 * and a bit for each block of 8 octets that is there. What a call costs depends on the octets that
 * it is about, not on those that are held.
 *
 * Data start at a multiple of 8. Only the last block of a datagram may be partly filled. */
#pragma once
#include "base/pool.h"
#include "base/span.h"

#define V4_REASS_CHUNK 512 /* octets */
#define V4_BLOCK 8 /* octets that an offset counts, and that are held or not held together */
#define V4_CHUNKS_MAX (65536 / V4_REASS_CHUNK)

struct v4_chunk {
    uint64_t held;   /* a bit for each block: it is here */
    uint64_t starts; /* data that were put began with it */
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
/* True when the very same octets were put at the very same place, provided that nothing was ever
 * put over other data. */
bool v4_chunks_have(const struct v4_chunks *chunks, size_t first, struct v4_span data);

/* Puts data in their place, whose chunks are there. Returns where the first octet lies that was
 * held before, or else where the data end. With `keep` what was held before stays. */
size_t v4_chunks_put(struct v4_chunks *chunks, size_t first, struct v4_span data, bool keep);

/* Copies the first `len` octets, which are held. */
void v4_chunks_copy(const struct v4_chunks *chunks, size_t len, uint8_t *ret_octets);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reassembly as RFC 791 3.2 and RFC 1122 3.3.2 have it, with the bounds and choices that
 * table/reass.h states, in the plainest way: every fragment of a script is kept, in the order of
 * arrival, and each question is answered by looking at all of them. Shares no code with what it
 * judges. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/drop.h"
#include "base/rng.h"
#include "base/span.h"
#include "base/time.h"

#define MODEL_FRAGMENTS 256 /* that one script may hold */
#define MODEL_CHUNK 512
#define MODEL_DATA_MAX 65515

enum model_overlap {
    MODEL_DROP,
    MODEL_FIRST,
    MODEL_LAST,
    MODEL_BSD,
    MODEL_BSD_RIGHT,
    MODEL_LINUX_2,
    MODEL_WINDOWS,
    MODEL_SOLARIS,
    MODEL_LINUX
};
enum model_exit {
    MODEL_DELIVERED,
    MODEL_TIMED_OUT,
    MODEL_EVICTED,
    MODEL_REFUSED,
    MODEL_EXITS
};

struct model_key {
    uint32_t src, dst;
    uint8_t protocol;
    uint16_t id;
};

/* The spans are borrowed until the model is opened again. */
struct model_fragment {
    struct model_key key;
    size_t first;
    bool more;
    struct v4_span header, data;
    uint32_t mark;
    uint8_t signs;
    v4_time lifetime;
};

/* What comes out; data are borrowed until the next call. */
struct model_datagram {
    struct model_key key;
    bool has_first;
    struct v4_span header, data;
    uint32_t mark;
    uint8_t signs;
};

/* A datagram whose reassembly began. One that was refused is remembered, and so are its late
 * fragments. */
struct model_started {
    struct model_key key;
    v4_time due;
    enum {
        HELD,
        REMEMBERED,
        GONE
    } state;
    size_t refusal; /* which refusal it was */
    size_t chunks;  /* that its fragments touch */
    bool told;      /* its end, by a fragment that was not taken: Linux believes that */
    size_t count;
    const struct model_fragment *fragments[MODEL_FRAGMENTS]; /* in the order of arrival */
};

struct model_reassembly {
    size_t datagrams, chunks; /* what there is room for */
    unsigned drawn;           /* of so many of the oldest one is given up */
    struct v4_rng rng;
    size_t share, share_chunks; /* of one sender */
    v4_time timeout;
    enum model_overlap overlap;

    struct model_fragment fragments[MODEL_FRAGMENTS];
    struct model_started started[MODEL_FRAGMENTS]; /* in the order of arrival */
    size_t fragment_count, started_count, refusals;
    size_t exits[MODEL_EXITS];
    uint8_t data[MODEL_DATA_MAX];
    const struct model_fragment *owners[MODEL_DATA_MAX]; /* of the octets that are looked at */
};

/* `datagrams` and `chunks` are what there is room for, the shares what a sender may have of it. */
void model_open(struct model_reassembly *model, size_t datagrams, size_t chunks, size_t share,
                size_t share_chunks, v4_time timeout, enum model_overlap overlap);
/* Of so many of the oldest, 1 at least, one is given up where room runs out: the next random number
 * says which. */
void model_draws(struct model_reassembly *model, unsigned drawn, uint64_t seed);

/* True when this fragment completes a datagram; else `*ret_drop` says what becomes of it. */
bool model_add(struct model_reassembly *model, const struct model_fragment *fragment, v4_time now,
               struct model_datagram *ret_datagram, enum v4_drop *ret_drop);

/* Takes out one datagram whose time is over. */
bool model_expire(struct model_reassembly *model, v4_time now, struct model_datagram *ret_datagram);

v4_time model_next_timeout(const struct model_reassembly *model);
size_t model_held(const struct model_reassembly *model);
size_t model_remembered(const struct model_reassembly *model);
size_t model_octets_held(const struct model_reassembly *model);

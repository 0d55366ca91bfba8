/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The identifications of the datagrams that we send (RFC 791 3.2, RFC 6864).
 *
 * Where they tell fragments apart they come from a fixed array of counters. Which counter serves a
 * source, destination and protocol a keyed hash says, so that what one peer sees of its own tells
 * nothing of another's (RFC6274-3.5-a). Pairs that share a counter get different identifications
 * all the same; it only comes round sooner. A counter starts anywhere and moves by random steps.
 * When it comes round, what it gave out last time may still be under way: it knows.
 *
 * A datagram that cannot be a fragment needs none (RFC6864-4.1-a). Its identification is a sum over
 * what an error quotes of it, under a key of ours: nobody else can quote what we never sent, nor
 * does it take anything from the counters. */
#pragma once
#include <stdbool.h>
#include "base/rng.h"
#include "base/span.h"
#include "base/time.h"

#define V4_IDENTS 256
#define V4_IDENT_STEP 4    /* the longest */
#define V4_IDENT_PARTS 16  /* of a counter's round, whose last use is remembered */
#define V4_IDENT_CHOSEN 16 /* those that users chose last */
#define V4_IDENT_QUOTED 8  /* octets of the data that every error quotes (RFC792-general-e) */

struct v4_ident_key {
    uint32_t src, dst;
    uint8_t protocol;
};

struct v4_ident_counter {
    uint16_t next;
    unsigned part;                /* of the one given last */
    uint64_t given;               /* how far it has come since the start */
    v4_time before;               /* when that part was used in the round before */
    v4_time last[V4_IDENT_PARTS]; /* when each was used; V4_NEVER: not yet */
};

struct v4_ident_chosen {
    struct v4_ident_key key;
    uint16_t id;
    bool used;
};

struct v4_idents {
    uint64_t seed;
    v4_time lifetime; /* of a datagram in the network */
    struct v4_rng rng;
    struct v4_ident_counter counters[V4_IDENTS];
    struct v4_ident_chosen chosen[V4_IDENT_CHOSEN];
    unsigned chosen_next;
};

void v4_idents_start(struct v4_idents *idents, uint64_t seed, v4_time lifetime);

enum v4_ident_answer {
    V4_IDENT_FRESH, /* not used in a lifetime */
    V4_IDENT_AGAIN, /* used less than a lifetime ago (RFC6864-4.3-a) */
};

/* The next one of the counter. With `wait` one that is not fresh is not given out: `*ret_id` is
 * left alone, and it is next until its time has come (RFC6864-4.3-b). */
enum v4_ident_answer v4_ident_next(struct v4_idents *idents, const struct v4_ident_key *key,
                                   bool wait, v4_time now, uint16_t *ret_id);

/* That of a datagram that cannot be a fragment, by its data. */
uint16_t v4_ident_atomic(const struct v4_idents *idents, const struct v4_ident_key *key,
                         struct v4_span data);

/* A user has chosen `id`. */
void v4_ident_note(struct v4_idents *idents, const struct v4_ident_key *key, uint16_t id);

/* Can a datagram be ours that is quoted with `id` and the beginning of its data? One that cannot be
 * a fragment by its sum, any other by its counter or by the users' choice. */
bool v4_ident_is_ours(const struct v4_idents *idents, const struct v4_ident_key *key, uint16_t id,
                      struct v4_span data);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who has which address on a link: the table behind ARP (RFC 826, RFC 1122 2.3.2).
 *
 * A fixed number of neighbours. One that is asked for is *incomplete* and may hold some datagrams,
 * the newest (RFC1122-2.3.2.2-a); once learned it is *reachable* for a lifetime and then flushed
 * (RFC1122-2.3.2.1-a), but where polls are wanted, one that was used since is asked first. Requests
 * for one neighbour are at least `retry` apart (RFC1122-2.3.2.1-b), for as long as it stays in the
 * table. When the table is full the one whose last request or confirmation is longest ago makes
 * room: incomplete ones first, fixed ones never.
 *
 * It sends nothing: it says when the caller has to. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/mac.h"
#include "base/span.h"
#include "base/stat.h"
#include "base/time.h"
#include "base/trace.h"

struct v4_neighbor_config {
    size_t neighbors;
    size_t octets;    /* the longest datagram that may wait */
    size_t waiting;   /* how many may wait for one neighbour, at least 1 */
    v4_time lifetime; /* of a mapping since it was last confirmed; at first (RFC1122-2.3.2.1-c) */
    v4_time retry;    /* between requests: one second, or more */
    unsigned tries;   /* requests before giving up, at least 1 */
    uint64_t seed;
    /* Whether one is no good without the other; NULL: each is for itself. */
    bool (*same)(struct v4_span one, struct v4_span other);
    struct v4_stats *stats; /* where it counts neighbor.* and the drops NEIGHBOR_*; not NULL */
    const struct v4_trace *trace; /* who is shown those drops; NULL: nobody */
};

struct v4_neighbors;

/* NULL when memory is short or a number is 0 (but `octets`: then nothing waits). */
struct v4_neighbors *v4_neighbors_open(const struct v4_neighbor_config *config);
void v4_neighbors_close(struct v4_neighbors *neighbors); /* NULL is fine */
/* Forgets all, fixed ones too: the state after open, without allocating. Counts nothing. */
void v4_neighbors_reset(struct v4_neighbors *neighbors);

enum v4_neighbor_answer {
    V4_NEIGHBOR_KNOWN, /* send it now, to `*ret_mac` */
    V4_NEIGHBOR_ASK,   /* it waits; send a request now */
    V4_NEIGHBOR_WAIT,  /* it waits; a request is under way */
    V4_NEIGHBOR_FULL,  /* every entry is fixed: it cannot be sent, and does not wait
                        * (NEIGHBOR_FULL) */
};

/* Where to send `datagram` for the next hop `addr` on `iface`. One that has to wait is copied;
 * where there is no room the oldest one makes it, with all that are the same (NEIGHBOR_QUEUE); one
 * that is too long does not wait (NEIGHBOR_LENGTH). */
enum v4_neighbor_answer v4_neighbors_resolve(struct v4_neighbors *neighbors, unsigned iface,
                                             uint32_t addr, struct v4_span datagram, v4_time now,
                                             struct v4_mac *ret_mac);

/* A message said that `addr` is at `mac`. An entry is updated and confirmed (RFC826-Reception-d);
 * where there is none it is added only with `add` (RFC826-Reception-e). Fixed ones stay. True when
 * a datagram waited for it: the oldest is given, borrowed until the next call. */
bool v4_neighbors_learn(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                        struct v4_mac mac, bool add, v4_time now, struct v4_span *ret_datagram);

/* What waited behind the datagram that was given last, in order; borrowed until the next call. It
 * has to be taken before any other call but this one: then the rest is gone. */
bool v4_neighbors_next(struct v4_neighbors *neighbors, struct v4_span *ret_datagram);

/* What the caller notes of a neighbour, as long as it is there; of one that is not false. */
void v4_neighbors_note(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr, bool noted);
bool v4_neighbors_noted(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr);

/* Can so many datagrams in a row be sent there, or wait for it? */
bool v4_neighbors_takes(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                        size_t count);

/* How long a mapping is believed from now on, those that are there too; not 0. */
void v4_neighbors_set_lifetime(struct v4_neighbors *neighbors, v4_time lifetime);
v4_time v4_neighbors_lifetime(const struct v4_neighbors *neighbors);
/* How often a neighbour that was used is asked at the end of that, `retry` apart; at first not at
 * all. */
void v4_neighbors_set_polls(struct v4_neighbors *neighbors, unsigned polls);
unsigned v4_neighbors_polls(const struct v4_neighbors *neighbors);
/* Somebody thinks that the mapping is wrong: it is flushed, unless it was confirmed less than
 * `retry` ago, so that no advice makes us ask more often. True when it was. */
bool v4_neighbors_doubt(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr, v4_time now);

/* Enters a neighbour that never expires nor changes, in place of an entry for the same address.
 * False when all others are fixed too. */
bool v4_neighbors_fix(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                      struct v4_mac mac);

/* Is there such a one? */
bool v4_neighbors_is_fixed(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr);
/* Forgets a neighbour, fixed or not, and drops what waits for it (NEIGHBOR_FULL). False when there
 * is none. */
bool v4_neighbors_remove(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr);

/* Those whose MAC is known: the learned ones first, each kind in the order in which they came.
 * False behind the last. */
struct v4_neighbor_entry {
    unsigned iface;
    uint32_t addr;
    struct v4_mac mac;
    bool fixed;
};
bool v4_neighbors_at(const struct v4_neighbors *neighbors, size_t index,
                     struct v4_neighbor_entry *ret_entry);

/* What time brought: a request to send again to all, or with `poll` to `mac` alone, or (`failed`) a
 * neighbour that never answered and is forgotten now, with the first datagram that waited, which is
 * borrowed until the next call (empty: none did). v4_neighbors_next() gives the others. */
struct v4_neighbor_event {
    bool failed, poll;
    struct v4_mac mac;
    unsigned iface;
    uint32_t addr;
    struct v4_span datagram;
};

/* Takes out one event that is due; call until false. It flushes what has expired on the way. */
bool v4_neighbors_expire(struct v4_neighbors *neighbors, v4_time now,
                         struct v4_neighbor_event *ret_event);
/* When v4_neighbors_expire() has something to do next; V4_NEVER: not at all, until another call. */
v4_time v4_neighbors_next_timeout(const struct v4_neighbors *neighbors);

/* How many entries there are, of any state. */
size_t v4_neighbors_count(const struct v4_neighbors *neighbors);

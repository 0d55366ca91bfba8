/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reassembly of datagrams from fragments (RFC 791 3.2, RFC 815, RFC 1122 3.3.2).
 *
 * A fixed number of datagrams and of octets, both set at creation: no input makes it grow. Octets
 * are held in chunks of 512, and a datagram is charged for those that its fragments touch, so a
 * fragment near the end costs no more than one at the start. A datagram leaves exactly once, by one
 * of four exits, and the counters of the exits (ip.reass.*) and of those still held add up to the
 * datagrams that were started. The cost of a fragment depends on its own length, not on how much is
 * held; the one that completes a datagram pays for copying it out.
 *
 * A fragment that is wrong by itself is dropped and changes nothing:
 *   FRAGMENT_EMPTY    no data
 *   FRAGMENT_RAGGED   more to come, and a length that is no multiple of 8
 *   FRAGMENT_LENGTH   an end beyond what 65,535 octets leave after the smallest header
 * So is an exact duplicate: same place, same octets, same MF (FRAGMENT_TWICE, with
 * V4_OVERLAP_DROP). A fragment that contradicts those held refuses the whole datagram, for the
 * first of these:
 *   REASS_END         a second end elsewhere, or data beyond the end
 *   REASS_LENGTH      the first fragment's own header and the data exceed 65,535 octets
 *   REASS_OVERLAP     an overlap, with V4_OVERLAP_DROP
 * What was refused holds no octets, but is remembered for one timeout from then, so that its late
 * fragments do not start a new datagram: they are dropped as REASS_REFUSED.
 *
 * V4_OVERLAP_LINUX is what today's kernel does, to the octet:
 *   a run is a fragment, and those that came later and each began where all data ended then
 *   FRAGMENT_TWICE    it lies within one run: dropped, but the end that it tells is believed; that
 *                     alone completes nothing
 *   REASS_OVERLAP     any other overlap refuses the datagram
 *   FRAGMENT_EMPTY    no data: so does this
 *   REASS_LENGTH      is found when the datagram is complete, and not before
 * Octets behind the last multiple of 8 are cut off where more is to come, and what was refused is
 * forgotten at once: its late fragments start a new datagram.
 *
 * When the datagrams run out, the one refused longest ago is forgotten, or else one of the oldest
 * held is evicted, which is drawn. When the octets run out, one of the oldest held is evicted, but
 * for the one that needs them; it is evicted itself (REASS_ROOM) if it needs more than there are. A
 * sender has a share of both: what goes beyond it takes room from that sender's own datagrams, the
 * oldest first, so that nobody alone can evict those of all others.
 *
 * The caller's `now` never goes back, and it calls v4_reass_expire() until it is false before it
 * adds a fragment. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/drop.h"
#include "base/span.h"
#include "base/stat.h"
#include "base/time.h"
#include "table/assembly.h"

struct v4_reass_config {
    size_t datagrams;
    size_t octets;   /* rounded down to chunks */
    v4_time timeout; /* from a datagram's first arrival; a fragment's `lifetime` may raise it */
    size_t sender_datagrams, sender_octets; /* the share of one sender; 0: all */
    enum v4_overlap overlap;
    unsigned drawn;         /* of so many of the oldest one is evicted; 0 and 1: the oldest */
    uint64_t seed;          /* of the hash that finds a datagram, and of what is drawn */
    struct v4_stats *stats; /* where it counts ip.reass.*; not NULL */
};

/* What comes out; spans are borrowed until the next call. */
struct v4_reass_datagram {
    struct v4_reass_key key;
    bool has_first; /* one at 0 arrived; header and mark are those of whose octets lie there */
    struct v4_span header; /* as it arrived, MF and length of the fragment included */
    struct v4_span data; /* completed: all of it, right behind the header in memory. Timed out: what
                          * the fragment at 0 brought, cut to the octets that cannot be another's,
                          * at least 8 (if it had as many) */
    uint32_t mark;
    uint8_t signs; /* each bit that one of its fragments had */
};

struct v4_reass;

/* NULL when memory is short or a number is unusable: no datagrams, fewer than two chunks
 * (RFC1122-3.3.2-b), no timeout. */
struct v4_reass *v4_reass_open(const struct v4_reass_config *config);
void v4_reass_close(struct v4_reass *reass); /* NULL is fine */
/* Forgets all: the state after open, without allocating. Counts nothing. */
void v4_reass_reset(struct v4_reass *reass);

/* Who wins an overlap from now on. Where that is another than before, what is held is evicted and
 * what was refused is forgotten. */
void v4_reass_choose(struct v4_reass *reass, enum v4_overlap overlap);
enum v4_overlap v4_reass_choice(const struct v4_reass *reass);

/* So many octets of data are always put together, behind a header without options. */
size_t v4_reass_longest(const struct v4_reass *reass);

/* Takes one fragment. True when it completed a datagram; else `*ret_drop` is V4_KEEP if it is held
 * now, or says why it was dropped. Only one of both is written. */
bool v4_reass_add(struct v4_reass *reass, const struct v4_reass_fragment *fragment, v4_time now,
                  struct v4_reass_datagram *ret_datagram, enum v4_drop *ret_drop);

/* Takes out one datagram whose time is over; false when there is none (left). */
bool v4_reass_expire(struct v4_reass *reass, v4_time now, struct v4_reass_datagram *ret_datagram);

/* When v4_reass_expire() has something to do next. Also for what it only has to forget. */
v4_time v4_reass_next_timeout(const struct v4_reass *reass);

/* What it holds at this moment. */
struct v4_reass_use {
    size_t datagrams; /* held */
    size_t refused;   /* remembered */
    size_t octets;    /* charged: whole chunks */
};
struct v4_reass_use v4_reass_use(const struct v4_reass *reass);

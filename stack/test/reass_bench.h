/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A reassembly on a bench: opened, given fragments in a short notation, closed with its counters
 * held against each other. */
#pragma once
#include <ctype.h>
#include "base/poison.h"
#include "octets.h"
#include "table/reass.h"

#define TIMEOUT (60 * V4_SECOND)
#define KEY ((struct v4_reass_key){0xc6120001, 0xc6120002, 17, 7})

static struct v4_stats stats;
static struct v4_reass *reass;
static struct v4_reass_datagram datagram; /* the last that came out */
static enum v4_drop drop;                 /* of the last fragment that did not complete one */

/* Of both a sender has such a share; 0: all. */
static unsigned drawn; /* of so many of the oldest one is evicted */

static inline void open_shared(enum v4_overlap overlap, size_t datagrams, size_t chunks,
                               size_t sender_datagrams, size_t sender_chunks)
{
    stats = (struct v4_stats){0};
    reass = v4_reass_open(&(struct v4_reass_config){
        .datagrams = datagrams,
        .octets = chunks * V4_REASS_CHUNK + V4_REASS_CHUNK - 1,
        .sender_datagrams = sender_datagrams,
        .sender_octets = sender_chunks * V4_REASS_CHUNK,
        .timeout = TIMEOUT,
        .drawn = drawn,
        .overlap = overlap,
        .seed = 815,
        .stats = &stats,
    });
    cr_assert(reass != NULL);
}

static inline void open_with(enum v4_overlap overlap, size_t datagrams, size_t chunks)
{
    open_shared(overlap, datagrams, chunks, 0, 0);
}

static inline uint64_t counted(enum v4_stat stat)
{
    return stats.value[stat];
}

/* A datagram leaves exactly once: what started has left by one of the exits, or is held. */
static inline void close_all(void)
{
    cr_expect(counted(V4_STAT_IP_REASS_STARTED) ==
              counted(V4_STAT_IP_REASS_DELIVERED) + counted(V4_STAT_IP_REASS_TIMED_OUT) +
                  counted(V4_STAT_IP_REASS_EVICTED) + counted(V4_STAT_IP_REASS_REFUSED) +
                  v4_reass_use(reass).datagrams);
    v4_reass_close(reass);
}

/* Every fragment's header: its length in words first, then octets that tell where it came from. */
static inline struct v4_span header_of(uint16_t first, size_t len)
{
    uint8_t octets[V4_REASS_HEADER_MAX];

    memset(octets, (int)(first / 8 % 100) + 100, sizeof octets);
    octets[0] = (uint8_t)(0x40 | len / 4);
    return exact(octets, len);
}

static v4_time lifetime; /* of the fragments that are added */
static uint32_t sender;  /* of fragments(), beyond that of KEY */

static inline bool add(struct v4_reass_key key, uint16_t first, struct v4_span data, bool more,
                       size_t header_len, v4_time now)
{
    struct v4_span header = header_of(first, header_len);
    struct v4_span copy = exact(data.octets, data.len);
    bool whole = v4_reass_add(reass,
                              &(struct v4_reass_fragment){
                                  .key = key,
                                  .first = first,
                                  .more = more,
                                  .header = header,
                                  .mark = data.len == 0 ? 0 : data.octets[0],
                                  .signs = data.len == 0 ? 0 : (uint8_t)(1 << data.octets[0] % 8),
                                  .lifetime = lifetime,
                                  .data = copy,
                              },
                              now, &datagram, &drop);
    drop_octets(header);
    drop_octets(copy);
    return whole;
}

/* "AB@3+": a block of A's and one of B's at block 3, with MF. "A@0+ B@1" are two fragments. True
 * when the last of them completed a datagram. */
static inline bool fragments(uint16_t id, const char *text, v4_time now)
{
    struct v4_reass_key key = KEY;
    bool whole = false;

    key.id = id;
    key.src += sender;
    while (*text != '\0') {
        uint8_t octets[256];
        size_t len = 0;

        for (; isalnum((unsigned char)*text); text++, len += 8)
            memset(octets + len, *text, 8);
        uint16_t first = (uint16_t)(strtoul(text + 1, (char **)&text, 10) * 8);
        bool more = *text == '+';
        text += strspn(text, "+ ");
        whole = add(key, first, (struct v4_span){octets, len}, more, 20, now);
    }
    return whole;
}

static inline bool keys_equal(struct v4_reass_key a, struct v4_reass_key b)
{
    return a.src == b.src && a.dst == b.dst && a.protocol == b.protocol && a.id == b.id;
}

/* True when the data are one block of each letter. */
static inline bool blocks_are(struct v4_span data, const char *letters)
{
    if (data.len != 8 * strlen(letters))
        return false;
    for (size_t i = 0; i < data.len; i++)
        if (data.octets[i] != letters[i / 8])
            return false;
    return true;
}

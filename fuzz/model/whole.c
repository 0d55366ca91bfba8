/* SPDX-License-Identifier: BSD-2-Clause */
#include "whole.h"

/* What the reference has room for in fuzz_host.c: one sender has a quarter of the datagrams, and of
 * the octets what the longest datagram takes, which is all. */
#define DATAGRAMS 64
#define CHUNKS (65536 / MODEL_CHUNK)
#define LIFETIME (60 * UINT64_C(1000000000))

static struct model_reassembly reassembly;
static bool sure;

void model_whole_open(void)
{
    model_open(&reassembly, DATAGRAMS, CHUNKS, DATAGRAMS / 4, CHUNKS, LIFETIME, MODEL_DROP);
    sure = true;
}

void model_whole_lost(void)
{
    sure = false;
}

bool model_whole_is_sure(void)
{
    return sure;
}

void model_whole_choose(enum model_overlap overlap)
{
    if (reassembly.overlap == overlap)
        return;
    for (size_t i = 0; i < reassembly.started_count; i++) {
        reassembly.exits[MODEL_EVICTED] += reassembly.started[i].state == HELD;
        reassembly.started[i].state = GONE;
    }
    reassembly.overlap = overlap;
}

/* Would one of several be given up, by lot, for this fragment? */
static bool is_drawn(const struct model_packet *fragment)
{
    size_t octets = fragment->data.len + 2 * MODEL_CHUNK;

    return model_held(&reassembly) + model_remembered(&reassembly) >= DATAGRAMS ||
           (model_held(&reassembly) > 2 &&
            model_octets_held(&reassembly) + octets > CHUNKS * MODEL_CHUNK);
}

bool model_whole_add(const struct model_packet *fragment, v4_time lifetime, uint64_t now,
                     struct model_datagram *ret_datagram, enum v4_drop *ret_drop)
{
    sure = sure && !is_drawn(fragment) && reassembly.fragment_count < MODEL_FRAGMENTS &&
           reassembly.started_count < MODEL_FRAGMENTS;
    *ret_drop = V4_KEEP;
    if (!sure)
        return false;
    const struct model_fragment given = {
        .key = {fragment->src, fragment->dst, fragment->protocol, fragment->id},
        .first = fragment->offset,
        .more = fragment->mf,
        .header = fragment->header,
        .data = fragment->data,
        .signs = (uint8_t)(1 << (fragment->tos & 3)),
        .lifetime = lifetime,
    };
    return model_add(&reassembly, &given, now, ret_datagram, ret_drop);
}

bool model_whole_expire(uint64_t now, struct model_datagram *ret_datagram)
{
    return sure && model_expire(&reassembly, now, ret_datagram);
}

size_t model_whole_started(void)
{
    return reassembly.started_count;
}

size_t model_whole_left(enum model_exit by)
{
    return reassembly.exits[by];
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "whole.h"
#include "model/reassembly.h"

/* What the reference has room for in fuzz_host.c; one sender has a quarter, and nothing is made
 * room for before that. */
#define DATAGRAMS 64
#define CHUNKS (65536 / MODEL_CHUNK)
#define HELD 12                     /* datagrams: below that */
#define OCTETS (8192 - MODEL_CHUNK) /* and of these */
#define LIFETIME (60 * UINT64_C(1000000000))

enum {
    NOT_CAPABLE = 0,
    EXPERIENCED = 3
};

static struct model_reassembly reassembly;
static bool sure;

void model_whole_open(void)
{
    model_open(&reassembly, DATAGRAMS, CHUNKS, DATAGRAMS, CHUNKS, LIFETIME, MODEL_DROP);
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

bool model_whole_add(const struct model_packet *fragment, uint64_t now,
                     struct model_packet *ret_packet)
{
    struct model_datagram datagram;
    enum v4_drop drop;

    while (sure && model_expire(&reassembly, now, &datagram))
        continue;
    sure = sure && model_held(&reassembly) < HELD && model_octets_held(&reassembly) < OCTETS &&
           fragment->data.len < OCTETS && reassembly.fragment_count < MODEL_FRAGMENTS;
    if (!sure)
        return false;
    const struct model_fragment given = {
        .key = {fragment->src, fragment->dst, fragment->protocol, fragment->id},
        .first = fragment->offset,
        .more = fragment->mf,
        .header = fragment->header,
        .data = fragment->data,
        .signs = (uint8_t)(1 << (fragment->tos & 3)),
    };
    if (!model_add(&reassembly, &given, now, &datagram, &drop))
        return false;
    bool met = datagram.signs & 1 << EXPERIENCED; /* RFC 3168 5.3 */
    if (met && datagram.signs & 1 << NOT_CAPABLE)
        return false;
    *ret_packet = *fragment;
    ret_packet->header = datagram.header;
    ret_packet->tos = (uint8_t)(datagram.header.octets[1] | (met ? EXPERIENCED : 0));
    ret_packet->ttl = datagram.header.octets[8];
    ret_packet->mf = false;
    ret_packet->offset = 0;
    ret_packet->data = datagram.data;
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A frame read in the plainest way, field by field from RFC 894, RFC 826, RFC 791, RFC 792 and
 * RFC 768; behind 802.2 as RFC 1042 has it. Shares no code with what it judges. */
#pragma once
#include <stdbool.h>
#include "base/span.h"

struct model_arp {
    unsigned operation;
    const uint8_t *sha, *tha;
    uint32_t spa, tpa;
};

struct model_packet {
    struct v4_span octets, header, data; /* data: up to the total length */
    uint8_t tos, ttl, protocol;
    uint16_t id;
    bool df, mf;
    size_t offset; /* octets */
    uint32_t src, dst;
};

enum model_kind {
    MODEL_OTHER,
    MODEL_ARP,
    MODEL_IP,
    MODEL_COMMAND, /* of 802.2, XID or TEST, and what answers it */
    MODEL_RESPONSE
};

struct model_frame {
    enum model_kind kind;
    const uint8_t *dst, *src; /* MACs */
    bool snap;                /* a packet in a frame of 802.3 */
    struct model_arp arp;
    struct model_packet packet;
};

/* NULL: read. Else what is wrong with it, in words that begin with nothing. */
const char *model_frame_read(struct v4_span frame, struct model_frame *ret_frame);
/* The same for a packet, of which `quoted` may have lost its end. */
const char *model_packet_read(struct v4_span octets, bool quoted, struct model_packet *ret_packet);

/* 0xffff: the octets verify (RFC 1071). `pseudo` is what comes in front. */
uint32_t model_sum(struct v4_span octets, uint32_t pseudo);
uint32_t model_pseudo(const struct model_packet *packet);

bool model_is_group_mac(const uint8_t *mac);
/* The address of one host by RFC 1122 3.2.1.3, as far as the address alone says. */
bool model_is_single(uint32_t addr);

/* How many routers it may advertise: eight octets for each; any, in what a fragment completes. */
unsigned model_frame_routers(struct v4_span octets);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What two hosts send each other through a router, and what may come of it, by RFC 791, 792, 1122,
 * 1191 and 1812 5. It is told of each packet when it leaves a station, when it arrives at the next
 * one and when it is lost, and of what users are told; it knows no station's inside. Every list is
 * searched whole, and it shares no code with what it judges. A fault begins with the invariant that
 * is broken. */
#pragma once
#include "model/frame.h"

#define TRANSIT_SENT 24
#define TRANSIT_PACKETS 512
#define TRANSIT_OCTETS 1500
/* The third station: 0 and 1 are hosts, and the wires that they are on. */
#define TRANSIT_ROUTER 2

/* To whom a datagram goes: the other host, the router by either address, an address beyond of which
 * nobody answers, and one to which there is no way. */
enum transit_to {
    TRANSIT_OTHER,
    TRANSIT_NEAR,
    TRANSIT_FAR,
    TRANSIT_SILENT,
    TRANSIT_NOWHERE
};

struct transit_side {
    uint32_t host, known_as; /* known_as: its address beyond the router, which may translate */
    uint32_t router;
    size_t mtu, path; /* path: what its host must believe of the way to the other */
};

struct transit_sent {
    unsigned from;
    enum transit_to to;
    uint32_t src, dst; /* as its sender has them */
    uint8_t protocol, ttl, tos;
    unsigned sport, dport;
    bool heard; /* somebody listens there */
    struct v4_span options;
    size_t len; /* of its user's data */
    /* what has come of it */
    bool left, doubtful; /* doubtful: a part of it, or of what is said about it, may be lost */
    bool refused;        /* the router was given a part that must not be cut and does not fit */
    bool pieces;         /* its sender has cut it */
    bool atomic;         /* nobody cuts it, and its identification means nothing (RFC 6864 4.1) */
    uint16_t id;
    size_t octets, arrived; /* that have left its sender, and come to whom it is for */
    unsigned judged;        /* first pieces that were given to the router */
    unsigned firsts;        /* ... to whom it was for */
    unsigned delivered, told, errors;
};

/* A packet that was given to the router to pass on. */
struct transit_packet {
    unsigned wire;
    uint8_t octets[TRANSIT_OCTETS];
    struct model_packet is; /* of these octets, with the addresses that it must leave with */
    bool translated;
    size_t out; /* octets of its data that have left */
    unsigned count;
};

struct transit {
    struct transit_side sides[2];
    struct transit_sent sent[TRANSIT_SENT];
    size_t count, packets;
    bool full;                  /* more packets than there is room for: the rest is not judged */
    unsigned cut[3], pieces[3]; /* datagrams that a station has cut, into how many pieces */
    unsigned forwarded;
};

/* The octet at `i` of the data of number `n`. */
uint8_t transit_octet(size_t n, size_t i);

/* Station `from` has put a packet on a wire. */
const char *transit_leaves(struct transit *transit, unsigned from, unsigned wire,
                           const struct model_packet *packet);
/* It arrives, maybe once more, or not at all. */
void transit_arrives(struct transit *transit, unsigned to, unsigned wire,
                     const struct model_packet *packet);
void transit_lost(struct transit *transit, const struct model_packet *packet);
/* Who has not arrived yet may not any more: neighbours are asked, or there was too much time. */
void transit_doubts(struct transit *transit);

/* A station's user was told this. */
const char *transit_told(struct transit *transit, unsigned who, const char *event);
/* Nothing is under way any more. */
const char *transit_end(const struct transit *transit);
/* What is seen of the wire must be in a station's own counters, of which RFC 1213 says that they
 * add up. */
const char *transit_books(const struct transit *transit, unsigned who, const char *counters);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which addresses a host has, and which it claims: RFC 5227 and RFC 3927, and what
 * docs/upper-tester.md says of the item `address` and the settings `defend` and `link-local`. The
 * delays that a host draws are windows here: nothing is sent outside of one, and something before
 * it closes. Of ARP (RFC 826) whom it answers, and as whom it asks. */
#pragma once
#include "model/frame.h"

#define MODEL_CLAIMS 40
#define MODEL_CONFLICTS 16

struct model_claim {
    unsigned iface, len;
    uint32_t addr; /* 0: it has been chosen, but not yet seen */
    bool deprecated, chosen;
    bool first;  /* it is to be the first of its interface once it is ours */
    bool tested; /* by probes, before it is ours */
    bool ours;
    int policy; /* the setting `defend`; below 0: it was changed since */
    unsigned probes, announcements;
    bool due; /* the next of them, from when until when */
    uint64_t from, until;
    bool defended, defends; /* once, then; and in this call */
    uint64_t defended_at;
};

/* Of an interface's mask, as ICMP tells it (masks.h). */
struct model_mask {
    bool on, learned, unsure;
    bool tells; /* in this call */
    unsigned configured, asked;
    uint64_t ask_at;
};

struct model_claims {
    bool unsure; /* more is going on than this follows */
    uint64_t now;
    int defend;
    struct model_claims_iface {
        uint8_t mac[6];
        bool up, chooses, masked; /* masked: lengths are not known */
        unsigned conflicts;
        bool begun; /* a test, then */
        uint64_t last;
        uint32_t choice; /* the last one of 169.254/16 */
        uint32_t lost;   /* and one that somebody else has */
        bool lingers;
        uint64_t until;
        struct model_mask mask;
    } ifaces[2];
    bool agent, writes; /* masks are told; and a user writes ICMP himself */
    uint64_t agent_since;
    struct model_claim list[MODEL_CLAIMS];
    size_t count; /* those that are ours in the order in which they speak */

    struct {
        unsigned iface;
        uint32_t addr;
        uint8_t mac[6];
    } conflicts[MODEL_CONFLICTS];  /* to be told */
    size_t conflict_count, octets; /* of frames since the last line */
    bool answers;                  /* a question, by this interface */
    unsigned asker;
    struct model_arp asked;
    uint8_t asked_mac[6];

    const char *line; /* being answered */
    size_t listed;
    bool routes; /* the script has some of its own: there may be no room */
    char fault[160];
};

void model_claims_open(struct model_claims *claims);

/* All that is given, before the call. */
void model_claims_line(struct model_claims *claims, const char *line);
void model_claims_frame(struct model_claims *claims, unsigned iface, struct v4_span octets);
const char *model_claims_time(struct model_claims *claims, uint64_t now);

/* All that comes of it, and then that this was all. */
const char *model_claims_said(struct model_claims *claims, const char *said);
const char *model_claims_sent(struct model_claims *claims, unsigned iface, struct v4_span octets);
const char *model_claims_done(struct model_claims *claims);

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
    int policy; /* the setting `defend` when it was asked for */
    unsigned probes, announcements;
    bool due; /* the next of them, from when until when */
    uint64_t from, until;
    bool defended, defends; /* once, then; and in this call */
    uint64_t defended_at;
};

/* Of an interface's mask, as ICMP tells it (masks.c). */
struct model_mask {
    bool on, learned, unsure;
    bool tells; /* in this call */
    bool kept;  /* here it is told to nobody */
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

/* What the halves of this share: one claim among the others. */

#define MODEL_STAYS 2 /* of the setting `defend`: it is never given up */

/* In words that last until the next ones. */
const char *model_claim_fault(struct model_claims *claims, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* NULL: there is none. */
struct model_claim *model_claim_find(struct model_claims *claims, unsigned iface, uint32_t addr);
struct model_claim *model_claim_ours(struct model_claims *claims, uint32_t addr);
/* RFC 3927: the one of the interface that it has chosen. */
struct model_claim *model_claim_chosen(struct model_claims *claims, unsigned iface);

/* NULL: there are too many, and nothing is judged any more. */
struct model_claim *model_claim_add(struct model_claims *claims, struct model_claim claim);
void model_claim_gone(struct model_claims *claims, struct model_claim *claim);
/* It becomes the last of all, or the first; where it is then. */
struct model_claim *model_claim_moved(struct model_claims *claims, struct model_claim *claim,
                                      bool first);

/* In its network; and a network's number or its broadcast address (RFC 1122 3.2.1.3). */
bool model_claim_near(const struct model_claim *claim, uint32_t addr);
bool model_claim_edge(const struct model_claim *claim, uint32_t addr);

/* From now, or when conflicts let it. */
void model_claim_test(struct model_claims *claims, struct model_claim *claim);
/* Does the interface need an address of its own choice? RFC 3927 1.9: not beside another, which
 * replaces it after a while. */
void model_claim_review(struct model_claims *claims, unsigned iface);
/* What it has chosen is seen. */
void model_claim_learn(struct model_claims *claims, struct model_claim *claim, uint32_t addr);

/* Masks (masks.c): RFC 950 App. I, RFC 1122 3.2.2.9. They are asked for a few times, taken from the
 * first reply that can be one, and told by those alone who were told to. */

void model_masks_learn(struct model_claims *claims, unsigned iface, bool on);
void model_masks_agent(struct model_claims *claims, bool on);
/* Something changes that a mask hangs on. */
void model_masks_unsure(struct model_claims *claims, unsigned iface);

void model_masks_frame(struct model_claims *claims, unsigned iface,
                       const struct model_frame *frame);
const char *model_masks_sent(struct model_claims *claims, unsigned iface,
                             const struct model_frame *frame);
const char *model_masks_done(struct model_claims *claims);
const char *model_masks_time(struct model_claims *claims);

/* ARP about 169.254.0.0, that nobody may have, is about the address of that network that the host
 * has chosen (RFC 3927), which a script cannot know. */
struct v4_span model_claims_meant(const struct model_claims *claims, unsigned iface,
                                  struct v4_span octets);

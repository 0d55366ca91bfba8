/* SPDX-License-Identifier: BSD-2-Clause */
#include "claims.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)
/* RFC 5227 1.1; RFC 3927 9 has the same. */
#define PROBE_WAIT SECOND
#define PROBE_MIN SECOND
#define PROBE_MAX (2 * SECOND)
#define PROBES 3
#define ANNOUNCE_WAIT (2 * SECOND)
#define ANNOUNCE_INTERVAL (2 * SECOND)
#define DEFEND_INTERVAL (10 * SECOND)
#define MAX_CONFLICTS 10
#define RATE_LIMIT_INTERVAL (60 * SECOND)
#define LINGER (60 * SECOND) /* of the reference, for what is under way (RFC 3927 1.9) */

const char *model_claim_fault(struct model_claims *claims, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    vsnprintf(claims->fault, sizeof claims->fault, format, words);
    va_end(words);
    return claims->fault;
}

void model_claims_open(struct model_claims *claims)
{
    *claims = (struct model_claims){
        .defend = 1,
        .ifaces = {{.mac = {2, 0, 0, 0, 0, 2}, .up = true},
                   {.mac = {2, 0, 0, 0, 1, 2}, .up = true}},
        .list = {{.iface = 0, .addr = 0xc6120002, .len = 20, .ours = true, .policy = MODEL_STAYS},
                 {.iface = 1, .addr = 0xc6124042, .len = 26, .ours = true, .policy = MODEL_STAYS}},
        .count = 2,
    };
}

struct model_claim *model_claim_find(struct model_claims *claims, unsigned iface, uint32_t addr)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].iface == iface && claims->list[i].addr == addr)
            return claims->list + i;
    return NULL;
}

struct model_claim *model_claim_ours(struct model_claims *claims, uint32_t addr)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].ours && claims->list[i].addr == addr)
            return claims->list + i;
    return NULL;
}

void model_claim_gone(struct model_claims *claims, struct model_claim *claim)
{
    size_t at = (size_t)(claim - claims->list);

    memmove(claim, claim + 1, (--claims->count - at) * sizeof *claim);
}

struct model_claim *model_claim_moved(struct model_claims *claims, struct model_claim *claim,
                                      bool first)
{
    const struct model_claim copy = *claim;

    model_claim_gone(claims, claim);
    size_t at = first ? 0 : claims->count;
    memmove(claims->list + at + 1, claims->list + at, (claims->count++ - at) * sizeof copy);
    claims->list[at] = copy;
    return claims->list + at;
}

static uint32_t host_bits(unsigned len)
{
    return len == 0 ? UINT32_MAX : len >= 31 ? 0 : UINT32_MAX >> len;
}

bool model_claim_near(const struct model_claim *claim, uint32_t addr)
{
    uint32_t mask = claim->len == 0 ? 0 : UINT32_MAX << (32 - claim->len);

    return ((claim->addr ^ addr) & mask) == 0;
}

bool model_claim_edge(const struct model_claim *claim, uint32_t addr)
{
    uint32_t host = host_bits(claim->len);

    return host != 0 && model_claim_near(claim, addr) &&
           ((addr & host) == 0 || (addr & host) == host);
}

static bool is_one_host(const struct model_claims *claims, uint32_t addr)
{
    if (!model_is_single(addr))
        return false;
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].ours && model_claim_edge(claims->list + i, addr))
            return false;
    return true;
}

void model_claim_test(struct model_claims *claims, struct model_claim *claim)
{
    struct model_claims_iface *iface = claims->ifaces + claim->iface;
    uint64_t from = claims->now;

    if (iface->begun && iface->conflicts >= MAX_CONFLICTS &&
        iface->last + RATE_LIMIT_INTERVAL > from) /* RFC 5227 2.1.1 */
        from = iface->last + RATE_LIMIT_INTERVAL;
    iface->begun = true;
    iface->last = from;
    claim->ours = claim->defended = false;
    claim->tested = claim->due = true;
    claim->probes = claim->announcements = 0;
    claim->from = from;
    claim->until = from + PROBE_WAIT;
}

struct model_claim *model_claim_add(struct model_claims *claims, struct model_claim claim)
{
    if (claims->count == MODEL_CLAIMS - 1) {
        claims->unsure = true;
        return NULL;
    }
    claims->list[claims->count] = claim;
    return claims->list + claims->count++;
}

struct model_claim *model_claim_chosen(struct model_claims *claims, unsigned iface)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].iface == iface && claims->list[i].chosen)
            return claims->list + i;
    return NULL;
}

void model_claim_review(struct model_claims *claims, unsigned number)
{
    struct model_claims_iface *iface = claims->ifaces + number;
    struct model_claim *claim = model_claim_chosen(claims, number);
    bool wanted = iface->chooses;

    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].iface == number && claims->list[i].ours &&
            !claims->list[i].deprecated && claims->list[i].addr >> 16 != 0xa9fe)
            wanted = false;
    if (claim != NULL && claim->ours)
        claim->deprecated = !wanted;
    if (wanted) {
        iface->lingers = false;
        if (claim != NULL)
            return;
        claim =
            model_claim_add(claims, (struct model_claim){.iface = number,
                                                         .addr = iface->choice,
                                                         .len = 16,
                                                         .chosen = true,
                                                         .policy = claims->defend == 0 ? 0 : 1});
        if (claim != NULL)
            model_claim_test(claims, claim);
    } else if (claim != NULL && (!claim->ours || !iface->chooses)) {
        model_claim_gone(claims, claim);
        iface->lingers = false;
    } else if (claim != NULL && !iface->lingers) {
        iface->lingers = true;
        iface->until = claims->now + LINGER;
    }
}

void model_claim_learn(struct model_claims *claims, struct model_claim *claim, uint32_t addr)
{
    claim->addr = claims->ifaces[claim->iface].choice = addr;
}

/* Frames. */

static void tell(struct model_claims *claims, const struct model_claim *claim, const uint8_t *mac)
{
    size_t i = claims->conflict_count;

    if (i == MODEL_CONFLICTS || claims->octets > 50000) { /* there may be no room */
        claims->unsure = true;
        return;
    }
    claims->conflicts[i].iface = claim->iface;
    claims->conflicts[i].addr = claim->addr;
    memcpy(claims->conflicts[i].mac, mac, 6);
    claims->conflict_count++;
}

/* Somebody else has it. */
static void lose(struct model_claims *claims, struct model_claim *claim)
{
    struct model_claims_iface *iface = claims->ifaces + claim->iface;
    const struct model_claim lost = *claim;

    model_claim_gone(claims, claim);
    if (lost.chosen) {
        iface->lost = lost.addr;
        iface->choice = 0;
    }
    model_claim_review(claims, lost.iface);
}

/* RFC 5227 2.4 */
static void dispute(struct model_claims *claims, struct model_claim *claim, const uint8_t *mac)
{
    bool again = claim->defended && claims->now - claim->defended_at < DEFEND_INTERVAL;

    if (claim->policy == 0 || (claim->policy == 1 && again)) {
        tell(claims, claim, mac);
        lose(claims, claim);
        return;
    }
    if (again)
        return;
    claim->defended = claim->defends = true;
    claim->defended_at = claims->now;
    tell(claims, claim, mac);
}

/* RFC 5227 2.1.1: whoever has an address that is tested, or tests it as well. */
static void contest(struct model_claims *claims, unsigned iface, const struct model_arp *arp)
{
    bool probe = arp->spa == 0;
    struct model_claim *claim = model_claim_find(claims, iface, probe ? arp->tpa : arp->spa);

    if (claim == NULL || claim->addr == 0 || (probe && claim->ours))
        return;
    claims->ifaces[iface].conflicts++;
    if (claim->ours) {
        dispute(claims, claim, arp->sha);
        return;
    }
    tell(claims, claim, arp->sha);
    lose(claims, claim);
}

void model_claims_frame(struct model_claims *claims, unsigned iface, struct v4_span octets)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const uint8_t *mac = claims->ifaces[iface].mac;
    struct model_frame frame;

    claims->answers = false;
    claims->octets += octets.len + 200;
    if (claims->unsure || !claims->ifaces[iface].up || model_frame_read(octets, &frame) != NULL)
        return;
    model_masks_frame(claims, iface, &frame);
    if (frame.kind != MODEL_ARP)
        return;
    const struct model_arp *arp = &frame.arp;
    if (memcmp(frame.dst, mac, 6) != 0 && memcmp(frame.dst, all, 6) != 0) {
        claims->unsure |= model_is_group_mac(frame.dst); /* it may be in it */
        return;
    }
    if (arp->operation < 1 || arp->operation > 2 || model_is_group_mac(arp->sha) ||
        memcmp(arp->sha, mac, 6) == 0)
        return;
    contest(claims, iface, arp);
    bool believed = arp->spa == 0 ||
                    (is_one_host(claims, arp->spa) && model_claim_ours(claims, arp->spa) == NULL);
    const struct model_claim *wanted = model_claim_find(claims, iface, arp->tpa);
    if (!believed || wanted == NULL || !wanted->ours || arp->operation != 1)
        return;
    claims->answers = true;
    claims->asker = iface;
    claims->asked = *arp;
    memcpy(claims->asked_mac, arp->sha, 6);
}

static const char *on_reply(struct model_claims *claims, unsigned iface,
                            const struct model_frame *frame)
{
    const struct model_arp *arp = &frame->arp;
    bool near = claims->asked.tpa >> 16 == 0xa9fe; /* RFC 3927 2.5: everybody hears of it */

    if (!claims->answers || iface != claims->asker)
        return "claims: ARP answers nobody, or for what is not ours";
    if (arp->spa != claims->asked.tpa || arp->tpa != claims->asked.spa ||
        memcmp(arp->tha, claims->asked_mac, 6) != 0)
        return "claims: ARP answers something else than what was asked";
    if (near != model_is_group_mac(frame->dst) ||
        (!near && memcmp(frame->dst, claims->asked_mac, 6) != 0))
        return "claims: ARP answers somebody else";
    claims->answers = false;
    return NULL;
}

static bool is_in_time(const struct model_claims *claims, const struct model_claim *claim)
{
    return claim->due && claims->now >= claim->from && claims->now <= claim->until;
}

static void next(struct model_claims *claims, struct model_claim *claim, uint64_t least,
                 uint64_t most)
{
    claim->from = claims->now + least;
    claim->until = claims->now + most;
}

/* The first that is heard of what it has chosen. */
static bool is_new_choice(struct model_claims *claims, unsigned iface, uint32_t addr)
{
    const struct model_claim *claim = model_claim_chosen(claims, iface);

    return addr >> 16 == 0xa9fe && claim != NULL && claim->addr == 0;
}

static const char *on_probe(struct model_claims *claims, unsigned iface,
                            const struct model_frame *frame)
{
    static const uint8_t nobody[6];
    uint32_t addr = frame->arp.tpa;
    struct model_claim *claim = model_claim_find(claims, iface, addr);

    if (claim == NULL && is_new_choice(claims, iface, addr)) {
        claim = model_claim_chosen(claims, iface);
        if (addr == claims->ifaces[iface].lost)
            return "claims: what somebody else has is chosen again";
        model_claim_learn(claims, claim, addr);
    }
    if (claim == NULL || claim->addr != addr || claim->ours || claim->probes == PROBES)
        return "claims: a probe for what is not tested";
    if (claim->chosen && (addr < 0xa9fe0100 || addr > 0xa9fefeff))
        return "claims: RFC 3927 2.1: an address is chosen that is reserved";
    if (!is_in_time(claims, claim))
        return "claims: RFC 5227 2.1.1: a probe too soon or too late";
    if (memcmp(frame->arp.tha, nobody, 6) != 0 || !model_is_group_mac(frame->dst))
        return "claims: RFC 5227 2.1.1: a probe to somebody";
    if (++claim->probes == PROBES)
        next(claims, claim, ANNOUNCE_WAIT, ANNOUNCE_WAIT);
    else
        next(claims, claim, PROBE_MIN, PROBE_MAX);
    return NULL;
}

static const char *on_announcement(struct model_claims *claims, struct model_claim *claim,
                                   const struct model_frame *frame)
{
    if (claim == NULL || claim->addr == 0)
        return "claims: what is not ours is announced";
    if (!model_is_group_mac(frame->dst)) /* a neighbour who had it is polled */
        return NULL;
    if (claim->defends) {
        claim->defends = false;
        return NULL;
    }
    if (!claim->tested) /* it was asked for before it became ours */
        return NULL;
    if (!is_in_time(claims, claim) || claim->probes < PROBES)
        return "claims: RFC 5227 2.3: an announcement that nothing calls for, or out of time";
    if (++claim->announcements == 2) {
        claim->due = false;
        return NULL;
    }
    claim->ours = true;
    next(claims, claim, ANNOUNCE_INTERVAL, ANNOUNCE_INTERVAL);
    unsigned iface = claim->iface;
    model_claim_moved(claims, claim, claim->first);
    model_claim_review(claims, iface);
    return NULL;
}

/* As whom it asks: near ones before far ones, and each before deprecated ones; the first. */
static bool speaks_for(struct model_claims *claims, unsigned iface, uint32_t src, uint32_t dst)
{
    const struct model_claim *best = NULL;
    unsigned most = 0;

    for (size_t i = 0; i < claims->count; i++) {
        const struct model_claim *claim = claims->list + i;
        unsigned suits = (claim->deprecated ? 1 : 4) + (model_claim_near(claim, dst) ? 2 : 0);
        if (!claim->ours || claim->iface != iface || suits <= most)
            continue;
        best = claim;
        most = suits;
    }
    return src == (best == NULL ? 0 : best->addr);
}

const char *model_claims_sent(struct model_claims *claims, unsigned iface, struct v4_span octets)
{
    struct model_frame frame;

    if (claims->unsure || model_frame_read(octets, &frame) != NULL)
        return NULL;
    if (frame.kind != MODEL_ARP)
        return model_masks_sent(claims, iface, &frame);
    const struct model_arp *arp = &frame.arp;
    if (!claims->ifaces[iface].up)
        return "claims: a frame by an interface that is disabled";
    if (memcmp(arp->sha, claims->ifaces[iface].mac, 6) != 0 ||
        memcmp(frame.src, claims->ifaces[iface].mac, 6) != 0)
        return "claims: ARP from another MAC than the interface's";
    if (arp->operation == 2)
        return on_reply(claims, iface, &frame);
    struct model_claim *claim = model_claim_find(claims, iface, arp->tpa);
    if (arp->spa == arp->tpa)
        return on_announcement(claims, claim, &frame);
    if (arp->spa == 0 && (claim != NULL || !speaks_for(claims, iface, 0, arp->tpa) ||
                          is_new_choice(claims, iface, arp->tpa)))
        return on_probe(claims, iface, &frame);
    return claims->ifaces[iface].masked || speaks_for(claims, iface, arp->spa, arp->tpa)
               ? NULL
               : "claims: it asks as somebody who it is not, or should not be";
}

const char *model_claims_time(struct model_claims *claims, uint64_t now)
{
    claims->now = now;
    for (unsigned i = 0; i < 2; i++) {
        struct model_claim *claim = model_claim_chosen(claims, i);
        if (!claims->ifaces[i].lingers || claims->ifaces[i].until > now)
            continue;
        claims->ifaces[i].lingers = false;
        if (claim != NULL)
            model_claim_gone(claims, claim);
    }
    for (size_t i = 0; i < claims->count && !claims->unsure; i++) {
        const struct model_claim *claim = claims->list + i;
        if (claim->due && claim->until < now && claims->ifaces[claim->iface].up)
            return model_claim_fault(claims, "claims: RFC 5227: %s of %08x did not come",
                                     claim->probes < PROBES ? "a probe" : "an announcement",
                                     claim->addr);
    }
    return claims->unsure ? NULL : model_masks_time(claims);
}

const char *model_claims_done(struct model_claims *claims)
{
    if (claims->unsure)
        return NULL;
    if (claims->answers)
        return model_claim_fault(claims, "claims: RFC 826: a question for %08x is not answered",
                                 claims->asked.tpa);
    for (size_t i = 0; i < claims->count; i++) {
        if (!claims->list[i].defends)
            continue;
        return model_claim_fault(claims, "claims: RFC 5227 2.4: %08x is not defended",
                                 claims->list[i].addr);
    }
    return model_masks_done(claims);
}

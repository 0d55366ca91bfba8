/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/claim.h"
#include <stdlib.h>
#include <string.h>

/* RFC 5227 1.1 and RFC 3927 9 give these the same values. */
#define PROBE_WAIT 1000 /* milliseconds, as those two below are: they are drawn */
#define PROBE_MIN 1000
#define PROBE_MAX 2000
#define PROBES 3
#define ANNOUNCE_WAIT (2 * V4_SECOND)
#define ANNOUNCE_INTERVAL (2 * V4_SECOND)
#define DEFEND_INTERVAL (10 * V4_SECOND)
#define MAX_CONFLICTS 10
#define RATE_LIMIT_INTERVAL (60 * V4_SECOND)

enum state {
    FREE,
    TESTED,
    ANNOUNCED, /* held, and due to be announced once more */
    HELD,
};

struct entry {
    struct v4_claim claim;
    enum state state;
    unsigned probes; /* sent so far */
    v4_time due;     /* unless held or free */
    bool disputed;   /* at `when`, and defended then */
    v4_time when;
};

/* Of an interface: what limits the rate of new addresses. */
struct trouble {
    unsigned conflicts;
    bool begun; /* a test, at or after `last` */
    v4_time last;
};

struct v4_claims {
    size_t size;
    unsigned ifaces;
    size_t running; /* that wait for their time */
    struct v4_rng rng;
    struct trouble *troubles;
    struct entry entries[];
};

struct v4_claims *v4_claims_open(size_t claims, unsigned ifaces, struct v4_rng rng)
{
    struct v4_claims *opened;

    if (claims == 0 || ifaces == 0 ||
        claims > (SIZE_MAX - sizeof *opened) / sizeof *opened->entries)
        return NULL;
    opened = malloc(sizeof *opened + claims * sizeof *opened->entries);
    if (opened == NULL)
        return NULL;
    opened->size = claims;
    opened->ifaces = ifaces;
    opened->troubles = calloc(ifaces, sizeof *opened->troubles);
    if (opened->troubles == NULL) {
        free(opened);
        return NULL;
    }
    v4_claims_reset(opened, rng);
    return opened;
}

void v4_claims_close(struct v4_claims *claims)
{
    if (claims == NULL)
        return;
    free(claims->troubles);
    free(claims);
}

void v4_claims_reset(struct v4_claims *claims, struct v4_rng rng)
{
    memset(claims->entries, 0, claims->size * sizeof *claims->entries);
    memset(claims->troubles, 0, claims->ifaces * sizeof *claims->troubles);
    claims->running = 0;
    claims->rng = rng;
}

static bool runs(const struct entry *entry)
{
    return entry->state == TESTED || entry->state == ANNOUNCED;
}

static void set_state(struct v4_claims *claims, struct entry *entry, enum state state, v4_time due)
{
    claims->running -= runs(entry);
    entry->state = state;
    entry->due = due;
    claims->running += runs(entry);
}

static v4_time between(struct v4_claims *claims, uint32_t least_ms, uint32_t most_ms)
{
    return (least_ms + v4_rng_below(&claims->rng, most_ms - least_ms + 1)) * V4_MS;
}

/* A test begins now, or when the interface's conflicts let it. */
static void test(struct v4_claims *claims, struct entry *entry, v4_time now)
{
    struct trouble *trouble = &claims->troubles[entry->claim.iface];
    v4_time next = v4_time_after(trouble->last, RATE_LIMIT_INTERVAL);

    if (trouble->begun && trouble->conflicts >= MAX_CONFLICTS && next > now)
        now = next;
    trouble->begun = true;
    trouble->last = now;
    entry->probes = 0;
    entry->disputed = false;
    set_state(claims, entry, TESTED, v4_time_after(now, between(claims, 0, PROBE_WAIT)));
}

static struct entry *find(const struct v4_claims *claims, unsigned iface, uint32_t addr)
{
    for (size_t i = 0; i < claims->size; i++) {
        const struct entry *entry = &claims->entries[i];
        if (entry->state != FREE && entry->claim.iface == iface && entry->claim.addr == addr)
            return (struct entry *)entry;
    }
    return NULL;
}

static struct entry *room(struct v4_claims *claims)
{
    for (size_t i = 0; i < claims->size; i++)
        if (claims->entries[i].state == FREE)
            return &claims->entries[i];
    return NULL;
}

bool v4_claims_add(struct v4_claims *claims, const struct v4_claim *claim, v4_time now)
{
    struct entry *entry = room(claims);

    if (entry == NULL || claim->iface >= claims->ifaces ||
        find(claims, claim->iface, claim->addr) != NULL)
        return false;
    *entry = (struct entry){.claim = *claim};
    if (claim->tested)
        test(claims, entry, now);
    else
        set_state(claims, entry, HELD, V4_NEVER);
    return true;
}

bool v4_claims_remove(struct v4_claims *claims, unsigned iface, uint32_t addr)
{
    struct entry *entry = find(claims, iface, addr);

    if (entry == NULL)
        return false;
    set_state(claims, entry, FREE, V4_NEVER);
    return true;
}

void v4_claims_up(struct v4_claims *claims, unsigned iface, v4_time now)
{
    if (iface >= claims->ifaces)
        return;
    claims->troubles[iface] = (struct trouble){0};
    for (size_t i = 0; i < claims->size; i++) {
        struct entry *entry = &claims->entries[i];
        if (entry->state != FREE && entry->claim.iface == iface && entry->claim.tested)
            test(claims, entry, now);
    }
}

const struct v4_claim *v4_claims_find(const struct v4_claims *claims, unsigned iface, uint32_t addr,
                                      bool *ret_held)
{
    const struct entry *entry = find(claims, iface, addr);

    if (entry == NULL)
        return NULL;
    *ret_held = entry->state != TESTED;
    return &entry->claim;
}

const struct v4_claim *v4_claims_tested(const struct v4_claims *claims, size_t place)
{
    for (size_t i = 0; i < claims->size; i++)
        if (claims->entries[i].state == TESTED && place-- == 0)
            return &claims->entries[i].claim;
    return NULL;
}

/* The one whose time comes first. */
static struct entry *first_due(const struct v4_claims *claims)
{
    const struct entry *first = NULL;

    for (size_t i = 0; claims->running != 0 && i < claims->size; i++) {
        const struct entry *entry = &claims->entries[i];
        if (runs(entry) && (first == NULL || entry->due < first->due))
            first = entry;
    }
    return (struct entry *)first;
}

bool v4_claims_expire(struct v4_claims *claims, v4_time now, enum v4_claim_due *ret_due,
                      struct v4_claim *ret_claim)
{
    struct entry *entry = first_due(claims);

    if (entry == NULL || entry->due > now)
        return false;
    *ret_claim = entry->claim;
    if (entry->state == ANNOUNCED) {
        *ret_due = V4_CLAIM_ANNOUNCE;
        set_state(claims, entry, HELD, V4_NEVER);
        return true;
    }
    if (entry->probes == PROBES) {
        *ret_due = V4_CLAIM_HELD;
        set_state(claims, entry, ANNOUNCED, v4_time_after(now, ANNOUNCE_INTERVAL));
        return true;
    }
    *ret_due = V4_CLAIM_PROBE;
    entry->probes++;
    v4_time span = entry->probes == PROBES ? ANNOUNCE_WAIT : between(claims, PROBE_MIN, PROBE_MAX);
    set_state(claims, entry, TESTED, v4_time_after(now, span));
    return true;
}

v4_time v4_claims_next_timeout(const struct v4_claims *claims)
{
    const struct entry *entry = first_due(claims);

    return entry == NULL ? V4_NEVER : entry->due;
}

static void give_up(struct v4_claims *claims, struct entry *entry)
{
    set_state(claims, entry, FREE, V4_NEVER);
}

/* Of one that is held. The moment is recorded when it is defended: who is contradicted all the time
 * is heard once in ten seconds, as RFC 5227 2.4 (c) has it. */
static enum v4_claim_answer dispute(struct v4_claims *claims, struct entry *entry, v4_time now)
{
    bool recent = entry->disputed && now - entry->when < DEFEND_INTERVAL;

    if (entry->claim.policy == V4_CLAIM_YIELDS ||
        (recent && entry->claim.policy == V4_CLAIM_STANDS)) {
        give_up(claims, entry);
        return V4_CLAIM_LOST;
    }
    if (recent)
        return V4_CLAIM_BORNE;
    entry->disputed = true;
    entry->when = now;
    return V4_CLAIM_DEFENDED;
}

enum v4_claim_answer v4_claims_heard(struct v4_claims *claims, unsigned iface, uint32_t sender,
                                     uint32_t target, v4_time now, struct v4_claim *ret_claim)
{
    bool probe = sender == 0;
    struct entry *entry = find(claims, iface, probe ? target : sender);

    if (entry == NULL || (probe && entry->state != TESTED))
        return V4_CLAIM_NONE;
    struct trouble *trouble = &claims->troubles[iface];
    trouble->conflicts += trouble->conflicts < MAX_CONFLICTS;
    *ret_claim = entry->claim;
    if (entry->state != TESTED)
        return dispute(claims, entry, now);
    give_up(claims, entry);
    return V4_CLAIM_TAKEN;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which addresses are ours, and which are to be: the table behind the detection of conflicts
 * (RFC 5227, RFC 3927 2.2 to 2.5).
 *
 * A fixed number of addresses. One that is *tested* has three probes, a second or two apart
 * (RFC5227-2.1.1-c), and two seconds to be contradicted after the last (RFC5227-2.1.1-d); then it
 * is *held*, and announced twice (RFC5227-2.3-a). Who contradicts one that is held is met as its
 * policy says. After ten conflicts on an interface one new address a minute is tried there
 * (RFC5227-2.1.1-g).
 *
 * It sends nothing: it says when the caller has to. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/rng.h"
#include "base/time.h"

/* What becomes of an address that somebody else claims while it is held (RFC5227-2.4-g). */
enum v4_claim_policy {
    V4_CLAIM_YIELDS, /* it is given up at once (RFC5227-2.4-b) */
    V4_CLAIM_STANDS, /* defended once; given up if that happens again within ten seconds
                      * (RFC5227-2.4-c, RFC5227-2.4-d) */
    V4_CLAIM_STAYS,  /* never given up; defended once in ten seconds (RFC5227-2.4-e) */
};

struct v4_claim {
    unsigned iface;
    uint32_t addr;
    enum v4_claim_policy policy;
    bool tested; /* before it is held, and again whenever the interface comes up */
    uint8_t len; /* of its network's prefix; kept for the caller, as `flags` is */
    uint8_t flags;
    int32_t preference; /* kept for the caller too */
};

struct v4_claims;

/* Room for so many, on interfaces whose numbers are below `ifaces`. NULL when memory is short or
 * one of them is 0. `rng` gives the probes their moments. */
struct v4_claims *v4_claims_open(size_t claims, unsigned ifaces, struct v4_rng rng);
void v4_claims_close(struct v4_claims *claims); /* NULL is fine */
/* Forgets all, conflicts too, and draws from `rng`: the state after open, without allocating. */
void v4_claims_reset(struct v4_claims *claims, struct v4_rng rng);

/* Enters an address: its test begins, or, with `tested` false, it is held from now on. False when
 * there is no room, or it is there already. */
bool v4_claims_add(struct v4_claims *claims, const struct v4_claim *claim, v4_time now);
/* Forgets it; false when it is not there. */
bool v4_claims_remove(struct v4_claims *claims, unsigned iface, uint32_t addr);
/* The interface has come to a link that nobody knows: what is tested there is tested from the
 * beginning (RFC5227-2.1-c), and its conflicts are forgotten. */
void v4_claims_up(struct v4_claims *claims, unsigned iface, v4_time now);

/* The address there, or NULL; borrowed until the next call that changes something. `*ret_held` says
 * whether it is held by now. */
const struct v4_claim *v4_claims_find(const struct v4_claims *claims, unsigned iface, uint32_t addr,
                                      bool *ret_held);
/* The one in a place from 0 on that is being tested, or NULL when there are no more. */
const struct v4_claim *v4_claims_tested(const struct v4_claims *claims, size_t place);

/* What time brought: a probe to send, an address that may be used from now on and is announced
 * (RFC5227-2.3-b), or is announced once more. */
enum v4_claim_due {
    V4_CLAIM_PROBE,
    V4_CLAIM_HELD,
    V4_CLAIM_ANNOUNCE
};
/* Takes out one event that is due; call until false. */
bool v4_claims_expire(struct v4_claims *claims, v4_time now, enum v4_claim_due *ret_due,
                      struct v4_claim *ret_claim);
/* When v4_claims_expire() has something to do next; V4_NEVER: not at all, until another call. */
v4_time v4_claims_next_timeout(const struct v4_claims *claims);

/* An ARP packet came by `iface`, from hardware that is not ours there, and said that its sender has
 * the address `sender`, or, where that is 0, asked for `target` to use it (RFC5227-2.1.1-e). */
enum v4_claim_answer {
    V4_CLAIM_NONE,     /* it contradicts nothing */
    V4_CLAIM_TAKEN,    /* what was being tested is somebody's, and forgotten here */
    V4_CLAIM_LOST,     /* what was held is given up, and forgotten here */
    V4_CLAIM_DEFENDED, /* what is held is to be announced, once */
    V4_CLAIM_BORNE,    /* what is held is not defended so soon again (RFC5227-2.4-f) */
};
enum v4_claim_answer v4_claims_heard(struct v4_claims *claims, unsigned iface, uint32_t sender,
                                     uint32_t target, v4_time now, struct v4_claim *ret_claim);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a user asks of the addresses, and is told of them. */
#include <string.h>
#include "claims.h"
#include "model/line.h"

#define ARP_FRAME 42
#define ARP_SENDER 28
#define ARP_TARGET 38
#define FEW_ADDRESSES 16 /* there is room for them */

/* What the line wants is answered. */

static bool is_usable(const struct model_claim *claim)
{
    return model_is_single(claim->addr) && !model_claim_edge(claim, claim->addr);
}

static size_t count_ours(const struct model_claims *claims)
{
    size_t count = 0;

    for (size_t i = 0; i < claims->count; i++)
        count += claims->list[i].ours;
    return count;
}

/* The error that adding it must have; NULL: none. */
static const char *refusal(struct model_claims *claims, const struct model_claim *claim, bool probe)
{
    if (!is_usable(claim))
        return "EINVAL";
    if (model_claim_ours(claims, claim->addr) != NULL ||
        (probe && model_claim_find(claims, claim->iface, claim->addr) != NULL))
        return "EEXIST";
    return NULL;
}

/* Tests go on unseen while an interface is disabled, until it comes up and all begin anew. */
static bool is_dark(const struct model_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].tested && !claims->ifaces[claims->list[i].iface].up)
            return true;
    return false;
}

static const char *on_added(struct model_claims *claims, const char *reply)
{
    const char *line = claims->line;
    bool probe = model_number(line, "probe") == 1, ok = strstr(reply, " ok") != NULL;
    struct model_claim claim = {.iface = model_number(line, "iface"),
                                .addr = model_address(line, "addr"),
                                .len = model_number(line, "len"),
                                .deprecated = model_number(line, "deprecated") == 1,
                                .first = model_number(line, "primary") == 1,
                                .policy = probe ? claims->defend : MODEL_STAYS};
    size_t len;

    if (strstr(reply, "EINVAL") != NULL) /* of its words: of those others judge */
        return NULL;
    const char *wanted = refusal(claims, &claim, probe), *code = model_value(reply, "code", &len);
    if (code != NULL && strncmp(code, "ENOBUFS", 7) == 0 &&
        (claims->routes || count_ours(claims) >= FEW_ADDRESSES))
        return NULL;
    if (ok != (wanted == NULL) || (!ok && strncmp(code, wanted, len) != 0))
        return model_claim_fault(claims, "claims: an address is added, or not: %.40s, not %s",
                                 reply, wanted == NULL ? "ok" : wanted);
    if (!ok)
        return NULL;
    if (model_claim_find(claims, !claim.iface, claim.addr) != NULL)
        claims->unsure = true; /* both interfaces want it */
    struct model_claim *added = model_claim_find(claims, claim.iface, claim.addr);
    if (added != NULL) /* it need not be tested any more */
        model_claim_gone(claims, added);
    added = model_claim_add(claims, claim);
    if (added == NULL)
        return NULL;
    if (probe) {
        model_claim_test(claims, added);
        return NULL;
    }
    added->ours = true;
    model_claim_moved(claims, added, claim.first);
    model_claim_review(claims, claim.iface);
    return NULL;
}

static const char *on_removed(struct model_claims *claims, const char *reply)
{
    unsigned iface = model_number(claims->line, "iface");
    struct model_claim *claim =
        iface > 1 ? NULL : model_claim_find(claims, iface, model_address(claims->line, "addr"));
    bool ok = strstr(reply, " ok") != NULL;

    if (strstr(reply, "EINVAL") != NULL)
        return NULL;
    if (ok != (claim != NULL) && model_address(claims->line, "addr") >> 16 != 0xa9fe)
        return model_claim_fault(claims, "claims: an address is removed, or not: %.40s", reply);
    if (claim == NULL)
        return NULL;
    bool ours = claim->ours;
    claims->unsure |= claim->chosen;
    model_claim_gone(claims, claim);
    if (ours)
        model_claim_review(claims, iface);
    return NULL;
}

/* An interface that comes up is on a link that may be another one: all are tested again. */
static void on_up(struct model_claims *claims, unsigned number, bool up)
{
    struct model_claims_iface *iface = claims->ifaces + number;
    bool comes = up && !iface->up;

    if (iface->up != up && iface->chooses)
        claims->unsure = true;
    if (iface->up != up)
        model_masks_unsure(claims, number);
    iface->up = up;
    if (!comes)
        return;
    iface->conflicts = 0;
    iface->begun = false;
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i].iface == number && claims->list[i].tested)
            model_claim_test(claims, claims->list + i);
}

static void on_set(struct model_claims *claims)
{
    const char *line = claims->line;
    unsigned number = model_number(line, "iface") & 1, value = model_number(line, "value");
    struct model_claims_iface *iface = claims->ifaces + number;
    size_t len;

    if (strstr(line, " name=defend") != NULL) /* of those that are tested from now on */
        claims->defend = (int)value;
    if (strstr(line, " name=up") != NULL)
        on_up(claims, number, value == 1);
    if (strstr(line, " name=mac") != NULL)
        model_octets(line, "value", iface->mac, sizeof iface->mac, &len);
    if (strstr(line, " name=mask-learn") != NULL)
        model_masks_learn(claims, number, value == 1);
    if (strstr(line, " name=mask-agent") != NULL && strstr(line, " iface=") != NULL)
        iface->mask.kept = value != 1;
    else if (strstr(line, " name=mask-agent") != NULL)
        model_masks_agent(claims, value == 1);
    if (strstr(line, " name=link-local") != NULL) {
        model_masks_unsure(claims, number);
        iface->chooses = value == 1;
        model_claim_review(claims, number);
    }
}

void model_claims_line(struct model_claims *claims, const char *line)
{
    claims->line = line + strcspn(line, " ") + 1;
    claims->listed = 0;
    claims->octets = 0;
    claims->writes |=
        model_begins(claims->line, "ip.packet ") ||
        (model_begins(claims->line, "ip.send ") && strstr(line, " protocol=253") == NULL);
    claims->routes |= model_begins(claims->line, "add kind=route");
    for (unsigned i = 0; i < 2; i++) /* to ask for it looks like a probe where nothing is ours */
        if (model_claim_chosen(claims, i) != NULL && strstr(line, "=169.254.") != NULL)
            claims->unsure |= model_claim_chosen(claims, i)->addr == 0;
}

/* The list: each of them, and no other. */

static bool is_about_addresses(const struct model_claims *claims)
{
    size_t len;
    const char *kind = model_value(claims->line, "kind", &len);

    return kind != NULL && len == 7 && strncmp(kind, "address", 7) == 0;
}

static bool is_list(const struct model_claims *claims)
{
    return model_begins(claims->line, "list ") && is_about_addresses(claims);
}

/* RFC 1122 3.3.4.2, as docs/upper-tester.md has it: the first of a network is its primary one. */
static bool is_primary(const struct model_claims *claims, const struct model_claim *claim)
{
    for (const struct model_claim *other = claims->list; other < claim; other++)
        if (other->ours && other->iface == claim->iface && other->len == claim->len &&
            model_claim_near(other, claim->addr))
            return false;
    return true;
}

static const char *on_listed(struct model_claims *claims, const char *event)
{
    unsigned iface = model_number(event, "iface");
    uint32_t addr = model_address(event, "addr");
    bool tentative = model_number(event, "tentative") == 1;
    struct model_claim *claim = iface > 1 ? NULL : model_claim_find(claims, iface, addr);

    if (iface > 1 || !claims->ifaces[iface].up)
        return NULL;
    if (claim == NULL && addr >> 16 == 0xa9fe &&
        (claim = model_claim_chosen(claims, iface)) != NULL && claim->addr == 0)
        model_claim_learn(claims, claim, addr);
    if (claim == NULL || claim->addr != addr)
        return model_claim_fault(claims, "claims: an address that nobody has added: %.80s", event);
    claims->listed++;
    if (claim->ours == tentative)
        return model_claim_fault(claims, "claims: an address is%s ours: %.80s",
                                 tentative ? "" : " not yet", event);
    if (claims->ifaces[iface].masked)
        return NULL;
    if (model_number(event, "len") != claim->len)
        return model_claim_fault(claims, "claims: an address of another network: %.80s", event);
    if (claim->ours && (model_number(event, "deprecated") != claim->deprecated ||
                        model_number(event, "primary") != is_primary(claims, claim)))
        return model_claim_fault(
            claims, "claims: an address is deprecated or primary, or not: %.80s", event);
    return NULL;
}

static const char *on_all_listed(struct model_claims *claims)
{
    size_t count = 0, len;
    bool one = model_value(claims->line, "iface", &len) != NULL;

    for (size_t i = 0; i < claims->count; i++)
        count += claims->ifaces[claims->list[i].iface].up &&
                 (!one || model_number(claims->line, "iface") == claims->list[i].iface);
    return count == claims->listed
               ? NULL
               : model_claim_fault(claims, "claims: %zu addresses are listed, not %zu",
                                   claims->listed, count);
}

static const char *on_conflict(struct model_claims *claims, const char *event)
{
    for (size_t i = 0; i < claims->conflict_count; i++) {
        const uint8_t *mac = claims->conflicts[i].mac;
        if (claims->conflicts[i].iface != model_number(event, "iface") ||
            claims->conflicts[i].addr != model_address(event, "addr") ||
            !model_is_hex(event, "mac", (struct v4_span){mac, 6}))
            continue;
        memmove(claims->conflicts + i, claims->conflicts + i + 1,
                (--claims->conflict_count - i) * sizeof *claims->conflicts);
        return NULL;
    }
    return model_claim_fault(claims, "claims: a conflict that was none: %.80s", event);
}

const char *model_claims_said(struct model_claims *claims, const char *said)
{
    bool ok = strstr(said, " ok") != NULL, item = is_about_addresses(claims);

    if (claims->unsure)
        return NULL;
    if (model_begins(said, "* conflict "))
        return on_conflict(claims, said);
    if (model_begins(said, "* address ") && is_list(claims))
        return on_listed(claims, said);
    if (said[0] == '*')
        return NULL;
    if (strstr(said, "EPROTO") != NULL) /* it was no line */
        return NULL;
    if (claims->conflict_count > 0)
        return model_claim_fault(claims, "claims: the user is not told of a conflict about %08x",
                                 claims->conflicts[0].addr);
    if (item && ok && is_list(claims))
        return on_all_listed(claims);
    claims->unsure |= item && is_dark(claims);
    for (unsigned i = 0; i < 2 && item; i++)
        model_masks_unsure(claims, i);
    if (claims->unsure)
        return NULL;
    if (item && model_begins(claims->line, "add "))
        return on_added(claims, said);
    if (item && model_begins(claims->line, "del "))
        return on_removed(claims, said);
    if (ok && model_begins(claims->line, "set "))
        on_set(claims);
    return NULL;
}

struct v4_span model_claims_meant(const struct model_claims *claims, unsigned iface,
                                  struct v4_span octets)
{
    static uint8_t changed[ARP_FRAME];
    static const uint8_t nobody[] = {169, 254, 0, 0};
    uint32_t choice = claims->ifaces[iface].choice;

    if (octets.len != ARP_FRAME || v4_be16(octets.octets + 12) != 0x0806 || choice == 0)
        return octets;
    memcpy(changed, octets.octets, ARP_FRAME);
    for (size_t at = ARP_SENDER; at <= ARP_TARGET; at += ARP_TARGET - ARP_SENDER)
        if (memcmp(changed + at, nobody, 4) == 0)
            v4_put32(changed + at, choice);
    return (struct v4_span){changed, ARP_FRAME};
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "fate.h"
#include <stdio.h>
#include <string.h>
#include "model/entered.h"
#include "model/line.h"
#include "model/nearby.h"
#include "model/options.h"
#include "model/security.h"
#include "model/whole.h"

#define SECOND UINT64_C(1000000000)
#define ERROR_MAX 576 /* RFC 1812 4.3.2.3: as much as goes into that */

enum {
    ICMP = 1,
    IGMP = 2,
    TCP = 6,
    UNREACHABLE = 3,
    EXCEEDED = 11,
    PROBLEM = 12,
    STRICT = 137
};

void model_rules_open(struct model_rules *rules)
{
    *rules = (struct model_rules){.strict = 1,
                                  .report = 1,
                                  .timestamp = 1,
                                  .high = 3,
                                  .authorities = 0xf8,
                                  .overlap = MODEL_DROP};
}

static void choose(struct model_rules *rules, const char *value, size_t len)
{
    static const char *const names[] = {"drop",    "first",   "last",    "bsd",  "bsd-right",
                                        "linux-2", "windows", "solaris", "linux"};

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && strncmp(names[i], value, len) == 0)
            rules->overlap = i; /* in the order of enum model_overlap */
    model_whole_choose((enum model_overlap)rules->overlap);
}

bool model_rules_set(struct model_host *model, const char *line)
{
    struct model_rules *rules = &model->rules;
    const struct {
        const char *name;
        unsigned *rule;
    } known[] = {
        {"source-route", &rules->source_route},
        {"drop-source-routed", &rules->drop_routed},
        {"drop-obsolete-options", &rules->drop_obsolete},
        {"strict-options", &rules->strict},
        {"report-bad-options", &rules->report},
        {"timestamp-option", &rules->timestamp},
        {"security", &rules->security},
        {"security-low", &rules->low},
        {"security-high", &rules->high},
        {"security-authorities", &rules->authorities},
        {"security-required", &rules->required},
        {"security-label", &rules->label},
        {"reassembly-by-ttl", &rules->by_ttl},
        {"reassembly", NULL},
    };
    size_t len, value_len;
    const char *name = model_value(line, "name", &len);
    const char *value = model_value(line, "value", &value_len);

    for (size_t i = 0; i < sizeof known / sizeof *known && name != NULL && value != NULL; i++) {
        if (strlen(known[i].name) != len || strncmp(known[i].name, name, len) != 0)
            continue;
        if (known[i].rule == NULL)
            choose(rules, value, value_len);
        else
            *known[i].rule = model_number(line, "value");
        rules->passed |= rules->source_route;
        return true;
    }
    return false;
}

enum reach {
    NOBODY,
    PERHAPS,
    ONE,
    MANY
};

/* Whom a packet is for, before its options are looked at. */
static enum reach reach_of(const struct model_host *model, unsigned iface, bool snap,
                           const uint8_t *to, const struct model_packet *packet)
{
    const struct model_iface *self = model->ifaces + iface;
    bool group = model_is_group_mac(to);

    if (model->unsure & (UNSURE_OWN | UNSURE_LINK) || !model->must)
        return PERHAPS;
    if (!group && memcmp(to, self->mac, 6) != 0)
        return NOBODY;
    if (snap || (packet->src == 0 && packet->protocol == IGMP))
        return PERHAPS;
    if (!model_is_one(model, packet->src) || model_is_ours(model, packet->src))
        return NOBODY;
    if (model_is_ours(model, packet->dst))
        return group ? NOBODY : ONE;
    if (packet->dst == UINT32_MAX || packet->dst == (self->addr | ~model_mask(self->len)))
        return group && memcmp(to, "\xff\xff\xff\xff\xff\xff", 6) != 0 ? PERHAPS : MANY;
    return packet->dst >> 28 == 14 ? PERHAPS : NOBODY;
}

/* What may never be reported: fragments behind the first, errors, what went to many. */
static bool is_unspeakable(const struct model_fate *fate, const struct model_packet *packet)
{
    uint8_t type = packet->protocol == ICMP && packet->data.len > 0 ? packet->data.octets[0] : 0;

    return packet->offset != 0 || fate->many ||
           (packet->protocol == ICMP && (packet->data.len == 0 || type == 3 || type == 4 ||
                                         type == 5 || type == 11 || type == 12));
}

static void speak(struct model_fate *fate, const struct model_packet *packet, uint8_t error,
                  uint8_t code, size_t pointer)
{
    if (is_unspeakable(fate, packet))
        return;
    fate->error = error;
    fate->code = code;
    memset(fate->pointers, (int)pointer, 3);
}

static void drop(struct model_host *model, enum v4_drop why)
{
    model->tally.drops[why]++;
}

/* RFC 6274 3.13.2: addresses are whole, and a route is recorded by the first fragment only. */
static enum v4_drop against_6274(const struct model_rules *rules, const uint8_t *option,
                                 size_t offset, size_t *ret_octet)
{
    bool records = option[0] == 7,
         obsolete = option[0] == 11 || option[0] == 12 || option[0] == 82 || option[0] == 149;

    *ret_octet = 0;
    if (obsolete && rules->drop_obsolete)
        return V4_DROP_OBSOLETE;
    if ((!records && option[0] != 131 && option[0] != 137) || !rules->strict)
        return V4_KEEP;
    if (records && offset != 0)
        return V4_DROP_OPTION_FRAGMENT;
    *ret_octet = 1;
    return option[1] % 4 == 3 ? V4_KEEP : V4_DROP_OPTION_LENGTH;
}

/* Where labels are processed nothing is said of a wrong one in a message of ICMP (RFC 1108 2.8). */
static bool may_tell(const struct model_host *model, const struct model_packet *packet,
                     uint8_t type)
{
    return model->rules.report &&
           !(model->rules.security && packet->protocol == ICMP && (type == 130 || type == 133));
}

/* What is wrong with an option, all of it; true: something. */
static bool is_faulty(struct model_host *model, const struct model_packet *packet,
                      struct model_fate *fate)
{
    struct v4_span options = model_options_of(packet);
    struct model_option found[MODEL_OPTIONS_MAX];
    size_t count = model_options(options.octets, options.len, found), octet;
    const struct model_option *last = found + count - 1;

    if (count == 0)
        return false;
    if (last->fault_count > 0) {
        for (size_t i = 0; i < last->fault_count; i++)
            (last->fault_count == 1 ? model->tally.drops
                                    : model->tally.maybe)[last->faults[i].drop]++;
        if (may_tell(model, packet, last->type))
            speak(fate, packet, PROBLEM, 0, 0);
        if (model->rules.security && packet->protocol == ICMP) /* may look like one */
            fate->known = last->type == 130 || last->type == 133;
        for (size_t i = 0; i < 3; i++)
            fate->pointers[i] =
                (uint8_t)(20 + last->at + last->faults[i < last->fault_count ? i : 0].octet);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        enum v4_drop why =
            against_6274(&model->rules, options.octets + found[i].at, packet->offset, &octet);
        if (why == V4_KEEP)
            continue;
        drop(model, why);
        if (why != V4_DROP_OBSOLETE && may_tell(model, packet, found[i].type))
            speak(fate, packet, PROBLEM, 0, 20 + found[i].at + octet);
        return true;
    }
    return false;
}

static bool has_wrong_label(struct model_host *model, const struct model_packet *packet,
                            struct model_fate *fate)
{
    size_t at = 0;
    bool icmp = packet->protocol == ICMP;

    if (!model->rules.security)
        return false;
    enum v4_drop why = model_security(&model->rules, model_options_of(packet), &at);
    if (why == V4_KEEP || (why == V4_DROP_LABEL_NONE && (icmp || !model->rules.required)))
        return false;
    drop(model, why);
    if (!icmp && why == V4_DROP_LABEL_RANGE)
        speak(fate, packet, UNREACHABLE, 10, 0);
    else if (!icmp)
        speak(fate, packet, PROBLEM, why == V4_DROP_LABEL_NONE,
              why == V4_DROP_LABEL_NONE ? 130 : 20 + at);
    return true;
}

/* RFC 791 3.1, RFC 1122 3.3.5: a strict route leads to neighbours only, and none to many. */
static void pass_on(struct model_host *model, const struct model_packet *packet,
                    const uint8_t *route, struct model_fate *fate)
{
    uint32_t next = model_option_next(route);
    bool near = model_on_link(model->ifaces, next) || model_on_link(model->ifaces + 1, next);

    fate->end = FATE_PASSED;
    if (packet->ttl <= 1) {
        fate->end = FATE_GONE;
        speak(fate, packet, EXCEEDED, 0, 0);
        return;
    }
    fate->known = !(model->unsure & (UNSURE_WAYS | UNSURE_SIZES)) && !model_is_ours(model, next) &&
                  next >> 16 != 0xa9fe && next >> 24 != 127;
    if (!fate->known) /* to itself, perhaps */
        model_fate_unread(model);
    if (!fate->many && model_is_one(model, next) && (near || route[0] != STRICT)) {
        if (packet->df && packet->header.len + packet->data.len > 1500) { /* of both links */
            fate->end = FATE_GONE;
            speak(fate, packet, UNREACHABLE, 4, 0);
        }
        return;
    }
    fate->end = FATE_GONE;
    if (!fate->known)
        model->tally.maybe[V4_DROP_SOURCE_ROUTE]++;
    else
        drop(model, V4_DROP_SOURCE_ROUTE);
    speak(fate, packet, UNREACHABLE, 5, 0);
}

/* A source route: true when it leads on. */
static bool leads_on(struct model_host *model, const struct model_packet *packet,
                     struct model_fate *fate)
{
    const uint8_t *route = model_route(model_options_of(packet));

    if (route == NULL)
        return false;
    if (model->rules.drop_routed) {
        drop(model, V4_DROP_ROUTED);
        return true;
    }
    if (!model_option_has_room(route))
        return false;
    if (model->rules.source_route) {
        pass_on(model, packet, route, fate);
        return true;
    }
    drop(model, V4_DROP_SOURCE_ROUTE);
    speak(fate, packet, UNREACHABLE, 5, 0);
    return true;
}

/* Under the header of its first fragment, with what fragmentation had changed put right. */
static bool rebuild(struct model_host *model, const struct model_datagram *datagram,
                    struct model_packet *ret_packet)
{
    size_t header = datagram->header.len, len = header + datagram->data.len;
    uint8_t *to = model->octets + model->octets_used;

    if (len > sizeof model->octets - model->octets_used)
        return false;
    memcpy(to, datagram->header.octets, header);
    memcpy(to + header, datagram->data.octets, datagram->data.len);
    if (datagram->signs & 1 << 3) /* RFC 3168 5.3 */
        to[1] |= 3;
    v4_put16(to + 2, (uint16_t)len);
    to[6] &= 0xc0; /* More Fragments, and the offset */
    to[7] = 0;
    v4_put16(to + 10, 0);
    v4_put16(to + 10, (uint16_t)~model_sum((struct v4_span){to, header}, 0));
    model->octets_used += len;
    return model_packet_read((struct v4_span){to, len}, false, ret_packet) == NULL;
}

/* RFC 1122 3.3.2; RFC 6274 4.1.2.6 of what hides the header of TCP. */
static void add_fragment(struct model_host *model, struct model_given *given)
{
    const struct model_packet *packet = &given->packet;
    struct model_fate *fate = &given->fate;
    struct model_datagram datagram;
    enum v4_drop why;

    fate->end = FATE_HELD;
    if (packet->protocol == TCP && packet->offset == 0 && packet->data.len < 20) {
        drop(model, V4_DROP_FRAGMENT_TINY);
        return;
    }
    model->tally.pieces++;
    bool complete = model_whole_add(packet, model->rules.by_ttl ? packet->ttl * SECOND : 0,
                                    model->now, &datagram, &why);
    fate->known = model_whole_is_sure();
    if (!complete) {
        drop(model, why);
        return;
    }
    if (datagram.signs & 1 << 3 && datagram.signs & 1) { /* RFC 3168 5.3 */
        drop(model, V4_DROP_REASS_ECN);
        return;
    }
    fate->end = FATE_TAKEN;
    fate->known = given->completes = rebuild(model, &datagram, &given->whole);
}

void model_fate(struct model_host *model, struct model_given *given, bool snap, const uint8_t *to)
{
    const struct model_packet *packet = &given->packet;
    struct model_fate *fate = &given->fate;
    enum reach reach = reach_of(model, given->iface, snap, to, packet);

    *fate = (struct model_fate){.known = reach != PERHAPS, .many = reach == MANY};
    if (reach == PERHAPS)
        model_fate_unread(model);
    if (reach == PERHAPS || reach == NOBODY || is_faulty(model, packet, fate) ||
        has_wrong_label(model, packet, fate) || leads_on(model, packet, fate))
        return;
    if (packet->mf || packet->offset != 0)
        add_fragment(model, given);
    else
        fate->end = FATE_TAKEN;
}

void model_fate_unread(struct model_host *model)
{
    model->tally.open++;
    model_whole_lost();
}

void model_fate_line(struct model_host *model, const char *line)
{
    size_t len;
    bool sends = model_begins(line, "udp.send ") || model_begins(line, "ip.send ") ||
                 model_begins(line, "echo.send ");

    model->tally.unsure |= model_begins(line, "ip.packet ") || model_begins(line, "tcp.") ||
                           (model_begins(line, "set ") && strstr(line, " name=options") != NULL) ||
                           (sends && (model->rules.security || model->rules.label ||
                                      model_value(line, "options", &len) != NULL));
}

void model_fate_time(struct model_host *model)
{
    struct model_datagram datagram;
    struct model_packet first;

    while (model_whole_expire(model->now, &datagram)) {
        drop(model, V4_DROP_REASS_TIMEOUT);
        size_t len = datagram.header.len + datagram.data.len;
        uint8_t *to = model->octets + model->octets_used;
        if (len > sizeof model->octets - model->octets_used)
            model_whole_lost(); /* what is said of it is not known */
        if (!datagram.has_first || model->late_count == MODEL_LATE || !model_whole_is_sure())
            continue;
        memcpy(to, datagram.header.octets, datagram.header.len);
        memcpy(to + datagram.header.len, datagram.data.octets, datagram.data.len);
        struct v4_span octets = {to, len};
        struct model_fate fate = {.many = !model_is_ours(model, datagram.key.dst)};
        if (model_packet_read(octets, true, &first) != NULL)
            continue;
        first.data.len = datagram.data.len;
        if (is_unspeakable(&fate, &first))
            continue;
        octets.len = model_quoted(model, &first);
        model->octets_used += octets.len;
        model->late[model->late_count++] = (struct model_late){first.src, octets, false};
        const struct model_wanted wanted = {.kind = WANT_ICMP,
                                            .type = EXCEEDED,
                                            .code = 1,
                                            .dst = first.src,
                                            .src = first.dst,
                                            .data = octets};
        if (model->must && !(model->unsure & UNSURE_ANSWERS) && model_reaches(model, first.src))
            model_want_error(model, wanted);
    }
}

bool model_fate_allows(const struct model_given *given, const struct model_packet *error)
{
    const struct model_fate *fate = &given->fate;
    const uint8_t *p = error->data.octets;

    if (!fate->known)
        return true;
    if (fate->error != 0)
        return p[0] == fate->error && p[1] == fate->code &&
               (p[0] != PROBLEM || memchr(fate->pointers, p[4], 3) != NULL);
    return fate->end == FATE_TAKEN ? p[0] == UNREACHABLE && (p[1] == 2 || p[1] == 3)
                                   : fate->end == FATE_PASSED && p[0] == UNREACHABLE && p[1] == 1;
}

bool model_fate_late(struct model_host *model, const struct model_packet *error)
{
    struct v4_span quote = {error->data.octets + 8, error->data.len - 8};

    if (!model_whole_is_sure() || model->late_count == MODEL_LATE ||
        model->unsure & (UNSURE_OWN | UNSURE_LINK))
        return true;
    for (size_t i = 0; i < model->late_count; i++) {
        struct model_late *late = model->late + i;
        size_t len = error->mf && quote.len < late->quote.len ? quote.len : late->quote.len;
        if (late->told || late->dst != error->dst || len > quote.len ||
            memcmp(late->quote.octets, quote.octets, len) != 0)
            continue;
        late->told = true;
        return true;
    }
    return false;
}

size_t model_quoted_by(const struct model_rules *rules, const struct model_packet *packet)
{
    size_t len = packet->header.len + packet->data.len;
    size_t most = ERROR_MAX - 20 - 8 - (rules->security ? 4 : 0);

    return len < most ? len : most;
}

size_t model_quoted(const struct model_host *model, const struct model_packet *packet)
{
    return model_quoted_by(&model->rules, packet);
}

static bool is_judged(enum v4_drop drop)
{
    return (drop >= V4_DROP_OPTION_LENGTH && drop <= V4_DROP_LABEL_NONE) ||
           (drop >= V4_DROP_FRAGMENT_EMPTY && drop <= V4_DROP_REASS_TIMEOUT);
}

const char *model_tally_fault(const struct model_host *model, const char *counters)
{
    static const char *const exits[] = {"ip.reass.delivered", "ip.reass.timed_out",
                                        "ip.reass.evicted", "ip.reass.refused"};
    static char name[48];
    const struct model_tally *tally = &model->tally;

    if (tally->unsure || model->unsure & (UNSURE_OWN | UNSURE_LINK))
        return NULL;
    for (unsigned drop = 0; drop < V4_DROP_COUNT; drop++) {
        if (!is_judged((enum v4_drop)drop) ||
            (drop >= V4_DROP_FRAGMENT_EMPTY && !model_whole_is_sure()))
            continue;
        snprintf(name, sizeof name, "drop.%s", v4_drop_name((enum v4_drop)drop));
        size_t counted = model_number(counters, name);
        if (counted < tally->drops[drop] ||
            counted > tally->drops[drop] + tally->maybe[drop] + tally->open)
            return name;
    }
    if (!model_whole_is_sure())
        return NULL;
    for (unsigned i = 0; i < MODEL_EXITS; i++)
        if (model_number(counters, exits[i]) != model_whole_left((enum model_exit)i))
            return exits[i];
    if (model_number(counters, "ipReasmReqds") != tally->pieces)
        return "ipReasmReqds";
    return model_number(counters, "ip.reass.started") == model_whole_started() ? NULL
                                                                               : "ip.reass.started";
}

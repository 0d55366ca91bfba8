/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways_said.h"
#include <stdlib.h>
#include <string.h>
#include "model/line.h"

#define SECOND UINT64_C(1000000000)
#define IP_HEADER 20

static bool is_named(const char *line, const char *key, const char *name)
{
    size_t len;
    const char *value = model_value(line, key, &len);

    return value != NULL && strlen(name) == len && strncmp(value, name, len) == 0;
}

static bool has(const char *line, const char *key)
{
    size_t len;

    return model_value(line, key, &len) != NULL;
}

static bool is_of(const char *line, const char *verb, const char *kind)
{
    return model_begins(line, verb) && is_named(line, "kind", kind);
}

/* A query of what there is towards an address. */
static bool asks(const char *line, const char *name)
{
    return model_begins(line, "get ") && is_named(line, "name", name);
}

static bool is_error(const char *reply, const char *code)
{
    return is_named(reply, "code", code);
}

unsigned model_ways_from(const struct model_host *model, uint32_t addr)
{
    for (unsigned i = 0; i < 2; i++)
        if (model->ifaces[i].addr == addr)
            return i;
    return MODEL_EVERY_IFACE;
}

void model_ways_line(struct model_host *model)
{
    model->ways.listed = 0;
}

static struct model_way way_of(const struct model_host *model, const char *line)
{
    static const char *const types[] = {"unicast", "unreachable", "blackhole", "prohibit"};
    struct model_way way = {.bits = model_number(line, "len"),
                            .tos = model_number(line, "tos"),
                            .gateway = model_address(line, "gateway"),
                            .preference = model_number(line, "preference")};

    way.net = model_address(line, "net") & model_mask(way.bits > 32 ? 32 : way.bits);
    for (unsigned i = 2; i-- > 0;)
        if (way.gateway != 0 &&
            ((way.gateway ^ model->ifaces[i].addr) & model_mask(model->ifaces[i].len)) == 0)
            way.iface = i;
    way.iface = model_number_or(line, "iface", way.iface);
    for (unsigned i = 0; i < 4; i++)
        if (is_named(line, "type", types[i]))
            way.kind = (enum model_where)i;
    return way;
}

/* Those that were told; the first two are the networks, and the third is the lab's gateway. */
static const char *on_listed(struct model_host *model, const char *line)
{
    struct model_way way = way_of(model, line);

    model->ways.listed++;
    for (size_t i = 0; i < model->ways.routing.way_count; i++)
        if (model_same_way(&model->ways.routing.ways[i], &way))
            return NULL;
    return "ways: a route is told that nobody has set, or advertised any more";
}

static const char *on_list(const struct model_host *model)
{
    size_t len, count = 0;
    bool all = model_value(model->line, "iface", &len) == NULL;

    for (size_t i = 0; i < model->ways.routing.way_count; i++)
        count += all || model->ways.routing.ways[i].iface == model_number(model->line, "iface");
    return count == model->ways.listed ? NULL : "ways: a route that must be there is not told";
}

static const char *on_added(struct model_host *model, const char *reply, bool ok)
{
    struct model_ways *ways = &model->ways;
    struct model_way way = way_of(model, model->line);
    bool full = ways->routing.way_count == MODEL_ROUTES, same = false;

    for (size_t i = 0; i < ways->routing.way_count; i++)
        same = same || model_same_way(&ways->routing.ways[i], &way);
    if (!ok) {
        if (is_error(reply, "EEXIST") && !same)
            return "ways: a route is refused that is not there yet";
        if (is_error(reply, "ENOBUFS") && !full)
            return "ways: a route finds no room while there is some";
        return NULL;
    }
    if (same)
        return "ways: the same route is taken twice";
    if (way.iface > 1 ||
        (way.gateway != 0 && !model_on_link(&model->ifaces[way.iface], way.gateway)))
        return "ways: RFC1122-3.3.1.1: a route over a gateway that is no neighbour is taken";
    if (!model_way_add(&ways->routing, &way)) /* more than there should be room for */
        ways->lost = true;
    ways->changed = model->now + 1;
    return NULL;
}

static bool fits(const char *line, const struct model_way *asked, const struct model_way *way)
{
    return asked->bits == way->bits && ((way->net ^ asked->net) & model_mask(way->bits)) == 0 &&
           (!has(line, "gateway") || way->gateway == asked->gateway) &&
           (!has(line, "iface") || way->iface == asked->iface) &&
           (!has(line, "preference") || way->preference == asked->preference) &&
           (!has(line, "tos") || way->tos == asked->tos) &&
           (!has(line, "type") || way->kind == asked->kind);
}

static const char *on_deleted(struct model_host *model, const char *reply, bool ok)
{
    struct model_ways *ways = &model->ways;
    const struct model_way *first = NULL;
    struct model_way asked = way_of(model, model->line);

    for (size_t i = 0; i < ways->routing.way_count; i++) {
        const struct model_way *way = &ways->routing.ways[i];
        if (fits(model->line, &asked, way) && (first == NULL || !model_before(first, way)))
            first = way;
    }
    if (!ok)
        return is_error(reply, "ENOENT") && first != NULL
                   ? "ways: a route that is there is not found"
                   : NULL;
    if (first == NULL)
        return "ways: a route is removed that was not there";
    asked = *first;
    model_way_remove(&ways->routing, &asked);
    ways->changed = model->now + 1;
    return NULL;
}

/* RFC 1122 3.3.1.4 */
static void on_advice(struct model_host *model)
{
    struct model_next next[MODEL_NEXTS];
    uint32_t dst = model_address(model->line, "dst");
    bool good = model_number(model->line, "good");
    size_t count = model_ways_find(&model->ways, MODEL_EVERY_IFACE, dst, 0, model->now, next);

    if (!model_is_single(dst))
        return;
    for (size_t i = 0; i < count; i++) {
        if (next[i].fate != MODEL_GOES && next[i].fate != MODEL_BLACKHOLE)
            continue;
        if (next[i].hop == dst && !good)
            model_doubt_known(model, dst);
        if (next[i].hop == dst)
            continue;
        if (count > 1 || (good && model_ways_is_vague(&model->ways, next[i].iface, next[i].hop)))
            model_ways_vague(&model->ways, next[i].iface, next[i].hop);
        else if (good)
            model_praise(&model->ways.routing, next[i].iface, next[i].hop);
        else
            model_ways_doubted(&model->ways, next[i].iface, next[i].hop);
    }
    model->ways.changed = model->now + 1;
}

bool model_first_hop(const struct model_host *model, uint32_t dst, unsigned tos, unsigned *ret_mtu)
{
    struct model_next next[MODEL_NEXTS];
    size_t count = model_ways_find(&model->ways, MODEL_EVERY_IFACE, dst, tos, model->now, next);

    for (size_t i = 0; i < count; i++) {
        bool goes = next[i].fate == MODEL_GOES || next[i].fate == MODEL_BLACKHOLE;
        unsigned mtu = goes ? model->ways.mtu[next[i].iface] : 0;
        if (i > 0 && mtu != *ret_mtu)
            return false;
        *ret_mtu = mtu;
    }
    return count > 0 && !(model->unsure & (UNSURE_OWN | UNSURE_LINK));
}

bool model_path_carries(const struct model_host *model, uint32_t dst, unsigned tos,
                        unsigned *ret_mtu)
{
    const struct model_ways *ways = &model->ways;
    unsigned first;

    if (ways->paths_lost || !model_first_hop(model, dst, tos, &first))
        return false;
    *ret_mtu = first;
    for (size_t i = 0; i < ways->paths.count; i++) {
        const struct model_path *path = &ways->paths.paths[i];
        if (path->dst == dst && path->mtu < first && (path->why == SET || !ways->paths_unheard))
            *ret_mtu = path->mtu;
    }
    return true;
}

/* Whether a refusal of what goes there has its reason; of addresses that any host may have. */
static const char *reason(const struct model_next *next, size_t count, const char *reply, bool ok)
{
    bool goes = false, none = false, unreachable = false, prohibited = false;

    for (size_t i = 0; i < count; i++) {
        goes |= next[i].fate == MODEL_GOES || next[i].fate == MODEL_BLACKHOLE;
        none |= next[i].fate == MODEL_NO_WAY;
        unreachable |= next[i].fate == MODEL_UNREACHABLE;
        prohibited |= next[i].fate == MODEL_PROHIBIT;
    }
    if (ok)
        return goes ? NULL : "ways: what has no way, or may not go there, is taken";
    if (is_error(reply, "ENETUNREACH") && !none)
        return "ways: there is a way, and its user is told of none";
    if (is_error(reply, "EHOSTUNREACH") && !unreachable)
        return "ways: no route says that it is unreachable, and its user is told so";
    if (is_error(reply, "EACCES") && !prohibited)
        return "ways: no route forbids it, and its user is told so";
    return NULL;
}

bool model_is_elsewhere(const struct model_host *model, uint32_t dst)
{
    for (unsigned i = 0; i < 2; i++) {
        uint32_t host = ~model_mask(model->ifaces[i].len);
        if (((dst ^ model->ifaces[i].addr) & ~host) == 0 && !model_on_link(&model->ifaces[i], dst))
            return false;
    }
    return model_is_single(dst) && dst >> 16 != 0xa9fe;
}

static const char *on_query(const struct model_host *model, const char *reply, bool ok)
{
    struct model_next next[MODEL_NEXTS];
    uint32_t dst = model_address(model->line, "dst");
    unsigned mtu, less = asks(model->line, "mms-s") ? IP_HEADER : 0;
    size_t count = model_ways_find(&model->ways, MODEL_EVERY_IFACE, dst, 0, model->now, next);

    if (count == 0 || !model_is_elsewhere(model, dst))
        return NULL;
    const char *wrong = reason(next, count, reply, ok);
    if (wrong != NULL || !ok)
        return wrong;
    if (asks(model->line, "source")) {
        bool possible = false;
        for (size_t i = 0; i < count; i++)
            possible |= next[i].fate != MODEL_NO_WAY &&
                        model->ifaces[next[i].iface].addr == model_address(reply, "value");
        return possible ? NULL : "ways: RFC1122-3.3.4.3: another source than the interface's";
    }
    return model_path_carries(model, dst, 0, &mtu) && model_number(reply, "value") != mtu - less
               ? "ways: RFC1191-6.1: a path carries more, or less, than is said"
               : NULL;
}

/* What a user has written into a header of his own, and the host does not fill in. */
static const char *header_fault(const struct model_send *send, const char *reply, bool ok)
{
    const uint8_t *p = send->whole.octets;
    unsigned said = v4_be16(p + 2), sum = v4_be16(p + 10);
    bool length = said == 0 || said == send->whole.len;
    bool sums = sum == 0 || model_sum((struct v4_span){p, (p[0] & 15u) * 4u}, 0) == 0xffff;

    if (ok && (!length || (said != 0 && !sums)))
        return "ways: RFC791-3.1: a length or a checksum that is wrong is taken";
    if (ok && (p[0] >> 4 != 4 || v4_be16(p + 6) & 0xbfff))
        return "ways: RFC791-3.1: another version, a reserved flag or a fragment is taken";
    return is_error(reply, "EMSGSIZE") && length && send->whole.len < 68
               ? "ways: RFC791-3.1: what is short is refused as too long"
               : NULL;
}

static bool is_broadcast(const struct model_host *model, uint32_t dst)
{
    for (unsigned i = 0; i < 2; i++)
        if (dst == (model->ifaces[i].addr | ~model_mask(model->ifaces[i].len)))
            return true;
    return dst == UINT32_MAX;
}

/* What a socket may send, and to whom. */
static const char *socket_fault(const struct model_host *model, const struct model_send *send,
                                const char *reply, bool ok)
{
    const struct model_socket *sock = &send->sock;
    bool udp = model_begins(model->line, "udp."), many = is_broadcast(model, send->dst),
         stranger = (sock->peer != 0 && sock->peer != send->dst) ||
                    (udp && sock->peer_port != 0 && sock->peer_port != send->port);

    if (!send->by_sock || model->unsure & (UNSURE_SOCKETS | UNSURE_OWN))
        return NULL;
    if (ok && (sock->number == 0 || sock->raw == udp))
        return "ways: a datagram of a socket that is not there is taken";
    if (ok && !udp && sock->protocol != send->protocol)
        return "ways: a datagram of another protocol than its socket's is taken";
    if (ok && udp && stranger)
        return "ways: RFC1122-4.1.4: a datagram to another than the socket's peer is taken";
    if (ok && sock->quiet && many)
        return "ways: RFC1122-3.3.6-c: a broadcast without leave is taken";
    if (many && !sock->quiet && is_error(reply, "EACCES"))
        return "ways: RFC1122-3.3.6-c: a broadcast with leave is refused";
    return NULL;
}

/* The route that a datagram of a user's takes, and whether it fits. */
static const char *on_sent(struct model_host *model, const char *reply, bool ok)
{
    struct model_next next[MODEL_NEXTS];
    const struct model_send *send = model->sends + model->last_send - 1;
    unsigned mtu;

    if (model->last_send == 0 || send->any)
        return NULL;
    const char *wrong = socket_fault(model, send, reply, ok);
    if (wrong != NULL || (send->by_sock && send->sock.by_iface != 0) || send->sock.peer != 0 ||
        send->sock.peer_port != 0)
        return wrong;
    if (send->options_len > 0 || send->rules.security ||
        model->unsure & (UNSURE_HEADER | UNSURE_SOCKETS | UNSURE_OPTIONS) ||
        !model_is_elsewhere(model, send->dst))
        return NULL;
    size_t count = model_ways_find(&model->ways, model_ways_from(model, send->src), send->dst,
                                   send->tos, model->now, next);
    if (count == 0 || (send->src != 0 && model_ways_from(model, send->src) == MODEL_EVERY_IFACE))
        return NULL;
    wrong = send->whole.len > 0 ? header_fault(send, reply, ok) : NULL;
    if (wrong != NULL || (!ok && send->whole.len > 0))
        return wrong;
    wrong = reason(next, count, reply, ok);
    if (wrong != NULL || !model_path_carries(model, send->dst, send->tos, &mtu) || mtu == 0)
        return wrong;
    size_t len = IP_HEADER + (send->protocol == 17 ? 8 : 0) + send->data.len;
    bool whole = send->df == MODEL_DF_SET;
    if (ok && whole && len > mtu && next[0].fate == MODEL_GOES)
        return "ways: RFC791-3.2: what must not be cut, and is too long, is taken";
    if (is_error(reply, "EMSGSIZE") &&
        ((whole && len <= mtu) || send->df == MODEL_DF_CLEAR || send->df == MODEL_DF_USUAL) &&
        len <= 65535)
        return "ways: RFC1191-3: what would fit, or may be cut, is refused as too long";
    return NULL;
}

/* The paths that are told, or set. */
static const char *on_path(struct model_host *model, const char *line)
{
    const struct model_paths *paths = &model->ways.paths;

    model->ways.listed++;
    for (size_t i = 0; i < paths->count; i++) {
        const struct model_path *path = &paths->paths[i];
        if (path->dst != model_address(line, "dst"))
            continue;
        bool set = path->why == SET, right = path->mtu == model_number(line, "mtu") &&
                                             set == (model_number(line, "set") != 0);
        return right && (set || model_number(line, "age") == (model->now - path->changed) / SECOND)
                   ? NULL
                   : "ways: a path carries something else than is told";
    }
    return "ways: a path is told of which nobody has spoken";
}

static const char *on_path_set(struct model_host *model, const char *reply, bool ok, bool add)
{
    struct model_paths *paths = &model->ways.paths;
    uint32_t dst = model_address(model->line, "dst");
    bool set = false;

    for (size_t i = 0; i < paths->count; i++)
        set = set || (paths->paths[i].dst == dst && paths->paths[i].why == SET);
    if (!ok && is_error(reply, add ? "EEXIST" : "ENOENT"))
        return set == add ? NULL : "ways: a path is set already, or not at all, and is not";
    if (!ok)
        return NULL;
    if (set == add)
        return "ways: what is set already, or not at all, is set or taken back";
    model_path_set(paths, dst, add ? model_number(model->line, "mtu") : 0);
    return NULL;
}

static const char *on_reply(struct model_host *model, const char *reply)
{
    const char *line = model->line;
    bool ok = strstr(reply, " ok") != NULL;

    if (is_of(line, "add ", "route"))
        return on_added(model, reply, ok);
    if (is_of(line, "del ", "route"))
        return on_deleted(model, reply, ok);
    if (is_of(line, "list ", "route") && ok)
        return on_list(model);
    if (is_of(line, "add ", "advice") && ok)
        on_advice(model);
    if (asks(line, "pmtu") || asks(line, "mms-s") || asks(line, "source"))
        return on_query(model, reply, ok);
    if (model->ways.paths_lost)
        return on_sent(model, reply, ok);
    if (is_of(line, "list ", "path") && ok && model->ways.listed != model->ways.paths.count)
        return "ways: a path that must be there is not told";
    if (is_of(line, "add ", "path"))
        return on_path_set(model, reply, ok, true);
    if (is_of(line, "del ", "path"))
        return on_path_set(model, reply, ok, false);
    return on_sent(model, reply, ok);
}

const char *model_ways_said(struct model_host *model, const char *line)
{
    if (!model->must || model->ways.lost)
        return NULL;
    if (model_begins(line, "* route "))
        return on_listed(model, line);
    if (model_begins(line, "* path "))
        return model->ways.paths_lost ? NULL : on_path(model, line);
    return line[0] == '*' ? NULL : on_reply(model, line);
}

unsigned model_ways_decides(struct model_host *model, const char *line, unsigned unsure)
{
    struct model_ways *ways = &model->ways;
    unsigned value = model_number(line, "value"), iface = model_number(line, "iface") & 1;
    bool set = model_begins(line, "set ");
    uint32_t dst;

    if (!model->must) /* answers may be cut */
        return unsure & UNSURE_SIZES ? unsure | UNSURE_ERRORS : unsure;
    if (is_named(line, "kind", "route") || is_named(line, "kind", "advice"))
        return 0;
    if (set && model_socket_numbered(model, model_number(line, "sock")) != NULL &&
        (is_named(line, "name", "ttl") || is_named(line, "name", "tos") ||
         is_named(line, "name", "df") || is_named(line, "name", "checksum")))
        return 0; /* it is known of each socket */
    if (set && is_named(line, "name", "accept-redirects")) {
        ways->deaf = value == 0;
        return 0;
    }
    if (set && is_named(line, "name", "router-discovery")) {
        model_ways_discover(ways, iface, value != 0, model->now);
        return 0;
    }
    if (set && is_named(line, "name", "solicitation-address")) {
        ways->discovery[iface].to = model_address(line, "value");
        return 0;
    }
    if (set && is_named(line, "name", "strong-host")) {
        ways->strong = value != 0;
        ways->changed = model->now + 1;
        return unsure & ~(unsigned)UNSURE_WAYS;
    }
    if (set && is_named(line, "name", "mtu")) {
        ways->mtu[iface] = value;
        return UNSURE_SIZES; /* to whom only the lab's is known */
    }
    if (set && is_named(line, "name", "icmp-rate")) {
        model->error_rate = value;
        return 0;
    }
    if (is_named(line, "kind", "path"))
        return UNSURE_SIZES;
    if (set && is_named(line, "name", "pmtu-discovery")) {
        ways->paths_unheard = value == 0;
        return UNSURE_HEADER; /* DF */
    }
    if (set && is_named(line, "name", "pmtu-age")) {
        ways->paths.after_fall = value == 0 ? UINT64_MAX / 2 : value * SECOND;
        ways->paths_lost |= model_path_due(&ways->paths, &dst) <= model->now; /* all at once? */
        return 0;
    }
    if (is_named(line, "kind", "neighbor"))
        model_ways_resolved(ways, iface, model_address(line, "addr"), false);
    ways->lost |= (unsure & (UNSURE_WAYS | UNSURE_LINK)) != 0;
    return unsure;
}

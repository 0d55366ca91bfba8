/* SPDX-License-Identifier: BSD-2-Clause */
#include "passing.h"
#include <string.h>

#define SSRR 137
#define LSRR 131

static uint32_t mask(unsigned bits)
{
    return bits == 0 ? 0 : 0xffffffffu << (32 - bits);
}

bool model_port_has(const struct model_port *port, uint32_t addr)
{
    return ((addr ^ port->addr) & mask(port->bits)) == 0;
}

bool model_router_is(const struct model_router *router, uint32_t addr)
{
    for (unsigned i = 0; i < PASSING_IFACES; i++)
        if (router->ports[i].addr == addr)
            return true;
    return false;
}

/* The port on whose network `addr` has nothing but ones, or zeros, as host; PASSING_IFACES: none.
 */
static unsigned port_of_all(const struct model_router *router, uint32_t addr, uint32_t host)
{
    for (unsigned i = 0; i < PASSING_IFACES; i++) {
        const uint32_t rest = ~mask(router->ports[i].bits);
        if (model_port_has(router->ports + i, addr) && (addr & rest) == (host & rest))
            return i;
    }
    return PASSING_IFACES;
}

/* RFC 1812 5.3.7, RFC 3927 7: no router passes it on, be it source or destination. */
static bool is_barred(uint32_t addr)
{
    return addr >> 24 == 0 || addr >> 24 == 127 || addr >> 28 >= 14 || addr >> 16 == 0xa9fe;
}

static bool is_source(const struct model_router *router, uint32_t addr)
{
    return addr >> 24 != 0 && addr >> 24 != 127 && addr >> 28 < 14 &&
           !model_router_is(router, addr) &&
           port_of_all(router, addr, 0xffffffffu) == PASSING_IFACES &&
           port_of_all(router, addr, 0) == PASSING_IFACES;
}

static bool leads(const struct model_way *way, uint32_t dst)
{
    return ((way->net ^ dst) & mask(way->bits)) == 0;
}

/* RFC 1812 5.2.4.3: the longest prefix, then the type of service, then what is preferred; of ways
 * by ports that are up. `*ret_code` is for when there is none. */
static const struct model_way *onward(const struct model_router *router, uint32_t dst, unsigned tos,
                                      uint8_t *ret_code)
{
    const struct model_way *best = NULL, *first = NULL;
    int longest = -1;

    for (size_t i = 0; i < router->routing.way_count; i++) {
        const struct model_way *way = router->routing.ways + i;
        if (leads(way, dst) && router->ports[way->iface].up && (int)way->bits > longest)
            longest = (int)way->bits;
    }
    for (size_t i = 0; i < router->routing.way_count; i++) {
        const struct model_way *way = router->routing.ways + i;
        if (!leads(way, dst) || !router->ports[way->iface].up || (int)way->bits != longest)
            continue;
        if (first == NULL || model_before(first, way) == false)
            first = way;
        if (way->tos != 0 && way->tos != (tos & 0x1e))
            continue;
        if (best == NULL || model_before(best, way) == false)
            best = way;
    }
    *ret_code = first == NULL ? 0 : first->gateway == 0 ? 12 : 11;
    return best;
}

/* The way of what the router sends itself, and by which a source is looked for: a shorter prefix
 * will do, and where all ports are down the best of them. */
static const struct model_way *back(const struct model_router *router, uint32_t dst, unsigned tos)
{
    const struct model_way *best = NULL;

    for (size_t i = 0; i < router->routing.way_count; i++) {
        const struct model_way *way = router->routing.ways + i;
        if (!model_leads(way, dst, tos))
            continue;
        const bool up = best != NULL && router->ports[best->iface].up;
        if (best == NULL || (router->ports[way->iface].up && !up) ||
            (router->ports[way->iface].up == up && !model_before(best, way)))
            best = way;
    }
    return best;
}

/* RFC 1812 4.3.2.7. The source is known to be one host. */
static void say(const struct model_router *router, const struct model_packet *packet, uint8_t type,
                uint8_t code, uint32_t rest, struct model_message *ret_message)
{
    static const uint8_t errors[] = {3, 4, 5, 11, 12};
    const bool icmp = packet->protocol == 1;

    if (packet->offset != 0 || (icmp && packet->data.len == 0) ||
        (icmp && memchr(errors, packet->data.octets[0], sizeof errors) != NULL) ||
        port_of_all(router, packet->dst, 0xffffffffu) != PASSING_IFACES || is_barred(packet->src))
        return;
    const struct model_way *way = back(router, packet->src, packet->tos);
    if (way == NULL || way->kind != MODEL_GOES || !router->ports[way->iface].up)
        return;
    *ret_message = (struct model_message){
        .type = type,
        .code = code,
        .rest = rest,
        .iface = way->iface,
        .src = router->ports[way->iface].addr,
        .hop = way->gateway == 0 ? packet->src : way->gateway,
    };
}

/* Where an option of this type begins in the header; 0: there is none. Those behind End of List do
 * not count, and what is malformed ends them. */
static size_t option_at(struct v4_span header, uint8_t type)
{
    for (size_t at = 20; at < header.len;) {
        const uint8_t is = header.octets[at];
        if (is == type)
            return at;
        if (is == 0)
            return 0;
        const size_t len = is == 1 ? 1 : at + 1 < header.len ? header.octets[at + 1] : 0;
        if (len == 0)
            return 0;
        at += len;
    }
    return 0;
}

/* The octet of the first length that is wrong; 0: none is. */
static uint8_t wrong_length(struct v4_span header)
{
    for (size_t at = 20; at < header.len && header.octets[at] != 0;) {
        if (header.octets[at] == 1) {
            at++;
            continue;
        }
        if (at + 1 >= header.len)
            return (uint8_t)(at + 1);
        const size_t len = header.octets[at + 1];
        if (len < 2 || at + len > header.len)
            return (uint8_t)(at + 1);
        at += len;
    }
    return 0;
}

static void put(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get(const uint8_t *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

/* RFC 791 3.1, RFC 1812 5.3.13.5 and 5.3.13.6: `addr` is that of the port it leaves by. */
static void enter(const struct model_router *router, uint8_t *header, size_t len, uint32_t addr,
                  uint32_t time)
{
    const struct v4_span all = {header, len};
    size_t at = option_at(all, 7);

    if (at != 0 && header[at + 2] + 3u <= header[at + 1]) {
        put(header + at + header[at + 2] - 1, addr);
        header[at + 2] = (uint8_t)(header[at + 2] + 4);
    }
    at = option_at(all, 68);
    if (at == 0)
        return;
    uint8_t *option = header + at;
    const unsigned flag = option[3] & 15, need = flag == 0 ? 4 : 8;
    if (option[2] + need - 1 > option[1]) {
        option[3] = (uint8_t)(option[3] + 0x10);
        return;
    }
    uint8_t *slot = option + option[2] - 1;
    if (flag == 3 && !model_router_is(router, get(slot)))
        return;
    if (flag == 1)
        put(slot, addr);
    put(slot + need - 4, time);
    option[2] = (uint8_t)(option[2] + need);
}

static void leave(const struct model_router *router, const struct model_packet *packet,
                  uint32_t time, struct model_passing *passing)
{
    uint8_t *header = passing->packet;

    passing->outcome = PASSING_GOES;
    passing->mtu = router->ports[passing->iface].mtu;
    passing->len = packet->header.len + packet->data.len;
    memcpy(header, packet->header.octets, packet->header.len);
    if (packet->data.len != 0)
        memcpy(header + packet->header.len, packet->data.octets, packet->data.len);
    enter(router, header, packet->header.len, router->ports[passing->iface].addr, time);
    header[8]--;
    header[10] = header[11] = 0;
    const uint32_t sum = 0xffff & ~model_sum((struct v4_span){header, packet->header.len}, 0);
    header[10] = (uint8_t)(sum >> 8);
    header[11] = (uint8_t)sum;
}

/* RFC 1812 5.2.3: what is for all on the network that it came by goes on there too, where a frame
 * to the router alone brought it. */
static bool is_local(const struct model_router *router, unsigned iface, bool to_many,
                     const struct model_packet *packet)
{
    const struct model_port *port = router->ports + iface;
    const bool goes_on = !to_many && router->forwards && router->broadcasts && port->forwards &&
                         port->broadcasts && !is_barred(packet->src);

    return model_router_is(router, packet->dst) || packet->dst == 0xffffffffu ||
           packet->dst >> 28 == 14 ||
           (port_of_all(router, packet->dst, 0xffffffffu) == iface && !goes_on);
}

static bool is_silent(const struct model_router *router, unsigned iface, bool to_many,
                      const struct model_packet *packet)
{
    const struct model_port *port = router->ports + iface;

    if (!port->up || !is_source(router, packet->src))
        return true;
    if (router->validation != 0) {
        const struct model_way *way = back(router, packet->src, 0);
        if (way == NULL || way->kind != MODEL_GOES ||
            (router->validation == 1 && way->iface != iface))
            return true;
    }
    if (is_local(router, iface, to_many, packet))
        return false; /* who it is for sees to that */
    if (!router->forwards || !port->forwards || to_many || is_barred(packet->src) ||
        is_barred(packet->dst) || port_of_all(router, packet->dst, 0) != PASSING_IFACES)
        return true;
    if (packet->protocol == 2 && packet->offset == 0 && packet->data.len > 0 &&
        packet->data.octets[0] == 0x11) /* a query of IGMP (RFC 3376 9.1) */
        return true;
    const unsigned all = port_of_all(router, packet->dst, 0xffffffffu);
    return all != PASSING_IFACES && !(router->broadcasts && router->ports[all].broadcasts &&
                                      router->ports[all].forwards && router->ports[all].up);
}

static void tell(const struct model_router *router, const struct model_packet *packet, uint8_t type,
                 uint8_t code, uint32_t rest, struct model_passing *passing)
{
    passing->outcome = PASSING_TOLD;
    say(router, packet, type, code, rest, &passing->said);
}

/* False: it goes nowhere. */
static bool find_way(const struct model_router *router, const struct model_packet *packet,
                     struct model_passing *passing, const struct model_way **ret_way)
{
    uint8_t code = 0;

    *ret_way = NULL;
    passing->iface = port_of_all(router, packet->dst, 0xffffffffu);
    if (passing->iface != PASSING_IFACES)
        return true;
    const struct model_way *way = onward(router, packet->dst, packet->tos, &code);
    *ret_way = way;
    passing->outcome = PASSING_SILENT;
    if (way == NULL)
        tell(router, packet, 3, code, 0, passing);
    else if (way->kind == MODEL_UNREACHABLE ||
             (way->kind == MODEL_GOES && !router->ports[way->iface].forwards))
        tell(router, packet, 3, 1, 0, passing);
    else if (way->kind == MODEL_PROHIBIT)
        tell(router, packet, 3, 13, 0, passing);
    else if (way->kind == MODEL_GOES) {
        passing->iface = way->iface;
        passing->hop = way->gateway == 0 ? packet->dst : way->gateway;
        return true;
    }
    return false;
}

void model_pass(const struct model_router *router, unsigned iface, bool to_many,
                const struct model_packet *packet, uint32_t time, struct model_passing *ret_passing)
{
    struct model_passing *passing = ret_passing;
    const struct model_way *way;
    const size_t routed = option_at(packet->header, LSRR) + option_at(packet->header, SSRR);

    passing->outcome = PASSING_SILENT;
    passing->said.type = 0;
    passing->hop = 0;
    if (is_silent(router, iface, to_many, packet))
        return;
    const bool ours = model_router_is(router, packet->dst);
    if (is_local(router, iface, to_many, packet)) {
        passing->outcome = ours && routed ? PASSING_VAGUE : PASSING_LOCAL;
        return;
    }
    if (!find_way(router, packet, passing, &way))
        return;
    const uint8_t wrong = wrong_length(packet->header);
    const size_t mtu = router->ports[passing->iface].mtu;
    if (packet->ttl <= 1)
        tell(router, packet, 11, 0, 0, passing);
    else if (wrong != 0 || option_at(packet->header, SSRR) != 0)
        tell(router, packet, 12, 0, (uint32_t)(wrong != 0 ? wrong : 16) << 24, passing);
    else if (packet->df && packet->header.len + packet->data.len > mtu)
        tell(router, packet, 3, 4, (uint32_t)mtu, passing);
    else {
        leave(router, packet, time, passing);
        if (router->redirects && way != NULL && passing->iface == iface && routed == 0 &&
            model_port_has(router->ports + iface, packet->src) &&
            model_port_has(router->ports + iface, passing->hop))
            say(router, packet, 5, router->by_tos && way->tos != 0 ? 3 : 1, passing->hop,
                &passing->said);
    }
}

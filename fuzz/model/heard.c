/* SPDX-License-Identifier: BSD-2-Clause */
#include "heard.h"
#include <string.h>
#include "model/entered.h"
#include "model/line.h"
#include "model/nearby.h"

#define HEARD 256
#define ROOM 60000 /* octets of events that wait: less than half of what the host has */
#define EVENT 300  /* of them that are no data */

enum {
    ICMP = 1,
    TCP = 6,
    UDP = 17,
    UNREACHABLE = 3,
    QUENCH = 4,
    EXCEEDED = 11,
    PROBLEM = 12
};

struct heard {
    enum {
        HEARD_UDP,
        HEARD_IP,
        HEARD_ECHO,
        HEARD_ERROR
    } kind;
    unsigned sock, iface;
    struct model_packet packet;
    struct v4_span data, extension;
    struct model_list options; /* with the host in them */
};

static struct {
    struct heard list[HEARD];
    size_t count, octets;
    uint32_t perhaps[HEARD]; /* sources of which something more may be told */
    size_t perhaps_count;
    bool anything; /* may be told until the next reply */
} heard;

void model_heard_open(void)
{
    heard.count = heard.octets = heard.perhaps_count = 0;
    heard.anything = false;
}

void model_heard_arrived(const struct model_host *model, size_t octets)
{
    heard.octets += (EVENT + octets) * (1 + model->socket_count);
    heard.anything |= heard.octets > ROOM; /* there may be no room for an event of it */
}

static void add(struct heard what)
{
    if (heard.count == HEARD)
        heard.anything = true;
    else
        heard.list[heard.count++] = what;
}

/* Something may be told of what comes from there, and what is wrong with a socket is not known. */
static void perhaps(struct model_host *model, const struct model_packet *packet)
{
    if (heard.perhaps_count < HEARD)
        heard.perhaps[heard.perhaps_count++] = packet->src;
    for (size_t i = 0; i < model->socket_count && packet->protocol == ICMP; i++)
        model->sockets[i].error = NULL;
}

static bool takes(const struct model_socket *socket, unsigned iface, uint32_t addr, uint16_t port,
                  uint32_t peer, uint16_t peer_port)
{
    return !socket->raw && socket->port == port && (socket->addr == 0 || socket->addr == addr) &&
           (socket->peer == 0 || socket->peer == peer) &&
           (socket->peer_port == 0 || socket->peer_port == peer_port) &&
           (socket->by_iface == 0 || iface > 1 || socket->by_iface == iface + 1);
}

/* What names most of a datagram: its sender, then his port, then the address it is for. */
static unsigned named(const struct model_socket *socket)
{
    return (unsigned)(socket->peer != 0) << 3 | (unsigned)(socket->peer_port != 0) << 2 |
           (unsigned)(socket->addr != 0) << 1 | (unsigned)(socket->by_iface != 0);
}

struct model_socket *model_heard_owner(struct model_host *model, unsigned iface, uint32_t addr,
                                       uint16_t port, uint32_t peer, uint16_t peer_port)
{
    struct model_socket *best = NULL;

    for (size_t i = 0; i < model->socket_count; i++) {
        struct model_socket *socket = model->sockets + i;
        if (takes(socket, iface, addr, port, peer, peer_port) &&
            (best == NULL || named(socket) > named(best)))
            best = socket;
    }
    return best;
}

/* RFC 768, RFC 1122 4.1.3.4 */
static bool is_right_udp(const struct model_packet *packet, struct v4_span *ret_data)
{
    const uint8_t *p = packet->data.octets;
    size_t len = packet->data.len < 8 ? 0 : v4_be16(p + 4);
    struct model_packet whole = *packet;

    if (len < 8 || len > packet->data.len)
        return false;
    whole.data.len = len;
    *ret_data = (struct v4_span){p + 8, len - 8};
    return v4_be16(p + 6) == 0 || model_sum(whole.data, model_pseudo(&whole)) == 0xffff;
}

/* RFC 1122 4.1.3.5: one user's; RFC 919 5: what is for all is everybody's who listens to the port.
 */
static void hear_udp(struct model_host *model, struct heard what, bool many)
{
    const uint8_t *p = what.packet.data.octets;

    what.kind = HEARD_UDP;
    if (!is_right_udp(&what.packet, &what.data))
        return;
    uint16_t port = v4_be16(p + 2), from = v4_be16(p);
    uint32_t addr = many ? model->ifaces[what.iface].addr : what.packet.dst;
    const struct model_socket *owner =
        model_heard_owner(model, what.iface, addr, port, what.packet.src, from);
    for (size_t i = 0; i < model->socket_count; i++) {
        const struct model_socket *socket = model->sockets + i;
        what.sock = socket->number;
        if (many ? takes(socket, what.iface, addr, port, what.packet.src, from) : socket == owner)
            add(what);
    }
}

static void hear_raw(struct model_host *model, struct heard what)
{
    what.kind = HEARD_IP;
    what.data = what.packet.data;
    for (size_t i = 0; i < model->socket_count; i++) {
        what.sock = model->sockets[i].number;
        if (model->sockets[i].raw && model->sockets[i].protocol == what.packet.protocol)
            add(what);
    }
}

/* What a user who asks is told (docs/upper-tester.md). */
static const char *error_of(uint8_t type, uint8_t code)
{
    if (type == PROBLEM)
        return "EPROTO";
    if (type == UNREACHABLE && (code == 2 || code == 3))
        return "ECONNREFUSED";
    if (type == UNREACHABLE && code == 4)
        return "EMSGSIZE";
    if (type == UNREACHABLE && code == 0)
        return "ENETUNREACH";
    return type == QUENCH ? NULL : "EHOSTUNREACH";
}

static void fails(struct model_socket *socket, struct heard what)
{
    const uint8_t *p = what.packet.data.octets;

    if (error_of(p[0], p[1]) != NULL)
        socket->error = error_of(p[0], p[1]);
    what.sock = socket->number;
    add(what);
}

/* RFC 4884 3, 7 and 8: behind the quote, of version 2, a right checksum or none, whole objects. */
static struct v4_span extension_of(const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;
    const struct v4_span none = {NULL, 0};
    size_t quoted = 4u * p[5], len = packet->data.len - 8;

    if (p[0] == QUENCH || quoted < 128 || len < quoted + 4)
        return none;
    struct v4_span all = {p + 8 + quoted, len - quoted};
    if (all.octets[0] >> 4 != 2 || (v4_be16(all.octets + 2) != 0 && model_sum(all, 0) != 0xffff))
        return none;
    size_t at = 4;
    while (at + 4 <= all.len) {
        size_t object = v4_be16(all.octets + at);
        if (object < 4 || object % 4 != 0 || object > all.len - at)
            return none;
        at += object;
    }
    return at == all.len && at > 4 ? all : none;
}

/* RFC 1122 3.2.2: it is for whoever has sent what it quotes; where nobody is known, for all. */
static void hear_error(struct model_host *model, struct heard what)
{
    const uint8_t *p = what.packet.data.octets;
    size_t len = what.packet.data.len - 8;
    struct model_packet quote;
    bool told = false;

    what.kind = HEARD_ERROR;
    what.data = (struct v4_span){p + 8, len};
    if (model_packet_read(what.data, true, &quote) != NULL)
        return;
    if (!model_is_ours(model, quote.src)) {
        if (quote.src >> 24 == 127)
            perhaps(model, &what.packet);
        return;
    }
    if (quote.protocol == TCP && model->connects) {
        perhaps(model, &what.packet);
        return;
    }
    what.extension = extension_of(&what.packet);
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].raw && model->sockets[i].protocol == quote.protocol) {
            fails(model->sockets + i, what);
            told = true;
        }
    const uint8_t *q = quote.data.octets;
    struct model_socket *owner = NULL;
    if (quote.protocol == UDP && quote.offset == 0 && quote.data.len >= 4)
        owner = model_heard_owner(model, 2, quote.src, v4_be16(q), quote.dst, v4_be16(q + 2));
    if (owner != NULL)
        fails(owner, what);
    else if (!told)
        add(what);
}

static void hear_icmp(struct model_host *model, struct heard what, bool many)
{
    const uint8_t *p = what.packet.data.octets;

    if (what.packet.data.len < 8 || model_sum(what.packet.data, 0) != 0xffff)
        return;
    if (p[0] == UNREACHABLE || p[0] == EXCEEDED || p[0] == PROBLEM ||
        (p[0] == QUENCH && model->quenches))
        hear_error(model, what);
    if (p[0] != 0)
        return;
    what.kind = HEARD_ECHO;
    what.data = (struct v4_span){p + 8, what.packet.data.len - 8};
    if (many || model->unsure & UNSURE_WAYS || what.packet.src == MODEL_GATEWAY ||
        model_ways_over(&model->ways, what.packet.src))
        perhaps(model, &what.packet); /* of a gateway: does it live? */
    else
        add(what);
}

/* The station itself, all, and the group of all hosts. */
static bool is_listened_to(const struct model_iface *self, const uint8_t *mac)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t hosts[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};

    return memcmp(mac, self->mac, 6) == 0 || memcmp(mac, all, 6) == 0 || memcmp(mac, hosts, 6) == 0;
}

void model_heard_frame(struct model_host *model, unsigned iface, const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    const struct model_iface *self = model->ifaces + iface;
    struct heard what = {.iface = iface, .packet = *packet};
    bool many = packet->dst == UINT32_MAX || packet->dst == (self->addr | ~model_mask(self->len));
    bool joined = model->unsure & UNSURE_GROUPS;

    if (!model->must || model->unsure & (UNSURE_OWN | UNSURE_LINK))
        return;
    if (!is_listened_to(self, frame->dst)) { /* unless it is that of a group that was joined */
        if (joined && model_is_group_mac(frame->dst))
            perhaps(model, packet);
        return;
    }
    if (packet->src == 0 ||
        (packet->dst >> 28 == 14 && (joined || packet->dst == 0xe0000001))) { /* IGMP, groups */
        perhaps(model, packet);
        return;
    }
    if (!model_is_one(model, packet->src) || model_is_ours(model, packet->src))
        return;
    if (!many && (!model_is_ours(model, packet->dst) || model_is_group_mac(frame->dst)))
        return;
    const struct model_given *given = model->last_given;
    bool known = given != NULL && given->fate.known;
    if (!known &&
        (packet->mf || packet->offset != 0 || packet->header.len > 20 || model->rules.security)) {
        perhaps(model, packet);
        return;
    }
    if (known && model_datagram(given) == NULL)
        return;
    if (known) {
        packet = model_datagram(given);
        what.packet = *packet;
        model_enter(model, &given->rules, model_options_of(packet), many ? self->addr : packet->dst,
                    given->at, &what.options);
    }
    if (packet->protocol == UDP)
        hear_udp(model, what, many);
    else if (packet->protocol == ICMP)
        hear_icmp(model, what, many);
    hear_raw(model, what);
}

static bool is_header(const struct model_host *model, const struct heard *what, const char *line)
{
    const struct model_packet *packet = &what->packet;
    uint32_t meant = packet->dst == UINT32_MAX || !model_is_ours(model, packet->dst)
                         ? model->ifaces[what->iface].addr
                         : packet->dst; /* RFC 1122 3.2.1.3 */

    if (packet->dst != model_address(line, "dst") || packet->ttl != model_number(line, "ttl") ||
        packet->tos != model_number(line, "tos") || meant != model_address(line, "specdst") ||
        what->iface != model_number_or(line, "iface", 2))
        return false;
    return model_is_hex(line, "options", (struct v4_span){what->options.octets, what->options.len});
}

static bool is_error(const struct heard *what, const char *line)
{
    const uint8_t *p = what->packet.data.octets;
    size_t len;
    bool extended = model_value(line, "extension", &len) != NULL;

    return p[0] == model_number(line, "type") && p[1] == model_number(line, "code") &&
           model_is_hex(line, "rest", (struct v4_span){p + 4, 4}) &&
           extended == (what->extension.len > 0) &&
           model_is_hex(line, "extension", what->extension);
}

static bool is_it(const struct model_host *model, const struct heard *what, const char *line)
{
    static const char *const names[] = {[HEARD_UDP] = "* udp.recv ",
                                        [HEARD_IP] = "* ip.recv ",
                                        [HEARD_ECHO] = "* echo.recv ",
                                        [HEARD_ERROR] = "* icmp.error "};
    const uint8_t *p = what->packet.data.octets;

    if (!model_begins(line, names[what->kind]) || what->packet.src != model_address(line, "src") ||
        what->sock != model_number(line, "sock") || !model_is_hex(line, "data", what->data))
        return false;
    switch (what->kind) {
    case HEARD_UDP:
        return v4_be16(p) == model_number(line, "sport") &&
               v4_be16(p + 2) == model_number(line, "dport") && is_header(model, what, line);
    case HEARD_IP:
        return what->packet.protocol == model_number(line, "protocol") &&
               is_header(model, what, line);
    case HEARD_ECHO:
        return v4_be16(p + 4) == model_number(line, "id") &&
               v4_be16(p + 6) == model_number(line, "seq");
    default:
        return is_error(what, line);
    }
}

/* What waited for a neighbour, or went to the host itself: nobody has come with it. */
static bool is_from_ourselves(struct model_host *model, const char *line)
{
    uint32_t src = model_address(line, "src");
    unsigned sock = model_number(line, "sock");

    if (!model_is_ours(model, src) && src >> 24 != 127)
        return false;
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == sock)
            model->sockets[i].error = NULL;
    return true;
}

const char *model_heard_event(struct model_host *model, const char *line)
{
    bool of_packet = model_begins(line, "* udp.recv ") || model_begins(line, "* ip.recv ") ||
                     model_begins(line, "* echo.recv ") || model_begins(line, "* icmp.error ");

    if (!model->must || !of_packet || is_from_ourselves(model, line) ||
        model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_SOCKETS))
        return NULL;
    for (size_t i = 0; i < heard.count; i++) {
        if (!is_it(model, heard.list + i, line))
            continue;
        unsigned sock = heard.list[i].sock;
        for (size_t k = 0; k < i; k++)
            if (heard.list[k].sock == sock && sock != 0 && !heard.anything &&
                heard.perhaps_count == 0 &&
                heard.list[k].packet.octets.octets != heard.list[i].packet.octets.octets)
                return "deliver: a user is told of one before another that came first";
        memmove(heard.list + i, heard.list + i + 1, (--heard.count - i) * sizeof *heard.list);
        return NULL;
    }
    for (size_t i = 0; i < heard.perhaps_count; i++)
        if (heard.perhaps[i] == model_address(line, "src"))
            return NULL;
    return heard.anything || heard.perhaps_count == HEARD
               ? NULL
               : "deliver: a user is told of what is not for him, or of something else in it";
}

/* RFC 1122 4.1.3.3: what an error has said since it was last asked. */
static const char *check_asked(struct model_host *model, const char *line)
{
    unsigned sock = model_number(model->line, "sock");
    size_t len;
    const char *said = model_value(line, "value", &len);

    for (size_t i = 0; i < model->socket_count; i++) {
        struct model_socket *socket = model->sockets + i;
        if (socket->number != sock || said == NULL)
            continue;
        const char *error = socket->error;
        socket->error = "OK";
        if (error != NULL && !heard.anything &&
            (strlen(error) != len || strncmp(error, said, len) != 0))
            return "error: a socket says of itself what no ICMP error has said, or not what one "
                   "did";
    }
    return NULL;
}

const char *model_heard_reply(struct model_host *model, const char *line)
{
    const char *fault = NULL;

    if (strstr(line, " code=EPROTO") != NULL) /* to no line: it may tell all later */
        return NULL;
    if (model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_SOCKETS) || !model->must)
        heard.anything = true;
    if (heard.count > 0 && !heard.anything)
        fault = "deliver: a user was not told of what came for him";
    if (fault == NULL && model_begins(model->line, "get name=error ") && !heard.anything)
        fault = check_asked(model, line);
    heard.count = heard.octets = 0;
    heard.anything = false;
    return fault;
}

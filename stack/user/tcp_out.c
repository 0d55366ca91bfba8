/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "proto/ip_out.h"
#include "user/connection.h"

#define WINDOW 8192
#define AGAIN V4_SECOND /* until the first repetition; twice as long each time, up to LATEST */
#define LATEST (64 * V4_SECOND)
#define ROUTE_HEADER 3 /* type, length, pointer */

/* The user's route names the hops. The first of them is where a segment goes, the others and the
 * peer are what it finds there. */
static void follow(struct v4_option_list *options, const struct v4_option *route, uint32_t peer,
                   uint32_t *ret_hop)
{
    uint8_t *first = options->octets + route->at + ROUTE_HEADER;
    size_t rest = route->len - ROUTE_HEADER;

    if (rest < 4)
        return;
    *ret_hop = v4_be32(first);
    memmove(first, first + 4, rest - 4);
    v4_put32(first + rest - 4, peer);
}

/* RFC1122-4.2.3.8-c, -d: the user's own route comes before one that was heard. */
void v4_connection_way(const struct v4_connection *connection, struct v4_option_list *ret_options,
                       uint32_t *ret_hop)
{
    const struct v4_socket *sock = &connection->sock;
    struct v4_options where = {0};
    uint8_t pointer;

    ret_options->len = sock->options_len;
    memcpy(ret_options->octets, sock->options, sock->options_len);
    *ret_hop = sock->peer;
    v4_options_parse(v4_option_list_span(ret_options), &where, &pointer);
    if (where.source_route.len != 0) {
        follow(ret_options, &where.source_route, sock->peer, ret_hop);
        return;
    }
    if (connection->heard.len == 0 ||
        ret_options->len + connection->heard.len > sizeof ret_options->octets)
        return;
    memmove(ret_options->octets + connection->heard.len, ret_options->octets, ret_options->len);
    memcpy(ret_options->octets, connection->heard.octets, connection->heard.len);
    ret_options->len += connection->heard.len;
    *ret_hop = connection->heard_hop;
}

static enum v4_error transmit(struct v4_core *core, struct v4_connection *connection,
                              const struct v4_segment *segment)
{
    const struct v4_socket *sock = &connection->sock;
    uint32_t end = segment->seq + v4_segment_length(segment);
    struct v4_option_list options;
    uint32_t hop;

    if (end - connection->first > connection->most - connection->first)
        connection->most = end;
    v4_connection_way(connection, &options, &hop);
    struct v4_send send = v4_send_default(hop, V4_NOTHING);
    send.src = sock->addr;                                               /* RFC1122-4.2.3.7-b */
    send.ttl = sock->ttl != 0 ? sock->ttl : (uint8_t)core->switches.ttl; /* RFC1122-4.2.2.19-a */
    send.tos = sock->tos;                                                /* RFC1122-4.2.4.2-a */
    send.options = v4_option_list_span(&options);
    send.data = (struct v4_span){core->message,
                                 v4_segment_emit(segment, sock->addr, sock->peer, core->message)};
    return v4_ip_send_built(core, V4_PROTOCOL_TCP, &send);
}

static struct v4_segment segment_of(const struct v4_connection *connection, uint32_t seq,
                                    uint8_t flags)
{
    return (struct v4_segment){.src_port = connection->sock.port,
                               .dst_port = connection->sock.peer_port,
                               .seq = seq,
                               .ack = flags & V4_SEGMENT_ACK ? connection->expected : 0,
                               .flags = flags,
                               .window = WINDOW};
}

/* RFC1122-4.2.2.6-b: what the first hop carries, which we can put together as well, whoever the
 * peer is (RFC1191-3.1-b). */
static uint16_t offered(const struct v4_core *core, uint32_t src, uint32_t hop)
{
    struct v4_way way;
    unsigned mtu = V4_MTU_DEFAULT;

    if (v4_ip_way(core, src, hop, 0, &way) == V4_OK)
        mtu = core->ifaces[way.iface].mtu;
    return (uint16_t)(mtu - V4_IP_HEADER_MIN - V4_SEGMENT_HEADER);
}

enum v4_error v4_connection_say(struct v4_core *core, struct v4_connection *connection,
                                uint32_t seq, uint8_t flags)
{
    struct v4_segment segment = segment_of(connection, seq, flags);
    struct v4_option_list options;
    uint32_t hop;

    v4_connection_way(connection, &options, &hop);
    if (flags & V4_SEGMENT_SYN)
        segment.mss = offered(core, connection->sock.addr, hop);
    return transmit(core, connection, &segment);
}

/* RFC1122-4.2.2.6-a: what the peer takes and what IP lets us send, less the options of both. */
static uint32_t largest(struct v4_core *core, const struct v4_connection *connection)
{
    struct v4_option_list options;
    uint32_t hop;

    v4_connection_way(connection, &options, &hop);
    uint32_t mms = v4_ip_path_mtu(core, hop) - V4_IP_HEADER_MIN;
    uint32_t peers = connection->mss + (uint32_t)V4_SEGMENT_HEADER;
    uint32_t most = peers < mms ? peers : mms;
    uint32_t less = V4_SEGMENT_HEADER + (uint32_t)options.len;
    return most > less ? most - less : 1;
}

void v4_connection_wait(struct v4_core *core, struct v4_connection *connection)
{
    v4_time wait = AGAIN << (connection->tries < 6 ? connection->tries : 6);

    connection->due = core->now + (wait < LATEST ? wait : LATEST);
}

void v4_connection_slow(struct v4_core *core, struct v4_connection *connection)
{
    connection->burst = largest(core, connection);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void v4_connection_push(struct v4_core *core, struct v4_connection *connection)
{
    uint32_t size = largest(core, connection);
    uint32_t most = least((uint32_t)connection->held, least(connection->window, connection->burst));
    uint32_t sent = connection->next - connection->first;

    for (; !connection->fin_sent && sent < most; sent = connection->next - connection->first) {
        struct v4_segment segment =
            segment_of(connection, connection->next, V4_SEGMENT_ACK | V4_SEGMENT_PSH);
        segment.data = (struct v4_span){connection->data + sent, least(size, most - sent)};
        transmit(core, connection, &segment);
        connection->next += (uint32_t)segment.data.len;
    }
    if (connection->closing && !connection->fin_sent && sent == connection->held) {
        v4_connection_say(core, connection, connection->next++, V4_SEGMENT_ACK | V4_SEGMENT_FIN);
        connection->fin_sent = true;
    }
    if (connection->next != connection->first && connection->due == V4_NEVER)
        v4_connection_wait(core, connection);
}

void v4_connection_again(struct v4_core *core, struct v4_connection *connection)
{
    if (connection->state == V4_CONNECTION_ASKED)
        v4_connection_say(core, connection, connection->first, V4_SEGMENT_SYN);
    else if (connection->state == V4_CONNECTION_INVITED)
        v4_connection_say(core, connection, connection->first, V4_SEGMENT_SYN | V4_SEGMENT_ACK);
    else {
        connection->next = connection->first;
        connection->fin_sent = false;
        v4_connection_push(core, connection);
    }
    v4_connection_wait(core, connection);
}

void v4_connection_refuse(struct v4_core *core, const struct v4_packet *packet,
                          const struct v4_segment *segment)
{
    struct v4_connection none = {.sock = {.addr = packet->ip.dst,
                                          .peer = packet->ip.src,
                                          .port = segment->dst_port,
                                          .peer_port = segment->src_port}};
    bool acked = segment->flags & V4_SEGMENT_ACK;

    none.expected = segment->seq + v4_segment_length(segment);
    v4_connection_say(core, &none, acked ? segment->ack : 0,
                      acked ? V4_SEGMENT_RST : V4_SEGMENT_RST | V4_SEGMENT_ACK);
}

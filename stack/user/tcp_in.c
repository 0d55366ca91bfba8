/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_out.h"
#include "user/connection.h"
#include "user/tcp.h"
#include "wire/addr.h"

#define MSS_DEFAULT 536 /* RFC1122-4.2.2.6-c */
#define BURST 4         /* segments at first */
#define LINGER (60 * V4_SECOND)

/* The connection between these ends, else the socket that waits for it; NULL: nobody does. */
static struct v4_connection *between(const struct v4_core *core, const struct v4_socket *ends,
                                     bool asks)
{
    struct v4_connection *listener = NULL;

    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        bool here = each->sock.port == ends->port && each->sock.addr == ends->addr;
        bool any = each->sock.port == ends->port && each->sock.addr == V4_ADDR_ANY;
        if (each->state > V4_CONNECTION_LISTENS && here && each->sock.peer == ends->peer &&
            each->sock.peer_port == ends->peer_port)
            return each;
        if (asks && each->state == V4_CONNECTION_LISTENS && (here || (any && listener == NULL)))
            listener = each;
    }
    return listener;
}

/* Of the options that come only the way back is kept, and nothing of one that leads to nobody
 * (RFC1122-4.2.3.8-d, -e). */
static void hear_route(struct v4_core *core, struct v4_connection *connection,
                       const struct v4_packet *packet)
{
    struct v4_option_list all, route = {.len = 0};
    struct v4_option option;
    uint32_t hop;
    size_t at = 0;

    if (packet->options.source_route.len == 0 || !v4_option_reply(core, packet, &all, &hop))
        return;
    while (v4_option_next(v4_option_list_span(&all), &at, &option))
        if (option.type == V4_OPTION_LSRR || option.type == V4_OPTION_SSRR)
            while (route.len < option.len)
                route.octets[route.len] = all.octets[option.at + route.len], route.len++;
    if (route.len == 0)
        return;
    while (route.len % 4 != 0)
        route.octets[route.len++] = V4_OPTION_EOL;
    connection->heard = route;
    connection->heard_hop = hop;
}

static void begin(struct v4_core *core, struct v4_connection *connection,
                  const struct v4_segment *segment)
{
    connection->mss = segment->mss != 0 ? segment->mss : MSS_DEFAULT;
    connection->expected = segment->seq + 1;
    connection->window = segment->window;
    v4_connection_slow(core, connection);
    connection->burst *= BURST;
}

static void invite(struct v4_core *core, const struct v4_connection *listener,
                   const struct v4_packet *packet, const struct v4_segment *segment)
{
    struct v4_socket ends = listener->sock;

    ends.addr = packet->ip.dst;
    ends.peer = packet->ip.src;
    ends.peer_port = segment->src_port;
    struct v4_connection *connection = v4_connection_new(core, V4_CONNECTION_INVITED, &ends);
    if (connection == NULL) /* the peer will ask again */
        return;
    connection->listener = listener->sock.number;
    hear_route(core, connection, packet);
    begin(core, connection, segment);
    v4_connection_say(core, connection, connection->next++, V4_SEGMENT_SYN | V4_SEGMENT_ACK);
    v4_connection_wait(core, connection);
}

static void opened(struct v4_core *core, struct v4_connection *connection)
{
    const struct v4_socket *sock = &connection->sock;

    connection->state = V4_CONNECTION_OPEN;
    connection->first = connection->next = connection->most;
    connection->tries = 0;
    connection->due = V4_NEVER;
    v4_connection_tell(core, connection,
                       &(struct v4_event_tcp){.news = V4_TCP_OPEN,
                                              .listener = connection->listener,
                                              .src = sock->peer,
                                              .dst = sock->addr,
                                              .src_port = sock->peer_port,
                                              .dst_port = sock->port},
                       V4_NOTHING, V4_NOTHING);
}

/* The answer to our SYN. */
static void answered(struct v4_core *core, struct v4_connection *connection,
                     const struct v4_packet *packet, const struct v4_segment *segment)
{
    const uint8_t both = V4_SEGMENT_SYN | V4_SEGMENT_ACK;

    if ((segment->flags & V4_SEGMENT_ACK) && segment->ack != connection->next) {
        if (!(segment->flags & V4_SEGMENT_RST))
            v4_connection_refuse(core, packet, segment);
        return;
    }
    if (segment->flags & V4_SEGMENT_RST) {
        if (segment->flags & V4_SEGMENT_ACK)
            v4_connection_end(core, connection, V4_TCP_REFUSED);
        return;
    }
    if ((segment->flags & both) != both)
        return;
    hear_route(core, connection, packet);
    begin(core, connection, segment);
    opened(core, connection);
    v4_connection_say(core, connection, connection->next, V4_SEGMENT_ACK);
}

static void acknowledged(struct v4_core *core, struct v4_connection *connection,
                         const struct v4_segment *segment)
{
    uint32_t count = segment->ack - connection->first;

    connection->window = segment->window;
    if (count == 0 || count > connection->most - connection->first)
        return;
    if (count > connection->next - connection->first)
        connection->next = segment->ack; /* what was sent before it was sent again arrived */
    if (count > connection->held && connection->closing)
        connection->fin_sent = true;
    size_t octets = count < connection->held ? count : connection->held;
    connection->held -= octets;
    for (size_t i = 0; i < connection->held; i++)
        connection->data[i] = connection->data[i + octets];
    connection->first = segment->ack;
    connection->tries = 0;
    connection->due = V4_NEVER;
    uint32_t most = connection->mss;
    uint32_t more = connection->burst + (count < most ? count : most);
    connection->burst = more < V4_CONNECTION_ROOM ? more : V4_CONNECTION_ROOM;
    if (connection->fin_sent && connection->first == connection->next)
        connection->due = core->now + LINGER; /* for the peer's end */
}

static void take_data(struct v4_core *core, struct v4_connection *connection,
                      const struct v4_packet *packet, const struct v4_segment *segment)
{
    uint32_t length = v4_segment_length(segment);

    if (length == 0)
        return;
    if (segment->seq == connection->expected) {
        connection->expected += length;
        if (segment->data.len != 0)
            v4_connection_tell(core, connection,
                               &(struct v4_event_tcp){.news = V4_TCP_RECV,
                                                      .tos = packet->ip.tos, /* RFC1122-4.2.4.2-c */
                                                      .ttl = packet->ip.ttl},
                               packet->ip.options, segment->data);
        if (segment->flags & V4_SEGMENT_FIN) {
            connection->fin_heard = true;
            v4_connection_tell(core, connection,
                               &(struct v4_event_tcp){.news = V4_TCP_CLOSED, .reason = V4_TCP_PEER},
                               V4_NOTHING, V4_NOTHING);
            connection->closing = true;
        }
    }
    v4_connection_say(core, connection, connection->next, V4_SEGMENT_ACK);
}

/* A segment of a connection that has begun. */
static void proceed(struct v4_core *core, struct v4_connection *connection,
                    const struct v4_packet *packet, const struct v4_segment *segment)
{
    if (segment->flags & V4_SEGMENT_RST) {
        if (segment->seq == connection->expected)
            v4_connection_end(core, connection, V4_TCP_RESET);
        return;
    }
    if (segment->flags & V4_SEGMENT_SYN) { /* once more: our answer was lost */
        if (connection->state == V4_CONNECTION_INVITED)
            v4_connection_again(core, connection);
        else
            v4_connection_say(core, connection, connection->next, V4_SEGMENT_ACK);
        return;
    }
    if (!(segment->flags & V4_SEGMENT_ACK))
        return;
    if (connection->state == V4_CONNECTION_INVITED) {
        if (segment->ack != connection->next) {
            v4_connection_refuse(core, packet, segment);
            return;
        }
        opened(core, connection);
    }
    hear_route(core, connection, packet);
    acknowledged(core, connection, segment);
    take_data(core, connection, packet, segment);
    if (connection->fin_heard && connection->fin_sent && connection->first == connection->next) {
        connection->state = V4_CONNECTION_FREE;
        return;
    }
    v4_connection_push(core, connection);
}

bool v4_tcp_input(struct v4_core *core, const struct v4_packet *packet)
{
    struct v4_segment segment;

    if (core->tcp == NULL || !core->tcp->there)
        return false;
    const struct v4_ip *ip = &packet->ip;
    bool right = packet->built ? v4_segment_read(ip->data, &segment)
                               : v4_segment_parse(ip->data, ip->src, ip->dst, &segment);
    if (packet->group || !right) {
        v4_core_drop(core, V4_DROP_TCP_SEGMENT, v4_packet_whole(packet));
        return true;
    }
    bool asks =
        (segment.flags & (V4_SEGMENT_SYN | V4_SEGMENT_ACK | V4_SEGMENT_RST)) == V4_SEGMENT_SYN;
    struct v4_connection *connection = between(core,
                                               &(struct v4_socket){.addr = packet->ip.dst,
                                                                   .peer = packet->ip.src,
                                                                   .port = segment.dst_port,
                                                                   .peer_port = segment.src_port},
                                               asks);
    if (connection == NULL) {
        if (!(segment.flags & V4_SEGMENT_RST))
            v4_connection_refuse(core, packet, &segment);
    } else if (connection->state == V4_CONNECTION_LISTENS)
        invite(core, connection, packet, &segment);
    else if (connection->state == V4_CONNECTION_ASKED)
        answered(core, connection, packet, &segment);
    else
        proceed(core, connection, packet, &segment);
    return true;
}

/* What is certain not to change: RFC1122-4.2.3.9-e; for code 4, where no path MTU is discovered,
 * -f. */
static bool is_hard(const struct v4_core *core, const struct v4_icmp *icmp)
{
    if (icmp->type != V4_ICMP_UNREACHABLE)
        return false;
    return icmp->code == V4_ICMP_PROTOCOL || icmp->code == V4_ICMP_PORT ||
           (icmp->code == V4_ICMP_FRAGMENTATION && core->profile->pmtu == V4_PMTU_IGNORED);
}

/* RFC1122-4.2.3.9-a: by its ends, and by a number that is under way. What has a route goes to its
 * hops first. */
static struct v4_connection *quoted(const struct v4_core *core, const struct v4_ip *quote)
{
    uint32_t seq = v4_be32(quote->data.octets + 4);

    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        const struct v4_socket *sock = &each->sock;
        bool there = sock->peer == quote->dst || quote->options.len != 0;
        if (each->state > V4_CONNECTION_LISTENS && sock->addr == quote->src && there &&
            sock->port == v4_be16(quote->data.octets) &&
            sock->peer_port == v4_be16(quote->data.octets + 2) &&
            seq - each->first <= each->most - each->first)
            return each;
    }
    return NULL;
}

static void report(struct v4_core *core, struct v4_connection *connection,
                   const struct v4_packet *packet, const struct v4_icmp *icmp)
{
    connection->sock.error = is_hard(core, icmp) ? V4_ECONNREFUSED : V4_EHOSTUNREACH;
    if (connection->sock.quiet) /* RFC1122-4.2.4.1-b */
        return;
    v4_connection_tell(
        core, connection,
        &(struct v4_event_tcp){
            .news = V4_TCP_ERROR, .src = packet->ip.src, .type = icmp->type, .code = icmp->code},
        V4_NOTHING, V4_NOTHING);
}

bool v4_tcp_failed(struct v4_core *core, const struct v4_packet *packet, const struct v4_icmp *icmp,
                   const struct v4_ip *quote)
{
    if (core->tcp == NULL || !core->tcp->there || quote->offset != 0 || quote->data.len < 8)
        return false;
    struct v4_connection *connection = quoted(core, quote);
    if (connection == NULL)
        return false;
    if (icmp->type == V4_ICMP_SOURCE_QUENCH)
        v4_connection_slow(core, connection); /* RFC1122-4.2.3.9-b */
    report(core, connection, packet, icmp);
    if (is_hard(core, icmp))
        v4_connection_end(core, connection, V4_TCP_UNREACHABLE);
    else if (icmp->type == V4_ICMP_UNREACHABLE && icmp->code == V4_ICMP_FRAGMENTATION)
        v4_connection_again(core, connection); /* in pieces that pass */
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/tcp.h"
#include <stdlib.h>
#include <string.h>
#include "proto/event.h"
#include "proto/ip_out.h"
#include "proto/role.h"
#include "proto/route.h"
#include "user/connection.h"

#define PORT_FIRST 49152 /* those that we choose from */
#define PORT_COUNT 16384
#define ADVISED 3  /* tries after which IP is told that nothing arrives: R1 (RFC1122-4.2.3.5-a) */
#define GIVEN_UP 9 /* R2: some five minutes */

struct v4_tcp *v4_tcp_open(void)
{
    return calloc(1, sizeof(struct v4_tcp));
}

void v4_tcp_close(struct v4_tcp *tcp)
{
    free(tcp);
}

void v4_tcp_reset(struct v4_tcp *tcp)
{
    memset(tcp, 0, sizeof *tcp);
}

void v4_connection_tell(struct v4_core *core, const struct v4_connection *connection,
                        const struct v4_event_tcp *news, struct v4_span options,
                        struct v4_span data)
{
    struct v4_event event = {.kind = V4_EVENT_TCP, .tcp = *news};

    if (connection->closing)
        return;
    event.tcp.sock = connection->sock.number;
    if (!v4_event_tell(core, &event, options, data))
        v4_core_drop(core, V4_DROP_USER_FULL, data);
}

void v4_connection_end(struct v4_core *core, struct v4_connection *connection,
                       enum v4_tcp_reason reason)
{
    v4_connection_tell(core, connection,
                       &(struct v4_event_tcp){.news = V4_TCP_CLOSED, .reason = reason}, V4_NOTHING,
                       V4_NOTHING);
    connection->state = V4_CONNECTION_FREE;
}

static struct v4_connection *find(const struct v4_core *core, unsigned number)
{
    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        if (each->state != V4_CONNECTION_FREE && each->sock.number == number && !each->closing)
            return each;
    }
    return NULL;
}

struct v4_socket *v4_tcp_socket(const struct v4_core *core, unsigned sock)
{
    struct v4_connection *connection = core->tcp == NULL ? NULL : find(core, sock);

    return connection == NULL ? NULL : &connection->sock;
}

static bool is_taken(const struct v4_core *core, const struct v4_socket *ends)
{
    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        const struct v4_connection *each = &core->tcp->connections[i];
        if (each->state != V4_CONNECTION_FREE && each->sock.addr == ends->addr &&
            each->sock.port == ends->port && each->sock.peer == ends->peer &&
            each->sock.peer_port == ends->peer_port)
            return true;
    }
    return false;
}

struct v4_connection *v4_connection_new(struct v4_core *core, enum v4_connection_state state,
                                        const struct v4_socket *ends)
{
    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        if (each->state != V4_CONNECTION_FREE)
            continue;
        *each = (struct v4_connection){.state = state, .sock = *ends, .due = V4_NEVER};
        each->sock.number = ++core->state.last_socket;
        each->sock.error = V4_OK;
        if (state != V4_CONNECTION_LISTENS)
            each->first = each->next = each->most = (uint32_t)v4_rng_next(&core->rng);
        return each;
    }
    return NULL;
}

static bool choose(struct v4_socket *sock, const struct v4_tcp_choices *choices)
{
    struct v4_options where;
    uint8_t pointer;

    if (choices->options.len % 4 != 0 || choices->options.len > sizeof sock->options ||
        v4_options_parse(choices->options, &where, &pointer) != V4_KEEP)
        return false;
    sock->ttl = choices->ttl;
    sock->tos = choices->tos;
    sock->options_len = (uint8_t)choices->options.len;
    if (choices->options.len != 0)
        memcpy(sock->options, choices->options.octets, choices->options.len);
    return true;
}

enum v4_error v4_tcp_listen(struct v4_core *core, uint32_t addr, uint16_t port,
                            const struct v4_tcp_choices *choices, unsigned *ret_sock)
{
    struct v4_socket ends = {.addr = addr, .port = port};
    unsigned iface;

    if (port == 0 || !choose(&ends, choices))
        return V4_EINVAL;
    if (addr != V4_ADDR_ANY && !v4_addr_is_loopback(addr) && !v4_role_ours(core, addr, &iface))
        return V4_EADDRNOTAVAIL;
    if (is_taken(core, &ends))
        return V4_EADDRINUSE;
    struct v4_connection *connection = v4_connection_new(core, V4_CONNECTION_LISTENS, &ends);
    if (connection == NULL)
        return V4_ENOBUFS;
    core->tcp->there = true;
    *ret_sock = connection->sock.number;
    return V4_OK;
}

/* RFC1122-4.2.3.10-a */
static bool is_somebody(const struct v4_core *core, uint32_t addr)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_role_broadcast(core, i, addr))
            return false;
    return v4_addr_is_loopback(addr) || v4_role_single(core, addr);
}

enum v4_error v4_tcp_connect(struct v4_core *core, uint32_t addr, uint16_t port, uint32_t peer,
                             uint16_t peer_port, const struct v4_tcp_choices *choices,
                             unsigned *ret_sock)
{
    struct v4_socket ends = {.addr = addr, .port = port, .peer = peer, .peer_port = peer_port};
    struct v4_connection wanted = {0};
    struct v4_option_list options;
    uint32_t hop;

    if (peer_port == 0 || !choose(&ends, choices))
        return V4_EINVAL;
    if (!is_somebody(core, peer))
        return V4_ENETUNREACH;
    if (port == 0)
        ends.port = (uint16_t)(PORT_FIRST + v4_rng_below(&core->rng, PORT_COUNT));
    wanted.sock = ends;
    v4_connection_way(&wanted, &options, &hop);
    enum v4_error error = v4_ip_source(core, hop, ends.tos, &ends.addr); /* RFC1122-4.2.3.7-a */
    if (error != V4_OK)
        return error;
    if (is_taken(core, &ends))
        return V4_EADDRINUSE;
    struct v4_connection *connection = v4_connection_new(core, V4_CONNECTION_ASKED, &ends);
    if (connection == NULL)
        return V4_ENOBUFS;
    core->tcp->there = true;
    error = v4_connection_say(core, connection, connection->next++, V4_SEGMENT_SYN);
    if (error != V4_OK && error != V4_ENOBUFS) {
        connection->state = V4_CONNECTION_FREE;
        return error;
    }
    v4_connection_wait(core, connection);
    *ret_sock = connection->sock.number;
    return V4_OK;
}

enum v4_error v4_tcp_send(struct v4_core *core, unsigned sock, struct v4_span data)
{
    struct v4_connection *connection = find(core, sock);

    if (connection == NULL || connection->state != V4_CONNECTION_OPEN)
        return V4_EBADF;
    if (data.len > sizeof connection->data - connection->held)
        return V4_ENOBUFS;
    if (data.len != 0)
        memcpy(connection->data + connection->held, data.octets, data.len);
    connection->held += data.len;
    v4_connection_push(core, connection);
    return V4_OK;
}

enum v4_error v4_tcp_shut(struct v4_core *core, unsigned sock)
{
    struct v4_connection *connection = find(core, sock);

    if (connection == NULL)
        return V4_EBADF;
    if (connection->state != V4_CONNECTION_OPEN) {
        connection->state = V4_CONNECTION_FREE;
        return V4_OK;
    }
    connection->closing = true;
    v4_connection_push(core, connection);
    return V4_OK;
}

/* Nothing has come of what is first. Where nothing is under way either the peer does not end. */
static void expire(struct v4_core *core, struct v4_connection *connection)
{
    struct v4_option_list options;
    uint32_t hop;

    if (++connection->tries > GIVEN_UP || connection->first == connection->next) {
        v4_connection_end(core, connection, V4_TCP_TIMEOUT);
        return;
    }
    v4_connection_way(connection, &options, &hop);
    if (connection->tries >= ADVISED)
        v4_route_advise(core, hop, false);
    v4_connection_slow(core, connection);
    v4_connection_again(core, connection);
}

void v4_tcp_tick(struct v4_core *core)
{
    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        if (each->state != V4_CONNECTION_FREE && each->due <= core->now)
            expire(core, each);
    }
}

v4_time v4_tcp_next_timeout(const struct v4_core *core)
{
    v4_time next = V4_NEVER;

    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        const struct v4_connection *each = &core->tcp->connections[i];
        if (each->state != V4_CONNECTION_FREE && each->due < next)
            next = each->due;
    }
    return next;
}

/* RFC5227-2.4-h, RFC3927-2.5-d: while it can still be sent from there. */
void v4_tcp_leaves(struct v4_core *core, uint32_t addr)
{
    for (unsigned i = 0; i < V4_CONNECTIONS; i++) {
        struct v4_connection *each = &core->tcp->connections[i];
        if (each->state <= V4_CONNECTION_LISTENS || each->sock.addr != addr)
            continue;
        v4_connection_say(core, each, each->next, V4_SEGMENT_RST | V4_SEGMENT_ACK);
        v4_connection_end(core, each, V4_TCP_LEFT);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "host/settings.h"
#include "proto/group.h"
#include "proto/socket.h"
#include "user/tcp.h"
#include "wire/option.h"

/* The socket that the request names, if all of it was understood. */
static enum v4_error find(struct v4_verb *verb, struct v4_socket **ret_sock)
{
    unsigned number = (unsigned)v4_request_number(verb->request, "sock", 0, UINT32_MAX);
    struct v4_socket *sock = v4_socket_find(verb->core, number, false);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    if (sock == NULL)
        sock = v4_socket_find(verb->core, number, true);
    if (sock == NULL)
        sock = v4_tcp_socket(verb->core, number);
    if (sock == NULL)
        return V4_EBADF;
    *ret_sock = sock;
    return V4_OK;
}

/* The same of what has ports, a checksum or a peer: a raw one says that with each datagram. */
static enum v4_error find_talker(struct v4_verb *verb, struct v4_socket **ret_sock)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK && sock->raw)
        return V4_EINVAL;
    if (error == V4_OK)
        *ret_sock = sock;
    return error;
}

static enum v4_error set_number(struct v4_verb *verb, uint64_t min, uint64_t max, size_t offset)
{
    uint8_t value = (uint8_t)v4_request_number(verb->request, "value", min, max);
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        memcpy((char *)sock + offset, &value, sizeof value);
    return error;
}

static enum v4_error get_number(struct v4_verb *verb, size_t offset)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);
    uint8_t value;

    if (error != V4_OK)
        return error;
    memcpy(&value, (const char *)sock + offset, sizeof value);
    v4_text_put(verb->reply, " value=%u", value);
    return V4_OK;
}

static enum v4_error set_ttl(struct v4_verb *verb)
{
    return set_number(verb, 1, UINT8_MAX, offsetof(struct v4_socket, ttl));
}

/* What it has not been told is the host's. */
static enum v4_error get_ttl(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error != V4_OK)
        return error;
    v4_text_put(verb->reply, " value=%u", sock->ttl != 0 ? sock->ttl : verb->core->switches.ttl);
    return V4_OK;
}

static enum v4_error set_tos(struct v4_verb *verb)
{
    return set_number(verb, 0, UINT8_MAX, offsetof(struct v4_socket, tos));
}

static enum v4_error get_tos(struct v4_verb *verb)
{
    return get_number(verb, offsetof(struct v4_socket, tos));
}

static enum v4_error set_df(struct v4_verb *verb)
{
    uint8_t value = (uint8_t)v4_request_number(verb->request, "value", 0, 2);
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        sock->df = value + 1;
    return error;
}

/* What it has not been told is what each datagram has of itself, be it as it may. */
static enum v4_error get_df(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%d", sock->df == 0 ? 0 : sock->df - 1);
    return error;
}

static enum v4_error set_broadcast(struct v4_verb *verb)
{
    return set_number(verb, 0, 1, offsetof(struct v4_socket, broadcast));
}

static enum v4_error get_broadcast(struct v4_verb *verb)
{
    return get_number(verb, offsetof(struct v4_socket, broadcast));
}

static enum v4_error set_options(struct v4_verb *verb)
{
    uint8_t octets[V4_IP_OPTIONS_MAX], pointer;
    struct v4_span options = v4_request_octets(verb->request, "value", octets, sizeof octets);
    struct v4_options where;
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error != V4_OK)
        return error;
    if (options.len % 4 != 0 || v4_options_parse(options, &where, &pointer) != V4_KEEP)
        return V4_EINVAL;
    memcpy(sock->options, octets, options.len);
    sock->options_len = (uint8_t)options.len;
    return V4_OK;
}

static enum v4_error get_options(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        v4_text_octets(verb->reply, "value", (struct v4_span){sock->options, sock->options_len});
    return error;
}

/* The switch is the other way round: nought is what a socket begins with. */
static enum v4_error set_checksum(struct v4_verb *verb)
{
    uint8_t value = (uint8_t)v4_request_number(verb->request, "value", 0, 1);
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        sock->unchecked = !value;
    return error;
}

static enum v4_error get_checksum(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", !sock->unchecked);
    return error;
}

static enum v4_error set_peer(struct v4_verb *verb)
{
    uint32_t value = v4_request_address(verb->request, "value");
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        sock->peer = value;
    return error;
}

static enum v4_error get_peer(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        v4_text_address(verb->reply, "value", sock->peer);
    return error;
}

static enum v4_error set_peer_port(struct v4_verb *verb)
{
    uint16_t value = (uint16_t)v4_request_number(verb->request, "value", 0, UINT16_MAX);
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        sock->peer_port = value;
    return error;
}

static enum v4_error get_peer_port(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", sock->peer_port);
    return error;
}

static enum v4_error set_by_iface(struct v4_verb *verb)
{
    uint8_t value =
        (uint8_t)v4_request_number(verb->request, "value", 0, verb->core->config.iface_count);
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        sock->by_iface = value;
    return error;
}

static enum v4_error get_by_iface(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", sock->by_iface);
    return error;
}

static enum v4_error set_reports(struct v4_verb *verb)
{
    uint8_t value = (uint8_t)v4_request_number(verb->request, "value", 0, 1);
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        sock->quiet = !value;
    return error;
}

static enum v4_error get_reports(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find_talker(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", !sock->quiet);
    return error;
}

static enum v4_error set_group_ttl(struct v4_verb *verb)
{
    return set_number(verb, 0, UINT8_MAX, offsetof(struct v4_socket, group_ttl));
}

static enum v4_error get_group_ttl(struct v4_verb *verb)
{
    return get_number(verb, offsetof(struct v4_socket, group_ttl));
}

static enum v4_error set_group_loop(struct v4_verb *verb)
{
    uint8_t value = (uint8_t)v4_request_number(verb->request, "value", 0, 1);
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        sock->group_unheard = !value;
    return error;
}

static enum v4_error get_group_loop(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", !sock->group_unheard);
    return error;
}

static enum v4_error set_group_iface(struct v4_verb *verb)
{
    uint8_t value =
        (uint8_t)v4_request_number(verb->request, "value", 0, verb->core->config.iface_count - 1);
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        sock->group_iface = value + 1;
    return error;
}

static enum v4_error get_group_iface(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u",
                    sock->group_iface == 0 ? v4_group_iface(verb->core, V4_ADDR(224, 0, 0, 0))
                                           : sock->group_iface - 1U);
    return error;
}

/* Who has asked has been told. */
static enum v4_error get_error(struct v4_verb *verb)
{
    struct v4_socket *sock;
    enum v4_error error = find(verb, &sock);

    if (error != V4_OK)
        return error;
    v4_text_put(verb->reply, " value=%s", v4_error_name(sock->error));
    sock->error = V4_OK;
    return V4_OK;
}

const struct v4_setting v4_sock_settings[] = {
    {"ttl", set_ttl, get_ttl},
    {"tos", set_tos, get_tos},
    {"df", set_df, get_df},
    {"options", set_options, get_options},
    {"broadcast", set_broadcast, get_broadcast},
    {"checksum", set_checksum, get_checksum},
    {"peer", set_peer, get_peer},
    {"peer-port", set_peer_port, get_peer_port},
    {"by-iface", set_by_iface, get_by_iface},
    {"reports", set_reports, get_reports},
    {"error", NULL, get_error},
    {"multicast-ttl", set_group_ttl, get_group_ttl},
    {"multicast-loop", set_group_loop, get_group_loop},
    {"multicast-iface", set_group_iface, get_group_iface},
    {"group-filter", v4_set_group_filter, v4_get_group_filter},
    {0},
};

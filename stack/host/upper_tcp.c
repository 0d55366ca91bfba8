/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/upper_tcp.h"
#include "user/tcp.h"

#define DATA_MAX 8192

/* The keys by which a socket is given choices at its beginning. */
static struct v4_tcp_choices read_choices(struct v4_verb *verb, uint8_t options[V4_IP_OPTIONS_MAX])
{
    return (struct v4_tcp_choices){
        .ttl = (uint8_t)v4_request_number_or(verb->request, "ttl", 1, UINT8_MAX, 0),
        .tos = (uint8_t)v4_request_number_or(verb->request, "tos", 0, UINT8_MAX, 0),
        .options = v4_request_octets_or_none(verb->request, "options", options, V4_IP_OPTIONS_MAX)};
}

enum v4_error v4_upper_tcp_listen(struct v4_verb *verb)
{
    uint16_t port = (uint16_t)v4_request_number(verb->request, "port", 1, UINT16_MAX);
    uint32_t addr = v4_request_address_or(verb->request, "addr", V4_ADDR_ANY);
    uint8_t options[V4_IP_OPTIONS_MAX];
    struct v4_tcp_choices choices = read_choices(verb, options);
    unsigned sock;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    enum v4_error error = v4_tcp_listen(verb->core, addr, port, &choices, &sock);
    if (error == V4_OK)
        v4_text_put(verb->reply, " sock=%u", sock);
    return error;
}

enum v4_error v4_upper_tcp_connect(struct v4_verb *verb)
{
    uint32_t dst = v4_request_address(verb->request, "dst");
    uint16_t dport = (uint16_t)v4_request_number(verb->request, "dport", 1, UINT16_MAX);
    uint32_t addr = v4_request_address_or(verb->request, "addr", V4_ADDR_ANY);
    uint16_t port = (uint16_t)v4_request_number_or(verb->request, "port", 0, UINT16_MAX, 0);
    uint8_t options[V4_IP_OPTIONS_MAX];
    struct v4_tcp_choices choices = read_choices(verb, options);
    unsigned sock;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    enum v4_error error = v4_tcp_connect(verb->core, addr, port, dst, dport, &choices, &sock);
    if (error == V4_OK)
        v4_text_put(verb->reply, " sock=%u", sock);
    return error;
}

enum v4_error v4_upper_tcp_send(struct v4_verb *verb)
{
    unsigned sock = (unsigned)v4_request_number(verb->request, "sock", 0, UINT32_MAX);
    uint8_t octets[DATA_MAX];
    struct v4_span data = v4_request_octets(verb->request, "data", octets, sizeof octets);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    return v4_tcp_send(verb->core, sock, data);
}

enum v4_error v4_upper_tcp_close(struct v4_verb *verb)
{
    unsigned sock = (unsigned)v4_request_number(verb->request, "sock", 0, UINT32_MAX);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    return v4_tcp_shut(verb->core, sock);
}

static void write_open(struct v4_text *text, const struct v4_event_tcp *tcp)
{
    v4_text_put(text, "* tcp.open sock=%u", tcp->sock);
    v4_text_address(text, "src", tcp->src);
    v4_text_put(text, " sport=%u", tcp->src_port);
    v4_text_address(text, "dst", tcp->dst);
    v4_text_put(text, " dport=%u", tcp->dst_port);
    if (tcp->listener != 0)
        v4_text_put(text, " listen=%u", tcp->listener);
}

static const char *const reasons[] = {
    [V4_TCP_PEER] = "peer",       [V4_TCP_RESET] = "reset", [V4_TCP_REFUSED] = "refused",
    [V4_TCP_TIMEOUT] = "timeout", [V4_TCP_LEFT] = "left",   [V4_TCP_UNREACHABLE] = "unreachable",
};

void v4_upper_tcp_event(struct v4_text *text, const struct v4_event_tcp *tcp)
{
    switch (tcp->news) {
    case V4_TCP_OPEN:
        write_open(text, tcp);
        break;
    case V4_TCP_RECV:
        v4_text_put(text, "* tcp.recv sock=%u", tcp->sock);
        v4_text_octets(text, "data", tcp->data);
        v4_text_put(text, " ttl=%u tos=%u", tcp->ttl, tcp->tos);
        v4_text_octets(text, "options", tcp->options);
        break;
    case V4_TCP_ERROR:
        v4_text_put(text, "* tcp.error sock=%u type=%u code=%u", tcp->sock, tcp->type, tcp->code);
        v4_text_address(text, "src", tcp->src);
        break;
    case V4_TCP_CLOSED:
        v4_text_put(text, "* tcp.closed sock=%u reason=%s", tcp->sock, reasons[tcp->reason]);
        break;
    }
}

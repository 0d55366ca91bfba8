/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/upper.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/request.h"
#include "wire/ip.h"

#define CAPABILITIES "udp,ip,echo,counters,icmp-errors,udp-options,udp-ttl"
#define NO_ID UINT64_C(0x10000)

/* A line on its way out. Any that we write fits: the longest has a datagram of 65,535 octets in
 * hex. */
struct text {
    size_t len;
    char octets[V4_LINE_MAX + 1];
};

struct v4_upper {
    struct v4_host *host;
    bool vtime;
    v4_time now;
    struct v4_request request; /* the one that is carried out */
    uint8_t data[V4_LINE_MAX / 2], options[V4_IP_OPTIONS_MAX];
    struct text reply, event;
};

static void start(struct text *text)
{
    text->len = 0;
    text->octets[0] = '\0';
}

__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *format, ...)
{
    size_t room = sizeof text->octets - text->len;
    va_list words;

    va_start(words, format);
    int len = vsnprintf(text->octets + text->len, room, format, words);
    va_end(words);
    text->len += (size_t)len < room ? (size_t)len : room - 1;
}

static void put_address(struct text *text, const char *key, uint32_t addr)
{
    put(text, " %s=%u.%u.%u.%u", key, addr >> 24, addr >> 16 & 0xff, addr >> 8 & 0xff, addr & 0xff);
}

static void put_octets(struct text *text, const char *key, struct v4_span octets)
{
    static const char digits[] = "0123456789abcdef";

    put(text, " %s=", key);
    for (size_t i = 0; i < octets.len && text->len + 2 < sizeof text->octets; i++) {
        text->octets[text->len++] = digits[octets.octets[i] >> 4];
        text->octets[text->len++] = digits[octets.octets[i] & 0x0f];
    }
    text->octets[text->len] = '\0';
}

static void write_udp(struct text *text, const struct v4_event_udp *udp)
{
    put(text, "* udp.recv sock=%u", udp->sock);
    put_address(text, "src", udp->src);
    put(text, " sport=%u", udp->src_port);
    put_address(text, "dst", udp->dst);
    put(text, " dport=%u", udp->dst_port);
    put_octets(text, "data", udp->data);
    put(text, " ttl=%u tos=%u", udp->ttl, udp->tos);
    put_octets(text, "options", udp->options);
    put_address(text, "specdst", udp->specific);
    put(text, " iface=%u", udp->iface);
}

static void write_ip(struct text *text, const struct v4_event_ip *ip)
{
    put(text, "* ip.recv sock=%u", ip->sock);
    put_address(text, "src", ip->src);
    put_address(text, "dst", ip->dst);
    put(text, " protocol=%u", ip->protocol);
    put_octets(text, "data", ip->data);
    put(text, " ttl=%u tos=%u", ip->ttl, ip->tos);
    put_octets(text, "options", ip->options);
    put_address(text, "specdst", ip->specific);
    put(text, " iface=%u", ip->iface);
}

static void write_echo(struct text *text, const struct v4_event_echo *echo)
{
    put(text, "* echo.recv");
    put_address(text, "src", echo->src);
    put(text, " id=%u seq=%u", echo->id, echo->seq);
    put_octets(text, "data", echo->data);
}

static void write_error(struct text *text, const struct v4_event_error *error)
{
    put(text, "* icmp.error type=%u code=%u", error->type, error->code);
    put_address(text, "src", error->src);
    put_octets(text, "data", error->data);
    put(text, " rest=%08x", error->rest);
    if (error->sock != 0)
        put(text, " sock=%u", error->sock);
}

static void write_event(struct text *text, const struct v4_event *event)
{
    start(text);
    switch (event->kind) {
    case V4_EVENT_UDP:
        write_udp(text, &event->udp);
        break;
    case V4_EVENT_IP:
        write_ip(text, &event->ip);
        break;
    case V4_EVENT_ECHO:
        write_echo(text, &event->echo);
        break;
    case V4_EVENT_ERROR:
        write_error(text, &event->error);
        break;
    }
}

/* The operations. Each reads its keys, acts if they are as they must be, and adds keys to the
 * reply. */

static enum v4_error hello(struct v4_upper *upper)
{
    v4_request_number(&upper->request, "version", 1, 1);
    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    put(&upper->reply, " version=1 name=reference release=" V4_RELEASE " caps=" CAPABILITIES "%s",
        upper->vtime ? ",vtime" : "");
    return V4_OK;
}

static enum v4_error reset(struct v4_upper *upper)
{
    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    v4_host_reset(upper->host);
    return V4_OK;
}

/* The host delivers within the call that brought the frame: nothing is left to wait for. */
static enum v4_error sync_(struct v4_upper *upper)
{
    return v4_request_understood(&upper->request) ? V4_OK : V4_EINVAL;
}

static enum v4_error counters(struct v4_upper *upper)
{
    const struct v4_stats *stats = v4_host_stats(upper->host);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    for (unsigned i = 0; i < V4_STAT_COUNT; i++)
        if (stats->value[i] != 0)
            put(&upper->reply, " %s=%llu", v4_stat_name((enum v4_stat)i),
                (unsigned long long)stats->value[i]);
    for (unsigned i = 0; i < V4_DROP_COUNT; i++)
        if (stats->drops[i] != 0)
            put(&upper->reply, " drop.%s=%llu", v4_drop_name((enum v4_drop)i),
                (unsigned long long)stats->drops[i]);
    return V4_OK;
}

/* The keys that every datagram to be sent may have. */
static struct v4_send read_send(struct v4_upper *upper)
{
    struct v4_request *request = &upper->request;
    uint32_t dst = v4_request_address(request, "dst");
    struct v4_send send =
        v4_send_default(dst, v4_request_octets(request, "data", upper->data, sizeof upper->data));

    send.src = v4_request_address_or(request, "src", 0);
    send.ttl = (uint8_t)v4_request_number_or(request, "ttl", 0, UINT8_MAX, send.ttl);
    send.tos = (uint8_t)v4_request_number_or(request, "tos", 0, UINT8_MAX, send.tos);
    return send;
}

static void read_header_choices(struct v4_upper *upper, struct v4_send *send)
{
    send->df = v4_request_number_or(&upper->request, "df", 0, 1, 0);
    send->options = v4_request_octets_or_none(&upper->request, "options", upper->options,
                                              sizeof upper->options);
}

static enum v4_error udp_bind(struct v4_upper *upper)
{
    uint16_t port = (uint16_t)v4_request_number(&upper->request, "port", 0, UINT16_MAX);
    uint32_t addr = v4_request_address_or(&upper->request, "addr", V4_ADDR_ANY);
    uint16_t bound;
    unsigned sock;

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    enum v4_error error = v4_host_udp_bind(upper->host, addr, port, &sock, &bound);
    if (error != V4_OK)
        return error;
    put(&upper->reply, " sock=%u", sock);
    if (port == 0)
        put(&upper->reply, " port=%u", bound);
    return V4_OK;
}

static enum v4_error udp_send(struct v4_upper *upper)
{
    unsigned sock = (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX);
    uint16_t port = (uint16_t)v4_request_number(&upper->request, "dport", 0, UINT16_MAX);
    struct v4_send send = read_send(upper);

    read_header_choices(upper, &send);
    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_udp_send(upper->host, sock, &send, port, upper->now);
}

static enum v4_error udp_close(struct v4_upper *upper)
{
    unsigned sock = (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_udp_close(upper->host, sock);
}

static enum v4_error ip_bind(struct v4_upper *upper)
{
    uint8_t protocol = (uint8_t)v4_request_number(&upper->request, "protocol", 0, UINT8_MAX);
    unsigned sock;

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    enum v4_error error = v4_host_ip_bind(upper->host, protocol, &sock);
    if (error == V4_OK)
        put(&upper->reply, " sock=%u", sock);
    return error;
}

static enum v4_error ip_send(struct v4_upper *upper)
{
    uint8_t protocol = (uint8_t)v4_request_number(&upper->request, "protocol", 0, UINT8_MAX);
    uint64_t id = v4_request_number_or(&upper->request, "id", 0, UINT16_MAX, NO_ID);
    struct v4_send send = read_send(upper);

    read_header_choices(upper, &send);
    send.with_id = id != NO_ID;
    send.id = (uint16_t)id;
    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_ip_send(upper->host, protocol, &send, upper->now);
}

static enum v4_error ip_close(struct v4_upper *upper)
{
    unsigned sock = (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_ip_close(upper->host, sock);
}

static enum v4_error echo_send(struct v4_upper *upper)
{
    uint16_t id = (uint16_t)v4_request_number(&upper->request, "id", 0, UINT16_MAX);
    uint16_t seq = (uint16_t)v4_request_number(&upper->request, "seq", 0, UINT16_MAX);
    struct v4_send send = read_send(upper);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_echo_send(upper->host, id, seq, &send, upper->now);
}

static const struct {
    const char *name;
    enum v4_error (*perform)(struct v4_upper *upper);
} operations[] = {
    {"hello", hello},         {"reset", reset},         {"sync", sync_},
    {"counters", counters},   {"udp.bind", udp_bind},   {"udp.send", udp_send},
    {"udp.close", udp_close}, {"ip.bind", ip_bind},     {"ip.send", ip_send},
    {"ip.close", ip_close},   {"echo.send", echo_send},
};

/* Carries out the request. NULL when it went well, else the error's code. */
static const char *perform(struct v4_upper *upper)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (!v4_word_is(upper->request.op, operations[i].name))
            continue;
        enum v4_error error = operations[i].perform(upper);
        return error == V4_OK ? NULL : v4_error_name(error);
    }
    return "ENOSYS";
}

void v4_upper_line(struct v4_upper *upper, const char *line, v4_time now,
                   void (*emit)(void *context, const char *line), void *context)
{
    struct v4_event event;

    if (!v4_request_parse(line, &upper->request)) {
        emit(context, "0 err code=EPROTO");
        return;
    }
    upper->now = now;
    struct v4_word seq = upper->request.seq;
    start(&upper->reply);
    put(&upper->reply, "%.*s ok", (int)seq.len, seq.text);
    const char *code = perform(upper);
    if (code != NULL) {
        start(&upper->reply);
        put(&upper->reply, "%.*s err code=%s", (int)seq.len, seq.text, code);
    }
    while (v4_host_event(upper->host, &event)) {
        write_event(&upper->event, &event);
        emit(context, upper->event.octets);
    }
    emit(context, upper->reply.octets);
}

struct v4_upper *v4_upper_open(struct v4_host *host, bool vtime)
{
    struct v4_upper *upper = calloc(1, sizeof *upper);

    if (upper == NULL)
        return NULL;
    upper->host = host;
    upper->vtime = vtime;
    return upper;
}

void v4_upper_close(struct v4_upper *upper)
{
    free(upper);
}

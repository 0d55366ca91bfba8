/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/upper.h"
#include <stdlib.h>
#include <string.h>

#include "host/inside.h"
#include "host/request.h"
#include "host/settings.h"
#include "host/text.h"
#include "host/upper_tcp.h"
#include "wire/ip.h"

#define CAPABILITIES                                                                               \
    "udp,ip,echo,tcp,counters,icmp-errors,conflict,igmp-warning,mroute-events,ip-packet,ip-sock,"  \
    "udp-options,"                                                                                 \
    "udp-ttl"
#define NO_ID UINT64_C(0x10000)

struct v4_upper {
    struct v4_host *host;
    bool vtime;
    v4_time now;
    struct v4_request request; /* the one that is carried out */
    void (*emit)(void *context, const char *line);
    void *context;
    uint8_t data[V4_LINE_MAX / 2], options[V4_IP_OPTIONS_MAX];
    struct v4_text reply, event;
};

static void write_udp(struct v4_text *text, const struct v4_event_udp *udp)
{
    v4_text_put(text, "* udp.recv sock=%u", udp->sock);
    v4_text_address(text, "src", udp->src);
    v4_text_put(text, " sport=%u", udp->src_port);
    v4_text_address(text, "dst", udp->dst);
    v4_text_put(text, " dport=%u", udp->dst_port);
    v4_text_octets(text, "data", udp->data);
    v4_text_put(text, " ttl=%u tos=%u", udp->ttl, udp->tos);
    v4_text_octets(text, "options", udp->options);
    v4_text_address(text, "specdst", udp->specific);
    v4_text_put(text, " iface=%u", udp->iface);
}

static void write_ip(struct v4_text *text, const struct v4_event_ip *ip)
{
    v4_text_put(text, "* ip.recv sock=%u", ip->sock);
    v4_text_address(text, "src", ip->src);
    v4_text_address(text, "dst", ip->dst);
    v4_text_put(text, " protocol=%u", ip->protocol);
    v4_text_octets(text, "data", ip->data);
    v4_text_put(text, " ttl=%u tos=%u", ip->ttl, ip->tos);
    v4_text_octets(text, "options", ip->options);
    v4_text_address(text, "specdst", ip->specific);
    v4_text_put(text, " iface=%u", ip->iface);
}

static void write_echo(struct v4_text *text, const struct v4_event_echo *echo)
{
    v4_text_put(text, "* echo.recv");
    v4_text_address(text, "src", echo->src);
    v4_text_put(text, " id=%u seq=%u", echo->id, echo->seq);
    v4_text_octets(text, "data", echo->data);
}

static void write_error(struct v4_text *text, const struct v4_event_error *error)
{
    v4_text_put(text, "* icmp.error type=%u code=%u", error->type, error->code);
    v4_text_address(text, "src", error->src);
    v4_text_octets(text, "data", error->data);
    v4_text_put(text, " rest=%08x", error->rest);
    if (error->extension.len != 0)
        v4_text_octets(text, "extension", error->extension);
    if (error->sock != 0)
        v4_text_put(text, " sock=%u", error->sock);
}

static void write_conflict(struct v4_text *text, const struct v4_event_conflict *conflict)
{
    v4_text_put(text, "* conflict iface=%u", conflict->iface);
    v4_text_address(text, "addr", conflict->addr);
    v4_text_octets(text, "mac",
                   (struct v4_span){conflict->mac.octets, sizeof conflict->mac.octets});
}

static void write_event(struct v4_text *text, const struct v4_event *event)
{
    v4_text_start(text);
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
    case V4_EVENT_LOG:
        v4_text_put(text, "* log reason=%s at=%llu", v4_drop_name(event->log.why),
                    (unsigned long long)(event->log.at / V4_MS));
        v4_text_octets(text, "data", event->log.data);
        break;
    case V4_EVENT_CONFLICT:
        write_conflict(text, &event->conflict);
        break;
    case V4_EVENT_IGMP:
        v4_text_put(text, "* igmp.warning iface=%u", event->igmp.iface);
        v4_text_address(text, "addr", event->igmp.addr);
        v4_text_put(text, " version=%u", event->igmp.version);
        break;
    case V4_EVENT_MROUTE:
        v4_text_put(text, "* mroute.%s iface=%u", event->mroute.wrong ? "wrong" : "missing",
                    event->mroute.iface);
        v4_text_address(text, "src", event->mroute.src);
        v4_text_address(text, "dst", event->mroute.dst);
        break;
    case V4_EVENT_TCP:
        v4_upper_tcp_event(text, &event->tcp);
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
    v4_text_put(&upper->reply,
                " version=1 name=reference release=" V4_RELEASE " caps=" CAPABILITIES);
    v4_text_put(&upper->reply, "%s", upper->vtime ? ",vtime" : "");
    v4_setting_names(&upper->reply);
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
            v4_text_put(&upper->reply, " %s=%llu", v4_stat_name((enum v4_stat)i),
                        (unsigned long long)stats->value[i]);
    for (unsigned i = 0; i < V4_DROP_COUNT; i++)
        if (stats->drops[i] != 0)
            v4_text_put(&upper->reply, " drop.%s=%llu", v4_drop_name((enum v4_drop)i),
                        (unsigned long long)stats->drops[i]);
    return V4_OK;
}

/* A verb of configuration. Whatever it causes at once has happened when it returns. */
static enum v4_error configure(struct v4_upper *upper, enum v4_error (*perform)(struct v4_verb *))
{
    enum v4_error error = perform(&(struct v4_verb){
        .core = v4_host_enter(upper->host, upper->now),
        .request = &upper->request,
        .reply = &upper->reply,
        .line = &upper->event,
        .emit = upper->emit,
        .context = upper->context,
    });

    v4_host_enter(upper->host, upper->now);
    v4_host_settle(upper->host);
    return error;
}

static enum v4_error set(struct v4_upper *upper)
{
    return configure(upper, v4_verb_set);
}

static enum v4_error get(struct v4_upper *upper)
{
    return configure(upper, v4_verb_get);
}

static enum v4_error add(struct v4_upper *upper)
{
    return configure(upper, v4_verb_add);
}

static enum v4_error del(struct v4_upper *upper)
{
    return configure(upper, v4_verb_del);
}

static enum v4_error list(struct v4_upper *upper)
{
    return configure(upper, v4_verb_list);
}

static enum v4_error tcp_listen(struct v4_upper *upper)
{
    return configure(upper, v4_upper_tcp_listen);
}

static enum v4_error tcp_connect(struct v4_upper *upper)
{
    return configure(upper, v4_upper_tcp_connect);
}

static enum v4_error tcp_send(struct v4_upper *upper)
{
    return configure(upper, v4_upper_tcp_send);
}

static enum v4_error tcp_close(struct v4_upper *upper)
{
    return configure(upper, v4_upper_tcp_close);
}

/* The keys that every datagram to be sent may have. `sock` 0: by none that has choices of its own.
 */
static struct v4_send read_send(struct v4_upper *upper, unsigned sock)
{
    struct v4_request *request = &upper->request;
    uint32_t dst = v4_request_address(request, "dst");
    struct v4_send send =
        v4_host_udp_default(upper->host, sock, dst,
                            v4_request_octets(request, "data", upper->data, sizeof upper->data));

    send.src = v4_request_address_or(request, "src", 0);
    send.ttl = (uint8_t)v4_request_number_or(request, "ttl", 0, UINT8_MAX, send.ttl);
    send.tos = (uint8_t)v4_request_number_or(request, "tos", 0, UINT8_MAX, send.tos);
    return send;
}

static void read_header_choices(struct v4_upper *upper, struct v4_send *send)
{
    if (v4_request_has(&upper->request, "df"))
        send->df = v4_df_meant((unsigned)v4_request_number(&upper->request, "df", 0, 2));
    if (v4_request_has(&upper->request, "options"))
        send->options =
            v4_request_octets(&upper->request, "options", upper->options, sizeof upper->options);
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
    v4_text_put(&upper->reply, " sock=%u", sock);
    if (port == 0)
        v4_text_put(&upper->reply, " port=%u", bound);
    return V4_OK;
}

static enum v4_error udp_send(struct v4_upper *upper)
{
    unsigned sock = (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX);
    uint16_t port = (uint16_t)v4_request_number(&upper->request, "dport", 0, UINT16_MAX);
    struct v4_send send = read_send(upper, sock);

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
    v4_host_enter(upper->host, upper->now);
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
        v4_text_put(&upper->reply, " sock=%u", sock);
    return error;
}

static enum v4_error ip_send(struct v4_upper *upper)
{
    uint8_t protocol = (uint8_t)v4_request_number(&upper->request, "protocol", 0, UINT8_MAX);
    uint64_t id = v4_request_number_or(&upper->request, "id", 0, UINT16_MAX, NO_ID);
    bool by = v4_request_has(&upper->request, "sock");
    unsigned sock = by ? (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX) : 0;
    struct v4_send send = read_send(upper, sock);

    read_header_choices(upper, &send);
    send.with_id = id != NO_ID;
    send.id = (uint16_t)id;
    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return by ? v4_host_ip_send_by(upper->host, sock, protocol, &send, upper->now)
              : v4_host_ip_send(upper->host, protocol, &send, upper->now);
}

static enum v4_error ip_packet(struct v4_upper *upper)
{
    struct v4_span packet =
        v4_request_octets(&upper->request, "data", upper->data, sizeof upper->data);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_packet_send(upper->host, packet, upper->now);
}

static enum v4_error ip_close(struct v4_upper *upper)
{
    unsigned sock = (unsigned)v4_request_number(&upper->request, "sock", 0, UINT32_MAX);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    v4_host_enter(upper->host, upper->now);
    return v4_host_ip_close(upper->host, sock);
}

static enum v4_error echo_send(struct v4_upper *upper)
{
    uint16_t id = (uint16_t)v4_request_number(&upper->request, "id", 0, UINT16_MAX);
    uint16_t seq = (uint16_t)v4_request_number(&upper->request, "seq", 0, UINT16_MAX);
    struct v4_send send = read_send(upper, 0);

    if (!v4_request_understood(&upper->request))
        return V4_EINVAL;
    return v4_host_echo_send(upper->host, id, seq, &send, upper->now);
}

static const struct {
    const char *name;
    enum v4_error (*perform)(struct v4_upper *upper);
} operations[] = {
    {"hello", hello},
    {"reset", reset},
    {"sync", sync_},
    {"counters", counters},
    {"udp.bind", udp_bind},
    {"udp.send", udp_send},
    {"udp.close", udp_close},
    {"ip.bind", ip_bind},
    {"ip.send", ip_send},
    {"ip.packet", ip_packet},
    {"ip.close", ip_close},
    {"echo.send", echo_send},
    {"set", set},
    {"get", get},
    {"add", add},
    {"del", del},
    {"list", list},
    {"tcp.listen", tcp_listen},
    {"tcp.connect", tcp_connect},
    {"tcp.send", tcp_send},
    {"tcp.close", tcp_close},
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
    upper->emit = emit;
    upper->context = context;
    struct v4_word seq = upper->request.seq;
    v4_text_start(&upper->reply);
    v4_text_put(&upper->reply, "%.*s ok", (int)seq.len, seq.text);
    const char *code = perform(upper);
    if (code != NULL) {
        v4_text_start(&upper->reply);
        v4_text_put(&upper->reply, "%.*s err code=%s", (int)seq.len, seq.text, code);
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

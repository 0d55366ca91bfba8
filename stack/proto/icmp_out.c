/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/icmp_out.h"
#include <string.h>
#include "proto/icmp_count.h"
#include "proto/ip_out.h"
#include "proto/role.h"
#include "proto/security.h"

#define QUOTE_SHORT 8 /* octets of data behind the quoted header */
#define ERROR_MAX 576 /* of the whole datagram */
#define TOS_BITS 0x1e
#define PRECEDENCE_CONTROL 0xc0
#define ECHO_DATA_MAX (V4_IP_LENGTH_MAX - V4_IP_HEADER_MIN - V4_ICMP_HEADER)

/* RFC1122-3.2.2-f. A message without a type could be an error too. */
static bool is_about_error(const struct v4_ip *ip)
{
    return ip->protocol == V4_PROTOCOL_ICMP &&
           (ip->data.len == 0 || v4_icmp_is_error(ip->data.octets[0]));
}

/* The rules that come before every other. One more is kept by whoever received the packet: its
 * source is a single host (RFC1122-3.2.2-j). */
static bool is_forbidden(const struct v4_packet *packet)
{
    return packet->ip.offset != 0 ||              /* RFC1122-3.2.2-i */
           packet->group || packet->link_group || /* RFC1122-3.2.2-g, RFC1122-3.2.2-h */
           v4_addr_is_multicast(packet->ip.dst) || is_about_error(&packet->ip);
}

/* RFC1812-4.3.2.8-a: as many a second to each destination as the switch says, and ten times as many
 * in all. */
static bool is_too_many(struct v4_core *core, uint32_t dst)
{
    uint32_t rate = core->switches.icmp_rate;

    return rate != 0 && !v4_ratelimit_take(core->limit, dst, rate, 10 * rate, core->now);
}

/* RFC1812-5.2.7.3-b: by the interface that the packet came by, and the message would leave by. */
static bool is_silenced(const struct v4_core *core, const struct v4_packet *packet, uint8_t type,
                        uint8_t code)
{
    return type == V4_ICMP_TIME_EXCEEDED && code == V4_ICMP_TTL &&
           core->ifaces[packet->iface].ends_silently;
}

/* Octets of data that are quoted (RFC792-unreach-a, RFC1122-3.2.2-b, RFC1812-4.3.2.3-a), behind so
 * many of options of our own. */
static size_t quoted(const struct v4_core *core, const struct v4_packet *packet, size_t options)
{
    size_t label = core->switches.security ? V4_SECURITY_LABEL : 0;
    size_t ours = V4_IP_HEADER_MIN + options + label + V4_ICMP_HEADER;
    size_t most = core->profile->long_quotes ? ERROR_MAX - ours - packet->header.len : QUOTE_SHORT;

    return packet->ip.data.len < most ? packet->ip.data.len : most;
}

static bool reports_as_router(const struct v4_core *core)
{
    return core->switches.forwarding && core->profile->router_reports;
}

static uint8_t error_tos(const struct v4_core *core, uint8_t offender)
{
    if (!reports_as_router(core) && core->profile->error_tos == V4_TOS_ZERO) /* RFC1122-3.2.2-e */
        return 0;
    uint8_t copied = offender & TOS_BITS & core->profile->reply_tos;
    return copied | PRECEDENCE_CONTROL; /* RFC1812-4.3.2.5-a, RFC1812-4.3.2.5-b */
}

/* RFC792-general-l; V4_ADDR_ANY where the packet was not for us, and of what a router says: then it
 * depends on the way that it leaves by (RFC1812-4.3.2.4-a). */
static uint32_t reporter(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;
    bool ours = packet->group || v4_role_ours(core, packet->ip.dst, &iface);

    return ours && !reports_as_router(core) ? v4_ip_specific(core, packet) : V4_ADDR_ANY;
}

static struct v4_report report_of(const struct v4_core *core, const struct v4_packet *packet,
                                  uint8_t fault)
{
    struct v4_report report = {
        .tos = error_tos(core, packet->ip.tos),
        .src = reporter(core, packet),
        .dst = packet->ip.src, /* RFC792-general-k */
    };

    if (reports_as_router(core))
        (void)v4_option_travelled(core, packet, fault, &report.options, &report.dst);
    return report;
}

bool v4_icmp_error(struct v4_core *core, const struct v4_packet *packet, uint8_t type, uint8_t code,
                   uint32_t rest)
{
    if (is_forbidden(packet) || is_silenced(core, packet, type, code)) {
        v4_stat_count(&core->stats, V4_STAT_ICMP_SUPPRESSED);
        return false;
    }
    if (is_too_many(core, packet->ip.src)) {
        v4_stat_count(&core->stats, V4_STAT_ICMP_LIMITED);
        return false;
    }
    uint8_t fault = type == V4_ICMP_PARAMETER_PROBLEM ? (uint8_t)(rest >> 24) : 0;
    struct v4_report report = report_of(core, packet, fault);
    /* As it arrived (RFC1122-3.2.2-c). */
    uint8_t *quote = core->message + V4_ICMP_HEADER;
    size_t len = quoted(core, packet, report.options.len);
    memcpy(quote, packet->header.octets, packet->header.len);
    if (len != 0)
        memcpy(quote + packet->header.len, packet->ip.data.octets, len);

    struct v4_icmp icmp = {
        .type = type, .code = code, .rest = rest, .data = {quote, packet->header.len + len}};
    v4_stat_count(&core->stats, V4_STAT_ICMP_OUT_ERROR);
    v4_ip_report(core, &report, v4_icmp_emit(&icmp, core->message));
    return true;
}

void v4_icmp_reply(struct v4_core *core, const struct v4_packet *packet,
                   const struct v4_icmp *reply)
{
    v4_ip_reply(core, packet, v4_icmp_emit(reply, core->message));
}

enum v4_error v4_icmp_echo_send(struct v4_core *core, uint16_t id, uint16_t seq,
                                const struct v4_send *send)
{
    struct v4_icmp request = {
        .type = V4_ICMP_ECHO, .rest = v4_icmp_rest(id, seq), .data = send->data};
    struct v4_send message = *send;

    if (send->data.len > ECHO_DATA_MAX)
        return V4_EMSGSIZE;
    message.data = (struct v4_span){core->message, v4_icmp_emit(&request, core->message)};
    enum v4_error error = v4_ip_send(core, V4_PROTOCOL_ICMP, &message);
    if (error == V4_OK)
        v4_icmp_count_out(&core->stats, V4_ICMP_ECHO);
    return error;
}

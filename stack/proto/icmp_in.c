/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/icmp_in.h"
#include "proto/advertise.h"
#include "proto/event.h"
#include "proto/icmp_count.h"
#include "proto/icmp_out.h"
#include "proto/ip_out.h"
#include "proto/mask.h"
#include "proto/mask_learn.h"
#include "proto/path.h"
#include "proto/redirect.h"
#include "proto/role.h"
#include "proto/route.h"
#include "proto/router.h"
#include "proto/socket.h"
#include "wire/icmp_extension.h"

/* A request to a group may go unanswered (RFC1122-3.2.2.6-c, -d, RFC1122-3.2.2.8-c, -d). */
static bool is_unwelcome(const struct v4_core *core, const struct v4_packet *packet)
{
    return packet->group && !core->switches.echo_broadcast;
}

static enum v4_drop on_echo(struct v4_core *core, const struct v4_packet *packet,
                            const struct v4_icmp *icmp)
{
    struct v4_icmp reply = {
        .type = V4_ICMP_ECHO_REPLY, .rest = icmp->rest, .data = icmp->data}; /* RFC792-echo-a */

    if (!core->switches.answer_echo) /* RFC1812-4.3.3.6-c */
        return V4_DROP_ICMP_UNSERVED;
    if (is_unwelcome(core, packet))
        return V4_DROP_ICMP_BROADCAST;
    v4_icmp_reply(core, packet, &reply); /* RFC1122-3.2.2.6-f */
    return V4_KEEP;
}

static enum v4_drop on_timestamp(struct v4_core *core, const struct v4_packet *packet,
                                 const struct v4_icmp *icmp)
{
    uint8_t stamps[V4_ICMP_TIMESTAMP_DATA];
    struct v4_icmp reply = {
        .type = V4_ICMP_TIMESTAMP_REPLY, .rest = icmp->rest, .data = {stamps, sizeof stamps}};

    if (is_unwelcome(core, packet))
        return V4_DROP_ICMP_BROADCAST;
    /* It is received and sent at the same moment, since no time passes in here (RFC1122-3.2.2.8-b).
     */
    v4_put32(stamps, v4_be32(icmp->data.octets)); /* RFC792-timestamp-a */
    v4_put32(stamps + 4, v4_core_timestamp(core));
    v4_put32(stamps + 8, v4_core_timestamp(core));
    v4_icmp_reply(core, packet, &reply);
    return V4_KEEP;
}

/* RFC792-info-b: whoever asks has left its networks zero, or has sent it to whoever is there, and
 * is told by the addresses of the reply where it is. */
static enum v4_drop on_information(struct v4_core *core, const struct v4_packet *packet,
                                   const struct v4_icmp *icmp)
{
    struct v4_icmp reply = {.type = V4_ICMP_INFORMATION_REPLY, .rest = icmp->rest};

    if (!core->profile->information) /* RFC1122-3.2.2.7-a */
        return V4_DROP_ICMP_UNSERVED;
    v4_icmp_reply(core, packet, &reply);
    return V4_KEEP;
}

static enum v4_drop on_echo_reply(struct v4_core *core, const struct v4_packet *packet,
                                  const struct v4_icmp *icmp)
{
    struct v4_event event = {.kind = V4_EVENT_ECHO,
                             .echo = {.src = packet->ip.src,
                                      .id = (uint16_t)(icmp->rest >> 16),
                                      .seq = (uint16_t)icmp->rest}};

    if (v4_route_answered(core, packet->iface, packet->ip.src, icmp->rest))
        return V4_KEEP;
    return v4_event_tell(core, &event, packet->ip.options, icmp->data) ? V4_KEEP
                                                                       : V4_DROP_USER_FULL;
}

/* Tells each user who may have sent the quoted datagram (RFC1122-3.2.2-d), or the host's user at
 * large. */
static enum v4_drop tell_error(struct v4_core *core, const struct v4_packet *packet,
                               const struct v4_icmp *icmp, const struct v4_ip *quote)
{
    struct v4_event event = {
        .kind = V4_EVENT_ERROR,
        .error = {
            .src = packet->ip.src, .type = icmp->type, .code = icmp->code, .rest = icmp->rest}};
    const struct v4_protocol *protocol = NULL;
    struct v4_span extension = {0};
    bool told = false, room = true;

    v4_icmp_extension(icmp, &extension);
    while ((protocol = v4_protocol_next(core, quote->protocol, protocol)) != NULL) {
        const struct v4_socket *sock = NULL;
        told = (protocol->failed != NULL && protocol->failed(core, packet, icmp, quote)) || told;
        while (protocol->sender != NULL && (sock = protocol->sender(core, quote, sock)) != NULL) {
            event.error.sock = sock->number;
            v4_socket_failed(core, sock->number, icmp->type, icmp->code);
            room = v4_event_tell(core, &event, extension, icmp->data) && room;
            told = true;
        }
    }
    if (!told) {
        event.error.sock = 0;
        room = v4_event_tell(core, &event, extension, icmp->data);
    }
    return room ? V4_KEEP : V4_DROP_USER_FULL;
}

static enum v4_drop on_error(struct v4_core *core, const struct v4_packet *packet,
                             const struct v4_icmp *icmp)
{
    struct v4_ip quote;
    unsigned iface;

    v4_stat_count(&core->stats, V4_STAT_ICMP_IN_ERROR);
    if (v4_ip_parse_quote(icmp->data, &quote) != V4_KEEP || !v4_role_ours(core, quote.src, &iface))
        return V4_DROP_ICMP_QUOTE;
    if (icmp->type == V4_ICMP_REDIRECT) /* RFC1122-3.2.2.2-b */
        return core->switches.accept_redirects &&
                       v4_redirect_learn(core, packet->iface, packet->ip.src, &quote, icmp)
                   ? V4_KEEP
                   : V4_DROP_ICMP_REDIRECT;
    if (icmp->type == V4_ICMP_SOURCE_QUENCH && !core->switches.source_quench) /* RFC6633-5-a */
        return V4_DROP_ICMP_QUENCH;
    if (icmp->type == V4_ICMP_UNREACHABLE && icmp->code == V4_ICMP_FRAGMENTATION)
        v4_path_report(core, icmp, &quote, v4_ip_first_hop_mtu(core, quote.dst));
    return tell_error(core, packet, icmp, &quote);
}

static enum v4_drop dispatch(struct v4_core *core, const struct v4_packet *packet,
                             const struct v4_icmp *icmp)
{
    if (v4_icmp_is_error(icmp->type))
        return on_error(core, packet, icmp);
    switch (icmp->type) {
    case V4_ICMP_ECHO:
        return on_echo(core, packet, icmp);
    case V4_ICMP_ECHO_REPLY:
        return on_echo_reply(core, packet, icmp);
    case V4_ICMP_TIMESTAMP:
        return on_timestamp(core, packet, icmp);
    case V4_ICMP_ADVERTISEMENT:
        return v4_router_advertised(core, packet, icmp);
    case V4_ICMP_SOLICITATION:
        return v4_advertise_solicited(core, packet, icmp);
    case V4_ICMP_TIMESTAMP_REPLY:
    case V4_ICMP_INFORMATION_REPLY:
        return V4_DROP_ICMP_NO_USER;
    case V4_ICMP_MASK_REPLY:
        return v4_mask_learn_heard(core, packet, icmp);
    case V4_ICMP_INFORMATION:
        return on_information(core, packet, icmp);
    case V4_ICMP_MASK:
        return v4_mask_answer(core, packet, icmp);
    default: /* RFC1122-3.2.2-a */
        return V4_DROP_ICMP_TYPE;
    }
}

bool v4_icmp_input(struct v4_core *core, const struct v4_packet *packet)
{
    struct v4_icmp icmp;

    v4_stat_count(&core->stats, V4_STAT_ICMP_IN);
    enum v4_drop why = v4_icmp_parse(packet->ip.data, &icmp);
    if (why == V4_KEEP) {
        v4_icmp_count_in(&core->stats, icmp.type);
        why = dispatch(core, packet, &icmp);
    }
    if (why != V4_KEEP)
        v4_core_drop(
            core, why,
            (struct v4_span){packet->header.octets, packet->header.len + packet->ip.data.len});
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "user.h"
#include <string.h>
#include "model/entered.h"
#include "model/fate.h"
#include "model/heard.h"
#include "model/line.h"
#include "model/options.h"
#include "model/security.h"
#include "model/segments.h"
#include "model/sends.h"
#include "model/ways_said.h"

enum {
    ICMP = 1,
    UDP = 17
};

void model_user_line(struct model_host *model, const char *line)
{
    strncpy(model->line, line, sizeof model->line - 1);
    model->last_send = 0;
    if (model_begins(line, "udp.send ") || model_begins(line, "ip.send "))
        model_sends_datagram(model, line);
    if (model_begins(line, "ip.packet "))
        model_sends_packet(model, line);
    if (!model->connects && model_begins(line, "tcp.")) {
        model->connects = true;
        model->connects_since = model->now;
    }
    if (model_begins(line, "echo.send "))
        model_sends_echo(model, line);
}

/* What a setting or an item decides; what is not here may decide anything. */
static unsigned decides(const char *line)
{
    static const struct {
        const char *name;
        unsigned unsure;
    } known[] = {
        {"route", UNSURE_WAYS},
        {"advice", UNSURE_WAYS},
        {"accept-redirects", UNSURE_WAYS},
        {"router-discovery", UNSURE_WAYS},
        {"solicitation-address", UNSURE_WAYS},
        {"neighbor", UNSURE_NEIGHBORS},
        {"neighbor-lifetime", UNSURE_NEIGHBORS},
        {"neighbor-polls", UNSURE_NEIGHBORS},
        {"address", UNSURE_OWN | UNSURE_WAYS},
        {"strong-host", UNSURE_OWN | UNSURE_WAYS},
        {"defend", UNSURE_OWN},
        {"link-local", UNSURE_OWN | UNSURE_WAYS},
        {"mask-learn", UNSURE_OWN | UNSURE_WAYS},
        {"up", UNSURE_LINK | UNSURE_WAYS},
        {"mac", UNSURE_LINK | UNSURE_OWN},
        {"framing", UNSURE_LINK},
        {"promiscuous", UNSURE_LINK},
        {"mtu", UNSURE_SIZES},
        {"path", UNSURE_SIZES},
        {"pmtu-discovery", UNSURE_SIZES},
        {"pmtu-age", UNSURE_SIZES},
        {"ttl", UNSURE_HEADER},
        {"tos", UNSURE_HEADER},
        {"df", UNSURE_HEADER | UNSURE_SIZES},
        {"options", UNSURE_HEADER},
        {"ident-wait", UNSURE_HEADER},
        {"checksum", UNSURE_HEADER},
        {"multicast-ttl", UNSURE_HEADER},
        {"multicast-iface", UNSURE_HEADER | UNSURE_WAYS},
        {"source-route", UNSURE_OPTIONS},
        {"drop-source-routed", UNSURE_OPTIONS},
        {"drop-obsolete-options", UNSURE_OPTIONS},
        {"strict-options", UNSURE_OPTIONS},
        {"report-bad-options", UNSURE_OPTIONS},
        {"timestamp-option", UNSURE_OPTIONS},
        {"echo-broadcast", UNSURE_ERRORS},
        {"mask-agent", UNSURE_ERRORS},
        {"icmp-rate", UNSURE_ERRORS},
        {"source-quench", 0},
        {"advertise", 0},
        {"advertise-address", 0},
        {"advertise-max", 0},
        {"advertise-min", 0},
        {"advertise-lifetime", 0},
        {"broadcast", 0},
        {"peer", 0},
        {"peer-port", 0},
        {"by-iface", 0},
        {"reports", 0},
        {"multicast-loop", UNSURE_SOCKETS},
        {"reassembly", UNSURE_PIECES},
        {"reassembly-by-ttl", UNSURE_PIECES},
        {"group", UNSURE_GROUPS},
        {"group-filter", UNSURE_GROUPS},
        {"igmp-version", UNSURE_GROUPS},
        {"igmp-robustness", UNSURE_GROUPS},
        {"igmp-compatibility", UNSURE_GROUPS},
        {"igmp-router-alert", UNSURE_GROUPS},
        {"log", 0},
    };
    size_t len;
    const char *name = model_value(line, model_begins(line, "set ") ? "name" : "kind", &len);

    for (size_t i = 0; i < sizeof known / sizeof *known && name != NULL; i++)
        if (strlen(known[i].name) == len && strncmp(known[i].name, name, len) == 0)
            return known[i].unsure;
    return UNSURE_ALL; /* the options of security, and what is new */
}

/* What a socket, or the host, is set to that is known afterwards. */
static void on_set(struct model_host *model, const char *line)
{
    struct model_socket *socket = model_socket_numbered(model, model_number(line, "sock"));

    if (strstr(line, " name=source-quench ") != NULL)
        model->quenches = model_number(line, "value") != 0;
    if (socket == NULL)
        return;
    if (strstr(line, " name=broadcast ") != NULL)
        socket->quiet = model_number(line, "value") == 0;
    if (strstr(line, " name=checksum ") != NULL)
        socket->unchecked = model_number(line, "value") == 0;
    if (strstr(line, " name=ttl ") != NULL)
        socket->ttl = (uint8_t)model_number(line, "value");
    if (strstr(line, " name=tos ") != NULL)
        socket->tos = (uint8_t)model_number(line, "value");
    if (strstr(line, " name=df ") != NULL)
        socket->df = (uint8_t)(1 + model_number(line, "value"));
    if (strstr(line, " name=peer ") != NULL)
        socket->peer = model_address(line, "value");
    if (strstr(line, " name=peer-port ") != NULL)
        socket->peer_port = (uint16_t)model_number(line, "value");
    if (strstr(line, " name=by-iface ") != NULL)
        socket->by_iface = model_number(line, "value");
}

static void set_ttl(struct model_host *model, uint8_t ttl)
{
    model->ttl = ttl;
    model->ttl_was_set = true;
}

/* A call of the user's that was not refused. */
static void on_configured(struct model_host *model, const char *line)
{
    size_t len;

    bool set = model_begins(line, "set ");

    model->configured |= set;
    model->routes |= set && strstr(line, " name=forwarding") != NULL;
    model->chooses |= set && strstr(line, " name=link-local") != NULL;
    model->moves |= (model_begins(line, "del ") && strstr(line, " kind=address") != NULL) ||
                    (set && strstr(line, " name=mask-learn") != NULL);
    if (model_begins(line, "add ") && strstr(line, " kind=address") != NULL &&
        model->own_count < MODEL_OWN)
        model->own[model->own_count++] = model_address(line, "addr");
    if (model->must && set && model_rules_set(model, line))
        return;
    if (set && strstr(line, " name=ttl ") != NULL && model_value(line, "sock", &len) == NULL)
        set_ttl(model, (uint8_t)model_number(line, "value"));
    else if (set || model_begins(line, "add ") || model_begins(line, "del "))
        model->unsure |= model_ways_decides(model, line, decides(line));
    if (set)
        on_set(model, line);
}

/* The socket that `line` says was bound. */
static void on_bound(struct model_host *model, const char *reply)
{
    unsigned port = model_number(model->line, "port");
    bool udp = model_begins(model->line, "udp.");

    if (model->socket_count == MODEL_SOCKETS) {
        model->unsure |= UNSURE_SOCKETS; /* more than can be told apart */
        return;
    }
    model->sockets[model->socket_count++] = (struct model_socket){
        .number = model_number(reply, "sock"),
        .protocol = udp ? UDP : model_number(model->line, "protocol"),
        .addr = model_address(model->line, "addr"),
        .port = (uint16_t)(port != 0 ? port : model_number(reply, "port")),
        .raw = !udp,
        .error = "OK",
    };
}

static void on_closed(struct model_host *model, unsigned number)
{
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == number)
            model->sockets[i] = model->sockets[--model->socket_count];
}

/* A packet that was given, and is what the event says it is. */
static bool is_about(const struct model_packet *packet, const char *line, size_t head)
{
    if (packet->mf || packet->offset != 0 || packet->data.len < head ||
        packet->src != model_address(line, "src"))
        return false;
    struct v4_span data = {packet->data.octets + head, packet->data.len - head};
    if (packet->protocol == UDP && head == 8) /* Ethernet or a link below may have padded it */
        data.len = v4_be16(packet->data.octets + 4) < 8 ? 0 : v4_be16(packet->data.octets + 4) - 8u;
    return data.len + head <= packet->data.len && model_is_hex(line, "data", data);
}

/* All that the event says of the header is the packet's, with the host in its options. */
static bool has_header(const struct model_host *model, const struct model_given *given,
                       const struct model_packet *packet, const char *line)
{
    size_t len = 0;
    const char *options = model_value(line, "options", &len);
    struct model_list entered;

    if (given->fate.known && options != NULL) {
        model_enter(model, &given->rules, model_options_of(packet),
                    given->fate.many ? model->ifaces[given->iface].addr : packet->dst, given->at,
                    &entered);
        if (!model_is_hex(line, "options", (struct v4_span){entered.octets, entered.len}))
            return false;
    }

    return packet->dst == model_address(line, "dst") &&
           packet->ttl == model_number_or(line, "ttl", packet->ttl) &&
           packet->tos == model_number_or(line, "tos", packet->tos) &&
           (options == NULL || len == 2 * (packet->header.len - 20));
}

static bool is_own(const struct model_host *model, uint32_t addr)
{
    return model_is_own(model, addr) || addr >> 24 == 127;
}

static bool was_given(const struct model_host *model, const char *line)
{
    bool udp = model_begins(line, "* udp.recv "), ip = model_begins(line, "* ip.recv ");
    bool echo = model_begins(line, "* echo.recv "), error = model_begins(line, "* icmp.error ");

    if (!udp && !ip && !echo && !error)
        return true; /* of no packet */
    for (size_t i = 0; i < model->given_count; i++) {
        const struct model_given *given = model->given + i;
        const struct model_packet *packet = model_datagram(given);
        if (((packet == NULL && !given->fate.known) || model_may_loop(given)) &&
            given->packet.src == model_address(line, "src"))
            return true; /* put together, perhaps */
        if (packet == NULL)
            continue;
        const uint8_t *p = packet->data.octets;
        if ((packet->data.len < 8 && !ip) || (model->given[i].link_group && model->must &&
                                              is_own(model, packet->dst))) /* RFC1122-3.3.6-f */
            continue;
        if (udp && packet->protocol == UDP && is_about(packet, line, 8) &&
            v4_be16(p) == model_number(line, "sport") &&
            v4_be16(p + 2) == model_number(line, "dport") && has_header(model, given, packet, line))
            return true;
        if (ip && packet->protocol == model_number(line, "protocol") && is_about(packet, line, 0) &&
            has_header(model, given, packet, line))
            return true;
        if (echo && packet->protocol == ICMP && p[0] == 0 && is_about(packet, line, 8) &&
            v4_be16(p + 4) == model_number(line, "id") &&
            v4_be16(p + 6) == model_number(line, "seq"))
            return true;
        if (error && packet->protocol == ICMP && p[0] == model_number(line, "type") &&
            p[1] == model_number(line, "code") && is_about(packet, line, 8) &&
            model_is_hex(line, "rest", (struct v4_span){p + 4, 4}))
            return true;
    }
    return model->given_count == MODEL_GIVEN;
}

static const char *on_event(struct model_host *model, const char *line)
{
    uint32_t src = model_address(line, "src");
    const char *fault = model_heard_event(model, line);

    if (fault != NULL)
        return fault;
    if (model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_SOCKETS) ||
        is_own(model, src)) /* what comes by loopback is not judged */
        return NULL;
    if (!was_given(model, line))
        return "deliver: its user is told of what never came, or of something else in it";
    if (!model->must && model_begins(line, "* udp.recv ") &&
        (model_socket_of(model, UDP, model_address(line, "dst"),
                         (uint16_t)model_number(line, "dport")) == NULL ||
         !model_is_single(src)))
        return "deliver: a datagram for no socket, or from nobody";
    for (size_t i = 0; i < model->event_count; i++) {
        const struct model_wanted *wanted = model->events + i;
        if (wanted->sock != model_number(line, "sock") || wanted->src != src ||
            !model_is_hex(line, "data", wanted->data))
            continue;
        memmove(model->events + i, model->events + i + 1,
                (--model->event_count - i) * sizeof *wanted);
        break;
    }
    return NULL; /* others: from fragments, in broadcasts, with options, ... */
}

/* What is told late of one socket must not be taken for another's. */
static bool is_given_again(struct model_host *model, const char *line)
{
    size_t len;
    unsigned number = model_number(line, "sock");

    if (model_value(line, "sock", &len) == NULL || !model->must)
        return false;
    bool again = number <= model->last_number;
    model->last_number = number;
    return again;
}

/* A user's options are as right as those that come, and his label is in the range (RFC
 * 1108 2.3).
 */
static bool has_wrong_options(const struct model_host *model)
{
    const struct model_send *send = model->sends + model->last_send - 1;
    struct v4_span options = {send->options, send->options_len};
    struct model_option found[MODEL_OPTIONS_MAX];
    size_t count = model_options(options.octets, options.len, found), at;

    if (!model->must || send->any)
        return false;
    if (count > 0 && found[count - 1].fault_count > 0)
        return true;
    enum v4_drop why =
        model->rules.security ? model_security(&model->rules, options, &at) : V4_KEEP;
    return why == V4_DROP_LABEL || why == V4_DROP_LABEL_RANGE;
}

const char *model_user_said(struct model_host *model, const char *line)
{
    size_t len, missing = 0;

    const char *wrong = model_ways_said(model, line);
    if (line[0] == '*')
        return wrong != NULL ? wrong : on_event(model, line);
    bool ok = strstr(line, " ok") != NULL;
    const char *fault = model_heard_reply(model, line);
    if (fault != NULL)
        return fault;
    fault = model_segments_said(model, line, ok);
    if (fault != NULL)
        return fault;
    if (ok && is_given_again(model, line))
        return "reply: a socket has the number of another, be it closed";
    if (ok && model_value(line, "sock", &len) != NULL && strstr(model->line, ".bind ") != NULL)
        on_bound(model, line);
    if (ok && strstr(model->line, ".close ") != NULL)
        on_closed(model, model_number(model->line, "sock"));
    if (ok)
        on_configured(model, model->line);
    if (ok && model->last_send != 0 && has_wrong_options(model))
        return "sent: RFC1122-3.2.1.8-a: a user's options that are wrong were "
               "taken";
    if (ok && model->last_send != 0)
        model->sends[model->last_send - 1].went = true;
    if (!ok && model->last_send != 0) { /* refused: it may not leave either */
        model->sends[model->last_send - 1] = model->sends[--model->send_count];
        model->last_send = 0;
    }
    if (model_begins(model->line, "sync")) { /* before its reply all must be told */
        missing = model->unsure & UNSURE_ANSWERS ? 0 : model->event_count;
        model->event_count = 0;
    }
    if (wrong != NULL)
        return wrong;
    return missing == 0 ? NULL : "deliver: a datagram for a bound port never reached its user";
}

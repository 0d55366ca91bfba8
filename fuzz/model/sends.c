/* SPDX-License-Identifier: BSD-2-Clause */
#include "sends.h"
#include <string.h>
#include "model/entered.h"
#include "model/line.h"
#include "model/security.h"

enum {
    ICMP = 1,
    UDP = 17
};

/* The datagram of a user who `writes` its data himself, be it UDP's header too. */
static void remember(struct model_host *model, struct model_send *send, bool writes)
{
    if (writes && send->protocol == UDP && !send->any) {
        const uint8_t *p = send->data.octets;
        send->any = send->data.len < 8;
        if (!send->any) {
            send->src_port = v4_be16(p);
            send->port = v4_be16(p + 2);
            send->data = (struct v4_span){p + 8, send->data.len - 8};
        }
    }
    model->id_count += send->id != MODEL_NO_ID;
    model->writes[send->protocol & 255] |= writes;
    model->sends[model->send_count++] = *send;
    model->last_send = model->send_count;
}

/* The next of them; where there are too many, whatever is sent may be one. */
static struct model_send *room_for_send(struct model_host *model)
{
    if (model->send_count == MODEL_SENDS)
        model->sends[MODEL_SENDS - 1].any = true;
    return model->send_count == MODEL_SENDS ? NULL : model->sends + model->send_count;
}

/* What its user says, or its socket has; 0: the host chooses one. */
static uint32_t source_of(const char *line, const struct model_socket *socket)
{
    uint32_t src = model_address(line, "src");

    return src == 0 && socket != NULL ? socket->addr : src;
}

/* A call that sends; what is not remembered whole leaves all that is sent open. */
void model_sends_datagram(struct model_host *model, const char *line)
{
    bool udp = model_begins(line, "udp.");
    const struct model_socket *socket = model_socket_numbered(model, model_number(line, "sock"));
    size_t len = 0, by = 0;
    static const struct model_socket none = {0};

    if (room_for_send(model) == NULL)
        return;
    uint8_t *to = model->octets + model->octets_used;
    uint32_t dst = model_address(line, "dst");
    const struct model_socket *set = socket != NULL ? socket : &none;
    unsigned usual = set->ttl != 0 ? set->ttl : model->ttl;
    usual = dst >> 28 == 14 ? 1 : usual; /* RFC 1112 6.1 */
    struct model_send send = {
        .protocol = udp ? UDP : model_number(line, "protocol"),
        .src_port = udp && socket != NULL ? socket->port : 0,
        .port = (uint16_t)model_number(line, "dport"),
        .src = source_of(line, udp ? socket : NULL),
        .dst = dst,
        .at = model->now,
        .ttl = (uint8_t)model_number_or(line, "ttl", model->must ? usual : 0),
        .tos = (uint8_t)model_number_or(line, "tos", set->tos),
        .df = (enum model_df)model_number_or(line, "df",
                                             set->df != 0 ? set->df - 1u : MODEL_DF_USUAL),
        .by_sock = udp || model_value(line, "sock", &by) != NULL,
        .sock = *set,
        .id = model_number_or(line, "id", MODEL_NO_ID),
        .rules = model->rules,
        .any = !model_octets(line, "data", to, sizeof model->octets - model->octets_used, &len),
        .data = {to, len},
    };
    model->octets_used += len;
    model_octets(line, "options", send.options, sizeof send.options, &send.options_len);
    remember(model, &send, !udp);
}

/* A datagram with its header, of which the host fills in what is zero. */
void model_sends_packet(struct model_host *model, const char *line)
{
    uint8_t *to = model->octets + model->octets_used;
    size_t len = 0, header;
    bool whole =
        model_octets(line, "data", to, sizeof model->octets - model->octets_used, &len) && len > 20;

    if (room_for_send(model) == NULL)
        return;
    header = whole ? (to[0] & 15u) * 4u : 0;
    struct model_send send = {.at = model->now, .any = header < 20 || header > len};
    if (!send.any)
        send = (struct model_send){
            .protocol = to[9],
            .src = v4_be32(to + 12),
            .dst = v4_be32(to + 16),
            .at = model->now,
            .ttl = to[8],
            .tos = to[1],
            .df = to[6] & 0x40 ? MODEL_DF_SET : MODEL_DF_CLEAR,
            .id = v4_be16(to + 4) != 0 ? v4_be16(to + 4) : MODEL_NO_ID,
            .options_len = header - 20,
            .rules = model->rules,
            .data = {to + header, len - header},
            .whole = {to, len},
        };
    if (!send.any)
        memcpy(send.options, to + 20, header - 20);
    model->octets_used += len;
    remember(model, &send, true);
}

/* With the host in those that it writes into. */
static bool has_options(const struct model_host *model, const struct model_send *send,
                        const struct model_packet *packet)
{
    struct model_list options;

    if (model->unsure & UNSURE_OWN) /* whose address is to be filled in */
        return true;
    if (!model->must)
        return (send->options_len > 0) == (packet->header.len > 20);
    model_enter(model, &send->rules, (struct v4_span){send->options, send->options_len},
                packet->src, send->at, &options);
    if (send->rules.security && send->rules.label) /* RFC 1108 2.7.3 */
        model_label(model_security_level(send->rules.low), &options);
    return model_list_is(&options, model_options_of(packet));
}

static bool is_df(const struct model_host *model, const struct model_send *send,
                  const struct model_packet *packet)
{
    if (send->df == MODEL_DF_CLEAR && model->must)
        return !packet->df;
    return packet->df || send->df == MODEL_DF_CLEAR || send->df == MODEL_DF_USUAL;
}

/* A query of ICMP, with what the host puts in front. */
void model_sends_echo(struct model_host *model, const char *line)
{
    size_t len = 0, room = sizeof model->octets - model->octets_used;
    uint8_t *to = model->octets + model->octets_used;

    model->echo_count++;
    if (room_for_send(model) == NULL)
        return;
    struct model_send send = {
        .protocol = ICMP,
        .src = model_address(line, "src"),
        .dst = model_address(line, "dst"),
        .at = model->now,
        .ttl = (uint8_t)model_number_or(line, "ttl", model->must ? model->ttl : 0),
        .tos = (uint8_t)model_number(line, "tos"),
        .df = MODEL_DF_USUAL,
        .id = MODEL_NO_ID,
        .rules = model->rules,
        .any = room < 8 || !model_octets(line, "data", to + 8, room - 8, &len),
        .data = {to, len + 8},
    };
    if (send.dst >> 28 == 14)
        send.ttl = 0; /* a query to a group is its own affair */
    if (!send.any) {
        v4_put32(to, 0x08000000);
        v4_put16(to + 4, (uint16_t)model_number(line, "id"));
        v4_put16(to + 6, (uint16_t)model_number(line, "seq"));
        v4_put16(to + 2, (uint16_t)~model_sum(send.data, 0));
        model->octets_used += len + 8;
    }
    remember(model, &send, false);
}

/* By RFC 1122 3.3.4.3 the source is that of the interface by which it leaves. */
static bool is_source(const struct model_host *model, const struct model_send *send, unsigned iface,
                      uint32_t src)
{
    bool group = send->dst >> 28 == 14 || model->unsure & (UNSURE_OWN | UNSURE_SOCKETS);

    if (!model->must || group || send->options_len > 0)
        return true;
    return src == (send->src != 0 ? send->src : model->ifaces[iface].addr);
}

/* What its user has said of its header, and nothing else. */
static bool has_choices(const struct model_host *model, const struct model_send *send,
                        unsigned iface, const struct model_packet *packet)
{
    if (model->unsure & UNSURE_HEADER)
        return true;
    return (send->ttl == packet->ttl || send->ttl == 0) && send->tos == packet->tos &&
           is_df(model, send, packet) && has_options(model, send, packet) &&
           is_source(model, send, iface, packet->src);
}

/* Takes the one at `i` out, and returns what it was. */
static const struct model_send *take_out(struct model_host *model, size_t i)
{
    static struct model_send taken;

    if (model->last_send == i + 1)
        model->last_send = 0;
    else if (model->last_send == model->send_count)
        model->last_send = i + 1; /* it moves to this place */
    taken = model->sends[i];
    model->sends[i] = model->sends[--model->send_count];
    return &taken;
}

/* How much of it its user has said; of two datagrams that are alike the rest is anybody's. */
static unsigned said(const struct model_send *send)
{
    return (send->df != MODEL_DF_USUAL) + (send->ttl != 0) + (send->id != MODEL_NO_ID) +
           (send->src != 0) + (send->src_port != 0);
}

static bool is_it(const struct model_host *model, const struct model_send *send, unsigned iface,
                  const struct model_packet *packet)
{
    size_t head = packet->protocol == UDP ? 8 : 0;
    const uint8_t *p = packet->data.octets;
    struct v4_span data = {p + head, packet->data.len - head};
    bool ports = packet->protocol != UDP || (send->port == v4_be16(p + 2) &&
                                             (send->src_port == v4_be16(p) || !send->src_port));

    return send->protocol == packet->protocol && ports && send->dst == packet->dst &&
           has_choices(model, send, iface, packet) &&
           (send->id == MODEL_NO_ID || send->id == packet->id) &&
           (packet->mf ? data.len <= send->data.len : data.len == send->data.len) &&
           (data.len == 0 || memcmp(data.octets, send->data.octets, data.len) == 0);
}

const struct model_send *model_sends_left(struct model_host *model, unsigned iface,
                                          const struct model_packet *packet)
{
    static const struct model_send anything = {.any = true};
    const struct model_send *found = NULL;

    if (packet->protocol == UDP && packet->data.len < 8)
        return &anything;
    for (size_t i = model->send_count; i-- > 0;) { /* older ones may have been given up */
        const struct model_send *send = model->sends + i;
        if (send->any)
            return found == NULL ? &anything : take_out(model, (size_t)(found - model->sends));
        if (is_it(model, send, iface, packet) && (found == NULL || said(send) > said(found)))
            found = send;
    }
    return found == NULL ? NULL : take_out(model, (size_t)(found - model->sends));
}

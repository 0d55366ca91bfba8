/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/sent.h"

#define KNOWN_FOR (UINT64_C(60) * 1000000000) /* RFC 1122 2.3.2.1 lets nobody forget sooner */

enum {
    ICMP = 1,
    UDP = 17,
    ECHO_REPLY = 0,
    UNREACHABLE = 3,
    ECHO = 8
};

static const char *fault(struct model_host *model, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *fault(struct model_host *model, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    vsnprintf(model->fault, sizeof model->fault, format, words);
    va_end(words);
    return model->fault;
}

static uint32_t mask_of(unsigned len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static bool on_link(const struct model_iface *iface, uint32_t addr)
{
    uint32_t host = ~mask_of(iface->len);

    return ((addr ^ iface->addr) & ~host) == 0 && (addr & host) != 0 && (addr & host) != host &&
           addr != iface->addr;
}

void model_host_open(struct model_host *model, const struct model_iface ifaces[2])
{
    memset(model, 0, sizeof *model);
    for (unsigned i = 0; i < 2; i++) {
        model->ifaces[i] = ifaces[i];
        model->own[model->own_count++] = ifaces[i].addr;
    }
}

void model_host_time(struct model_host *model, uint64_t now)
{
    model->now = now;
}

/* What it must have learned: the sender of ARP that was about its own address (RFC 826). */
static void learn(struct model_host *model, unsigned iface, const struct model_arp *arp)
{
    struct model_known *known = model->known;
    size_t i = 0;

    while (i < model->known_count && (known[i].addr != arp->spa || known[i].iface != iface))
        i++;
    if (i == MODEL_KNOWN)
        return;
    model->known_count += i == model->known_count;
    known[i] = (struct model_known){.iface = iface, .addr = arp->spa, .at = model->now};
    memcpy(known[i].mac, arp->sha, 6);
}

/* Anything else about a neighbour makes what is known of it unsure. */
static void forget(struct model_host *model, uint32_t addr)
{
    for (size_t i = 0; i < model->known_count; i++)
        if (model->known[i].addr == addr)
            model->known[i] = model->known[--model->known_count];
}

static const struct model_known *find_known(const struct model_host *model, unsigned iface,
                                            uint32_t addr)
{
    for (size_t i = 0; i < model->known_count; i++)
        if (model->known[i].addr == addr && model->known[i].iface == iface &&
            model->now - model->known[i].at < KNOWN_FOR)
            return model->known + i;
    return NULL;
}

static void want(struct model_host *model, struct model_wanted wanted)
{
    bool event = wanted.kind == WANT_EVENT;
    size_t *count = event ? &model->event_count : &model->frame_count;

    if (*count < MODEL_WANTED)
        (event ? model->events : model->frames)[(*count)++] = wanted;
}

static void on_arp(struct model_host *model, unsigned iface, const struct model_frame *frame)
{
    const struct model_iface *self = model->ifaces + iface;
    const struct model_arp *arp = &frame->arp;
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    bool plain = (arp->operation == 1 || arp->operation == 2) && arp->tpa == self->addr &&
                 on_link(self, arp->spa) && !model_is_group_mac(arp->sha) &&
                 memcmp(arp->sha, self->mac, 6) != 0 && memcmp(arp->sha, frame->src, 6) == 0 &&
                 (memcmp(frame->dst, self->mac, 6) == 0 || memcmp(frame->dst, all, 6) == 0);

    if (!plain) {
        forget(model, arp->spa);
        return;
    }
    learn(model, iface, arp);
    if (arp->operation == 1 && !model->configured)
        want(model, (struct model_wanted){
                        .kind = WANT_ARP_REPLY, .mac = arp->sha, .dst = arp->spa, .src = arp->tpa});
}

static const struct model_socket *bound(const struct model_host *model, unsigned protocol,
                                        uint32_t dst, uint16_t port)
{
    for (size_t i = 0; i < model->socket_count; i++) {
        const struct model_socket *socket = model->sockets + i;
        if (socket->protocol == protocol &&
            (protocol != UDP ||
             (socket->port == port && (socket->addr == 0 || socket->addr == dst))))
            return socket;
    }
    return NULL;
}

static void want_report(struct model_host *model, const struct model_packet *packet, uint8_t code)
{
    if (model->must)
        want(model, (struct model_wanted){.kind = WANT_ICMP,
                                          .type = UNREACHABLE,
                                          .code = code,
                                          .dst = packet->src,
                                          .src = packet->dst,
                                          .data = {packet->octets.octets, 28}});
}

static void on_udp(struct model_host *model, const struct model_packet *packet, bool known)
{
    const uint8_t *p = packet->data.octets;
    size_t len = packet->data.len < 8 ? 0 : v4_be16(p + 4);

    if (len < 8 || len != packet->data.len ||
        (v4_be16(p + 6) != 0 && model_sum(packet->data, model_pseudo(packet)) != 0xffff))
        return;
    const struct model_socket *socket = bound(model, UDP, packet->dst, v4_be16(p + 2));
    if (socket != NULL)
        want(model, (struct model_wanted){.kind = WANT_EVENT,
                                          .sock = socket->number,
                                          .src = packet->src,
                                          .data = {p + 8, len - 8}});
    else if (known)
        want_report(model, packet, 3); /* RFC 1122 4.1.3.1 */
}

/* A datagram that leaves nothing open. */
static void on_plain(struct model_host *model, unsigned iface, const struct model_packet *packet)
{
    bool known = find_known(model, iface, packet->src) != NULL;
    const uint8_t *p = packet->data.octets;

    if (packet->protocol == UDP)
        on_udp(model, packet, known);
    else if (packet->protocol == ICMP && packet->data.len >= 8 && p[0] == ECHO && p[1] == 0 &&
             model_sum(packet->data, 0) == 0xffff && known)
        want(model, (struct model_wanted){.kind = WANT_ICMP, /* RFC 1122 3.2.2.6 */
                                          .type = ECHO_REPLY,
                                          .dst = packet->src,
                                          .src = packet->dst,
                                          .data = {p + 4, packet->data.len - 4}});
    else if ((packet->protocol > 100 || packet->protocol == 0) && packet->data.len >= 8 && known &&
             bound(model, packet->protocol, 0, 0) == NULL)
        want_report(model, packet, 2);
}

/* A Redirect or a router's advertisement: where answers go is not known any more. */
static bool changes_ways(uint8_t type)
{
    return type == 5 || type == 9;
}

void model_host_frame(struct model_host *model, unsigned iface, struct v4_span octets)
{
    const struct model_iface *self = model->ifaces + iface;
    struct model_frame frame;

    if (model_frame_read(octets, &frame) != NULL)
        return;
    if (frame.kind == MODEL_ARP)
        on_arp(model, iface, &frame);
    if (frame.kind != MODEL_IP || model->given_count == MODEL_GIVEN)
        return;
    const struct model_packet *packet = &frame.packet;
    if (packet->protocol == ICMP && packet->data.len > 0 && changes_ways(packet->data.octets[0]))
        model->configured = true;
    model->given[model->given_count++] = (struct model_given){
        .iface = iface, .packet = *packet, .link_group = model_is_group_mac(frame.dst)};
    if (!model->configured && memcmp(frame.dst, self->mac, 6) == 0 && packet->dst == self->addr &&
        packet->header.len == 20 && !packet->mf && packet->offset == 0 && packet->ttl > 0 &&
        on_link(self, packet->src))
        on_plain(model, iface, packet);
}

/* The value of a key of a line, with its length; NULL when there is none. */
static const char *value_of(const char *line, const char *key, size_t *ret_len)
{
    size_t len = strlen(key);

    for (const char *at = strchr(line, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        if (strncmp(at + 1, key, len) != 0 || at[1 + len] != '=')
            continue;
        *ret_len = strcspn(at + len + 2, " ");
        return at + len + 2;
    }
    return NULL;
}

static unsigned long number_of(const char *line, const char *key)
{
    size_t len;
    const char *value = value_of(line, key, &len);

    return value == NULL ? 0 : strtoul(value, NULL, 10);
}

static uint32_t address_of(const char *line, const char *key)
{
    size_t len;
    const char *value = value_of(line, key, &len);
    unsigned part[4];

    if (value == NULL || sscanf(value, "%3u.%3u.%3u.%3u", part, part + 1, part + 2, part + 3) != 4)
        return 0;
    return (part[0] & 255) << 24 | (part[1] & 255) << 16 | (part[2] & 255) << 8 | (part[3] & 255);
}

/* Of anything else, any. */
static unsigned digit_of(char c)
{
    return (unsigned)(c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10) & 15;
}

/* A call that sends; what is not remembered whole leaves all that is sent open. */
static void on_send(struct model_host *model, const char *line)
{
    size_t len = 0;
    const char *data = value_of(line, "data", &len);

    if (model->send_count == MODEL_SENDS)
        return;
    struct model_send *send = model->sends + model->send_count++;
    *send = (struct model_send){
        .protocol = strncmp(line, "udp.", 4) == 0 ? UDP : (unsigned)number_of(line, "protocol"),
        .port = (uint16_t)number_of(line, "dport"),
        .dst = address_of(line, "dst"),
        .any = data == NULL || len / 2 > sizeof model->octets - model->octets_used,
    };
    if (send->any)
        return;
    uint8_t *to = model->octets + model->octets_used;
    send->data = (struct v4_span){to, len / 2};
    model->octets_used += len / 2;
    for (size_t i = 0; i < len / 2; i++)
        to[i] = (uint8_t)(digit_of(data[2 * i]) << 4 | digit_of(data[2 * i + 1]));
}

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

void model_host_line(struct model_host *model, const char *line)
{
    uint32_t addr = address_of(line, "addr");

    snprintf(model->line, sizeof model->line, "%s", line);
    if (begins(line, "udp.send ") || begins(line, "ip.send "))
        on_send(model, line);
    model->echo_count += begins(line, "echo.send ");
    if (begins(line, "set ") || begins(line, "add ") || begins(line, "del "))
        model->configured = true;
    if (begins(line, "add ") && model->own_count < MODEL_OWN)
        model->own[model->own_count++] = addr;
}

/* The socket that `line` says was bound. */
static void on_bound(struct model_host *model, const char *reply)
{
    unsigned long port = number_of(model->line, "port");

    if (model->socket_count == MODEL_SOCKETS) {
        model->configured = true; /* more than can be told apart */
        return;
    }
    model->sockets[model->socket_count++] = (struct model_socket){
        .number = (unsigned)number_of(reply, "sock"),
        .protocol =
            begins(model->line, "udp.") ? UDP : (unsigned)number_of(model->line, "protocol"),
        .addr = address_of(model->line, "addr"),
        .port = (uint16_t)(port != 0 ? port : number_of(reply, "port")),
    };
}

static void on_closed(struct model_host *model, unsigned number)
{
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == number)
            model->sockets[i] = model->sockets[--model->socket_count];
}

/* `hex` are the digits of these octets. */
static bool same_hex(struct v4_span octets, const char *hex, size_t len)
{
    if (len != 2 * octets.len)
        return false;
    for (size_t i = 0; i < octets.len; i++)
        if ((digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1])) != octets.octets[i])
            return false;
    return true;
}

static const char *on_event(struct model_host *model, const char *line)
{
    size_t len = 0;
    const char *data = value_of(line, "data", &len);

    if (!begins(line, "* udp.recv "))
        return NULL;
    if (data == NULL ||
        bound(model, UDP, address_of(line, "dst"), (uint16_t)number_of(line, "dport")) == NULL)
        return model->configured ? NULL : fault(model, "deliver: a datagram for no socket");
    for (size_t i = 0; i < model->event_count; i++) {
        const struct model_wanted *wanted = model->events + i;
        if (wanted->sock != number_of(line, "sock") || wanted->src != address_of(line, "src") ||
            !same_hex(wanted->data, data, len))
            continue;
        memmove(model->events + i, model->events + i + 1,
                (--model->event_count - i) * sizeof *wanted);
        return NULL;
    }
    return NULL; /* from fragments, in broadcasts, with options, ... */
}

const char *model_host_said(struct model_host *model, const char *line)
{
    size_t len;

    if (line[0] == '*')
        return on_event(model, line);
    const char *sock = value_of(line, "sock", &len);
    const char *ok = strstr(line, " ok");
    if (ok != NULL && sock != NULL && strstr(model->line, ".bind ") != NULL)
        on_bound(model, line);
    if (ok != NULL && strstr(model->line, ".close ") != NULL)
        on_closed(model, (unsigned)number_of(model->line, "sock"));
    size_t missing = begins(model->line, "sync") && !model->configured ? model->event_count : 0;
    if (begins(model->line, "sync"))
        model->event_count = 0;
    return missing == 0
               ? NULL
               : fault(model, "deliver: a datagram for a bound port never reached its user");
}

static bool meets(const struct model_wanted *wanted, const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    const struct model_arp *arp = &frame->arp;

    if (wanted->kind == WANT_ARP_REPLY)
        return frame->kind == MODEL_ARP && arp->operation == 2 && arp->spa == wanted->src &&
               arp->tpa == wanted->dst && memcmp(arp->tha, wanted->mac, 6) == 0;
    if (frame->kind != MODEL_IP || packet->protocol != ICMP || packet->dst != wanted->dst ||
        packet->src != wanted->src || packet->offset != 0 || packet->data.len < 8)
        return false;
    const uint8_t *p = packet->data.octets;
    size_t at = wanted->type == ECHO_REPLY ? 4 : 8, len = packet->data.len - at;
    if (p[0] != wanted->type || p[1] != wanted->code)
        return false;
    if (wanted->type == ECHO_REPLY && !packet->mf && len != wanted->data.len)
        return false;
    size_t compared = len < wanted->data.len ? len : wanted->data.len;
    return (packet->mf || compared == wanted->data.len) &&
           memcmp(p + at, wanted->data.octets, compared) == 0;
}

const char *model_host_sent(struct model_host *model, unsigned iface, struct v4_span octets)
{
    struct model_frame frame;
    const char *why = model_frame_read(octets, &frame);

    if (why != NULL)
        return fault(model, "sent: %s", why);
    why = model_sent_fault(model, iface, &frame);
    if (why == NULL)
        why = model_cause_fault(model, iface, &frame);
    if (why != NULL)
        return fault(model, "%s", why);
    for (size_t i = 0; i < model->frame_count; i++) {
        if (!meets(model->frames + i, &frame))
            continue;
        model->frames[i] = model->frames[--model->frame_count];
        break;
    }
    return NULL;
}

const char *model_host_done(struct model_host *model)
{
    static const char *const names[] = {
        [WANT_ARP_REPLY] = "an ARP reply", [WANT_ICMP] = "an ICMP message", [WANT_EVENT] = ""};

    if (model->frame_count == 0)
        return NULL;
    const struct model_wanted *wanted = model->frames;
    model->frame_count = 0;
    return fault(model, "answer: %s (type %u, code %u) did not come, or is another",
                 names[wanted->kind], wanted->type, wanted->code);
}

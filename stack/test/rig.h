/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host on a bench: frames go in, frames and events come out, by the lab's addresses
 * (docs/iut.md). Each frame lies in an allocation of its exact size. */
#pragma once
#include "octets.h"
#include "proto/profile.h"
#include "v4.h"
#include "wire/arp.h"
#include "wire/checksum.h"
#include "wire/ether.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/option.h"
#include "wire/udp.h"

#define US V4_ADDR(198, 18, 0, 2)
#define US_TOO V4_ADDR(198, 18, 1, 2) /* on interface 1 */
#define THEM V4_ADDR(198, 18, 0, 1)   /* the gateway too */
#define FAR V4_ADDR(192, 0, 2, 1)     /* behind the gateway */
#define OUR_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 2}})
#define THEIR_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 1}})
#define OPTIONS(...)                                                                               \
    ((struct v4_span){(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})})

struct rig {
    struct v4_host *host;
    v4_time now;
    struct v4_mac to;   /* where the next frames go; our own MAC at first */
    uint8_t out[65549]; /* the frame that came out last */
    unsigned iface;     /* that they come by */
    unsigned out_iface;
    size_t out_len;
};

static inline struct v4_config rig_config(const char *profile)
{
    struct v4_config config = v4_config_default();

    config.profile = profile;
    config.iface_count = 2;
    config.ifaces[0] = (struct v4_iface){OUR_MAC, {US, 24}, V4_MTU_DEFAULT};
    config.ifaces[1] = (struct v4_iface){{{2, 0, 0, 0, 1, 2}}, {US_TOO, 24}, V4_MTU_DEFAULT};
    config.gateway = THEM;
    config.seed = 1;
    return config;
}

static inline struct rig *rig_open_with(const struct v4_config *config)
{
    struct rig *rig = calloc(1, sizeof *rig);
    const char *why = NULL;

    cr_assert(rig != NULL);
    rig->to = OUR_MAC;
    rig->now = V4_SECOND;
    rig->host = v4_host_open(config, &why);
    cr_assert(rig->host != NULL, "%s", why);
    return rig;
}

static inline struct rig *rig_open(const char *profile)
{
    struct v4_config config = rig_config(profile);

    return rig_open_with(&config);
}

static inline void rig_close(struct rig *rig)
{
    v4_host_close(rig->host);
    free(rig);
}

static inline void rig_frame(struct rig *rig, const void *octets, size_t len)
{
    struct v4_span frame = exact(octets, len);

    v4_host_input(rig->host, rig->iface, frame, rig->now);
    drop_octets(frame);
}

/* A packet in a frame from the lower tester. */
static inline void rig_packet(struct rig *rig, uint16_t type, const uint8_t *packet, size_t len)
{
    static uint8_t frame[V4_ETHER_HEADER + 65535];

    v4_ether_emit(&(struct v4_ether){.dst = rig->to, .src = THEIR_MAC, .type = type}, frame);
    memcpy(frame + V4_ETHER_HEADER, packet, len);
    rig_frame(rig, frame, V4_ETHER_HEADER + len);
}

static inline size_t rig_build(const struct v4_ip *ip, uint8_t packet[65535])
{
    size_t len = v4_ip_emit(ip, packet);

    if (ip->data.len != 0)
        memcpy(packet + len, ip->data.octets, ip->data.len);
    return len + ip->data.len;
}

static inline void rig_ip(struct rig *rig, const struct v4_ip *ip)
{
    static uint8_t packet[65535];

    rig_packet(rig, V4_ETHER_TYPE_IP, packet, rig_build(ip, packet));
}

/* An ICMP message in `ip`, whose protocol and data it sets. */
static inline void rig_icmp(struct rig *rig, struct v4_ip ip, const struct v4_icmp *icmp)
{
    static uint8_t message[65535];

    ip.protocol = V4_PROTOCOL_ICMP;
    ip.data = (struct v4_span){message, v4_icmp_emit(icmp, message)};
    rig_ip(rig, &ip);
}

static inline void rig_udp(struct rig *rig, struct v4_ip ip, const struct v4_udp *udp)
{
    static uint8_t message[65535];

    ip.protocol = V4_PROTOCOL_UDP;
    ip.data = (struct v4_span){message, v4_udp_emit(udp, ip.src, ip.dst, message)};
    rig_ip(rig, &ip);
}

/* A header from them to us. */
static inline struct v4_ip rig_header(void)
{
    return (struct v4_ip){.id = 7, .ttl = 64, .src = THEM, .dst = US};
}

static inline const struct v4_icmp *rig_echo(void)
{
    static const struct v4_icmp echo = {
        .type = V4_ICMP_ECHO, .rest = 0x00070003, .data = {(const uint8_t *)"abc", 3}};

    return &echo;
}

static inline void rig_arp(struct rig *rig, uint16_t operation, struct v4_mac mac, uint32_t sender,
                           uint32_t target)
{
    uint8_t packet[V4_ARP_LEN];

    v4_arp_emit(
        &(struct v4_arp){
            .operation = operation, .sender_mac = mac, .sender = sender, .target = target},
        packet);
    rig_packet(rig, V4_ETHER_TYPE_ARP, packet, sizeof packet);
}

/* A report of the group of all routers, or one that begins with it: who forwards says so. */
static inline bool rig_is_routers(const struct v4_frame *frame)
{
    const uint8_t *p = frame->octets.octets + V4_ETHER_HEADER;

    if (frame->octets.len < V4_ETHER_HEADER + 28 || p[0] >> 4 != 4 || p[9] != V4_PROTOCOL_IGMP)
        return false;
    const uint8_t *igmp = p + (size_t)(p[0] & 0x0f) * 4;
    if (igmp[0] != 0x22)
        return igmp[0] != 0x17 && v4_be32(p + 16) == V4_ADDR_ALL_ROUTERS;
    return frame->octets.len >= V4_ETHER_HEADER + 40 && v4_be32(igmp + 12) == V4_ADDR_ALL_ROUTERS;
}

/* The next frame, of whatever type, but for what routers say of themselves. */
static inline bool rig_out(struct rig *rig, struct v4_ether *ret_ether)
{
    struct v4_frame frame;

    do {
        if (!v4_host_output(rig->host, &frame))
            return false;
    } while (rig_is_routers(&frame));
    memcpy(rig->out, frame.octets.octets, frame.octets.len);
    rig->out_iface = frame.iface;
    rig->out_len = frame.octets.len;
    cr_assert(v4_ether_parse((struct v4_span){rig->out, rig->out_len}, ret_ether) == V4_KEEP);
    return true;
}

/* The next frame, which holds a correct IP packet; false if there is none or another kind. */
static inline bool rig_out_ip(struct rig *rig, struct v4_ip *ret_ip)
{
    struct v4_ether ether;

    return rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_IP &&
           v4_ip_parse(ether.data, ret_ip) == V4_KEEP;
}

/* The next frame, which holds a correct ICMP message. */
static inline bool rig_out_icmp(struct rig *rig, struct v4_ip *ret_ip, struct v4_icmp *ret_icmp)
{
    return rig_out_ip(rig, ret_ip) && ret_ip->protocol == V4_PROTOCOL_ICMP &&
           v4_icmp_parse(ret_ip->data, ret_icmp) == V4_KEEP;
}

static inline bool rig_silent(struct rig *rig)
{
    struct v4_ether ether;

    return !rig_out(rig, &ether);
}

/* Makes the host know the lower tester's MAC. */
static inline void rig_meet(struct rig *rig)
{
    struct v4_ether ether;

    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, US);
    cr_assert(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP);
}

static inline uint64_t rig_drops(const struct rig *rig, enum v4_drop why)
{
    return v4_host_stats(rig->host)->drops[why];
}

static inline uint64_t rig_all_drops(const struct rig *rig)
{
    uint64_t sum = 0;

    for (unsigned why = 0; why < V4_DROP_COUNT; why++)
        sum += v4_host_stats(rig->host)->drops[why];
    return sum;
}

/* The one reason that was counted; V4_KEEP for none, V4_DROP_COUNT for several. */
static inline enum v4_drop rig_reason(const struct rig *rig)
{
    enum v4_drop found = V4_KEEP;

    for (unsigned why = 0; why < V4_DROP_COUNT; why++)
        if (rig_drops(rig, (enum v4_drop)why) != 0)
            found = (enum v4_drop)why;
    return rig_all_drops(rig) > 1 ? V4_DROP_COUNT : found;
}

static inline void rig_advance(struct rig *rig, v4_time span)
{
    rig->now += span;
    v4_host_tick(rig->host, rig->now);
}

static inline bool same(struct v4_span a, struct v4_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.octets, b.octets, a.len) == 0);
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is UDP what RFC 768 and RFC 1122 4.1 say, and nothing more? Compared with model/udp.h:
 *
 *   accept   a segment is kept exactly when the model finds no fault, and refused for that fault
 *   borrow   its data lies behind its header and ends with its length
 *   return   emitting what was read gives the same octets back
 *   sent     what is emitted for another destination is accepted there, and nowhere else
 *   whose    of the open sockets it is that one's which the model chooses
 *   all      each socket says of it what the model says */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "model/udp.h"
#include "proto/socket.h"
#include "script.h"
#include "wire/ip.h"
#include "wire/udp.h"

#define HERE 0xc6120002 /* 198.18.0.2 */
#define LEFT 0xc6120001
#define OTHER 0xc6124042 /* the address of the other interface */

/* What mutate_udp.c knows of: ports 4000 to 4003, the lab's addresses. */
static const struct model_socket socks[] = {
    {.port = 4000},
    {.port = 4000, .addr = HERE},
    {.port = 4000, .addr = HERE, .peer = LEFT},
    {.port = 4000, .peer = LEFT, .peer_port = 40000},
    {.port = 4000, .addr = HERE, .peer = LEFT}, /* as another one: it comes too late */
    {.port = 4001, .iface = 2},
    {.port = 4001, .addr = OTHER, .iface = 1},
    {.port = 4001},
    {.port = 4002, .peer_port = 40000},
    {.port = 4002, .addr = HERE},
    {.port = 4002, .peer = LEFT},
    {.port = 4003, .addr = HERE, .iface = 1},
};

#define COUNT (sizeof socks / sizeof *socks)

static struct v4_core *open_core(void)
{
    struct v4_core *core = calloc(1, sizeof *core);

    if (!core)
        return NULL;
    core->config.sockets = 2 * COUNT; /* every other one is free, and one is raw */
    core->sockets = calloc(2 * COUNT, sizeof *core->sockets);
    for (size_t i = 0; core->sockets && i < COUNT; i++)
        core->sockets[2 * i] = (struct v4_socket){.number = (unsigned)i + 1,
                                                  .addr = socks[i].addr,
                                                  .port = socks[i].port,
                                                  .peer = socks[i].peer,
                                                  .peer_port = socks[i].peer_port,
                                                  .by_iface = (uint8_t)socks[i].iface};
    if (core->sockets)
        core->sockets[1] = (struct v4_socket){.number = 99, .raw = true, .protocol = 17};
    return core;
}

static void check_sockets(const struct v4_core *core, const struct model_arrival *arrival)
{
    struct v4_flow flow = {.iface = arrival->iface == 0 ? V4_IFACES_MAX : arrival->iface - 1,
                           .addr = arrival->dst,
                           .peer = arrival->src,
                           .port = arrival->dst_port,
                           .peer_port = arrival->src_port};
    size_t best = model_udp_whose(socks, COUNT, arrival);
    const struct v4_socket *sock = v4_socket_of(core, &flow);

    ORACLE((sock == NULL) == (best == COUNT), "whose: somebody's or nobody's");
    if (sock)
        ORACLE(sock->number == best + 1, "whose: socket %u, not %zu", sock->number, best + 1);
    for (size_t i = 0; i < COUNT; i++)
        ORACLE(v4_socket_takes(core->sockets + 2 * i, &flow) ==
                   model_udp_is_for(socks + i, arrival),
               "all: socket %zu", i + 1);
    ORACLE(!v4_socket_takes(core->sockets + 1, &flow), "all: a raw one");
}

/* What was read, written again: the same, and somebody else's where that is who it goes to. */
static void check_emit(const struct v4_udp *udp, struct v4_span segment, uint32_t src, uint32_t dst)
{
    uint8_t *out = malloc(V4_UDP_HEADER + udp->data.len);
    struct v4_udp again;

    if (!out)
        return;
    size_t len = v4_udp_emit(udp, src, dst, out);
    ORACLE(len == V4_UDP_HEADER + udp->data.len, "return: %zu octets", len);
    ORACLE(memcmp(out, segment.octets, len) == 0, "return: octets changed");

    struct v4_udp checked = *udp;
    checked.unchecked = false;
    v4_udp_emit(&checked, dst, src ^ 0x00010000, out);
    ORACLE(model_udp_fault((struct v4_span){out, len}, dst, src ^ 0x00010000) == V4_KEEP,
           "sent: the checksum is wrong");
    ORACLE(out[6] != 0 || out[7] != 0, "sent: no checksum");
    checked.src_port = 0; /* then the port that makes the sum zero, which is never sent so */
    v4_udp_emit(&checked, dst, src, out);
    checked.src_port = v4_be16(out + 6);
    v4_udp_emit(&checked, dst, src, out);
    ORACLE(out[6] == 0xff && out[7] == 0xff, "sent: %02x%02x for zero", out[6], out[7]);
    v4_udp_emit(&checked, dst, src ^ 0x00010000, out);
    ORACLE(v4_udp_parse((struct v4_span){out, len}, dst, src, &again) != V4_KEEP,
           "sent: right for another destination too");
    free(out);
}

static void check(const struct v4_core *core, struct v4_span packet, unsigned iface)
{
    struct v4_udp udp, before;
    struct v4_ip ip;

    if (!fuzz_gets_through(v4_ip_parse(packet, &ip) == V4_KEEP && ip.protocol == 17))
        return;
    memset(&before, 0xa5, sizeof before);
    udp = before;
    enum v4_drop want = model_udp_fault(ip.data, ip.src, ip.dst);
    enum v4_drop drop = v4_udp_parse(ip.data, ip.src, ip.dst, &udp);
    ORACLE(drop == want, "accept: parse says %s, not %s", v4_drop_name(drop), v4_drop_name(want));
    if (drop != V4_KEEP) {
        ORACLE(memcmp(&udp, &before, sizeof udp) == 0, "borrow: written for a fault");
        return;
    }
    const uint8_t *p = ip.data.octets;
    ORACLE(udp.data.octets == p + 8, "borrow: data is not behind the header");
    ORACLE(udp.data.len + 8 == v4_be16(p + 4), "borrow: %zu octets of data", udp.data.len);
    ORACLE(udp.src_port == v4_be16(p) && udp.dst_port == v4_be16(p + 2), "borrow: ports");
    check_emit(&udp, ip.data, ip.src, ip.dst);
    check_sockets(core, &(struct model_arrival){ip.src, ip.dst, udp.src_port, udp.dst_port, iface});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct v4_core *core = open_core();
    struct script_record record;

    while (core && core->sockets && script_next(&script, &record)) {
        if (record.kind != SCRIPT_FRAME || !fuzz_packet(record.octets, &packet))
            continue;
        check(core, packet, record.interface % 3);
        free((void *)packet.octets);
    }
    if (core)
        free(core->sockets);
    free(core);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does a router pass on what it should, and nothing else? A frame of the script is a step: its
 * interface says of which kind, its octets which packet comes, which route is added or removed,
 * what is set; there are few of each, so that they meet. Six neighbours have told their MACs,
 * and nobody else answers ARP. What leaves is held against model/passing.h, by the
 * eight calls of postel_iut.h alone. After every packet:
 *
 *   where     it leaves by the interface and to the neighbour that the model says, or does not
 *   same      out is in, but for what forwarding must change: TTL, checksum, options that record,
 *             and the fragments are the packet's (model/pieces.h)
 *   tells     its source is told just what the model says, from the right address, about it
 *   once      one datagram at most leaves by one interface, and one message beside it
 *   silent    what is for nobody beyond, or must not be told, leaves nothing behind
 *   frame     all that leaves is well formed, from the interface's MAC
 *
 * A clock step lets time pass, and what has waited for a neighbour in vain is reported to a source
 * once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "iut.h"
#include "model/passing.h"
#include "model/pieces.h"
#include "script.h"

#define STEP 6
#define FRAME_MAX 65549
#define MS UINT64_C(1000000)
#define GIVEN 128
#define SETTINGS                                                                                   \
    "seed=1\nprofile=rfc1812\ngateway=198.18.0.1\n"                                                \
    "if0=02:00:00:00:00:02,198.18.0.2,20\nif1=02:00:00:00:01:02,198.18.64.66,26\n"                 \
    "if2=02:00:00:00:02:02,203.0.113.2,24\n"                                                       \
    "reassembly-octets=65536\noutput-octets=131072\nevent-octets=131072\n"

static const struct model_port ports[PASSING_IFACES] = {
    {0xc6120002, 20, 1500, true, true, true},
    {0xc6124042, 26, 1500, true, true, true},
    {0xcb007102, 24, 1500, true, true, true},
};
static const struct neighbor {
    unsigned iface;
    uint32_t addr;
} neighbors[] = {{0, 0xc6120001}, {0, 0xc612004d}, {1, 0xc6124041},
                 {1, 0xc6124050}, {2, 0xcb007101}, {2, 0xcb007109}};

static struct play {
    const struct postel_iut_calls *calls;
    struct postel_iut *iut;
    struct model_router router;
    uint64_t now;
    unsigned sequence;
    bool ok;
    /* What has left since the last packet came. */
    struct model_passing expected;
    struct model_cut cut;
    bool tells;
    struct {
        uint32_t src, dst;
        uint16_t id;
        bool told;
    } waiting[GIVEN]; /* for who never answers */
    size_t waits;
    uint16_t id;
} play;

static uint8_t frame[FRAME_MAX];

static void mac_of(unsigned iface, uint32_t addr, uint8_t *to)
{
    const uint8_t mac[6] = {2, 0, 0, 1, (uint8_t)iface, (uint8_t)addr};

    memcpy(to, mac, 6);
}

static void on_line(void *context, const char *said)
{
    (void)context;
    if (said[0] != '*')
        play.ok = strstr(said, " ok") != NULL;
}

static bool say(const char *words)
{
    char line[256];

    snprintf(line, sizeof line, "%u %s", ++play.sequence, words);
    play.ok = false;
    play.calls->line(play.iut, line, play.now, on_line, NULL);
    return play.ok;
}

static bool is_neighbor(uint32_t addr)
{
    for (size_t i = 0; i < sizeof neighbors / sizeof *neighbors; i++)
        if (neighbors[i].addr == addr)
            return true;
    return false;
}

static void check_link(unsigned iface, const struct model_frame *read, uint32_t hop)
{
    const uint8_t ours[6] = {2, 0, 0, 0, (uint8_t)iface, 2}, all[] = {255, 255, 255, 255, 255, 255};
    uint8_t to[6];

    mac_of(iface, hop, to);
    ORACLE(memcmp(read->src, ours, 6) == 0, "frame: from another MAC");
    ORACLE(memcmp(read->dst, hop == 0 ? all : to, 6) == 0, "where: to another MAC, by %u", iface);
}

/* A message of the router's own. */
static void check_message(unsigned iface, const struct model_frame *read)
{
    const struct model_message *said = &play.expected.said;
    const struct model_packet *packet = &read->packet;
    struct model_packet quote;

    if (packet->protocol != 1 || packet->offset != 0 || packet->data.octets[0] == 0 ||
        packet->dst >> 28 == 14)
        return; /* it is for users, or all, or answers what was for it, or the rest of what was long
                 */
    ORACLE(packet->data.len >= 28 && (packet->mf || model_sum(packet->data, 0) == 0xffff),
           "tells: the message is malformed");
    const uint8_t *message = packet->data.octets;
    const struct v4_span rest = {message + 8, packet->data.len - 8};
    ORACLE(model_packet_read(rest, true, &quote) == NULL, "tells: a quote that is no packet");
    if (message[0] == 11 && message[1] == 1)
        return; /* what was for it was never whole */
    if (message[0] == 3 && message[1] == 1)
        for (size_t i = 0; i < play.waits; i++)
            if (!play.waiting[i].told && play.waiting[i].id == quote.id &&
                play.waiting[i].src == quote.src && play.waiting[i].dst == quote.dst) {
                play.waiting[i].told = true;
                return;
            }
    if (play.expected.outcome == PASSING_LOCAL || play.expected.outcome == PASSING_VAGUE)
        return;
    ORACLE(said->type != 0 && !play.tells, "silent: a message of type %u, code %u", message[0],
           message[1]);
    play.tells = true;
    ORACLE(message[0] == said->type && message[1] == said->code, "tells: %u, %u, not %u, %u",
           message[0], message[1], said->type, said->code);
    const uint32_t told = (uint32_t)message[4] << 24 | (uint32_t)message[5] << 16 |
                          (uint32_t)message[6] << 8 | message[7];
    ORACLE(told == said->rest, "tells: %08x, not %08x", told, said->rest);
    ORACLE(iface == said->iface && packet->src == said->src, "tells: by %u from %08x", iface,
           packet->src);
    ORACLE(quote.id == play.id && packet->dst == quote.src, "tells: about another packet");
    check_link(iface, read, said->hop);
}

static void check_frame(unsigned iface, size_t len)
{
    struct model_frame read;
    const char *wrong = model_frame_read((struct v4_span){frame, len}, &read);

    ORACLE(wrong == NULL, "frame: %s", wrong);
    if (read.kind != MODEL_IP)
        return;
    if (model_router_is(&play.router, read.packet.src)) {
        check_message(iface, &read);
        return;
    }
    if (play.expected.outcome == PASSING_VAGUE)
        return;
    ORACLE(play.expected.outcome == PASSING_GOES, "silent: a packet is passed on");
    ORACLE(iface == play.expected.iface, "where: by %u, not by %u", iface, play.expected.iface);
    check_link(iface, &read, play.expected.hop);
    wrong = model_piece(&play.cut, read.packet.octets.octets, read.packet.octets.len);
    ORACLE(wrong == NULL, "same: %s", wrong);
}

static void drain(void)
{
    unsigned iface;
    size_t len;

    while ((len = play.calls->output(play.iut, &iface, frame)) > 0)
        check_frame(iface, len);
}

static void arp(const struct neighbor *who)
{
    uint8_t octets[60] = {255, 255, 255, 255, 255, 255};
    const uint32_t to = ports[who->iface].addr;
    const uint8_t fixed[] = {8, 6, 0, 1, 8, 0, 6, 4, 0, 1};

    mac_of(who->iface, who->addr, octets + 6);
    memcpy(octets + 12, fixed, sizeof fixed);
    mac_of(who->iface, who->addr, octets + 22);
    for (int i = 0; i < 4; i++) {
        octets[28 + i] = (uint8_t)(who->addr >> (24 - 8 * i));
        octets[38 + i] = (uint8_t)(to >> (24 - 8 * i));
    }
    play.calls->input(play.iut, who->iface, octets, sizeof octets, play.now);
}

/* Everybody asks for the router's MAC, so that it knows theirs. */
static void meet(void)
{
    play.expected.outcome = PASSING_SILENT;
    play.expected.said.type = 0;
    for (size_t i = 0; i < sizeof neighbors / sizeof *neighbors; i++)
        arp(neighbors + i);
    drain();
}

static const uint32_t sources[] = {
    0xc6120001, 0xc612004d, 0xc6124041, 0xcb007101, 0xc6124050, 0xc0000209, 0xcb007109, 0xc6120001,
    0xa9fe0707, 0x7f000001, 0xc6120002, 0xf0000001, 0xe0000005, 0x00000000, 0xc6120fff, 0xcb007100};
static const uint32_t targets[] = {
    0xc6124050, 0xc6124041, 0xcb007101, 0xc612004d, 0xc0000209, 0xc0000282, 0xc6336407, 0xcb007109,
    0xcb0071ff, 0xc612407f, 0xc6124040, 0xffffffff, 0xc6120002, 0xcb007102, 0xf0000001, 0x7f000001,
    0xa9fe0101, 0xe0000009, 0x00000000, 0xcb0071c8, 0xc6120001, 0xc6124050, 0xcb007101, 0xc0000209};
static const struct {
    uint8_t len, octets[12];
} options[] = {
    {0, {0}},
    {0, {0}},
    {0, {0}},
    {0, {0}},
    {8, {7, 7, 4}},
    {8, {7, 7, 8, 192, 0, 2, 1}},
    {8, {68, 8, 5, 0}},
    {12, {68, 12, 5, 1}},
    {8, {68, 8, 9, 0x20, 1, 2, 3, 4}},
    {8, {131, 7, 4, 192, 0, 2, 1}},
    {8, {137, 7, 4, 192, 0, 2, 1}},
    {4, {94, 4, 1, 2}},
    {4, {1, 1, 1, 0}},
    {4, {7, 9, 4, 0}},
    {12, {68, 12, 5, 3, 198, 18, 0, 2}},
    {4, {148, 4, 0, 0}},
};
static const uint16_t lengths[] = {0, 1, 8, 40, 48, 100, 556, 1253, 1440, 1460};

#define OF(list, octet) ((list)[(octet) % (sizeof(list) / sizeof *(list))])

/* The packet that the step says. */
static size_t build(const uint8_t *step, uint8_t *packet)
{
    static const uint8_t ttls[] = {64, 64, 2, 1, 0, 255, 33, 64};
    const unsigned offset = step[5] & 0x40 ? 8 : 0;
    const size_t choice = offset != 0 ? 0 : step[4] % 16;
    const size_t header = 20u + options[choice].len, data = OF(lengths, step[3]);
    const uint32_t src = sources[step[0] >> 2 & 15], dst = OF(targets, step[1]);
    const uint8_t flags =
        (uint8_t)((step[2] & 0x40) | (step[2] & 0x80 && data % 8 == 0 ? 0x20 : 0));

    memset(packet, 0, header);
    packet[0] = (uint8_t)(0x40 | header / 4);
    packet[1] = step[5] & 0x20 ? 8 : step[5] & 0x10 ? 0xb9 : 0;
    packet[2] = (uint8_t)((header + data) >> 8);
    packet[3] = (uint8_t)(header + data);
    packet[4] = (uint8_t)(++play.id >> 8);
    packet[5] = (uint8_t)play.id;
    packet[6] = flags;
    packet[7] = (uint8_t)offset;
    packet[8] = ttls[step[2] & 7];
    packet[9] = step[5] & 0x08 ? 1 : 253;
    for (int i = 0; i < 4; i++) {
        packet[12 + i] = (uint8_t)(src >> (24 - 8 * i));
        packet[16 + i] = (uint8_t)(dst >> (24 - 8 * i));
    }
    memcpy(packet + 20, options[choice].octets, options[choice].len);
    for (size_t i = 0; i < data; i++)
        packet[header + i] = i == 0 ? (step[5] & 0x04 ? 3 : 8) : (uint8_t)i;
    const uint32_t sum = 0xffff & ~model_sum((struct v4_span){packet, header}, 0);
    packet[10] = (uint8_t)(sum >> 8);
    packet[11] = (uint8_t)sum;
    return header + data;
}

static void check_end(bool known)
{
    const struct model_passing *passing = &play.expected;

    if (passing->outcome == PASSING_GOES && known) {
        const char *wrong = model_pieces_end(&play.cut);
        ORACLE(wrong == NULL, "same: %s", wrong);
    }
    ORACLE(known || play.cut.count == 0, "where: it left for who never answers");
    ORACLE(passing->said.type == 0 || play.tells || passing->outcome == PASSING_LOCAL ||
               (passing->said.type == 5 && !known),
           "tells: nothing of type %u, code %u", passing->said.type, passing->said.code);
}

static void packet(const uint8_t *step)
{
    uint8_t octets[14 + 1540] = {2, 0, 0, 0, (uint8_t)(step[0] % 3), 2};
    const bool to_many = (step[5] & 0xc0) == 0x80;
    struct model_packet read;
    uint8_t *copy;

    if (to_many)
        memset(octets, 255, 6);
    mac_of(step[0] % 3, 1, octets + 6);
    octets[12] = 8;
    const size_t len = build(step, octets + 14);
    if (model_packet_read((struct v4_span){octets + 14, len}, false, &read) != NULL)
        return;
    const uint32_t time = (uint32_t)(play.now / MS % 86400000) | 0x80000000u;
    model_pass(&play.router, step[0] % 3, to_many, &read, time, &play.expected);
    play.cut = (struct model_cut){
        .packet = play.expected.packet, .len = play.expected.len, .mtu = play.expected.mtu};
    play.tells = false;
    const uint32_t hop = play.expected.hop, say_to = play.expected.said.hop;
    const bool known = hop == 0 || is_neighbor(hop);
    if (play.expected.said.type != 0 && !is_neighbor(say_to))
        play.expected.said.type = 0; /* it waits, and is not seen */
    if (play.expected.outcome == PASSING_GOES && !known && play.waits < GIVEN) {
        play.waiting[play.waits].src = read.src;
        play.waiting[play.waits].dst = read.dst;
        play.waiting[play.waits].told = false;
        play.waiting[play.waits++].id = read.id;
    }
    copy = malloc(14 + len);
    if (copy == NULL)
        return;
    memcpy(copy, octets, 14 + len);
    play.calls->input(play.iut, step[0] % 3, copy, 14 + len, play.now);
    free(copy);
    drain();
    check_end(known);
}

static void route(const uint8_t *step)
{
    static const struct {
        uint32_t net;
        uint8_t bits;
    } nets[] = {{0xc0000200, 24}, {0xc0000280, 25}, {0xc6336400, 24}, {0xc0000209, 32},
                {0, 0},           {0xc6124050, 32}, {0xcb007100, 25}};
    static const char *const kinds[] = {"unicast", "unreachable", "blackhole", "prohibit"};
    const struct neighbor *to = neighbors + step[1] % 6;
    char line[200];
    struct model_way way = {
        .net = OF(nets, step[0]).net,
        .bits = OF(nets, step[0]).bits,
        .tos = step[2] & 1   ? 8
               : step[2] & 2 ? 16
                             : 0,
        .iface = to->iface,
        .gateway = to->addr,
        .preference = step[2] >> 4 & 3,
        .kind = step[3] & 4 ? (enum model_where)(step[3] & 3) : MODEL_GOES,
    };

    snprintf(line, sizeof line,
             "%s kind=route net=%u.%u.%u.%u len=%u gateway=%u.%u.%u.%u iface=%u tos=%u "
             "preference=%u type=%s",
             step[4] & 1 ? "del" : "add", way.net >> 24, way.net >> 16 & 255, way.net >> 8 & 255,
             way.net & 255, way.bits, to->addr >> 24, to->addr >> 16 & 255, to->addr >> 8 & 255,
             to->addr & 255, way.iface, way.tos, way.preference, kinds[way.kind]);
    if (!say(line))
        return;
    if (step[4] & 1)
        model_way_remove(&play.router.routing, &way);
    else
        model_way_add(&play.router.routing, &way);
}

static void set(const uint8_t *step)
{
    static const uint16_t mtus[] = {68, 100, 576, 1280, 1500};
    static const char *const names[] = {"mtu", "up", "forwarding", "directed-broadcast"};
    static const char *const ours[] = {"forwarding", "directed-broadcast", "source-validation",
                                       "send-redirects", "redirect-by-tos"};
    struct model_port *port = play.router.ports + step[1] % 3;
    const unsigned on = step[2] & 1, mtu = OF(mtus, step[2]), host = step[3] % 5;
    const unsigned value = host == 2 ? step[2] % 3 : on;
    char line[100];

    if (step[0] & 1) {
        snprintf(line, sizeof line, "set name=%s value=%u", ours[host], value);
        ORACLE(say(line), "where: %s is refused", line);
        play.router.forwards = host == 0 ? on : play.router.forwards;
        play.router.broadcasts = host == 1 ? on : play.router.broadcasts;
        play.router.validation = host == 2 ? value : play.router.validation;
        play.router.redirects = host == 3 ? on : play.router.redirects;
        play.router.by_tos = host == 4 ? on : play.router.by_tos;
        return;
    }
    snprintf(line, sizeof line, "set name=%s iface=%u value=%u", names[step[3] & 3], step[1] % 3,
             (step[3] & 3) == 0 ? mtu : on);
    ORACLE(say(line), "where: %s is refused", line);
    if ((step[3] & 3) == 0)
        port->mtu = mtu;
    if ((step[3] & 3) == 1)
        port->up = on;
    if ((step[3] & 3) == 2)
        port->forwards = on;
    if ((step[3] & 3) == 3)
        port->broadcasts = on;
    meet();
}

static void step_on(const struct script_record *record)
{
    uint8_t step[STEP] = {0};

    for (size_t i = 0; i < STEP && i < record->octets.len; i++)
        step[i] = record->octets.octets[i];
    if (record->interface % 8 < 5)
        packet(step);
    else if (record->interface % 8 == 7)
        set(step);
    else
        route(step);
}

static void pass(uint64_t until)
{
    uint64_t next;

    play.expected.outcome = PASSING_SILENT;
    play.expected.said.type = 0;
    play.tells = false;
    while ((next = play.calls->next_timeout(play.iut)) <= until) {
        play.now = next > play.now ? next : play.now;
        play.calls->tick(play.iut, play.now);
        drain();
        if (play.calls->next_timeout(play.iut) <= play.now)
            break;
    }
    play.now = until;
    play.calls->tick(play.iut, play.now);
    drain();
    meet();
}

static bool start(void)
{
    play = (struct play){.calls = &fuzz_iut()->calls, .now = 1000 * MS};
    play.iut = play.calls->open(SETTINGS);
    if (play.iut == NULL)
        return false;
    memcpy(play.router.ports, ports, sizeof ports);
    play.router.redirects = play.router.broadcasts = true;
    for (unsigned i = 0; i < PASSING_IFACES; i++)
        model_way_add(&play.router.routing,
                      &(struct model_way){.net = ports[i].addr & ~(0xffffffffu >> ports[i].bits),
                                          .bits = ports[i].bits,
                                          .iface = i});
    model_way_add(&play.router.routing, &(struct model_way){.gateway = 0xc6120001});
    play.router.forwards = say("set name=forwarding value=1");
    meet();
    return play.router.forwards;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;

    if (start())
        while (script_next(&script, &record)) {
            if (record.kind == SCRIPT_ADVANCE)
                pass(play.now + record.milliseconds * MS);
            if (record.kind == SCRIPT_FRAME)
                step_on(&record);
        }
    if (play.iut != NULL)
        play.calls->close(play.iut);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does a router pass on multicasts by its routes, and nothing else? A frame of the script is a
 * step: its interface says of which kind, its octets which packet comes, which route is added or
 * removed, what is set; there are few of each, so that they meet. What leaves is held against
 * model/spreading.h, by the eight calls of postel_iut.h alone. After every step:
 *
 *   where     a copy leaves by each interface that the model says, in a frame to its group, and by
 *             no other: never by that which it came by, never without a route
 *   same      it is what came, but for TTL and checksum, or in pieces (model/pieces.h)
 *   silent    no ICMP error leaves, whatever is wrong
 *   told      the user hears of a missing route, and of a wrong interface, as often as the model
 *   routes    there is one where the model has it: what is added or removed is refused alike
 *   frame     all that leaves is well formed, from the interface's MAC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "iut.h"
#include "model/pieces.h"
#include "model/spreading.h"
#include "script.h"

#define STEP 6
#define FRAME_MAX 65549
#define MS UINT64_C(1000000)
#define SETTINGS                                                                                   \
    "seed=1\nprofile=rfc1812\ngateway=198.18.0.1\n"                                                \
    "if0=02:00:00:00:00:02,198.18.0.2,20\nif1=02:00:00:00:01:02,198.18.64.66,26\n"                 \
    "if2=02:00:00:00:02:02,203.0.113.2,24\n"                                                       \
    "reassembly-octets=65536\noutput-octets=524288\nevent-octets=131072\n"

static const struct spread_port ports[SPREAD_IFACES] = {
    {0xc6120002, 20, 1500, true, true, true},
    {0xc6124042, 26, 1500, true, true, true},
    {0xcb007102, 24, 1500, true, true, true},
};

static struct play {
    const struct postel_iut_calls *calls;
    struct postel_iut *iut;
    uint64_t now;
    unsigned sequence, missing, wrong; /* events that were told */
    bool ok;
    uint16_t id;
    struct model_cut cuts[SPREAD_COPIES];
} play;

static struct spread_router router;
static uint8_t frame[FRAME_MAX];

static void on_line(void *context, const char *said)
{
    (void)context;
    play.missing += strncmp(said, "* mroute.missing ", 17) == 0;
    play.wrong += strncmp(said, "* mroute.wrong ", 15) == 0;
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

static void check_link(unsigned iface, const struct model_frame *read)
{
    const uint32_t group = read->packet.dst;
    const uint8_t ours[6] = {2, 0, 0, 0, (uint8_t)iface, 2};
    const uint8_t to[6] = {
        1, 0, 0x5e, (uint8_t)(group >> 16 & 0x7f), (uint8_t)(group >> 8), (uint8_t)group};

    ORACLE(memcmp(read->src, ours, 6) == 0, "frame: from another MAC");
    ORACLE(memcmp(read->dst, to, 6) == 0, "where: to another MAC, by %u", iface);
}

static bool is_ours(uint32_t addr)
{
    for (unsigned i = 0; i < SPREAD_IFACES; i++)
        if (ports[i].addr == addr)
            return true;
    return false;
}

/* The copy that a packet is of, or a part of; SPREAD_COPIES: there is none. */
static size_t copy_of(unsigned iface, const struct model_packet *packet)
{
    for (size_t i = 0; i < router.copy_count; i++) {
        const struct spread_copy *copy = router.copies + i;
        if (copy->iface == iface && copy->octets[4] * 256u + copy->octets[5] == packet->id)
            return i;
    }
    return SPREAD_COPIES;
}

static void check_frame(unsigned iface, size_t len)
{
    struct model_frame read;
    const char *wrong = model_frame_read((struct v4_span){frame, len}, &read);

    ORACLE(wrong == NULL, "frame: %s", wrong);
    if (read.kind != MODEL_IP)
        return;
    if (is_ours(read.packet.src)) { /* what it says of itself goes to groups */
        ORACLE(read.packet.dst >> 28 == 14 || read.packet.dst == 0xffffffff,
               "silent: something of its own to %08x", read.packet.dst);
        return;
    }
    const size_t copy = copy_of(iface, &read.packet);
    ORACLE(copy != SPREAD_COPIES, "where: %04x leaves by %u", read.packet.id, iface);
    check_link(iface, &read);
    wrong = model_piece(play.cuts + copy, read.packet.octets.octets, read.packet.octets.len);
    ORACLE(wrong == NULL, "same: %s", wrong);
}

/* The model has said what is to leave. */
static void check_step(void)
{
    unsigned iface;
    size_t len;

    for (size_t i = 0; i < router.copy_count; i++) {
        const struct spread_copy *copy = router.copies + i;
        play.cuts[i] =
            (struct model_cut){.packet = copy->octets, .len = copy->len, .mtu = copy->mtu};
    }
    while ((len = play.calls->output(play.iut, &iface, frame)) > 0)
        check_frame(iface, len);
    for (size_t i = 0; i < router.copy_count; i++) {
        const char *wrong = model_pieces_end(play.cuts + i);
        ORACLE(wrong == NULL, "where: by %u: %s", router.copies[i].iface, wrong);
    }
    say("sync");
    ORACLE(play.missing == router.missing, "told: %u missing, not %u", play.missing,
           router.missing);
    ORACLE(play.wrong == router.wrong, "told: %u wrong, not %u", play.wrong, router.wrong);
    play.missing = play.wrong = 0;
}

static const uint32_t sources[] = {
    0xc6120001, 0xc0000209, 0xc6124041, 0xcb007109, 0xa9fe0707, 0x7f000001, 0xc6120002, 0xc6120fff,
    0xc0000209, 0xe9fc0001, 0xc000020a, 0xc6124042, 0x00000000, 0xc6120001, 0xc0000209, 0xf0000001};
static const uint32_t groups[] = {0xe9fc0001, 0xe9fc0001, 0xe9fc0002, 0xef010203,
                                  0xe0000009, 0xe0000100, 0xe00000ff, 0xe97c0001};
static const uint8_t ttls[] = {16, 64, 2, 1, 0, 255, 15, 17};
static const uint16_t lengths[] = {0, 1, 8, 40, 48, 100, 556, 1253, 1440, 1460};
static const struct {
    uint8_t len, octets[8];
} options[] = {{0, {0}},
               {0, {0}},
               {4, {1, 1, 1, 0}},
               {4, {7, 9, 4, 0}},
               {4, {148, 4, 0, 0}},
               {4, {94, 4, 1, 2}},
               {8, {137, 7, 4, 192, 0, 2, 1}},
               {4, {94, 1, 0, 0}}};

#define OF(list, octet) ((list)[(octet) % (sizeof(list) / sizeof *(list))])

static void put(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The packet that the step says. */
static size_t build(const uint8_t *step, uint8_t *packet)
{
    const unsigned offset = step[5] & 0x40 ? 8 : 0;
    const size_t choice = offset != 0 ? 0 : step[4] % 8;
    const size_t header = 20u + options[choice].len, data = OF(lengths, step[3]);

    memset(packet, 0, header);
    packet[0] = (uint8_t)(0x40 | header / 4);
    packet[1] = step[5] & 0x20 ? 0xb9 : 0;
    packet[2] = (uint8_t)((header + data) >> 8);
    packet[3] = (uint8_t)(header + data);
    packet[4] = (uint8_t)(++play.id >> 8);
    packet[5] = (uint8_t)play.id;
    packet[6] = (uint8_t)((step[2] & 0x40) | (step[2] & 0x80 && data % 8 == 0 ? 0x20 : 0));
    packet[7] = (uint8_t)offset;
    packet[8] = ttls[step[2] & 7];
    packet[9] = step[5] & 0x08 ? 2 : step[5] & 0x04 ? 1 : 253;
    put(packet + 12, sources[step[0] >> 2 & 15]);
    put(packet + 16, OF(groups, step[1]));
    memcpy(packet + 20, options[choice].octets, options[choice].len);
    for (size_t i = 0; i < data; i++)
        packet[header + i] = i == 0 ? 0x13 : (uint8_t)i;
    const uint32_t sum = 0xffff & ~model_sum((struct v4_span){packet, header}, 0);
    packet[10] = (uint8_t)(sum >> 8);
    packet[11] = (uint8_t)sum;
    return header + data;
}

static void packet(const uint8_t *step)
{
    const unsigned iface = step[0] % SPREAD_IFACES;
    uint8_t octets[14 + SPREAD_OCTETS] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 1, 0, 1, 8, 0};
    struct model_packet read;

    const size_t len = build(step, octets + 14);
    if (step[5] & 0xc0) {
        const uint8_t to[] = {1, 0, 0x5e, octets[31] & 0x7f, octets[32], octets[33]};
        memcpy(octets, to, sizeof to);
    }
    if (model_packet_read((struct v4_span){octets + 14, len}, false, &read) != NULL)
        return;
    spread_comes(&router, iface, &read, play.now / MS);
    uint8_t *copy = malloc(14 + len);
    if (copy == NULL)
        return;
    memcpy(copy, octets, 14 + len);
    play.calls->input(play.iut, iface, copy, 14 + len, play.now);
    free(copy);
}

#define DOTTED "%u.%u.%u.%u"
#define QUAD(addr) (addr) >> 24, (addr) >> 16 & 255, (addr) >> 8 & 255, (addr)&255

static void route(const uint8_t *step)
{
    static const uint8_t leasts[] = {0, 1, 16, 17, 255, 1, 15, 2};
    static const unsigned expiries[] = {0, 0, 1000, 15000};
    const bool removes = step[4] & 1;
    struct spread_route route = {
        .source = step[3] & 1 ? 0 : sources[step[0] >> 2 & 3],
        .group = OF(groups, step[1]),
        .iface = step[0] % SPREAD_IFACES,
        .least = {leasts[step[2] & 7], leasts[step[2] >> 3 & 7], leasts[step[3] >> 3 & 7]},
        .expiry = expiries[step[4] >> 1 & 3],
    };
    char line[200];

    if (step[3] & 2 && step[3] & 4)
        route.source = 0xe9fc0001;
    if (removes)
        snprintf(line, sizeof line, "del kind=mroute addr=" DOTTED " src=" DOTTED,
                 QUAD(route.group), QUAD(route.source));
    else
        snprintf(line, sizeof line,
                 "add kind=mroute iface=%u addr=" DOTTED " src=" DOTTED " ttls=%u,%u,%u expiry=%u",
                 route.iface, QUAD(route.group), QUAD(route.source), route.least[0], route.least[1],
                 route.least[2], (unsigned)route.expiry);
    const bool said = say(line),
               meant = removes ? spread_remove(&router, route.source, route.group, play.now / MS)
                               : spread_add(&router, &route, play.now / MS);
    ORACLE(said == meant, "routes: %s is %s", line, said ? "taken" : "refused");
}

static void set(const uint8_t *step)
{
    static const uint16_t mtus[] = {68, 100, 576, 1280, 1500};
    static const char *const names[] = {"mtu", "up", "forwarding", "multicast-forwarding"};
    struct spread_port *port = router.ports + step[1] % SPREAD_IFACES;
    const unsigned on = step[2] % 4 != 0, mtu = OF(mtus, step[2]), which = step[3] & 3;
    char line[100];

    if (step[0] & 1 && which >= 2)
        snprintf(line, sizeof line, "set name=%s value=%u", names[which], on);
    else
        snprintf(line, sizeof line, "set name=%s iface=%u value=%u", names[which],
                 step[1] % SPREAD_IFACES, which == 0 ? mtu : on);
    ORACLE(say(line), "routes: %s is refused", line);
    if (step[0] & 1 && which >= 2)
        *(which == 2 ? &router.forwards : &router.groups) = on;
    else if (which == 0)
        port->mtu = mtu;
    else
        *(which == 1 ? &port->up : which == 2 ? &port->forwards : &port->groups) = on;
    router.copy_count = router.missing = router.wrong = 0;
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
    check_step();
}

/* Nothing that came before leaves because time passes. */
static void pass(uint64_t until)
{
    uint64_t next;

    router.copy_count = router.missing = router.wrong = 0;
    while ((next = play.calls->next_timeout(play.iut)) <= until && next > play.now) {
        play.now = next;
        play.calls->tick(play.iut, play.now);
        check_step();
    }
    play.now = until;
    play.calls->tick(play.iut, play.now);
    check_step();
}

static bool start(void)
{
    play = (struct play){.calls = &fuzz_iut()->calls, .now = 1000 * MS};
    router.route_count = router.waiting_count = router.copy_count = 0;
    router.missing = router.wrong = 0;
    play.iut = play.calls->open(SETTINGS);
    if (play.iut == NULL)
        return false;
    memcpy(router.ports, ports, sizeof ports);
    router.forwards = say("set name=forwarding value=1");
    router.groups = say("set name=multicast-forwarding value=1");
    check_step();
    return router.forwards && router.groups;
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

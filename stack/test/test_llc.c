/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "wire/llc.h"

static uint8_t frame[64];

static size_t command(uint8_t to, uint8_t from, uint8_t control, const char *info)
{
    size_t len = strlen(info);

    v4_ether_emit(&(struct v4_ether){.dst = OUR_MAC, .src = THEIR_MAC, .type = (uint16_t)(3 + len)},
                  frame);
    frame[14] = to;
    frame[15] = from;
    frame[16] = control;
    memcpy(frame + 17, info, len);
    return 17 + len;
}

static struct v4_span answer(struct rig *rig, size_t len)
{
    struct v4_frame out = {0};

    rig_frame(rig, frame, len);
    return v4_host_output(rig->host, &out) ? out.octets : (struct v4_span){0};
}

Test(llc, a_test_comes_back_with_its_data)
{
    struct rig *rig = rig_open("modern");
    static const uint8_t expected[] = {2, 0, 0, 0, 0,    1,    2,    0,   0,   0,
                                       0, 2, 0, 6, 0x42, 0x01, 0xf3, 'a', 'b', 'c'};
    struct v4_span said = answer(rig, command(0x00, 0x42, 0xf3, "abc"));

    cr_expect(same(said, (struct v4_span){expected, sizeof expected}));
    said = answer(rig, command(0xaa, 0x42, 0xe3, ""));
    cr_assert(said.len == 17 && said.octets[13] == 3);
    cr_expect(said.octets[15] == 0xab && said.octets[16] == 0xe3, "final is poll");
    cr_expect(rig_all_drops(rig) == 0);
    rig_close(rig);
}

Test(llc, xid_tells_of_class_1)
{
    struct rig *rig = rig_open("modern");
    struct v4_span said = answer(rig, command(0xaa, 0xaa, 0xbf, "\x81\x03\x7f"));

    cr_assert(said.len == 20 && said.octets[13] == 6);
    cr_expect(said.octets[14] == 0xaa && said.octets[15] == 0xab && said.octets[16] == 0xbf);
    cr_expect(said.octets[17] == 0x81 && said.octets[18] == 1 && said.octets[19] == 0);
    rig_close(rig);
}

Test(llc, what_is_no_command_to_us_is_not_answered)
{
    struct rig *rig = rig_open("modern");
    uint8_t len = (uint8_t)command(0xaa, 0xaa, 0xe3, "abc");

    frame[13]++; /* longer than it is */
    cr_expect(answer(rig, len).len == 0);
    cr_expect(answer(rig, command(0xaa, 0xab, 0xe3, "")).len == 0, "a response");
    cr_expect(answer(rig, command(0x42, 0xaa, 0xe3, "")).len == 0, "somebody else's access point");
    cr_expect(answer(rig, command(0xaa, 0xaa, 0x03, "")).len == 0, "no command that is answered");
    command(0xaa, 0xaa, 0xe3, "");
    frame[6] |= 1; /* a group has sent it */
    cr_expect(answer(rig, 17).len == 0);
    command(0xaa, 0xaa, 0xe3, "");
    frame[5]++;
    cr_expect(answer(rig, 17).len == 0);
    cr_expect(answer(rig, 16).len == 0);
    rig_close(rig);
}

/* An ARP request in a frame of either kind. */
static void ask(struct rig *rig, bool snap, struct v4_mac mac, uint32_t sender)
{
    uint8_t octets[V4_ETHER_SNAP_HEADER + V4_ARP_LEN], arp[V4_ARP_LEN];
    struct v4_ether ether = {
        .dst = OUR_MAC, .src = mac, .type = V4_ETHER_TYPE_ARP, .data = {arp, sizeof arp}};
    size_t header = snap ? V4_ETHER_SNAP_HEADER : V4_ETHER_HEADER;

    v4_arp_emit(
        &(struct v4_arp){
            .operation = V4_ARP_REQUEST, .sender_mac = mac, .sender = sender, .target = US},
        arp);
    if (snap)
        v4_ether_emit_snap(&ether, octets);
    else
        v4_ether_emit(&ether, octets);
    memcpy(octets + header, arp, sizeof arp);
    rig_frame(rig, octets, header + sizeof arp);
}

static bool pings_in_snap(struct rig *rig, uint32_t from)
{
    struct v4_ip ip = rig_header();
    struct v4_ether ether;

    ip.src = from;
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_IP);
    return ether.snap;
}

static const struct {
    const char *framing;
    bool snap[3]; /* to who was heard in Ethernet II, in 802.3, and not at all */
} kinds[] = {{"ethernet", {false, false, false}}, {"snap", {false, true, true}}};

Test(llc, each_neighbour_is_sent_what_it_sends)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct bench bench = bench_open(true);
        struct v4_ether ether;
        char line[64];

        snprintf(line, sizeof line, "1 set name=framing iface=0 value=%s", kinds[i].framing);
        say(&bench, line);
        ask(bench.rig, false, THEIR_MAC, THEM);
        cr_assert(rig_out(bench.rig, &ether) && !ether.snap);
        ask(bench.rig, true, (struct v4_mac){{2, 0, 0, 0, 0, 7}}, THEM + 6);
        cr_assert(rig_out(bench.rig, &ether) && ether.snap == kinds[i].snap[1]);
        cr_expect(pings_in_snap(bench.rig, THEM) == kinds[i].snap[0]);
        cr_expect(pings_in_snap(bench.rig, THEM + 6) == kinds[i].snap[1]);
        say(&bench, "2 add kind=neighbor iface=0 addr=198.18.0.9 mac=020000000009");
        cr_expect(pings_in_snap(bench.rig, THEM + 8) == kinds[i].snap[2]);
        say(&bench, "3 get name=mtu iface=0");
        cr_expect_str_eq(bench.said[0], i == 0 ? "3 ok value=1500" : "3 ok value=1492");
        bench_close(&bench);
    }
}

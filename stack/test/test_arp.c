/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/arp.h"

static const uint8_t request[V4_ARP_LEN] = {
    0, 1, 8, 0, 6, 4, 0,   1,        /* Ethernet, IPv4, request */
    2, 0, 0, 0, 0, 1, 198, 18, 0, 1, /* sender */
    0, 0, 0, 0, 0, 9, 198, 18, 0, 2, /* target */
};

static const struct {
    const char *what;
    size_t octet, len; /* which octet is changed, how much arrives */
    uint8_t value;
    enum v4_drop want;
} faults[] = {
    {"nothing wrong", 7, 28, 1, V4_KEEP},
    {"a reply", 7, 28, 2, V4_KEEP},
    {"padded", 7, 46, 1, V4_KEEP},
    {"27 octets", 7, 27, 1, V4_DROP_ARP_TRUNCATED},
    {"8 octets", 7, 8, 1, V4_DROP_ARP_TRUNCATED},
    {"7 octets", 6, 7, 0, V4_DROP_ARP_TRUNCATED},
    {"nothing", 0, 0, 0, V4_DROP_ARP_TRUNCATED},
    {"hardware type 0", 1, 28, 0, V4_DROP_ARP_HARDWARE},
    {"hardware type 257", 0, 28, 1, V4_DROP_ARP_HARDWARE},
    {"hardware length 5", 4, 28, 5, V4_DROP_ARP_HARDWARE},
    {"hardware length 255", 4, 28, 255, V4_DROP_ARP_HARDWARE},
    {"protocol type 0x0801", 3, 28, 1, V4_DROP_ARP_PROTOCOL},
    {"protocol length 16", 5, 28, 16, V4_DROP_ARP_PROTOCOL},
    {"operation 0", 7, 28, 0, V4_DROP_ARP_OPERATION},
    {"operation 3", 7, 28, 3, V4_DROP_ARP_OPERATION},
    {"operation 257", 6, 28, 1, V4_DROP_ARP_OPERATION},
};

Test(arp, names_the_one_fault)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        uint8_t octets[46] = {0};
        struct v4_arp arp;

        memcpy(octets, request, sizeof request);
        octets[faults[i].octet] = faults[i].value;
        struct v4_span packet = exact(octets, faults[i].len);
        enum v4_drop drop = v4_arp_parse(packet, &arp);
        cr_expect(drop == faults[i].want, "%s: %s", faults[i].what, v4_drop_name(drop));
        drop_octets(packet);
    }
}

Test(arp, reads_each_field)
{
    struct v4_arp arp;

    cr_assert(v4_arp_parse((struct v4_span){request, sizeof request}, &arp) == V4_KEEP);
    cr_expect(arp.operation == V4_ARP_REQUEST);
    cr_expect(v4_mac_equal(arp.sender_mac, (struct v4_mac){{2, 0, 0, 0, 0, 1}}));
    cr_expect(v4_mac_equal(arp.target_mac, (struct v4_mac){{0, 0, 0, 0, 0, 9}}));
    cr_expect(arp.sender == 0xc6120001);
    cr_expect(arp.target == 0xc6120002);
}

Test(arp, emit_gives_the_same_octets_back)
{
    uint8_t again[V4_ARP_LEN];
    struct v4_arp arp;

    cr_assert(v4_arp_parse((struct v4_span){request, sizeof request}, &arp) == V4_KEEP);
    v4_arp_emit(&arp, again);
    cr_expect(memcmp(again, request, sizeof request) == 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/ip_option.h"
#include "rig.h"

#define G1 192, 0, 2, 11
#define VIA V4_ADDR(192, 0, 2, 11) /* G1 */
#define G2 192, 0, 2, 12
#define G3 192, 0, 2, 13
#define S 198, 51, 100, 1
#define ADDR(...) V4_ADDR(__VA_ARGS__) /* expands the four numbers first */

/* RFC 1122 3.2.1.8 (c): D gets {G1, ..., Gn} from S, and sends its reply to Gn with {Gn-1, ..., G1,
 * S}. */
static const struct {
    const char *what;
    uint8_t got[16];
    size_t got_len;
    uint32_t want_dst;
    uint8_t want[16];
    size_t want_len;
} routes[] = {
    {"one gateway", {131, 7, 8, G1, 0}, 8, ADDR(G1), {131, 7, 4, S, 0}, 8},
    {"two", {131, 11, 12, G1, G2, 0}, 12, ADDR(G2), {131, 11, 4, G1, S, 0}, 12},
    {"three", {137, 15, 16, G1, G2, G3, 0}, 16, ADDR(G3), {137, 15, 4, G2, G1, S, 0}, 16},
    {"the sender first, wrongly", {131, 11, 12, S, G1, 0}, 12, ADDR(G1), {131, 7, 4, S, 0}, 8},
    {"nobody but the sender", {131, 7, 8, S, 0}, 8, ADDR(S), {0}, 0},
    {"empty", {131, 3, 4, 0}, 4, ADDR(S), {0}, 0},
    {"after a NOP", {1, 131, 7, 8, G1}, 8, ADDR(G1), {131, 7, 4, S, 0}, 8},
};

Test(ip_option, a_source_route_is_reversed)
{
    for (size_t i = 0; i < COUNT(routes); i++) {
        struct rig *rig = rig_open("rfc1122");
        struct v4_ip ip = rig_header();
        struct v4_icmp reply;

        rig_meet(rig);
        ip.src = ADDR(S);
        ip.options = (struct v4_span){routes[i].got, routes[i].got_len};
        rig_icmp(rig, ip, rig_echo());
        cr_assert(rig_out_icmp(rig, &ip, &reply), "%s", routes[i].what);
        cr_expect(ip.dst == routes[i].want_dst && ip.src == US, "%s", routes[i].what);
        cr_expect(same(ip.options, (struct v4_span){routes[i].want, routes[i].want_len}), "%s",
                  routes[i].what);
        rig_close(rig);
    }
}

/* Whoever wrote the route must not make us send to a group, or to ourselves. */
Test(ip_option, no_way_back_over_what_is_no_other_host)
{
    static const uint8_t hops[][4] = {
        {224, 0, 0, 1},    {255, 255, 255, 255}, {0, 0, 0, 0},   {127, 0, 0, 1},
        {198, 18, 0, 255}, {198, 18, 0, 2},      {240, 0, 0, 1},
    };

    for (size_t i = 0; i < COUNT(hops); i++) {
        struct rig *rig = rig_open("rfc1122");
        struct v4_ip ip = rig_header();
        uint8_t option[8] = {131, 7, 8};

        rig_meet(rig);
        memcpy(option + 3, hops[i], 4);
        ip.options = (struct v4_span){option, sizeof option};
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_silent(rig), "%zu", i);
        cr_expect(rig_reason(rig) == V4_DROP_RETURN_ROUTE, "%zu", i);
        rig_close(rig);
    }
}

/* At 0.25 s since midnight UT: 250 is 0xfa. */
static const struct {
    const char *what;
    uint8_t got[20];
    size_t got_len;
    uint8_t want[20];
    size_t want_len;
} recorded[] = {
    {"a record route",
     {7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     12,
     {7, 11, 8, 198, 18, 0, 2, 0, 0, 0, 0, 0},
     12},
    {"its second entry", {7, 11, 8, G1, 0, 0, 0, 0, 0}, 12, {7, 11, 12, G1, 198, 18, 0, 2, 0}, 12},
    {"a full one", {7, 7, 8, G1, 0}, 8, {7, 7, 8, G1, 0}, 8},
    {"timestamps", {68, 8, 5, 0, 0, 0, 0, 0}, 8, {68, 8, 9, 0, 0, 0, 0, 0xfa}, 8},
    {"full timestamps", {68, 8, 9, 0x20, 1, 2, 3, 4}, 8, {68, 8, 9, 0x30, 1, 2, 3, 4}, 8},
    {"timestamps with addresses",
     {68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0},
     12,
     {68, 12, 13, 1, 198, 18, 0, 2, 0, 0, 0, 0xfa},
     12},
    {"our turn",
     {68, 12, 5, 3, 198, 18, 0, 2, 0, 0, 0, 0},
     12,
     {68, 12, 13, 3, 198, 18, 0, 2, 0, 0, 0, 0xfa},
     12},
    {"the turn of our other address",
     {68, 12, 5, 3, 198, 18, 1, 2, 0, 0, 0, 0},
     12,
     {68, 12, 13, 3, 198, 18, 1, 2, 0, 0, 0, 0xfa},
     12},
    {"another's turn", {68, 12, 5, 3, G1, 0, 0, 0, 0}, 12, {68, 12, 5, 3, G1, 0, 0, 0, 0}, 12},
    {"what is not recorded stays behind",
     {0x9e, 4, 1, 2, 7, 7, 4, 0, 0, 0, 0, 0},
     12,
     {7, 7, 8, 198, 18, 0, 2, 0},
     8},
    {"a stream identifier is ignored", {136, 4, 0, 1}, 4, {0}, 0},
};

Test(ip_option, a_reply_has_what_was_recorded)
{
    for (size_t i = 0; i < COUNT(recorded); i++) {
        struct v4_config config = rig_config("modern");
        struct v4_ip ip = rig_header();
        struct v4_icmp reply;

        config.ut = true;
        struct rig *rig = rig_open_with(&config);
        rig->now = 250 * V4_MS;
        rig_meet(rig);
        ip.options = (struct v4_span){recorded[i].got, recorded[i].got_len};
        rig_icmp(rig, ip, rig_echo());
        cr_assert(rig_out_icmp(rig, &ip, &reply), "%s", recorded[i].what);
        cr_expect(ip.dst == THEM && reply.type == V4_ICMP_ECHO_REPLY, "%s", recorded[i].what);
        cr_expect(same(ip.options, (struct v4_span){recorded[i].want, recorded[i].want_len}), "%s",
                  recorded[i].what);
        rig_close(rig);
    }
}

/* Whatever was in the list before. */
Test(ip_option, a_list_is_written_anew)
{
    struct rig *rig = rig_open("rfc1122");
    const struct v4_core *core = v4_host_enter(rig->host, rig->now);
    struct v4_packet packet = {.ip = {.src = THEM}};
    struct v4_option_list list = {.len = 8};
    uint32_t first_hop;

    v4_option_copied(OPTIONS(7, 7, 4, 0, 0, 0, 0, 1), &list);
    cr_expect(list.len == 0);
    list.len = 8;
    cr_expect(v4_option_reply(core, &packet, &list, &first_hop));
    cr_expect(list.len == 0 && first_hop == THEM);
    rig_close(rig);
}

static const struct {
    const char *what;
    uint8_t options[16], len, fault;
    uint8_t want[12], want_len;
    uint32_t hop;
} travelled[] = {
    {"no options", {0}, 0, 0, {0}, 0, 0},
    {"all of it", {131, 7, 8, G1}, 8, 0, {131, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"a strict one", {137, 7, 8, G1}, 8, 0, {137, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"a half", {131, 11, 8, G1, 192, 0, 2, 9}, 12, 0, {131, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"nothing", {131, 7, 4, G1}, 8, 0, {0}, 0, 0},
    {"behind another option", {1, 1, 131, 7, 8, G1}, 12, 0, {131, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"a fault before it", {1, 1, 131, 7, 8, G1}, 12, 21, {131, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"a fault in its type", {1, 1, 131, 7, 8, G1}, 12, 22, {0}, 0, 0},
    {"in its last octet", {1, 1, 131, 7, 8, G1}, 12, 28, {0}, 0, 0},
    {"behind it", {1, 1, 131, 7, 8, G1}, 12, 29, {131, 7, 4, 198, 18, 0, 1}, 8, VIA},
    {"over a group", {131, 7, 8, 224, 0, 0, 1}, 8, 0, {0}, 0, 0},
    {"wrong options", {131, 7, 3, G1}, 8, 0, {0}, 0, 0},
};

Test(ip_option, a_report_goes_back_along_what_was_travelled)
{
    struct rig *rig = rig_open("modern");
    const struct v4_core *core = v4_host_enter(rig->host, rig->now);

    for (size_t i = 0; i < COUNT(travelled); i++) {
        struct v4_packet packet = {
            .ip = {.src = THEM, .options = {travelled[i].options, travelled[i].len}}};
        struct v4_option_list list = {.len = 8};
        uint32_t hop = 0;

        bool found = v4_option_travelled(core, &packet, travelled[i].fault, &list, &hop);
        cr_expect(found == (travelled[i].hop != 0) && hop == travelled[i].hop, "%s",
                  travelled[i].what);
        cr_expect(same(v4_option_list_span(&list),
                       (struct v4_span){travelled[i].want, travelled[i].want_len}),
                  "%s", travelled[i].what);
    }
    rig_close(rig);
}

Test(ip_option, only_what_is_marked_goes_into_every_fragment)
{
    static const uint8_t data[2000];
    struct rig *rig = rig_open("rfc1122");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){data, sizeof data});
    struct v4_ip ip;

    rig_meet(rig);
    send.options = OPTIONS(7, 7, 4, 0, 0, 0, 0, 131, 7, 4, G1, 1, 1);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.mf);
    cr_expect(same(ip.options, OPTIONS(7, 7, 8, 198, 18, 0, 2, 131, 7, 4, G1, 1, 1)));
    cr_assert(rig_out_ip(rig, &ip) && !ip.mf);
    cr_expect(same(ip.options, OPTIONS(131, 7, 4, G1, 0)));
    rig_close(rig);
}

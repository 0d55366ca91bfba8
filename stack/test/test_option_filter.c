/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a router does with options in transit (RFC 7126). */
#include "bench.h"
#include "host/inside.h"
#include "proto/option_filter.h"

static struct v4_core *core_of(struct rig *rig)
{
    return v4_host_enter(rig->host, rig->now);
}

static bool passes(struct v4_core *core, struct v4_span options)
{
    enum v4_drop why =
        v4_option_filtered(&core->option_filter, core->switches.source_route, 1, options);

    cr_expect(why == V4_KEEP || why == V4_DROP_OPTION_FILTERED);
    return why == V4_KEEP;
}

static bool type_passes(struct v4_core *core, uint8_t type)
{
    return passes(core, OPTIONS(V4_OPTION_NOP, type, 2, V4_OPTION_EOL));
}

/* Those that RFC 7126 has dropped unless somebody wants them. */
static const uint8_t dropped[] = {7,   11,  12,  30,  68,  82,  94,  131, 136,
                                  137, 142, 145, 147, 149, 151, 152, 158, 222};

static bool is_dropped(unsigned type)
{
    return memchr(dropped, (int)type, sizeof dropped) != NULL;
}

Test(option_filter, drops_what_rfc_7126_names)
{
    static const char *const profiles[] = {"modern", "rfc791", "rfc1122", "rfc1812"};

    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct rig *rig = rig_open(profiles[i]);
        for (unsigned type = 2; type <= UINT8_MAX; type++)
            cr_expect(type_passes(core_of(rig), (uint8_t)type) != (i == 0 && is_dropped(type)),
                      "%s: %u", profiles[i], type);
        cr_expect(passes(core_of(rig), OPTIONS(1, 1, 1, 1)));
        cr_expect(passes(core_of(rig), OPTIONS(0, 7, 2, 0)), "behind the end there is none");
        rig_close(rig);
    }
}

Test(option_filter, routes_pass_where_they_are_followed)
{
    struct rig *rig = rig_open("modern");
    struct v4_core *core = core_of(rig);

    core->switches.source_route = 1;
    cr_expect(type_passes(core, 131) && type_passes(core, 137) && !type_passes(core, 7));
    core->option_filter.acts[131] = V4_TRANSIT_DROP;
    cr_expect(!type_passes(core, 131) && type_passes(core, 137));
    rig_close(rig);
}

Test(option_filter, does_as_it_is_told)
{
    struct rig *rig = rig_open("modern");
    struct v4_core *core = core_of(rig);

    core->option_filter.acts[7] = V4_TRANSIT_PROCESS;
    core->option_filter.acts[68] = V4_TRANSIT_IGNORE;
    core->option_filter.acts[148] = V4_TRANSIT_DROP;
    core->option_filter.acts[V4_TRANSIT_OTHERS] = V4_TRANSIT_DROP;
    cr_expect(type_passes(core, 7) && type_passes(core, 68) && !type_passes(core, 148));
    cr_expect(type_passes(core, 130) && type_passes(core, 25), "they are known");
    cr_expect(!type_passes(core, 77) && !type_passes(core, 255) && !type_passes(core, 2));
    core->option_filter.acts[77] = V4_TRANSIT_PROCESS;
    cr_expect(type_passes(core, 77) && !type_passes(core, 78));
    cr_expect(!passes(core, OPTIONS(7, 3, 4, 30, 2, 1, 1, 0)), "one is enough");
    cr_expect(!passes(core, OPTIONS(30, 2, 7, 3, 4, 1, 1, 0)), "be it the first");
    rig_close(rig);
}

/* RFC7126-4.12-b: packets are counted, for each interface, passed on or not. */
Test(option_filter, counts_packets)
{
    struct rig *rig = rig_open("modern");
    struct v4_core *core = core_of(rig);
    const struct v4_option_filter *filter = &core->option_filter;

    v4_option_filtered(&core->option_filter, false, 0,
                       OPTIONS(130, 3, 0, 133, 3, 1, 133, 3, 2, 0, 0, 0));
    v4_option_filtered(&core->option_filter, false, 1, OPTIONS(94, 2, 130, 3, 0, 0, 0, 0));
    v4_option_filtered(&core->option_filter, false, 1, OPTIONS(130, 3, 0, 0));
    cr_expect(filter->seen[0][130] == 1 && filter->seen[1][130] == 2);
    cr_expect(filter->seen[0][133] == 1 && filter->seen[1][133] == 0);
    cr_expect(filter->seen[0][94] == 0 && filter->seen[1][94] == 1);
    v4_host_reset(rig->host);
    cr_expect(filter->seen[1][130] == 0);
    rig_close(rig);
}

#define NEXT V4_ADDR(198, 18, 1, 9) /* a neighbour on interface 1 */
#define NEXT_MAC ((struct v4_mac){{2, 0, 0, 0, 1, 1}})

static struct rig *open_router(const char *profile)
{
    struct rig *rig = rig_open(profile);
    struct v4_ether ether;

    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    rig_meet(rig);
    rig->iface = 1;
    rig->to = (struct v4_mac){{2, 0, 0, 0, 1, 2}};
    rig_arp(rig, V4_ARP_REQUEST, NEXT_MAC, NEXT, US_TOO);
    cr_assert(rig_out(rig, &ether));
    rig->iface = 0;
    rig->to = OUR_MAC;
    return rig;
}

/* An echo request for the neighbour, or for us who are to bring it there; whether it came out. */
static bool goes_on(struct rig *rig, uint32_t dst, struct v4_span options, struct v4_ip *ret_ip)
{
    struct v4_ip ip = rig_header();

    ip.dst = dst;
    ip.options = options;
    rig_icmp(rig, ip, rig_echo());
    return rig_out_ip(rig, ret_ip) && ret_ip->dst == NEXT && ret_ip->src == THEM &&
           rig->out_iface == 1;
}

#define RECORD OPTIONS(7, 7, 4, 0, 0, 0, 0, 0)
#define ROUTE OPTIONS(131, 7, 4, 198, 18, 1, 9, 0)
#define STRICT_ROUTE OPTIONS(137, 7, 8, 198, 18, 0, 2, 0)

Test(option_filter, in_transit)
{
    struct rig *rig = open_router("modern");
    uint8_t *acts = core_of(rig)->option_filter.acts;
    struct v4_ip ip;

    cr_expect(!goes_on(rig, NEXT, RECORD, &ip) && rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_OPTION_FILTERED);
    acts[7] = V4_TRANSIT_IGNORE;
    cr_expect(goes_on(rig, NEXT, RECORD, &ip) && same(ip.options, RECORD));
    acts[7] = V4_TRANSIT_PROCESS;
    cr_expect(goes_on(rig, NEXT, RECORD, &ip));
    cr_expect(same(ip.options, OPTIONS(7, 7, 8, 198, 18, 1, 2, 0)));

    cr_expect(!goes_on(rig, NEXT, STRICT_ROUTE, &ip) && rig_silent(rig));
    acts[137] = V4_TRANSIT_IGNORE;
    cr_expect(goes_on(rig, NEXT, STRICT_ROUTE, &ip) && same(ip.options, STRICT_ROUTE));
    acts[137] = V4_TRANSIT_PROCESS; /* RFC1812-5.2.2-h */
    cr_expect(!goes_on(rig, NEXT, STRICT_ROUTE, &ip) && ip.protocol == V4_PROTOCOL_ICMP);
    rig_close(rig);
}

/* What is for us is another matter, but where its route leads on. */
Test(option_filter, what_is_for_us)
{
    struct rig *rig = open_router("modern");
    struct v4_ip ip;

    cr_expect(!goes_on(rig, US, RECORD, &ip) && ip.src == US && ip.dst == THEM, "a reply");
    cr_expect(!goes_on(rig, US, ROUTE, &ip) && rig_silent(rig));
    cr_expect(rig_drops(rig, V4_DROP_OPTION_FILTERED) == 1);
    core_of(rig)->option_filter.acts[131] = V4_TRANSIT_IGNORE;
    cr_expect(!goes_on(rig, US, ROUTE, &ip) && ip.src == US, "as though there were no route");
    core_of(rig)->option_filter.acts[131] = V4_TRANSIT_UNSAID;
    core_of(rig)->switches.source_route = 1;
    cr_expect(goes_on(rig, US, ROUTE, &ip));
    cr_assert(v4_host_set(rig->host, "forwarding", 0) == V4_OK);
    core_of(rig)->option_filter.acts[131] = V4_TRANSIT_DROP;
    cr_expect(goes_on(rig, US, ROUTE, &ip), "a host is no router");
    rig_close(rig);
}

static const struct {
    const char *what;
    uint8_t value;
    bool on, more;
    unsigned protocol;
    enum v4_transit act;
    bool taken;
} alerts[] = {
    {"one that somebody waits for", 0, true, false, 46, V4_TRANSIT_UNSAID, true},
    {"... who has said so", 0, true, false, 46, V4_TRANSIT_PROCESS, true},
    {"that is ignored", 0, true, false, 46, V4_TRANSIT_IGNORE, false},
    {"where the switch is off", 0, false, false, 46, V4_TRANSIT_UNSAID, false},
    {"of another protocol", 0, true, false, 47, V4_TRANSIT_UNSAID, false},
    {"of a value that means nothing", 1, true, false, 46, V4_TRANSIT_UNSAID, false},
    {"in a fragment", 0, true, true, 46, V4_TRANSIT_UNSAID, false},
};

Test(option_filter, alerts)
{
    for (size_t i = 0; i < COUNT(alerts); i++) {
        struct rig *rig = open_router("modern");
        const uint8_t octets[] = {148, 4, 0, alerts[i].value};
        struct v4_ip ip = rig_header(), out;
        struct v4_event event;
        unsigned sock;

        cr_assert(v4_host_ip_bind(rig->host, 46, &sock) == V4_OK);
        cr_assert(v4_host_set(rig->host, "router-alert", alerts[i].on) == V4_OK);
        core_of(rig)->option_filter.acts[148] = (uint8_t)alerts[i].act;
        ip.dst = NEXT;
        ip.protocol = (uint8_t)alerts[i].protocol;
        ip.options = (struct v4_span){octets, sizeof octets};
        ip.data = (struct v4_span){(const uint8_t *)"eight of", 8};
        ip.mf = alerts[i].more;
        rig_ip(rig, &ip);
        cr_expect(rig_out_ip(rig, &out) != alerts[i].taken, "%s", alerts[i].what);
        cr_expect(v4_host_event(rig->host, &event) == alerts[i].taken, "%s", alerts[i].what);
        cr_expect(!alerts[i].taken || (event.ip.sock == sock && event.ip.dst == NEXT));
        rig_close(rig);
    }
}

/* RFC2644-3-b: to which broadcasts of which profile a router listens; and a host to all. */
static const struct {
    const char *profile;
    uint32_t dst;
    bool router, told, heard;
} broadcasts[] = {
    {"modern", V4_ADDR(198, 18, 0, 255), true, false, false},
    {"modern", V4_ADDR(198, 18, 1, 255), true, false, false},
    {"modern", V4_ADDR(198, 18, 0, 255), true, true, true},
    {"modern", V4_ADDR_BROADCAST, true, false, true},
    {"modern", V4_ADDR(198, 18, 0, 255), false, false, true},
    {"rfc1812", V4_ADDR(198, 18, 0, 255), true, false, true},
};

Test(option_filter, directed_broadcasts)
{
    for (size_t i = 0; i < COUNT(broadcasts); i++) {
        struct rig *rig = open_router(broadcasts[i].profile);
        struct v4_ip ip = rig_header();
        struct v4_event event;
        unsigned sock;

        cr_assert(v4_host_ip_bind(rig->host, 46, &sock) == V4_OK);
        cr_assert(v4_host_set(rig->host, "forwarding", broadcasts[i].router) == V4_OK);
        if (broadcasts[i].told)
            cr_assert(v4_host_set(rig->host, "receive-directed-broadcast", 1) == V4_OK);
        ip.dst = broadcasts[i].dst;
        ip.protocol = 46;
        rig_ip(rig, &ip);
        cr_expect(v4_host_event(rig->host, &event) == broadcasts[i].heard, "%zu", i);
        cr_expect((rig_drops(rig, V4_DROP_DIRECTED) + rig_drops(rig, V4_DROP_FORWARD_BROADCAST)) ==
                      !broadcasts[i].heard,
                  "%zu", i);
        rig_close(rig);
    }
}

static const struct {
    const char *line, *reply;
} session[] = {
    {"1 add kind=option-rule option=130 act=drop", "1 ok"},
    {"2 add kind=option-rule option=130 act=drop", "2 err code=EEXIST"},
    {"3 add kind=option-rule option=130 act=process", "3 err code=EEXIST"},
    {"4 add kind=option-rule option=1 act=drop", "4 err code=EINVAL"},
    {"5 add kind=option-rule option=256 act=drop", "5 err code=EINVAL"},
    {"6 add kind=option-rule option=7", "6 err code=EINVAL"},
    {"7 add kind=option-rule option=7 act=florp", "7 err code=EINVAL"},
    {"8 add kind=option-rule option=7 act=", "8 err code=EINVAL"},
    {"9 add kind=option-rule option=7 act=drop florp=1", "9 err code=EINVAL"},
    {"10 del kind=option-rule option=7", "10 err code=ENOENT"},
    {"11 del kind=option-rule", "11 err code=ENOENT"},
    {"12 add kind=option-rule act=ignore", "12 ok"},
    {"13 list kind=option-rule iface=0", "13 err code=EINVAL"},
    {"14 del kind=option-rule option=130 florp=1", "14 err code=EINVAL"},
    {"15 del kind=option-rule option=130", "15 ok"},
    {"16 del kind=option-rule option=130", "16 err code=ENOENT"},
    {"17 add kind=option-rule option=7 act=process", "17 ok"},
};

Test(option_filter, is_told_by_items)
{
    struct bench bench = bench_open(true);
    struct v4_core *core = v4_host_enter(bench.rig->host, bench.rig->now);

    for (size_t i = 0; i < COUNT(session); i++)
        expect_reply(&bench, session[i].line, session[i].reply);
    v4_option_filtered(&core->option_filter, false, 1, OPTIONS(7, 3, 4, 82, 2, 0, 0, 0));
    say(&bench, "1 list kind=option-rule");
    cr_assert(bench.count == 5, "%zu", bench.count);
    cr_expect_str_eq(bench.said[0], "* option-rule act=ignore");
    cr_expect_str_eq(bench.said[1], "* option-rule option=7 act=process");
    cr_expect_str_eq(bench.said[2], "* option-rule option=7 act=process iface=1 seen=1");
    cr_expect_str_eq(bench.said[3], "* option-rule option=82 act=drop iface=1 seen=1");
    say(&bench, "1 del kind=option-rule");
    expect_reply(&bench, "1 del kind=option-rule", "1 err code=ENOENT");
    bench_close(&bench);
}

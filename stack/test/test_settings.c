/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include "bench.h"
#include "host/inside.h"
#include "host/settings.h"
#include "proto/switches.h"

static const struct {
    const char *line, *reply;
} session[] = {
    /* in this order, on one host */
    {"1 get name=ttl", "1 ok value=64"},
    {"2 set name=ttl value=9", "2 ok"},
    {"3 get name=ttl", "3 ok value=9"},
    {"4 set name=ttl value=0", "4 err code=EINVAL"},
    {"5 set name=ttl value=256", "5 err code=EINVAL"},
    {"6 set name=ttl value=4294967305", "6 err code=EINVAL"},
    {"7 set name=ttl value=", "7 err code=EINVAL"},
    {"8 set name=ttl", "8 err code=EINVAL"},
    {"9 set name=ttl value=7 florp=1", "9 err code=EINVAL"},
    {"10 set value=7", "10 err code=EINVAL"},
    {"11 set name= value=7", "11 err code=EINVAL"},
    {"12 set name=florp value=7", "12 err code=EOPNOTSUPP"},
    {"13 get name=florp", "13 err code=EOPNOTSUPP"},
    {"14 get name=ttl value=1", "14 err code=EINVAL"},
    {"15 set name=a-name-longer-than-any-that-there-is value=7", "15 err code=EINVAL"},
    {"16 add kind=florp", "16 err code=EOPNOTSUPP"},
    {"17 del kind=florp", "17 err code=EOPNOTSUPP"},
    {"18 list kind=florp", "18 err code=EOPNOTSUPP"},
    {"19 add", "19 err code=EINVAL"},
    {"20 get name=ttl", "20 ok value=9"},
    {"20 get name=neighbor-lifetime", "20 ok value=900"},
    {"20 set name=neighbor-lifetime value=60", "20 ok"},
    {"20 set name=neighbor-lifetime value=0", "20 err code=EINVAL"},
    {"20 get name=neighbor-lifetime", "20 ok value=60"},
    {"20 get name=neighbor-polls", "20 ok value=0"},
    {"20 set name=neighbor-polls value=2", "20 ok"},
    {"20 set name=neighbor-polls value=256", "20 err code=EINVAL"},
    {"20 get name=neighbor-polls", "20 ok value=2"},
    {"20 get name=pmtu-age", "20 ok value=600"},
    {"20 set name=pmtu-age value=0", "20 ok"},
    {"20 get name=pmtu-age", "20 ok value=0"},
    {"20 set name=pmtu-age value=60", "20 ok"},
    {"20 get name=pmtu-age", "20 ok value=60"},
    {"20 set name=pmtu-age value=x", "20 err code=EINVAL"},
    {"20 get name=pmtu-discovery", "20 ok value=1"},
    {"20 get name=ident-wait", "20 ok value=1"},
    {"20 add kind=path dst=192.0.2.9 mtu=67", "20 err code=EINVAL"},
    {"20 add kind=path dst=224.0.0.9 mtu=700", "20 err code=EINVAL"},
    {"20 del kind=path dst=192.0.2.9", "20 err code=ENOENT"},
    {"20 add kind=path dst=192.0.2.9 mtu=700", "20 ok"},
    {"20 get name=pmtu dst=192.0.2.9", "20 ok value=700"},
    {"20 set name=pmtu-discovery value=0", "20 ok"},
    {"20 get name=pmtu dst=192.0.2.9", "20 ok value=700"},
    {"20 add kind=path dst=192.0.2.9 mtu=800", "20 err code=EEXIST"},
    {"20 del kind=path dst=192.0.2.9", "20 ok"},
    {"20 get name=pmtu dst=192.0.2.9", "20 ok value=1500"},
    {"20 list kind=path", "20 ok"},
    {"20 list kind=path iface=0", "20 err code=EINVAL"},
    {"20 set name=mtu value=576", "20 err code=EINVAL"},
    {"20 get name=mtu", "20 err code=EINVAL"},
    {"20 get name=mtu iface=0", "20 ok value=1500"},
    {"20 set name=mtu value=576 iface=0", "20 ok"},
    {"20 get name=mtu iface=0", "20 ok value=576"},
    {"20 get name=mtu iface=1", "20 ok value=1500"},
    {"20 get name=mtu iface=2", "20 err code=EINVAL"},
    {"20 set name=mtu value=67 iface=0", "20 err code=EINVAL"},
    {"20 set name=mtu value=1501 iface=0", "20 err code=EINVAL"},
    {"20 set name=mtu value=576 iface=2", "20 err code=EINVAL"},
    {"20 set name=mac value=020000000099 iface=1", "20 ok"},
    {"20 get name=mac iface=1", "20 ok value=020000000099"},
    {"20 set name=mac value=030000000099 iface=1", "20 err code=EINVAL"},
    {"20 set name=mac value=000000000000 iface=1", "20 err code=EINVAL"},
    {"20 set name=mac value=0200000000 iface=1", "20 err code=EINVAL"},
    {"20 set name=up value=0 iface=1", "20 ok"},
    {"20 get name=up iface=1", "20 ok value=0"},
    {"20 set name=up value=2 iface=1", "20 err code=EINVAL"},
    {"20 get name=promiscuous iface=1", "20 ok value=0"},
    {"20 set name=promiscuous value=1 iface=1", "20 ok"},
    {"20 get name=promiscuous iface=1", "20 ok value=1"},
    {"20 set name=promiscuous value=1 iface=2", "20 err code=EINVAL"},
    {"20 get name=framing iface=1", "20 ok value=ethernet"},
    {"20 set name=mtu value=1400 iface=1", "20 ok"},
    {"20 set name=framing value=snap iface=1", "20 ok"},
    {"20 get name=framing iface=1", "20 ok value=snap"},
    {"20 get name=mtu iface=1", "20 ok value=1400"},
    {"20 set name=mtu value=1493 iface=1", "20 err code=EINVAL"},
    {"20 set name=mtu value=1492 iface=1", "20 ok"},
    {"20 set name=framing value=florp iface=1", "20 err code=EINVAL"},
    {"20 set name=framing value=snap iface=2", "20 err code=EINVAL"},
    {"20 set name=framing value=ethernet iface=1", "20 ok"},
    {"20 get name=mtu iface=1", "20 ok value=1500"},
    {"20 set name=strong-host value=2", "20 err code=EINVAL"},
    {"20 set name=ttl value=7 iface=0", "20 err code=EINVAL"},
    {"20 set name=florp value=7 iface=0", "20 err code=EOPNOTSUPP"},
    {"20 udp.bind port=4000", "20 ok sock=1"},
    {"20 get name=ttl sock=1", "20 ok value=9"},
    {"20 set name=ttl value=3 sock=1", "20 ok"},
    {"20 get name=ttl sock=1", "20 ok value=3"},
    {"20 set name=ttl value=0 sock=1", "20 err code=EINVAL"},
    {"20 set name=ttl value=3 sock=2", "20 err code=EBADF"},
    {"20 set name=tos value=8 sock=1", "20 ok"},
    {"20 get name=tos sock=1", "20 ok value=8"},
    {"20 get name=df sock=1", "20 ok value=0"},
    {"20 get name=broadcast sock=1", "20 ok value=1"},
    {"20 set name=broadcast value=0 sock=1", "20 ok"},
    {"20 udp.send sock=1 dst=255.255.255.255 dport=9 data=", "20 err code=EACCES"},
    {"20 udp.send sock=1 dst=198.18.0.255 dport=9 data=", "20 err code=EACCES"},
    {"20 set name=options value=01010100 sock=1", "20 ok"},
    {"20 set name=options value=0101 sock=1", "20 err code=EINVAL"},
    {"20 set name=options value=44010000 sock=1", "20 err code=EINVAL"},
    {"20 get name=options sock=1", "20 ok value=01010100"},
    {"20 get name=source dst=198.18.0.1", "20 ok value=198.18.0.2"},
    {"20 get name=source dst=240.0.0.1", "20 err code=ENETUNREACH"},
    {"20 set name=mtu value=1006 iface=0", "20 ok"},
    {"20 get name=pmtu dst=198.18.0.1", "20 ok value=1006"},
    {"20 get name=pmtu dst=192.0.2.1", "20 ok value=1006"},
    {"20 get name=pmtu dst=198.18.0.2", "20 ok value=65535"},
    {"20 get name=mms-s dst=192.0.2.1", "20 ok value=986"},
    {"20 get name=pmtu dst=240.0.0.1", "20 err code=ENETUNREACH"},
    {"20 get name=pmtu", "20 err code=EINVAL"},
    {"20 set name=mtu value=576 iface=0", "20 ok"},
    {"20 set name=source dst=198.18.0.1 value=198.18.0.2", "20 err code=EINVAL"},
    {"20 add kind=neighbor iface=0 addr=198.18.0.9 mac=020000000009", "20 ok"},
    {"20 add kind=neighbor iface=0 addr=198.18.0.9 mac=020000000009", "20 err code=EEXIST"},
    {"20 add kind=neighbor iface=0 addr=198.18.0.2 mac=020000000009", "20 err code=EINVAL"},
    {"20 add kind=neighbor iface=0 addr=198.18.0.8 mac=030000000009", "20 err code=EINVAL"},
    {"20 add kind=neighbor iface=2 addr=198.18.0.8 mac=020000000009", "20 err code=EINVAL"},
    {"20 del kind=neighbor iface=1 addr=198.18.0.9", "20 err code=ENOENT"},
    {"20 del kind=neighbor iface=0 addr=198.18.0.9 len=32", "20 err code=EINVAL"},
    {"20 del kind=neighbor iface=0 addr=198.18.0.9", "20 ok"},
    {"20 del kind=neighbor iface=0 addr=198.18.0.9", "20 err code=ENOENT"},
    {"20 add kind=route net=192.0.2.0 len=24 gateway=198.18.0.7", "20 ok"},
    {"20 add kind=route net=192.0.2.0 len=24 gateway=198.18.0.7", "20 err code=EEXIST"},
    {"20 add kind=route net=192.0.2.0 len=24 gateway=198.18.0.7 preference=2", "20 ok"},
    {"20 add kind=route net=192.0.2.0 len=24 gateway=192.0.2.1", "20 err code=EINVAL"},
    {"20 add kind=route net=192.0.2.9 len=32 type=prohibit", "20 ok"},
    {"20 add kind=route net=192.0.2.9 len=32 type=florp", "20 err code=EINVAL"},
    {"20 ip.send dst=192.0.2.9 protocol=200 data=", "20 err code=EACCES"},
    {"20 del kind=route net=192.0.2.9 len=32 gateway=198.18.0.7", "20 err code=ENOENT"},
    {"20 del kind=route net=192.0.2.9 len=32", "20 ok"},
    {"20 del kind=route net=192.0.2.0 len=24 preference=3", "20 err code=ENOENT"},
    {"20 del kind=route net=192.0.2.0 len=24", "20 ok"},
    {"20 add kind=advice dst=192.0.2.1 good=1", "20 ok"},
    {"20 add kind=advice dst=192.0.2.1", "20 err code=EINVAL"},
    {"20 del kind=advice dst=192.0.2.1", "20 err code=EINVAL"},
    {"21 reset", "21 ok"},
    {"22 get name=ttl", "22 ok value=64"},
    {"22 get name=mtu iface=0", "22 ok value=1500"},
    {"22 get name=mac iface=1", "22 ok value=020000000102"},
    {"22 get name=up iface=1", "22 ok value=1"},
    {"22 udp.bind port=4000", "22 ok sock=1"},
    {"22 get name=ttl sock=1", "22 ok value=64"},
    {"22 get name=broadcast sock=1", "22 ok value=1"},
    {"22 get name=options sock=1", "22 ok value="},
    {"23 get name=reassembly", "23 ok value=drop"},
    {"24 set name=reassembly value=bsd-right", "24 ok"},
    {"25 get name=reassembly", "25 ok value=bsd-right"},
    {"26 set name=reassembly value=bsd-", "26 err code=EINVAL"},
    {"27 set name=reassembly value=1", "27 err code=EINVAL"},
    {"28 set name=reassembly value=bsd florp=1", "28 err code=EINVAL"},
    {"29 set name=reassembly", "29 err code=EINVAL"},
    {"30 get name=reassembly florp=1", "30 err code=EINVAL"},
    {"31 get name=reassembly", "31 ok value=bsd-right"},
    {"32 get name=mms-r", "32 ok value=65515"},
    {"32 set name=mms-r value=576", "32 err code=EINVAL"},
    {"32 reset", "32 ok"},
    {"33 get name=reassembly", "33 ok value=drop"},
};

Test(settings, a_session)
{
    struct bench bench = bench_open(true);

    for (size_t i = 0; i < COUNT(session); i++)
        expect_reply(&bench, session[i].line, session[i].reply);
    bench_close(&bench);
}

/* Each setting of an interface and of a socket, a value of its own, and one that it cannot have. */
static const struct {
    const char *scope, *name, *value, *wrong, *first;
} settings[] = {
    {"iface", "up", "0", "2", "1"},
    {"iface", "promiscuous", "1", "2", "0"},
    {"iface", "mtu", "68", "67", "1500"},
    {"iface", "mac", "020000000099", "030000000099", "020000000102"},
    {"iface", "router-discovery", "1", "2", "0"},
    {"iface", "solicitation-address", "255.255.255.255", "224.0.0.1", "224.0.0.2"},
    {"iface", "link-local", "1", "2", "0"},
    {"iface", "advertise", "0", "2", "1"},
    {"iface", "advertise-address", "255.255.255.255", "224.0.0.2", "224.0.0.1"},
    {"iface", "advertise-max", "1800", "3", "600"},
    {"iface", "advertise-min", "600", "601", "450"},
    {"iface", "advertise-lifetime", "600", "599", "1800"},
    {"sock", "ttl", "255", "256", "64"},
    {"sock", "tos", "255", "256", "0"},
    {"sock", "df", "2", "3", "0"},
    {"sock", "broadcast", "0", "2", "1"},
    {"sock", "options", "01010100", "010101", ""},
    {"sock", "checksum", "0", "2", "1"},
    {"sock", "peer", "198.18.0.1", "198.18.0", "0.0.0.0"},
    {"sock", "peer-port", "65535", "65536", "0"},
    {"sock", "by-iface", "2", "3", "0"},
};

static void expect(struct bench *bench, const char *reply, const char *format, ...)
{
    char line[128], want[64];
    va_list words;

    va_start(words, format);
    vsnprintf(line, sizeof line, format, words);
    va_end(words);
    snprintf(want, sizeof want, "1 %s", reply);
    expect_reply(bench, line, want);
}

Test(settings, each_has_the_value_that_it_was_given)
{
    struct bench bench = bench_open(true);
    char value[64], first[64];

    say(&bench, "1 udp.bind port=4000");
    for (size_t i = 0; i < COUNT(settings); i++) {
        const char *scope = settings[i].scope, *name = settings[i].name;
        const char *none = strcmp(scope, "sock") == 0 ? "err code=EBADF" : "err code=EINVAL";
        snprintf(value, sizeof value, "ok value=%s", settings[i].value);
        snprintf(first, sizeof first, "ok value=%s", settings[i].first);

        expect(&bench, first, "1 get name=%s %s=1", name, scope);
        expect(&bench, "ok", "1 set name=%s value=%s %s=1", name, settings[i].value, scope);
        expect(&bench, value, "1 get name=%s %s=1", name, scope);
        expect(&bench, "err code=EINVAL", "1 set name=%s value=%s %s=1", name, settings[i].wrong,
               scope);
        expect(&bench, "err code=EINVAL", "1 set name=%s %s=1", name, scope);
        expect(&bench, "err code=EINVAL", "1 set name=%s value=%s %s=1 florp=1", name,
               settings[i].first, scope);
        expect(&bench, none, "1 set name=%s value=%s %s=2", name, settings[i].first, scope);
        expect(&bench, none, "1 get name=%s %s=2", name, scope);
        expect(&bench, "err code=EINVAL", "1 get name=%s %s=1 florp=1", name, scope);
        expect(&bench, value, "1 get name=%s %s=1", name, scope);
        if (strcmp(name, "ttl") == 0) /* 0: as the host's, which nobody can ask for */
            continue;
        expect(&bench, "ok", "1 set name=%s value=%s %s=1", name, settings[i].first, scope);
        expect(&bench, first, "1 get name=%s %s=1", name, scope);
    }
    bench_close(&bench);
}

/* Those that the user has set come last, and have no age. */
Test(settings, paths_are_listed)
{
    struct bench bench = bench_open(true);
    const struct v4_pmtu_report report = {V4_ADDR(192, 0, 2, 1), 600, 1500, 20};

    say(&bench, "1 add kind=path dst=192.0.2.9 mtu=700");
    bench.rig->now += 5 * V4_SECOND;
    struct v4_core *core = v4_host_enter(bench.rig->host, bench.rig->now);
    cr_assert(v4_pmtu_lower(core->pmtus, &report, 1500, core->now));
    bench.rig->now += 7 * V4_SECOND + V4_MS;
    say(&bench, "1 list kind=path");
    cr_assert(bench.count == 3 && strcmp(bench.said[2], "1 ok") == 0);
    cr_expect(strcmp(bench.said[0], "* path dst=192.0.2.1 mtu=600 set=0 age=7") == 0, "%s",
              bench.said[0]);
    cr_expect(strcmp(bench.said[1], "* path dst=192.0.2.9 mtu=700 set=1") == 0, "%s",
              bench.said[1]);
    bench_close(&bench);
}

/* What a request says of a route that is to go must hold for it, and of the others nothing. */
static const char *const ways[] = {"gateway=198.18.0.7", "iface=1", "preference=0",
                                   "preference=2",       "tos=8",   "type=blackhole"};

Test(settings, a_route_goes_that_is_as_the_request_says)
{
    struct bench bench = bench_open(true);

    for (size_t i = 0; i < COUNT(ways); i++) {
        expect(&bench, "ok", "1 add kind=route net=192.0.2.0 len=24 preference=1");
        expect(&bench, "ok", "1 add kind=route net=192.0.2.0 len=24 %s", ways[i]);
        expect(&bench, "err code=ENOENT", "1 del kind=route net=192.0.3.0 len=24 %s", ways[i]);
        expect(&bench, "err code=ENOENT", "1 del kind=route net=192.0.2.0 len=25 %s", ways[i]);
        expect(&bench, "ok", "1 del kind=route net=192.0.2.0 len=24 %s", ways[i]);
        expect(&bench, "err code=ENOENT", "1 del kind=route net=192.0.2.0 len=24 %s", ways[i]);
        expect(&bench, "ok", "1 del kind=route net=192.0.2.0 len=24 preference=1");
        expect(&bench, "err code=ENOENT", "1 del kind=route net=192.0.2.0 len=24");
        expect(&bench, "ok", "1 add kind=route net=192.0.2.0 len=24 %s", ways[i]);
        expect(&bench, "ok", "1 del kind=route net=192.0.2.0 len=24");
    }
    expect(&bench, "ok", "1 add kind=route net=192.0.2.0 len=24 type=unicast");
    expect(&bench, "ok", "1 del kind=route net=192.0.2.0 len=24 type=unicast");
    expect(&bench, "err code=EINVAL", "1 del kind=route net=192.0.2.0");
    expect(&bench, "err code=EINVAL", "1 del kind=route net=192.0.2.0 len=24 florp=1");
    expect(&bench, "err code=EINVAL", "1 del kind=route net=192.0.2.0 len=24 type=florp");
    bench_close(&bench);
}

Test(settings, each_name_is_told_once)
{
    static const char *const names[] = {
        "ttl",  "strong-host", "reassembly", "mms-r",   "mtu", "up",    "tos",      "peer-port",
        "pmtu", "mms-s",       "source",     "address", "mac", "route", "neighbor", "advice"};
    static struct v4_text told;
    char name[32], *at;

    v4_text_start(&told);
    v4_setting_names(&told);
    v4_text_put(&told, ",");
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(name, sizeof name, ",%s,", names[i]);
        at = strstr(told.octets, name);
        cr_assert(at != NULL, "%s", name);
        cr_expect(strstr(at + 1, name) == NULL, "%s", name);
    }
}

Test(settings, an_address_is_ours_at_once_unless_it_is_to_be_tested)
{
    struct bench bench = bench_open(true);

    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.3 len=24");
    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.4 len=24 probe=0 primary=0");
    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.5 len=24 probe=1");
    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.6 len=24 deprecated=1");
    say(&bench, "1 list kind=address iface=0");
    cr_assert(bench.count == 6, "%zu", bench.count);
    cr_expect_str_eq(bench.said[1],
                     "* address iface=0 addr=198.18.0.3 len=24 primary=0 deprecated=0");
    cr_expect_str_eq(bench.said[2],
                     "* address iface=0 addr=198.18.0.4 len=24 primary=0 deprecated=0");
    cr_expect_str_eq(bench.said[3],
                     "* address iface=0 addr=198.18.0.6 len=24 primary=0 deprecated=1");
    cr_expect_str_eq(bench.said[4], "* address iface=0 addr=198.18.0.5 len=24 tentative=1");
    expect(&bench, "ok",
           "1 add kind=address iface=0 addr=198.18.0.8 len=24 advertise=0 preference=4294967295");
    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.7 len=24 primary=1");
    say(&bench, "1 list kind=address iface=0");
    cr_expect_str_eq(bench.said[0],
                     "* address iface=0 addr=198.18.0.7 len=24 primary=1 deprecated=0");
    cr_expect_str_eq(bench.said[5], "* address iface=0 addr=198.18.0.8 len=24 primary=0 "
                                    "deprecated=0 advertise=0 preference=4294967295");
    bench_close(&bench);
}

/* Time exceeded goes to the sender of a fragment, whose address is ours by then: it has been
 * received when the answer comes. */
Test(settings, what_a_request_causes_at_once_has_happened)
{
    struct bench bench = bench_open(false);
    struct v4_ip ip = rig_header();

    ip.src = V4_ADDR(198, 18, 0, 9);
    ip.protocol = 200;
    ip.mf = true;
    ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
    rig_ip(bench.rig, &ip);
    expect(&bench, "ok", "1 add kind=address iface=0 addr=198.18.0.9 len=24");
    bench.rig->now += 255 * V4_SECOND;
    say(&bench, "1 get name=ttl");
    cr_expect(v4_host_stats(bench.rig->host)->value[V4_STAT_ICMP_IN_TIME_EXCDS] == 1);
    bench_close(&bench);
}

Test(settings, what_sends_goes_by_the_default_ttl)
{
    struct bench bench = bench_open(true);
    struct v4_ip ip;

    rig_meet(bench.rig);
    say(&bench, "1 set name=ttl value=9");
    say(&bench, "2 ip.send dst=198.18.0.1 protocol=200 data=");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 9);
    say(&bench, "3 ip.send dst=198.18.0.1 protocol=200 data= ttl=3");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 3);
    say(&bench, "4 ip.send dst=224.0.0.9 protocol=200 data=");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 1); /* RFC1112-6.1-b */
    bench_close(&bench);
}

Test(settings, each_switch_is_what_the_profile_says_and_comes_back)
{
    static const char *const profiles[] = {"rfc791", "rfc1122", "rfc1812", "modern"};

    for (size_t p = 0; p < COUNT(profiles); p++) {
        struct rig *rig = rig_open(profiles[p]);
        for (size_t i = 0; v4_switch_name(i) != NULL; i++) {
            uint32_t first, now;
            cr_assert(v4_host_get(rig->host, v4_switch_name(i), &first) == V4_OK);
            cr_expect(v4_host_set(rig->host, v4_switch_name(i), first) == V4_OK, "%s",
                      v4_switch_name(i));
            (void)v4_host_set(rig->host, v4_switch_name(i), first == 1 ? 0 : 1);
            v4_host_reset(rig->host);
            cr_assert(v4_host_get(rig->host, v4_switch_name(i), &now) == V4_OK);
            cr_expect(now == first, "%s", v4_switch_name(i));
        }
        rig_close(rig);
    }
}

Test(settings, lists_tell_what_there_is)
{
    struct bench bench = bench_open(true);

    rig_meet(bench.rig);
    say(&bench, "1 add kind=neighbor iface=1 addr=198.18.1.9 mac=020000000009");
    say(&bench, "2 list kind=neighbor");
    cr_assert(bench.count == 3, "%zu", bench.count);
    cr_expect_str_eq(bench.said[0], "* neighbor iface=0 addr=198.18.0.1 mac=020000000001");
    cr_expect_str_eq(bench.said[1], "* neighbor iface=1 addr=198.18.1.9 mac=020000000009");
    say(&bench, "3 list kind=neighbor iface=1");
    cr_expect(bench.count == 2);
    say(&bench, "4 add kind=route net=192.0.2.77 len=24 gateway=198.18.0.7 preference=9");
    say(&bench, "5 list kind=route iface=0");
    cr_assert(bench.count == 4, "%zu", bench.count);
    cr_expect_str_eq(bench.said[0], "* route net=198.18.0.0 len=24 iface=0 preference=0 tos=0 "
                                    "type=unicast");
    cr_expect_str_eq(bench.said[1], "* route net=192.0.2.0 len=24 gateway=198.18.0.7 iface=0 "
                                    "preference=9 tos=0 type=unicast");
    cr_expect_str_eq(bench.said[2], "* route net=0.0.0.0 len=0 gateway=198.18.0.1 iface=0 "
                                    "preference=0 tos=0 type=unicast");
    bench_close(&bench);
}

Test(settings, a_socket_has_defaults_of_its_own)
{
    struct bench bench = bench_open(true);
    struct v4_ip ip;

    rig_meet(bench.rig);
    say(&bench, "1 udp.bind port=4000");
    say(&bench, "2 set name=ttl value=3 sock=1");
    say(&bench, "3 set name=tos value=16 sock=1");
    say(&bench, "4 set name=df value=1 sock=1");
    say(&bench, "5 set name=options value=01010100 sock=1");
    say(&bench, "6 udp.send sock=1 dst=198.18.0.1 dport=9 data=");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 3 && ip.tos == 16 && ip.df && same(ip.options, OPTIONS(1, 1, 1, 0)));
    say(&bench, "7 udp.send sock=1 dst=198.18.0.1 dport=9 data= ttl=5 tos=0 options=");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 5 && ip.tos == 0 && ip.options.len == 0);
    say(&bench, "8 udp.send sock=1 dst=224.0.0.9 dport=9 data=");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 1); /* RFC1112-6.1-b */
    bench_close(&bench);
}

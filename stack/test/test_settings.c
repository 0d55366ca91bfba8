/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
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
    {"21 reset", "21 ok"},
    {"22 get name=ttl", "22 ok value=64"},
};

Test(settings, a_session)
{
    struct bench bench = bench_open(true);

    for (size_t i = 0; i < COUNT(session); i++)
        expect_reply(&bench, session[i].line, session[i].reply);
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

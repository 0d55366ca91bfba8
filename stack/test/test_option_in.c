/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_rule.h"
#include "rig.h"

#define G1 192, 0, 2, 11
#define G2 192, 0, 2, 12

/* What an echo request with these options meets: V4_KEEP is a reply. */
static const struct {
    const char *what;
    const char *profile;
    uint8_t options[40];
    size_t len;
    enum v4_drop want;
    uint8_t pointer; /* of the Parameter Problem */
} met[] = {
    {"a route with an octet to spare", "modern", {7, 8, 9, G1, 0}, 8, V4_DROP_OPTION_LENGTH, 21},
    {"... before RFC 6274", "rfc1122", {7, 8, 9, G1, 0}, 8, V4_KEEP, 0},
    {"... behind a NOP", "modern", {1, 7, 9, 12, G1, 0, 0, 0}, 12, V4_DROP_OPTION_LENGTH, 22},
    {"a loose one", "modern", {131, 10, 11, G1, 0, 0, 0, 0}, 12, V4_DROP_OPTION_LENGTH, 21},
    {"a strict one", "modern", {137, 9, 255, G1, 0, 0, 0, 0}, 12, V4_DROP_OPTION_LENGTH, 21},
    {"its pointer comes first",
     "modern",
     {137, 9, 3, G1, 0, 0, 0, 0},
     12,
     V4_DROP_OPTION_POINTER,
     22},
    {"the shortest route", "modern", {7, 3, 4, 0}, 4, V4_KEEP, 0},
    {"the longest", "modern", {7, 39, 4, [39] = 0}, 40, V4_KEEP, 0},
    {"the longest timestamp", "modern", {68, 40, 5, 0}, 40, V4_KEEP, 0},
    {"all that there is at once",
     "modern",
     {1, 130, 3, 0xab, 136, 4, 0, 1, 148, 4,   0, 0, 7,  7,  4, 0,  0, 0,
      0, 68,  8, 5,    0,   0, 0, 0, 0,   131, 7, 8, G1, 94, 2, 11, 2, 0},
     40,
     V4_KEEP,
     0},
};

Test(option_in, names_the_octet_at_fault)
{
    for (size_t i = 0; i < COUNT(met); i++) {
        struct rig *rig = rig_open(met[i].profile);
        struct v4_ip ip = rig_header();
        struct v4_icmp answer;

        rig_meet(rig);
        ip.options = (struct v4_span){met[i].options, met[i].len};
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_reason(rig) == met[i].want, "%s: %s", met[i].what,
                  v4_drop_name(rig_reason(rig)));
        cr_assert(rig_out_icmp(rig, &ip, &answer), "%s", met[i].what);
        cr_expect((answer.type == V4_ICMP_ECHO_REPLY) == (met[i].want == V4_KEEP), "%s",
                  met[i].what);
        if (met[i].want != V4_KEEP)
            cr_expect(answer.rest >> 24 == met[i].pointer, "%s: %u", met[i].what,
                      answer.rest >> 24);
        rig_close(rig);
    }
}

/* RFC6274-3.13.2.5-b: in the first fragment a record route may stand, in a later one not; nothing
 * is ever told about a later one. */
Test(option_in, no_record_route_in_a_later_fragment)
{
    static const struct {
        const char *profile;
        bool later;
        enum v4_drop want;
    } pieces[] = {{"modern", false, V4_KEEP},
                  {"modern", true, V4_DROP_OPTION_FRAGMENT},
                  {"rfc1122", true, V4_KEEP}};

    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct rig *rig = rig_open(pieces[i].profile);
        struct v4_ip ip = rig_header();
        uint8_t data[16] = {0};

        rig_meet(rig);
        ip.options = OPTIONS(7, 7, 4, 0, 0, 0, 0, 0);
        ip.mf = !pieces[i].later;
        ip.offset = pieces[i].later ? 2 : 0;
        ip.data = (struct v4_span){data, sizeof data};
        rig_ip(rig, &ip);
        cr_expect(rig_reason(rig) == pieces[i].want, "%zu", i);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

/* Options that a user gives are judged as those that come. */
Test(option_in, a_user_is_refused_what_others_would_drop)
{
    static const struct {
        uint8_t octets[8];
        size_t len;
        enum v4_error want;
    } given[] = {
        {{7, 7, 4, 0, 0, 0, 0, 0}, 8, V4_OK},
        {{7, 8, 4, 0, 0, 0, 0, 0}, 8, V4_EINVAL}, /* not whole addresses */
        {{7, 7, 5, 0, 0, 0, 0, 0}, 8, V4_EINVAL}, /* between two */
        {{7, 7, 4, 0, 0, 0, 0}, 7, V4_EINVAL},    /* not whole words */
        {{7, 3, 4, 7, 3, 4, 1, 1}, 8, V4_EINVAL}, /* twice */
        {{131, 3, 4, 137, 3, 4, 1, 1}, 8, V4_EINVAL},
        {{68, 3, 5, 0}, 4, V4_EINVAL},
    };
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});

    rig_meet(rig);
    for (size_t i = 0; i < COUNT(given); i++) {
        send.options = (struct v4_span){given[i].octets, given[i].len};
        cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == given[i].want, "%zu", i);
    }
    rig_close(rig);
}

Test(option_in, a_time_to_live_of_zero)
{
    static const struct {
        const char *profile;
        uint8_t ttl;
        enum v4_drop want;
    } lives[] = {{"rfc791", 0, V4_DROP_TTL},
                 {"rfc791", 1, V4_KEEP},
                 {"rfc1122", 0, V4_KEEP},
                 {"modern", 0, V4_KEEP}};

    for (size_t i = 0; i < COUNT(lives); i++) {
        struct rig *rig = rig_open(lives[i].profile);
        struct v4_ip ip = rig_header();

        rig_meet(rig);
        ip.ttl = lives[i].ttl;
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_reason(rig) == lives[i].want, "%zu", i);
        cr_expect(rig_silent(rig) == (lives[i].want != V4_KEEP), "%zu", i);
        rig_close(rig);
    }
}

Test(option_in, each_type_has_its_row)
{
    static const uint8_t known[] = {7, 11, 12, 68, 82, 130, 131, 133, 136, 137, 148, 149};

    for (size_t i = 0; i < COUNT(known); i++)
        cr_expect(v4_option_rule(known[i])->type == known[i], "%u", known[i]);
    cr_expect(v4_option_rule(94)->type == V4_OPTION_EOL);
    cr_expect(v4_option_rule(0)->type == V4_OPTION_EOL);
}

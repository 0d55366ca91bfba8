/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

#define BASIC 130, 4, 0xab, 0x80

static struct rig *open_labelled(void)
{
    struct rig *rig = rig_open("modern");

    cr_assert(v4_host_set(rig->host, "security", 1) == V4_OK);
    rig_meet(rig);
    return rig;
}

/* A datagram to a port that nobody has: where its label is right, that is what is reported. */
static void arrive(struct rig *rig, struct v4_span options)
{
    struct v4_ip ip = rig_header();

    ip.options = options;
    rig_udp(rig, ip, &(struct v4_udp){.dst_port = 9, .data = {(const uint8_t *)"x", 1}});
}

static const struct {
    const char *what;
    uint8_t options[12];
    size_t len;
    enum v4_drop want;
    uint8_t type, code, pointer;
} labels[] = {
    {"none", {0}, 0, V4_DROP_UDP_PORT, 3, 3, 0},
    {"no flags", {130, 3, 0xab, 1}, 4, V4_DROP_UDP_PORT, 3, 3, 0},
    {"one octet of flags", {BASIC}, 4, V4_DROP_UDP_PORT, 3, 3, 0},
    {"two", {130, 5, 0x3d, 0x81, 0, 0, 0, 0}, 8, V4_DROP_UDP_PORT, 3, 3, 0},
    {"two, which the first denies", {130, 5, 0xab, 0x80, 0, 0, 0, 0}, 8, V4_DROP_LABEL, 12, 0, 20},
    {"one, which promises two", {130, 4, 0xab, 0x81}, 4, V4_DROP_LABEL, 12, 0, 20},
    {"an authority that nobody is", {130, 4, 0xab, 0x84}, 4, V4_DROP_LABEL, 12, 0, 20},
    {"one in the second octet", {130, 5, 0xab, 1, 0x80, 0, 0, 0}, 8, V4_DROP_LABEL, 12, 0, 20},
    {"a reserved level", {130, 3, 0x66, 1}, 4, V4_DROP_LABEL, 12, 0, 20},
    {"no level", {1, 130, 3, 0xaa}, 4, V4_DROP_LABEL, 12, 0, 21},
    {"too short", {130, 2, 1, 1}, 4, V4_DROP_OPTION_LENGTH, 12, 0, 21},
    {"twice", {130, 3, 0xab, 130, 3, 0xab, 0, 0}, 8, V4_DROP_OPTION_TWICE, 12, 0, 23},
    {"extended alone", {133, 4, 0, 0}, 4, V4_DROP_LABEL, 12, 0, 20},
    {"extended first", {133, 4, 0, 0, BASIC}, 8, V4_DROP_UDP_PORT, 3, 3, 0},
    {"extended twice", {BASIC, 133, 4, 0, 0, 133, 3, 0, 1}, 12, V4_DROP_UDP_PORT, 3, 3, 0},
    {"extended, too short", {BASIC, 133, 2, 1, 1}, 8, V4_DROP_LABEL, 12, 0, 24},
    {"of an unknown format", {BASIC, 133, 3, 9, 1}, 8, V4_DROP_LABEL, 12, 0, 24},
    {"commercial, too short", {134, 5, 0, 0, 0, 0, 0, 0}, 8, V4_DROP_LABEL, 12, 0, 20},
    {"commercial", {134, 6, 0, 0, 0, 1, 0, 0}, 8, V4_DROP_UDP_PORT, 3, 3, 0},
};

Test(security, each_label_is_judged)
{
    for (size_t i = 0; i < COUNT(labels); i++) {
        struct rig *rig = open_labelled();
        struct v4_icmp error;
        struct v4_ip ip;

        arrive(rig, (struct v4_span){labels[i].options, labels[i].len});
        cr_expect(rig_reason(rig) == labels[i].want, "%s: %s", labels[i].what,
                  v4_drop_name(rig_reason(rig)));
        cr_assert(rig_out_icmp(rig, &ip, &error), "%s", labels[i].what);
        cr_expect(error.type == labels[i].type && error.code == labels[i].code, "%s",
                  labels[i].what);
        cr_expect(error.rest >> 24 == labels[i].pointer, "%s: %u", labels[i].what,
                  error.rest >> 24);
        cr_expect(same(ip.options, OPTIONS(130, 3, 0xab, 1)), "%s", labels[i].what);
        rig_close(rig);
    }
}

static const struct {
    uint8_t level, flags;
    bool want;
} range[] = {
    {0xab, 0, false}, {0x96, 0, true}, {0x5a, 0x80, true}, {0x5a, 0x40, false}, {0x3d, 0, false}};

Test(security, only_the_range_comes_and_goes)
{
    for (size_t i = 0; i < COUNT(range); i++) {
        struct rig *rig = open_labelled();
        struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
        struct v4_icmp error;
        struct v4_ip ip;

        cr_assert(v4_host_set(rig->host, "security-low", 1) == V4_OK);
        cr_assert(v4_host_set(rig->host, "security-high", 2) == V4_OK);
        cr_assert(v4_host_set(rig->host, "security-authorities", 0x80) == V4_OK);
        send.options = OPTIONS(130, 4, range[i].level, range[i].flags);
        arrive(rig, send.options);
        cr_expect((rig_reason(rig) == V4_DROP_UDP_PORT) == range[i].want, "%zu", i);
        cr_assert(rig_out_icmp(rig, &ip, &error) && error.type == 3);
        cr_expect(error.code == (range[i].want ? 3 : 10), "%zu", i);
        cr_expect(same(ip.options, OPTIONS(130, 3, 0x96, 1)), "%zu", i);
        cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) ==
                  (range[i].want ? V4_OK : V4_EACCES));
        rig_close(rig);
    }
}

Test(security, nothing_is_said_of_messages_of_icmp)
{
    static const uint8_t wrong[][4] = {{130, 3, 0x66, 1}, {130, 2, 1, 1}, {133, 4, 0, 0}};
    struct rig *rig = open_labelled();

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct v4_ip ip = rig_header();
        ip.options = (struct v4_span){wrong[i], 4};
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_silent(rig), "%zu", i);
    }
    cr_expect(rig_all_drops(rig) == COUNT(wrong));
    rig_close(rig);
}

/* An octet of 130 in front of the one at fault does not make a label of what it stands in. */
Test(security, what_looks_like_a_label_is_none)
{
    static const uint8_t wrong[][8] = {{7, 7, 4, 192, 0, 2, 130, 7}, {148, 130, 0, 0, 0, 0, 0, 0}};
    static const uint8_t at[] = {27, 21};
    struct rig *rig = open_labelled();
    struct v4_icmp error;
    struct v4_ip ip = rig_header();

    for (size_t i = 0; i < COUNT(wrong); i++) {
        ip.options = (struct v4_span){wrong[i], 8};
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_out_icmp(rig, &ip, &error) && error.type == 12, "%zu", i);
        cr_expect(error.rest >> 24 == at[i], "%zu: octet %u", i, error.rest >> 24);
        ip = rig_header();
    }
    rig_close(rig);
}

Test(security, one_may_be_required)
{
    struct rig *rig = open_labelled();
    struct v4_icmp error;
    struct v4_ip ip;

    cr_assert(v4_host_set(rig->host, "security-required", 1) == V4_OK);
    arrive(rig, (struct v4_span){0});
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == 12 && error.code == 1 && error.rest >> 24 == 130);
    cr_expect(rig_reason(rig) == V4_DROP_LABEL_NONE);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &error) && error.type == 0, "but not of ICMP");
    rig_close(rig);
}

Test(security, what_is_sent_is_labelled_where_that_is_wanted)
{
    struct rig *rig = open_labelled();
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    struct v4_ip ip;

    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) && ip.options.len == 0, "not by default");
    cr_assert(v4_host_set(rig->host, "security-label", 1) == V4_OK);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) && same(ip.options, OPTIONS(130, 3, 0xab, 1)));
    send.options = OPTIONS(130, 3, 0x5a, 0);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) && same(ip.options, send.options), "one is enough");
    send.options = OPTIONS(94, 4, 1, 2, 0, 0, 0, 0);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) &&
              same(ip.options, OPTIONS(130, 3, 0xab, 1, 94, 4, 1, 2, 0, 0, 0, 0)));
    for (uint8_t len = 36; len <= 40; len += 4) { /* as long as there is room */
        const uint8_t other[40] = {94, len};
        send.options = (struct v4_span){other, len};
        cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
        cr_assert(rig_out_ip(rig, &ip) && ip.options.len == 40);
        cr_expect(ip.options.octets[0] == (len == 36 ? 130 : 94));
    }
    rig_close(rig);
}

/* Who does not process them passes over them, as over what nobody knows. */
Test(security, off_by_default)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    rig_meet(rig);
    ip.options = OPTIONS(133, 2, 130, 3, 0x66, 0, 0, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &reply) && reply.type == V4_ICMP_ECHO_REPLY);
    cr_expect(ip.options.len == 0);
    rig_close(rig);
}

Test(security, a_reply_has_the_label_of_its_request)
{
    struct rig *rig = open_labelled();
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    ip.options = OPTIONS(BASIC, 133, 4, 0, 7);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &reply) && reply.type == V4_ICMP_ECHO_REPLY);
    cr_expect(same(ip.options, OPTIONS(BASIC, 133, 4, 0, 7)));
    rig_close(rig);
}

Test(security, a_long_error_stays_within_576_octets)
{
    static const uint8_t data[1000];
    struct rig *rig = open_labelled();
    struct v4_icmp error;
    struct v4_ip ip = rig_header();

    rig_udp(rig, ip, &(struct v4_udp){.dst_port = 9, .data = {data, sizeof data}});
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(20 + ip.options.len + ip.data.len == 576);
    rig_close(rig);
}

/* RFC 6274 3.13: what an administrator may want of other options. */
Test(security, switches_for_other_options)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    rig_meet(rig);
    cr_assert(v4_host_set(rig->host, "drop-obsolete-options", 1) == V4_OK);
    ip.options = OPTIONS(82, 4, 0, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_OBSOLETE);

    cr_assert(v4_host_set(rig->host, "timestamp-option", 0) == V4_OK);
    ip.options = OPTIONS(68, 8, 5, 0, 0, 0, 0, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &reply) && ip.options.len == 0);

    cr_assert(v4_host_set(rig->host, "report-bad-options", 0) == V4_OK);
    ip = rig_header();
    ip.options = OPTIONS(7, 3, 3, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_OPTION_POINTER) == 1);
    rig_close(rig);
}

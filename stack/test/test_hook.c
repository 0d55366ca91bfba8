/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"
#include "table/rule.h"

#define NEXT V4_ADDR(198, 18, 1, 9)    /* a neighbour on interface 1 */
#define SERVER V4_ADDR(203, 0, 113, 5) /* that is nobody's */
#define AT(place, ...)                                                                             \
    {                                                                                              \
        .hook = V4_HOOK_##place, __VA_ARGS__                                                       \
    }
#define DROP_AT(place, ...) AT(place, .action = V4_RULE_DROP, __VA_ARGS__)
#define REJECT_AT(place, ...) AT(place, .action = V4_RULE_REJECT, .code = 13, __VA_ARGS__)

/* A router that knows both its neighbours. */
static struct rig *open_router(void)
{
    struct rig *rig = rig_open("modern");
    struct v4_ether ether;

    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    rig_meet(rig);
    rig->iface = 1;
    rig->to = (struct v4_mac){{2, 0, 0, 0, 1, 2}};
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, NEXT, US_TOO);
    cr_assert(rig_out(rig, &ether));
    rig->iface = 0;
    rig->to = OUR_MAC;
    return rig;
}

#define add(rig, ...) add_rule(rig, (struct v4_rule)__VA_ARGS__)

static void add_rule(struct rig *rig, struct v4_rule rule)
{
    cr_assert(v4_host_rule_add(rig->host, &rule) == V4_OK);
}

static uint64_t hits(const struct rig *rig, size_t index)
{
    uint64_t hits = 0;

    cr_assert(v4_host_rule(rig->host, index, &hits) != NULL);
    return hits;
}

/* From them by interface 0, ports 4000 and 53. */
static void send_udp(struct rig *rig, uint32_t dst)
{
    struct v4_udp udp = {.src_port = 4000, .dst_port = 53, .data = {(const uint8_t *)"hello", 5}};
    struct v4_ip ip = rig_header();

    ip.dst = dst;
    rig_udp(rig, ip, &udp);
}

/* The next frame, which carries UDP whose sum is right. */
static bool out_udp(struct rig *rig, struct v4_ip *ret_ip, struct v4_udp *ret_udp)
{
    return rig_out_ip(rig, ret_ip) && ret_ip->protocol == V4_PROTOCOL_UDP &&
           v4_udp_parse(ret_ip->data, ret_ip->src, ret_ip->dst, ret_udp) == V4_KEEP &&
           !ret_udp->unchecked;
}

static const struct {
    const char *what;
    struct v4_rule rule;
    uint32_t dst;
    enum v4_drop why;
} drops[] = {
    {"prerouting", DROP_AT(PREROUTING, .in = 1), US, V4_DROP_FILTER_PREROUTING},
    {"prerouting, by another interface", DROP_AT(PREROUTING, .in = 2), US, V4_KEEP},
    {"prerouting, for others", DROP_AT(PREROUTING, .in = 1), NEXT, V4_DROP_FILTER_PREROUTING},
    {"input", DROP_AT(INPUT, .in = 1), US, V4_DROP_FILTER_INPUT},
    {"input, for others", DROP_AT(INPUT, .in = 1), NEXT, V4_KEEP},
    {"forward", DROP_AT(FORWARD, .in = 1, .out = 2), NEXT, V4_DROP_FILTER_FORWARD},
    {"forward, the other way", DROP_AT(FORWARD, .in = 2, .out = 1), NEXT, V4_KEEP},
    {"forward, for us", DROP_AT(FORWARD, .in = 1), US, V4_KEEP},
    {"forward, for the other interface", DROP_AT(FORWARD, .in = 1, .out = 2), US_TOO,
     V4_DROP_FILTER_FORWARD},
    {"output", DROP_AT(OUTPUT, .out = 1), US, V4_DROP_FILTER_OUTPUT},
    {"output, for others", DROP_AT(OUTPUT, .protocol = 2), NEXT, V4_KEEP},
    {"postrouting", DROP_AT(POSTROUTING, .out = 2), NEXT, V4_DROP_FILTER_POSTROUTING},
    {"postrouting, our answer", DROP_AT(POSTROUTING, .out = 1), US, V4_DROP_FILTER_POSTROUTING},
    {"postrouting, the other way", DROP_AT(POSTROUTING, .out = 1), NEXT, V4_KEEP},
};

/* An echo request: it is answered, or passed on, or dropped where the rule is. */
Test(hook, each_drops_and_counts_its_own)
{
    for (size_t i = 0; i < COUNT(drops); i++) {
        struct rig *rig = open_router();
        struct v4_ip ip = rig_header();
        struct v4_icmp icmp;

        add_rule(rig, drops[i].rule);
        ip.dst = drops[i].dst;
        rig_icmp(rig, ip, rig_echo());
        bool kept = drops[i].why == V4_KEEP;
        cr_expect(rig_out_icmp(rig, &ip, &icmp) == kept, "%s", drops[i].what);
        cr_expect(rig_silent(rig) && rig_reason(rig) == drops[i].why, "%s: %s", drops[i].what,
                  v4_drop_name(rig_reason(rig)));
        cr_expect(hits(rig, 0) == !kept, "%s", drops[i].what);
        rig_close(rig);
    }
}

Test(hook, what_is_let_through_needs_a_rule_before_that_which_drops_all)
{
    struct rig *rig = open_router();
    struct v4_ip ip;
    struct v4_udp udp;

    add(rig, AT(FORWARD, .protocol = V4_PROTOCOL_UDP + 1, .dst_port = 53));
    add(rig, DROP_AT(FORWARD, .code = 0));
    send_udp(rig, NEXT);
    cr_expect(out_udp(rig, &ip, &udp) && ip.ttl == 63 && rig->out_iface == 1);
    ip = rig_header();
    ip.dst = NEXT;
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_FILTER_FORWARD);
    cr_expect(hits(rig, 0) == 1 && hits(rig, 1) == 1);
    rig_close(rig);
}

static const struct {
    const char *what;
    struct v4_rule rule;
    uint32_t dst;
} rejects[] = {
    {"prerouting", REJECT_AT(PREROUTING, .src = 0), NEXT},
    {"input", REJECT_AT(INPUT, .src = 0), US},
    {"forward", REJECT_AT(FORWARD, .src = 0), NEXT},
    {"forward, another interface's", REJECT_AT(FORWARD, .src = 0), US_TOO},
};

/* RFC1812-5.3.9-e: with the datagram as it came. */
Test(hook, who_is_rejected_is_told)
{
    for (size_t i = 0; i < COUNT(rejects); i++) {
        struct rig *rig = open_router();
        struct v4_icmp icmp;
        struct v4_ip ip, quote;

        add_rule(rig, rejects[i].rule);
        send_udp(rig, rejects[i].dst);
        cr_assert(rig_out_icmp(rig, &ip, &icmp), "%s", rejects[i].what);
        cr_expect(icmp.type == V4_ICMP_UNREACHABLE && icmp.code == 13 && ip.dst == THEM);
        cr_expect(v4_ip_parse(icmp.data, &quote) == V4_KEEP && quote.dst == rejects[i].dst &&
                  quote.ttl == 64);
        cr_expect(rig_silent(rig), "%s", rejects[i].what);
        rig_close(rig);
    }
}

/* RFC1122-3.2.2-f, -i: the rules of errors are above those of tables. */
Test(hook, not_all_that_is_rejected_is_told)
{
    struct rig *rig = open_router();
    struct v4_ip ip = rig_header();
    struct v4_icmp error = {.type = V4_ICMP_UNREACHABLE, .data = {(const uint8_t[28]){0x45}, 28}};

    add(rig, REJECT_AT(FORWARD, .src = 0));
    ip.dst = NEXT;
    rig_icmp(rig, ip, &error);
    ip.offset = 4;
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_FILTER_FORWARD) == 2);
    rig_close(rig);
}

Test(hook, our_own_users_are_told_at_once)
{
    struct rig *rig = open_router();
    struct v4_send send = v4_send_default(THEM, OPTIONS(1, 2, 3));
    static const uint8_t longest[V4_IP_LENGTH_MAX - V4_IP_HEADER_MIN];

    add(rig, DROP_AT(OUTPUT, .protocol = 200 + 1));
    add(rig, REJECT_AT(OUTPUT, .protocol = 201 + 1));
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(v4_host_ip_send(rig->host, 201, &send, rig->now) == V4_EACCES);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_FILTER_OUTPUT) == 2);
    send.data = (struct v4_span){longest, sizeof longest};
    cr_expect(v4_host_ip_send(rig->host, 201, &send, rig->now) == V4_EACCES);
    cr_expect(v4_host_ip_send(rig->host, 202, &send, rig->now) == V4_OK && !rig_silent(rig));
    rig_close(rig);
}

/* A later fragment shows no ports: a rule that has some does not match it. */
Test(hook, later_fragments_have_no_ports)
{
    struct rig *rig = open_router();
    struct v4_ip ip = rig_header(), out;

    add(rig, DROP_AT(FORWARD, .dst_port = 53));
    ip.dst = NEXT;
    ip.protocol = V4_PROTOCOL_UDP;
    ip.data = OPTIONS(0x0f, 0xa0, 0, 53, 0, 24, 0, 0);
    ip.mf = true;
    rig_ip(rig, &ip);
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_FILTER_FORWARD);
    ip.mf = false;
    ip.offset = 1;
    rig_ip(rig, &ip);
    cr_expect(rig_out_ip(rig, &out) && out.offset == 1);
    rig_close(rig);
}

#define TO_NEXT                                                                                    \
    AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst = SERVER, .dst_len = 32, .dst_port = 53,    \
       .to = NEXT, .to_port = 5300)
#define TO_US                                                                                      \
    AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst = SERVER, .dst_len = 32, .dst_port = 53,    \
       .to = US, .to_port = 5300)
#define FROM_SERVER                                                                                \
    AT(POSTROUTING, .action = V4_RULE_SOURCE, .src = THEM, .src_len = 32, .to = SERVER)

Test(hook, another_destination_is_another_way)
{
    struct rig *rig = open_router();
    struct v4_ip ip;
    struct v4_udp udp;

    add(rig, TO_NEXT);
    send_udp(rig, SERVER);
    cr_assert(out_udp(rig, &ip, &udp));
    cr_expect(rig->out_iface == 1 && ip.src == THEM && ip.dst == NEXT && ip.ttl == 63);
    cr_expect(udp.src_port == 4000 && udp.dst_port == 5300);
    cr_expect(same(udp.data, (struct v4_span){(const uint8_t *)"hello", 5}));
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

Test(hook, or_ourselves)
{
    struct rig *rig = open_router();
    struct v4_event event;
    unsigned sock;
    uint16_t port;

    add(rig, TO_US);
    cr_assert(v4_host_udp_bind(rig->host, 0, 5300, &sock, &port) == V4_OK);
    send_udp(rig, SERVER);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP);
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

/* Answers `out`, as it left, by an error from `src` that comes in by interface 1. */
static void report(struct rig *rig, const struct v4_ip *out, uint32_t src, uint32_t dst)
{
    struct v4_icmp icmp = {.type = V4_ICMP_UNREACHABLE, .code = V4_ICMP_PORT};
    struct v4_ip ip = {.ttl = 64, .src = src, .dst = dst};
    static uint8_t quote[65535];

    icmp.data = (struct v4_span){quote, rig_build(out, quote)};
    rig->iface = 1;
    rig->to = (struct v4_mac){{2, 0, 0, 0, 1, 2}};
    rig_icmp(rig, ip, &icmp);
    rig->iface = 0;
    rig->to = OUR_MAC;
}

/* The quotation is of the datagram to the server, with its sum. */
static void expect_original(struct v4_span data, const char *what)
{
    struct v4_ip quote;
    struct v4_udp udp;

    cr_assert(v4_ip_parse_quote(data, &quote) == V4_KEEP, "%s", what);
    cr_expect(quote.src == THEM && quote.dst == SERVER, "%s", what);
    cr_expect(v4_checksum((struct v4_span){data.octets, 20}) == 0, "%s", what);
    cr_expect(v4_udp_parse(quote.data, quote.src, quote.dst, &udp) == V4_KEEP, "%s", what);
    cr_expect(udp.src_port == 4000 && udp.dst_port == 53, "%s", what);
}

Test(hook, an_error_quotes_what_was_sent_before_it_was_rewritten)
{
    static const struct {
        const char *what;
        uint32_t from, then;
    } rows[] = {{"from the host itself", NEXT, SERVER},
                {"from a router on the way", V4_ADDR(198, 18, 1, 7), V4_ADDR(198, 18, 1, 7)}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = open_router();
        struct v4_icmp icmp;
        struct v4_udp udp;
        struct v4_ip ip;

        add(rig, TO_NEXT);
        send_udp(rig, SERVER);
        cr_assert(out_udp(rig, &ip, &udp));
        report(rig, &ip, rows[i].from, THEM);
        cr_assert(rig_out_icmp(rig, &ip, &icmp), "%s", rows[i].what);
        cr_expect(rig->out_iface == 0 && ip.dst == THEM && ip.src == rows[i].then, "%s",
                  rows[i].what);
        expect_original(icmp.data, rows[i].what);
        rig_close(rig);
    }
}

/* The error is for who has sent it, which its own destination does not say. */
Test(hook, an_error_about_another_source_finds_its_way)
{
    struct rig *rig = open_router();
    struct v4_ip ip = rig_header();
    struct v4_icmp icmp;

    add(rig, FROM_SERVER);
    ip.dst = NEXT;
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &icmp));
    cr_expect(rig->out_iface == 1 && ip.src == SERVER && ip.dst == NEXT);
    report(rig, &ip, NEXT, SERVER);
    cr_assert(rig_out_icmp(rig, &ip, &icmp));
    cr_expect(rig->out_iface == 0 && ip.src == NEXT && ip.dst == THEM);
    cr_expect(v4_ip_parse(icmp.data, &ip) == V4_KEEP && ip.src == THEM && ip.dst == NEXT);
    rig_close(rig);
}

/* What we report ourselves: the port that is closed, the time that is over. */
Test(hook, our_own_errors_quote_what_came)
{
    for (unsigned i = 0; i < 2; i++) {
        struct v4_udp udp = {.src_port = 4000, .dst_port = 53, .data = {(const uint8_t *)"x", 1}};
        struct v4_ip ip = rig_header();
        struct rig *rig = open_router();
        struct v4_icmp icmp;

        add_rule(rig, i == 0 ? (struct v4_rule)TO_US : (struct v4_rule)TO_NEXT);
        ip.dst = SERVER;
        ip.ttl = 1;
        rig_udp(rig, ip, &udp);
        cr_assert(rig_out_icmp(rig, &ip, &icmp), "%u", i);
        cr_expect(icmp.type == (i == 0 ? V4_ICMP_UNREACHABLE : V4_ICMP_TIME_EXCEEDED));
        cr_expect(ip.dst == THEM && ip.src == (i == 0 ? SERVER : US), "%u", i);
        expect_original(icmp.data, i == 0 ? "closed" : "over");
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

/* Of what we send ourselves the destination is another, on another link, or it is we. */
Test(hook, what_we_send_is_sent_elsewhere)
{
    static const uint32_t targets[] = {NEXT, US};

    for (size_t i = 0; i < COUNT(targets); i++) {
        struct rig *rig = open_router();
        struct v4_send send;
        struct v4_event event;
        struct v4_udp udp;
        struct v4_ip ip;
        unsigned sock;
        uint16_t port;

        add(rig, AT(OUTPUT, .action = V4_RULE_DESTINATION, .dst = SERVER, .dst_len = 32,
                    .dst_port = 53, .to = targets[i], .to_port = 5300));
        cr_assert(v4_host_udp_bind(rig->host, 0, 5300, &sock, &port) == V4_OK);
        send = v4_host_udp_default(rig->host, sock, SERVER, OPTIONS('h', 'i'));
        cr_assert(v4_host_udp_send(rig->host, sock, &send, 53, rig->now) == V4_OK);
        bool away = targets[i] != US;
        cr_expect(out_udp(rig, &ip, &udp) == away && v4_host_event(rig->host, &event) == !away);
        cr_expect(!away || (rig->out_iface == 1 && ip.dst == NEXT && udp.dst_port == 5300));
        cr_expect(away || (event.kind == V4_EVENT_UDP && event.udp.data.len == 2));
        cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
        if (away)
            report(rig, &ip, NEXT, ip.src);
        if (away) {
            cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR &&
                      event.error.sock == sock);
            cr_expect(v4_ip_parse_quote(event.error.data, &ip) == V4_KEEP && ip.dst == SERVER);
        }
        rig_close(rig);
    }
}

Test(hook, users_see_another_source)
{
    struct rig *rig = open_router();
    struct v4_event event;
    unsigned sock;
    uint16_t port;

    add(rig, AT(INPUT, .action = V4_RULE_SOURCE, .src = THEM, .src_len = 32, .to = SERVER));
    cr_assert(v4_host_udp_bind(rig->host, 0, 53, &sock, &port) == V4_OK);
    send_udp(rig, US);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP &&
              event.udp.src == SERVER);
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

/* Each fragment has its new address, and the sum in the first is that of them all. */
Test(hook, fragments_fit_after_it)
{
    struct rig *rig = open_router();
    struct v4_ip ip = rig_header();
    struct v4_event event;
    uint8_t segment[24] = {0};
    unsigned sock;
    uint16_t port;

    add(rig, AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst = SERVER, .dst_len = 32, .to = US));
    cr_assert(v4_host_udp_bind(rig->host, 0, 53, &sock, &port) == V4_OK);
    struct v4_udp udp = {.src_port = 4000, .dst_port = 53, .data = {segment + 8, 16}};
    v4_udp_emit(&udp, THEM, SERVER, segment);
    ip.dst = SERVER;
    ip.protocol = V4_PROTOCOL_UDP;
    for (unsigned i = 0; i < 3; i++) {
        ip.offset = (uint16_t)i;
        ip.mf = i != 2;
        ip.data = (struct v4_span){segment + 8 * (size_t)i, 8};
        rig_ip(rig, &ip);
    }
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP &&
              event.udp.data.len == 16);
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

/* RFC1812-5.3.9-f: what one rule discards, and not what another does. */
Test(hook, a_rule_can_tell_what_it_discards)
{
    struct rig *rig = open_router();
    struct v4_event event;

    add(rig, DROP_AT(INPUT, .src_port = 4000, .log = true));
    add(rig, DROP_AT(INPUT, .protocol = V4_PROTOCOL_ICMP + 1));
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(!v4_host_event(rig->host, &event));
    send_udp(rig, US);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_LOG &&
              event.log.why == V4_DROP_FILTER_INPUT && event.log.data.len == 33);
    cr_expect(!v4_host_event(rig->host, &event));
    cr_assert(v4_host_set(rig->host, "log", 1) == V4_OK);
    send_udp(rig, US);
    cr_expect(v4_host_event(rig->host, &event) && !v4_host_event(rig->host, &event));
    rig_close(rig);
}

Test(hook, what_is_from_ourselves_comes_in_by_no_interface)
{
    struct rig *rig = open_router();
    struct v4_send ping = v4_send_default(US, OPTIONS(1, 2, 3));
    struct v4_event event;

    add(rig, DROP_AT(PREROUTING, .src = 0));
    add(rig, DROP_AT(INPUT, .in = 1));
    cr_expect(v4_host_echo_send(rig->host, 7, 1, &ping, rig->now) == V4_OK);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ECHO);
    add(rig, DROP_AT(INPUT, .src = 0));
    cr_expect(v4_host_echo_send(rig->host, 7, 2, &ping, rig->now) == V4_OK);
    cr_expect(!v4_host_event(rig->host, &event) && rig_reason(rig) == V4_DROP_FILTER_INPUT);
    rig_close(rig);
}

static const struct v4_rule wrong[] = {
    DROP_AT(FORWARD, .in = 3),
    DROP_AT(FORWARD, .out = 3),
    DROP_AT(INPUT, .out = 1),
    AT(FORWARD, .action = V4_RULE_REJECT, .code = 4),
    AT(FORWARD, .action = V4_RULE_REJECT, .code = 6),
    AT(FORWARD, .action = V4_RULE_REJECT, .code = 14),
    AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst_len = 32, .to = 0),
    AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst_len = 32, .to = V4_ADDR_ALL_HOSTS),
};

Test(hook, rules_are_of_what_there_is_and_end_with_a_reset)
{
    struct rig *rig = open_router();
    struct v4_rule rule = DROP_AT(FORWARD, .in = 2, .out = 2);

    for (size_t i = 0; i < COUNT(wrong); i++)
        cr_expect(v4_host_rule_add(rig->host, &wrong[i]) == V4_EINVAL, "%zu", i);
    add_rule(rig, rule);
    cr_expect(v4_host_rule_add(rig->host, &rule) == V4_EEXIST);
    for (unsigned port = 1; port < V4_RULES; port++)
        add(rig, DROP_AT(INPUT, .dst_port = (uint16_t)port));
    rule.in = 1;
    cr_expect(v4_host_rule_add(rig->host, &rule) == V4_ENOBUFS);
    cr_expect(v4_host_rule_remove(rig->host, &rule) == V4_ENOENT);
    rule.in = 2;
    cr_expect(v4_host_rule_remove(rig->host, &rule) == V4_OK);
    cr_expect(v4_host_rule_remove(rig->host, &rule) == V4_ENOENT);
    v4_host_reset(rig->host);
    cr_expect(v4_host_rule(rig->host, 0, NULL) == NULL);
    rig_close(rig);
}

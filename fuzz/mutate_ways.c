/* SPDX-License-Identifier: BSD-2-Clause */
#include "mutate_ways.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME 14
#define LINE 600
#define NAMES 26

/* Lines of a conversation. `A{x|y}` chooses for this conversation and is x or y there, `A` behind a
 * `$` is what was chosen; `{x|y}` chooses anew each time. What is no line of the upper tester's:
 *   arp HOST          a neighbour asks for us, and tells its MAC
 *   wait MS
 *   back WHICH REST   somebody says something to what was sent last (model/back.h)
 *   routers HOST SECONDS PREFERENCE COUNT   an advertisement, by that neighbour, of it and those
 * after ask HOST LENGTH   an echo request from a neighbour port HOST PORT LENGTH   a datagram of
 * UDP */
static const char *const conversations[] = {
    /* Which of several routes is taken. */
    "arp {1|9}\narp 9\narp 20\n"
    "add kind=route net=$D{203.0.113.0|203.0.113.0|192.0.2.0|0.0.0.0|128.0.0.0|203.0.113.128} "
    "len={24|25|8|16|0|1|23|32|26} gateway=198.18.0.9{| preference=3| tos=16| tos=8}\n"
    "add kind=route net=$D len={24|25|8|16|0|1|23|32|26|27} gateway=198.18.0.{9|20|20}{| "
    "preference=1| "
    "preference=7| tos=16}{| type=unreachable| type=prohibit| type=blackhole}\n"
    "ip.send dst=$T{203.0.113.1|203.0.113.130|203.0.113.1|192.0.2.9|203.0.112.1|130.1.2.3} "
    "protocol=253 "
    "data=01{| tos=16| tos=176| tos=8}\n"
    "{list kind=route|get name=source dst=$T|echo.send dst=$T id=3 seq=1 data=61{| tos=16}}\n"
    "{sync|del kind=route net=$D len=24|del kind=route net=$D len=24 gateway=198.18.0.9|list "
    "kind=route}\n"
    "ip.send dst=$T protocol=253 data=02{| tos=16}\nlist kind=route\n",
    /* Routes that are refused, and the same once more. */
    "add kind=route net=203.0.113.{0|7} len={24|25} gateway=198.18.{0.9|0.2|64.65|15.255|16.1}{| "
    "iface=1| iface=0}\n"
    "add kind=route net=203.0.113.{0|9} len={24|25} gateway=198.18.{0.9|0.20|64.65}{| tos=16| "
    "preference=1}\n"
    "list kind=route\ndel kind=route net=203.0.113.{0|5} len={24|25} "
    "gateway=198.18.{0.9|0.20|64.65}\n"
    "list kind=route\nip.send dst=203.0.113.{1|200} protocol=253 data=0102\n",
    /* Routes that send nothing. */
    "arp 1\nadd kind=route net=203.0.113.0 len={24|32|25} type={unreachable|prohibit|blackhole}\n"
    "{udp.bind port=4000|sync}\n"
    "{ip.send dst=203.0.113.{0|1|129} protocol=253 data=01|udp.send sock=1 dst=203.0.113.1 dport=9 "
    "data=61|"
    "echo.send dst=203.0.113.1 id=1 seq=1 data=61}\nget name={source|pmtu} dst=203.0.113.1\n",
    /* By the other interface. */
    "arp 65\nadd kind=route net=203.0.113.0 len=24 gateway=198.18.64.65\n"
    "ip.send dst=203.0.113.1 protocol=253 data=01{| src=198.18.0.2| src=198.18.64.66| "
    "src=127.0.0.1| src=198.18.0.9}\n"
    "get name=source dst={203.0.113.1|198.18.64.70|192.0.2.1}\n"
    "set name=strong-host value=1\n"
    "ip.send dst=203.0.113.1 protocol=253 data=02{| src=198.18.0.2| src=198.18.64.66}\n",
    /* Redirects about what was sent. */
    "arp 1\narp $G{9|20}\n{sync|sync|set name=strong-host value=1|set name=accept-redirects "
    "value=0}\n"
    "{udp.bind port=4000|sync}\n"
    "{udp.send sock=1 dst=$T{203.0.113.1|192.0.2.9|198.18.0.77} dport=9 data=61|ip.send dst=$T "
    "protocol=253 "
    "data=0102030405060708{| tos=16}}\n"
    "back {11|11|12|13} {3323068425|3323068436|3323068425|3323068418|3323084865|3405803785}\n"
    "ip.send dst=$T protocol=253 data=02{| tos=16| src=198.18.64.66}\nip.send dst={203.0.113.2|$T} "
    "protocol=253 data=03\n"
    "{wait 60000|sync}\n{wait 65535|sync}\n{back 11 3323068436|back 12 3323068417|sync}\n"
    "{arp $G|sync}\nip.send dst=$T protocol=253 data=04\n",
    /* A redirect from somebody who is not asked. */
    "arp 1\narp 9\nip.send dst=198.18.0.9 protocol=253 data=0102030405060708\nback 11 3323068436\n"
    "ip.send dst=203.0.113.1 protocol=253 data=0102030405060708\narp 20\nback {11|27} 3323068436\n"
    "ip.send dst=203.0.113.1 protocol=253 data=02\n",
    /* Several redirects, for more than one destination. */
    "arp 1\narp 9\narp 20\nip.send dst=203.0.113.1 protocol=253 data=0102030405060708\nback 11 "
    "3323068425\n"
    "ip.send dst=203.0.113.{2|1|129} protocol=253 data=0102030405060708\nback 11 3323068436\n"
    "ip.send dst=192.0.2.{9|10} protocol=253 data=0102030405060708\nback 11 33230684{25|36}\n"
    "ip.send dst=203.0.113.1 protocol=253 data=02\nip.send dst=203.0.113.2 protocol=253 data=03\n"
    "wait 65535\nwait 65535\nwait 65535\nwait 65535\nwait 65535\nwait 65535\nwait 65535\nwait "
    "65535\nwait 65535\n"
    "{wait 10000|wait 10300|sync}\narp 1\narp 9\narp 20\nip.send dst=203.0.113.1 protocol=253 "
    "data=02\n",
    /* A gateway of a redirect that nobody answers for. */
    "arp 1\n{arp 20|sync}\nip.send dst=203.0.113.2 protocol=253 data=0102030405060708\nback 11 "
    "3323068436\n"
    "ip.send dst=203.0.113.1 protocol=253 data=0102030405060708\nback 11 3323068425\n"
    "ip.send dst=203.0.113.1 protocol=253 data=02\nwait 1000\nwait 1000\nwait {1000|1500}\n"
    "ip.send dst=203.0.113.1 protocol=253 data=03\nip.send dst=203.0.113.2 protocol=253 data=03\n",
    /* Dead gateways by bad advice, and what makes them live again. */
    "arp 1\narp 9\n{add kind=route net=0.0.0.0 len=0 gateway=198.18.0.9{| preference=1}|sync|add "
    "kind=route "
    "net=203.0.113.0 len=24 gateway=198.18.0.9}\n"
    "{add kind=advice dst=203.0.113.1 good=0|add kind=advice dst=203.0.113.1 good=0|add "
    "kind=advice dst=198.18.0.1 good=0}\n"
    "ip.send dst=$T{203.0.113.1|192.0.2.9} protocol=253 data=01\n{sync|ip.send dst=$T protocol=253 "
    "data=09|back 17 0|add kind=advice dst=203.0.113.1 good={0|1}}\n"
    "wait {1000|1000|999}\n{arp 1|sync|sync|back 16 0|back 30 0}\nip.send dst=$T protocol=253 "
    "data=02\nwait 1000\n{sync|add kind=advice dst=203.0.113.1 good=0}\n"
    "{sync|sync|echo.send dst=198.18.0.1 id=7 seq=1 data=61\nback 30 0}\nip.send dst=$T "
    "protocol=253 data=03\nwait {999|500|1}\n"
    "ip.send dst=$T protocol=253 data=04\nwait {1|1000}\nip.send dst=$T protocol=253 "
    "data=05\nip.send dst=$T protocol=253 data=06\n"
    "{wait 500|wait 65535\nwait 65535\nwait 65535\nwait 65535\nwait "
    "{36860|38860|35800|37860}}\narp 9\nip.send dst=$T protocol=253 data=07\n",
    /* Nobody answers for the gateway, or for a neighbour that is none. */
    "{arp 20|sync|arp 9}\n{add kind=route net=0.0.0.0 len=0 gateway=198.18.0.{9|20}{| "
    "preference=1}|sync}\n"
    "ip.send dst={203.0.113.1|203.0.113.1|198.18.0.77} protocol=253 data=01\nwait 1000\nwait "
    "1000\nwait 1000\n"
    "ip.send dst=203.0.113.1 protocol=253 data=02\n{arp 1|wait 1000|sync}\nip.send dst=203.0.113.1 "
    "protocol=253 data=03\n",
    /* Routers that say so themselves. */
    "set name=router-discovery iface={0|0|0|1} value=1\n{wait 1100|sync|set "
    "name=solicitation-address iface=0 value=255.255.255.255}\n"
    "arp $G{9|20}\n{wait 1000|sync}\n{wait 5000|sync}\nrouters $G {1800|30|0|3} "
    "{0|1|4294967295|2147483648|2147483647} {1|1|2}\n"
    "{del kind=route net=0.0.0.0 len=0 gateway=198.18.0.1|sync|routers {9|20} {1800|20} "
    "{0|5|4294967290} 1}\n"
    "list kind=route\nip.send dst=203.0.113.1 protocol=253 data=01\n{wait 3000|wait 2999|wait "
    "20000|wait 30000|wait 29999|wait 60000}\n"
    "{arp $G|sync|routers $G 0 0 1|set name=router-discovery iface={0|1} value=0}\nlist "
    "kind=route\nip.send dst=203.0.113.1 protocol=253 data=02\n",
    "routers $G{9|1|20} 1800 {0|5} {1|2|3}\nlist kind=route\nset name=router-discovery iface={0|1} "
    "value=1\n"
    "{wait 9000|wait 2500|wait 4000|sync}\nrouters {1|$G} {3|1800} {0|5} {1|2|19}\nwait 1\nlist "
    "kind=route\n{wait 3000|sync}\nlist kind=route\n"
    "set name=router-discovery iface={0|1} value=0\nlist kind=route\n",
    /* Paths that are narrow. */
    "arp 1\nip.send dst=$T{203.0.113.1|192.0.2.9|203.0.113.2} protocol=253 "
    "data=$L{01020304050607080910|0102030405060708} df=1 id=$I{7|9}\n"
    "back {4|4|4|3} {576|0|68|296|1492|1499|1500|1|67|1400|37748736}\n"
    "get name={pmtu|mms-s} dst=$T\nget name=pmtu dst={203.0.113.1|203.0.113.2|198.18.0.1}\nlist "
    "kind=path\n",
    "arp 1\n{udp.bind port=4000|udp.bind port=4000|set name=pmtu-age value={0|1|120|300}}\n{add "
    "kind=path dst=203.0.113.1 mtu={68|300|1400|1500|2000|65535}|sync|sync}\n"
    "{ip.send dst=$T{203.0.113.1|203.0.113.1|192.0.2.9} protocol=253 df={1|1|0|2} data=$B|udp.send "
    "sock=1 dst=$T dport=9 df={1|1|0|2} data=$B}\n"
    "back {4|4|5} {576|0|68|296|1492|1006|1007|508|0|600|1400}\nget name=pmtu dst=$T\n"
    "{ip.send dst=$T protocol=253 data=$B{| df=0| df=1| df=2}{| options=01010101| "
    "options=94040000| options=8807c61200094400}|udp.send sock=1 dst=$T dport=9 data=$B{| df=0| "
    "df=1| df=2}}\n"
    "{back 4 {576|0|68|296|1400}|sync|set name=pmtu-discovery value=0|del kind=path "
    "dst=203.0.113.1|add kind=path dst=$T mtu=900}\n"
    "get name={pmtu|mms-s} dst=$T\nlist kind=path\n"
    "{wait 65535|sync}\n{wait 60000|sync}\n{wait 65535\nwait 65535\nwait 65535\nwait 65535\nwait "
    "65535\nwait 65535\nwait 65535\nwait 65535\nwait 65535|sync}\n"
    "{wait 10185|wait 10184|wait 10186|wait 65535}\nlist kind=path\nget name=pmtu dst=$T\n{wait "
    "60000\nwait 60001\nget name=pmtu dst=$T\nlist kind=path|sync}\n",
    /* Cut for a link, with and without options. */
    "arp {1|9}\nset name=mtu iface=0 value={68|576|100|92|1499|300|75}\nudp.bind port=4000\n"
    "{udp.send sock=1 dst=198.18.0.{1|9|1} dport=9 data=$B{| options=0707040000000000| "
    "options=01010101| options=9404000007070400|"
    " options=8807c612000944080500000000000000}{| df=0| df=1}|ip.send dst=198.18.0.1 protocol=253 "
    "data=$B{| id=5| ttl=3| tos=16}{| df=0| df=1}}\n"
    "ask {1|9} {8|400|1400|65|56}\n{udp.send sock=1 dst=255.255.255.255 dport=9 data=$B|udp.send "
    "sock=1 dst=198.18.15.255 dport=9 data=$B|sync}\n",
    /* Identifications: of many destinations, and of one. */
    "arp 1\nip.send dst=203.0.113.1 protocol=253 data=01 df=0\nip.send dst=203.0.113.2 "
    "protocol=253 data=02 df=0\n"
    "ip.send dst=203.0.113.{3|1} protocol=253 data=03 df=0\nip.send dst=203.0.113.{4|2} "
    "protocol=253 data=04 df=0\n"
    "ip.send dst=203.0.113.{5|1} protocol=253 data=05 df=0\nip.send dst=203.0.113.{6|2} "
    "protocol=253 data=06 df=0\n",
    /* How many errors there are of a second. */
    "arp 1\narp 9\nset name=icmp-rate value={1|2|3}\nport {1|9} 7 12\nport 1 7 12\nport 1 7 "
    "12\nport {1|9} 7 12\nport 9 7 12\n"
    "wait {333|500|499|1000|100|3000}\nport 1 7 12\nport 1 7 12\nport {1|9} 7 12\nport {1|9} 7 "
    "12\n",
    "set name=icmp-rate value=1\narp 1\narp 2{0|1}\narp 9\narp 3{0|1}\narp 40\narp 41\narp 42\narp "
    "43\narp 44\narp 45\narp 46\narp 47\n"
    "port 1 7 12\nport 9 7 12\nport 20 7 12\nport 21 7 12\nport 30 7 12\nport 31 7 12\nport 40 7 "
    "12\nport 41 7 12\nport 42 7 12\n"
    "port 43 7 12\nport 44 7 12\nport 45 7 12\nport 46 7 12\nport 47 7 12\n",
    /* Ports, peers, broadcasts: who may send to whom. */
    "arp 1\nudp.bind port=0\nudp.bind port=0\nudp.bind port=0\nudp.send sock={1|2} dst=198.18.0.1 "
    "dport=9 data=61{| ttl=9| tos=8| df=0}\n",
    "arp 1\narp 9\nudp.bind port=4000\nset name={broadcast|peer|peer-port|checksum|ttl|tos|df} "
    "sock=1 value={0|1|198.18.0.1|9|2}\n"
    "udp.send sock=1 dst={198.18.0.1|198.18.0.9|198.18.15.255|255.255.255.255|198.18.64.127} "
    "dport={9|10} data=6162\n",
    "ip.bind protocol=253\nset name=broadcast sock=1 value={0|1}\n"
    "ip.send sock=1 dst={198.18.0.1|198.18.15.255|255.255.255.255|198.18.64.127} "
    "protocol={253|253|254} data=6162\n",
    /* With the user's own header. */
    "arp 1\nip.packet "
    "data=450{0|0|8}00{18|00|19}{0000|0007|1234}{0000|4000|8000|2000|0001}40{fd|11}{0000|0000|1111}"
    "{c6120002|00000000|7f000001|c6120009}"
    "{c6120001|cb007101|7f000001|c6120002}{61626364|61626364|0fa0000900040000}\n",
    /* To ourselves. */
    "udp.bind port=4000{| addr=198.18.0.2| addr=127.0.0.1}\nudp.send sock=1 "
    "dst={198.18.0.2|198.18.64.66|127.0.0.1|127.9.9.9} dport={4000|9} data={61|$B}\n"
    "{echo.send dst={198.18.64.66|127.0.0.1|198.18.0.2} id=1 seq=1 data=61|sync}\nip.send "
    "dst={198.18.0.1|203.0.113.1} protocol=253 data=61 src={127.0.0.1|198.18.0.2}\n",
};

struct talk {
    struct draft *draft;
    size_t at; /* where its next record goes */
    char names[NAMES][LINE];
};

struct text {
    char *to;
    size_t len, room;
};

static void put(struct text *text, const char *from, size_t len)
{
    if (len > text->room - text->len - 1)
        len = text->room - text->len - 1;
    memcpy(text->to + text->len, from, len);
    text->len += len;
    text->to[text->len] = '\0';
}

/* The end of what a brace begins. */
static const char *end_of(const char *at)
{
    size_t depth = 1;

    for (; *at != '\0'; at++) {
        depth += *at == '{';
        depth -= *at == '}';
        if (depth == 0)
            break;
    }
    return at;
}

/* The next `|` that belongs to no inner brace; `end` where there is none. */
static const char *bar_in(const char *at, const char *end)
{
    while (at < end && *at != '|')
        at = *at == '{' ? end_of(at + 1) + 1 : at + 1;
    return at < end ? at : end;
}

static void expand(struct talk *talk, struct text *text, const char *from, const char *end);

static void choose(struct talk *talk, struct text *text, const char *from, const char *end)
{
    size_t count = 1;

    for (const char *at = bar_in(from, end); at < end; at = bar_in(at + 1, end))
        count++;
    for (size_t skip = draft_below(talk->draft, count); skip > 0; skip--)
        from = bar_in(from, end) + 1;
    expand(talk, text, from, bar_in(from, end));
}

/* Octets in hex, of a length from the edges. */
static void put_octets(struct talk *talk, struct text *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = DRAFT_ONE_OF(talk->draft, 20, 48, 49, 80, 200, 276, 277, 280);

    for (size_t i = 0; i < len; i++)
        put(text, (const char[]){digits[i * 7 / 16 % 16], digits[i * 7 % 16]}, 2);
}

/* `$X`: what X is, or, with a brace behind it, what it is from here on. */
static const char *put_name(struct talk *talk, struct text *text, const char *at)
{
    char *name = talk->names[(*at - 'A') % NAMES];
    struct text chosen = {name, 0, LINE};

    if (*at == 'B')
        put_octets(talk, text);
    else if (at[1] == '{') {
        choose(talk, &chosen, at + 2, end_of(at + 2));
        at = end_of(at + 2);
    }
    if (name[0] != '\0')
        put(text, name, strlen(name));
    return at + 1;
}

static void expand(struct talk *talk, struct text *text, const char *from, const char *end)
{
    while (from < end && *from != '\0') {
        if (*from == '{') {
            const char *last = end_of(from + 1);
            choose(talk, text, from + 1, last);
            from = last + 1;
        } else if (*from == '$' && from[1] >= 'A' && from[1] <= 'Z') {
            from = put_name(talk, text, from + 1);
        } else {
            put(text, from++, 1);
        }
    }
}

static struct draft_record *add(struct talk *talk, struct draft_record record)
{
    return draft_insert(talk->draft, talk->at++, &record);
}

/* The neighbour with that number: from 64 on those of the second link. */
static unsigned iface_of(unsigned host)
{
    return host > 64 && host < 119;
}

static uint32_t address_of(unsigned host)
{
    return iface_of(host) ? 0xc6124000 | host : 0xc6120000 | host;
}

static uint32_t self_on(unsigned iface)
{
    return iface ? 0xc6124042 : 0xc6120002;
}

static void arp(struct talk *talk, unsigned host)
{
    unsigned iface = iface_of(host);
    uint8_t octets[42] = {0xff,          0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, (uint8_t)iface,
                          (uint8_t)host, 8,    6,    0,    1,    8,    0, 6, 4, 0, 1};
    struct draft_record *frame =
        add(talk, (struct draft_record){.is = {.kind = SCRIPT_FRAME, .interface = (uint8_t)iface}});

    memcpy(octets + 22, octets + 6, 6);
    v4_put32(octets + 28, address_of(host));
    v4_put32(octets + 38, self_on(iface));
    if (frame != NULL && draft_resize(talk->draft, frame, sizeof octets))
        memcpy(frame->octets, octets, sizeof octets);
}

/* A packet from that neighbour, without its sums. */
static struct draft_record *packet(struct talk *talk, unsigned host, uint8_t protocol, size_t data)
{
    unsigned iface = iface_of(host);
    struct draft_record *frame = draft_new_packet(talk->draft, talk->at++, 20 + data);

    if (frame == NULL)
        return NULL;
    frame->is.interface = (uint8_t)iface;
    frame->octets[4] = frame->octets[10] = (uint8_t)iface;
    frame->octets[11] = (uint8_t)host;
    packet_of(frame)[9] = protocol;
    v4_put16(packet_of(frame) + 4, (uint16_t)draft_below(talk->draft, 65536));
    v4_put32(packet_of(frame) + 12, address_of(host));
    v4_put32(packet_of(frame) + 16, self_on(iface));
    memset(packet_of(frame) + 20, 0, data);
    return frame;
}

/* RFC 1256: to all hosts. */
static void routers(struct talk *talk, unsigned host, unsigned seconds, uint32_t preference,
                    unsigned count)
{
    struct draft_record *frame = packet(talk, host, 1, 8 + 8 * (size_t)count);

    if (frame == NULL)
        return;
    static const uint8_t all[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};
    uint8_t *message = packet_of(frame) + 20;
    memcpy(frame->octets, all, 6);
    v4_put32(packet_of(frame) + 16, 0xe0000001);
    message[0] = 9;
    message[4] = (uint8_t)count;
    message[5] = 2;
    v4_put16(message + 6, (uint16_t)seconds);
    for (unsigned i = 0; i < count; i++) {
        v4_put32(message + 8 + 8 * i, address_of(host) + i);
        v4_put32(message + 12 + 8 * i, preference + i);
    }
}

static void ask(struct talk *talk, unsigned host, size_t len)
{
    struct draft_record *frame = packet(talk, host, 1, len);

    if (frame != NULL)
        packet_of(frame)[20] = 8;
}

static void port(struct talk *talk, unsigned host, unsigned number, size_t len)
{
    struct draft_record *frame = packet(talk, host, 17, len);

    if (frame == NULL)
        return;
    v4_put16(packet_of(frame) + 20, 40000);
    v4_put16(packet_of(frame) + 22, (uint16_t)number);
    v4_put16(packet_of(frame) + 24, (uint16_t)len);
}

static void say(struct talk *talk, const char *line, size_t len)
{
    struct draft_record *record = add(talk, (struct draft_record){.is = {.kind = SCRIPT_OP}});

    if (record != NULL && draft_resize(talk->draft, record, len))
        memcpy(record->octets, line, len);
}

static void play(struct talk *talk, const char *line, size_t len)
{
    unsigned n[4] = {0};
    char text[LINE];

    snprintf(text, sizeof text, "%.*s", (int)len, line);
    if (sscanf(text, "arp %u", n) == 1)
        arp(talk, n[0]);
    else if (sscanf(text, "wait %u", n) == 1)
        add(talk,
            (struct draft_record){.is = {.kind = SCRIPT_ADVANCE, .milliseconds = (uint16_t)n[0]}});
    else if (sscanf(text, "back %u %u", n, n + 1) == 2)
        add(talk,
            (struct draft_record){
                .is = {.kind = SCRIPT_INTERFACE, .prefix_len = (uint8_t)n[0], .address = n[1]}});
    else if (sscanf(text, "routers %u %u %u %u", n, n + 1, n + 2, n + 3) == 4)
        routers(talk, n[0], n[1], n[2], n[3]);
    else if (sscanf(text, "ask %u %u", n, n + 1) == 2)
        ask(talk, n[0], n[1]);
    else if (sscanf(text, "port %u %u %u", n, n + 1, n + 2) == 3)
        port(talk, n[0], n[1], n[2]);
    else
        say(talk, line, len);
}

void mutate_ways(struct draft *draft)
{
    static char lines[1 << 14];
    static struct talk talk;
    struct text text = {lines, 0, sizeof lines};
    const char *whole =
        conversations[draft_below(draft, sizeof conversations / sizeof *conversations)];

    talk = (struct talk){.draft = draft, .at = draft_below(draft, draft->count + 1)};
    expand(&talk, &text, whole, whole + strlen(whole));
    for (const char *line = lines; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        play(&talk, line, len);
        line += len + (line[len] == '\n');
    }
}

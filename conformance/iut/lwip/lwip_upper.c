/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip_upper.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/raw.h"
#include "lwip/stats.h"
#include "lwip/udp.h"
#include "lwip_config.h"
#include "lwip_groups.h"
#include "lwip_request.h"

#define IP_DATA_MAX (65535 - 20)
#define QUAD "%u.%u.%u.%u"
#define QUAD_OF(a) ip4_addr1(a), ip4_addr2(a), ip4_addr3(a), ip4_addr4(a)

static bool vtime;
static struct sock *socks;
static unsigned last_number;
static struct raw_pcb *pings; /* hears echo replies, from the first echo.send on */
static FILE *lines;           /* the events so far */
static char *lines_text;
static size_t lines_len;

static FILE *out(void)
{
    if (lines == NULL)
        lines = open_memstream(&lines_text, &lines_len);
    return lines;
}

/* What every event says of the datagram that lwIP is delivering: `p` from its octet `from` on. */
static void write_datagram(struct pbuf *p, u16_t from)
{
    const struct ip_hdr *ip = ip4_current_header();

    fprintf(out(),
            " src=" QUAD " dst=" QUAD " ttl=%u tos=%u options=", QUAD_OF(ip4_current_src_addr()),
            QUAD_OF(ip4_current_dest_addr()), IPH_TTL(ip), IPH_TOS(ip));
    for (u16_t i = IP_HLEN; i < IPH_HL_BYTES(ip); i++)
        fprintf(out(), "%02x", ((const u8_t *)ip)[i]);
    fputs(" data=", out());
    for (u32_t i = from; i < p->tot_len; i++)
        fprintf(out(), "%02x", pbuf_get_at(p, (u16_t)i));
    fputc('\n', out());
}

static void udp_arrived(void *context, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *src,
                        u16_t sport)
{
    const struct sock *sock = context;

    (void)src;
    fprintf(out(), "* udp.recv sock=%u sport=%u dport=%u", sock->number, sport, pcb->local_port);
    write_datagram(p, 0);
    pbuf_free(p);
}

static u8_t ip_arrived(void *context, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *src)
{
    const struct sock *sock = context;

    (void)src;
    fprintf(out(), "* ip.recv sock=%u protocol=%u", sock->number, pcb->protocol);
    write_datagram(p, IPH_HL_BYTES(ip4_current_header()));
    return 0; /* we only looked: it goes on to its protocol */
}

/* lwIP has no user of echo replies but whoever opens a raw socket, as its own example of a ping
 * does. Such a user verifies the checksum himself. */
static u8_t echo_arrived(void *context, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *src)
{
    u16_t at = IPH_HL_BYTES(ip4_current_header());

    (void)context, (void)pcb, (void)src;
    if (p->tot_len < at + sizeof(struct icmp_echo_hdr) || pbuf_get_at(p, at) != ICMP_ER)
        return 0;
    pbuf_remove_header(p, at);
    u16_t sum = inet_chksum_pbuf(p);
    pbuf_add_header(p, at);
    if (sum != 0)
        return 0;
    fprintf(out(), "* echo.recv id=%u seq=%u", pbuf_get_at(p, at + 4) << 8 | pbuf_get_at(p, at + 5),
            pbuf_get_at(p, at + 6) << 8 | pbuf_get_at(p, at + 7));
    write_datagram(p, at + (u16_t)sizeof(struct icmp_echo_hdr));
    return 0;
}

static const char *code_of(err_t err)
{
    switch (err) {
    case ERR_OK:
        return NULL;
    case ERR_USE:
        return "EADDRINUSE";
    case ERR_RTE:
        return "ENETUNREACH";
    case ERR_MEM:
    case ERR_BUF:
        return "ENOBUFS";
    case ERR_VAL:
    case ERR_ARG:
        return "EINVAL";
    default:
        return "EIO";
    }
}

FILE *upper_events(void)
{
    return out();
}

struct sock *upper_sock(unsigned number)
{
    struct sock *sock = socks;

    while (sock != NULL && sock->number != number)
        sock = sock->next;
    return sock;
}

static struct sock *new_sock(struct request *r)
{
    struct sock *sock = calloc(1, sizeof *sock);

    sock->number = ++last_number;
    sock->next = socks;
    fprintf(r->reply, " sock=%u", sock->number);
    return socks = sock;
}

static const char *close_sock(struct sock **at)
{
    struct sock *sock = *at;

    if (sock == NULL)
        return "EBADF";
    *at = sock->next;
    groups_leave(sock);
    if (sock->udp != NULL)
        udp_remove(sock->udp);
    if (sock->raw != NULL)
        raw_remove(sock->raw);
    free(sock);
    return NULL;
}

/* Where the socket is linked; that place is empty when there is none. */
static struct sock **find(const struct request *r, bool udp)
{
    struct sock **at = &socks;

    while (*at != NULL && ((*at)->number != r->value[SOCK].number || ((*at)->udp != NULL) != udp))
        at = &(*at)->next;
    return at;
}

/* Sends `data` behind `room` octets that the caller fills; by `udp`, or else by `raw`. */
static const char *transmit(const struct request *r, struct udp_pcb *udp, struct raw_pcb *raw,
                            u16_t room, void (*fill)(const struct request *r, struct pbuf *p))
{
    struct ip_pcb *pcb = udp != NULL ? (struct ip_pcb *)udp : (struct ip_pcb *)raw, was = *pcb;
    u8_t *group_ttl = udp != NULL ? &udp->mcast_ttl : &raw->mcast_ttl, group_ttl_was = *group_ttl;
    size_t len = room + r->value[DATA].len;

    if (r->value[DF].number || r->value[OPTIONS].len)
        return "EOPNOTSUPP"; /* lwIP has no way to ask for either */
    if (len > IP_DATA_MAX - (udp != NULL ? sizeof(struct udp_hdr) : 0u))
        return "EMSGSIZE";

    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)len, PBUF_RAM);
    if (p == NULL)
        return "ENOBUFS";
    pbuf_take_at(p, r->value[DATA].octets, (u16_t)r->value[DATA].len, room);
    if (fill != NULL)
        fill(r, p);
    if (r->given & BIT(SRC))
        pcb->local_ip = r->value[SRC].address;
    if (r->given & BIT(TTL))
        pcb->ttl = *group_ttl = (u8_t)r->value[TTL].number;
    if (r->given & BIT(TOS))
        pcb->tos = (u8_t)r->value[TOS].number;
    err_t err = udp != NULL
                    ? udp_sendto(udp, p, &r->value[DST].address, (u16_t)r->value[DPORT].number)
                    : raw_sendto(raw, p, &r->value[DST].address);
    *pcb = was;
    *group_ttl = group_ttl_was;
    pbuf_free(p);
    if (err == ERR_VAL && !ip_get_option(pcb, SOF_BROADCAST))
        return "EPERM";
    return code_of(err);
}

static const char *hello(struct request *r)
{
    if (r->value[VERSION].number != 1)
        return "EINVAL";
    fprintf(r->reply,
            " version=1 name=lwip release=" LWIP_RELEASE
            " caps=udp,ip,echo,counters,udp-options,udp-ttl" CONFIG_NAMES
            "%s lacks=icmp-errors,options",
            vtime ? ",vtime" : "");
    return NULL;
}

static const char *reset(struct request *r)
{
    postel_iut_reset(r->iut);
    return NULL;
}

static const char *sync_(struct request *r)
{
    (void)r; /* lwIP delivers within postel_iut_input() */
    return NULL;
}

/* Those that lwIP has of RFC 1213's groups, by their names. */
static void counters_of_1213(struct request *r)
{
#define OF(group, name, member)                                                                    \
    {                                                                                              \
#group #name, &lwip_stats.mib2.group##member                                               \
    }
    static const struct {
        const char *name;
        const u32_t *count;
    } rows[] = {
#include "lwip_mib.def"
    };
#undef OF

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (*rows[i].count != 0)
            fprintf(r->reply, " %s=%" PRIu32, rows[i].name, *rows[i].count);
}

static const char *counters(struct request *r)
{
    static const char *const field[] = {"xmit",    "recv",   "fw",     "drop",
                                        "chkerr",  "lenerr", "memerr", "rterr",
                                        "proterr", "opterr", "err",    "cachehit"};
    const struct {
        const char *name;
        const struct stats_proto *proto;
    } group[] = {{"link", &lwip_stats.link},       {"etharp", &lwip_stats.etharp},
                 {"ip_frag", &lwip_stats.ip_frag}, {"ip", &lwip_stats.ip},
                 {"icmp", &lwip_stats.icmp},       {"udp", &lwip_stats.udp}};

    _Static_assert(sizeof(struct stats_proto) ==
                       sizeof field / sizeof *field * sizeof(STAT_COUNTER),
                   "a name each");
    for (size_t g = 0; g < sizeof group / sizeof *group; g++)
        for (size_t f = 0; f < sizeof field / sizeof *field; f++) {
            STAT_COUNTER count = (&group[g].proto->xmit)[f];

            if (count != 0)
                fprintf(r->reply, " %s.%s=%" PRIu32, group[g].name, field[f], count);
        }
    groups_counters(r);
    counters_of_1213(r);
    return NULL;
}

static const char *udp_bind_(struct request *r)
{
    struct udp_pcb *pcb = udp_new();
    err_t err = udp_bind(pcb, &r->value[ADDR].address, (u16_t)r->value[PORT].number);

    if (err != ERR_OK) {
        udp_remove(pcb);
        return code_of(err);
    }
    struct sock *sock = new_sock(r);
    sock->udp = pcb;
    ip_set_option(pcb, SOF_BROADCAST); /* until somebody sets it otherwise */
    udp_recv(pcb, udp_arrived, sock);
    if (r->value[PORT].number == 0)
        fprintf(r->reply, " port=%u", pcb->local_port);
    return NULL;
}

static const char *udp_send_(struct request *r)
{
    struct sock *sock = *find(r, true);

    return sock == NULL ? "EBADF" : transmit(r, sock->udp, NULL, 0, NULL);
}

static const char *udp_close(struct request *r)
{
    return close_sock(find(r, true));
}

static const char *ip_bind(struct request *r)
{
    struct sock *sock = new_sock(r);

    sock->raw = raw_new((u8_t)r->value[PROTOCOL].number);
    raw_recv(sock->raw, ip_arrived, sock);
    return NULL;
}

static const char *ip_send(struct request *r)
{
    if (r->given & BIT(ID))
        return "EOPNOTSUPP"; /* lwIP counts them itself */

    struct raw_pcb *pcb = raw_new((u8_t)r->value[PROTOCOL].number);
    ip_set_option(pcb, SOF_BROADCAST);
    const char *error = transmit(r, NULL, pcb, 0, NULL);
    raw_remove(pcb);
    return error;
}

static const char *ip_close(struct request *r)
{
    return close_sock(find(r, false));
}

static void fill_echo(const struct request *r, struct pbuf *p)
{
    struct icmp_echo_hdr *echo = p->payload;

    *echo = (struct icmp_echo_hdr){.type = ICMP_ECHO,
                                   .id = lwip_htons((u16_t)r->value[ID].number),
                                   .seqno = lwip_htons((u16_t)r->value[SEQ].number)};
    echo->chksum = inet_chksum_pbuf(p);
}

static const char *echo_send(struct request *r)
{
    if (pings == NULL) {
        pings = raw_new(IP_PROTO_ICMP);
        ip_set_option(pings, SOF_BROADCAST);
        raw_recv(pings, echo_arrived, NULL);
    }
    return transmit(r, NULL, pings, sizeof(struct icmp_echo_hdr), fill_echo);
}

#define ITEM_KEYS                                                                                  \
    (BIT(IFACE) | BIT(ADDR) | BIT(LEN) | BIT(PRIMARY) | BIT(DEPRECATED) | BIT(NET) |               \
     BIT(GATEWAY) | BIT(PREFERENCE) | BIT(TOS) | BIT(TYPE) | BIT(MACADDR) | BIT(DST) | BIT(GOOD) | \
     BIT(SOCK))

static const struct {
    const char *name;
    const char *(*run)(struct request *r); /* an error's code, or NULL */
    unsigned need, may;
} operations[] = {
    {"hello", hello, BIT(VERSION), 0},
    {"reset", reset, 0, 0},
    {"sync", sync_, 0, 0},
    {"counters", counters, 0, 0},
    {"udp.bind", udp_bind_, BIT(PORT), BIT(ADDR)},
    {"udp.send", udp_send_, BIT(SOCK) | BIT(DST) | BIT(DPORT) | BIT(DATA),
     BIT(SRC) | BIT(TTL) | BIT(TOS) | BIT(DF) | BIT(OPTIONS)},
    {"udp.close", udp_close, BIT(SOCK), 0},
    {"ip.bind", ip_bind, BIT(PROTOCOL), 0},
    {"ip.send", ip_send, BIT(DST) | BIT(PROTOCOL) | BIT(DATA),
     BIT(SRC) | BIT(TTL) | BIT(TOS) | BIT(DF) | BIT(ID) | BIT(OPTIONS)},
    {"ip.close", ip_close, BIT(SOCK), 0},
    {"set", config_set, BIT(NAME) | BIT(VALUE), BIT(IFACE) | BIT(SOCK)},
    {"get", config_get, BIT(NAME), BIT(IFACE) | BIT(SOCK) | BIT(DST)},
    {"add", config_add, BIT(KIND), ITEM_KEYS},
    {"del", config_del, BIT(KIND), ITEM_KEYS},
    {"list", config_list, BIT(KIND), BIT(IFACE)},
    {"echo.send", echo_send, BIT(DST) | BIT(ID) | BIT(SEQ) | BIT(DATA),
     BIT(SRC) | BIT(TTL) | BIT(TOS)},
};

static const char *perform(struct request *r, char *rest)
{
    const char *name = strtok_r(NULL, " ", &rest);
    size_t n = 0, count = sizeof operations / sizeof *operations;

    while (n < count && strcmp(name, operations[n].name) != 0)
        n++;
    if (n == count)
        return "ENOSYS";
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        if (!request_read_key(r, word))
            return "EINVAL";
    if ((r->given & operations[n].need) != operations[n].need ||
        r->given & ~(operations[n].need | operations[n].may))
        return "EINVAL";
    return operations[n].run(r);
}

/* Hands out the events so far, a line each. */
static void tell(void (*emit)(void *context, const char *line), void *context)
{
    if (lines == NULL)
        return;
    fclose(lines);
    lines = NULL;
    for (char *rest = lines_text, *line; (line = strtok_r(NULL, "\n", &rest)) != NULL;)
        emit(context, line);
    free(lines_text);
}

void upper_line(struct postel_iut *iut, const char *line,
                void (*emit)(void *context, const char *line), void *context)
{
    bool good = request_well_formed(line);
    char *copy = strdup(good ? line : "0"), *rest = NULL, *extra = NULL, *reply = NULL;
    size_t len = 0;
    struct request r = {.iut = iut, .reply = open_memstream(&extra, &len)};
    const char *seq = strtok_r(copy, " ", &rest);
    const char *error = good ? perform(&r, rest) : "EPROTO";

    fclose(r.reply);
    tell(emit, context);
    int written = error == NULL ? asprintf(&reply, "%s ok%s", seq, extra)
                                : asprintf(&reply, "%s err code=%s", seq, error);
    emit(context, written < 0 ? "0 err code=ENOBUFS" : reply);
    for (unsigned k = 0; k < KEYS; k++)
        free(r.value[k].octets);
    free(reply);
    free(extra);
    free(copy);
}

void upper_open(bool with_vtime)
{
    vtime = with_vtime;
}

void upper_close(void)
{
    while (socks != NULL)
        close_sock(&socks);
    last_number = 0;
    if (pings != NULL)
        raw_remove(pings);
    pings = NULL;
    if (lines != NULL) {
        fclose(lines);
        free(lines_text);
    }
    lines = NULL;
}

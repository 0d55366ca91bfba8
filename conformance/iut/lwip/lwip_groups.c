/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip_groups.h"
#include <stdlib.h>

#include "lwip/igmp.h"
#include "lwip/ip.h"
#include "lwip/raw.h"
#include "lwip/stats.h"
#include "lwip/udp.h"

#define QUAD "%u.%u.%u.%u"
#define QUAD_OF(a) ip4_addr1(a), ip4_addr2(a), ip4_addr3(a), ip4_addr4(a)
#define IFACES 8
#define ITEM (BIT(KIND) | BIT(SOCK) | BIT(ADDR))

/* Of a socket. Without an interface lwIP joins on each that it has. */
struct membership {
    struct membership *next;
    ip4_addr_t group;
    struct netif *netif; /* NULL: all */
};

static const char *code_of(err_t err)
{
    return err == ERR_OK ? NULL : err == ERR_MEM ? "ENOBUFS" : "EINVAL";
}

static err_t join(const struct membership *wanted)
{
    return wanted->netif != NULL ? igmp_joingroup_netif(wanted->netif, &wanted->group)
                                 : igmp_joingroup(IP4_ADDR_ANY4, &wanted->group);
}

static err_t leave(const struct membership *joined)
{
    return joined->netif != NULL ? igmp_leavegroup_netif(joined->netif, &joined->group)
                                 : igmp_leavegroup(IP4_ADDR_ANY4, &joined->group);
}

/* What is asked for, and whose it is. */
static const char *read_item(const struct request *r, struct sock **ret_sock,
                             struct membership *ret_item)
{
    bool named = r->given & BIT(IFACE);

    if ((r->given & ~BIT(IFACE)) != ITEM)
        return "EINVAL";
    *ret_item = (struct membership){
        .group = *ip_2_ip4(&r->value[ADDR].address),
        .netif = named ? iut_netif(r->iut, (unsigned)r->value[IFACE].number) : NULL};
    if (named && ret_item->netif == NULL)
        return "EINVAL";
    *ret_sock = upper_sock((unsigned)r->value[SOCK].number);
    return *ret_sock == NULL ? "EBADF" : NULL;
}

/* Where it is linked; that place is empty when the socket has not joined it. `anywhere`: on
 * whichever interface. */
static struct membership **find(struct sock *sock, const struct membership *item, bool anywhere)
{
    struct membership **at = &sock->joined;

    while (*at != NULL && (!ip4_addr_cmp(&(*at)->group, &item->group) ||
                           (!anywhere && (*at)->netif != item->netif)))
        at = &(*at)->next;
    return at;
}

const char *groups_add(struct request *r)
{
    struct membership item, **at;
    struct sock *sock;
    const char *error = read_item(r, &sock, &item);

    if (error != NULL)
        return error;
    at = find(sock, &item, false);
    if (*at != NULL)
        return "EEXIST";
    error = code_of(join(&item));
    if (error != NULL)
        return error;
    *at = malloc(sizeof item);
    **at = item;
    return NULL;
}

static void forget(struct membership **at)
{
    struct membership *joined = *at;

    *at = joined->next;
    leave(joined);
    free(joined);
}

const char *groups_del(struct request *r)
{
    struct membership item, **at;
    struct sock *sock;
    const char *error = read_item(r, &sock, &item);

    if (error != NULL)
        return error;
    at = find(sock, &item, false);
    if (*at == NULL && item.netif == NULL)
        at = find(sock, &item, true);
    if (*at == NULL)
        return "ENOENT";
    forget(at);
    return NULL;
}

void groups_leave(struct sock *sock)
{
    while (sock->joined != NULL)
        forget(&sock->joined);
}

const char *groups_list(struct request *r)
{
    for (unsigned n = 0; n < IFACES; n++) {
        struct netif *netif = iut_netif(r->iut, n);
        if (netif == NULL || (r->given & BIT(IFACE) && r->value[IFACE].number != n))
            continue;
        for (struct igmp_group *group = netif_igmp_data(netif); group != NULL; group = group->next)
            fprintf(upper_events(), "* group iface=%u addr=" QUAD " mode=exclude sources=\n", n,
                    QUAD_OF(&group->group_address));
    }
    return NULL;
}

const char *groups_ttl(struct request *r, struct sock *sock, const char *text)
{
    u8_t *ttl = sock->udp != NULL ? &sock->udp->mcast_ttl : &sock->raw->mcast_ttl;
    long value = text == NULL ? 0 : request_decimal(text, 0, UINT8_MAX);

    if (text == NULL)
        fprintf(r->reply, " value=%u", *ttl);
    else if (value >= 0)
        *ttl = (u8_t)value;
    return value < 0 ? "EINVAL" : NULL;
}

/* lwIP counts interfaces in the order in which they were added, we by the settings. */
const char *groups_iface(struct request *r, struct sock *sock, const char *text)
{
    u8_t *index = sock->udp != NULL ? &sock->udp->mcast_ifindex : &sock->raw->mcast_ifindex;
    struct netif *netif;

    if (text != NULL) {
        long n = request_decimal(text, 0, IFACES - 1);
        netif = n < 0 ? NULL : iut_netif(r->iut, (unsigned)n);
        if (netif != NULL)
            *index = netif_get_index(netif);
        return netif != NULL ? NULL : "EINVAL";
    }
    netif = *index != NETIF_NO_INDEX ? netif_get_by_index(*index) : netif_default;
    for (unsigned n = 0; n < IFACES; n++)
        if (netif != NULL && iut_netif(r->iut, n) == netif)
            fprintf(r->reply, " value=%u", n);
    return netif != NULL ? NULL : "ENETUNREACH";
}

void groups_counters(struct request *r)
{
    static const char *const field[] = {
        "xmit",  "recv",     "drop",       "chkerr",    "lenerr",  "memerr",   "proterr",
        "rx_v1", "rx_group", "rx_general", "rx_report", "tx_join", "tx_leave", "tx_report"};

    _Static_assert(sizeof(struct stats_igmp) == sizeof field / sizeof *field * sizeof(STAT_COUNTER),
                   "a name each");
    for (size_t f = 0; f < sizeof field / sizeof *field; f++) {
        STAT_COUNTER count = (&lwip_stats.igmp.xmit)[f];

        if (count != 0)
            fprintf(r->reply, " igmp.%s=%" PRIu32, field[f], count);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip_config.h"
#include <stdlib.h>
#include <string.h>
#include "lwip/etharp.h"
#include "lwip/ip.h"
#include "lwip/netif.h"

#define QUAD "%u.%u.%u.%u"
#define QUAD_OF(a) ip4_addr1(a), ip4_addr2(a), ip4_addr3(a), ip4_addr4(a)
#define MAC "%02x%02x%02x%02x%02x%02x"
#define MAC_OF(m) (m)[0], (m)[1], (m)[2], (m)[3], (m)[4], (m)[5]
#define MTU_MIN 68
#define ALL_KEYS(r, bits) (((r)->given & ~(BIT(NAME) | BIT(VALUE) | BIT(KIND))) == (bits))

static bool mac_of(const char *text, u8_t mac[ETH_HWADDR_LEN])
{
    if (strlen(text) != 2 * ETH_HWADDR_LEN ||
        strspn(text, "0123456789abcdef") != 2 * ETH_HWADDR_LEN)
        return false;
    for (unsigned i = 0; i < ETH_HWADDR_LEN; i++) {
        char octet[] = {text[2 * i], text[2 * i + 1], '\0'};
        mac[i] = (u8_t)strtoul(octet, NULL, 16);
    }
    return true;
}

/* Settings: `text` NULL asks for the value. */

static const char *up(struct request *r, struct netif *netif, const char *text)
{
    long on = text == NULL ? 0 : request_decimal(text, 0, 1);

    if (text == NULL)
        fprintf(r->reply, " value=%d", netif_is_up(netif) != 0);
    else if (on == 1)
        netif_set_up(netif);
    else if (on == 0)
        netif_set_down(netif);
    return on < 0 ? "EINVAL" : NULL;
}

static const char *mtu(struct request *r, struct netif *netif, const char *text)
{
    long value = text == NULL ? 0 : request_decimal(text, MTU_MIN, UINT16_MAX);

    if (text == NULL)
        fprintf(r->reply, " value=%u", netif->mtu);
    else if (value > 0)
        netif->mtu = (u16_t)value;
    return value < 0 ? "EINVAL" : NULL;
}

static const char *mac(struct request *r, struct netif *netif, const char *text)
{
    u8_t octets[ETH_HWADDR_LEN];

    if (text == NULL) {
        fprintf(r->reply, " value=" MAC, MAC_OF(netif->hwaddr));
        return NULL;
    }
    if (!mac_of(text, octets) || octets[0] & 1)
        return "EINVAL";
    memcpy(netif->hwaddr, octets, sizeof octets);
    return NULL;
}

static struct ip_pcb *pcb_of(const struct sock *sock)
{
    return sock->udp != NULL ? (struct ip_pcb *)sock->udp : (struct ip_pcb *)sock->raw;
}

static const char *ttl(struct request *r, struct sock *sock, const char *text)
{
    struct ip_pcb *pcb = pcb_of(sock);
    long value = text == NULL ? 0 : request_decimal(text, 1, UINT8_MAX);

    if (text == NULL)
        fprintf(r->reply, " value=%u", pcb->ttl);
    else if (value > 0)
        pcb->ttl = (u8_t)value;
    return value < 0 ? "EINVAL" : NULL;
}

static const char *tos(struct request *r, struct sock *sock, const char *text)
{
    struct ip_pcb *pcb = pcb_of(sock);
    long value = text == NULL ? 0 : request_decimal(text, 0, UINT8_MAX);

    if (text == NULL)
        fprintf(r->reply, " value=%u", pcb->tos);
    else if (value >= 0)
        pcb->tos = (u8_t)value;
    return value < 0 ? "EINVAL" : NULL;
}

static const char *broadcast(struct request *r, struct sock *sock, const char *text)
{
    struct ip_pcb *pcb = pcb_of(sock);
    long value = text == NULL ? 0 : request_decimal(text, 0, 1);

    if (text == NULL)
        fprintf(r->reply, " value=%d", ip_get_option(pcb, SOF_BROADCAST) != 0);
    else if (value == 1)
        ip_set_option(pcb, SOF_BROADCAST);
    else if (value == 0)
        ip_reset_option(pcb, SOF_BROADCAST);
    return value < 0 ? "EINVAL" : NULL;
}

/* Queries */

static const char *source(struct request *r, const struct netif *netif)
{
    fprintf(r->reply, " value=" QUAD, QUAD_OF(netif_ip4_addr(netif)));
    return NULL;
}

static const char *mms_s(struct request *r, const struct netif *netif)
{
    fprintf(r->reply, " value=%u", netif->mtu - IP_HLEN);
    return NULL;
}

static const struct {
    const char *name;
    const char *(*of_iface)(struct request *r, struct netif *netif, const char *text);
    const char *(*of_sock)(struct request *r, struct sock *sock, const char *text);
    const char *(*towards)(struct request *r, const struct netif *netif);
} names[] = {
    {"up", up, NULL, NULL},
    {"mtu", mtu, NULL, NULL},
    {"mac", mac, NULL, NULL},
    {"ttl", NULL, ttl, NULL},
    {"tos", NULL, tos, NULL},
    {"broadcast", NULL, broadcast, NULL},
    {"multicast-ttl", NULL, groups_ttl, NULL},
    {"multicast-iface", NULL, groups_iface, NULL},
    {"source", NULL, NULL, source},
    {"mms-s", NULL, NULL, mms_s},
};

/* A name of a scope that it does not have here is as unknown as any other. */
static const char *name(struct request *r, const char *text)
{
    size_t n = 0, count = sizeof names / sizeof *names;

    while (n < count && strcmp(r->value[NAME].word, names[n].name) != 0)
        n++;
    if (n == count)
        return "EOPNOTSUPP";
    if (r->given & BIT(IFACE)) {
        struct netif *netif = iut_netif(r->iut, (unsigned)r->value[IFACE].number);
        if (names[n].of_iface == NULL || !ALL_KEYS(r, BIT(IFACE)) || netif == NULL)
            return "EINVAL";
        return names[n].of_iface(r, netif, text);
    }
    if (r->given & BIT(SOCK)) {
        struct sock *sock = upper_sock((unsigned)r->value[SOCK].number);
        if (names[n].of_sock == NULL || !ALL_KEYS(r, BIT(SOCK)))
            return "EINVAL";
        return sock == NULL ? "EBADF" : names[n].of_sock(r, sock, text);
    }
    if (r->given & BIT(DST) && text == NULL) {
        const struct netif *netif = ip4_route(ip_2_ip4(&r->value[DST].address));
        if (names[n].towards == NULL || !ALL_KEYS(r, BIT(DST)))
            return "EINVAL";
        return netif == NULL ? "ENETUNREACH" : names[n].towards(r, netif);
    }
    return names[n].of_sock == ttl && ALL_KEYS(r, 0u) ? "EOPNOTSUPP" : "EINVAL";
}

const char *config_set(struct request *r)
{
    return name(r, r->value[VALUE].word);
}

const char *config_get(struct request *r)
{
    return name(r, NULL);
}

static bool is_kind(const struct request *r, const char *kind)
{
    return strcmp(r->value[KIND].word, kind) == 0;
}

/* The entry of an address, or the next one from `*at` on when `addr` is NULL. */
static bool entry(const ip4_addr_t *addr, size_t *at, ip4_addr_t **ret_addr,
                  struct netif **ret_netif, struct eth_addr **ret_mac)
{
    for (; *at < ARP_TABLE_SIZE; ++*at)
        if (etharp_get_entry(*at, ret_addr, ret_netif, ret_mac) &&
            (addr == NULL || ip4_addr_cmp(addr, *ret_addr)))
            return true;
    return false;
}

/* lwIP looks for the interface itself: it has to be the one that was meant. */
static const char *neighbor_of(const struct request *r)
{
    struct netif *netif = iut_netif(r->iut, (unsigned)r->value[IFACE].number);
    const ip4_addr_t *addr = ip_2_ip4(&r->value[ADDR].address);

    return netif == NULL || ip4_route(addr) != netif ? "EINVAL" : NULL;
}

const char *config_add(struct request *r)
{
    struct eth_addr mac, *held;
    ip4_addr_t *addr;
    struct netif *netif;
    size_t at = 0;

    if (is_kind(r, "group"))
        return groups_add(r);
    if (!is_kind(r, "neighbor"))
        return "EOPNOTSUPP";
    if (!ALL_KEYS(r, BIT(IFACE) | BIT(ADDR) | BIT(MACADDR)) || neighbor_of(r) != NULL ||
        !mac_of(r->value[MACADDR].word, mac.addr))
        return "EINVAL";
    /* What was learned becomes one that stays; lwIP does not tell which an entry is, but by this.
     */
    if (entry(ip_2_ip4(&r->value[ADDR].address), &at, &addr, &netif, &held)) {
        struct eth_addr was = *held;
        ip4_addr_t whose = *addr;
        if (etharp_remove_static_entry(&whose) == ERR_OK) {
            etharp_add_static_entry(&whose, &was);
            return "EEXIST";
        }
    }
    err_t err = etharp_add_static_entry(ip_2_ip4(&r->value[ADDR].address), &mac);
    return err == ERR_OK ? NULL : err == ERR_MEM ? "ENOBUFS" : "EINVAL";
}

/* lwIP lets nobody remove what it has learned by itself. */
const char *config_del(struct request *r)
{
    struct eth_addr *mac;
    ip4_addr_t *addr;
    struct netif *netif;
    size_t at = 0;
    bool named = r->given & BIT(MACADDR);

    if (is_kind(r, "group"))
        return groups_del(r);
    if (!is_kind(r, "neighbor"))
        return "EOPNOTSUPP";
    if (!ALL_KEYS(r, BIT(IFACE) | BIT(ADDR) | (named ? BIT(MACADDR) : 0u)))
        return "EINVAL";
    if (!entry(ip_2_ip4(&r->value[ADDR].address), &at, &addr, &netif, &mac))
        return "ENOENT";
    return etharp_remove_static_entry(addr) == ERR_OK ? NULL : "ENOENT";
}

const char *config_list(struct request *r)
{
    struct eth_addr *mac;
    ip4_addr_t *addr;
    struct netif *netif;

    if (is_kind(r, "group"))
        return groups_list(r);
    if (!is_kind(r, "neighbor"))
        return "EOPNOTSUPP";
    for (size_t at = 0; entry(NULL, &at, &addr, &netif, &mac); at++)
        for (unsigned n = 0; n < 2; n++)
            if (iut_netif(r->iut, n) == netif &&
                (!(r->given & BIT(IFACE)) || r->value[IFACE].number == n))
                fprintf(upper_events(), "* neighbor iface=%u addr=" QUAD " mac=" MAC "\n", n,
                        QUAD_OF(addr), MAC_OF(mac->addr));
    return NULL;
}

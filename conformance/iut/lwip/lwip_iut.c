/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lwIP behind the eight calls of postel_iut.h: its interfaces, its clock, its counters and an upper
 * tester over its own `udp_` and `raw_` calls. lwIP keeps its state in globals, so one instance at
 * a time can be open. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../postel_iut.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/ip4_frag.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "lwip_config.h"
#include "lwip_upper.h"
#include "netif/ethernet.h"

#define IFACES 8
#define MILLISECOND 1000000u

struct frame {
    struct frame *next;
    unsigned iface;
    u16_t len;
    u8_t octets[];
};

/* What the settings say of one interface. */
struct iface {
    bool given;
    u8_t mac[ETH_HWADDR_LEN];
    ip4_addr_t addr, mask;
};

struct postel_iut {
    uint64_t now, random;
    struct iface iface[IFACES];
    ip4_addr_t gateway;
    bool real_clock;
    struct netif netif[IFACES];
    struct frame *first, *last; /* waiting for postel_iut_output() */
};

static struct postel_iut the_iut;
static bool is_open;

u32_t sys_now(void)
{
    return (u32_t)(the_iut.now / MILLISECOND);
}

/* The upper half of a linear congruential generator, Knuth's MMIX. */
unsigned lwip_iut_rand(void)
{
    the_iut.random = the_iut.random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(the_iut.random >> 32);
}

void lwip_iut_diagnose(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

struct netif *iut_netif(struct postel_iut *iut, unsigned number)
{
    return number < IFACES && iut->iface[number].given ? &iut->netif[number] : NULL;
}

static bool configure(struct postel_iut *iut, const char *settings)
{
    char address[16];
    unsigned n, prefix;
    u8_t m[ETH_HWADDR_LEN];

    for (const char *line = settings; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "gateway=%15[0-9.]", address) == 1 &&
            !ip4addr_aton(address, &iut->gateway))
            return false;
        if (strncmp(line, "seed=", strlen("seed=")) == 0)
            iut->random = strtoull(line + strlen("seed="), NULL, 10);
        iut->real_clock |= strncmp(line, "clock=real", strlen("clock=real")) == 0;
        if (sscanf(line, "if%u=", &n) != 1)
            continue;
        if (n >= IFACES || sscanf(line, "if%*u=%hhx:%hhx:%hhx:%hhx:%hhx:%hhx,%15[0-9.],%u", &m[0],
                                  &m[1], &m[2], &m[3], &m[4], &m[5], address, &prefix) != 8)
            return false;
        if (prefix > 32 || !ip4addr_aton(address, &iut->iface[n].addr))
            return false;
        memcpy(iut->iface[n].mac, m, sizeof m);
        iut->iface[n].mask.addr = prefix == 0 ? 0 : lwip_htonl(UINT32_MAX << (32 - prefix));
        iut->iface[n].given = true;
    }
    return true;
}

static err_t transmit(struct netif *netif, struct pbuf *p)
{
    struct postel_iut *iut = &the_iut;
    struct frame *frame;

    if (!netif_is_up(netif)) /* a driver that was stopped */
        return ERR_IF;
    frame = malloc(sizeof *frame + p->tot_len);
    if (frame == NULL)
        return ERR_MEM;
    *frame = (struct frame){.iface = (unsigned)(netif - iut->netif), .len = p->tot_len};
    pbuf_copy_partial(p, frame->octets, p->tot_len, 0);
    *(iut->first == NULL ? &iut->first : &iut->last->next) = frame;
    iut->last = frame;
    LINK_STATS_INC(link.xmit);
    return ERR_OK;
}

static err_t init_netif(struct netif *netif)
{
    struct postel_iut *iut = &the_iut;

    memcpy(netif->name, "if", 2);
    memcpy(netif->hwaddr, iut->iface[netif - iut->netif].mac, ETH_HWADDR_LEN);
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_IGMP | NETIF_FLAG_LINK_UP;
    netif->output = etharp_output;
    netif->linkoutput = transmit;
    return ERR_OK;
}

static void start(struct postel_iut *iut)
{
    const ip4_addr_t none = {IPADDR_ANY};

    upper_open(!iut->real_clock);
    memset(&lwip_stats, 0, sizeof lwip_stats);
    for (unsigned n = IFACES; n-- > 0;) { /* the last becomes the default route: interface 0 */
        if (!iut->iface[n].given)
            continue;
        netif_add(&iut->netif[n], &iut->iface[n].addr, &iut->iface[n].mask,
                  n == 0 ? &iut->gateway : &none, NULL, init_netif, ethernet_input);
        netif_set_default(&iut->netif[n]);
        netif_set_up(&iut->netif[n]);
    }
}

/* Back to where start() began, but for what lwIP offers no way to reach: the next datagram's
 * identification and the next port that it chooses. */
static void stop(struct postel_iut *iut)
{
    upper_close();
    for (unsigned n = 0; n < IFACES; n++)
        if (iut->iface[n].given)
            netif_remove(&iut->netif[n]); /* with its ARP entries and what they hold back */
    for (int tick = 0; tick <= IP_REASS_MAXAGE; tick++)
        ip_reass_tmr(); /* ends every datagram; without interfaces nobody hears of it */
    sys_restart_timeouts();
    sys_check_timeouts(); /* now each timer starts afresh */
    for (struct frame *next, *frame = iut->first; frame != NULL; frame = next) {
        next = frame->next;
        free(frame);
    }
    iut->first = NULL;
}

struct postel_iut *postel_iut_open(const char *settings)
{
    static bool initialised;

    if (is_open)
        return NULL;
    the_iut = (struct postel_iut){0};
    if (!configure(&the_iut, settings))
        return NULL;
    if (!initialised)
        lwip_init();
    initialised = is_open = true;
    start(&the_iut);
    return &the_iut;
}

void postel_iut_input(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                      uint64_t now)
{
    iut->now = now;
    if (iut_netif(iut, iface) == NULL || !netif_is_up(&iut->netif[iface]) || len == 0)
        return;

    struct pbuf *p = len <= UINT16_MAX ? pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_RAM) : NULL;
    if (p == NULL) { /* lwIP counts a frame's octets in 16 bits */
        LINK_STATS_INC(link.lenerr);
        return;
    }
    pbuf_take(p, frame, (u16_t)len);
    LINK_STATS_INC(link.recv);
    if (iut->netif[iface].input(p, &iut->netif[iface]) != ERR_OK)
        pbuf_free(p);
}

size_t postel_iut_output(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame)
{
    struct frame *first = iut->first;

    if (first == NULL)
        return 0;
    size_t len = first->len;
    memcpy(frame, first->octets, len);
    *ret_iface = first->iface;
    iut->first = first->next;
    free(first);
    return len;
}

uint64_t postel_iut_next_timeout(struct postel_iut *iut)
{
    u32_t sleep = sys_timeouts_sleeptime();

    return sleep == UINT32_MAX ? POSTEL_IUT_NEVER : (iut->now / MILLISECOND + sleep) * MILLISECOND;
}

void postel_iut_tick(struct postel_iut *iut, uint64_t now)
{
    iut->now = now;
    sys_check_timeouts();
}

void postel_iut_line(struct postel_iut *iut, const char *line, uint64_t now,
                     void (*emit)(void *context, const char *line), void *context)
{
    iut->now = now;
    upper_line(iut, line, emit, context);
}

void postel_iut_reset(struct postel_iut *iut)
{
    stop(iut);
    start(iut);
}

void postel_iut_close(struct postel_iut *iut)
{
    stop(iut);
    is_open = false;
}

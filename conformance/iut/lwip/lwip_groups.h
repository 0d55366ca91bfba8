/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Groups by lwIP's own IGMP calls. Those count uses, and know no sockets: who has joined what is
 * kept here, as lwIP's socket layer keeps it, so that a closed socket has left. */
#pragma once
#include "lwip_request.h"

struct membership;
struct netif;
struct raw_pcb;
struct udp_pcb;

struct sock {
    struct sock *next;
    unsigned number;
    struct udp_pcb *udp; /* this, */
    struct raw_pcb *raw; /* or this */
    struct membership *joined;
};

#define GROUP_NAMES "multicast-ttl,multicast-iface,group"

/* As those of lwip_config.h. */
const char *groups_add(struct request *r);
const char *groups_del(struct request *r);
const char *groups_list(struct request *r);
const char *groups_ttl(struct request *r, struct sock *sock, const char *text);
const char *groups_iface(struct request *r, struct sock *sock, const char *text);

/* Leaves all that a socket is in. */
void groups_leave(struct sock *sock);
void groups_counters(struct request *r);

/* Of who holds them: an interface by its number, a socket, where events go. NULL: there is none. */
struct netif *iut_netif(struct postel_iut *iut, unsigned number);
struct sock *upper_sock(unsigned number);
FILE *upper_events(void);

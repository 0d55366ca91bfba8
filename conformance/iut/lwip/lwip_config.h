/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The verbs set, get, add, del and list (docs/upper-tester.md), as far as lwIP has the means: its
 * interfaces, the TTL and TOS of its control blocks, ARP entries that stay, and the address that it
 * would send from. */
#pragma once
#include "lwip_request.h"

struct ip_pcb;
struct netif;

/* Each name that can be used, with a comma before it. */
#define CONFIG_NAMES ",up,mtu,mac,ttl,tos,broadcast,source,mms-s,neighbor"

/* An error's code, or NULL. What `config_list` finds it writes as events. */
const char *config_set(struct request *r);
const char *config_get(struct request *r);
const char *config_add(struct request *r);
const char *config_del(struct request *r);
const char *config_list(struct request *r);

/* Of who holds them: an interface by its number, the control block of a socket, where events go.
 * NULL: there is none. */
struct netif *iut_netif(struct postel_iut *iut, unsigned number);
struct ip_pcb *upper_pcb(unsigned number);
FILE *upper_events(void);

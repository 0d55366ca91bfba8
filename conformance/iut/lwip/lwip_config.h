/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The verbs set, get, add, del and list (docs/upper-tester.md), as far as lwIP has the means: its
 * interfaces, the TTL and TOS of its control blocks, ARP entries that stay, and the address that it
 * would send from. */
#pragma once
#include "lwip_groups.h"
#include "lwip_request.h"

/* Each name that can be used, with a comma before it. */
#define CONFIG_NAMES ",up,mtu,mac,ttl,tos,broadcast,source,mms-s,neighbor," GROUP_NAMES

/* An error's code, or NULL. What `config_list` finds it writes as events. */
const char *config_set(struct request *r);
const char *config_get(struct request *r);
const char *config_add(struct request *r);
const char *config_del(struct request *r);
const char *config_list(struct request *r);

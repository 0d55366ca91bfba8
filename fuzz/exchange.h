/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Little conversations that a mutator puts into a script: a user sends and an ICMP error quotes
 * just that; several sockets are bound to a port and a datagram comes; commands of 802.2 in all
 * their forms. What takes several steps is not left to luck. */
#pragma once
#include "mutate.h"

#define TCP_WRONG 0x0bad /* a checksum of TCP that nobody is to put right */

/* One of them, somewhere in the script. The sums of the packets are left to the mutator. */
void exchange(struct draft *draft);

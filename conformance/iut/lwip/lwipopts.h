/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How lwIP is built to be judged. What is not set here keeps lwIP's own default, so that a verdict
 * is about lwIP and not about us; docs/lwip.md gives the reason for each line. */
#pragma once

/* No operating system: one thread, and a clock that the harness moves. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

/* Everything comes from malloc in exactly its size, so that AddressSanitizer sees the first octet
 * past it. */
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 1

/* IPv4 over Ethernet with UDP, raw and ICMP; no TCP, which nothing here judges. */
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_RAW 1
#define LWIP_TCP 0

/* Groups, which take both; the delays of IGMP are drawn by cc.h's LWIP_RAND(). */
#define LWIP_IGMP 1
#define LWIP_MULTICAST_TX_OPTIONS 1

/* What a user may then set: ARP entries that stay, and who may send to broadcasts. */
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
#define IP_SOF_BROADCAST 1

/* Counters that do not wrap at 65,536. */
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1
#define MIB2_STATS 1
#define MEM_STATS 0
#define MEMP_STATS 0
#define SYS_STATS 0

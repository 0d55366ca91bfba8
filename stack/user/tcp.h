/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A user of IP with connections, for judging what RFC 1122 4.2 asks of IP and its interface. It is
 * no TCP to use: it has no options but the segment size, keeps no segments that come out of order,
 * no window of its own, no measured round trip, and forgets a connection at once that has ended.
 *
 * It is not there before somebody has opened or awaited a connection: until then nobody takes
 * protocol 6. A few connections, each of a fixed size. */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* NULL when memory is short. */
struct v4_tcp *v4_tcp_open(void);
void v4_tcp_close(struct v4_tcp *tcp);
void v4_tcp_reset(struct v4_tcp *tcp);

/* What its user chooses for all that a connection sends; a socket that listens hands it on. */
struct v4_tcp_choices {
    uint8_t ttl; /* 0: the host's */
    uint8_t tos;
    struct v4_span options; /* a source route in them has the hops before the peer, and not him */
};

/* `addr` 0: any of ours. */
enum v4_error v4_tcp_listen(struct v4_core *core, uint32_t addr, uint16_t port,
                            const struct v4_tcp_choices *choices, unsigned *ret_sock);
/* `addr` 0: IP chooses it (RFC1122-4.2.3.7-a); `port` 0: one is chosen. */
enum v4_error v4_tcp_connect(struct v4_core *core, uint32_t addr, uint16_t port, uint32_t peer,
                             uint16_t peer_port, const struct v4_tcp_choices *choices,
                             unsigned *ret_sock);
/* V4_ENOBUFS: more than the connection holds at one time; nothing of it is sent. */
enum v4_error v4_tcp_send(struct v4_core *core, unsigned sock, struct v4_span data);
/* What was given is still sent; the user hears no more. */
enum v4_error v4_tcp_shut(struct v4_core *core, unsigned sock);
/* Where its choices lie: ttl, tos, options, error, and whether it wants reports. NULL: there is
 * none of that number. */
struct v4_socket *v4_tcp_socket(const struct v4_core *core, unsigned sock);

/* As struct v4_protocol has them. */
bool v4_tcp_input(struct v4_core *core, const struct v4_packet *packet);
bool v4_tcp_failed(struct v4_core *core, const struct v4_packet *packet, const struct v4_icmp *icmp,
                   const struct v4_ip *quote);
void v4_tcp_leaves(struct v4_core *core, uint32_t addr);

void v4_tcp_tick(struct v4_core *core);
v4_time v4_tcp_next_timeout(const struct v4_core *core);

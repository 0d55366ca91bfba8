/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The host: an IPv4 stack that does no I/O and reads no clock.
 *
 * Frames and the time go in, frames and events come out, and the same configuration and calls give
 * the same octets. Nothing is allocated between open and close. `now` never goes back from one call
 * to the next. A host is used by one thread, and not from within its own trace hook. */
#pragma once
#include "base/stat.h"
#include "proto/config.h"
#include "proto/user.h"
#include "table/filter.h"
#include "table/mroute_entry.h"
#include "table/route_entry.h"
#include "table/rule_entry.h"

struct v4_host;

/* NULL when memory is short or the configuration is unusable; then `*ret_why` says what is wrong
 * with it. */
struct v4_host *v4_host_open(const struct v4_config *config, const char **ret_why);
void v4_host_close(struct v4_host *host); /* NULL is fine */
/* Back to the state after v4_host_open(): no sockets, neighbours, fragments, frames, events;
 * counters at 0. */
void v4_host_reset(struct v4_host *host);

/* A frame to send on an interface: Ethernet without FCS, not padded. */
struct v4_frame {
    unsigned iface;
    struct v4_span octets; /* borrowed until the next call for this host */
};

/* A frame arrived. It is the caller's and no longer looked at after the call. */
void v4_host_input(struct v4_host *host, unsigned iface, struct v4_span frame, v4_time now);
/* The next frame to send; drain until false after each of the other calls. */
bool v4_host_output(struct v4_host *host, struct v4_frame *ret_frame);
/* When v4_host_tick() has something to do; V4_NEVER: not at all, until another call. */
v4_time v4_host_next_timeout(const struct v4_host *host);
/* Does what is due at `now`. */
void v4_host_tick(struct v4_host *host, v4_time now);

/* The next thing to tell the user, oldest first; its spans are borrowed until the next call for
 * this host. */
bool v4_host_event(struct v4_host *host, struct v4_event *ret_event);

/* Sockets are numbers from 1 on; UDP's and IP's are counted together, and a number is not used
 * again before reset. */

/* `addr` 0: any of ours. `port` 0: one is chosen. */
enum v4_error v4_host_udp_bind(struct v4_host *host, uint32_t addr, uint16_t port,
                               unsigned *ret_sock, uint16_t *ret_port);
/* Sends a datagram to `dst_port` from the socket's port. Whatever it causes at once, as when it
 * goes to ourselves, has happened when the call returns; so with the other two sends. */
enum v4_error v4_host_udp_send(struct v4_host *host, unsigned sock, const struct v4_send *send,
                               uint16_t dst_port, v4_time now);
/* Several at once: each is sent or refused for itself. How many were sent. */
struct v4_udp_out {
    struct v4_send send;
    uint16_t dst_port;
    enum v4_error ret_error;
};
size_t v4_host_udp_send_each(struct v4_host *host, unsigned sock, struct v4_udp_out *datagrams,
                             size_t count, v4_time now);
enum v4_error v4_host_udp_close(struct v4_host *host, unsigned sock);

/* Receives all datagrams of a protocol, whole ones. Several sockets may share one: each gets a
 * copy. */
enum v4_error v4_host_ip_bind(struct v4_host *host, uint8_t protocol, unsigned *ret_sock);
/* Sends a datagram of a protocol, for which no socket is needed. */
enum v4_error v4_host_ip_send(struct v4_host *host, uint8_t protocol, const struct v4_send *send,
                              v4_time now);
/* The same by a socket of that protocol, which may have been forbidden broadcasts. */
enum v4_error v4_host_ip_send_by(struct v4_host *host, unsigned sock, uint8_t protocol,
                                 const struct v4_send *send, v4_time now);
enum v4_error v4_host_ip_close(struct v4_host *host, unsigned sock);

/* Sends a datagram that comes with its whole header, which is held against proto/packet_out.h. */
enum v4_error v4_host_packet_send(struct v4_host *host, struct v4_span packet, v4_time now);

/* Asks for an echo of `send->data`; the reply is a V4_EVENT_ECHO. */
enum v4_error v4_host_echo_send(struct v4_host *host, uint16_t id, uint16_t seq,
                                const struct v4_send *send, v4_time now);

/* Interfaces, their addresses and static neighbours, all of which reset puts back as they were
 * configured. EINVAL: no such interface, or it cannot be so; EEXIST, ENOENT, ENOBUFS as with
 * routes. */
enum v4_error v4_host_iface_set_up(struct v4_host *host, unsigned iface, bool up, v4_time now);
enum v4_error v4_host_iface_set_mtu(struct v4_host *host, unsigned iface, unsigned mtu,
                                    v4_time now);
enum v4_error v4_host_iface_set_mac(struct v4_host *host, unsigned iface, struct v4_mac mac,
                                    v4_time now);
/* `first`: it is preferred to the others there; `test`: only once nobody else is found to have it
 * (RFC 5227). */
enum v4_error v4_host_address_add(struct v4_host *host, const struct v4_address *address,
                                  bool first, bool test, v4_time now);
enum v4_error v4_host_address_remove(struct v4_host *host, unsigned iface, uint32_t addr,
                                     v4_time now);
/* Those that are in use, borrowed until the next call; NULL behind the last. */
const struct v4_address *v4_host_address(struct v4_host *host, size_t index, v4_time now);
enum v4_error v4_host_neighbor_add(struct v4_host *host, unsigned iface, uint32_t addr,
                                   struct v4_mac mac, v4_time now);
enum v4_error v4_host_neighbor_remove(struct v4_host *host, unsigned iface, uint32_t addr,
                                      v4_time now);

/* Routes beside those of the interfaces' networks and the gateway of the configuration, which are
 * in the same table; reset puts back these alone. EINVAL: none that there could be; EEXIST: it is
 * there; ENOBUFS: the table is full; ENOENT: there is none. */
enum v4_error v4_host_route_add(struct v4_host *host, const struct v4_route *route);
enum v4_error v4_host_route_remove(struct v4_host *host, const struct v4_route *route);
/* In the order in which they are tried, borrowed until one is added or removed; NULL behind the
 * last. */
const struct v4_route *v4_host_route(const struct v4_host *host, size_t index);

/* What is let through, and what is rewritten (docs/filters.md). EINVAL: a rule that could do
 * nothing, of no interface of ours, or whose `to` no host can have. */
enum v4_error v4_host_rule_add(struct v4_host *host, const struct v4_rule *rule);
enum v4_error v4_host_rule_remove(struct v4_host *host, const struct v4_rule *rule);
/* In the order in which they are asked, and how often each has matched (`ret_hits` may be NULL);
 * NULL behind the last. */
const struct v4_rule *v4_host_rule(const struct v4_host *host, size_t index, uint64_t *ret_hits);

/* Where multicasts go on, with `forwarding` and `multicast-forwarding` (docs/filters.md). What has
 * waited for the route leaves at once. EINVAL: of no group that is passed on, no source that a host
 * can have, or an interface that is not there; EEXIST: there is one of that source and group;
 * ENOBUFS: the table is full; ENOENT: there is none. */
enum v4_error v4_host_mroute_add(struct v4_host *host, const struct v4_mroute *route, v4_time now);
enum v4_error v4_host_mroute_remove(struct v4_host *host, uint32_t source, uint32_t group,
                                    v4_time now);
/* In the order in which they came, borrowed until the next call; NULL behind the last. `ret_use`,
 * what has become of it, may be NULL. */
const struct v4_mroute *v4_host_mroute(struct v4_host *host, size_t index, v4_time now,
                                       const struct v4_mroute_use **ret_use);

/* A socket joins a group on an interface, leaves it, or has this filter for it from now on (RFC
 * 3376 2); closed, it leaves all. EINVAL: no group, or no interface; EEXIST: it is in it; ENOENT:
 * it is not; ENOBUFS: more groups or sources than there is room for, and nothing has changed;
 * EBADF: no such socket. */
enum v4_error v4_host_group_join(struct v4_host *host, unsigned sock, unsigned iface,
                                 uint32_t group, v4_time now);
enum v4_error v4_host_group_leave(struct v4_host *host, unsigned sock, unsigned iface,
                                  uint32_t group, v4_time now);
enum v4_error v4_host_group_filter(struct v4_host *host, unsigned sock, unsigned iface,
                                   uint32_t group, const struct v4_filter *filter, v4_time now);

/* Advice from above (RFC1122-3.3.1.4-f): what went to `dst` arrived, or did not. */
void v4_host_advise(struct v4_host *host, uint32_t dst, bool good, v4_time now);

/* The switches by name, which reset puts back: proto/switch.def, docs/upper-tester.md. EOPNOTSUPP:
 * there is none of that name; EINVAL: it cannot have this value. */
enum v4_error v4_host_set(struct v4_host *host, const char *name, uint64_t value);
enum v4_error v4_host_get(const struct v4_host *host, const char *name, uint32_t *ret_value);

/* v4_send_default() with the host's own time to live. */
struct v4_send v4_host_send_default(const struct v4_host *host, uint32_t dst, struct v4_span data);
/* The same with what a socket was told of all that it sends, for v4_host_udp_send() and
 * v4_host_ip_send_by(). */
struct v4_send v4_host_udp_default(const struct v4_host *host, unsigned sock, uint32_t dst,
                                   struct v4_span data);

/* All counters and discards since open or reset. */
const struct v4_stats *v4_host_stats(const struct v4_host *host);
/* The configuration that it runs with. */
const struct v4_config *v4_host_config(const struct v4_host *host);

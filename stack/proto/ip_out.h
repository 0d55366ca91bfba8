/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sending datagrams: source, route, identification, options, fragments (RFC 791 3.2, RFC
 * 1122 3.2.1, 3.3). */
#pragma once
#include "proto/core.h"
#include "proto/ip_option.h"
#include "proto/route.h"

/* Sends what a user asks for, with us entered in the options that record (RFC1122-3.2.1.8e-b). */
enum v4_error v4_ip_send(struct v4_core *core, uint8_t protocol, const struct v4_send *send);
/* The same of a transport of ours, which has made the sum over its data a moment ago: to ourselves
 * it is not judged again. */
enum v4_error v4_ip_send_built(struct v4_core *core, uint8_t protocol, const struct v4_send *send);

/* The way of what goes to `dst`; `src` says by which interface what is for many does. */
enum v4_error v4_ip_way(const struct v4_core *core, uint32_t src, uint32_t dst, uint8_t tos,
                        struct v4_way *ret_way);

/* For a checksum over addresses: the source that v4_ip_send() will use where `*src` is 0, and where
 * the datagram ends after its source route. */
enum v4_error v4_ip_source(const struct v4_core *core, uint32_t dst, uint8_t tos, uint32_t *src);
uint32_t v4_ip_final(const struct v4_send *send);

/* What the first hop towards `dst` carries, and what the path does; 0: there is no way. */
unsigned v4_ip_first_hop_mtu(const struct v4_core *core, uint32_t dst);
unsigned v4_ip_path_mtu(const struct v4_core *core, uint32_t dst);
/* Raises the estimates of paths that are due. */
void v4_ip_tick(struct v4_core *core);

/* Answers `packet` with core->message, of which `len` octets count: from its specific destination
 * (RFC1122-3.2.1.3-j) back to where it came from, by its options. */
void v4_ip_reply(struct v4_core *core, const struct v4_packet *packet, size_t len);

/* Sends core->message, which nobody has asked for, by that interface to a group or to everybody
 * there. */
void v4_ip_announce(struct v4_core *core, unsigned iface, uint32_t src, uint32_t dst, size_t len);

/* Sends core->message, of IGMP, by that interface. */
struct v4_ip_group {
    uint32_t dst;
    uint8_t tos;
    bool alert; /* with the option that says so to routers */
};
void v4_ip_tell_group(struct v4_core *core, unsigned iface, const struct v4_ip_group *to,
                      size_t len);

/* Sends core->message, of which `len` octets count, as an error. */
struct v4_report {
    uint8_t tos;
    uint32_t src; /* V4_ADDR_ANY: an address of the interface that it leaves by */
    uint32_t dst; /* where it goes first, by these options */
    struct v4_option_list options;
};
void v4_ip_report(struct v4_core *core, const struct v4_report *report, size_t len);

/* The address among ours that `packet` was sent to; if it was to many, that of the interface. */
uint32_t v4_ip_specific(const struct v4_core *core, const struct v4_packet *packet);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whether a message of ICMP that a host sends is the one that was called for, octet by octet, of
 * the reference (RFC 792, 950, 1122 3.2.2). */
#pragma once
#include "model/known.h"

/* A reply to a query that came at `at`: of its class, with the host's own TTL, all of its data, and
 * the moment at which it came. */
bool model_reply_fits(const struct model_host *model, const struct model_packet *reply,
                      const struct model_packet *query, uint64_t at);

/* The mask of the network of whoever has asked, or of all. */
bool model_mask_is_right(const struct model_host *model, unsigned iface,
                         const struct model_packet *reply);

/* What is behind the checksum of an error is unused, but for an MTU, or a pointer to an octet of
 * the header. */
bool model_error_says_no_more(const struct model_packet *error, const struct model_packet *quote);

/* It is of a kind with what it is about: nobody listens to a port of UDP that came right, nobody
 * has its protocol, its options are wrong, or a fragment is missing. */
bool model_error_is_deserved(const struct model_packet *error, const struct model_packet *packet);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conflicts of addresses (RFC 5227): what is sent for those that are tested or held, and what
 * becomes of them when somebody else has them too. */
#pragma once
#include "proto/core.h"
#include "wire/arp.h"

/* Gives an interface an address, as v4_address_add() does. With `probe` it is tested first, and
 * ours only if nobody has it (RFC5227-2.1-a); without, whoever asks for it answers for that, and it
 * is never given up (RFC5227-2.4-e). */
enum v4_error v4_conflict_add(struct v4_core *core, const struct v4_address *address, bool first,
                              bool probe);
/* Removes an address that is ours, or is to be. */
enum v4_error v4_conflict_remove(struct v4_core *core, unsigned iface, uint32_t addr);
/* The interface has come up: what was tested there is not ours until it is tested again
 * (RFC5227-2.1-c). */
void v4_conflict_up(struct v4_core *core, unsigned iface);

/* An ARP packet came by `iface`, from other hardware than ours there. It may be about an address
 * that we have or want: then it is answered by what the address's policy says, and the user is
 * told who claims it (RFC5227-2.1.1-i, RFC5227-2.4-j). */
void v4_conflict_input(struct v4_core *core, unsigned iface, const struct v4_arp *arp);
/* Sends the probes and announcements that are due. */
void v4_conflict_tick(struct v4_core *core);
/* When that has something to do next, or V4_NEVER. */
v4_time v4_conflict_next_timeout(const struct v4_core *core);

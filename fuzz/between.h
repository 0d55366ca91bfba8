/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Two hosts on two wires with a router between them: the second kind of fuzz_two_hosts.c. The first
 * frame of the script is about the wires, the router and the hosts, each other a datagram that one
 * of them sends, and what becomes of the packets on the wires from then on. */
#pragma once
#include "script.h"

bool between_is(struct v4_span script);
void between_play(struct v4_span script);

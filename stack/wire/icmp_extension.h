/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Extensions of ICMP errors (RFC 4884): behind a quote whose length the message tells there may be
 * a structure of objects. */
#pragma once
#include "wire/icmp.h"

#define V4_ICMP_QUOTE_MIN 128 /* octets of a quote that is extended, filled up where need be */
#define V4_ICMP_EXTENSION_HEADER 4
#define V4_ICMP_OBJECT_HEADER 4 /* length, class, type */

/* The structure behind the quote of an error that v4_icmp_parse() has read, with its header; what
 * it holds is nothing that we know (RFC4884-7-d). False when there is none, or none that is whole:
 * of version 2, with objects that end where it does, and a checksum that verifies or is left out
 * (RFC4884-9-a). */
bool v4_icmp_extension(const struct v4_icmp *icmp, struct v4_span *ret_extension);

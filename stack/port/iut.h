/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An IUT behind the eight calls of postel_iut.h, wherever they come from: linked in, or loaded from
 * a shared object. */
#pragma once
#include <stdbool.h>

#include "../conformance/iut/postel_iut_calls.h"
#include "base/time.h"

#define V4_FRAME_MAX 65549 /* an IPv4 packet of 65,535 octets and the Ethernet header */

/* Exit codes of the programs, as Postel itself has them. */
enum {
    V4_EXIT_OK = 0,
    V4_EXIT_USAGE = 2,
    V4_EXIT_ENVIRONMENT = 3,
    V4_EXIT_IUT = 4
};

struct v4_iut {
    struct postel_iut_calls calls;
    struct postel_iut *it; /* NULL before it is open */
    bool foreign;          /* from an object that somebody else may have written */
};

/* Loads the calls from a shared object. NULL when it worked, else what is wrong, in words that stay
 * valid until the next call. */
const char *v4_iut_load(const char *path, struct v4_iut *ret_iut);

/* Opens it. False when it cannot run with these settings. */
bool v4_iut_open(struct v4_iut *iut, const char *settings);

/* Hands it a frame in an allocation of exactly its size: a sanitizer in the object sees one octet
 * too many. False when there is no memory. */
bool v4_iut_input(const struct v4_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                  v4_time now);

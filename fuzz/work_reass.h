/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The edges (fuzz.h) that a call of table/reass.h may take. Each compiler makes another number of
 * them, so it is measured what an add or an expire takes where nothing else is held, and what a
 * step past another datagram takes. */
#pragma once
#include <stddef.h>
#include "table/reass.h"

struct work_reass {
    size_t add;    /* and two for each octet of the fragment */
    size_t expire; /* and one for each octet that comes out; also to ask when it is due */
};

/* Raises `work` to what tables of this configuration take, of whatever room. */
void work_reass_measure(struct v4_reass_config config, struct work_reass *work);

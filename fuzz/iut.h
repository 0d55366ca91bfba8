/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The IUT of a target that judges a whole host by the eight calls of postel_iut.h alone: the
 * reference, or whatever shared object POSTEL_IUT_OBJECT names. */
#pragma once
#include <stdbool.h>
#include "../conformance/iut/postel_iut_calls.h"

struct fuzz_iut {
    struct postel_iut_calls calls;
    bool ours; /* the reference, which also does what an RFC only recommends */
};

/* Ends the process when the object cannot be loaded. */
const struct fuzz_iut *fuzz_iut(void);

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The IUT of a target that judges a whole host by the eight calls of postel_iut.h alone: the
 * reference, or whatever shared object POSTEL_IUT_OBJECT names. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../conformance/iut/postel_iut.h"

struct fuzz_iut {
    struct postel_iut *(*open)(const char *settings);
    void (*input)(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                  uint64_t now);
    size_t (*output)(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame);
    uint64_t (*next_timeout)(struct postel_iut *iut);
    void (*tick)(struct postel_iut *iut, uint64_t now);
    void (*line)(struct postel_iut *iut, const char *line, uint64_t now,
                 void (*emit)(void *context, const char *line), void *context);
    void (*reset)(struct postel_iut *iut);
    void (*close)(struct postel_iut *iut);
    bool ours; /* the reference, which also does what an RFC only recommends */
};

/* Ends the process when the object cannot be loaded. */
const struct fuzz_iut *fuzz_iut(void);

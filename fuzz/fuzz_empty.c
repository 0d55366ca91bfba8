/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Nothing: what the engine itself costs, to measure the others against. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)data, (void)size;
    return 0;
}

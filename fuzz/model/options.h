/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The options of an IPv4 header by RFC 791 3.1, RFC 1108 and RFC 2113, in the plainest way: what is
 * wrong with them, and what a host may change in them. Shares no code with what it judges. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/drop.h"

#define MODEL_OPTIONS_MAX 40

/* An option of two octets or more, and all that is wrong with it: each fault with its octet,
 * counted from the type. */
struct model_option {
    uint8_t type;
    size_t at, len;
    size_t fault_count;
    struct {
        enum v4_drop drop;
        size_t octet;
    } faults[3];
};

/* Reads all options up to the first faulty one, which is then the last; returns how many. */
size_t model_options(const uint8_t *octets, size_t len,
                     struct model_option ret_options[MODEL_OPTIONS_MAX]);

/* Whether hosts write into options of this type; `option` below is one of them, without a fault. */
bool model_option_has_entries(uint8_t type);

/* Whether there is room for one more entry. */
bool model_option_has_room(const uint8_t *option);

/* The four octets at its pointer, where there is room. */
uint32_t model_option_next(const uint8_t *option);

/* Records or stamps: what a host at `addr` makes of the option at the moment `ms`. */
void model_option_pass(uint8_t *option, uint32_t addr, uint32_t ms);

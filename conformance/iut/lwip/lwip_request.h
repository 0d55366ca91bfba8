/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A request line of the upper tester's protocol, taken apart. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../postel_iut.h"
#include "lwip/ip_addr.h"

/* Every key of every operation. */
enum key {
    VERSION,
    PORT,
    ADDR,
    SOCK,
    DST,
    DPORT,
    DATA,
    SRC,
    TTL,
    TOS,
    DF,
    OPTIONS,
    PROTOCOL,
    ID,
    SEQ,
    NAME,
    VALUE,
    KIND,
    IFACE,
    MACADDR,
    LEN,
    PRIMARY,
    DEPRECATED,
    NET,
    GATEWAY,
    PREFERENCE,
    TYPE,
    GOOD,
    KEYS
};
#define BIT(key) (1u << (key))

struct request {
    struct postel_iut *iut;
    unsigned given; /* BIT()s */
    struct {
        long long number;
        ip_addr_t address;
        u8_t *octets; /* malloc'd */
        size_t len;
        const char *word; /* as it stands in the line */
    } value[KEYS];
    FILE *reply; /* the keys after "ok" */
};

/* Whether a line (without LF) is a request of the grammar, and not too long. */
bool request_well_formed(const char *line);

/* Reads one KEY=VALUE, which is taken apart in place. False when the key is unknown or comes twice,
 * or its value cannot be. */
bool request_read_key(struct request *r, char *word);

/* A decimal number from `least` to `most`; -1 for anything else. */
long request_decimal(const char *text, long least, long most);

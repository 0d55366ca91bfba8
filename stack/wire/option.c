/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/option.h"
#include "wire/ip.h"

/* Where things lie in an option. */
#define LENGTH 1
#define POINTER 2
#define OVERFLOW_FLAG 3

#define ROUTE_POINTER_MIN 4
#define TIMESTAMP_POINTER_MIN 5
#define OVERFLOW_MAX 15

static uint8_t flag_of(const uint8_t *option)
{
    return option[OVERFLOW_FLAG] & 0x0f;
}

static size_t entry_size(uint8_t flag)
{
    return flag == V4_TIMESTAMP_ONLY ? 4 : 8;
}

static bool is_full(const uint8_t *option)
{
    return option[POINTER] > option[LENGTH];
}

/* True when the pointer is past the end or at a whole entry; `min` is where the first one starts.
 */
static bool pointer_is_right(const uint8_t *option, uint8_t min, size_t entry)
{
    uint8_t pointer = option[POINTER];

    return pointer >= min && (is_full(option) || ((size_t)(pointer - min) % entry == 0 &&
                                                  pointer + entry - 1 <= option[LENGTH]));
}

/* Each check_ function judges one option, and gives the octet in it that is at fault. */
static enum v4_drop check_route(const uint8_t *option, uint8_t *ret_octet)
{
    if (pointer_is_right(option, ROUTE_POINTER_MIN, 4)) /* RFC791-3.1_SR-a, RFC791-3.1_RR-d */
        return V4_KEEP;
    *ret_octet = POINTER;
    return V4_DROP_OPTION_POINTER;
}

static enum v4_drop check_timestamp(const uint8_t *option, uint8_t *ret_octet)
{
    uint8_t flag = flag_of(option);

    *ret_octet = OVERFLOW_FLAG;
    if (flag != V4_TIMESTAMP_ONLY && flag != V4_TIMESTAMP_ADDRESS &&
        flag != V4_TIMESTAMP_PRESPECIFIED) /* RFC791-3.1_TS-e */
        return V4_DROP_OPTION_FLAG;
    if (is_full(option) && flag != V4_TIMESTAMP_PRESPECIFIED &&
        option[OVERFLOW_FLAG] >> 4 == OVERFLOW_MAX) /* RFC791-3.1_TS-i */
        return V4_DROP_OPTION_OVERFLOW;

    *ret_octet = POINTER;
    return pointer_is_right(option, TIMESTAMP_POINTER_MIN, entry_size(flag))
               ? V4_KEEP
               : V4_DROP_OPTION_POINTER;
}

static enum v4_drop check(const uint8_t *option, uint8_t *ret_octet)
{
    switch (option[0]) {
    case V4_OPTION_RECORD_ROUTE:
    case V4_OPTION_LSRR:
    case V4_OPTION_SSRR:
        return check_route(option, ret_octet);
    case V4_OPTION_TIMESTAMP:
        return check_timestamp(option, ret_octet);
    default:
        return V4_KEEP;
    }
}

static bool length_is_right(uint8_t type, size_t len)
{
    switch (type) {
    case V4_OPTION_RECORD_ROUTE:
    case V4_OPTION_LSRR:
    case V4_OPTION_SSRR:
    case V4_OPTION_SECURITY: /* RFC1108-2.1-a */
        return len >= 3;
    case V4_OPTION_TIMESTAMP:
        return len >= 4;
    case V4_OPTION_ROUTER_ALERT: /* RFC2113-2.1-g */
        return len == 4;
    default:
        return len >= 2;
    }
}

/* Where an option of this type is kept; NULL: nowhere. */
static struct v4_option *place(struct v4_options *options, uint8_t type)
{
    switch (type) {
    case V4_OPTION_RECORD_ROUTE:
        return &options->record_route;
    case V4_OPTION_TIMESTAMP:
        return &options->timestamp;
    case V4_OPTION_LSRR:
    case V4_OPTION_SSRR: /* RFC1122-3.2.1.8c-d */
        return &options->source_route;
    case V4_OPTION_SECURITY:
        return &options->security;
    case V4_OPTION_STREAM_ID:
        return &options->stream_id;
    case V4_OPTION_ROUTER_ALERT:
        return &options->router_alert;
    default:
        return NULL;
    }
}

/* Enters an option; false when it may appear once and is there already. */
static bool enter(struct v4_options *options, struct v4_option option)
{
    struct v4_option *kept = place(options, option.type);

    if (kept == NULL) {
        options->others++; /* RFC1122-3.2.1.8-c */
        return true;
    }
    if (kept->len == 0) {
        *kept = option;
        return true;
    }
    /* No rule forbids a second router alert, and stream identifiers are ignored
     * (RFC1122-3.2.1.8b-b). */
    return option.type == V4_OPTION_STREAM_ID || option.type == V4_OPTION_ROUTER_ALERT;
}

/* Moves `*at` to the next option that is more than one octet; false when there is none. */
static bool skip_nops(struct v4_span options, size_t *at)
{
    while (*at < options.len && options.octets[*at] == V4_OPTION_NOP) /* RFC791-3.1_NOP-a */
        ++*at;
    return *at < options.len && options.octets[*at] != V4_OPTION_EOL; /* RFC791-3.1_EOL-a */
}

/* Judges the option at `at` and enters it; `*ret_octet` is the octet of it that is at fault. */
static enum v4_drop parse_one(struct v4_span options, size_t at, struct v4_options *found,
                              uint8_t *ret_octet)
{
    const uint8_t *option = options.octets + at;
    size_t left = options.len - at;

    *ret_octet = 0;
    if (left < 2)
        return V4_DROP_OPTION_LENGTH;
    if (option[LENGTH] > left || !length_is_right(option[0], option[LENGTH])) {
        *ret_octet = LENGTH; /* RFC1122-3.2.1.8-d */
        return V4_DROP_OPTION_LENGTH;
    }
    if (!enter(found, (struct v4_option){option[0], (uint8_t)at, option[LENGTH]}))
        return V4_DROP_OPTION_TWICE;
    return check(option, ret_octet);
}

enum v4_drop v4_options_parse(struct v4_span options, struct v4_options *ret_options,
                              uint8_t *ret_pointer)
{
    struct v4_options found = {0};
    uint8_t octet;

    for (size_t at = 0; skip_nops(options, &at); at += options.octets[at + LENGTH]) {
        enum v4_drop drop = parse_one(options, at, &found, &octet);
        if (drop != V4_KEEP) {
            *ret_pointer = (uint8_t)(V4_IP_HEADER_MIN + at + octet);
            return drop;
        }
    }
    *ret_options = found;
    return V4_KEEP;
}

bool v4_option_next(struct v4_span options, size_t *at, struct v4_option *ret_option)
{
    if (!skip_nops(options, at))
        return false;

    const uint8_t *option = options.octets + *at;
    *ret_option = (struct v4_option){option[0], (uint8_t)*at, option[LENGTH]};
    *at += option[LENGTH];
    return true;
}

bool v4_option_next_addr(const uint8_t *option, uint32_t *ret_addr)
{
    if (is_full(option)) /* RFC791-3.1_LSRR-c */
        return false;
    *ret_addr = v4_be32(option + option[POINTER] - 1); /* a pointer counts from 1 */
    return true;
}

void v4_option_record(uint8_t *option, uint32_t addr)
{
    if (is_full(option)) /* RFC791-3.1_RR-c */
        return;
    v4_put32(option + option[POINTER] - 1, addr); /* RFC791-3.1_RR-b */
    option[POINTER] += 4;
}

static void count_overflow(uint8_t *option)
{
    if (flag_of(option) != V4_TIMESTAMP_PRESPECIFIED &&
        option[OVERFLOW_FLAG] >> 4 < OVERFLOW_MAX) /* RFC791-3.1_TS-h */
        option[OVERFLOW_FLAG] += 1 << 4;
}

void v4_option_stamp(uint8_t *option, uint32_t addr, uint32_t ms)
{
    uint8_t flag = flag_of(option);

    if (is_full(option)) {
        count_overflow(option);
        return;
    }
    uint8_t *entry = option + option[POINTER] - 1;
    if (flag == V4_TIMESTAMP_PRESPECIFIED && v4_be32(entry) != addr) /* RFC791-3.1_TS-d */
        return;
    if (flag != V4_TIMESTAMP_ONLY) { /* RFC791-3.1_TS-c */
        v4_put32(entry, addr);
        entry += 4;
    }
    v4_put32(entry, ms);
    option[POINTER] = (uint8_t)(option[POINTER] + entry_size(flag));
}

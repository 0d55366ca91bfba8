/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to the options of one packet: put in, taken out, lengths and pointers near their edges.
 * The header around them is made right again, so that only the options are in doubt. */
#include <string.h>
#include "mutate.h"

#define OPTIONS_MAX 40

struct options {
    uint8_t octets[OPTIONS_MAX];
    size_t len;
    size_t starts[OPTIONS_MAX]; /* where an option begins, as far as the lengths can be believed */
    size_t count;
};

static void find_starts(struct options *options)
{
    options->count = 0;
    for (size_t at = 0; at < options->len;) {
        size_t len =
            options->octets[at] < 2 || at + 1 == options->len ? 1 : options->octets[at + 1];
        options->starts[options->count++] = at;
        at += len > 0 ? len : 1;
    }
}

static void read_options(const struct draft_record *frame, struct options *ret_options)
{
    size_t len = packet_header_len(frame);

    if (len > packet_len(frame))
        len = packet_len(frame);
    ret_options->len = len < 20 ? 0 : len - 20;
    memcpy(ret_options->octets, packet_of(frame) + 20, ret_options->len);
    find_starts(ret_options);
}

/* An option of a known kind, mostly right. Returns its length, at most 40. */
static size_t make_option(struct draft *draft, uint8_t octets[OPTIONS_MAX])
{
    size_t slots = draft_below(draft, 5), len = 4;

    memset(octets, 0, OPTIONS_MAX);
    octets[0] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 7, 7, 68, 68, 68, 131, 137, 130, 133, 134, 136,
                                      148, 30, 94, 158, 205, 255);
    switch (octets[0]) {
    case 0:
    case 1:
        return 1;
    case 7:
    case 131:
    case 137:
        len = 3 + 4 * slots;
        octets[2] = (uint8_t)(4 + 4 * draft_below(draft, slots + 1));
        break;
    case 68:
        octets[3] = (uint8_t)(DRAFT_ONE_OF(draft, 0, 1, 3, 3, 2, 15) |
                              DRAFT_ONE_OF(draft, 0, 0, 1, 14, 15) << 4);
        len = 4 + (octets[3] % 16 ? 8 : 4) * slots;
        octets[2] = (uint8_t)(5 + (octets[3] % 16 ? 8 : 4) * draft_below(draft, slots + 1));
        for (size_t i = 4; i < len; i += 8) /* a pre-specified address that is the host's own */
            v4_put32(octets + i, draft_once_in(draft, 2) ? 0xc6120002 : 0);
        break;
    case 130:
        len = 11;
        break;
    default:
        len = (octets[0] == 136 || octets[0] == 148) ? 4 : 2 + draft_below(draft, 9);
        break;
    }
    octets[1] = (uint8_t)len;
    return len;
}

static void insert(struct draft *draft, struct options *options, size_t at)
{
    uint8_t made[OPTIONS_MAX];
    size_t len = make_option(draft, made);

    if (len > OPTIONS_MAX - at)
        return;
    if (options->len > OPTIONS_MAX - len)
        options->len = OPTIONS_MAX - len; /* the end makes way */
    memmove(options->octets + at + len, options->octets + at,
            options->len > at ? options->len - at : 0);
    memcpy(options->octets + at, made, len);
    options->len = (options->len > at ? options->len : at) + len;
}

static void remove_from(struct options *options, size_t at, size_t end)
{
    memmove(options->octets + at, options->octets + end, options->len - end);
    options->len -= end - at;
}

/* One octet of the option at `at` near an edge: its length, its pointer, or its overflow and flags.
 */
static void to_the_edge(struct draft *draft, struct options *options, size_t at)
{
    uint8_t *option = options->octets + at;
    uint32_t left = (uint32_t)(options->len - at);
    size_t which = 1 + draft_below(draft, 3);

    if (which >= left)
        return;

    uint32_t len = option[1];
    if (which == 1)
        option[1] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 3, 4, 5, 7, len - 1, len + 1, left,
                                          left + 1, 255);
    if (which == 2)
        option[2] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 3, 4, 5, 6, 8, 9, len - 7, len - 4, len - 3,
                                          len - 2, len - 1, len, len + 1, len + 2, 255);
    if (which == 3)
        option[3] = (uint8_t)(DRAFT_ONE_OF(draft, 0, 1, 2, 3, 4, 8, 15) |
                              DRAFT_ONE_OF(draft, 0, 1, 7, 8, 14, 15) << 4);
}

static void change(struct draft *draft, struct options *options)
{
    size_t i = draft_below(draft, options->count);
    size_t at = options->count == 0 ? 0 : options->starts[i];
    size_t end = i + 1 < options->count ? options->starts[i + 1] : options->len;

    switch (draft_below(draft, 8)) {
    case 0:
    case 1:
        insert(draft, options, at);
        break;
    case 2:
        insert(draft, options, options->len);
        break;
    case 3:
        remove_from(options, at, end);
        break;
    case 4: /* the last option loses its end */
        options->len -= draft_below(draft, options->len - at);
        break;
    default:
        if (options->len > 0)
            to_the_edge(draft, options, at);
        break;
    }
    find_starts(options);
}

/* Puts the options back; the header says how long it now is. */
static void write_options(struct draft *draft, struct draft_record *frame, struct options *options)
{
    size_t old_len = packet_header_len(frame), len = packet_len(frame);

    if (old_len < 20 || old_len > len)
        old_len = 20;
    for (uint8_t pad = (uint8_t)draft_below(draft, 2); options->len % 4 != 0; options->len++)
        options->octets[options->len] = pad;

    size_t data_len = len - old_len, header_len = 20 + options->len;
    size_t room = header_len > old_len ? header_len : old_len;
    if (!draft_resize(draft, frame, 14 + room + data_len))
        return;
    uint8_t *p = packet_of(frame);
    memmove(p + header_len, p + old_len, data_len);
    memcpy(p + 20, options->octets, options->len);
    frame->len = 14 + header_len + data_len;
    p[0] = (uint8_t)(0x40 | header_len / 4);
    v4_put16(p + 2, (uint16_t)(header_len + data_len));
}

void mutate_script(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);
    struct options options;

    if (!frame)
        frame = draft_new_packet(draft, 0, 20 + draft_below(draft, 9));
    if (!frame)
        return;

    if (draft_once_in(draft, 8))
        draft_mutate(draft, frame);
    if (frame->len >= 14 + 20) {
        read_options(frame, &options);
        for (size_t n = 1 + draft_below(draft, 4); n > 0; n--)
            change(draft, &options);
        write_options(draft, frame, &options);
    }
    if (!draft_once_in(draft, 8))
        packet_repair(frame);

    if (draft_once_in(draft, 32))
        draft_insert(draft, draft_below(draft, draft->count), frame);
    if (draft->count > 1 && draft_once_in(draft, 4))
        draft_remove(draft, draft_below(draft, draft->count));
}

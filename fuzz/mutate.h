/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A script taken apart, changed, and put together again. mutate.c defines LLVMFuzzerCustomMutator()
 * and LLVMFuzzerCustomCrossOver(); the change itself is the target's own mutate_script(). The same
 * data and seed give the same result.
 *
 * What a mutator repairs it repairs also where a correct stack would not look: a bug must not hide
 * behind a checksum. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "script.h"

#define DRAFT_RECORDS 96
#define DRAFT_ROOM (1 << 18)

struct draft_record {
    struct script_record is; /* is.octets is the same as octets and len */
    uint8_t *octets;
    size_t len;
};

struct draft {
    struct draft_record records[DRAFT_RECORDS];
    size_t count;
    size_t used; /* of room */
    uint8_t room[DRAFT_ROOM];
    uint64_t random;
};

/* A number below `n`; 0 when n is 0. */
size_t draft_below(struct draft *draft, size_t n);

/* True once in `n` times. */
bool draft_once_in(struct draft *draft, size_t n);

/* One of the values given. */
#define DRAFT_ONE_OF(draft, ...)                                                                   \
    (((const uint32_t[]){                                                                          \
        __VA_ARGS__})[draft_below((draft), sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))])

/* Makes room for a record before the one at `at`, as a copy of `record`, with its own octets. NULL
 * when full. */
struct draft_record *draft_insert(struct draft *draft, size_t at,
                                  const struct draft_record *record);

void draft_remove(struct draft *draft, size_t at);

/* Gives the record `len` octets: the old ones, then counting ones. False when full. */
bool draft_resize(struct draft *draft, struct draft_record *record, size_t len);

/* A frame chosen at random that holds at least an IP header; NULL when there is none. */
struct draft_record *draft_packet(struct draft *draft);

/* Adds the frame of a datagram of `len` octets, no options, protocol 17, between the lab's
 * addresses; NULL when full. */
struct draft_record *draft_new_packet(struct draft *draft, size_t at, size_t len);

/* libFuzzer's own mutation of a record's octets, which may shrink or grow them. */
void draft_mutate(struct draft *draft, struct draft_record *record);

/* The packet of a frame (see draft_packet). */
static inline uint8_t *packet_of(const struct draft_record *frame)
{
    return frame->octets + 14;
}

static inline size_t packet_len(const struct draft_record *frame)
{
    return frame->len - 14;
}

/* The header's length by its IHL, be it right or wrong. */
static inline size_t packet_header_len(const struct draft_record *frame)
{
    return (size_t)(packet_of(frame)[0] & 0x0f) * 4;
}

/* Makes the header checksum right again wherever an IHL of 3 or more lets it lie inside the header.
 */
void packet_repair(struct draft_record *frame);

/* The target's own change, made to at least one record. */
void mutate_script(struct draft *draft);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/scripts.h"
#include <stdio.h>
#include <string.h>

#include "base/span.h"
#include "wire/checksum.h"

#define ETHERNET 14
#define CALL_MAX 4000 /* octets that a call grows to */

/* The checksum at `field` of what begins at `data`, made right. */
static void repair(uint8_t *data, size_t len, size_t field, uint64_t pseudo)
{
    v4_put16(data + field, 0);
    uint64_t sum = v4_checksum_add(pseudo, (struct v4_span){data, len});
    v4_put16(data + field, v4_checksum_finish(sum));
}

static void repair_packet(uint8_t *packet, size_t len)
{
    size_t header = len < 20 ? 0 : (size_t)(packet[0] & 15) * 4;

    if (header < 20 || header > len)
        return;
    size_t data_len = len - header;
    uint64_t pseudo =
        v4_checksum_pseudo(v4_be32(packet + 12), v4_be32(packet + 16), packet[9], data_len);
    if (packet[9] == 1 && data_len >= 8)
        repair(packet + header, data_len, 2, 0);
    if (packet[9] == 17 && data_len >= 8)
        repair(packet + header, data_len, 6, pseudo);
    repair(packet, header, 10, 0);
}

/* Other octets, or another length, at a place that is likelier in a header than behind it. */
static size_t changed(struct v4_rng *rng, uint8_t *frame, size_t len)
{
    static const uint8_t edges[] = {0,  1,  4,  5,  7,   8,   15,  16,  20,
                                    31, 40, 63, 64, 127, 128, 224, 254, 255};
    uint32_t near = len < 64 ? (uint32_t)len : 64;
    uint32_t at = v4_rng_below(rng, v4_rng_below(rng, 4) == 0 ? (uint32_t)len : near);

    switch (v4_rng_below(rng, 6)) {
    case 0:
        frame[at] ^= (uint8_t)(1 << v4_rng_below(rng, 8));
        return len;
    case 1:
        frame[at] = edges[v4_rng_below(rng, sizeof edges)];
        return len;
    case 2:
        frame[at] = (uint8_t)v4_rng_next(rng);
        return len;
    case 3:
        frame[at] = (uint8_t)(frame[at] + 1 - 2 * v4_rng_below(rng, 2));
        return len;
    case 4:
        return len > ETHERNET ? len - v4_rng_below(rng, (uint32_t)len - ETHERNET) : len;
    default: /* octets behind the packet */
        memset(frame + len, 0x5a, 8);
        return len + v4_rng_below(rng, 8);
    }
}

/* With its total length made that of the frame, in half of those whose length has changed. */
static size_t mutated(struct v4_rng *rng, uint8_t *frame, size_t len)
{
    size_t before = len;

    for (uint32_t n = 1 + v4_rng_below(rng, 2); n > 0 && len > 0; n--)
        len = changed(rng, frame, len);
    if (len < ETHERNET + 20 || v4_be16(frame + 12) != 0x0800)
        return len;
    if (len != before && v4_rng_below(rng, 2) == 0)
        v4_put16(frame + ETHERNET + 2, (uint16_t)(len - ETHERNET));
    if (v4_rng_below(rng, 8) != 0)
        repair_packet(frame + ETHERNET, len - ETHERNET);
    return len;
}

/* A call with another digit in one of its values, or with that value twice over. */
static size_t changed_call(struct v4_rng *rng, char *line, size_t len)
{
    size_t at = v4_rng_below(rng, (uint32_t)len), value;

    line[len] = '\0';
    while (at > 0 && line[at] != '=')
        at--;
    if (line[at] != '=' || (value = strcspn(line + at + 1, " ")) == 0)
        return len;
    char *digits = line + at + 1;
    if (v4_rng_below(rng, 2) == 0 || 2 * len > CALL_MAX) {
        digits[v4_rng_below(rng, (uint32_t)value)] = (char)('0' + v4_rng_below(rng, 10));
        return len;
    }
    memmove(digits + value, digits, len - at - 1);
    return len + value;
}

static size_t advance(struct v4_rng *rng, uint8_t *ret_message)
{
    static const unsigned ms[] = {1,    10,   100,   250,   500,   999,   1000,
                                  1001, 3000, 15000, 30000, 60000, 61000, 130000};
    unsigned chosen = ms[v4_rng_below(rng, sizeof ms / sizeof *ms)];

    return (size_t)sprintf((char *)ret_message, "L7 advance ms=%u", chosen);
}

size_t v4_script_next(struct v4_rng *rng, const struct v4_message *messages, size_t count,
                      size_t *at, uint8_t ret_message[V4_MESSAGE_MAX])
{
    if (v4_rng_below(rng, 12) == 0)
        return advance(rng, ret_message);
    if (*at >= count || v4_rng_below(rng, 6) == 0)
        *at = v4_rng_below(rng, (uint32_t)count);
    const struct v4_message *message = messages + (*at)++;
    memcpy(ret_message, message->octets, message->len);
    bool changes = ret_message[0] == 'F' && message->len > 2 && v4_rng_below(rng, 2) == 0;
    if (changes && message->len + 8 < V4_FRAME_MAX)
        return 2 + mutated(rng, ret_message + 2, message->len - 2);
    if (ret_message[0] == 'L' && message->len > 1 && v4_rng_below(rng, 4) == 0)
        return 1 + changed_call(rng, (char *)ret_message + 1, message->len - 1);
    if (ret_message[0] == 'F' && v4_rng_below(rng, 32) == 0)
        ret_message[1] ^= 1; /* the other interface */
    return message->len;
}

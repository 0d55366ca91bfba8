/* SPDX-License-Identifier: BSD-2-Clause */
#include "back.h"
#include <string.h>

#define FRAME 14
#define HEADER 20
#define QUOTE 128 /* octets that are quoted */
#define ERRORS 14
#define BY_DESTINATION 16 /* of `which`: not a router says so, but whom it was for */

static const uint8_t errors[ERRORS][2] = {{3, 0}, {3, 1},  {3, 2},  {3, 3},  {3, 4},
                                          {3, 4}, {3, 13}, {11, 0}, {11, 1}, {12, 0},
                                          {4, 0}, {5, 0},  {5, 1},  {5, 3}};

static void put_sum(uint8_t *at, struct v4_span octets, uint32_t pseudo)
{
    v4_put16(at, 0);
    v4_put16(at, (uint16_t)~model_sum(octets, pseudo));
}

/* The neighbour behind a MAC of the lab (docs/script.md). */
static uint32_t router_of(const uint8_t *mac, unsigned iface)
{
    return iface == 0 ? 0xc6120000 | mac[5] : 0xc6124040 | (mac[5] & 0x3f);
}

static size_t put_error(const struct model_packet *sent, const uint8_t *kind, uint32_t rest,
                        uint8_t *to)
{
    size_t len = sent->octets.len < QUOTE ? sent->octets.len : QUOTE;

    to[0] = kind[0];
    to[1] = kind[1];
    v4_put32(to + 4, rest);
    memcpy(to + 8, sent->octets.octets, len);
    put_sum(to + 2, (struct v4_span){to, 8 + len}, 0);
    return 8 + len;
}

/* The reply to an echo, or a datagram of UDP with its ports turned round; anything else as it is.
 */
static size_t put_reply(const struct model_packet *sent, const struct model_packet *back,
                        uint8_t *to)
{
    size_t len = sent->data.len < 512 ? sent->data.len : 512;
    struct model_packet with = *back;

    memcpy(to, sent->data.octets, len);
    with.data = (struct v4_span){to, len};
    if (sent->protocol == 1 && len >= 8) {
        to[0] = 0;
        put_sum(to + 2, with.data, 0);
    }
    if (sent->protocol == 17 && len >= 8) {
        memcpy(to, sent->data.octets + 2, 2);
        memcpy(to + 2, sent->data.octets, 2);
        v4_put16(to + 4, (uint16_t)len);
        put_sum(to + 6, with.data, model_pseudo(&with));
    }
    return len;
}

size_t model_back(struct v4_span sent, unsigned iface, unsigned which, uint32_t rest,
                  uint8_t ret_frame[MODEL_BACK])
{
    struct model_frame frame;
    uint8_t *p = ret_frame + FRAME;
    bool error = which % BY_DESTINATION < ERRORS;

    if (model_frame_read(sent, &frame) != NULL || frame.kind != MODEL_IP || frame.snap)
        return 0;
    const struct model_packet *packet = &frame.packet;
    struct model_packet back = {.protocol = error ? 1 : packet->protocol,
                                .src = error && which < BY_DESTINATION ? router_of(frame.dst, iface)
                                                                       : packet->dst,
                                .dst = packet->src};
    memcpy(ret_frame, frame.src, 6);
    memcpy(ret_frame + 6, frame.dst, 6);
    v4_put16(ret_frame + 12, 0x0800);
    size_t len = error ? put_error(packet, errors[which % BY_DESTINATION], rest, p + HEADER)
                       : put_reply(packet, &back, p + HEADER);
    memset(p, 0, HEADER);
    p[0] = 0x45;
    v4_put16(p + 2, (uint16_t)(HEADER + len));
    p[4] = 0x77;
    p[8] = 64;
    p[9] = back.protocol;
    v4_put32(p + 12, back.src);
    v4_put32(p + 16, back.dst);
    put_sum(p + 10, (struct v4_span){p, HEADER}, 0);
    return FRAME + HEADER + len;
}

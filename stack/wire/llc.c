/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/llc.h"
#include <string.h>
#include "wire/ether.h"

#define LENGTH_MAX 1500
#define LLC 3    /* octets of an 802.2 header of type 1 */
#define XID 0xaf /* the control octet without its poll bit */
#define TEST 0xe3
#define POLL 0x10
#define RESPONSE 0x01 /* in the source access point */

/* Connectionless service is what there is (RFC1042-LLC-d). */
static const uint8_t class_1[] = {0x81, 0x01, 0x00};

bool v4_llc_parse(struct v4_span frame, struct v4_llc *ret_llc)
{
    const uint8_t *p = frame.octets;

    if (frame.len < V4_LLC_HEADER)
        return false;
    size_t len = v4_be16(p + 12);
    uint8_t control = p[16] & (uint8_t)~POLL;
    if (len < LLC || len > LENGTH_MAX || frame.len - V4_ETHER_HEADER < len ||
        (control != XID && control != TEST) || (p[15] & RESPONSE) != 0)
        return false;
    *ret_llc = (struct v4_llc){
        .to = p[14],
        .from = p[15],
        .test = control == TEST,
        .poll = (p[16] & POLL) != 0,
        .info = {p + V4_LLC_HEADER, len - LLC},
    };
    memcpy(ret_llc->dst.octets, p, 6);
    memcpy(ret_llc->src.octets, p + 6, 6);
    return true;
}

void v4_llc_emit(const struct v4_llc *llc, uint8_t ret_octets[V4_LLC_HEADER])
{
    struct v4_ether ether = {
        .dst = llc->dst, .src = llc->src, .type = (uint16_t)(LLC + llc->info.len)};

    v4_ether_emit(&ether, ret_octets);
    ret_octets[14] = llc->to;
    ret_octets[15] = llc->from;
    ret_octets[16] = (uint8_t)((llc->test ? TEST : XID) | (llc->poll ? POLL : 0));
}

struct v4_llc v4_llc_response(const struct v4_llc *command, struct v4_mac mac)
{
    struct v4_llc response = *command;

    response.dst = command->src;
    response.src = mac;
    response.to = command->from;
    response.from = command->to | RESPONSE;
    if (!command->test)
        response.info = (struct v4_span){class_1, sizeof class_1};
    return response;
}

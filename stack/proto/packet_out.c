/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/packet_out.h"
#include <string.h>
#include "proto/ip_out.h"
#include "wire/checksum.h"

#define LENGTH 2 /* where these fields are */
#define CHECKSUM 10

/* The header as it must be where the user has left it open; false: what stands there is wrong. */
static enum v4_error complete(uint8_t *packet, size_t len)
{
    size_t header_len = (packet[0] & 15u) * 4u;
    uint16_t said = v4_be16(packet + LENGTH), sum = v4_be16(packet + CHECKSUM);

    if (packet[0] >> 4 != 4 || header_len < V4_IP_HEADER_MIN || header_len > len)
        return V4_EINVAL;
    if (said != 0 && said != len)
        return V4_EMSGSIZE;
    v4_put16(packet + LENGTH, (uint16_t)len);
    v4_put16(packet + CHECKSUM, 0);
    uint16_t right = v4_checksum((struct v4_span){packet, header_len});
    if (sum != 0 && sum != right)
        return V4_EINVAL;
    v4_put16(packet + CHECKSUM, right);
    return V4_OK;
}

enum v4_error v4_packet_send(struct v4_core *core, struct v4_span packet)
{
    struct v4_span whole = {core->message, packet.len};
    struct v4_ip ip;

    if (packet.len < V4_IP_HEADER_MIN)
        return V4_EINVAL;
    if (packet.len > V4_IP_LENGTH_MAX)
        return V4_EMSGSIZE;
    memcpy(core->message, packet.octets, packet.len);
    enum v4_error error = complete(core->message, packet.len);
    if (error != V4_OK)
        return error;
    if (v4_ip_parse(whole, &ip) != V4_KEEP || ip.reserved || ip.mf || ip.offset != 0)
        return V4_EINVAL;
    return v4_ip_send(core, ip.protocol,
                      &(struct v4_send){
                          .dst = ip.dst,
                          .src = ip.src,
                          .ttl = ip.ttl,
                          .tos = ip.tos,
                          .df = ip.df ? V4_DF_SET : V4_DF_CLEAR,
                          .with_id = ip.id != 0,
                          .id = ip.id,
                          .options = ip.options,
                          .data = ip.data,
                      });
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is v4_ip_parse() what the RFCs say, and nothing more?
 *
 *   accept     it keeps a packet exactly when rfc_accepts() does, which restates RFC 791 3.1 and
 *              RFC 1122 3.2.1 and shares no code with it
 *   untouched  the result is written only for a packet that is kept
 *   borrow     options and data lie inside the packet and, with the fixed header, partition its
 *              total length
 *   fields     each value is what its octets say
 *   return     emitting what was parsed gives the same octets back
 *   quote      v4_ip_parse_quote() says the same, but judges no checksum and takes what there is */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "script.h"
#include "wire/ip.h"

/* Whether the header's own words agree, be its checksum what it may. */
static bool header_agrees(const uint8_t *p, size_t len)
{
    size_t header_len = len < 20 ? 0 : p[0] % 16 * 4u;

    return header_len >= 20 && p[0] / 16 == 4 && header_len <= len &&
           header_len <= p[2] * 256u + p[3];
}

/* Adding in ones-complement is adding modulo 65535: a header verifies when its words add up to a
 * multiple of that. Their sum is not zero, because the version is not. */
static bool rfc_accepts(const uint8_t *p, size_t len)
{
    unsigned long sum = 0;

    if (!header_agrees(p, len) || p[2] * 256u + p[3] > len)
        return false;
    for (size_t i = 0; i < p[0] % 16 * 4u; i += 2)
        sum += p[i] * 256u + p[i + 1];
    return sum % 65535 == 0;
}

static bool says(const struct v4_ip *ip, const uint8_t *p)
{
    unsigned place = p[6] * 256u + p[7];

    return ip->tos == p[1] && ip->id == p[4] * 256 + p[5] && ip->reserved == (p[6] >= 128) &&
           ip->df == (p[6] / 64 % 2 == 1) && ip->mf == (p[6] / 32 % 2 == 1) &&
           ip->offset == place % 8192 && ip->ttl == p[8] && ip->protocol == p[9] &&
           ip->src == ((p[12] * 256u + p[13]) * 256u + p[14]) * 256u + p[15] &&
           ip->dst == ((p[16] * 256u + p[17]) * 256u + p[18]) * 256u + p[19];
}

static void check(const uint8_t *p, size_t len)
{
    struct v4_ip ip, before;
    uint8_t out[V4_IP_HEADER_MAX];

    memset(&before, 0xa5, sizeof before);
    ip = before;
    enum v4_drop drop = v4_ip_parse((struct v4_span){p, len}, &ip);
    ORACLE((drop == V4_KEEP) == rfc_accepts(p, len), "accept: parse says %s", v4_drop_name(drop));
    if (drop != V4_KEEP) {
        ORACLE(memcmp(&ip, &before, sizeof ip) == 0, "untouched: a result for a dropped packet");
        return;
    }

    size_t header_len = p[0] % 16 * 4u, total = p[2] * 256u + p[3];
    ORACLE(ip.options.octets == p + 20, "borrow: options are not where they were");
    ORACLE(ip.options.len == header_len - 20, "borrow: %zu octets of options", ip.options.len);
    ORACLE(ip.data.octets == p + header_len, "borrow: data are not where they were");
    ORACLE(ip.data.len == total - header_len, "borrow: %zu octets of data", ip.data.len);
    ORACLE(says(&ip, p), "fields: a value differs from its octets");

    size_t n = v4_ip_emit(&ip, out);
    ORACLE(n == header_len, "return: the header has %zu octets", n);
    if (p[10] == 0xff && p[11] == 0xff) /* RFC 1071: zero has two forms, and emit writes one */
        out[10] = (uint8_t)~out[10], out[11] = (uint8_t)~out[11];
    ORACLE(memcmp(out, p, n) == 0, "return: octets changed");
}

static void check_quote(const uint8_t *p, size_t len)
{
    struct v4_ip ip;
    enum v4_drop drop = v4_ip_parse_quote((struct v4_span){p, len}, &ip);

    ORACLE((drop == V4_KEEP) == header_agrees(p, len), "quote: parse says %s", v4_drop_name(drop));
    if (drop != V4_KEEP)
        return;

    size_t header_len = p[0] % 16 * 4u, total = p[2] * 256u + p[3];
    ORACLE(ip.data.octets == p + header_len, "quote: data are not where they were");
    ORACLE(ip.data.len == (total < len ? total : len) - header_len, "quote: %zu octets of data",
           ip.data.len);
    ORACLE(ip.options.octets == p + 20 && ip.options.len == header_len - 20,
           "quote: other options");
    ORACLE(says(&ip, p), "quote: a value differs from its octets");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct script_record record;

    while (script_next(&script, &record)) {
        if (record.kind != SCRIPT_FRAME || !fuzz_packet(record.octets, &packet))
            continue;
        check(packet.octets, packet.len);
        check_quote(packet.octets, packet.len);
        free((void *)packet.octets);
    }
    return 0;
}

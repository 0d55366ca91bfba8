/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/icmp.h"
#include <string.h>

#define ETHERNET 14

bool model_icmp_ours(uint32_t addr)
{
    return addr == MODEL_ICMP_LEFT || addr == MODEL_ICMP_RIGHT;
}

/* Adding in ones-complement is adding modulo 65535; a sum of zero is none of a whole message. */
bool model_icmp_sums(const uint8_t *m, size_t len)
{
    unsigned long sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? m[i] : m[i] * 256ul;
    return sum != 0 && sum % 65535 == 0;
}

static bool is_error(uint8_t type)
{
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

bool model_icmp_accepts(const uint8_t *m, size_t len)
{
    if (len < 8 || !model_icmp_sums(m, len))
        return false;
    if (is_error(m[0])) {
        size_t header = len == 8 ? 20 : m[8] % 16 * 4u;
        return len - 8 >= (header < 20 ? 20 : header);
    }
    if (m[0] == 13 || m[0] == 14)
        return len >= 20;
    return (m[0] != 17 && m[0] != 18) || len >= 12;
}

size_t model_icmp_extension(const uint8_t *m, size_t len)
{
    size_t at = 8 + m[5] * 4u, object = at + 4;

    if ((m[0] != 3 && m[0] != 11 && m[0] != 12) || m[5] < 32 || len < at + 8)
        return 0;
    bool summed = m[at + 2] != 0 || m[at + 3] != 0;
    if (m[at] / 16 != 2 || (summed && !model_icmp_sums(m + at, len - at)))
        return 0;
    while (object + 4 <= len) {
        size_t size = m[object] * 256u + m[object + 1];
        if (size == 0 || size % 4 != 0)
            return 0;
        object += size;
    }
    return object == len ? at : 0;
}

bool model_icmp_advertises(const uint8_t *m, size_t len)
{
    return m[1] == 0 && m[4] != 0 && m[5] >= 2 && len >= 8 + m[4] * m[5] * 4u;
}

/* A datagram that was put together has the header of its first fragment, but for what fragments
 * have for themselves, and data that go on behind those. */
static bool quotes_first(const uint8_t *p, size_t total, const uint8_t *quote, size_t len)
{
    static const uint8_t own[] = {1, 2, 3, 6, 7, 10, 11};
    size_t header = p[0] % 16 * 4u, same = len < total ? len : total;

    for (size_t i = 0; i < header; i++)
        if (p[i] != quote[i] && memchr(own, (int)i, sizeof own) == NULL)
            return false;
    return same >= header && memcmp(p + header, quote + header, same - header) == 0;
}

bool model_icmp_quotes(struct v4_span frame, const uint8_t *quote, size_t len)
{
    const uint8_t *p = frame.octets + ETHERNET;
    size_t there = frame.len - ETHERNET;

    if (there < 20 || len < 20)
        return false;
    size_t total = p[2] * 256u + p[3], header = p[0] % 16 * 4u, least = header + 8;
    if (total > there || header > total || len < header || len < (least < total ? least : total))
        return false;
    if ((p[6] & 0x3f) == 0x20 && p[7] == 0)
        return quotes_first(p, total, quote, len);
    return len <= total && memcmp(p, quote, len) == 0;
}

static bool is_to_many(uint32_t addr)
{
    return addr >> 28 >= 14 || addr == 0 || addr == 0xc6120fffu || addr == 0xc6120000u ||
           addr == 0xc612407fu || addr == 0xc6124040u || addr == 0xc61240ffu || addr == 0xc6124000u;
}

const char *model_icmp_forbids(struct v4_span frame)
{
    const uint8_t *p = frame.octets + ETHERNET;
    size_t header = p[0] % 16 * 4u, total = p[2] * 256u + p[3];
    uint32_t src = v4_be32(p + 12);

    if ((p[6] & 0x1f) != 0 || p[7] != 0)
        return "never: about a later fragment";
    if (frame.octets[0] % 2 == 1)
        return "never: about a frame to many";
    if (is_to_many(v4_be32(p + 16)))
        return "never: about a datagram to many";
    if (is_to_many(src) || src >> 24 == 0 || src >> 24 == 127)
        return "never: to nobody";
    if (p[9] == 1 && total > header && is_error(p[header]))
        return "never: about an error";
    return NULL;
}

bool model_icmp_answers(struct v4_span frame, const uint8_t *m, size_t len)
{
    const uint8_t *p = frame.octets + ETHERNET;
    size_t header = p[0] % 16 * 4u, total = p[2] * 256u + p[3];

    if (frame.len < ETHERNET + 28 || p[9] != 1)
        return false;
    if ((p[6] & 0x3f) != 0 || p[7] != 0) /* what was put together is not looked at */
        return true;
    return p[header] == 8 && total - header == len && memcmp(p + header + 4, m + 4, len - 4) == 0;
}

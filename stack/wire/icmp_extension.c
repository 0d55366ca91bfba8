/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/icmp_extension.h"
#include "wire/checksum.h"

#define VERSION 2

static bool may_be_extended(uint8_t type)
{
    return type == V4_ICMP_UNREACHABLE || type == V4_ICMP_TIME_EXCEEDED ||
           type == V4_ICMP_PARAMETER_PROBLEM; /* RFC4884-3-c */
}

/* One object or more, each of whole words that its length counts (RFC4884-7-c, RFC4884-8-a). */
static bool has_whole_objects(struct v4_span objects)
{
    size_t at = 0;

    while (objects.len - at >= V4_ICMP_OBJECT_HEADER) {
        size_t len = v4_be16(objects.octets + at);
        if (len < V4_ICMP_OBJECT_HEADER || len % 4 != 0 || len > objects.len - at)
            return false;
        at += len;
    }
    return objects.len != 0 && at == objects.len;
}

bool v4_icmp_extension(const struct v4_icmp *icmp, struct v4_span *ret_extension)
{
    size_t quoted = (icmp->rest >> 16 & 0xff) * 4; /* RFC4884-3-a; zero: no extension (-5.4-a) */

    if (!may_be_extended(icmp->type) || quoted < V4_ICMP_QUOTE_MIN || icmp->data.len < quoted)
        return false;
    struct v4_span extension = {icmp->data.octets + quoted, icmp->data.len - quoted};
    if (extension.len < V4_ICMP_EXTENSION_HEADER || extension.octets[0] >> 4 != VERSION)
        return false;
    if (v4_be16(extension.octets + 2) != 0 && v4_checksum(extension) != 0) /* RFC4884-4.1-a */
        return false;
    if (!has_whole_objects((struct v4_span){extension.octets + V4_ICMP_EXTENSION_HEADER,
                                            extension.len - V4_ICMP_EXTENSION_HEADER}))
        return false;
    *ret_extension = extension;
    return true;
}

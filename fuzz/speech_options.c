/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include "speech.h"

#define OPTIONS_MAX 40

static const char settings[] =
    "set name=source-route value=1|set name=source-route value=1|set name=source-route value=1|"
    "set name=drop-source-routed value=1|set name=drop-obsolete-options value=1|"
    "set name=strict-options value=0|set name=report-bad-options value=0|"
    "set name=timestamp-option value=0|set name=timestamp-option value=1";

static const char labels[] =
    "set name=security-required value=1|set name=security-label value=1|"
    "set name=security-low value=1|set name=security-high value=2|set name=security-high value=1|"
    "set name=security-authorities value=128|set name=security-authorities value=0";

/* A route with addresses that lead somewhere. */
static size_t put_route(struct draft *draft, uint8_t *option, uint8_t type)
{
    size_t slots = type == 7 ? draft_below(draft, 4) : 1 + draft_below(draft, 3);

    option[0] = type;
    option[1] = (uint8_t)(3 + 4 * slots);
    option[2] =
        (uint8_t)(4 + 4 * (draft_once_in(draft, 2) ? slots : draft_below(draft, slots + 1)));
    for (size_t i = 0; i < slots && type != 7; i++)
        v4_put32(option + 3 + 4 * i,
                 DRAFT_ONE_OF(draft, 0xc6120009, 0xc6120009, 0xc6120009, 0xc6120009, 0xc6120014,
                              0xc6120014, 0xc6120014, 0xc6120001, 0xc6124041, 0xc6124041,
                              0xcb007101, 0xc6120002, 0xc6124042, 0xc6120fff, 0xe0000001,
                              0xffffffff, 0x7f000001));
    return option[1];
}

static size_t put_timestamp(struct draft *draft, uint8_t *option)
{
    size_t flag = DRAFT_ONE_OF(draft, 0, 1, 3, 3), entry = flag == 0 ? 4 : 8;
    size_t slots = draft_below(draft, 3), full = draft_below(draft, slots + 1);

    option[0] = 68;
    option[1] = (uint8_t)(4 + entry * slots);
    option[2] = (uint8_t)(5 + entry * full);
    option[3] = (uint8_t)(flag | DRAFT_ONE_OF(draft, 0, 0, 1, 7, 14, 15) << 4);
    for (size_t i = 0; i < slots && flag == 3; i++)
        v4_put32(option + 4 + 8 * i,
                 DRAFT_ONE_OF(draft, 0xc6120002, 0xc6120002, 0xc6124042, 0xc6120009));
    return option[1];
}

/* A label by RFC 1108, with 0 to 3 octets of flags. */
static size_t put_label(struct draft *draft, uint8_t *option)
{
    size_t flags = draft_below(draft, 4);

    option[0] = 130;
    option[1] = (uint8_t)(3 + flags);
    option[2] = (uint8_t)DRAFT_ONE_OF(draft, 0xab, 0xab, 0x96, 0x5a, 0x3d, 0x3d, 0x66, 0x9b);
    for (size_t i = 0; i < flags; i++)
        option[3 + i] = i + 1 < flags;
    if (flags > 0)
        option[3] |= (uint8_t)DRAFT_ONE_OF(draft, 0, 0x80, 0x80, 0x40, 0xf8, 0x04);
    if (flags > 0 && draft_once_in(draft, 4))
        option[3 + draft_below(draft, flags)] ^= 1;
    return option[1];
}

static size_t put_option(struct draft *draft, uint8_t *option, bool labelled)
{
    uint8_t type =
        (uint8_t)(labelled && draft_once_in(draft, 2)
                      ? DRAFT_ONE_OF(draft, 130, 130, 130, 133, 134)
                      : DRAFT_ONE_OF(draft, 7, 7, 7, 68, 68, 68, 131, 131, 137, 137, 130, 133, 134,
                                     136, 148, 11, 12, 82, 149, 30, 158, 1, 1, 0));

    option[0] = type;
    switch (type) {
    case 0:
    case 1:
        return 1;
    case 7:
    case 131:
    case 137:
        return put_route(draft, option, type);
    case 68:
        return put_timestamp(draft, option);
    case 130:
        return put_label(draft, option);
    default:
        option[1] = (uint8_t)(type == 136 || type == 148 ? 4 : 2 + draft_below(draft, 6));
        return option[1];
    }
}

/* One octet of an option beside what it should be. */
static void spoil(struct draft *draft, uint8_t *option)
{
    uint8_t *octet = option + DRAFT_ONE_OF(draft, 1, 1, 2, 2, 2, 3);

    *octet = (uint8_t)DRAFT_ONE_OF(draft, *octet + 1u, *octet - 1u, *octet + 2u, *octet + 4u, 0, 1,
                                   2, 3, 5, option[1] + 1u, option[1], option[1] - 2u, 40, 255);
}

static size_t put_options(struct draft *draft, uint8_t *options, bool labelled)
{
    size_t len = 0, wanted = 1 + draft_below(draft, 3);
    uint8_t option[64];

    memset(options, 0, OPTIONS_MAX);
    while (wanted-- > 0) {
        memset(option, 0, sizeof option);
        size_t more = put_option(draft, option, labelled);
        if (len + more > OPTIONS_MAX)
            break;
        if (more > 1 && draft_once_in(draft, 5))
            spoil(draft, option);
        memcpy(options + len, option, more);
        len += more;
    }
    if (draft_once_in(draft, 2) && len % 4 != 0) /* so that the last ends with the header */
    {
        memmove(options + 4 - len % 4, options, len);
        memset(options, 1, 4 - len % 4);
    }
    len = (len + 3) / 4 * 4;
    if (draft_once_in(draft, 10)) /* of an option its type alone, or with its length */
        options[len - DRAFT_ONE_OF(draft, 1, 1, 2)] = (uint8_t)DRAFT_ONE_OF(draft, 7, 68, 148, 30);
    return len;
}

/* A user sends it. */
static void send(struct speech *speech, const uint8_t *options, size_t len)
{
    char line[320];
    bool udp = draft_once_in(speech->draft, 2), long_one = draft_once_in(speech->draft, 4);

    if (long_one)
        speech_line(speech, "set name=mtu value=68 iface=0");
    size_t used = (size_t)snprintf(line, sizeof line, "%s dst=198.18.0.%u %s data=6162%s options=",
                                   udp ? "udp.send sock=1" : "ip.send", speech->host,
                                   udp ? "dport=9" : "protocol=253",
                                   long_one ? "0102030405060708090a0b0c0d0e0f101112131415161718"
                                              "0102030405060708090a0b0c0d0e0f101112131415161718"
                                            : "");
    for (size_t i = 0; i < len; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, "%02x", options[i]);
    speech_line(speech, line);
}

/* The same in two fragments. */
static void cut(struct speech *speech, struct draft_record *frame)
{
    struct draft *draft = speech->draft;
    size_t header = packet_header_len(frame), len = packet_len(frame) - header;
    size_t at = (size_t)(frame - draft->records);

    if (len <= 8 || !draft_insert(draft, at + 1, frame))
        return;
    struct draft_record *first = draft->records + at, *last = first + 1;
    uint8_t *p = packet_of(last);
    bool plain = draft_once_in(draft, 2); /* only the first has them */
    size_t left = plain ? 20 : header;
    memmove(p + left, p + header + 8, len - 8);
    p[0] = (uint8_t)(0x40 | left / 4);
    v4_put16(p + 2, (uint16_t)(left + len - 8));
    v4_put16(p + 6, 1);
    draft_resize(draft, last, 14 + left + len - 8);
    v4_put16(packet_of(first) + 2, (uint16_t)(header + 8));
    v4_put16(packet_of(first) + 6, 0x2000);
    draft_resize(draft, first, 14 + header + 8);
    packet_repair(first);
    packet_repair(last);
    speech->at++;
}

void speech_options(struct draft *draft)
{
    struct speech speech = speech_begin(draft);
    bool labelled = draft_once_in(draft, 3);
    uint8_t options[OPTIONS_MAX + 4];

    if (labelled)
        speech_line(&speech, "set name=security value=1");
    if (labelled && !draft_once_in(draft, 3))
        speech_one_of(&speech, labels);
    if (!labelled && draft_once_in(draft, 2))
        speech_one_of(&speech, settings);
    if (draft_once_in(draft, 2))
        speech_line(&speech, "udp.bind port=4000");
    if (draft_once_in(draft, 2)) { /* where routes lead */
        struct speech others = speech;
        others.iface = 0;
        others.host = 9;
        speech_arp(&others);
        others.host = 20;
        speech_arp(&others);
        speech.at = others.at;
    }
    bool routed = !labelled && draft_once_in(draft, 3);
    for (size_t n = 1 + draft_below(draft, 3); n > 0; n--) {
        size_t len = put_options(draft, options, labelled);
        if (draft_once_in(draft, 6)) {
            send(&speech, options, len);
            continue;
        }
        speech.ttl = (uint8_t)DRAFT_ONE_OF(draft, 64, 64, 64, 64, 1, 2);
        struct draft_record *frame =
            speech_packet(&speech, (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 1, 17, 17, 253), options, len,
                          DRAFT_ONE_OF(draft, 8, 16, 16, 16, 24, routed ? 1480 : 9),
                          (uint8_t)draft_below(draft, 256));
        if (frame == NULL)
            return;
        v4_put16(packet_of(frame) + 4, (uint16_t)draft_below(draft, 65536));
        if (routed && draft_once_in(draft, 2))
            packet_of(frame)[6] = 0x40;
        speech_head(frame, (uint16_t)DRAFT_ONE_OF(draft, 4000, 4000, 7));
        if (draft_once_in(draft, 5))
            cut(&speech, frame);
    }
    if (draft_once_in(draft, 2))
        speech_line(&speech, "sync");
}

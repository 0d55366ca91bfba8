/* SPDX-License-Identifier: BSD-2-Clause */
#include "speech.h"
#include <string.h>

#define FRAME 14
#define ICMP 1
#define UDP 17
#define OTHER_HOST 0xc6124041 /* of the second network */
#define OTHER_US 0xc6124042

struct speech speech_begin(struct draft *draft)
{
    struct speech speech = {.draft = draft,
                            .at = draft_below(draft, draft->count + 1),
                            .host = (uint8_t)DRAFT_ONE_OF(draft, 1, 9, 20, 119),
                            .ttl = 64};

    speech.iface = draft_once_in(draft, 6);
    speech_arp(&speech);
    return speech;
}

static struct draft_record *add(struct speech *speech, const struct draft_record *record,
                                size_t len)
{
    struct draft_record *added = draft_insert(speech->draft, speech->at, record);

    if (added == NULL || !draft_resize(speech->draft, added, len))
        return NULL;
    speech->at++;
    return added;
}

void speech_arp(struct speech *speech)
{
    static const uint8_t start[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,   1,  8, 6,
                                    0,    1,    8,    0,    6,    4,    0, 1, 2, 0, 0,   0,  0, 1,
                                    198,  18,   0,    1,    0,    0,    0, 0, 0, 0, 198, 18, 0, 2};
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = add(speech, &nothing, sizeof start);

    if (frame == NULL)
        return;
    memcpy(frame->octets, start, sizeof start);
    frame->octets[11] = frame->octets[27] = frame->octets[31] = speech->host;
    frame->is.interface = speech->iface;
    if (speech->iface == 1) {
        v4_put32(frame->octets + 28, OTHER_HOST);
        v4_put32(frame->octets + 38, OTHER_US);
    }
}

static void add_line(struct speech *speech, const char *line, size_t len)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    struct draft_record *record = add(speech, &op, len);

    if (record != NULL)
        memcpy(record->octets, line, len);
}

void speech_line(struct speech *speech, const char *line)
{
    add_line(speech, line, strlen(line));
}

void speech_one_of(struct speech *speech, const char *lines)
{
    size_t count = 1;

    for (const char *at = lines; *at != '\0'; at++)
        count += *at == '|';
    for (size_t skip = draft_below(speech->draft, count); skip > 0; skip--)
        lines = strchr(lines, '|') + 1;
    add_line(speech, lines, strcspn(lines, "|"));
}

void speech_time(struct speech *speech, unsigned milliseconds)
{
    const struct draft_record advance = {
        .is = {.kind = SCRIPT_ADVANCE, .milliseconds = (uint16_t)milliseconds}};

    if (draft_insert(speech->draft, speech->at, &advance) != NULL)
        speech->at++;
}

struct draft_record *speech_packet(struct speech *speech, uint8_t protocol, const uint8_t *options,
                                   size_t options_len, size_t len, uint8_t fill)
{
    size_t header = 20 + options_len;
    struct draft_record *frame = draft_new_packet(speech->draft, speech->at, header + len);

    if (frame == NULL)
        return NULL;
    speech->at++;
    uint8_t *p = packet_of(frame);
    frame->octets[11] = p[15] = speech->host;
    p[0] = (uint8_t)(0x40 | header / 4);
    p[1] = speech->tos;
    if (speech->iface == 1) {
        frame->is.interface = 1;
        frame->octets[4] = 1;
        v4_put32(p + 12, OTHER_HOST);
        v4_put32(p + 16, OTHER_US);
    }
    if (speech->to_all) {
        memset(frame->octets, 0xff, 6);
        v4_put32(p + 16, speech->iface == 1 ? 0xc612407f : 0xc6120fff);
    }
    v4_put16(p + 2, (uint16_t)(header + len));
    p[8] = speech->ttl;
    p[9] = protocol;
    if (options_len > 0)
        memcpy(p + 20, options, options_len);
    for (size_t i = 0; i < len; i++)
        p[header + i] = (uint8_t)(fill + i);
    packet_repair(frame);
    return frame;
}

void speech_head(struct draft_record *frame, uint16_t port)
{
    uint8_t *p = packet_of(frame), *data = p + packet_header_len(frame);
    size_t len = packet_len(frame) - packet_header_len(frame);

    if (len < 8)
        return;
    if (p[9] == ICMP)
        v4_put16(data, 0x0800);
    if (p[9] == UDP) {
        v4_put16(data, 40000);
        v4_put16(data + 2, port);
        v4_put16(data + 4, (uint16_t)len);
        v4_put16(data + 6, 0);
    }
}

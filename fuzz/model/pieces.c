/* SPDX-License-Identifier: BSD-2-Clause */
#include "pieces.h"
#include <string.h>

#define HEADER 20
#define DF 0x4000
#define MF 0x2000

static size_t header_len(const uint8_t *packet)
{
    return packet[0] % 16 * 4u;
}

static unsigned flags(const uint8_t *packet)
{
    return (packet[6] * 256u + packet[7]) & 0xe000;
}

static size_t place(const uint8_t *packet)
{
    return ((packet[6] * 256u + packet[7]) & 0x1fff) * 8;
}

/* The options that go into every fragment: those whose type has the high bit. */
static size_t copied(const uint8_t *packet, uint8_t ret_options[40])
{
    const uint8_t *at = packet + HEADER, *end = packet + header_len(packet);
    size_t len = 0;

    while (at < end && *at != 0) {
        size_t size = *at == 1 ? 1 : at[1];
        if (*at & 0x80)
            memcpy(ret_options + len, at, size);
        len += *at & 0x80 ? size : 0;
        at += size;
    }
    while (len % 4 != 0)
        ret_options[len++] = 0;
    return len;
}

/* A header adds up to 65,535, or a multiple of it. */
static bool verifies(const uint8_t *packet)
{
    unsigned long sum = 0;

    for (size_t i = 0; i < header_len(packet); i += 2)
        sum += packet[i] * 256ul + packet[i + 1];
    return sum % 65535 == 0 && sum != 0;
}

static const char *check_options(const struct model_cut *cut, const uint8_t *piece)
{
    uint8_t want[40];
    size_t len = copied(cut->packet, want);

    if (cut->count == 0) {
        len = header_len(cut->packet) - HEADER;
        memcpy(want, cut->packet + HEADER, len);
    }
    if (header_len(piece) != HEADER + len)
        return "options: another length of them";
    return memcmp(piece + HEADER, want, len) != 0 ? "options: others than belong there" : NULL;
}

static const char *check_same(const struct model_cut *cut, const uint8_t *piece)
{
    const uint8_t *packet = cut->packet;

    if (piece[0] / 16 != 4 || piece[1] != packet[1] || memcmp(piece + 4, packet + 4, 2) != 0 ||
        memcmp(piece + 8, packet + 8, 2) != 0 || memcmp(piece + 12, packet + 12, 8) != 0)
        return "same: a field that all pieces share differs";
    return (flags(piece) ^ flags(packet)) & ~(unsigned)MF ? "same: another flag" : NULL;
}

const char *model_piece(struct model_cut *cut, const uint8_t *piece, size_t len)
{
    if (len < HEADER || header_len(piece) < HEADER || len < header_len(piece) ||
        piece[2] * 256u + piece[3] != len || !verifies(piece))
        return "header: its lengths or its sum are wrong";

    const char *wrong = check_same(cut, piece);
    size_t data = len - header_len(piece), all = cut->len - header_len(cut->packet);
    bool last = cut->seen + data == all;
    if (wrong == NULL)
        wrong = check_options(cut, piece);
    if (wrong != NULL)
        return wrong;
    if (len > cut->mtu)
        return "fits: longer than the MTU";
    if (cut->seen + data > all || (data == 0 && all != 0))
        return "data: more than there is, or none";
    if (memcmp(piece + header_len(piece), cut->packet + header_len(cut->packet) + cut->seen, data))
        return "data: other octets";
    if (place(piece) != place(cut->packet) + cut->seen)
        return "place: another offset";
    if (flags(piece) != ((last ? flags(cut->packet) : flags(cut->packet) | MF)))
        return "more: MF is wrong";
    if (!last && data % 8 != 0)
        return "units: no multiple of 8, and more to come";
    if (!last && cut->mtu - len >= 8)
        return "least: another block would have fit";
    if (cut->count == 0 && !last && cut->len <= cut->mtu)
        return "least: it would have fit whole";
    cut->seen += data;
    cut->count++;
    return NULL;
}

const char *model_pieces_end(const struct model_cut *cut)
{
    if (cut->count == 0)
        return "whole: no piece at all";
    return cut->seen != cut->len - header_len(cut->packet) ? "whole: something is missing" : NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Are packets cut as RFC 791 3.2 has it, fragments too, at every MTU from 68? Each piece is held
 * against model/pieces.h:
 *
 *   header    its lengths and its checksum are right
 *   same      the fields that fragments share are the packet's
 *   options   the first piece has all, the others those that are copied
 *   fits      none is longer than the MTU
 *   data      the octets are the packet's
 *   place     each begins where the one before ended
 *   more      More Fragments is set in all but the last, which has the packet's
 *   units     where more is to come there is a multiple of 8 octets
 *   least     there are no more pieces than it takes: what fits is one
 *   whole     nothing is missing
 *   return    put together again, in whatever order, it is what was cut
 *
 * A clock step says which MTUs come next. */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "model/pieces.h"
#include "proto/ip_frag.h"
#include "script.h"
#include "table/reass.h"

#define NARROWEST 68
#define MTUS 1024
#define PIECES 2048

/* What comes of a packet in the end, in one buffer. */
struct leaves {
    uint8_t octets[1 << 18];
    size_t starts[PIECES + 1];
    size_t count;
};

static struct leaves leaves;

/* The packet `ip` in an allocation of its exact size. */
static struct v4_span emitted(const struct v4_ip *ip)
{
    uint8_t header[V4_IP_HEADER_MAX];
    size_t len = v4_ip_emit(ip, header);
    uint8_t *octets = malloc(len + ip->data.len);

    if (octets == NULL)
        return (struct v4_span){NULL, 0};
    memcpy(octets, header, len);
    if (ip->data.len != 0)
        memcpy(octets + len, ip->data.octets, ip->data.len);
    return (struct v4_span){octets, len + ip->data.len};
}

static void keep(struct v4_span packet)
{
    size_t at = leaves.starts[leaves.count];

    if (leaves.count == PIECES || packet.len > sizeof leaves.octets - at)
        return;
    memcpy(leaves.octets + at, packet.octets, packet.len);
    leaves.starts[++leaves.count] = at + packet.len;
}

/* Cuts the packet at the first of `mtus`, and its pieces at the next; the last pieces are kept. */
static void cut_and_check(struct v4_span packet, const unsigned *mtus, unsigned left)
{
    struct model_cut model = {.packet = packet.octets, .len = packet.len, .mtu = *mtus};
    struct v4_ip ip, piece;
    struct v4_cut cut;
    const char *wrong;

    ORACLE(v4_ip_parse(packet, &ip) == V4_KEEP, "header: a piece that nobody would take");
    v4_cut_begin(&cut, &ip, *mtus);
    for (size_t count = 0; v4_cut_next(&cut, &piece); count++) {
        ORACLE(count <= packet.len / 8, "whole: it does not end");
        struct v4_span octets = emitted(&piece);
        if (octets.octets == NULL)
            return;
        wrong = model_piece(&model, octets.octets, octets.len);
        ORACLE(wrong == NULL, "%s, at %u", wrong, *mtus);
        if (left > 1)
            cut_and_check(octets, mtus + 1, left - 1);
        else
            keep(octets);
        free((void *)octets.octets);
    }
    wrong = model_pieces_end(&model);
    ORACLE(wrong == NULL, "%s, at %u", wrong, *mtus);
}

static bool same(struct v4_span a, struct v4_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.octets, b.octets, a.len) == 0);
}

/* What was kept, each `stride`-th after the other, is `ip` again. */
static void put_together(const struct v4_ip *ip, size_t stride)
{
    static struct v4_stats stats;
    struct v4_reass *reass =
        v4_reass_open(&(struct v4_reass_config){.datagrams = 1,
                                                .octets = (size_t)64 * 1024 + 2 * V4_REASS_CHUNK,
                                                .timeout = V4_SECOND,
                                                .overlap = V4_OVERLAP_DROP,
                                                .stats = &stats});
    struct v4_reass_datagram datagram;
    enum v4_drop drop = V4_KEEP;
    bool done = false;

    for (size_t first = 0; reass != NULL && first < stride; first++)
        for (size_t i = first; i < leaves.count; i += stride) {
            struct v4_ip piece;
            struct v4_span packet = {leaves.octets + leaves.starts[i],
                                     leaves.starts[i + 1] - leaves.starts[i]};
            ORACLE(v4_ip_parse(packet, &piece) == V4_KEEP, "header: a piece that nobody takes");
            ORACLE(!done, "return: it is whole before its last piece");
            done = v4_reass_add(reass,
                                &(struct v4_reass_fragment){
                                    .key = {piece.src, piece.dst, piece.protocol, piece.id},
                                    .first = (uint16_t)(piece.offset * 8),
                                    .more = piece.mf,
                                    .header = {packet.octets, V4_IP_HEADER_MIN + piece.options.len},
                                    .data = piece.data},
                                0, &datagram, &drop);
            ORACLE(done || drop == V4_KEEP, "return: %s", v4_drop_name(drop));
        }
    ORACLE(reass == NULL || done, "return: it does not become whole");
    if (done) {
        struct v4_span header = {datagram.header.octets + V4_IP_HEADER_MIN,
                                 datagram.header.len - V4_IP_HEADER_MIN};
        ORACLE(same(datagram.data, ip->data), "return: other octets than were cut");
        ORACLE(same(header, ip->options), "return: other options than were cut");
    }
    v4_reass_close(reass);
}

/* Whether anybody could have made such a packet to be cut. */
static bool can_be_cut(const struct v4_ip *ip)
{
    struct v4_options options;
    uint8_t pointer;

    return v4_options_parse(ip->options, &options, &pointer) == V4_KEEP &&
           (!ip->mf || (ip->data.len % 8 == 0 && ip->data.len != 0)) &&
           ip->offset * 8u + ip->data.len <= V4_IP_LENGTH_MAX - V4_IP_HEADER_MIN;
}

static void check(struct v4_span packet, unsigned step)
{
    const unsigned any = NARROWEST + step % MTUS, other = NARROWEST + step / MTUS * 13;
    const unsigned len = packet.len < NARROWEST ? NARROWEST : (unsigned)packet.len;
    const unsigned mtus[][3] = {{NARROWEST, NARROWEST, NARROWEST},
                                {any, NARROWEST, any},
                                {len, any, other},
                                {len > NARROWEST ? len - 1 : len, other, NARROWEST},
                                {other, any, NARROWEST}};
    struct v4_ip ip;

    if (!fuzz_gets_through(v4_ip_parse(packet, &ip) == V4_KEEP && can_be_cut(&ip)))
        return;
    struct v4_span whole = emitted(&ip); /* its link padding cut off */
    for (size_t i = 0; whole.octets != NULL && i < sizeof mtus / sizeof *mtus; i++) {
        leaves.count = 0;
        cut_and_check(whole, mtus[i], 3);
        if (ip.offset == 0 && !ip.mf && ip.data.len != 0)
            put_together(&ip, 1 + (step + i) % 3);
    }
    free((void *)whole.octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct script_record record;
    unsigned step = 0;

    while (script_next(&script, &record)) {
        if (record.kind == SCRIPT_ADVANCE)
            step = record.milliseconds;
        if (record.kind != SCRIPT_FRAME || !fuzz_packet(record.octets, &packet))
            continue;
        check(packet, step);
        free((void *)packet.octets);
    }
    return 0;
}

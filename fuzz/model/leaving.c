/* SPDX-License-Identifier: BSD-2-Clause */
#include "leaving.h"
#include <string.h>
#include "model/pieces.h"
#include "model/ways_said.h"

#define SECOND UINT64_C(1000000000)
#define UDP 17
#define ICMP 1
#define APART 64  /* identifications that nobody would draw so near each other */
#define FEW 16    /* destinations of errors that no host loses sight of */
#define MANY 1000 /* errors a second; no script has as many */
#define IN_ALL 10 /* times as many as to each (of the reference) */

/* Of one datagram at a time, whose pieces follow each other. */
static uint8_t whole[65535];
static struct model_cut cut;

/* What the datagram is that `first` is the beginning of. */
static size_t put_whole(const struct model_packet *first, const struct model_send *send)
{
    size_t head = first->protocol == UDP ? 8 : 0, header = first->header.len;
    size_t len = header + head + send->data.len;

    if (len > sizeof whole || first->data.len < head)
        return 0;
    memcpy(whole, first->header.octets, header);
    memcpy(whole + header, first->data.octets, head);
    if (send->data.len > 0)
        memcpy(whole + header + head, send->data.octets, send->data.len);
    whole[6] &= 0xdf; /* more fragments */
    v4_put16(whole + 2, (uint16_t)len);
    return len;
}

/* What goes to many has no path, and what its user wants to probe with heeds none. */
static bool mtu_of(const struct model_host *model, unsigned iface, uint32_t dst, unsigned tos,
                   bool probes, unsigned *ret_mtu)
{
    bool many = dst >> 28 == 14 || dst == UINT32_MAX;

    if (model->ways.lost || model->unsure & (UNSURE_LINK | UNSURE_OWN))
        return false;
    if (!many && !probes)
        return model_path_carries(model, dst, tos, ret_mtu);
    *ret_mtu = model->ways.mtu[iface];
    return true;
}

const char *model_leaving_first(struct model_host *model, unsigned iface,
                                const struct model_packet *packet, const struct model_send *send)
{
    unsigned mtu;
    size_t len;

    model->cutting = false;
    if (!model->must || model->heard.addr != 0 || send->any ||
        model->unsure & (UNSURE_HEADER | UNSURE_OPTIONS) ||
        !mtu_of(model, iface, packet->dst, packet->tos, send->df == MODEL_DF_PROBE, &mtu) ||
        (len = put_whole(packet, send)) == 0)
        return NULL;
    cut = (struct model_cut){.packet = whole, .len = len, .mtu = mtu};
    bool sums = packet->protocol == UDP && send->by_sock && !packet->mf;
    if (sums && send->sock.unchecked != (v4_be16(packet->data.octets + 6) == 0))
        return "leaving: RFC1122-4.1.3.4: a checksum that is not wanted, or none";
    model->cutting = packet->mf;
    model->cut_id = packet->id;
    return model_piece(&cut, packet->octets.octets, packet->octets.len);
}

/* Ours that is a fragment, or an answer of our own. */
static const char *size_fault(const struct model_host *model, unsigned iface,
                              const struct model_packet *packet)
{
    unsigned mtu;

    if (model->heard.addr != 0 || (!packet->mf && packet->protocol != ICMP) ||
        !mtu_of(model, iface, packet->dst, packet->tos, false, &mtu))
        return NULL;
    if (packet->mf && mtu >= packet->octets.len + 8)
        return "leaving: RFC1122-3.3.3: a fragment that would have room for more";
    if (!packet->mf && packet->octets.len > mtu && packet->data.octets[0] != 8)
        return "leaving: RFC1191-3: an answer longer than its path carries";
    return NULL;
}

/* Is this the first to somebody else than the last ones, and are all of them numbered alike? */
static const char *number_fault(struct model_host *model, const struct model_packet *packet)
{
    struct model_numbered *numbered = model->numbered;
    size_t near = 0;

    if (packet->df || packet->offset != 0 || model->id_count > 0 || model->unsure & UNSURE_OPTIONS)
        return NULL;
    for (size_t i = 0; i < MODEL_NUMBERED; i++) {
        if (numbered[i].dst == packet->dst)
            return NULL;
        near +=
            numbered[i].dst != 0 && (uint16_t)(packet->id - numbered[i].id + APART) <= 2 * APART;
    }
    numbered[model->numbered_next++ % MODEL_NUMBERED] =
        (struct model_numbered){packet->dst, packet->id};
    return near == MODEL_NUMBERED
               ? "leaving: RFC6274-3.5-a: identifications to one tell of those to another"
               : NULL;
}

const char *model_leaving_piece(struct model_host *model, unsigned iface,
                                const struct model_packet *packet)
{
    if (!model->must || model->ways.lost ||
        model_ways_from(model, packet->src) == MODEL_EVERY_IFACE)
        return NULL;
    bool next = packet->offset > 0 && model->cutting && packet->id == model->cut_id &&
                packet->protocol == whole[9];
    if (next)
        return model_piece(&cut, packet->octets.octets, packet->octets.len);
    const char *wrong = number_fault(model, packet);
    return wrong != NULL ? wrong : size_fault(model, iface, packet);
}

const char *model_leaving_done(struct model_host *model)
{
    bool cutting = model->cutting,
         open = model->open_cut != 0 && model->sent[model->open_cut - 1].more;

    model->cutting = false;
    model->open_cut = 0;
    if (cutting && model_pieces_end(&cut) != NULL)
        return "leaving: RFC791-3.2: not all of a datagram has left";
    return open && model->must && !(model->unsure & (UNSURE_LINK | UNSURE_OPTIONS))
               ? "leaving: RFC6274-4.2.4-a: fragments without the others"
               : NULL;
}

/* When what was taken out of a bucket has come back. */
static uint64_t taken(const struct model_host *model, uint64_t full, unsigned rate)
{
    return (full > model->now ? full : model->now) + SECOND / rate;
}

static const struct model_bucket *bucket_of(const struct model_host *model, uint32_t dst)
{
    for (size_t i = 0; i < model->bucket_count; i++)
        if (model->buckets[i].dst == dst)
            return &model->buckets[i];
    return NULL;
}

static bool has_token(const struct model_host *model, uint64_t full, unsigned rate)
{
    return taken(model, full, rate) - model->now <= SECOND / rate * rate;
}

bool model_may_report(const struct model_host *model, uint32_t dst)
{
    const struct model_bucket *bucket = bucket_of(model, dst);
    unsigned rate = model->error_rate;

    if (rate == 0 || rate >= MANY)
        return true;
    return !model->errors_wait && model->frame_count == 0 &&
           has_token(model, bucket == NULL ? 0 : bucket->full, rate) &&
           has_token(model, model->all_full, IN_ALL * rate);
}

const char *model_reports(struct model_host *model, uint32_t dst)
{
    const struct model_bucket *known = bucket_of(model, dst);
    unsigned rate = model->error_rate;

    if (!model->must || rate == 0 || model->heard.addr != 0 ||
        (known == NULL && model->bucket_count == FEW))
        return NULL;
    struct model_bucket *bucket =
        model->buckets + (known == NULL ? model->bucket_count++ : (size_t)(known - model->buckets));
    bool may =
        has_token(model, bucket->full, rate) && has_token(model, model->all_full, IN_ALL * rate);
    bucket->dst = dst;
    bucket->full = taken(model, bucket->full, rate);
    model->all_full = taken(model, model->all_full, IN_ALL * rate);
    return may ? NULL : "leaving: RFC1812-4.3.2.8-a: more errors of a second than are wanted";
}

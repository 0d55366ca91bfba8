/* SPDX-License-Identifier: BSD-2-Clause */
#include "igmp.h"
#include <string.h>

enum {
    IGMP = 2,
    QUERY = 0x11,
    REPORT_1 = 0x12,
    REPORT_2 = 0x16,
    LEAVE = 0x17,
    REPORT_3 = 0x22
};

#define ALL_ROUTERS 0xe0000002
#define ALL_REPORTS 0xe0000016

static const uint8_t alert[] = {148, 4, 0, 0};

static bool is_group(uint32_t addr)
{
    return addr >> 28 == 14;
}

static bool is_mac_of(const uint8_t *mac, uint32_t group)
{
    return mac[0] == 1 && mac[1] == 0 && mac[2] == 0x5e && mac[3] == (group >> 16 & 0x7f) &&
           mac[4] == (group >> 8 & 255) && mac[5] == (group & 255);
}

/* A number of one octet that is a floating-point one from 128 on (RFC 3376 4.1.1). */
static uint64_t number_of(unsigned code)
{
    return code < 128 ? code : (uint64_t)(code % 16 + 16) << (code / 16 % 8 + 3);
}

static struct model_igmp query(const struct model_hearer *hearer, struct v4_span data,
                               const struct model_packet *packet)
{
    const struct model_igmp noise = {.kind = MODEL_NOISE}, doubt = {.kind = MODEL_DOUBT};
    const uint8_t *p = data.octets;
    struct model_igmp igmp = {.kind = MODEL_QUERY, .group = v4_be32(p + 4)};
    const bool alerts = packet->header.len == 24;

    igmp.version = data.len >= 12 ? 3 : p[1] == 0 ? 1 : 2;
    if (hearer->version < 3 && data.len > 8 && (data.len < 12 || p[1] == 0))
        return doubt; /* of eight octets and more, or of version 1 */
    if (data.len > 8 && data.len < 12)
        return noise;
    if (igmp.version == 1) /* RFC 1112 App. I: it is ignored */
        igmp.group = 0;
    if (igmp.version > 1 && hearer->alert && !alerts)
        return noise;
    if (igmp.group != 0 && !is_group(igmp.group))
        return noise;
    if (igmp.group == 0 && is_group(packet->dst) && packet->dst != MODEL_ALL_SYSTEMS)
        return noise;
    igmp.within = (igmp.version == 1   ? 100
                   : igmp.version == 2 ? p[1]
                                       : number_of(p[1])) *
                  MODEL_TENTH;
    if (igmp.version < 3)
        return igmp;
    unsigned count = v4_be16(p + 10);
    if (data.len < 12 + 4 * (size_t)count)
        return hearer->mode < 3 ? doubt : noise;
    if ((igmp.group == 0 && count > 0) || count > MODEL_SOURCES / 2)
        return doubt;
    for (unsigned i = 0; i < count; i++)
        model_set_add(&igmp.sources, v4_be32(p + 12 + 4 * (size_t)i));
    return igmp;
}

static struct model_igmp report(struct v4_span data, const struct model_packet *packet)
{
    const uint8_t *p = data.octets;
    struct model_igmp igmp = {.kind = MODEL_REPORT, .group = v4_be32(p + 4)};

    igmp.version = p[0] == REPORT_1 ? 1 : 2;
    if (!is_group(igmp.group))
        igmp.kind = MODEL_NOISE;
    else if (igmp.version == 2 && packet->header.len == 20)
        igmp.kind = MODEL_DOUBT;
    return igmp;
}

/* What RFC 1112 has, and who knows nothing newer reads the same way. */
static bool is_of_version_1(const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;

    if (packet->data.len != 8 || p[1] != 0)
        return false;
    return p[0] == QUERY ? packet->dst == MODEL_ALL_SYSTEMS && v4_be32(p + 4) == 0
                         : p[0] == REPORT_1 && packet->dst == v4_be32(p + 4);
}

struct model_igmp model_igmp_heard(const struct model_hearer *hearer, struct v4_span octets,
                                   bool (*ours)(void *context, uint32_t group), void *context)
{
    const struct model_igmp noise = {.kind = MODEL_NOISE}, doubt = {.kind = MODEL_DOUBT};
    struct model_frame frame;

    if (model_frame_read(octets, &frame) != NULL || frame.kind != MODEL_IP)
        return doubt;
    const struct model_packet *packet = &frame.packet;
    const uint8_t *p = packet->data.octets;
    uint32_t host = packet->src & ~hearer->mask;
    bool alerts = packet->header.len == 24 && memcmp(packet->header.octets + 20, alert, 4) == 0;
    if (packet->protocol != IGMP || (packet->header.len != 20 && !alerts) || packet->ttl != 1 ||
        packet->mf || packet->offset > 0 || (packet->header.octets[6] & 0x80) ||
        ((packet->src ^ hearer->addr) & hearer->mask) != 0 || host == 0 || host == ~hearer->mask ||
        packet->src == hearer->addr)
        return doubt;
    if (packet->dst == hearer->addr ? memcmp(frame.dst, hearer->mac, 6) != 0
                                    : !is_mac_of(frame.dst, packet->dst) || !is_group(packet->dst))
        return doubt;
    if (packet->dst != hearer->addr && packet->dst != MODEL_ALL_SYSTEMS &&
        !ours(context, packet->dst))
        return noise;
    if (packet->data.len < 8 || model_sum(packet->data, 0) != 0xffff)
        return noise;
    if (hearer->version == 1 && !is_of_version_1(packet))
        return doubt;
    return p[0] == QUERY                          ? query(hearer, packet->data, packet)
           : p[0] == REPORT_1 || p[0] == REPORT_2 ? report(packet->data, packet)
                                                  : noise;
}

bool model_record_next(struct v4_span *records, struct model_record *ret_record)
{
    const uint8_t *p = records->octets;

    if (records->len < 8)
        return false;
    size_t count = v4_be16(p + 2), len = 8 + 4 * count + 4 * (size_t)p[1];
    if (records->len < len)
        return false;
    ret_record->type = p[0];
    ret_record->group = v4_be32(p + 4);
    ret_record->sources.count = 0;
    for (size_t i = 0; i < count; i++)
        model_set_add(&ret_record->sources, v4_be32(p + 8 + 4 * i));
    if (ret_record->sources.count != count) /* one twice: nobody says so */
        ret_record->type = 0;
    if (p[1] != 0)
        ret_record->type = 0;
    *records = (struct v4_span){p + len, records->len - len};
    return true;
}

static const char *records_fault(struct v4_span data)
{
    const uint8_t *p = data.octets;
    struct v4_span rest = {p + 8, data.len - 8};
    struct model_record record;
    unsigned count = 0;

    if (p[1] != 0 || p[4] != 0 || p[5] != 0)
        return "octets: a reserved field that is not zero (RFC3376-4.2.1-a)";
    while (model_record_next(&rest, &record)) {
        count++;
        if (record.type < MODEL_IS_IN || record.type > MODEL_BLOCK)
            return "octets: a record of no type, with a source twice, or with auxiliary data";
        if (!is_group(record.group) || record.group == MODEL_ALL_SYSTEMS)
            return "octets: a record about all systems, or about no group (RFC3376-5-a)";
        if (record.sources.count == 0 && record.type != MODEL_IS_EX && record.type != MODEL_TO_EX &&
            record.type != MODEL_TO_IN)
            return "octets: a record that says nothing (RFC3376-5.1-b)";
    }
    if (rest.len > 0 || count == 0 || count != v4_be16(p + 6))
        return "octets: not as many records as the report says (RFC3376-4.2.11-a)";
    return NULL;
}

static const char *message_fault(struct v4_span data, uint32_t dst, bool alerts,
                                 struct model_igmp *ret_igmp)
{
    const uint8_t *p = data.octets;
    struct model_igmp igmp = {.group = v4_be32(p + 4)};

    if (p[0] == REPORT_3) {
        igmp.kind = MODEL_RECORDS;
        igmp.version = 3;
        igmp.records = (struct v4_span){p + 8, data.len - 8};
    } else if (p[0] == REPORT_1 || p[0] == REPORT_2) {
        igmp.kind = MODEL_REPORT;
        igmp.version = p[0] == REPORT_1 ? 1 : 2;
    } else if (p[0] == LEAVE) {
        igmp.kind = MODEL_LEAVE;
        igmp.version = 2;
    } else {
        return "octets: a message that no host sends";
    }
    *ret_igmp = igmp;
    if (igmp.version > 1 && !alerts)
        return "octets: no Router Alert (RFC2236-2-b, RFC3376-4-a)";
    if (igmp.kind == MODEL_RECORDS)
        return dst != ALL_REPORTS ? "octets: a report to another than 224.0.0.22"
                                  : records_fault(data);
    if (data.len != 8 || p[1] != 0)
        return "octets: not eight octets, or a response time (RFC2236-2.2-a)";
    if (!is_group(igmp.group) || igmp.group == MODEL_ALL_SYSTEMS)
        return "octets: about all systems, or about no group (RFC2236-6-a)";
    if (dst != (igmp.kind == MODEL_LEAVE ? ALL_ROUTERS : igmp.group))
        return "octets: to another than whom it is for (RFC2236-9-a)";
    return NULL;
}

const char *model_igmp_sent(const struct model_hearer *hearer, struct v4_span octets, size_t mtu,
                            struct model_igmp *ret_igmp)
{
    struct model_frame frame;
    const char *fault = model_frame_read(octets, &frame);

    if (fault != NULL)
        return "octets: a frame that is none";
    const struct model_packet *packet = &frame.packet;
    bool alerts = packet->header.len == 24 && memcmp(packet->header.octets + 20, alert, 4) == 0;
    if (frame.kind != MODEL_IP || packet->protocol != IGMP)
        return "cause: a frame that nothing asks for";
    if (memcmp(frame.src, hearer->mac, 6) != 0 || !is_mac_of(frame.dst, packet->dst))
        return "octets: another MAC than its own, or than the group's";
    if (packet->src != hearer->addr)
        return "octets: from another address (RFC3376-4.2.13-a)";
    if (packet->ttl != 1 || packet->mf || packet->offset > 0 ||
        (packet->header.len > 20 && !alerts) || octets.len - 14 > mtu ||
        packet->header.len + packet->data.len != octets.len - 14)
        return "octets: a TTL other than 1, a fragment, more than the MTU, or other options";
    if (packet->data.len < 8 || model_sum(packet->data, 0) != 0xffff)
        return "octets: too few, or a checksum that does not verify (RFC2236-2.3-b)";
    fault = message_fault(packet->data, packet->dst, alerts, ret_igmp);
    if (fault == NULL && ret_igmp->version == 3 && packet->tos != 0xc0)
        return "octets: another precedence than Internetwork Control (RFC3376-4-a)";
    return fault;
}

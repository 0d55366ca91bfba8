/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/igmp_out.h"
#include "proto/address.h"
#include "proto/ip_out.h"
#include "table/say.h"
#include "wire/igmp.h"

#define ALL_V3_ROUTERS V4_ADDR(224, 0, 0, 22)
#define TOS_CONTROL 0xc0 /* RFC3376-4-a */
#define ALERT_LEN 4

/* A report of version 3 that is being written in core->message. */
struct draft {
    unsigned iface;
    struct v4_igmp_report report;
};

static void send(struct v4_core *core, unsigned iface, uint32_t dst, uint8_t tos, size_t len)
{
    struct v4_ip_group to = {
        .dst = dst,
        .tos = tos,
        .alert = v4_reports_newest(core->reports, iface) != 1, /* RFC 1112 has none */
    };

    v4_ip_tell_group(core, iface, &to, len);
}

/* RFC3376-4.2.14-a: to the group itself; a leave to all routers (RFC2236-9-a). */
static void send_older(struct v4_core *core, const struct v4_say *say)
{
    uint8_t report = say->version == 1 ? V4_IGMP_REPORT_1 : V4_IGMP_REPORT_2;

    v4_igmp_emit(say->leaves ? V4_IGMP_LEAVE : report, say->group, core->message);
    v4_stat_count(&core->stats, say->leaves ? V4_STAT_IGMP_OUT_LEAVE : V4_STAT_IGMP_OUT_REPORT);
    send(core, say->iface, say->leaves ? V4_ADDR_ALL_ROUTERS : say->group, 0, V4_IGMP_HEADER);
}

static size_t room_of(const struct v4_core *core, unsigned iface)
{
    return core->ifaces[iface].mtu - V4_IP_HEADER_MIN - ALERT_LEN;
}

static void begin(struct v4_core *core, unsigned iface, struct draft *draft)
{
    draft->iface = iface;
    v4_igmp_begin(&draft->report, core->message, room_of(core, iface));
}

static void finish(struct v4_core *core, struct draft *draft)
{
    if (draft->report.records == 0)
        return;
    v4_igmp_end(&draft->report);
    draft->report.records = 0;
    v4_stat_count(&core->stats, V4_STAT_IGMP_OUT_REPORT);
    send(core, draft->iface, ALL_V3_ROUTERS, TOS_CONTROL, draft->report.len);
}

/* A record of one report goes with others; what no report holds goes in several, or, where that
 * would say something else, as far as it fits (RFC3376-4.2.16-a). */
static void write_record(struct v4_core *core, const struct v4_say *say, struct draft *draft)
{
    bool divisible = say->type != V4_RECORD_IS_EX && say->type != V4_RECORD_TO_EX;
    size_t len = V4_IGMP_RECORD_HEADER + 4 * say->count, done = 0;

    if (draft->report.records != 0 &&
        (draft->iface != say->iface || draft->report.room - draft->report.len < len))
        finish(core, draft);
    do {
        if (draft->report.records == 0)
            begin(core, say->iface, draft);
        done += v4_igmp_append(&draft->report, (uint8_t)say->type, say->group, say->sources + done,
                               say->count - done);
        if (done < say->count)
            finish(core, draft);
    } while (done < say->count && divisible);
}

/* Without an address only reports of version 3 can be sent (RFC3376-4.2.13-a): others wait. */
static void prepare(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        bool older = v4_reports_mode(core->reports, i, core->now) < 3;
        v4_reports_mute(core->reports, i, older && v4_address_next(core, i, NULL) == NULL);
        v4_reports_fit(core->reports, i, room_of(core, i) - V4_IGMP_HEADER);
    }
}

void v4_igmp_tick(struct v4_core *core)
{
    struct draft draft = {0};
    struct v4_say say;

    prepare(core);
    while (v4_reports_take(core->reports, core->now, &say)) {
        if (say.version == 3) {
            write_record(core, &say, &draft);
            continue;
        }
        finish(core, &draft); /* the message is written where that one is */
        send_older(core, &say);
    }
    finish(core, &draft);
}

void v4_igmp_bring(struct v4_core *core, unsigned iface, bool up)
{
    v4_reports_up(core->reports, iface, up, core->now);
    if (!up)
        v4_igmp_tick(core);
}

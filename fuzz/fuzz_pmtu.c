/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is what table/pmtu.h believes of paths what routers, time and the user have said? Compared with
 * model/paths.h:
 *
 *   estimate   what is believed is the model's, of each destination that was ever spoken of
 *   falls      a message lowers, or changes nothing; never below 68, nor to what was too long
 *   set        what the user has set no message and no time changes
 *   due        who is raised, and when, is as the model has it
 *   bound      no more paths are remembered than there is room for
 *   end        when time has passed only what the user has set is left
 *
 * A frame is a router's Fragmentation Needed, a clock step is a hundred times as long as it says,
 * and an interface's address is a path whose MTU the user sets, by interface and prefix length. */
#include <stdlib.h>
#include "fuzz.h"
#include "model/paths.h"
#include "script.h"
#include "table/pmtu.h"
#include "wire/icmp.h"
#include "wire/ip.h"

#define ROOM 4
#define FALL (600 * V4_SECOND)
#define RAISE (120 * V4_SECOND)
#define KNOWN 16 /* destinations that are asked for again and again */

struct bench {
    struct v4_pmtus *pmtus;
    struct model_paths model;
    v4_time now;
    uint32_t known[KNOWN];
    size_t known_count;
};

/* What the first hop towards a destination carries is a matter of that. */
static unsigned first_hop(uint32_t dst)
{
    static const unsigned hops[] = {1500, 1500, 65535, 576, 1492, 4352, 68, 1006};

    return hops[dst % 8];
}

static void meet(struct bench *bench, uint32_t dst)
{
    for (size_t i = 0; i < bench->known_count; i++)
        if (bench->known[i] == dst)
            return;
    if (bench->known_count < KNOWN)
        bench->known[bench->known_count++] = dst;
}

static void compare(const struct bench *bench)
{
    uint32_t dst = 0, want = 0;
    v4_time due = model_path_due(&bench->model, &want);

    for (size_t i = 0; i < bench->known_count; i++) {
        unsigned hop = first_hop(bench->known[i]);
        unsigned is = v4_pmtu_find(bench->pmtus, bench->known[i], hop);
        unsigned should = model_path_mtu(&bench->model, bench->known[i], hop);
        ORACLE(is == should, "estimate: %u, not %u", is, should);
    }
    ORACLE(v4_pmtu_count(bench->pmtus) <= ROOM, "bound: %zu paths", v4_pmtu_count(bench->pmtus));
    ORACLE(v4_pmtu_count(bench->pmtus) == bench->model.count, "estimate: %zu paths, not %zu",
           v4_pmtu_count(bench->pmtus), bench->model.count);
    ORACLE(v4_pmtu_next_timeout(bench->pmtus) == due, "due: at another time");
    bool is_due = v4_pmtu_due(bench->pmtus, bench->now, &dst);
    ORACLE(is_due == (due <= bench->now), "due: %s", is_due ? "too early" : "too late");
}

static void on_report(struct bench *bench, struct v4_span packet)
{
    struct v4_ip ip, quote = {0};
    struct v4_icmp icmp;

    bool kept = v4_ip_parse(packet, &ip) == V4_KEEP && ip.protocol == 1 &&
                v4_icmp_parse(ip.data, &icmp) == V4_KEEP && icmp.type == V4_ICMP_UNREACHABLE &&
                icmp.code == V4_ICMP_FRAGMENTATION &&
                v4_ip_parse_quote(icmp.data, &quote) == V4_KEEP;
    if (!fuzz_gets_through(kept))
        return;
    const struct v4_pmtu_report report = {.dst = quote.dst,
                                          .said = icmp.rest & 0xffff,
                                          .length = v4_be16(icmp.data.octets + 2),
                                          .header_len = 20 + (unsigned)quote.options.len};
    unsigned hop = first_hop(report.dst), before = v4_pmtu_find(bench->pmtus, report.dst, hop);
    bool set = false;

    for (size_t i = 0; i < bench->model.count; i++)
        set |= bench->model.paths[i].dst == report.dst && bench->model.paths[i].why == SET;
    meet(bench, report.dst);
    bool fell = v4_pmtu_lower(bench->pmtus, &report, hop, bench->now);
    unsigned after = v4_pmtu_find(bench->pmtus, report.dst, hop);
    ORACLE(fell ? after < before : after == before, "falls: from %u to %u", before, after);
    ORACLE(!fell || after < report.length, "falls: what passes is too long");
    ORACLE(!set || !fell, "set: a message changes it");
    ORACLE(fell == model_path_lower(&bench->model, report.dst, report.said, report.length,
                                    report.header_len, hop, bench->now),
           "falls: %s", fell ? "it must not" : "it must");
}

static void on_time(struct bench *bench, v4_time now)
{
    uint32_t dst, want = 0;

    bench->now = now;
    for (size_t steps = 0; v4_pmtu_due(bench->pmtus, now, &dst); steps++) {
        ORACLE(steps <= (size_t)ROOM * 12, "due: it does not end");
        ORACLE(model_path_due(&bench->model, &want) <= now && dst == want,
               "due: another path, or none");
        v4_pmtu_raise(bench->pmtus, dst, first_hop(dst), now);
        model_path_raise(&bench->model, dst, first_hop(dst), now);
    }
}

static void on_setting(struct bench *bench, const struct script_record *record)
{
    unsigned mtu = record->prefix_len * 48u + record->interface;

    meet(bench, record->address);
    ORACLE(v4_pmtu_fix(bench->pmtus, record->address, mtu) ==
               model_path_set(&bench->model, record->address, mtu),
           "set: whether there is room");
}

/* Time passes until nothing is due any more. */
static void finish(struct bench *bench)
{
    v4_time next;

    for (size_t steps = 0; (next = v4_pmtu_next_timeout(bench->pmtus)) != V4_NEVER; steps++) {
        ORACLE(steps <= (size_t)ROOM * 12, "end: time passes and something stays");
        on_time(bench, next > bench->now ? next : bench->now);
        compare(bench);
    }
    for (size_t i = 0; i < bench->model.count; i++)
        ORACLE(bench->model.paths[i].why == SET, "end: something is left");
    v4_pmtus_reset(bench->pmtus);
    ORACLE(v4_pmtu_count(bench->pmtus) == 0, "end: reset leaves something");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct script_record record;
    struct bench bench = {.model = {.room = ROOM, .after_fall = FALL, .after_raise = RAISE}};

    bench.pmtus = v4_pmtus_open(&(struct v4_pmtu_config){
        .paths = ROOM, .after_fall = FALL, .after_raise = RAISE, .seed = size});
    if (bench.pmtus == NULL)
        return 0;
    while (script_next(&script, &record)) {
        if (record.kind == SCRIPT_FRAME && fuzz_packet(record.octets, &packet)) {
            on_report(&bench, packet);
            free((void *)packet.octets);
        }
        if (record.kind == SCRIPT_ADVANCE)
            on_time(&bench, bench.now + record.milliseconds * (100 * V4_MS));
        if (record.kind == SCRIPT_INTERFACE)
            on_setting(&bench, &record);
        compare(&bench);
    }
    finish(&bench);
    v4_pmtus_close(bench.pmtus);
    return 0;
}

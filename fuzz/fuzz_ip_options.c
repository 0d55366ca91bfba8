/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Are the options of wire/option.h what RFC 791 3.1 says, and nothing more? Compared with
 * model/options.h:
 *
 *   accept     they are kept exactly when the model finds no fault
 *   pointer    a refusal names a fault of the first faulty option, and the Parameter Problem
 *              points at that fault's octet
 *   untouched  only one of the two results is written
 *   borrow     each option is found where it lies, and stepping through them finds the same ones
 *   change     recording and stamping change the octets that the RFC lets them change, to what it
 *              says, and no others
 *   return     emitting the header with its options gives the same octets back */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "model/options.h"
#include "script.h"
#include "wire/ip.h"
#include "wire/option.h"

#define HOST 0xc6120002 /* 198.18.0.2 */
#define MOMENT 0x01020304
#define HOPS 3
#define REFUSED SIZE_MAX

static const struct v4_option *kept(const struct v4_options *options, uint8_t type)
{
    switch (type) {
    case 7:
        return &options->record_route;
    case 68:
        return &options->timestamp;
    case 130:
        return &options->security;
    case 131:
    case 137:
        return &options->source_route;
    case 136:
        return &options->stream_id;
    case 148:
        return &options->router_alert;
    default:
        return NULL;
    }
}

static bool same(const struct v4_option *option, const struct model_option *other)
{
    return option->type == other->type && option->at == other->at && option->len == other->len;
}

/* The first of a type is the one that is kept. */
static void check_kept(const struct v4_options *options, const struct model_option *model,
                       size_t count)
{
    static const uint8_t types[] = {7, 68, 130, 131, 136, 148};
    bool seen[256] = {false};
    size_t known = 0, others = 0, there = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t type = model[i].type;
        const struct v4_option *option = kept(options, type);
        if (option && !seen[type])
            ORACLE(same(option, model + i), "borrow: option %u is kept from elsewhere", type);
        known += option && !seen[type];
        others += !option;
        seen[type] = true;
    }
    for (size_t i = 0; i < sizeof types; i++)
        there += kept(options, types[i])->len > 0;
    ORACLE(there == known, "borrow: %zu options are kept, of %zu", there, known);
    ORACLE(options->others == others, "borrow: %u others, of %zu", options->others, others);
}

static void check_steps(struct v4_span span, const struct model_option *model, size_t count)
{
    struct v4_option option;
    size_t at = 0, i = 0;

    for (; v4_option_next(span, &at, &option); i++)
        ORACLE(i < count && same(&option, model + i), "borrow: step %zu finds option %u at %u", i,
               option.type, option.at);
    ORACLE(i == count, "borrow: %zu steps for %zu options", i, count);
}

/* Parses and compares with the model; how many options there are, or REFUSED. */
static size_t check_parse(struct v4_span span, struct model_option model[MODEL_OPTIONS_MAX])
{
    size_t count = model_options(span.octets, span.len, model);
    const struct model_option *last = count > 0 ? model + count - 1 : NULL;
    struct v4_options options, before;
    uint8_t pointer = 0;
    bool named = false;

    memset(&before, 0xa5, sizeof before);
    options = before;
    enum v4_drop drop = v4_options_parse(span, &options, &pointer);
    if (!last || last->fault_count == 0) {
        ORACLE(drop == V4_KEEP, "accept: parse says %s", v4_drop_name(drop));
        ORACLE(pointer == 0, "untouched: a pointer without a fault");
        check_kept(&options, model, count);
        check_steps(span, model, count);
        return count;
    }

    for (size_t i = 0; i < last->fault_count; i++)
        named |= drop == last->faults[i].drop && pointer == 20 + last->at + last->faults[i].octet;
    ORACLE(drop != V4_KEEP, "accept: parse keeps %s", v4_drop_name(last->faults[0].drop));
    ORACLE(named, "pointer: %s at octet %u, not %s at %zu", v4_drop_name(drop), pointer,
           v4_drop_name(last->faults[0].drop), 20 + last->at + last->faults[0].octet);
    ORACLE(memcmp(&options, &before, sizeof options) == 0, "untouched: options with a fault");
    return REFUSED;
}

/* The option at `at` passes the host at `addr`. */
static void check_change(uint8_t *octets, size_t len, size_t at, uint32_t addr)
{
    uint8_t expected[MODEL_OPTIONS_MAX], *option = octets + at;
    bool room = model_option_has_room(option);
    uint32_t next = 0;

    memcpy(expected, octets, len);
    ORACLE(v4_option_next_addr(option, &next) == room, "change: next_addr sees %s room",
           room ? "no" : "some");
    ORACLE(next == (room ? model_option_next(option) : 0), "change: next_addr says %08x", next);

    model_option_pass(expected + at, addr, MOMENT);
    if (option[0] == V4_OPTION_TIMESTAMP)
        v4_option_stamp(option, addr, MOMENT);
    else
        v4_option_record(option, addr);
    ORACLE(memcmp(octets, expected, len) == 0, "change: option %u is not as it must be", option[0]);
}

/* The options pass hosts, every other one of which is the one whose turn it is, until one has to
 * refuse them. */
static void check_hops(uint8_t *octets, size_t len)
{
    struct model_option model[MODEL_OPTIONS_MAX];

    for (unsigned hop = 0; hop < HOPS; hop++) {
        size_t count = check_parse((struct v4_span){octets, len}, model);
        bool changes = false;
        for (size_t i = 0; count != REFUSED && i < count; i++) {
            const uint8_t *option = octets + model[i].at;
            if (!model_option_has_entries(model[i].type))
                continue;
            bool its_turn = hop % 2 == 1 && model_option_has_room(option);
            check_change(octets, len, model[i].at, its_turn ? model_option_next(option) : HOST);
            changes = true;
        }
        if (!changes)
            return;
    }
}

static void check(struct v4_span packet)
{
    uint8_t out[V4_IP_HEADER_MAX], *octets;
    struct v4_ip ip;

    if (!fuzz_gets_through(v4_ip_parse(packet, &ip) == V4_KEEP))
        return;
    size_t n = v4_ip_emit(&ip, out);
    ORACLE(n == 20 + ip.options.len, "return: the header has %zu octets", n);
    ORACLE(memcmp(out + 20, packet.octets + 20, n - 20) == 0, "return: options changed");

    octets = malloc(ip.options.len); /* alone, so that a sanitizer sees where they end */
    if (!octets)
        return;
    memcpy(octets, ip.options.octets, ip.options.len);
    check_hops(octets, ip.options.len);
    free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct script_record record;

    while (script_next(&script, &record)) {
        if (record.kind != SCRIPT_FRAME || !fuzz_packet(record.octets, &packet))
            continue;
        check(packet);
        free((void *)packet.octets);
    }
    return 0;
}

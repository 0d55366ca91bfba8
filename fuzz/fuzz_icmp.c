/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is ICMP read as its RFCs have it, and does a host say by it what it may, and of what came? Each
 * packet goes to the parsers, and each frame to two hosts, one of today and one of RFC 1122.
 *
 *   accept     a message is read exactly when rfc_accepts() does, which restates RFC 792
 *   borrow     its data are what is behind its eight octets
 *   return     emitting what was read gives the same octets back
 *   extension  a structure is found exactly where RFC 4884 has one that is whole
 *   router     an advertisement is read exactly when RFC 1256 5.2 says so, entry by entry
 *   kind       a host sends replies, errors, and questions to its gateway, with right checksums
 *   reply      an echo reply answers the request that came, octet by octet
 *   quote      an error has the beginning of a packet that came, header and 8 octets at least
 *   never      no error is about an error, a later fragment, what came to many, or from nobody
 *   back       an error goes to who sent that packet, from us; what it does not use is zero */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "host/host.h"
#include "model/icmp.h"
#include "script.h"
#include "wire/icmp_extension.h"
#include "wire/ip.h"
#include "wire/router.h"

#define HOSTS 2
#define FRAMES 64

static struct v4_host *hosts[HOSTS];
static v4_time now;
static struct v4_span seen[FRAMES]; /* the frames of this input, whole */
static size_t count;

static void check_advertisement(const struct v4_icmp *icmp, const uint8_t *m, size_t len)
{
    struct v4_advertisement got;
    bool read = v4_advertisement_parse(icmp, &got);

    ORACLE(read == model_icmp_advertises(m, len), "router: %s", read ? "read" : "refused");
    for (unsigned i = 0; read && i < m[4]; i++) {
        const uint8_t *entry = m + 8 + (size_t)i * m[5] * 4;
        struct v4_advertised said = v4_advertisement_entry(&got, i);
        ORACLE(said.addr == v4_be32(entry), "router: entry %u has another address", i);
        ORACLE((uint32_t)said.preference == v4_be32(entry + 4), "router: another preference");
    }
    ORACLE(!read || got.lifetime == m[6] * 256u + m[7], "router: another lifetime");
}

static void check_message(const uint8_t *m, size_t len)
{
    struct v4_icmp icmp;
    struct v4_span extension;
    uint8_t *out;

    enum v4_drop drop = v4_icmp_parse((struct v4_span){m, len}, &icmp);
    ORACLE((drop == V4_KEEP) == model_icmp_accepts(m, len), "accept: parse says %s",
           v4_drop_name(drop));
    if (!fuzz_gets_through(drop == V4_KEEP))
        return;
    ORACLE(icmp.data.octets == m + 8 && icmp.data.len == len - 8, "borrow: other data");

    out = malloc(len);
    size_t n = v4_icmp_emit(&icmp, out);
    ORACLE(n == len, "return: %zu octets", n);
    if (m[2] == 0xff && m[3] == 0xff) /* RFC 1071: zero has two forms, and emit writes one */
        out[2] = out[3] = 0xff;
    ORACLE(memcmp(out, m, len) == 0, "return: octets changed");
    free(out);

    size_t at = model_icmp_extension(m, len);
    bool found = v4_icmp_extension(&icmp, &extension);
    ORACLE(found == (at != 0), "extension: %s", found ? "there is none" : "not found");
    ORACLE(!found || (extension.octets == m + at && extension.len == len - at),
           "extension: another place");
    if (m[0] == 9)
        check_advertisement(&icmp, m, len);
}

/* The message of a packet, in an allocation of its own size. */
static void check_packet(struct v4_span packet)
{
    struct v4_ip ip;
    uint8_t *copy;

    if (v4_ip_parse(packet, &ip) != V4_KEEP || ip.protocol != V4_PROTOCOL_ICMP || ip.offset != 0)
        return;
    copy = malloc(ip.data.len + !ip.data.len);
    if (ip.data.len != 0)
        memcpy(copy, ip.data.octets, ip.data.len);
    check_message(copy, ip.data.len);
    free(copy);
}

/* An error is about one of the frames so far, for which it may be. */
static void check_error(const uint8_t *p, const uint8_t *m, size_t len)
{
    const char *why = "quote: octets of no packet that came";

    for (size_t i = 0; i < count && why != NULL; i++)
        if (model_icmp_quotes(seen[i], m + 8, len - 8))
            why = model_icmp_forbids(seen[i]);
    ORACLE(why == NULL, "%s", why);
    ORACLE(memcmp(p + 16, m + 8 + 12, 4) == 0, "back: sent to somebody else");
    ORACLE(m[0] == 12 || (m[0] == 3 && m[1] == 4) || v4_be32(m + 4) == 0, "back: octets in use");
}

/* It may have waited for a neighbour. */
static void check_reply(const uint8_t *m, size_t len)
{
    bool answers = false;

    for (size_t i = 0; i < count; i++)
        answers = answers || model_icmp_answers(seen[i], m, len);
    ORACLE(answers, "reply: to no such request");
}

static void check_frame(struct v4_span frame)
{
    const uint8_t *p = frame.octets + FUZZ_ETHERNET;

    if (frame.len < FUZZ_ETHERNET + 28 || v4_be16(frame.octets + 12) != 0x0800 || p[9] != 1 ||
        v4_be16(p + 6) & 0x3fff)
        return;
    size_t header = p[0] % 16 * 4u, len = v4_be16(p + 2) - header;
    const uint8_t *m = p + header;
    ORACLE(model_icmp_ours(v4_be32(p + 12)), "back: not from us");
    ORACLE(model_icmp_sums(m, len), "kind: a wrong checksum");
    ORACLE(m[0] == 0 || m[0] == 3 || m[0] == 8 || m[0] == 11 || m[0] == 12 || m[0] == 14,
           "kind: type %u", m[0]);
    if (m[0] == 3 || m[0] == 11 || m[0] == 12)
        check_error(p, m, len);
    if (m[0] == 0)
        check_reply(m, len);
}

static void drain(struct v4_host *host)
{
    struct v4_frame frame;
    struct v4_event event;

    while (v4_host_output(host, &frame))
        check_frame(frame.octets);
    while (v4_host_event(host, &event))
        continue;
}

static void open_hosts(void)
{
    static const char *const profiles[HOSTS] = {"modern", "rfc1122"};
    const char *why;

    for (size_t i = 0; i < HOSTS; i++) {
        struct v4_config config = v4_config_default();
        config.profile = profiles[i];
        config.iface_count = 2;
        config.ifaces[0] =
            (struct v4_iface){{{2, 0, 0, 0, 0, 2}}, {MODEL_ICMP_LEFT, 20}, V4_MTU_DEFAULT};
        config.ifaces[1] =
            (struct v4_iface){{{2, 0, 0, 0, 1, 2}}, {MODEL_ICMP_RIGHT, 26}, V4_MTU_DEFAULT};
        config.gateway = MODEL_ICMP_GATEWAY;
        if (hosts[i] == NULL)
            hosts[i] = v4_host_open(&config, &why);
        v4_host_reset(hosts[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size}, packet;
    struct script_record record;

    open_hosts();
    now = V4_SECOND;
    for (count = 0; count < FRAMES && script_next(&script, &record);) {
        now += record.kind == SCRIPT_ADVANCE ? record.milliseconds * V4_MS : 0;
        if (record.kind == SCRIPT_FRAME && fuzz_packet(record.octets, &packet)) {
            seen[count++] = record.octets;
            check_packet(packet);
            free((void *)packet.octets);
            for (size_t i = 0; i < HOSTS; i++)
                v4_host_input(hosts[i], record.interface % 2, record.octets, now);
        }
        for (size_t i = 0; i < HOSTS; i++) {
            v4_host_tick(hosts[i], now);
            drain(hosts[i]);
        }
    }
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "books.h"
#include "model/line.h"

/* Who ends a frame before it is IP's. */
static const char *const of_the_link[] = {
    "drop.ETHER_IFACE",   "drop.IFACE_DOWN",    "drop.ETHER_TRUNCATED",
    "drop.ETHER_FRAMING", "drop.ETHER_TYPE",    "drop.ETHER_NOT_OURS",
    "drop.ETHER_WATCHED", "drop.ARP_TRUNCATED", "drop.ARP_HARDWARE",
    "drop.ARP_PROTOCOL",  "drop.ARP_OPERATION", "drop.ARP_SENDER",
    "arp.in.request",     "arp.in.reply",       NULL,
};

/* Where a packet ends: RFC 1213's, and discards that are no error to it. */
static const char *const of_ip[] = {
    "ipInHdrErrors",     "ipInAddrErrors",
    "ipInUnknownProtos", "ipInDelivers",
    "ipForwDatagrams",   "drop.ROUTED",
    "drop.OBSOLETE",     "drop.LABEL",
    "drop.LABEL_RANGE",  "drop.LABEL_NONE",
    "drop.DF",           "drop.FRAGMENT_TINY",
    "ipReasmReqds",      NULL,
};

/* How reassembly ends. */
static const char *const of_reassembly[] = {
    "ip.reass.delivered", "ip.reass.timed_out", "ip.reass.evicted", "ip.reass.refused", NULL,
};

static const char *const of_udp[] = {"udpInDatagrams", "udpNoPorts", "udpInErrors", NULL};

static const char *const of_icmp_out[] = {
    "icmpOutDestUnreachs",  "icmpOutTimeExcds", "icmpOutParmProbs",    "icmpOutSrcQuenchs",
    "icmpOutRedirects",     "icmpOutEchos",     "icmpOutEchoReps",     "icmpOutTimestamps",
    "icmpOutTimestampReps", "icmpOutAddrMasks", "icmpOutAddrMaskReps", NULL,
};

static const char *const of_errors_out[] = {
    "icmpOutDestUnreachs", "icmpOutTimeExcds", "icmpOutParmProbs",
    "icmpOutSrcQuenchs",   "icmpOutRedirects", NULL,
};

static size_t sum(const char *counters, const char *const *names)
{
    size_t total = 0;

    for (; *names != NULL; names++)
        total += model_number(counters, *names);
    return total;
}

const char *model_books_fault(const struct model_books *seen, const char *counters)
{
    size_t in = model_number(counters, "ether.in"), ip = model_number(counters, "ipInReceives"),
           icmp = model_number(counters, "icmpOutMsgs"), /* solicitations have no type */
        whole = model_number(counters, "ipReasmOKs"), link = sum(counters, of_the_link);

    if (in != seen->given)
        return "books: ether.in is not what was given";
    if (model_number(counters, "ether.out") != seen->taken)
        return "books: ether.out is not what was taken";
    if (in > link + ip + seen->ieee || (!seen->calls && in < link + ip))
        return "books: a frame is neither ARP's nor IP's, and has no name of a drop, or two";
    if (ip != sum(counters, of_ip) - whole)
        return "books: of packets that came in some ended in no way, or in two";
    if (model_number(counters, "ip.reass.delivered") !=
        whole + model_number(counters, "drop.REASS_ECN"))
        return "books: what became whole was neither delivered nor dropped";
    if (model_number(counters, "ip.reass.started") != sum(counters, of_reassembly))
        return "books: reassembly holds something for ever, or has ended twice";
    if (model_number(counters, "udp.in") > sum(counters, of_udp))
        return "books: a datagram of UDP ended in no way";
    if (icmp < sum(counters, of_icmp_out) || (!seen->calls && icmp > sum(counters, of_icmp_out)))
        return "books: an ICMP message that was sent has no type, or two";
    if (model_number(counters, "icmp.out.error") != sum(counters, of_errors_out))
        return "books: an ICMP error that was sent has no type, or two";
    return NULL;
}

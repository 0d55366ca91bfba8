# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3168 section 5.3: the ECN field of fragments. Silence, that is a datagram that was dropped instead, will always do."""

from itertools import permutations, product

from postel.kit import *

NOT_ECT, ECT_1, ECT_0, CE = 0, 1, 2, 3
NAMES = ("Not-ECT", "ECT(1)", "ECT(0)", "CE")
NEEDS = ("udp", "udp-ttl")


def named(fields, order):
    """The fragments as they are sent: `fragments 1 with CE, 3 with ECT(0), 2 with ECT(0)`."""
    return "fragments " + ", ".join(f"{n + 1} with {NAMES[fields[n]]}" for n in order)


def ecn_of_the_result(lt, fields, order=(0, 1, 2)):
    """The ECN field that a user sees of three fragments which have these; None when it gets nothing."""
    pieces = split(udp(dport=USER_PORT, data=counting(40)), 16, 16)
    marked = [probe(piece, tos=0x28 | ecn) for piece, ecn in zip(pieces, fields, strict=True)]
    lt.send(*(marked[n] for n in order))
    told = lt.delivered()
    return int(told["tos"]) & 3 if told else None


@case("RFC3168-5.3-a", kind=characteristic, needs=NEEDS, violator=loses("udp.recv"))
def ecn_beside_dont_fragment(lt):
    """Whether what is ECN-capable arrives where its sender has set Don't Fragment, as it may."""
    bind(lt)
    arrived = []
    for ecn in (ECT_1, ECT_0, CE):
        lt.send(probe(udp(dport=USER_PORT, data=bytes([ecn])), tos=0x28 | ecn, df=1))
        told = lt.delivered()
        arrived += [NAMES[ecn]] if told and int(told["tos"]) == 0x28 | ecn else []
    return f"{', '.join(arrived)} arrived" if arrived else "none arrived"


@case("RFC3168-5.3-b", needs=NEEDS, violator=alters("udp.recv", nth=7, tos=0x2A))
def congestion_is_not_lost(lt):
    """Where a fragment says Congestion Experienced, and none is Not-ECT, so does the datagram."""
    bind(lt)
    for fields in (CE, ECT_0, ECT_0), (ECT_0, CE, ECT_0), (ECT_1, ECT_1, CE), (CE, CE, ECT_1):
        for order in permutations(range(3)):
            result = ecn_of_the_result(lt, fields, order)
            lt.check(f"ECN of {named(fields, order)}:", NAMES[CE if result is None else result], NAMES[CE])


@case("RFC3168-5.3-c", needs=NEEDS, violator=delivers("udp.recv", tos=0x2B))
def congestion_beside_not_ect(lt):
    """With one fragment that is Not-ECT the datagram may not say Congestion Experienced: it can only be dropped."""
    bind(lt)
    for fields in (CE, NOT_ECT, NOT_ECT), (NOT_ECT, CE, ECT_0), (ECT_0, NOT_ECT, CE), (CE, CE, NOT_ECT):
        for order in permutations(range(3)):
            result = ecn_of_the_result(lt, fields, order)
            lt.check(f"delivery of {named(fields, order)}:", "none" if result is None else f"with {NAMES[result]}", "none")


@case("RFC3168-5.3-d", needs=NEEDS, violator=alters("udp.recv", nth=7, tos=0x28))
def fragments_that_agree(lt):
    """Where all fragments have the same ECN field the datagram has it too."""
    bind(lt)
    for ecn in (NOT_ECT, ECT_1, ECT_0, CE):
        for order in permutations(range(3)):
            result = ecn_of_the_result(lt, (ecn, ecn, ecn), order)
            lt.check("ECN", NAMES[ecn if result is None else result], NAMES[ecn])


@case("RFC3168-5.3-e", kind=characteristic, needs=NEEDS, violator=alters("udp.recv", nth=2, tos=0x2B))
def other_mixtures(lt):
    """What is made of fragments that differ and of which none says Congestion Experienced."""
    bind(lt)
    mixed = [pair for pair in product((NOT_ECT, ECT_1, ECT_0), repeat=2) if len(set(pair)) > 1]
    results = {(a, b): ecn_of_the_result(lt, (a, b, b)) for a, b in mixed}
    if all(result == first for (first, _), result in results.items()):
        return "the first fragment's"
    said = {pair: "dropped" if result is None else NAMES[result] for pair, result in results.items()}
    return ", ".join(f"{NAMES[a]} and {NAMES[b]}: {word}" for (a, b), word in said.items())

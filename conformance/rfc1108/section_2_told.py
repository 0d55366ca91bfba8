# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1108: a host that processes the options of security, as it can be told to."""

from postel.kit import *

UNCLASSIFIED, CONFIDENTIAL, SECRET, TOP_SECRET = 0xAB, 0x96, 0x5A, 0x3D
LEVELS = UNCLASSIFIED, CONFIDENTIAL, SECRET, TOP_SECRET
GENSER = b"\x80"
GOOD = bytes([130, 3, UNCLASSIFIED, 1])
LABELS = {"needs": "security"}
REPORTED = {"stands_on": "reports-closed-ports"}  # which is how a datagram whose label is right is seen


def passed_over(nth=0):
    """A violator: what has a wrong label is reported for its port."""
    return changes("parameter-problem", nth=nth, type=3, code=3, rest=bytes(4))


def label(level=UNCLASSIFIED, flags=b""):
    return bytes([130, 3 + len(flags), level]) + flags


def padded(options):
    return options + NOP * (-len(options) % 4)


def to_a_closed_port(options):
    return probe(udp(), options=padded(options))


def is_refused(lt, options, fault_at=(20,)):
    """A Parameter Problem of code 0 points at the option; nothing else is said."""
    lt.send(to_a_closed_port(options))
    lt.expect(parameter_problem(one_of(*fault_at), code=0))


@case("RFC1108-2.1-a", **LABELS, **REPORTED, violator=passed_over())
def basic_security_option(lt):
    """Type 130, a length of three at least, a level, flags: and once at most."""
    lt.set("security", 1)
    for options in label(), label(SECRET), label(flags=GENSER), NOP + label(CONFIDENTIAL, b"\x81\0"):
        lt.send(to_a_closed_port(options))
        lt.expect(unreachable(code=3))
    is_refused(lt, label() + label(), range(20, 26))


@case("RFC1108-2.2-a", "RFC6274-3.13.2.12-a", **LABELS, violators={
    "RFC1108-2.2-a": passed_over(),
    "RFC6274-3.13.2.12-a": passed_over(5),
})  # fmt: skip
def length_of_the_basic_option(lt):
    """A length below three is an error, and so is a second one."""
    lt.set("security", 1)
    for requirement in "RFC1108-2.2-a", "RFC6274-3.13.2.12-a":
        with lt.judging(requirement):
            for options in (bytes([130, 2]), bytes([130, 0, 0, 0]), label() + label(SECRET)):
                is_refused(lt, options, range(20, 26))


@case("RFC1108-2.3-a", **LABELS, violator=passed_over(3))
def levels_that_there_are_not(lt):
    """Levels that are reserved, or in no table, are errors."""
    lt.set("security", 1)
    for level in lt.each((0x01, 0x66, 0xCC, 0xF1, 0x00, 0xFF, 0xAA, 0x3C), "level"):
        is_refused(lt, label(level), (20, 22))


@case("RFC1108-2.4-a", **LABELS, violator=passed_over(1))
def flags_that_there_are_not(lt):
    """Flags that nobody has, and flags that do not end where the option does, are errors."""
    lt.set("security", 1)
    wrong = {"an authority that nobody is": b"\x04", "another": b"\x82", "one of the second octet": b"\x81\x40",
             "more than there are": b"\x81", "fewer than there are": b"\x80\0"}  # fmt: skip
    for flags in lt.each(wrong):
        is_refused(lt, label(flags=flags), range(20, 26))


@case("RFC1108-2.4-b", **LABELS, **REPORTED, violator=drops("unreachable"))
def two_octets_of_flags(lt):
    """Two octets of flags can be processed at least."""
    lt.set("security", 1)
    lt.send(to_a_closed_port(label(flags=b"\x81\0")))
    lt.expect(unreachable(code=3))


@case("RFC1108-2.7.3-a", needs=("security", "security-high", "security-authorities", "udp"), violator=accepts("udp.send", nth=1))
def nothing_leaves_outside_of_the_range(lt):
    """Nothing leaves with a level, or for authorities, outside of what is configured."""
    sock = ready(lt)
    lt.set("security-high", 1)
    lt.set("security-authorities", GENSER[0])
    user_sends(lt, sock, options=padded(label(CONFIDENTIAL, GENSER)))
    for options in label(SECRET), label(UNCLASSIFIED, b"\x40"), label(TOP_SECRET, b"\xc0"):
        expect_refusal(lt, "udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel", options=padded(options))


def ready(lt):
    """A user's socket; labels are processed, and one has been received, so that those in what is sent are asked for."""
    lt.set("security", 1)
    lt.send(probe(echo(), options=GOOD))
    lt.expect(echo_reply())
    return bind(lt)


@case("RFC1108-2.7.3-b", "RFC1108-2.4-c", needs=("security", "security-label", "udp"), violators={
    "RFC1108-2.7.3-b": changes("udp", options=GOOD), "RFC1108-2.4-c": changes("udp", nth=1, options=bytes([130, 4, 0xAB, 0])),
})  # fmt: skip
def labels_of_what_is_sent(lt):
    """What is sent has none by default; where it is to have one no octet of zeros ends its flags."""
    sock = ready(lt)
    with lt.judging("RFC1108-2.7.3-b"):
        lt.check("options", user_sends(lt, sock)["options"], b"")
    lt.set("security-label", 1)
    with lt.judging("RFC1108-2.4-c"):
        zeros = saying("no flags that end in zeros", lambda option: len(option) == 3 or option[-1] != 0)
        holds(lt, user_sends(lt, sock)["options"], having(130, zeros))


@case("RFC1108-2.1-a", needs=("security", "security-label", "udp"), stands_on="sets-options", violator=changes("udp", options=GOOD + GOOD))
def user_s_label_is_the_only_one(lt):
    """What a user has labelled is given no second label."""
    sock = ready(lt)
    lt.set("security-label", 1)
    for options in GOOD, label(SECRET) + NOP:
        lt.check("options", user_sends(lt, sock, options=options)["options"], options)


@case("RFC1108-2.8-a", needs=("security", "security-required"), stands_on="reports-bad-options", violator=changes("parameter-problem", code=0))
def label_that_is_missing(lt):
    """What has no label where one is required is reported by a Parameter Problem of code 1 that points at 130."""
    lt.set("security", 1)
    lt.set("security-required", 1)
    lt.send(udp())
    lt.expect(parameter_problem(130, code=1))
    lt.send(to_a_closed_port(GOOD))
    lt.expect(unreachable(code=3))


@case("RFC1108-2.8-b", **LABELS, violator=changes("parameter-problem", nth=1, pointer=23))
def report_of_a_malformed_label(lt):
    """A malformed option is reported by a Parameter Problem of code 0 that points at it, wherever it stands."""
    lt.set("security", 1)
    for before in b"", UNKNOWN, NOP * 3:
        at = 20 + len(before)
        is_refused(lt, before + label(0x66), (at, at + 2))


@case("RFC1108-2.8-c", needs=("security", "security-high"), stands_on="reports-closed-ports", violator=changes("unreachable", nth=2, code=3))
def report_of_a_label_outside_of_the_range(lt):
    """What is outside of the range is reported as prohibited, of the network or of the host; the highest level is within it."""
    lt.set("security", 1)
    for highest in lt.each((1, 3), "highest level:"):  # more errors at once an IUT may limit
        lt.set("security-high", highest)
        for rank, level in enumerate(LEVELS):
            lt.send(to_a_closed_port(label(level)))
            lt.expect(unreachable(code=3 if rank <= highest else one_of(9, 10)))


@case("RFC1108-2.8-d", needs=("security", "security-high", "udp"), stands_on="takes-broadcasts", violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def wrong_labels_reach_no_user(lt):
    """What has a malformed label, or one outside of the range, reaches no user."""
    ready(lt)
    lt.set("security-high", 1)
    for options in GOOD, label(0x66), label(SECRET), label(flags=b"\x04"), bytes([133, 4, 0, 0]):
        lt.send(probe(udp(USER_PORT), dst=lt.left.broadcast, eth_dst=BROADCAST_MAC, options=padded(options)))  # of which nothing is reported
        if options == GOOD:
            lt.expect_event("udp.recv", data=b"postel")
        else:
            lt.expect_no_event("udp.recv", after="a wrong label")


@case("RFC1108-2.8-e", needs=("security", "security-high"), violator=answers("parameter-problem", pointer=20))
def labels_of_messages_are_not_reported(lt):
    """Of a wrong label of an ICMP message nothing is said; the message is not answered either."""
    lt.set("security", 1)
    lt.set("security-high", 1)
    for options in label(0x66), label(SECRET), bytes([133, 4, 0, 0]):
        lt.send(one_fault(probe(echo(), options=GOOD), options=padded(options)))
        lt.expect_silence(after="a wrong label in an echo request")


@case("RFC1108-2.8-f", **LABELS, violator=changes("parameter-problem", options=b""))
def errors_about_labels_have_one(lt):
    """What reports a wrong label has the option itself."""
    lt.set("security", 1)
    for options in label(0x66), bytes([133, 4, 0, 0]):
        lt.send(to_a_closed_port(options))
        error = lt.expect(parameter_problem(anything))
        holds(lt, error["options"], having(130, saying("a label", lambda option: len(option) >= 3)))


@case("RFC1108-3-a", "RFC1108-3.6-a", "RFC1108-3.6-b", "RFC6274-3.13.2.13-a", needs=("security",), violators={
    "RFC1108-3-a": drops("unreachable"),
    "RFC1108-3.6-a": passed_over(),
    "RFC1108-3.6-b": passed_over(1),
    "RFC6274-3.13.2.13-a": passed_over(2),
})  # fmt: skip
def extended_security_option(lt):
    """Type 133, a length of three at least, more than once, and never without the basic option; what is wrong is reported."""
    lt.set("security", 1)
    extended = bytes([133, 4, 0, 0])
    with lt.judging("RFC1108-3-a"):
        lt.send(to_a_closed_port(GOOD + extended + extended))
        lt.expect(unreachable(code=3))
    for requirement in "RFC1108-3.6-a", "RFC1108-3.6-b", "RFC6274-3.13.2.13-a":
        with lt.judging(requirement):
            is_refused(lt, extended)
    with lt.judging("RFC6274-3.13.2.13-a"):
        is_refused(lt, GOOD + bytes([133, 2]), (24, 25))


@case("RFC6274-3.13.2.14-a", **LABELS, violator=passed_over(1))
def length_of_the_commercial_option(lt):
    """A commercial security option of less than six octets has its datagram dropped."""
    lt.set("security", 1)
    for size in (2, 3, 5):
        lt.send(to_a_closed_port(bytes([134, size]) + bytes(size - 2)))
        lt.expect_silence(after=f"{size} octets", of="unreachable")
        if problem := lt.answer("parameter-problem"):
            lt.stands_on("points-at-the-fault")
            lt.check("pointer", problem["pointer"], one_of(20, 21))

# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.13: what an administrator may tell a host to do with options."""

from postel.kit import *

GATEWAYS = (LEFT.host(8), LEFT.host(9))


@case("RFC6274-3.13.1.3-a", needs="report-bad-options", stands_on="reports-bad-options", violator=drops("parameter-problem", nth=1))
def report_of_a_wrong_option(lt):
    """A wrong option is reported by default, and not where the administrator wants silence."""
    options, faults = bad_option(lt)
    wrong = probe(echo(data=counting(24)), options=options)
    for value in (None, 1):
        if value is not None:
            lt.set("report-bad-options", value)
        lt.send(wrong)
        lt.expect(parameter_problem(one_of(*(20 + at for at in faults))))
    lt.set("report-bad-options", 0)
    lt.send(wrong)
    lt.expect_silence(after="a wrong option")


@case("RFC6274-3.13.2.3-a", needs="drop-source-routed", stands_on="takes-source-routes", violator=answers("echo-reply"))
def loose_routes_are_dropped(lt):
    """What has a loose source route is dropped where that is wanted, used up or not."""
    drops_routed(lt, lsrr)


@case("RFC6274-3.13.2.4-a", needs="drop-source-routed", stands_on="takes-source-routes", violator=answers("echo-reply"))
def strict_routes_are_dropped(lt):
    """So is what has a strict one."""
    drops_routed(lt, ssrr)


def drops_routed(lt, route):
    lt.send(probe(echo(), options=route(*GATEWAYS, pointer=12)))
    lt.expect(echo_reply(dst=anything))
    lt.set("drop-source-routed", 1)
    for pointer in (12, 4, 8):
        lt.send(probe(echo(), options=route(*GATEWAYS, pointer=pointer)))
        lt.expect_silence(after="a source route", of="echo")
        lt.answer()  # it may be reported
    lt.send(echo())
    lt.expect(echo_reply())


@case("RFC6274-3.13.2.7-a", needs="timestamp-option", violator=changes("echo-reply", nth=1, options=timestamp(bytes(7) + b"\1", pointer=9)))
def timestamps_are_ignored(lt):
    """Timestamps are ignored where that is wanted: the datagram is taken, and nobody stamps."""
    option = timestamp(bytes(8))
    lt.set("timestamp-option", 0)
    for seq, options in enumerate((option, NOP * 4 + option)):
        lt.send(probe(echo(seq=seq), options=options))
        reply = lt.expect(echo_reply())
        holds(lt, reply["options"], saying("no timestamp of the host", lambda options: without_option(68)(options) or with_option(option)(options)))


@case("RFC6274-3.13.2.9-a", needs="drop-obsolete-options", violator=answers("echo-reply", nth=2))
def obsolete_options_are_dropped(lt):
    """What has an option that nobody uses any more, of type 11, 12, 82 or 149, is dropped where that is wanted."""
    lt.set("drop-obsolete-options", 1)
    for kind in (11, 12, 82, 149):
        lt.send(one_fault(probe(echo(), options=NOP * 8), options=NOP * 2 + bytes([kind, 4, 0, 0]) + NOP * 2))
        lt.expect_silence(after=f"option {kind}")

# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2113 section 2.1: the option Router Alert, as a host meets it."""

from postel.kit import *

ROUTER_ALERT = bytes([148, 4, 0, 0])


@case("RFC2113-2.1-a", violator=changes("echo-reply", nth=1, options=patched(2, 4)))
def router_alert_is_read(lt):
    """Router Alert is option 148 with 4 octets: what follows it is read as an option."""
    route = record_route(room=3)
    lt.send(probe(echo(), options=ROUTER_ALERT))
    lt.expect(echo_reply())
    holds(lt, echoed(lt, ROUTER_ALERT + route, 7), recorded(route, lt.iut))


@case(
    "RFC2113-2.1-c", "RFC2113-2.1-e",
    violators={"RFC2113-2.1-c": drops("echo-reply"), "RFC2113-2.1-e": drops("echo-reply", nth=2)},
)  # fmt: skip
def router_alert_is_for_routers(lt):
    """A host ignores Router Alert, whatever its value."""
    for value in (0, 1, 255, 65535):
        with lt.judging("RFC2113-2.1-e" if value else "RFC2113-2.1-c"):
            lt.send(probe(echo(seq=value), options=ROUTER_ALERT[:2] + value.to_bytes(2, "big")))
            lt.expect(echo_reply())


@case("RFC2113-2.1-f", needs={"udp"}, stands_on=["sets-options", "fragments"], violator=changes("fragment", nth=1, options=b""))
def router_alert_in_every_fragment(lt):
    """Router Alert has the copied flag: every fragment has it."""
    sock = bind(lt)
    lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE), options=ROUTER_ALERT)
    for piece in gathered(lt):
        holds(lt, piece["options"], with_option(ROUTER_ALERT))


@case("RFC2113-2.1-g", kind=characteristic, violator=drops("parameter-problem"))
def router_alert_of_another_length(lt):
    """What is done with a Router Alert that is too short or too long: a host that ignores it may not even look."""
    done = []
    for option in (ROUTER_ALERT[:1] + b"\2", bytes([148, 3, 0]), bytes([148, 8]) + bytes(6)):
        lt.send(probe(echo(), options=option))
        done.append((lt.answer() or {"kind": "silence"})["kind"].replace("-", " "))
    return ", ".join(done)

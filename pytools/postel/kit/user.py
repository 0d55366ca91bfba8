# SPDX-License-Identifier: BSD-2-Clause
"""The IUT's user in a few words: what cases ask of the upper tester again and again."""

from typing import Any

from postel.kit.expect import one_of, udp_datagram
from postel.kit.lower import LowerTester
from postel.kit.wire import Fields

USER_PORT, OUR_PORT = 4000, 40000


def bind(lt: LowerTester, port: int = USER_PORT, **keys: object) -> str:
    """The number of a UDP socket that the IUT's user has bound."""
    return lt.call("udp.bind", port=port, **keys)["sock"]


def user_sends(lt: LowerTester, sock: str, dst: str = "", *, on: int = 0, data: bytes = b"postel", **keys: Any) -> Fields:
    """The IUT's user sends a datagram; what came out on interface `on`."""
    to = dst or lt.me
    lt.call("udp.send", sock=sock, dst=to, dport=OUR_PORT, data=data, **keys)
    own = one_of(lt.left.iut, lt.right.iut)
    return lt.expect(udp_datagram(src=own, dst=to, sport=USER_PORT, dport=OUR_PORT), on=on)

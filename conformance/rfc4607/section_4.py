# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4607 section 4: what a host does for source-specific groups."""

from postel.kit import *

SSM = "232.1.2.3"


@case("RFC4607-4.1-a", "RFC4607-4.2-a", needs={"udp", "group-filter"}, stands_on="reports-groups",
      violators={"RFC4607-4.1-a": loses("udp.recv"), "RFC4607-4.2-a": loses("udp.recv", nth=2)})  # fmt: skip
def subscribers_receive(lt):
    """Who has subscribed to a source of a group hears it, until it has unsubscribed."""
    socks = [bind(lt, USER_PORT + number) for number in range(2)]
    for number, sock in enumerate(socks):
        wants(lt, sock, "include", A, group=SSM)
        receives(lt, SSM, A, port=USER_PORT + number, sock=sock)
    wants(lt, socks[0], "include", group=SSM)
    with lt.judging("RFC4607-4.2-a"):
        receives(lt, SSM, A, port=USER_PORT + 1, sock=socks[1])
    wants(lt, socks[1], "include", group=SSM)
    misses(lt, "both have unsubscribed", SSM, A)


@case("RFC4607-4.2-b", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=delivers("udp.recv", data=b"postel"))
def others_do_not(lt):
    """Who has subscribed to another source, or to none, hears nothing of it."""
    sock = bind(lt)
    bind(lt, USER_PORT + 1)
    wants(lt, sock, "include", A, group=SSM)
    receives(lt, SSM, A, sock=sock)
    for port, src in lt.each({"another source": (USER_PORT, B), "another socket": (USER_PORT + 1, A)}):
        misses(lt, "nobody has subscribed to that", SSM, src, port=port)


@case("RFC4607-4.2-c", needs={"udp", "group-filter"}, stands_on="tells-changes", violator=drops("igmp", nth=1, every=True))
def routers_are_told(lt):
    """Routers are told of the first who subscribes to a source, and of the last who unsubscribes."""
    speaks(lt, 3)
    first, second = bind(lt), bind(lt, USER_PORT + 1)
    for sock, mode, sources, words in ((first, "include", [A], [f"allow {A}"]), (second, "include", [A], []), (first, "include", [], []),
                                       (second, "include", [], [f"block {A}"])):  # fmt: skip
        wants(lt, sock, mode, *sources, group=SSM)
        lt.check("what is said", kinds(listened(lt, AT_ONCE, group=SSM)), words)
        said_all(lt)

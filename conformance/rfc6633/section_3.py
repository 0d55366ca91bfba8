# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 section 3: Source Quench at the Internet layer."""

from postel.kit import *


@case("RFC6633-3-a", violator=changes("unreachable", type=4, code=0))
def no_source_quench_is_sent(lt):
    """Of nothing that a host reports it says that there is too much of it."""
    reported(lt)  # the passive checker looks at what comes


@case("RFC6633-3-b", kind=characteristic, needs=["ip"], violator=loses("ip.recv"))
def source_quench_and_a_user_of_icmp(lt):
    """Whether IP, which may drop a Source Quench, brings it to a user of ICMP."""
    lt.send(echo())
    reply = lt.expect(echo_reply())
    with user_of_icmp(lt) as heard:
        lt.send(icmp(4, data=reply["packet"][:28]))
        return "brought" if 4 in {message[0] for message in heard()} else "dropped"


@case("RFC6633-3-c", needs="tcp", violator=drops("protocol-6", nth=3, every=True))
def source_quench_slows_no_connection(lt):
    """TCP drops a Source Quench: the connection lasts, and as much is under way at one time as before."""
    end, _ = opens(lt, mss=500)
    sizes = []
    for _ in range(2):
        sent = end.user_fills(counting(1500))
        sizes.append(sum(len(segment_of(each).data) for each in sent))
        for code in (0, 1):
            end.failed(4, code, sent[-1])
        end.acknowledges(sent[-1])
        lt.forget()
    lt.check("octets at one time", sizes[1], at_least(sizes[0]))

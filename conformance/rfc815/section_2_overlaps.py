# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 2: any pattern of overlap. Which octets win is open; these say what an IUT makes of all that there are."""

from postel.kit import *

LINUX = {  # what is peculiar about its policy
    "a run": "H@0+ A@1+ HA@0+ B@2", "two runs that meet": "A@1+ H@0+ HA@0+ B@2", "a run with others behind it": "H@0+ C@3+ A@1+ HA@0+ B@2+ D@4",
    "an end that a duplicate tells": "H@0+ B@2+ B@2 A@1+",
    "what was given up begins anew": "H@0+ HA@0+ H@0+ A@1", "an end beyond the longest datagram": "B@8191+ H@0+ A@1",
}  # fmt: skip


@case("RFC815-2-a", "RFC6274-4.1.2.6-b", kind=characteristic, stands_on="reassembles", violator=changes("echo-reply", data=lambda data: data[8:] + data[:8]))
def overlaps_of_two(lt):
    """Which octets win where two fragments lie in each of the 13 relations to each other, and the end comes before, between and behind them."""
    return overlap_matrix(lt, 2)


@case("RFC815-2-a", kind=characteristic, stands_on="reassembles", violator=changes("echo-reply", data=lambda data: data[8:] + data[:8]))
def overlaps_of_three(lt):
    """Which octets win where three fragments lie in each of their 409 relations, and the end comes before, between and behind them."""
    return overlap_matrix(lt, 3)


@case("RFC815-2-a", kind=characteristic, needs="reassembly", stands_on="reassembles", violator=ignores("set", nth=2))
def overlaps_as_they_are_set(lt):
    """Which of the policies that an IUT's user can choose are what their names say."""
    return overlap_names(lt)


@case("RFC815-2-a", kind=characteristic, needs="reassembly", stands_on="reassembles", violator=answers("echo-reply"))
def fragments_as_linux_takes_them(lt):
    """What an IUT that is told to do as Linux does makes of runs, of ends that duplicates tell, and of lengths that are none."""
    lt.set("reassembly", "linux")
    ragged = [*fragments("H@0+"), cut(block("A") + bytes(7), 8, True), *fragments("B@2")]
    made = []
    for name, pieces in {**{name: fragments(spec) for name, spec in LINUX.items()}, "a length that is no multiple of 8": ragged}.items():
        lt.send(*pieces)
        reply = lt.answer("echo-reply")
        made.append(f"{name}: {letters(reply['data']) if reply else 'nothing'}")
    return ", ".join(made)


@case("RFC815-2-a", kind=characteristic, needs="reassembly", stands_on="reassembles", violator=ignores("set", nth=1))
def first_fragments_as_it_is_set(lt):
    """Of two first fragments, of which the second is a block longer and of another type of service: whose octets and whose header are taken."""
    taken = []
    for seq, name in enumerate(("first", "last", "bsd", "bsd-right", "linux-2", "windows", "solaris", "linux", "drop")):
        lt.set("reassembly", name)
        lt.send(*fragments("HA@0+", seq=seq, tos=8), *fragments("HBC@0+", seq=seq, tos=16), *fragments("D@3", seq=seq))
        reply = lt.answer("echo-reply")
        taken.append(f"{name}: {letters(reply['data'])} {reply['tos']}" if reply else f"{name}: nothing")
    return ", ".join(taken)


@case("RFC815-2-a", kind=characteristic, needs="reassembly", stands_on="reassembles", violator=answers("echo-reply"))
def datagram_that_was_refused_and_comes_again(lt):
    """Whether a datagram is put together whose fragments overlapped when they came first: a while after that, and after a reset."""
    done = []
    for restart in (False, True):
        lt.set("reassembly", "drop")
        lt.send(*fragments("HA@0+ BC@1+ D@3", id=815))
        lt.starts_anew() if restart else lt.advance(1)
        lt.send(*fragments("HA@0+ B@2", id=815))
        done.append("put together" if lt.answer("echo-reply") else "refused")
    return f"{done[0]} after a second, {done[1]} after a reset"

# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 2: any pattern of overlap. Which octets win is open; these say what an IUT makes of all that there are."""

from postel.kit import *


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
    """Which of the policies that an IUT's user can choose are what their names say, over two fragments."""
    return overlap_names(lt)

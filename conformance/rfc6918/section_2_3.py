# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6918 sections 2 and 3: ICMP messages that are deprecated."""

from postel.kit import *

TYPES = {
    "RFC6918-2-3-a": 6, "RFC6918-2-3-b": 15, "RFC6918-2-3-c": 16, "RFC6918-2-3-d": 17, "RFC6918-2-3-e": 18, "RFC6918-2-3-f": 30,
    "RFC6918-2-3-g": 31, "RFC6918-2-3-h": 32, "RFC6918-2-3-i": 33, "RFC6918-2-3-j": 34, "RFC6918-2-3-k": 35, "RFC6918-2-3-l": 36,
    "RFC6918-2-3-m": 37, "RFC6918-2-3-n": 38, "RFC6918-2-3-o": 39,
}  # fmt: skip


@case(
    "RFC6918-2-3-a", "RFC6918-2-3-b", "RFC6918-2-3-c", "RFC6918-2-3-d", "RFC6918-2-3-e", "RFC6918-2-3-f", "RFC6918-2-3-g",
    "RFC6918-2-3-h", "RFC6918-2-3-i", "RFC6918-2-3-j", "RFC6918-2-3-k", "RFC6918-2-3-l", "RFC6918-2-3-m", "RFC6918-2-3-n",
    "RFC6918-2-3-o", violators={row: answers("echo-reply", nth=n) for n, row in enumerate(TYPES)},
)  # fmt: skip
def deprecated_messages_are_not_answered(lt):
    """A message of a deprecated type, were it once a request, gets no answer."""
    for row, type_ in TYPES.items():
        with lt.judging(row):
            lt.send(one_fault(echo(data=bytes(12)), type=type_))
            lt.expect_silence(after=f"an ICMP message of type {type_}")

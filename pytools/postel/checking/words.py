# SPDX-License-Identifier: BSD-2-Clause
"""What the checks of an adapter are written with."""

from postel.iut.upper import Upper, UpperError


class Broken(Exception):
    """A rule is not kept; the message says how."""


class Lacking(Exception):
    """There is nothing to check without this."""


def expect(what: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise Broken(f"{what}: expected {expected}, it is {actual}"[:300])


def refusal(upper: Upper, line: str) -> str:
    try:
        upper.raw(line)
    except UpperError as error:
        return error.code
    return "ok"

# SPDX-License-Identifier: BSD-2-Clause
"""Settings, one after the other: are they told as they were set, and what becomes of values that cannot be?"""

from collections.abc import Mapping, Sequence

from postel.catalogue import names
from postel.kit.configuring import Value
from postel.kit.lower import LowerTester

IMPOSSIBLE = "EINVAL"

Values = Mapping[str, tuple[Sequence[Value], Sequence[Value]]]  # by name: some that can be, and some that cannot


def told_as_set(lt: LowerTester, values: Values, **of: object) -> str:
    """For a label: the settings that are not told as they were set, and the impossible values that are not refused as such. All are as
    they were when it ends; those that the IUT does not have are left out."""
    words = []
    for name, (possible, impossible) in values.items():
        before = lt.tried("get", name=name, **of).get("value")
        if before is None:
            continue
        for value in possible:
            refused = lt.tried("set", name=name, value=value, **of).get("code")
            words += _unlike(f"{name} {_said(value)}", refused or lt.tried("get", name=name, **of).get("value"), _said(value))
        for value in impossible:
            words += _unlike(f"{name} {_said(value)}", lt.tried("set", name=name, value=value, **of).get("code", "taken"), IMPOSSIBLE)
        lt.tried("set", name=name, value=before, **of)
        words += _unlike(f"{name} at last", lt.tried("get", name=name, **of).get("value"), before)
    return ", ".join(words) or "each is told as it was set, and what cannot be is refused"


def switches(lt: LowerTester) -> list[str]:
    """The settings of the host that are on or off, of those that the IUT has."""
    caps = lt.ut.caps if lt.ut else frozenset()
    return [name for name, row in names.names().items() if row.is_ == names.SETTING and row.type == "0..1" and "host" in row.scope and name in caps]


def codes(lt: LowerTester, requests: Mapping[str, str]) -> str:
    """For a label: how each of these requests, none of which can be, is refused."""
    return ", ".join(f"{name}: {lt.tried(request).get('code', 'taken')}" for name, request in requests.items())


def _said(value: Value) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _unlike(what: str, found: object, wanted: str) -> list[str]:
    return [] if found == wanted else [f"{what}: {found}"]

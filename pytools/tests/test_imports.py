# SPDX-License-Identifier: BSD-2-Clause
"""Who may import whom in pytools/postel: its packages stand above each other, and imports go down, late ones (inside a function) too."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from postel.base.paths import ROOT

HERE = ROOT / "pytools" / "postel"
ORDER = [  # from the ground up; a package imports from itself and from what stands before it
    "base", "adapters", "lab", "catalogue", "iut", "kit", "checking", "fakes", "captures", "results", "replay", "fuzzing", "selftest", "cli", "runs", "commands",
]  # fmt: skip
FILES = sorted(path for path in HERE.rglob("*.py") if path.parent != HERE)


def imported(source: str) -> Iterator[tuple[str, bool]]:
    """The modules of ours that a file imports, wherever in it, and whether when it is loaded, not only later or for types."""
    tree = ast.parse(source)
    later = {id(node) for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef | ast.If) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in later) for alias in node.names if alias.name.startswith("postel."))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "postel":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (HERE.parent / f"{full.replace('.', '/')}.py").is_file()
                yield full if is_module else node.module, id(node) not in later


def upwards(package: str, source: str) -> list[str]:
    """What a file in `package` imports from above it."""
    above = ORDER[ORDER.index(package) + 1 :]
    return sorted(name for name, _ in imported(source) if name.count(".") and name.split(".")[1] in above)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HERE).as_posix())
def test_imports_go_down(path: Path) -> None:
    assert upwards(path.relative_to(HERE).parts[0], path.read_text()) == []


def test_every_package_has_its_place() -> None:
    assert {path.parent.name for path in HERE.glob("*/__init__.py")} == set(ORDER)
    assert {path.name for path in HERE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_nobody_imports_himself_by_whatever_way() -> None:
    graph = {
        ".".join(("postel", *path.relative_to(HERE).with_suffix("").parts)): {name for name, first in imported(path.read_text()) if first}
        for path in FILES if path.name != "__init__.py"
    }  # fmt: skip
    TopologicalSorter(graph).prepare()


def test_it_would_be_seen() -> None:
    assert upwards("kit", "def f():\n    from postel.results import junit\n") == ["postel.results.junit"]
    assert upwards("kit", "from postel.base import exits\nimport postel.commands.run\n") == ["postel.commands.run"]
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()

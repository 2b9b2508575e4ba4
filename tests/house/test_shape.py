"""Modules and functions stay small enough to be read in one go, and every module says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
MODULES = sorted(path for path in (ROOT / "plugins" / "cadangan").rglob("*.py") if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module with its length in lines, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            first = node.body[0]
            has_docstring = ast.get_docstring(node) is not None
            skipped = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1 - skipped


def test_no_module_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    lengths = dict(found for path in MODULES for found in functions(path))

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is() -> None:
    assert [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))] == []

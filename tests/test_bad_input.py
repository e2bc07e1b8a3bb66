"""docs/bad-input.md names tests that are there, each with its cases."""

import ast
import re
from pathlib import Path

import pytest

PAGE = Path("docs/bad-input.md")
ROW = re.compile(r"\| (?P<case>.+) \| (?P<says>.+) \| `(?P<test>.+)` \|")
LINES = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "::" in line]
ROWS = [found for line in LINES if (found := ROW.fullmatch(line))]


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module by their names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_line_is_a_row() -> None:
    """Each test that the tables name stands in a row that is read here."""
    assert len(ROWS) == sum(line.startswith("| ") for line in LINES)
    assert len(ROWS) >= 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_the_test_of_a_case_exists(row: re.Match[str]) -> None:
    """Its file has it, as a test; a case in brackets is among those it is given."""
    name, _, case = row["test"].partition("[")
    path, _, function = name.partition("::")
    assert function in functions(Path(path)), f"{path} has no {function}"
    assert function.startswith("test_")
    given = re.sub("-(True|False)$", "", case.removesuffix("]"))
    assert not given or f'"{given}":' in Path(path).read_text(encoding="utf-8")


def test_no_case_is_told_twice() -> None:
    """Each case has a row of its own."""
    cases = [row["case"] for row in ROWS]
    assert len(set(cases)) == len(cases)

"""docs/features.md tells the truth: every requirement once, and tests that exist and show it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

LAST_NUMBERS = {"CAM": 19, "CPN": 12, "PRC": 6, "SHP": 8, "REV": 6, "ANA": 7, "PLT": 6}
REQUIREMENTS = [f"{area}-{number:02d}" for area, last in LAST_NUMBERS.items() for number in range(1, last + 1)]
ROW = re.compile(r"^\| (?P<code>[A-Z]{3}-\d\d) \| (?P<words>.+?) \| (?P<state>.+?) \| (?P<tests>.*?) ?\|$")
STATE = re.compile(r"works|partly: \S.*|not yet")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


class Row(NamedTuple):
    code: str
    words: str
    state: str
    tests: list[tuple[str, str]]


def rows() -> list[Row]:
    lines = (settings.BASE_DIR / "docs" / "features.md").read_text(encoding="utf-8").splitlines()
    found = [match for line in lines if (match := ROW.match(line))]
    return [Row(row["code"], row["words"], row["state"], TEST.findall(row["tests"])) for row in found]


@cache
def requirements_of(path: str) -> dict[str, set[str]]:
    """Requirements by test function: those of its own marks and those of its module."""
    tree = ast.parse((settings.BASE_DIR / path).read_text(encoding="utf-8"))
    for_all = {code for node in tree.body if _is_pytestmark(node) for code in _marked(ast.walk(node))}
    return {
        node.name: for_all | {code for decorator in node.decorator_list for code in _marked([decorator])}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"


def _marked(nodes: Iterator[ast.AST] | list[ast.expr]) -> set[str]:
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req"]
    return {ast.literal_eval(argument) for call in calls for argument in call.args}


def test_every_requirement_is_listed_once_and_in_order():
    assert [row.code for row in rows()] == REQUIREMENTS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.code)
def test_row_names_tests_that_exist_and_carry_its_requirement(row):
    assert STATE.fullmatch(row.state), f"{row.state!r} is neither works, partly: …, nor not yet"
    assert row.tests or row.state == "not yet", "what works has a test that shows it"
    for path, name in row.tests:
        assert Path(settings.BASE_DIR / path).is_file(), path
        assert row.code in requirements_of(path).get(name, set()), f"{path}::{name} does not carry {row.code}"


def test_tests_name_requirements_that_exist():
    folder = settings.BASE_DIR / "tests"
    files = [str(file.relative_to(settings.BASE_DIR)) for file in sorted(folder.rglob("test_*.py"))]
    named = {code for path in files for codes in requirements_of(path).values() for code in codes}
    assert named
    assert named <= set(REQUIREMENTS)

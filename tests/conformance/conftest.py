"""`--cases PATH`: the file of cases, else the copy beside the tests. A summary says how many agree."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

BESIDE = Path(__file__).parent / "cases.yaml"


def pytest_addoption(parser):
    parser.addoption("--cases", default=str(BESIDE), help="worked examples to run")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        cases = _cases(metafunc.config)
        metafunc.parametrize("case", [pytest.param(case, id=case["id"], marks=_marks(case)) for case in cases])


@pytest.fixture
def report(request, record_property):
    """Note what came of a case, for the summary and for `-rA`."""

    def note(case, verdict):
        kind = "portable" if case["portable"] else "a peer's own choice"
        record_property("conformance", f"{kind}, {verdict.outcome}")
        request.node.add_report_section("call", "conformance", f"{case['id']} ({kind}) {verdict}")

    return note


def pytest_terminal_summary(terminalreporter):
    calls = [report for found in terminalreporter.stats.values() for report in found if _is_call(report)]
    notes = [note for report in calls for name, note in report.user_properties if name == "conformance"]
    if notes:
        terminalreporter.section("conformance")
    for note, number in sorted(Counter(notes).items()):
        terminalreporter.write_line(f"{number:5} {note}")


def _is_call(report):
    return getattr(report, "when", None) == "call"


def _marks(case):
    """Orders that are placed need the database."""
    return [pytest.mark.django_db] if "actions" in case else []


def _cases(config):
    path = Path(config.getoption("--cases", default=str(BESIDE)))
    return yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]

"""`--cases PATH`: the file of cases, else the copy beside the tests. A summary says how many agree."""

from collections import Counter

import pytest

from tests.conformance.loading import BESIDE, cases_in


def pytest_addoption(parser):
    parser.addoption("--cases", default=str(BESIDE), help="worked examples to run")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        cases = cases_in(metafunc.config.getoption("--cases", default=BESIDE))
        metafunc.parametrize("case", [pytest.param(case, id=case["id"], marks=_marks(case)) for case in cases])


@pytest.fixture
def report(request, record_property):
    """Note what came of a case, for the summary and for `-rA`; with the rule where it is ours that counts."""

    def note(case, verdict, rule=None):
        kind = "portable" if case["portable"] else "a peer's own choice"
        outcome = f"{verdict.outcome} with our rule" if rule else verdict.outcome
        record_property("conformance", f"{kind}, {outcome}")
        request.node.add_report_section("call", "conformance", f"{case['id']} ({kind}) {verdict} {rule or ''}")

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

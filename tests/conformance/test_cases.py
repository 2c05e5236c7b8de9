"""Worked examples that other systems, shops and documents state, one test per case.

`pytest tests/conformance --cases PATH` runs any file of the same form. not_yet.yaml names what some of them need that
is not there yet. A case that this project decides otherwise is named by deviations.yaml. What is only one peer's own
choice is priced and reported, not required: `-rA` shows it.
"""

import pytest

from tests.conformance.deviating import deviation_of, is_listed
from tests.conformance.judging import DIFFERS, UNSUPPORTED, judge


@pytest.mark.req("PRC-01")
def test_the_engine_gives_the_stated_figures_or_the_rule_why_not(case, report):
    verdict = judge(case)
    report(case, verdict)
    if verdict.outcome == UNSUPPORTED:
        assert not case["portable"] or is_listed(verdict.about), verdict
    elif case["portable"]:
        assert (verdict.outcome == DIFFERS) == (deviation_of(case) is not None), verdict

"""Worked examples that other systems, shops and documents state, one test per case.

`pytest tests/conformance --cases PATH` runs any file of the same form. Where this project decides otherwise,
deviations.yaml says for which kind of case and by which rule; then our figure is required. What is only one peer's own
choice is priced and reported, not required: `-rA` shows it.
"""

import pytest

from tests.conformance.deviating import DEVIATIONS, deviation_of
from tests.conformance.judging import AGREES, DIFFERS, judge
from tests.conformance.loading import BESIDE, OWN, cases_in


@pytest.mark.req("PRC-01")
def test_the_engine_gives_the_stated_figures_or_ours_by_a_rule(case, report):
    verdict, deviation = judge(case), deviation_of(case)
    if case["portable"] and deviation and verdict.outcome == DIFFERS:
        verdict = judge(case, deviation)
        report(case, verdict, deviation.rule)
    else:
        report(case, verdict)
    assert verdict.outcome == AGREES or not case["portable"], verdict


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize("own", cases_in(OWN), ids=lambda own: own["id"])
def test_where_others_decide_otherwise_our_rule_gives_our_figures(own):
    assert judge(own).outcome == DIFFERS
    assert judge(own, deviation_of(own)).outcome == AGREES


def test_every_deviation_is_needed():
    cases = [case for case in (*cases_in(BESIDE), *cases_in(OWN)) if "actions" not in case]
    needed = {deviation_of(case) and deviation_of(case).rule for case in cases if judge(case).outcome == DIFFERS}
    assert {deviation.rule for deviation in DEVIATIONS} <= needed

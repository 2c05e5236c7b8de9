"""Worked examples that other systems, shops and documents state, one test per case.

`pytest tests/conformance --cases PATH` runs any file of the same form. Where this project decides otherwise,
deviations.yaml says for which kind of case and by which rule; then our figure is required. What is only one peer's own
choice is priced and reported, not required: `-rA` shows it.
"""

import pytest

from tests.conformance.deviating import DEVIATIONS, NOT_YET, deviation_of
from tests.conformance.judging import AGREES, DIFFERS, UNSUPPORTED, judge


@pytest.mark.req("PRC-01")
def test_the_engine_gives_the_stated_figures_or_ours_by_a_rule(case, report):
    verdict, deviation = judge(case), deviation_of(case)
    if verdict.outcome == DIFFERS and deviation:
        verdict = judge(case, deviation.expectation(case))
        report(case, verdict, deviation.rule)
    else:
        report(case, verdict)
    needs_more = verdict.outcome == UNSUPPORTED and set(verdict.about) <= NOT_YET
    assert verdict.outcome == AGREES or needs_more or not case["portable"], verdict


def test_every_deviation_is_needed(stated):
    engine_only = [case for case in stated if "actions" not in case]
    deviating = [deviation_of(case) for case in engine_only if judge(case).outcome == DIFFERS]
    assert [deviation.rule for deviation in DEVIATIONS if deviation not in deviating] == []

"""Worked examples that other systems, shops and documents state, one test per case.

`pytest tests/conformance --cases PATH` runs any file of the same form. Cases that need what the engine does not have
yet are not priced: not_yet.yaml names every such need, by kind. A case that this project decides otherwise is named by
deviations.yaml.
"""

import pytest

from tests.conformance.adapter import Example
from tests.conformance.comparing import differences
from tests.conformance.listing import deviation_of, unlisted
from tests.conformance.supported import unsupported


@pytest.mark.req("PRC-01")
def test_the_engine_gives_the_stated_figures_or_the_rule_why_not(case, record_property):
    found = differences(Example(case), case["expect"])
    rule = deviation_of(case)
    record_property("differs", str(found))
    assert case["portable"] is False or bool(found) == bool(rule), f"{found}; deviation: {rule}"


def test_every_need_that_keeps_a_case_from_being_priced_is_listed(cases):
    needs = {need for case in cases for need in unsupported(case)}
    assert unlisted(needs) == []

"""Worked examples that other systems, shops and documents state, one test per case.

`pytest tests/conformance --cases PATH` runs any file of the same form. A case that needs what the engine does not have
yet must be named by not_yet.yaml, by kind; a case that this project decides otherwise by deviations.yaml.
"""

import pytest

from tests.conformance.adapter import Example
from tests.conformance.comparing import differences
from tests.conformance.listing import deviation_of, unlisted
from tests.conformance.supported import unsupported


@pytest.mark.req("PRC-01")
def test_the_engine_gives_the_stated_figures_or_the_rule_why_not(case, record_property):
    missing = unsupported(case)
    if missing:
        assert not unlisted(missing), f"neither supported nor listed: {unlisted(missing)}"
        pytest.xfail(f"not there yet: {', '.join(missing)}")
    found = differences(Example(case), case["expect"])
    rule = deviation_of(case)
    record_property("differs", str(found))
    assert case["portable"] is False or bool(found) == bool(rule), f"{found}; deviation: {rule}"

"""A file of cases -> its cases, with what a case may leave unsaid filled in."""

from pathlib import Path

import pytest
import yaml

BESIDE = Path(__file__).parent / "cases.yaml"  # what others state
OWN = Path(__file__).parent / "own_cases.yaml"
FORMAT = "promotion-conformance/1"
CASE = {"portable": True, "lines": [], "promotions": [], "expect": {}, "currency": "USD"}
RULE = {"scope": {"all": True}, "benefit": {}, "stacking": {"exclusive": False, "combinable_with": "all"}}


def cases_in(path):
    """Return the cases of a file. Stops pytest with what is wrong with the file, if something is."""
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as trouble:
        raise pytest.UsageError(f"{path}: {trouble}") from None
    if not isinstance(found, dict) or not isinstance(found.get("cases"), list):
        raise pytest.UsageError(f"{path}: this is no file of cases ({FORMAT})")
    return [_complete(case, number) for number, case in enumerate(found["cases"], 1)]


def _complete(case, number):
    rules = {part: [RULE | rule for rule in case[part]] for part in ("promotions", "coupons") if part in case}
    return {"id": f"case-{number}"} | CASE | case | rules

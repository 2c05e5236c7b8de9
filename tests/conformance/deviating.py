"""What this project decides otherwise: by kind and fields, never by a case's id, each with figures that are ours."""

from pathlib import Path
from typing import NamedTuple

import yaml

from tests.conformance import ours
from tests.conformance.offers import LEVELS, needs_code, rules_of

HERE = Path(__file__).parent


class Deviation(NamedTuple):
    """A rule of this project, the cases for which it matters, and what works out the figures that it gives."""

    where: dict
    rule: str
    ours: str

    def concerns(self, case):
        """Tell whether the case is of that kind."""
        return all(HOLDS[about](case, wanted) for about, wanted in self.where.items())

    def expectation(self, case):
        """Return what the case expects by our rule, in the form of the case."""
        return getattr(ours, self.ours)(case)


def deviation_of(case):
    """Return the first deviation that concerns a case, if one does."""
    return next((deviation for deviation in DEVIATIONS if deviation.concerns(case)), None)


def _some_rule(case, fields):
    return any(_matches(rule, fields) for rule in rules_of(case))


def _some_returned(case, fields):
    return any(_matches(row, fields) for step in case.get("returns", ()) for row in step.get("lines", ()))


def _against_the_layers(case, _):
    """Tell whether priorities ask for an order of computing that is not that of the layers."""
    rules = [rule for rule in rules_of(case) if "priority" in rule]
    by_priority = sorted(rules, key=lambda rule: -rule["priority"])
    layers = [(LEVELS.index(rule["level"]), needs_code(rule)) for rule in by_priority]
    return layers != sorted(layers)


def _matches(row, fields):
    """Tell whether a row has these values, or one of them where a list is given, or any."""
    return all(_is(_value(row, path), said) for path, said in fields.items())


def _is(value, said):
    return bool(value) if said == "any" else value in (said if isinstance(said, list) else [said])


def _value(row, path):
    for name in path.split("."):
        row = row.get(name, {}) if isinstance(row, dict) else {}
    return row


HOLDS = {
    "promotion": _some_rule,
    "another": _some_rule,
    "returned": _some_returned,
    "priorities": _against_the_layers,
}
DEVIATIONS = [Deviation(**row) for row in yaml.safe_load((HERE / "deviations.yaml").read_text(encoding="utf-8"))]

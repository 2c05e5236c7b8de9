"""What this project decides otherwise: by kind and fields, never by a case's id, each with figures that are ours."""

from pathlib import Path
from typing import NamedTuple

import yaml

from tests.conformance import ours
from tests.conformance.offers import rules_of

HERE = Path(__file__).parent


class Deviation(NamedTuple):
    """A rule of this project, the cases for which it matters, and what works out the figures that it gives."""

    where: dict
    rule: str
    ours: str

    def concerns(self, case):
        """Tell whether the case is of that kind."""
        rows = {"promotion": rules_of(case), "another": rules_of(case), "returned": _returned(case)}
        return all(any(_matches(row, fields) for row in rows[about]) for about, fields in self.where.items())

    def expectation(self, case):
        """Return what the case expects by our rule, in the form of the case."""
        return getattr(ours, self.ours)(case)


def deviation_of(case):
    """Return the first deviation that concerns a case, if one does."""
    return next((deviation for deviation in DEVIATIONS if deviation.concerns(case)), None)


def _returned(case):
    return [row for step in case.get("returns", ()) for row in step.get("lines", ())]


def _matches(row, fields):
    return all(
        _value(row, path) in (wanted if isinstance(wanted, list) else [wanted]) for path, wanted in fields.items()
    )


def _value(row, path):
    for name in path.split("."):
        row = row.get(name, {}) if isinstance(row, dict) else {}
    return row


def _listed(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8")) or []


DEVIATIONS = [Deviation(**row) for row in _listed("deviations.yaml")]
NOT_YET = frozenset(row["what"] for row in _listed("not_yet.yaml"))

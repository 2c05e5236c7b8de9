"""What is not there yet, and what this project decides otherwise: both by kind and fields, never by a case's id."""

from pathlib import Path

import yaml

HERE = Path(__file__).parent


def is_listed(needs):
    """Tell whether everything that is needed is known not to be there yet."""
    return set(needs) <= NOT_YET


def deviation_of(case):
    """Return the rule for which this project's figure differs, if the case is of that kind."""
    for row in DEVIATIONS:
        if all(_holds(case, name, wanted) for name, wanted in row["where"].items()):
            return row["rule"]
    return None


def _holds(case, name, wanted):
    if name == "kinds":
        return sorted(f"{rule['level']}/{rule['kind']}" for rule in case["promotions"]) == sorted(wanted)
    return any(wanted == rule.get("stacking", {}).get(name) for rule in case["promotions"])


def _listed(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8")) or []


NOT_YET = frozenset(row["what"] for row in _listed("not_yet.yaml"))
DEVIATIONS = _listed("deviations.yaml")

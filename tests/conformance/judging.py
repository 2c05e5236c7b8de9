"""A case judged: it agrees, it differs, or it says something that is not understood."""

from typing import NamedTuple

from pricing.engine.errors import Refusal
from tests.conformance.answers import differences
from tests.conformance.example import Example
from tests.conformance.needs import needs_of
from tests.conformance.reading import Unsupported

AGREES, DIFFERS, UNSUPPORTED = "agrees", "differs", "unsupported"


class Verdict(NamedTuple):
    """What came of a case; `about`: what is not understood, or (what, expected, found) of everything that differs."""

    outcome: str
    about: list

    def __str__(self):
        return f"{self.outcome}: {', '.join(str(part) for part in self.about)}" if self.about else self.outcome


def judge(case, deviation=None):
    """Price a case and compare it with what it expects, or by our rule where it deviates."""
    needs = needs_of(case)
    if needs:
        return Verdict(UNSUPPORTED, needs)
    try:
        expect = deviation.expectation(case) if deviation else case["expect"]
        found = differences(Example(case), expect)
    except KeyError as unsaid:
        return Verdict(UNSUPPORTED, [f"unsaid:{unsaid.args[0]}"])
    except Unsupported as unsupported:
        return Verdict(UNSUPPORTED, [str(unsupported)])
    except Refusal as refused:
        return Verdict(UNSUPPORTED, [f"refused:{refused}"])
    return Verdict(DIFFERS if found else AGREES, found)

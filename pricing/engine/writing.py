"""Writing: the Quote from a decision. Its totals are there at once; lines and reasons are written when they are read.

Much of a quote's cost is its explanation, and many who ask want to know the price alone. What is written later follows
from values that never change, so it is the same whenever it is asked for.
"""

from typing import Any, NamedTuple

from pricing.engine.answer import REASONS, NotApplied, Quote
from pricing.engine.assembling import assemble
from pricing.engine.deciding import Decision
from pricing.engine.explaining import refusals, verdicts
from pricing.engine.gains import nearest_gains


class Writer(NamedTuple):
    """What a decision has to be written down from: in it, who does not come into question, and in which mode it was."""

    decision: Decision
    turned_away: tuple[NotApplied, ...]
    by_priority: bool

    def write(self, name: str) -> dict[str, Any]:
        """Return the field of that name, and others that come with it."""
        return self._reasons() if name in REASONS else self._sheet()

    def _sheet(self) -> dict[str, Any]:
        """Return what everybody gave, line by line."""
        sheet = assemble(self.decision.problem, self.decision.answer)
        coupons = sorted(applied.coupon for applied in sheet.applied if applied.coupon)
        return {**sheet._asdict(), "coupons": tuple(coupons)}

    def _reasons(self) -> dict[str, Any]:
        """Return the reasons of everybody who is not in it, and what is missing for more."""
        problem, answer = self.decision.problem, self.decision.answer
        judged = verdicts(problem, answer, by_priority=self.by_priority)
        used = {problem.table.candidates[given.place].offer.id for given in answer.outcome.given}
        refused = refusals(problem, judged, self.turned_away, used)
        return {
            "not_applied": tuple(sorted(refused, key=lambda refusal: (refusal.offer, refusal.coupon or ""))),
            "nearest_gains": nearest_gains(problem, answer, judged),
        }


def written(decision: Decision, turned_away: tuple[NotApplied, ...], currency: str, *, by_priority: bool) -> Quote:
    """Return the quote of a decision."""
    answer = decision.answer
    list_cents, goods_cents = sum(decision.problem.table.amounts), sum(answer.outcome.nets)
    shipping_cents = sum(answer.outcome.fees)
    return Quote.to_be_written(
        Writer(decision, turned_away, by_priority),
        dropped_choices=decision.dropped,
        list_cents=list_cents,
        discount_cents=list_cents - goods_cents,
        shipping_cents=shipping_cents,
        total_cents=goods_cents + shipping_cents,
        optimal=answer.optimal,
        bound_cents=answer.bound_cents,
        currency=currency,
    )

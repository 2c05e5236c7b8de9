"""Picking: the gifts that the shopper picked and does not get, each with its reason."""

from dataclasses import replace

from pricing.engine.answer import DroppedChoice, Quote
from pricing.engine.choices import Choices
from pricing.engine.problem import Problem
from pricing.engine.reasons import Reason


def with_dropped_picks(quote: Quote, choices: Choices, problem: Problem) -> Quote:
    """Return the quote with those picks of gifts among the dropped choices that could not be honoured."""
    got = {(gift.offer, gift.sku) for gift in quote.gifts}
    dropped = [
        DroppedChoice("", offer, "", _why(quote, problem, offer, sku), gift=sku)
        for offer, sku in sorted(choices.gifts - got)
    ]
    return replace(quote, dropped_choices=(*quote.dropped_choices, *dropped))


def _why(quote: Quote, problem: Problem, offer: str, sku: str) -> Reason:
    """Return why the offer does not apply, or else what is wrong with the pick."""
    for refusal in quote.not_applied:
        if refusal.offer == offer:
            return refusal.reason
    found = next((candidate for candidate in problem.table.candidates if candidate.offer.id == offer), None)
    if found is None or all(gift.sku != sku for gift in found.offer.benefit.presents):
        return Reason("unknown")
    return Reason("sold_out" if found.shelf.left.get(sku, 1) <= 0 else "too_many_gifts")

"""Compiled offers: what the engine asks of an offer with every cart, worked out once when the book is compiled."""

from collections.abc import Mapping
from typing import NamedTuple

from pricing.engine.by_line import LineCondition
from pricing.engine.layers import STAGES, Layer
from pricing.engine.offer import Offer
from pricing.engine.rules import Benefit, Condition
from pricing.engine.scope import Scope

TERM_BIT = {term: 1 << place for place, term in enumerate(term for stage in STAGES for term in stage)}


class Compiled(NamedTuple):
    """An offer and what follows from it.

    `rank` sorts offers in order of computing, `stage` is the place of their layer; `seniority` sorts them by priority.
    `term` and `admits` are sets of terms as bit masks: the offer's own, and those that may share a line with it.
    `takes_lines`: shipping, gifts and rewards do not. `only_counts`: gifts and rewards. `only_adds`: those that need no
    coupon and are not settled. `is_unsociable`: whether others may keep it out of an order, on whatever lines.
    `has_threshold`: whether it may fail on the lines that it took. `leaves_out_some`: whether its scope names lines
    that it does not mean. `units_taken`: how many pieces of each SKU it takes by its own rule; None = all.
    `funders`: who pays which part.
    The conditions are sorted by what they look at: the cart, single lines, or the lines that were counted (with their
    scope; None = what the offer took).
    """

    offer: Offer
    stage: int
    rank: tuple[int, int, str]
    seniority: tuple[int, str]
    term: int
    admits: int
    takes_lines: bool
    only_counts: bool
    only_adds: bool
    needs_coupon: bool
    is_settled: bool
    is_unsociable: bool
    has_threshold: bool
    leaves_out_some: bool
    units_taken: Mapping[str, int] | None
    funders: tuple[tuple[str, int], ...]
    of_cart: tuple[Condition, ...]
    of_line: tuple[LineCondition, ...]
    counting: tuple[tuple[Condition, Scope | None], ...]


def compiled(offer: Offer) -> Compiled:
    """Work out what follows from an offer."""
    admitted = offer.combines_with if offer.exclusive == "none" else ()
    return Compiled(
        offer=offer,
        stage=offer.stage,
        rank=(offer.stage, -offer.priority, offer.id),
        seniority=(-offer.priority, offer.id),
        term=TERM_BIT[offer.term],
        admits=sum([TERM_BIT[term] for term in admitted]),
        takes_lines=offer.layer is not Layer.SHIPPING and offer.benefit.TAKES_LINES,
        only_counts=not offer.benefit.TAKES_LINES,
        only_adds=not (offer.benefit.TAKES_LINES or offer.needs_coupon or offer.mandatory),
        needs_coupon=offer.needs_coupon,
        is_settled=offer.always_applied and not offer.needs_coupon,
        is_unsociable=offer.needs_coupon or offer.group is not None or offer.exclusive == "order",
        has_threshold=type(offer.benefit).unmet is not Benefit.unmet
        or any(rule.ASKS == "lines" for rule in offer.conditions),
        leaves_out_some=offer.scope.leaves_out_some,
        units_taken=offer.benefit.units_taken(),
        funders=offer.funders,
        of_cart=tuple([rule for rule in offer.conditions if rule.ASKS == "cart"]),
        of_line=tuple([rule for rule in offer.conditions if isinstance(rule, LineCondition)]),
        counting=tuple([(rule, rule.counted_scope()) for rule in offer.conditions if rule.ASKS == "lines"]),
    )

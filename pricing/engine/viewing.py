"""Viewing: which offers one unit of a SKU may get, for somebody who looks at many SKUs.

What does not depend on the SKU (shopper, place, time, limits, budgets, coupons) is judged once for the viewer. An offer
that is left out here would be turned away from the cart of one unit, too; what is kept is judged again there.
"""

from collections.abc import Hashable

from pricing.engine.book import Book
from pricing.engine.by_line import LineCondition
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import ANY_SKU, Facts
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.offer import Offer
from pricing.engine.rules import Condition, Lines

NO_LINES = Lines((), (), ())
UNCOUNTED = -1  # of a gift that is not counted there is no end: that is not none left


class Viewing:
    """One viewer with the facts of the moment; coupons that could be claimed count as held.

    `by_priority`: gifts and rewards that come first may keep others out, so they count although they reduce nothing.
    """

    def __init__(self, viewer: Cart, book: Book, facts: Facts, *, by_priority: bool = False) -> None:
        self.viewer, self.book, self.facts, self.by_priority = viewer, book, facts, by_priority
        self.coupons: dict[str, int] = {}
        for coupon in facts.coupons:
            if not coupon.locked and coupon.valid_from <= viewer.at < coupon.valid_until:
                self.coupons[coupon.offer] = self.coupons.get(coupon.offer, 0) + 1
        self._open: dict[str, bool] = {}

    def offers_on(self, line: CartLine) -> list[Offer]:
        """Return the offers that may take one unit of the line, by id."""
        if not line.discountable:
            return []
        return [
            offer
            for offer in self.book.touching_lines((line,))
            if self._is_open(offer) and self._takes(offer, line) and (offer.mandatory or self._may_matter(offer, line))
        ]

    def _may_matter(self, offer: Offer, line: CartLine) -> bool:
        if offer.layer is Layer.SHIPPING or not (offer.benefit.TAKES_LINES or self.by_priority):
            return False
        return _may_give(offer, line)

    def alike(self, line: CartLine, offers: list[Offer]) -> Hashable:
        """Return a value that is equal where a unit costs the same, whatever else tells lines and viewers apart."""
        goods = (line.shop, line.sku, line.product, line.categories, line.kind)
        return (
            line.list_cents,
            line.floor_cents,
            goods if any(offer.benefit.READS_GOODS for offer in offers) else None,
            tuple([self._seen(offer, line) for offer in offers]),
        )

    def _seen(self, offer: Offer, line: CartLine) -> Hashable:
        """Return what an offer sees of line and viewer besides the price."""
        counted = [scope.meets(line) for rule in offer.conditions if (scope := rule.counted_scope())]
        left = self._left(offer, line)
        return (offer.id, *left, *counted) if counted or any(left) else offer.id

    def _left(self, offer: Offer, line: CartLine) -> tuple[int, ...]:
        """Return the coupons and counts that bind the offer, as far as they make a difference to one unit; 0 = none."""
        coupons = self.coupons.get(offer.id, 0) if offer.needs_coupon else 0
        most = max(1, coupons)  # each coupon takes the unit once
        facts, budget_cents = self.facts, self.facts.budget_left_cents.get(offer.id, 0)
        return (
            coupons,
            min(self._units_left(offer, line), most) if offer.limited_units else 0,
            min(self._uses_left(offer, line), most) if offer.limited_uses else 0,
            min(budget_cents, line.list_cents) if offer.budgeted else 0,
            *[facts.gifts_left.get((offer.id, gift.sku), UNCOUNTED) for gift in offer.benefit.presents],
        )

    def _is_open(self, offer: Offer) -> bool:
        if offer.id not in self._open:
            self._open[offer.id] = self._runs(offer) and self._has_left(offer) and self._is_meant(offer)
        return self._open[offer.id]

    def _runs(self, offer: Offer) -> bool:
        at = self.viewer.at
        begun = offer.starts_at is None or at >= offer.starts_at
        return begun and not offer.paused and (offer.ends_at is None or at < offer.ends_at)

    def _has_left(self, offer: Offer) -> bool:
        uses, budget_cents = self.facts.uses_left, self.facts.budget_left_cents
        return not (
            (offer.needs_coupon and offer.id not in self.coupons)
            or (offer.limited_uses and uses.get(offer.id, 0) <= 0)
            or (offer.budgeted and budget_cents.get(offer.id, 0) <= 0)
        )

    def _is_meant(self, offer: Offer) -> bool:
        return not any(
            rule.unmet_by_cart(self.viewer) or (isinstance(rule, LineCondition) and not rule.admits(1))
            for rule in offer.conditions
        )

    def _takes(self, offer: Offer, line: CartLine) -> bool:
        return (
            offer.owner in (PLATFORM, line.shop)
            and offer.scope.meets(line)
            and not (offer.limited_units and self._units_left(offer, line) <= 0)
            and not (offer.limited_uses and self._uses_left(offer, line) <= 0)
        )

    def _uses_left(self, offer: Offer, line: CartLine) -> int:
        """Return how many pieces of the SKU this shopper may still have."""
        over_all = self.facts.uses_left.get(offer.id, 0)
        return min(over_all, self.facts.sku_uses_left.get((offer.id, line.sku), over_all))

    def _units_left(self, offer: Offer, line: CartLine) -> int:
        """Return what is left of the SKU; what is not known is bound by the count over all SKUs, or is nothing."""
        over_all = self.facts.units_left.get((offer.id, ANY_SKU))
        own = self.facts.units_left.get((offer.id, line.sku), over_all or 0)
        return own if over_all is None else min(own, over_all)


def _may_give(offer: Offer, line: CartLine) -> bool:
    """Tell whether the offer could lower the price of one unit that nobody else has lowered.

    Later layers see lower nets, and what is not met at list price is not met below it. Mandatory offers are not asked:
    even one that gives nothing may keep others out.
    """
    benefit = offer.benefit
    goods = (line,) if benefit.READS_GOODS else ()
    unit = Lines(nets=(line.list_cents,), bases=(line.list_cents,), quantities=(1,), goods=goods)
    return benefit.unmet(unit) is None and not any(_is_unmet(rule, unit, line) for rule in offer.conditions)


def _is_unmet(rule: Condition, unit: Lines, line: CartLine) -> bool:
    scope = rule.counted_scope()
    seen = unit if scope is None or scope.meets(line) else NO_LINES
    return rule.ASKS == "lines" and rule.unmet_by_lines(seen) is not None

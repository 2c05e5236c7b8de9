"""Candidates: the offers, and the coupons held, that may take part in one cart; for the others the reason why not."""

from collections.abc import Iterable
from dataclasses import dataclass

from pricing.engine.additions import EMPTY_SHELF, Shelf
from pricing.engine.answer import NotApplied
from pricing.engine.book import Book
from pricing.engine.by_line import LineCondition
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.facts import ANY_SKU, Facts, HeldCoupon
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.merging import MergedLine
from pricing.engine.offer import Offer
from pricing.engine.reasons import Reason
from pricing.engine.rules import Condition
from pricing.engine.scope import Scope


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer, or one coupon of it, at one cart. `lines` are the places of the merged lines that it may take.

    `conditions` pairs each condition on lines with the places that it counts (None = what the offer took).
    `units_left` None = not limited; a missing SKU in it is bound by `all_units_left` alone.
    """

    offer: Offer
    coupon: HeldCoupon | None
    lines: frozenset[int]
    conditions: tuple[tuple[Condition, frozenset[int] | None], ...] = ()
    sku_units_left: dict[str, int] | None = None
    all_units_left: int | None = None
    budget_left_cents: int | None = None
    shelf: Shelf = EMPTY_SHELF

    @property
    def id(self) -> tuple[str, str]:
        """The text that orders candidates: offer, then coupon."""
        return (self.offer.id, self.coupon.id if self.coupon else "")

    @property
    def coupon_id(self) -> str | None:
        """The voucher, if one is used."""
        return self.coupon.id if self.coupon else None

    @property
    def takes_lines(self) -> bool:
        """Whether it takes lines; shipping, gifts and rewards do not."""
        return self.offer.layer is not Layer.SHIPPING and self.offer.benefit.TAKES_LINES

    @property
    def only_adds(self) -> bool:
        """Whether it only adds to an answer: gifts and rewards that need no coupon and are not settled."""
        offer = self.offer
        return not (offer.benefit.TAKES_LINES or offer.needs_coupon or offer.mandatory)

    @property
    def is_limited(self) -> bool:
        """Whether a count of units binds it."""
        return self.sku_units_left is not None or self.all_units_left is not None


@dataclass(frozen=True, slots=True)
class Visitors:
    """What came of the offers that touch a cart."""

    candidates: tuple[Candidate, ...]
    turned_away: tuple[NotApplied, ...]


def candidates_for(cart: Cart, lines: tuple[MergedLine, ...], book: Book, facts: Facts, choices: Choices) -> Visitors:
    """Return the candidates by id, and the reason for every other offer that touches the cart."""
    desk = _Desk(cart, lines, facts, choices)
    vouchers: dict[str, list[HeldCoupon]] = {}
    for coupon in facts.coupons:
        vouchers.setdefault(coupon.offer, []).append(coupon)
    for offer in book.touching(cart):
        if not offer.needs_coupon:
            desk.receive(offer, None)
            continue
        received = 0
        for coupon in sorted(vouchers.get(offer.id, ()), key=lambda coupon: (coupon.valid_until, coupon.id)):
            received += desk.receive(offer, coupon, spare=received >= offer.coupons_per_order)
    return Visitors(tuple(sorted(desk.candidates, key=lambda candidate: candidate.id)), tuple(desk.turned_away))


class _Desk:
    """Receives one offer after the other, remembers who came in and who was turned away."""

    def __init__(self, cart: Cart, lines: tuple[MergedLine, ...], facts: Facts, choices: Choices) -> None:
        self.cart, self.lines, self.facts, self.choices = cart, lines, facts, choices
        self.open = frozenset(place for place, merged in enumerate(lines) if merged.line.discountable)
        self.barred = frozenset(offer for merged in lines for offer in merged.barred)
        self.candidates: list[Candidate] = []
        self.turned_away: list[NotApplied] = []

    def receive(self, offer: Offer, coupon: HeldCoupon | None, *, spare: bool = False) -> bool:
        """Take the offer in, or note why not. A `spare` coupon equals one that came in and expires earlier."""
        lines, unmet = self._admitted(offer, self._lines_open_to(offer))
        reason = self._closed(offer, lines, unmet)
        if coupon and not reason:
            reason = self._coupon_unusable(coupon)
        if not reason and spare:
            reason = Reason("better_combination", {"offer": offer.id})
        reason = reason or next((no for rule in offer.conditions if (no := rule.unmet_by_cart(self.cart))), None)
        if reason:
            self.turned_away.append(NotApplied(offer.id, coupon.id if coupon else None, reason))
            return False
        self.candidates.append(self._candidate(offer, coupon, lines))
        return True

    def _candidate(self, offer: Offer, coupon: HeldCoupon | None, lines: frozenset[int]) -> Candidate:
        counted = tuple(
            (rule, self._meeting(scope) if (scope := rule.counted_scope()) else None)
            for rule in offer.conditions
            if rule.ASKS == "lines"
        )
        return Candidate(
            offer=offer,
            coupon=coupon,
            lines=lines,
            conditions=counted,
            sku_units_left=self._sku_units_left(offer, lines),
            all_units_left=self._all_units_left(offer),
            budget_left_cents=self.facts.budget_left_cents.get(offer.id, 0) if offer.budgeted else None,
            shelf=self._shelf(offer),
        )

    def _shelf(self, offer: Offer) -> Shelf:
        """Return what is left of the offer's gifts, a missing count being 0, and what the shopper picked of them."""
        limited = [gift.sku for gift in offer.benefit.presents if gift.stock_units is not None]
        left = {sku: self.facts.gifts_left.get((offer.id, sku), 0) for sku in limited}
        return Shelf(left, frozenset(sku for code, sku in self.choices.gifts if code == offer.id))

    def _gifts_gone(self, offer: Offer) -> bool:
        presents, left = offer.benefit.presents, self._shelf(offer).left
        return bool(presents) and all(left.get(gift.sku, 1) <= 0 for gift in presents)

    def _meeting(self, scope: Scope) -> frozenset[int]:
        return frozenset(place for place, merged in enumerate(self.lines) if scope.meets(merged.line))

    def _lines_open_to(self, offer: Offer) -> frozenset[int]:
        lines, meets = self.lines, offer.scope.meets
        found = self.open if offer.scope.means_all else frozenset([p for p in self.open if meets(lines[p].line)])
        if offer.owner != PLATFORM:
            found = frozenset([place for place in found if lines[place].line.shop == offer.owner])
        if offer.id in self.barred:
            found = frozenset([place for place in found if offer.id not in lines[place].barred])
        return found

    def _admitted(self, offer: Offer, lines: frozenset[int]) -> tuple[frozenset[int], Reason | None]:
        """Return the lines that each meet the offer's conditions on lines, and why, if none does."""
        for rule in offer.conditions:
            if isinstance(rule, LineCondition) and lines:
                lines = frozenset([place for place in lines if rule.admits(self.lines[place].quantity)])
                if not lines:
                    return lines, rule.unmet_by_every_line()
        return lines, None

    def _closed(self, offer: Offer, lines: frozenset[int], unmet: Reason | None) -> Reason | None:
        """Return why the offer is not open to anybody, or not to any of these lines."""
        at = self.cart.at
        if offer.paused:
            return Reason("paused")
        if offer.starts_at and at < offer.starts_at:
            return Reason("not_started", {"starts_at": offer.starts_at.isoformat()})
        if offer.ends_at and at >= offer.ends_at:
            return Reason("ended")
        if not lines:
            return unmet or Reason("not_chosen_by_shopper" if offer.id in self.barred else "not_on_this_line")
        if offer.limited_uses and self.facts.uses_left.get(offer.id, 0) <= 0:
            return Reason("limit_reached")
        if offer.limited_units and self._sold_out(offer, lines):
            return Reason("sold_out")
        if self._gifts_gone(offer):
            return Reason("sold_out")
        if offer.budgeted and self.facts.budget_left_cents.get(offer.id, 0) <= 0:
            return Reason("budget_spent")
        return None

    def _coupon_unusable(self, coupon: HeldCoupon) -> Reason | None:
        if not coupon.held:
            return Reason("not_claimed")
        if coupon.locked:
            return Reason("coupon_locked")
        if self.cart.at < coupon.valid_from:
            return Reason("not_started", {"starts_at": coupon.valid_from.isoformat()})
        if self.cart.at >= coupon.valid_until:
            return Reason("coupon_expired")
        picked = self.choices.coupons
        if coupon.id in self.choices.refused_coupons or (picked is not None and coupon.id not in picked):
            return Reason("not_chosen_by_shopper")
        return None

    def _sold_out(self, offer: Offer, lines: Iterable[int]) -> bool:
        over_all = self.facts.units_left.get((offer.id, ANY_SKU), 1)
        return over_all <= 0 or all(left <= 0 for left in self._units_by_sku(offer, lines).values())

    def _units_by_sku(self, offer: Offer, lines: Iterable[int]) -> dict[str, int]:
        """Return what is left of each SKU; without a count over all SKUs a missing one is 0."""
        unknown = self.facts.units_left.get((offer.id, ANY_SKU), 0)
        skus = {self.lines[place].line.sku for place in lines}
        return {sku: self.facts.units_left.get((offer.id, sku), unknown) for sku in skus}

    def _sku_units_left(self, offer: Offer, lines: Iterable[int]) -> dict[str, int] | None:
        return self._units_by_sku(offer, lines) if offer.limited_units else None

    def _all_units_left(self, offer: Offer) -> int | None:
        bounds = [self.facts.uses_left.get(offer.id, 0)] if offer.limited_uses else []
        if offer.limited_units and (offer.id, ANY_SKU) in self.facts.units_left:
            bounds.append(self.facts.units_left[offer.id, ANY_SKU])
        return min(bounds, default=None)

"""Candidates: the offers, and the coupons held, that may take part in one cart; for the others the reason why not."""

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from pricing.engine.additions import EMPTY_SHELF, Shelf
from pricing.engine.answer import NotApplied
from pricing.engine.bits import mask_of, places
from pricing.engine.book import Book
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.compiled import Compiled
from pricing.engine.facts import ANY_SKU, Facts, HeldCoupon
from pricing.engine.merging import MergedLine
from pricing.engine.offer import Offer
from pricing.engine.reasons import Reason
from pricing.engine.rules import Condition
from pricing.engine.scope import Scope


class Candidate(NamedTuple):
    """One offer, or one coupon of it, at one cart. `lines`: the merged lines that it may take, as a bit mask; `spots`:
    the same lines, ascending.

    `conditions` pairs each condition on lines with the lines that it counts (None = what the offer took).
    `sku_units_left` None = not limited; a missing SKU in it is bound by `all_units_left` alone. `is_limited`: whether a
    count of units binds it: what is left, or what it takes by its own rule.
    """

    compiled: Compiled
    offer: Offer
    coupon: HeldCoupon | None
    lines: int
    spots: tuple[int, ...]
    conditions: tuple[tuple[Condition, int | None], ...] = ()
    sku_units_left: dict[str, int] | None = None
    all_units_left: int | None = None
    budget_left_cents: int | None = None
    shelf: Shelf = EMPTY_SHELF
    is_limited: bool = False

    @property
    def id(self) -> tuple[str, str]:
        """The text that orders candidates: offer, then coupon."""
        return (self.offer.id, self.coupon.id if self.coupon else "")

    @property
    def coupon_id(self) -> str | None:
        """The voucher, if one is used."""
        return self.coupon.id if self.coupon else None

    def without(self, lines: int) -> "Candidate":
        """Return the candidate that may not take these lines."""
        left = self.lines & ~lines
        return self._replace(lines=left, spots=tuple(places(left)))


class Visitors(NamedTuple):
    """What came of the offers that touch a cart."""

    candidates: tuple[Candidate, ...]
    turned_away: tuple[NotApplied, ...]


def candidates_for(cart: Cart, lines: tuple[MergedLine, ...], book: Book, facts: Facts, choices: Choices) -> Visitors:
    """Return the candidates in order of computing, and the reason for every other offer that touches the cart."""
    desk = _Desk(cart, lines, facts, choices)
    vouchers: dict[str, list[HeldCoupon]] = {}
    for coupon in facts.coupons:
        vouchers.setdefault(coupon.offer, []).append(coupon)
    for compiled, meant in book.meeting([merged.line for merged in lines]):
        if not compiled.needs_coupon:
            desk.receive(compiled, meant, None)
            continue
        received = 0
        for coupon in sorted(vouchers.get(compiled.offer.id, ()), key=lambda coupon: (coupon.valid_until, coupon.id)):
            received += desk.receive(compiled, meant, coupon, spare=received >= compiled.offer.coupons_per_order)
    if vouchers:
        desk.candidates.sort(key=lambda candidate: candidate.coupon_id or "")
    desk.candidates.sort(key=RANK)
    return Visitors(tuple(desk.candidates), tuple(desk.turned_away))


RANK = attrgetter("compiled.rank")


class _Desk:
    """Receives one offer after the other, remembers who came in and who was turned away."""

    def __init__(self, cart: Cart, lines: tuple[MergedLine, ...], facts: Facts, choices: Choices) -> None:
        self.cart, self.lines, self.facts, self.choices = cart, lines, facts, choices
        self.open = mask_of([place for place, merged in enumerate(lines) if merged.line.discountable])
        self.barred: dict[str, int] = {}
        for place, merged in enumerate(lines if choices.barred else ()):
            for code in merged.barred:
                self.barred[code] = self.barred.get(code, 0) | 1 << place
        self.known_spots: dict[int, tuple[int, ...]] = {}
        self.candidates: list[Candidate] = []
        self.turned_away: list[NotApplied] = []

    def receive(self, compiled: Compiled, meant: int, coupon: HeldCoupon | None, *, spare: bool = False) -> bool:
        """Take the offer in, or note why not. A `spare` coupon equals one that came in and expires earlier."""
        offer = compiled.offer
        lines, unmet = meant & self.open, None
        if self.barred:
            lines &= ~self.barred.get(offer.id, 0)
        if compiled.of_line:
            lines, unmet = self._admitted(compiled, lines)
        reason = self._closed(offer, lines, unmet)
        if coupon and not reason:
            reason = self._coupon_unusable(coupon)
        if not reason and spare:
            reason = Reason("better_combination", {"offer": offer.id})
        for rule in compiled.of_cart:
            reason = reason or rule.unmet_by_cart(self.cart)
        if reason:
            self.turned_away.append(NotApplied(offer.id, coupon.id if coupon else None, reason))
        else:
            self.candidates.append(self._candidate(compiled, coupon, lines))
        return reason is None

    def _candidate(self, compiled: Compiled, coupon: HeldCoupon | None, lines: int) -> Candidate:
        offer, by_sku, over_all = compiled.offer, None, None
        if offer.limited_units or offer.limited_uses:
            by_sku, over_all = self._left_by_sku(offer, places(lines)) or None, self._all_units_left(offer)
        conditions = [(rule, self._meeting(scope) if scope else None) for rule, scope in compiled.counting]
        return Candidate(
            compiled,
            offer,
            coupon,
            lines,
            self._spots(lines),
            tuple(conditions),
            by_sku,
            over_all,
            self.facts.budget_left_cents.get(offer.id, 0) if offer.budgeted else None,
            EMPTY_SHELF if offer.benefit.TAKES_LINES else self._shelf(offer),
            by_sku is not None or over_all is not None or compiled.units_taken is not None,
        )

    def _shelf(self, offer: Offer) -> Shelf:
        """Return what is left of the offer's gifts, and what the shopper picked of them.

        A missing count is 0 for a gift that states a stock; one without is counted only where the facts count it.
        """
        counts = self.facts.gifts_left
        left = {
            gift.sku: counts.get((offer.id, gift.sku), 0)
            for gift in offer.benefit.presents
            if gift.stock_units is not None or (offer.id, gift.sku) in counts
        }
        return Shelf(left, frozenset(sku for code, sku in self.choices.gifts if code == offer.id))

    def _gifts_gone(self, offer: Offer) -> bool:
        presents, left = offer.benefit.presents, self._shelf(offer).left
        return bool(presents) and all(left.get(gift.sku, 1) <= 0 for gift in presents)

    def _spots(self, lines: int) -> tuple[int, ...]:
        spots = self.known_spots.get(lines)
        if spots is None:
            spots = self.known_spots[lines] = tuple(places(lines))
        return spots

    def _meeting(self, scope: Scope) -> int:
        return mask_of([place for place, merged in enumerate(self.lines) if scope.meets(merged.line)])

    def _admitted(self, compiled: Compiled, lines: int) -> tuple[int, Reason | None]:
        """Return the lines that each meet the offer's conditions on lines, and why, if none does."""
        for rule in compiled.of_line:
            admitted = mask_of([place for place in places(lines) if rule.admits(self.lines[place].quantity)])
            if lines and not admitted:
                return 0, rule.unmet_by_every_line()
            lines = admitted
        return lines, None

    def _closed(self, offer: Offer, lines: int, unmet: Reason | None) -> Reason | None:
        """Return why the offer is not open to anybody, or not to any of these lines."""
        at, facts = self.cart.at, self.facts
        if offer.paused:
            return Reason("paused")
        if offer.starts_at and at < offer.starts_at:
            return Reason("not_started", {"starts_at": offer.starts_at.isoformat()})
        if offer.ends_at and at >= offer.ends_at:
            return Reason("ended")
        if not lines:
            return unmet or Reason("not_chosen_by_shopper" if offer.id in self.barred else "not_on_this_line")
        if offer.limited_uses and self._limit_reached(offer, places(lines)):
            return Reason("limit_reached")
        if offer.limited_units and self._sold_out(offer, places(lines)):
            return Reason("sold_out")
        if not offer.benefit.TAKES_LINES and self._gifts_gone(offer):
            return Reason("sold_out")
        if offer.budgeted and facts.budget_left_cents.get(offer.id, 0) <= 0:
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

    def _limit_reached(self, offer: Offer, lines: Iterable[int]) -> bool:
        left = self.facts.sku_uses_left
        return self.facts.uses_left.get(offer.id, 0) <= 0 or all(
            left.get((offer.id, self.lines[place].line.sku), 1) <= 0 for place in lines
        )

    def _sold_out(self, offer: Offer, lines: Iterable[int]) -> bool:
        over_all = self.facts.units_left.get((offer.id, ANY_SKU), 1)
        return over_all <= 0 or all(left <= 0 for left in self._units_by_sku(offer, lines).values())

    def _left_by_sku(self, offer: Offer, lines: Iterable[int]) -> dict[str, int]:
        """Return how many units of each SKU stock and the shopper's own limits leave, where either counts them."""
        lines = list(lines)
        left = self._units_by_sku(offer, lines) if offer.limited_units else {}
        for place in lines if offer.limited_uses else ():
            sku = self.lines[place].line.sku
            own = self.facts.sku_uses_left.get((offer.id, sku))
            if own is not None:
                left[sku] = min(own, left.get(sku, own))
        return left

    def _units_by_sku(self, offer: Offer, lines: Iterable[int]) -> dict[str, int]:
        """Return what is left of each SKU; without a count over all SKUs a missing one is 0."""
        unknown = self.facts.units_left.get((offer.id, ANY_SKU), 0)
        skus = {self.lines[place].line.sku for place in lines}
        return {sku: self.facts.units_left.get((offer.id, sku), unknown) for sku in skus}

    def _all_units_left(self, offer: Offer) -> int | None:
        bounds = [self.facts.uses_left.get(offer.id, 0)] if offer.limited_uses else []
        if offer.limited_units and (offer.id, ANY_SKU) in self.facts.units_left:
            bounds.append(self.facts.units_left[offer.id, ANY_SKU])
        return min(bounds, default=None)

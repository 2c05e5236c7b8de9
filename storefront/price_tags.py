"""Prices and badges of single SKUs for listings and product pages, in a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from campaigns.models import Customer
from coupons.models import Position
from coupons.selectors.claimable import Claimable, claimable_in
from coupons.selectors.wallet import held_coupons
from coupons.validity import period_of
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import Layer
from pricing.engine.prices import UnitPrices, price_many
from pricing.engine.quote import price_cart
from pricing.models import Sku
from storefront.audiences import told_audiences
from storefront.badges import Badges
from storefront.book_pages import current_book
from storefront.facts import facts_for
from storefront.priced import Badge, BookPage, PriceView
from storefront.selectors.availability import left_at
from storefront.wanted import Wanted, line_of

# Where a price "with coupon" may count on a coupon that the viewer has not claimed yet.
OPEN_POSITIONS = (Position.PRODUCT, Position.COUPON_CENTRE)

# What may be claimed at some positions, these among them (`claimable_in`).
Offered = Mapping[str, Sequence[Claimable]]


def price_skus(
    *, skus: Iterable[Sku], customer: Customer | None, at: datetime, offered: Offered | None = None
) -> dict[int, PriceView]:
    """Return prices and badges by SKU id, for `sellable_skus()`. A constant number of queries.

    tag: item offers alone; from: the whole quote of one unit; with coupon: with what is held or claimable.
    Shipping is left out of all three. `offered`: what may be claimed, where the page has asked already.
    """
    rows = list(skus)
    return seen_by(customer, rows, at=at, offered=offered).prices() if rows else {}


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of each SKU as the engine sees it for one viewer, with the coupons held or claimable."""

    page: BookPage
    skus: Sequence[Sku]
    lines: Sequence[CartLine]
    viewer: Cart
    facts: Facts

    def prices(self) -> dict[int, PriceView]:
        """Return `price_skus` of them. One query at most."""
        prices = price_many(self.lines, self.viewer, self.page.book, self.facts, mode=self.page.mode)
        badges = Badges(self.page, self.facts, self.viewer.at)
        on = {sku.pk: badges.on(line) for sku, line in zip(self.skus, self.lines, strict=True)}
        left = left_at(self.skus, {sku_id: running for sku_id, (running, _upcoming) in on.items()})
        found = zip(self.skus, prices, strict=True)
        return {sku.pk: _price_view(sku, price, on[sku.pk], left[sku.pk]) for sku, price in found}

    def coupons_behind(self, sku: Sku) -> list[str]:
        """Return the names of the coupons that make the price "with coupon" of one unit, as the engine uses them.

        No query.
        """
        as_if_held = tuple(replace(coupon, held=True) for coupon in self.facts.coupons)
        line = self.lines[self.skus.index(sku)]
        unit = replace(self.viewer, lines=(line,), shipping=())
        quote = price_cart(unit, self.page.book, replace(self.facts, coupons=as_if_held), mode=self.page.mode)
        return [self.page.name_of(row.offer) for row in quote.applied if row.coupon and row.discount_cents]


def seen_by(customer: Customer | None, skus: Iterable[Sku], *, at: datetime, offered: Offered | None = None) -> Seen:
    """Return SKUs as a viewer sees them, to be asked more than once. A constant number of queries."""
    page, rows = current_book(at=at), list(skus)
    lines = [line_of(sku, 1) for sku in rows]
    viewer = told_audiences(page, Wanted(units=(), customer=customer, at=at).cart, customer, lines=lines)
    if offered is None:
        offered = claimable_in(OPEN_POSITIONS, customer=customer, at=at)
    coupons = (*held_coupons(customer=customer, at=at), *_claimable_coupons(offered, at))
    facts = facts_for(page, lines=lines, customer=customer, coupons=coupons, at=at)
    return Seen(page, rows, lines, viewer, facts)


def tags_of(*, skus: Iterable[Sku], customer: Customer | None, at: datetime) -> dict[int, int]:
    """Return the tags alone, in cents by SKU id: what many products are sorted by. A constant number of queries."""
    rows = list(skus)
    page = current_book(at=at)
    lines = [line_of(sku, 1) for sku in rows]
    viewer = told_audiences(page, Wanted(units=(), customer=customer, at=at).cart, customer, lines=lines)
    facts = facts_for(page, lines=lines, customer=customer, coupons=(), at=at)
    prices = price_many(lines, viewer, page.book.only(Layer.ITEM), facts, mode=page.mode)
    return {sku.pk: found.tag_cents for sku, found in zip(rows, prices, strict=True)}


def _price_view(
    sku: Sku, found: UnitPrices, badges: tuple[tuple[Badge, ...], tuple[Badge, ...]], left: int | None
) -> PriceView:
    running, upcoming = badges
    return PriceView(
        sku_id=sku.pk,
        list_cents=sku.list_cents,
        tag_cents=found.tag_cents,
        from_cents=found.from_cents,
        with_coupon_cents=found.with_coupon_cents,
        badges=running,
        upcoming=upcoming,
        left=left,
    )


def _claimable_coupons(offered: Offered, at: datetime) -> tuple[HeldCoupon, ...]:
    """One of each coupon that the viewer could claim right now; a guest after signing in."""
    found: dict[str, HeldCoupon] = {}
    for item in chain.from_iterable(offered[position] for position in OPEN_POSITIONS):
        if item.status in ("claim", "sign_in"):
            valid_from, valid_until = period_of(item.template_revision, at=at)
            coupon_id = f"claim:{item.claim_campaign.pk}"
            found[coupon_id] = HeldCoupon(
                coupon_id, item.template_revision.offer_id, valid_from, valid_until, held=False
            )
    return tuple(found.values())

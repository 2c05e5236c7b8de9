"""Prices and badges of single SKUs for listings and product pages, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from campaigns.lifecycle import Phase
from campaigns.models import Customer
from coupons.models import Position
from coupons.selectors.claimable import claimable
from coupons.selectors.wallet import held_coupons
from coupons.validity import period_of
from pricing.engine import prices
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import ANY_SKU, Facts, HeldCoupon
from pricing.engine.layers import PLATFORM
from pricing.engine.offer import Offer
from pricing.models import Sku
from storefront.book_pages import current_book
from storefront.facts import facts_for
from storefront.priced import Badge, BookPage, PriceView
from storefront.wanted import Wanted

# Where a price "with coupon" may count on a coupon that the viewer has not claimed yet.
OPEN_POSITIONS = (Position.PRODUCT, Position.COUPON_CENTRE)


def price_skus(*, skus: Iterable[Sku], customer: Customer | None, at: datetime) -> dict[int, PriceView]:
    """Return prices and badges by SKU id, for `sellable_skus()`. A constant number of queries.

    tag: item offers alone; from: the whole quote of one unit; with coupon: with what is held or claimable.
    Shipping is left out of all three.
    """
    rows = list(skus)
    if not rows:
        return {}
    page = current_book(at=at)
    viewer = Wanted(units=[(sku, 1) for sku in rows], customer=customer, at=at).cart
    coupons = (*held_coupons(customer=customer, at=at), *_claimable_coupons(customer, at))
    facts = facts_for(page, carts=[viewer], customer=customer, coupons=coupons)
    lines = {line.key: line for line in viewer.lines}
    return {sku.pk: _price_view(sku, lines[str(sku.pk)], viewer, page, facts) for sku in rows}


def _price_view(sku: Sku, line: CartLine, viewer: Cart, page: BookPage, facts: Facts) -> PriceView:
    offers = _offers_on(line, viewer, page)
    badges = [badge for offer in offers if (badge := _badge(offer, line, page, facts, viewer.at))]
    running = [badge for badge in badges if badge.phase == Phase.RUNNING]
    upcoming = [badge for badge in badges if badge.phase == Phase.WARM_UP]
    return PriceView(
        sku_id=sku.pk,
        list_cents=sku.list_cents,
        tag_cents=prices.from_cents(line, viewer, page.item_book, facts),
        from_cents=prices.from_cents(line, viewer, page.book, facts),
        with_coupon_cents=prices.with_coupon_cents(line, viewer, page.book, facts),
        badges=tuple(running),
        upcoming=tuple(sorted(upcoming, key=lambda badge: badge.starts_at)),
    )


def _offers_on(line: CartLine, viewer: Cart, page: BookPage) -> list[Offer]:
    """Campaigns whose scope holds the line, most important first."""
    touching = page.book.touching(replace(viewer, lines=(line,), shipping=()))
    own = [
        offer
        for offer in touching
        if offer.id in page.campaigns
        and line.discountable
        and offer.owner in (PLATFORM, line.shop)
        and offer.scope.meets(line)
    ]
    return sorted(own, key=lambda offer: (-offer.priority, offer.id))


def _badge(offer: Offer, line: CartLine, page: BookPage, facts: Facts, at: datetime) -> Badge | None:
    revision = page.campaigns[offer.id]
    if offer.paused or at >= revision.ends_at:
        return None
    if at < revision.starts_at:
        announced = revision.warm_up_at is not None and at >= revision.warm_up_at
        phase = Phase.WARM_UP if announced else None
    else:
        phase = None if _used_up(offer, line, facts) else Phase.RUNNING
    return phase and Badge(
        campaign_id=revision.campaign_id,
        text=revision.local_badge or revision.local_name,
        name=revision.local_name,
        layer=offer.layer.value,
        phase=phase.value,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        rule=offer.benefit.describe(),
    )


def _used_up(offer: Offer, line: CartLine, facts: Facts) -> bool:
    """Sold out for this SKU, or as much as this shopper may have: the badge goes when the price goes."""
    if offer.limited_uses and facts.uses_left.get(offer.id, 0) <= 0:
        return True
    if offer.budgeted and facts.budget_left_cents.get(offer.id, 0) <= 0:
        return True
    over_all = facts.units_left.get((offer.id, ANY_SKU), 0)
    return offer.limited_units and min(over_all, facts.units_left.get((offer.id, line.sku), over_all)) <= 0


def _claimable_coupons(customer: Customer | None, at: datetime) -> tuple[HeldCoupon, ...]:
    """One of each coupon that the viewer could claim right now; a guest after signing in."""
    found: dict[str, HeldCoupon] = {}
    for position in OPEN_POSITIONS:
        for item in claimable(customer=customer, position=position, at=at):
            if item.status in ("claim", "sign_in"):
                valid_from, valid_until = period_of(item.template_revision, at=at)
                coupon_id = f"claim:{item.claim_campaign.pk}"
                found[coupon_id] = HeldCoupon(
                    coupon_id, item.template_revision.offer_id, valid_from, valid_until, held=False
                )
    return tuple(found.values())

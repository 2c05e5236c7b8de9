"""Lines of a cart, grouped by the promotion that takes them or that they are on the way to."""

from collections.abc import Iterable
from dataclasses import dataclass

from pricing.engine.layers import Layer
from storefront.priced import Priced
from storefront.selectors.cart_view import CartLineView, CartView, GainView

GROUPING = {Layer.MULTI.value, Layer.ORDER.value}


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one promotion: what it takes off now and what is missing for more; no name for all other lines."""

    name: str
    campaign_id: int | None
    saved_cents: int
    gain: GainView | None
    lines: tuple[CartLineView, ...]


def groups_of(view: CartView, priced: Priced) -> list[Group]:
    """Return the groups in the order of their first lines, the lines without promotion last."""
    found: dict[int | None, list[CartLineView]] = {}
    for line in view.lines:
        found.setdefault(_campaign_of(line, view, priced), []).append(line)
    groups = [_group(campaign_id, lines, view, priced) for campaign_id, lines in found.items()]
    return sorted(groups, key=lambda group: group.campaign_id is None)


def _campaign_of(line: CartLineView, view: CartView, priced: Priced) -> int | None:
    taken = (discount.campaign_id for discount in line.discounts if discount.layer in GROUPING)
    return next((found for found in (*taken, *_on_the_way(line, view.gains, priced)) if found), None)


def _on_the_way(line: CartLineView, gains: Iterable[GainView], priced: Priced) -> Iterable[int | None]:
    priced_line = next((row for row in priced.cart.lines if row.key == str(line.sku.pk)), None)
    if priced_line is None or not priced_line.discountable:
        return
    for gain in gains:
        offer = priced.page.book.offers[gain.offer]
        if offer.layer.value in GROUPING and offer.scope.meets(priced_line):
            yield gain.campaign_id


def _group(campaign_id: int | None, lines: list[CartLineView], view: CartView, priced: Priced) -> Group:
    offer = f"campaign:{campaign_id}"
    return Group(
        name=priced.page.name_of(offer) if campaign_id else "",
        campaign_id=campaign_id,
        saved_cents=sum(row.cents for line in lines for row in line.discounts if row.offer == offer),
        gain=next((gain for gain in view.gains if campaign_id and gain.campaign_id == campaign_id), None),
        lines=tuple(lines),
    )

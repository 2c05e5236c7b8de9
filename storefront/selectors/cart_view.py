"""A priced cart as the page shows it: lines, the way from list price to amount due, gains, coupons, reasons."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from coupons.models import Coupon
from pricing.engine.layers import Layer
from pricing.engine.messages import Message
from pricing.engine.quote import Applied, Gain, NotApplied, QuoteLine, Share
from pricing.engine.reasons import Reason
from pricing.models import Shop, Sku
from storefront.models import Cart, CartLine
from storefront.priced import Priced
from storefront.selectors.cart import lines_of
from storefront.selectors.catalogue import is_buyable
from storefront.selectors.coupon_choices import CouponChoice, choices_of, coupons_of
from storefront.selectors.gifts import GiftChoice, GiftView, RewardView, gift_choices_of, gifts_of, rewards_of
from storefront.selectors.reasons_told import reasons_told


@dataclass(frozen=True, slots=True)
class DiscountView:
    """What one offer takes off, with the name that shoppers read."""

    offer: str
    name: str
    cents: int
    layer: str
    campaign_id: int | None = None
    coupon_id: int | None = None


@dataclass(frozen=True, slots=True)
class CartLineView:
    """One line: `list_cents` and `tag_cents` for one unit, the others for all; `segments` = (units, net) each."""

    line_id: int
    sku: Sku
    quantity: int
    list_cents: int
    tag_cents: int
    list_total_cents: int
    net_cents: int
    discounts: tuple[DiscountView, ...]
    segments: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ShippingView:
    shop: Shop
    fee_cents: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class GainView:
    """What is missing for more: cents off, or gifts and coupons worth `added_cents`.

    `is_of_other_goods`: what is missing is not what the offer reduces. `percent` of the way already gone (0 to 100),
    for a progress bar.
    """

    offer: str
    name: str
    campaign_id: int | None
    missing_cents: int
    missing_pieces: int
    gain_cents: int
    now_cents: int
    added_cents: int
    is_of_other_goods: bool
    percent: int


@dataclass(frozen=True, slots=True)
class NotAppliedView:
    offer: str
    name: str
    campaign_id: int | None
    reason: Message


@dataclass(frozen=True, slots=True)
class UnavailableView:
    """A line that cannot be ordered as it is; `left`: the pieces that could, None where that is not the reason."""

    sku: Sku
    quantity: int
    left: int | None


@dataclass(frozen=True, slots=True)
class CartView:
    """`discounts` lead step by step from `list_cents` and the shipping fees to `total_cents`."""

    lines: tuple[CartLineView, ...]
    unavailable: tuple[UnavailableView, ...]
    discounts: tuple[DiscountView, ...]
    shipping: tuple[ShippingView, ...]
    gains: tuple[GainView, ...]
    coupons: tuple[CouponChoice, ...]
    not_applied: tuple[NotAppliedView, ...]
    gifts: tuple[GiftView, ...]
    gift_choices: tuple[GiftChoice, ...]
    rewards: tuple[RewardView, ...]
    list_cents: int
    discount_cents: int
    shipping_cents: int
    total_cents: int
    fingerprint: str

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.unavailable

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def cart_view(*, cart: Cart, priced: Priced) -> CartView:
    """Return the page's view of a cart and its price. Four queries, and those for gifts where there are any."""
    quote = priced.quote
    rows = list(lines_of(cart))
    shops = {row.sku.product.shop.code: row.sku.product.shop for row in rows}
    coupons, told = coupons_of(priced), reasons_told(priced)
    return CartView(
        lines=tuple(_lines(rows, priced, coupons)),
        unavailable=tuple(_unavailable(rows, priced)),
        discounts=tuple(_discount(applied, priced, coupons) for applied in quote.applied if applied.discount_cents),
        shipping=tuple(ShippingView(shops[fee.shop], fee.fee_cents, fee.net_cents) for fee in quote.shipping),
        gains=gains_of(priced),
        coupons=tuple(choices_of(priced, coupons, told)),
        not_applied=tuple(_not_applied(no, priced, told) for no in quote.not_applied if _is_shown(no, priced)),
        gifts=gifts_of(priced),
        gift_choices=gift_choices_of(priced),
        rewards=rewards_of(priced),
        list_cents=quote.list_cents,
        discount_cents=quote.discount_cents,
        shipping_cents=quote.shipping_cents,
        total_cents=quote.total_cents,
        fingerprint=quote.fingerprint,
    )


def gains_of(priced: Priced) -> tuple[GainView, ...]:
    """Return the nearest ways to a larger discount, cheapest first. No query."""
    return tuple(_gain(gain, priced) for gain in priced.quote.nearest_gains)


def _unavailable(rows: Iterable[CartLine], priced: Priced) -> Iterable[UnavailableView]:
    for row in rows:
        left = priced.short.get(row.sku.code)
        if left is not None or not is_buyable(row):
            yield UnavailableView(row.sku, row.quantity, left)


def _lines(rows: Iterable[CartLine], priced: Priced, coupons: Mapping[str, Coupon]) -> Iterable[CartLineView]:
    segments: dict[str, list[QuoteLine]] = {}
    for line in priced.quote.lines:
        segments.setdefault(line.parts[0][0], []).append(line)
    for row in rows:
        if found := segments.get(str(row.sku_id)):
            yield _line(row, found, priced, coupons)


def _line(row: CartLine, segments: list[QuoteLine], priced: Priced, coupons: Mapping[str, Coupon]) -> CartLineView:
    shares = [share for segment in segments for share in segment.shares]
    return CartLineView(
        line_id=row.pk,
        sku=row.sku,
        quantity=row.quantity,
        list_cents=segments[0].list_cents,
        tag_cents=_tag_cents(segments[0]),
        list_total_cents=sum(segment.list_cents * segment.quantity for segment in segments),
        net_cents=sum(segment.net_cents for segment in segments),
        discounts=tuple(_summed(shares, priced, coupons)),
        segments=tuple((segment.quantity, segment.net_cents) for segment in segments),
    )


def _tag_cents(segment: QuoteLine) -> int:
    """The item layer computes by the unit, so its share divides without a rest."""
    item_cents = sum(share.cents for share in segment.shares if share.layer is Layer.ITEM)
    return segment.list_cents - item_cents // segment.quantity


def _summed(shares: Iterable[Share], priced: Priced, coupons: Mapping[str, Coupon]) -> Iterable[DiscountView]:
    """One row per offer: funders are no business of the shopper."""
    cents: dict[tuple[str, str | None, str], int] = {}
    for share in shares:
        key = (share.offer, share.coupon, share.layer.value)
        cents[key] = cents.get(key, 0) + share.cents
    for (offer, coupon, layer), amount in cents.items():
        if amount:
            yield _named(offer, coupon, layer, amount, priced, coupons)


def _discount(applied: Applied, priced: Priced, coupons: Mapping[str, Coupon]) -> DiscountView:
    return _named(applied.offer, applied.coupon, applied.layer.value, applied.discount_cents, priced, coupons)


def _named(
    offer: str, coupon: str | None, layer: str, cents: int, priced: Priced, coupons: Mapping[str, Coupon]
) -> DiscountView:
    held = coupons.get(coupon or "")
    return DiscountView(
        offer=offer,
        name=priced.page.name_of(offer),
        cents=cents,
        layer=layer,
        campaign_id=priced.page.campaign_id_of(offer),
        coupon_id=held.pk if held else None,
    )


def _gain(gain: Gain, priced: Priced) -> GainView:
    reached_cents = _reached_cents(gain, priced)
    threshold_cents = reached_cents + gain.missing_cents
    return GainView(
        offer=gain.offer,
        name=priced.page.name_of(gain.offer),
        campaign_id=priced.page.campaign_id_of(gain.offer),
        missing_cents=gain.missing_cents,
        missing_pieces=gain.missing_pieces,
        gain_cents=gain.gain_cents,
        now_cents=gain.now_cents,
        added_cents=gain.added_cents,
        is_of_other_goods=gain.scope is not None,
        percent=min(99, reached_cents * 100 // threshold_cents) if gain.missing_cents else 0,
    )


def _reached_cents(gain: Gain, priced: Priced) -> int:
    """What of the cart counts for the offer: net of the earlier layers. Only the length of a bar depends on it."""
    offer, layers = priced.page.book.offers[gain.offer], list(Layer)
    scope = gain.scope or offer.scope
    meant = {line.key for line in priced.cart.lines if scope.meets(line)}
    return sum(
        line.list_cents * line.quantity
        - sum(share.cents for share in line.shares if layers.index(share.layer) < layers.index(offer.layer))
        for line in priced.quote.lines
        if line.parts[0][0] in meant
    )


def _is_shown(no: NotApplied, priced: Priced) -> bool:
    """Coupons are listed apart."""
    return no.offer in priced.page.campaigns and priced.is_public(no.offer)


def _not_applied(no: NotApplied, priced: Priced, told: Callable[[str, Reason], Message]) -> NotAppliedView:
    return NotAppliedView(
        offer=no.offer,
        name=priced.page.name_of(no.offer),
        campaign_id=priced.page.campaign_id_of(no.offer),
        reason=told(no.offer, no.reason),
    )

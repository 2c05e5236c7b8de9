"""The world that a draft would come into: all offers of its period, and the goods that it takes, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from campaigns.selectors.audience import Aim
from pricing.engine.cart import Cart, CartLine, ShippingFee, Shopper
from pricing.engine.facts import Facts
from pricing.engine.offer import Offer


@dataclass(frozen=True, slots=True)
class Good:
    """One SKU: what the engine is told of one unit, what it costs the shop, what its shop charges for sending it.

    A fee of None: nothing is sent.
    """

    line: CartLine
    cost_cents: int | None = None
    fee_cents: int | None = None

    @property
    def floor_cents(self) -> int:
        """What one unit costs at least, whatever offers say."""
        return min(self.line.list_cents, self.line.floor_cents)


@dataclass(frozen=True)
class World:
    """`offers`: everything approved for the period [starts_at, ends_at) and the draft, whose offer is called `draft`.

    `facts` says that nothing is used up yet and that every coupon is held. `costs`: what one unit of a gift costs, by
    SKU. `partners`: the goods that rules name, by SKU, so that they can be bought together. `aims`: whom offers are
    for, by the id of the offer.
    """

    draft: str
    starts_at: datetime
    ends_at: datetime
    offers: tuple[Offer, ...]
    facts: Facts = field(default_factory=Facts)
    costs: Mapping[str, int] = field(default_factory=dict)
    partners: Mapping[str, Good] = field(default_factory=dict)
    aims: Mapping[str, Aim] = field(default_factory=dict)
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Guest:
    """Who asks, and where."""

    shopper: Shopper
    channel: str = "web"
    terminal: str = ""
    region: str = ""


Units = tuple[tuple[Good, int], ...]


def basket(units: Units, guest: Guest, at: datetime, currency: str) -> Cart:
    """Return the cart of these units for a guest at a moment, with the fee of each shop that sends."""
    fees = {good.line.shop: good.fee_cents for good, _ in units if good.fee_cents is not None}
    return Cart(
        lines=tuple([_line(good.line, pieces) for good, pieces in units]),
        at=at,
        shopper=guest.shopper,
        channel=guest.channel,
        terminal=guest.terminal,
        region=guest.region,
        shipping=tuple([ShippingFee(shop, cents) for shop, cents in sorted(fees.items())]),
        currency=currency,
    )


def _line(line: CartLine, pieces: int) -> CartLine:
    """Much quicker than dataclasses.replace, and there are very many."""
    return CartLine(
        key=line.key,
        shop=line.shop,
        sku=line.sku,
        product=line.product,
        list_cents=line.list_cents,
        quantity=pieces,
        categories=line.categories,
        kind=line.kind,
        floor_cents=line.floor_cents,
        discountable=line.discountable,
    )

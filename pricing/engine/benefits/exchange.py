"""A coupon that is exchanged for named goods, free or for a price: 兑换券."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.named_goods import SetBenefit, SkuCounts, named
from pricing.engine.params import Price, check_params
from pricing.engine.registry import benefit


@benefit("exchange", label=N_("Exchange for named goods"))
@dataclass(frozen=True, slots=True)
class Exchange(SetBenefit):
    """One coupon takes the named goods, all of them, to 0 or to `price_cents` together, whatever their floors. It
    takes no more pieces than these."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.COUPON})
    BELOW_FLOORS: ClassVar[bool] = True
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "goods": (N_("The goods"), N_("One SKU in a line and its pieces: TEA-50 × 2. All of them are in the cart.")),
        "price_cents": (N_("Price together"), N_("What the shopper adds; empty = nothing.")),
    }
    goods: SkuCounts
    price_cents: Price = 0

    def __post_init__(self) -> None:
        check_params(self)

    @property
    def most_times(self) -> int | None:
        return 1

    def units_taken(self) -> Mapping[str, int] | None:
        return dict(self.goods)

    def describe(self) -> Message:
        figures = {"goods": named(self.goods)}
        if not self.price_cents:
            return Message(N_("Exchange for %(goods)s"), figures)
        return Message(N_("Exchange and %(price_cents)s for %(goods)s"), figures | {"price_cents": self.price_cents})

"""Named goods together for a price: 套餐价."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.errors import Figure, WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.named_goods import SetBenefit, SkuCounts, named
from pricing.engine.params import Count, Price, check_params
from pricing.engine.registry import benefit


@benefit("bundle_price", label=N_("Bundle for a price"))
@dataclass(frozen=True, slots=True)
class BundlePrice(SetBenefit):
    """Each whole set of the named goods costs `price_cents`, `max_times` sets at most; one that already costs less
    stays as it is."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.MULTI})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "goods": (N_("The set"), N_("One SKU in a line and its pieces: TEA-50 × 2. Exactly these take part.")),
        "price_cents": (N_("Price together"), N_("Never a raise: a set that costs less stays as it is.")),
        "max_times": (N_("At most so often"), N_("Empty = for every whole set.")),
    }
    goods: SkuCounts
    price_cents: Price
    max_times: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if sum(pieces for _, pieces in self.goods) < 2:
            raise WrongParams(N_("A set has 2 pieces or more."), field="goods")

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        figures: dict[str, Figure] = {"goods": named(self.goods), "price_cents": self.price_cents}
        if self.max_times is None:
            return Message(N_("%(goods)s together for %(price_cents)s"), figures)
        return Message(
            N_("%(goods)s together for %(price_cents)s, up to %(max_times)s times"),
            figures | {"max_times": self.max_times},
        )

"""A set price for each SKU: the flash sale, 秒杀价. Other SKUs take no part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from pricing.engine.cart import MAX_CENTS, CartLine
from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import PRICE, Kind, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off
from pricing.engine.scope import Scope

NO_PRICES: Mapping[str, int] = {}


def load_sku_prices(value: Any, field: str) -> Mapping[str, int]:
    """Return prices in cents by SKU, from a mapping. Refuses none, and prices out of range, naming the SKU.

    A hundred thousand are read at a glance: only where something is wrong is it looked for.
    """
    if not isinstance(value, Mapping) or not value:
        raise WrongParams(N_("Give the price of at least one SKU."), field=field)
    if not all([isinstance(sku, str) and sku for sku in value]):
        raise WrongParams(N_("Every entry is a text."), field=field)
    if not all([type(cents) is int and 0 <= cents <= MAX_CENTS for cents in value.values()]):
        for sku, cents in value.items():
            PRICE.load(cents, f"{field}[{sku}]")
    return value


SKU_PRICES = Kind(
    "sku_prices",
    load_sku_prices,
    dict,
    {
        "type": "object",
        "propertyNames": {"type": "string", "minLength": 1},
        "additionalProperties": PRICE.schema,
        "minProperties": 1,
    },
)
SkuPricesParam = Annotated[Mapping[str, int], SKU_PRICES]


@benefit("sku_prices", label=N_("Set price for each SKU"))
@dataclass(frozen=True, slots=True)
class SkuPrices(Benefit):
    """`prices` is what is left to pay for one unit, by SKU; where that is less already nothing changes.

    None: nobody has said them yet, so nothing is reduced.
    """

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ITEM})
    READS_GOODS: ClassVar[bool] = True
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "prices": (N_("Activity prices"), N_("Of one unit of each SKU; only these take part.")),
    }
    prices: SkuPricesParam | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("Each product at its own activity price"))

    def taking(self, chosen: Scope) -> Scope:
        """Exactly the SKUs with a price take part, without those that are left out."""
        return Scope(
            skus=frozenset(self.prices or ()),
            excluded_skus=chosen.excluded_skus,
            excluded_products=chosen.excluded_products,
            excluded_categories=chosen.excluded_categories,
            least_list_cents=chosen.least_list_cents,
            most_list_cents=chosen.most_list_cents,
        )

    def of_skus(self, skus: frozenset[str]) -> "SkuPrices":
        prices = self.prices or NO_PRICES
        return replace(self, prices={sku: prices[sku] for sku in sorted(skus) if sku in prices} or None)

    def unit_off_cents(self, unit_cents: int, goods: CartLine) -> int:
        return max(0, unit_cents - (self.prices or NO_PRICES).get(goods.sku, unit_cents))

    def off(self, lines: Lines) -> Off:
        parts = [
            self.unit_off_cents(net_cents // pieces, goods) * pieces
            for net_cents, pieces, goods in zip(lines.nets, lines.quantities, lines.goods, strict=True)
        ]
        return Off(sum(parts), fixed=False, parts=tuple(parts))

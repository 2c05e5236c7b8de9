"""Presents: what a gift offer may add to an order, one row per SKU."""

from dataclasses import dataclass
from typing import Annotated, Any

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import CENTS, CODE, COUNT, Kind

MAX_PRESENTS = 50
NEEDED = ("sku", "value_cents")


@dataclass(frozen=True, slots=True)
class Present:
    """`quantity` units of a SKU each time the gift is earned.

    `value_cents`: what one unit is worth, recorded with the order. `stock_units`: how many may be given in all; None =
    not limited.
    """

    sku: str
    value_cents: int
    quantity: int = 1
    stock_units: int | None = None


def load_presents(value: Any, field: str) -> tuple[Present, ...]:
    """Return the presents as listed. Refuses none, unknown names and a SKU that stands there twice."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAX_PRESENTS:
        raise WrongParams(N_("Give between 1 and %(most)s gifts."), field=field, most=MAX_PRESENTS)
    presents = tuple(_present(item, f"{field}[{index}]") for index, item in enumerate(value))
    if len({present.sku for present in presents}) < len(presents):
        raise WrongParams(N_("Each SKU stands in the list of gifts once."), field=field)
    return presents


def _present(item: Any, field: str) -> Present:
    """Return one present from JSON or from a Present."""
    if isinstance(item, Present):
        item = dump_present(item)
    if not isinstance(item, dict) or not set(NEEDED) <= set(item) <= {*NEEDED, "quantity", "stock_units"}:
        raise WrongParams(N_("A gift has a SKU, a value and, if need be, a quantity and a stock."), field=field)
    CODE.load(item["sku"], f"{field}.sku")
    CENTS.load(item["value_cents"], f"{field}.value_cents")
    COUNT.load(item.get("quantity", 1), f"{field}.quantity")
    if item.get("stock_units") is not None:
        COUNT.load(item["stock_units"], f"{field}.stock_units")
    return Present(**item)


def dump_present(present: Present) -> dict[str, Any]:
    """Return the present as JSON, without what is left at its default."""
    found: dict[str, Any] = {"sku": present.sku, "value_cents": present.value_cents}
    if present.quantity != 1:
        found["quantity"] = present.quantity
    if present.stock_units is not None:
        found["stock_units"] = present.stock_units
    return found


PRESENTS = Kind(
    "presents",
    load_presents,
    lambda presents: [dump_present(present) for present in presents],
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "sku": CODE.schema,
                "value_cents": CENTS.schema,
                "quantity": COUNT.schema,
                "stock_units": dict(COUNT.schema) | {"type": ["integer", "null"]},
            },
            "required": list(NEEDED),
            "additionalProperties": False,
        },
        "minItems": 1,
        "maxItems": MAX_PRESENTS,
    },
)
Presents = Annotated[tuple[Present, ...], PRESENTS]

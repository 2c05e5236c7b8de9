"""The shapes in which the demo's catalogue is written down; amounts in cents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU: the end of its code, its option in both languages, list price, cost and the lowest price allowed."""

    code: str
    option: str
    option_zh: str
    list_cents: int
    cost_cents: int
    floor_cents: int = 0


@dataclass(frozen=True, slots=True)
class Goods:
    """One product with its SKUs; the picture is `static/demo/<code>.svg`."""

    code: str
    shop: str
    category: str
    names: tuple[str, str]
    text: str
    text_zh: str
    variants: tuple[Variant, ...]
    kind: str = "physical"
    never_discounted: bool = False


def only(list_cents: int, cost_cents: int, floor_cents: int = 0) -> tuple[Variant, ...]:
    """The variants of a product that comes in one form."""
    return (Variant("", "", "", list_cents, cost_cents, floor_cents),)

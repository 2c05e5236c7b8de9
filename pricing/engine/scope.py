"""Scope: which lines an offer or a condition is about."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

from pricing.engine.cart import CartLine
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import CENTS, CODES, FLAG, Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """A line is meant if anything included names it, nothing excluded does, and the list price of one unit is in range.

    Both ends of the range are included. An empty scope means no line. Refuses a range that holds no price.
    """

    everything: bool = False
    skus: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    shops: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    excluded_skus: frozenset[str] = frozenset()
    excluded_products: frozenset[str] = frozenset()
    excluded_categories: frozenset[str] = frozenset()
    least_list_cents: int | None = None
    most_list_cents: int | None = None

    def __post_init__(self) -> None:
        least, most = self.least_list_cents, self.most_list_cents
        for name, cents in (("least_list_cents", least), ("most_list_cents", most)):
            if cents is not None:
                CENTS.load(cents, name)
        if least is not None and most is not None and most < least:
            raise WrongParams(N_("The highest list price is not below the lowest."), field="most_list_cents")

    @property
    def only_names(self) -> bool:
        """Whether it names what it means: not everything, nothing left out, whatever the price."""
        leaves_out = self.excluded_skus or self.excluded_products or self.excluded_categories
        is_ranged = self.least_list_cents is not None or self.most_list_cents is not None
        names = self.skus or self.products or self.categories or self.shops or self.kinds
        return bool(names and not (leaves_out or is_ranged or self.everything))

    @property
    def means_all(self) -> bool:
        """Whether every line is meant."""
        return self == EVERYTHING

    @property
    def leaves_out_some(self) -> bool:
        """Whether a line that is included may not be meant all the same."""
        excluded = self.excluded_skus or self.excluded_products or self.excluded_categories
        return bool(excluded) or self.least_list_cents is not None or self.most_list_cents is not None

    def meets(self, line: CartLine) -> bool:
        """Tell whether the line is meant."""
        return self.includes(line) and not self._excludes(line) and self._prices(line)

    def with_named(self, other: "Scope") -> "Scope":
        """Return the scope that also means what the other one names, and leaves nothing of that out by name."""
        return replace(
            self,
            skus=self.skus | other.skus,
            products=self.products | other.products,
            categories=self.categories | other.categories,
            shops=self.shops | other.shops,
            kinds=self.kinds | other.kinds,
            excluded_skus=self.excluded_skus - other.skus,
            excluded_products=self.excluded_products - other.products,
            excluded_categories=self.excluded_categories - other.categories,
        )

    def includes(self, line: CartLine) -> bool:
        """Tell whether something included names the line, whatever leaves it out."""
        return (
            self.everything
            or line.sku in self.skus
            or line.product in self.products
            or line.shop in self.shops
            or line.kind in self.kinds
            or not self.categories.isdisjoint(line.categories)
        )

    def _excludes(self, line: CartLine) -> bool:
        return (
            line.sku in self.excluded_skus
            or line.product in self.excluded_products
            or not self.excluded_categories.isdisjoint(line.categories)
        )

    def _prices(self, line: CartLine) -> bool:
        least, most = self.least_list_cents, self.most_list_cents
        return (least is None or line.list_cents >= least) and (most is None or line.list_cents <= most)


EVERYTHING = Scope(everything=True)
KINDS = {
    item.name: FLAG if item.default is False else CENTS if item.default is None else CODES for item in fields(Scope)
}


def load_scope(value: Any, field: str) -> Scope:
    """Return the scope that JSON describes, or the scope itself. Refuses unknown names, naming the field."""
    if isinstance(value, Scope):
        return value
    if not isinstance(value, dict) or not set(value) <= set(KINDS):
        raise WrongParams(N_("A scope is a mapping with lists of codes."), field=field)
    found = {name: KINDS[name].load(part, f"{field}.{name}") for name, part in value.items()}
    try:
        return Scope(**found)
    except WrongParams as refusal:
        raise WrongParams(refusal.msgid, field=f"{field}.{refusal.field}", **refusal.figures) from refusal


def dump_scope(scope: Scope) -> dict[str, Any]:
    """Return the scope as JSON, without what is empty."""
    found = {name: getattr(scope, name) for name in KINDS}
    return {name: KINDS[name].dump(value) for name, value in found.items() if value}


SCOPE = Kind(
    "scope",
    load_scope,
    dump_scope,
    {
        "type": "object",
        "properties": {name: kind.schema for name, kind in KINDS.items()},
        "additionalProperties": False,
    },
)
ScopeParam = Annotated[Scope, SCOPE]

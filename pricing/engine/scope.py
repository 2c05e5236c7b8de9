"""Scope: which lines an offer or a condition is about."""

from dataclasses import dataclass, fields
from typing import Annotated, Any

from pricing.engine.cart import CartLine
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import CODES, FLAG, Kind, codes


@dataclass(frozen=True, slots=True)
class Scope:
    """A line is meant if anything included names it and nothing excluded does. An empty scope means no line."""

    everything: bool = False
    skus: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    shops: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    excluded_skus: frozenset[str] = frozenset()
    excluded_products: frozenset[str] = frozenset()
    excluded_categories: frozenset[str] = frozenset()

    @property
    def means_all(self) -> bool:
        """Whether every line is meant, so that none needs to be looked at."""
        return self.everything and not (self.excluded_skus or self.excluded_products or self.excluded_categories)

    def meets(self, line: CartLine) -> bool:
        """Tell whether the line is meant."""
        return self._includes(line) and not self._excludes(line)

    def _includes(self, line: CartLine) -> bool:
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


EVERYTHING = Scope(everything=True)


def load_scope(value: Any, field: str) -> Scope:
    """Return the scope that JSON describes, or the scope itself. Refuses unknown names, naming the field."""
    if isinstance(value, Scope):
        return value
    names = {item.name for item in fields(Scope)}
    if not isinstance(value, dict) or not set(value) <= names:
        raise WrongParams(N_("A scope is a mapping with lists of codes."), field=field)
    if not isinstance(value.get("everything", False), bool):
        raise WrongParams(N_("Say true or false."), field=f"{field}.everything")
    listed = {name: codes(found, f"{field}.{name}") for name, found in value.items() if name != "everything"}
    return Scope(everything=value.get("everything", False), **listed)


def dump_scope(scope: Scope) -> dict[str, Any]:
    """Return the scope as JSON, without what is empty."""
    found = {item.name: getattr(scope, item.name) for item in fields(scope)}
    return {name: value if isinstance(value, bool) else sorted(value) for name, value in found.items() if value}


SCOPE = Kind(
    "scope",
    load_scope,
    dump_scope,
    {
        "type": "object",
        "properties": {item.name: (FLAG if item.default is False else CODES).schema for item in fields(Scope)},
        "additionalProperties": False,
    },
)
ScopeParam = Annotated[Scope, SCOPE]

"""The book: offers compiled once per revision and indexed by what they can touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pricing.engine.cart import Cart
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.scope import Scope

Index = dict[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Book:
    """All offers of one revision; never changed, shared by all requests."""

    offers: dict[str, Offer]
    index: Index
    layers: dict[Layer, "Book"] = field(default_factory=dict, compare=False, repr=False)

    def touching(self, cart: Cart) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet a line, by id.

        Costs what the cart holds, however many other offers there are.
        """
        found: set[str] = set()
        for entry in _entries_of(cart) & self.index.keys():
            found.update(self.index[entry])
        return [self.offers[code] for code in sorted(found)]

    def only(self, layer: Layer) -> "Book":
        """Return the book of one layer; it is compiled at the first call."""
        if layer not in self.layers:
            self.layers[layer] = compile_book(offer for offer in self.offers.values() if offer.layer is layer)
        return self.layers[layer]


def compile_book(offers: Iterable[Offer]) -> Book:
    """Index the offers. Refuses two offers with one id."""
    known: dict[str, Offer] = {}
    index: dict[tuple[str, str], set[str]] = {}
    for offer in offers:
        if offer.id in known:
            raise WrongParams(N_("Two offers are called %(offer)s."), field="id", offer=offer.id)
        known[offer.id] = offer
        for entry in _entries_for(offer):
            index.setdefault(entry, set()).add(offer.id)
    return Book(offers=known, index={entry: tuple(sorted(ids)) for entry, ids in index.items()})


def _entries_for(offer: Offer) -> Iterator[tuple[str, str]]:
    """Yield every index entry under which a cart may find the offer."""
    scopes = [offer.scope, *(counted for rule in offer.conditions if (counted := rule.counted_scope()))]
    for scope in scopes:
        if scope.everything and offer.owner != PLATFORM and scope is offer.scope:
            yield ("shop", offer.owner)
        else:
            yield from _entries_in(scope)


def _entries_in(scope: Scope) -> Iterator[tuple[str, str]]:
    if scope.everything:
        yield ("everything", "")
    for name, codes in (
        ("sku", scope.skus),
        ("product", scope.products),
        ("category", scope.categories),
        ("shop", scope.shops),
        ("kind", scope.kinds),
    ):
        for code in codes:
            yield (name, code)


def _entries_of(cart: Cart) -> set[tuple[str, str]]:
    entries: set[tuple[str, str]] = {("everything", "")} if cart.lines else set()
    for line in cart.lines:
        entries.update((("sku", line.sku), ("product", line.product), ("shop", line.shop), ("kind", line.kind)))
        entries.update(("category", code) for code in line.categories)
    return entries

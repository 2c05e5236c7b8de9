"""The book: offers compiled once per revision and indexed by what they can touch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pricing.engine.cart import Cart, CartLine
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.scope import Scope

# Ids of offers by a code that their scopes name, for each way of naming lines. A book may list an id twice.
Shelf = dict[str, dict[str, list[str]]]

# What lines are called in each way of naming them.
CODES: dict[str, Callable[[Sequence[CartLine]], set[str]]] = {
    "everything": lambda lines: {""},
    "sku": lambda lines: {line.sku for line in lines},
    "product": lambda lines: {line.product for line in lines},
    "category": lambda lines: {code for line in lines for code in line.categories},
    "shop": lambda lines: {line.shop for line in lines},
    "kind": lambda lines: {line.kind for line in lines},
}


@dataclass(frozen=True, slots=True)
class Book:
    """All offers of one revision; never changed, shared by all requests.

    `shelves`: one of each shop, whose offers look at its own lines, and that of the platform, for lines of all shops.
    """

    offers: dict[str, Offer]
    shelves: dict[str, Shelf]
    layers: dict[Layer, "Book"] = field(default_factory=dict, compare=False, repr=False)

    def touching(self, cart: Cart) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet a line, by id.

        Costs what the cart holds, however many other offers there are.
        """
        return self.touching_lines(cart.lines)

    def touching_lines(self, lines: Iterable[CartLine]) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet one of these lines, by id."""
        by_shop: dict[str, list[CartLine]] = {}
        for line in lines:
            by_shop.setdefault(line.shop, []).append(line)
        found: set[str] = set()
        for shop, its_lines in by_shop.items():
            for owner in (PLATFORM, shop):
                for way, named in self.shelves.get(owner, {}).items():
                    for code in CODES[way](its_lines) & named.keys():
                        found.update(named[code])
        return [self.offers[code] for code in sorted(found)]

    def only(self, layer: Layer) -> "Book":
        """Return the book of one layer; it is compiled at the first call."""
        if layer not in self.layers:
            self.layers[layer] = compile_book(offer for offer in self.offers.values() if offer.layer is layer)
        return self.layers[layer]


def compile_book(offers: Iterable[Offer]) -> Book:
    """Index the offers. Refuses two offers with one id."""
    known: dict[str, Offer] = {}
    shelves: dict[str, Shelf] = {}
    for offer in offers:
        if offer.id in known:
            raise WrongParams(N_("Two offers are called %(offer)s."), field="id", offer=offer.id)
        known[offer.id] = offer
        _put(shelves, offer.owner, offer.scope, offer.id)
        for rule in offer.conditions:
            if counted := rule.counted_scope():
                _put(shelves, PLATFORM, counted, offer.id)  # a condition counts the lines of all shops
    return Book(offers=known, shelves=shelves)


def book_for_all(offers: Iterable[Offer]) -> Book:
    """Return a book of few offers that are known to touch the cart: without an index, it costs nothing to make."""
    known = {offer.id: offer for offer in offers}
    return Book(offers=known, shelves={PLATFORM: {"everything": {"": list(known)}}})


def _put(shelves: dict[str, Shelf], owner: str, scope: Scope, offer: str) -> None:
    shelf = shelves.setdefault(owner, {})
    for way, codes in _named_by(scope):
        named = shelf.setdefault(way, {})
        for code in codes:
            if code in named:
                named[code].append(offer)
            else:
                named[code] = [offer]


def _named_by(scope: Scope) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield every way in which the scope names lines."""
    if scope.everything:
        yield "everything", ("",)
        return
    ways = (
        ("sku", scope.skus),
        ("product", scope.products),
        ("category", scope.categories),
        ("shop", scope.shops),
        ("kind", scope.kinds),
    )
    yield from ((way, codes) for way, codes in ways if codes)

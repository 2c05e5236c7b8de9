"""The book: offers compiled once per revision and indexed by what they can touch."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pricing.engine.bits import mask_of
from pricing.engine.cart import Cart, CartLine
from pricing.engine.compiled import Compiled, compiled
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.scope import Scope

# Ids of offers by a code that their scopes name, for each way of naming lines. May list an id twice.
Shelf = dict[str, dict[str, list[str]]]
# What a line is called in each way of naming it.
NAMES: dict[str, Callable[[CartLine], Iterable[str]]] = {
    "everything": lambda line: ("",),
    "sku": lambda line: (line.sku,),
    "product": lambda line: (line.product,),
    "category": lambda line: line.categories,
    "shop": lambda line: (line.shop,),
    "kind": lambda line: (line.kind,),
}


@dataclass(frozen=True, slots=True)
class Book:
    """All offers of one revision; never changed, shared by all requests.

    `shelves`: what offers may take; one of each shop, whose offers look at its own lines, and that of the platform, for
    lines of all shops. `counting`: what their conditions count, in all shops. `remembered`: what others worked out of
    these offers alone, each under a key of its own kind; it may be emptied at any time.
    """

    offers: dict[str, Offer]
    compiled: dict[str, Compiled]
    shelves: dict[str, Shelf]
    counting: Shelf
    layers: dict[Layer, "Book"] = field(default_factory=dict, compare=False, repr=False)
    remembered: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def meeting(self, lines: Sequence[CartLine]) -> list[tuple[Compiled, int]]:
        """Return the offers whose scope or condition scope may meet a line, by id, and the lines they may take as bits.

        Costs what the cart holds, however many other offers there are.
        """
        taken: dict[str, int] = {}
        for shop, its_lines in _bits_by_shop(lines).items():
            for shelf in (self.shelves.get(PLATFORM, {}), self.shelves.get(shop, {})):
                for code, mask in _named_on(shelf, its_lines):
                    taken[code] = taken.get(code, 0) | mask
            for code, _ in _named_on(self.counting, its_lines):
                taken.setdefault(code, 0)
        found = [(self.compiled[code], taken[code]) for code in sorted(taken)]
        return [(one, _meant(one.offer, mask, lines) if one.leaves_out_some else mask) for one, mask in found]

    def touching(self, cart: Cart) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet a line of a cart, by id."""
        return self.touching_lines(cart.lines)

    def touching_lines(self, lines: Sequence[CartLine]) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet one of these lines, by id."""
        return [found.offer for found, _ in self.meeting(lines)]

    def taking_every_line(self, offers: Iterable[Offer]) -> "Book":
        """Return the book of some of its offers that are known to take every line of the cart: it needs no index."""
        shelf = {"everything": {"": [offer.id for offer in offers]}}
        return Book(offers=self.offers, compiled=self.compiled, shelves={PLATFORM: shelf}, counting={})

    def only(self, layer: Layer) -> "Book":
        """Return the book of one layer; it is compiled at the first call."""
        if layer not in self.layers:
            self.layers[layer] = compile_book(offer for offer in self.offers.values() if offer.layer is layer)
        return self.layers[layer]


def _meant(offer: Offer, mask: int, lines: Sequence[CartLine]) -> int:
    """Return what is left of the lines that an offer's inclusions name."""
    return mask & mask_of([place for place, line in enumerate(lines) if mask >> place & 1 and offer.scope.meets(line)])


def compile_book(offers: Iterable[Offer]) -> Book:
    """Index the offers. Refuses two offers with one id."""
    book = Book(offers={}, compiled={}, shelves={}, counting={})
    for offer in offers:
        if offer.id in book.offers:
            raise WrongParams(N_("Two offers are called %(offer)s."), field="id", offer=offer.id)
        book.offers[offer.id], book.compiled[offer.id] = offer, compiled(offer)
        _put(book.shelves.setdefault(offer.owner, {}), offer.scope, offer.id)
        for _, counted in book.compiled[offer.id].counting:
            if counted:
                _put(book.counting, counted, offer.id)
    return book


def _put(shelf: Shelf, scope: Scope, offer: str) -> None:
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


def _bits_by_shop(lines: Sequence[CartLine]) -> dict[str, list[tuple[int, CartLine]]]:
    """Return the lines of each shop with their places as bits."""
    shops: dict[str, list[tuple[int, CartLine]]] = {}
    for place, line in enumerate(lines):
        if line.shop in shops:
            shops[line.shop].append((1 << place, line))
        else:
            shops[line.shop] = [(1 << place, line)]
    return shops


def _named_on(shelf: Shelf, lines: list[tuple[int, CartLine]]) -> Iterator[tuple[str, int]]:
    """Yield each offer on the shelf whose scope names some of these lines, with a set of them; an offer may come twice.

    Only the ways of naming that the shelf knows are looked at, and of its codes only those of the lines.
    """
    for way, named in shelf.items():
        masks: dict[str, int] = {}
        names = NAMES[way]
        for bit, line in lines:
            for code in names(line):
                if code in named:
                    masks[code] = masks.get(code, 0) | bit
        for code, mask in masks.items():
            for offer in named[code]:
                yield offer, mask

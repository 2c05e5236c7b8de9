"""The book: offers compiled once per revision and indexed by what they can touch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pricing.engine.bits import mask_of
from pricing.engine.cart import Cart, CartLine
from pricing.engine.compiled import Compiled, compiled
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.scope import Scope

# Ids of offers by a code that their scopes name, for each way of naming lines: ("sku", "A-1"). May list an id twice.
Entry = tuple[str, str]
Shelf = dict[Entry, list[str]]
EVERYTHING: Entry = ("everything", "")


@dataclass(frozen=True, slots=True)
class Book:
    """All offers of one revision; never changed, shared by all requests.

    `shelves`: what offers may take; one of each shop, whose offers look at its own lines, and that of the platform, for
    lines of all shops. `counting`: what their conditions count, in all shops.
    """

    offers: dict[str, Offer]
    compiled: dict[str, Compiled]
    shelves: dict[str, Shelf]
    counting: Shelf
    layers: dict[Layer, "Book"] = field(default_factory=dict, compare=False, repr=False)

    def meeting(self, lines: Sequence[CartLine]) -> list[tuple[Compiled, int]]:
        """Return the offers whose scope or condition scope may meet a line, by id, and the lines they may take as bits.

        Costs what the cart holds, however many other offers there are.
        """
        taken: dict[str, int] = {}
        for shop, masks in _masks_by_shop(lines).items():
            for owner in (PLATFORM, shop):
                shelf = self.shelves.get(owner, {})
                for entry in masks.keys() & shelf.keys():
                    for code in shelf[entry]:
                        taken[code] = taken.get(code, 0) | masks[entry]
            for entry in masks.keys() & self.counting.keys():
                for code in self.counting[entry]:
                    taken.setdefault(code, 0)
        return [(self.compiled[code], self._meant(code, taken[code], lines)) for code in sorted(taken)]

    def _meant(self, code: str, mask: int, lines: Sequence[CartLine]) -> int:
        """Return what is left of the lines that an offer's inclusions name."""
        scope = self.offers[code].scope
        if mask and scope.leaves_out_some:
            return mask & mask_of([place for place, line in enumerate(lines) if scope.meets(line)])
        return mask

    def touching(self, cart: Cart) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet a line of a cart, by id."""
        return self.touching_lines(cart.lines)

    def touching_lines(self, lines: Sequence[CartLine]) -> list[Offer]:
        """Return the offers whose scope or condition scope may meet one of these lines, by id."""
        return [found.offer for found, _ in self.meeting(lines)]

    def only(self, layer: Layer) -> "Book":
        """Return the book of one layer; it is compiled at the first call."""
        if layer not in self.layers:
            self.layers[layer] = compile_book(offer for offer in self.offers.values() if offer.layer is layer)
        return self.layers[layer]


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
    for entry in _entries_of(scope):
        if entry in shelf:
            shelf[entry].append(offer)
        else:
            shelf[entry] = [offer]


def _entries_of(scope: Scope) -> Iterator[Entry]:
    """Yield every name under which a line may find the scope."""
    if scope.everything:
        yield EVERYTHING
        return
    ways = (
        ("sku", scope.skus),
        ("product", scope.products),
        ("category", scope.categories),
        ("shop", scope.shops),
        ("kind", scope.kinds),
    )
    for way, codes in ways:
        for code in codes:
            yield way, code


def _masks_by_shop(lines: Sequence[CartLine]) -> dict[str, dict[Entry, int]]:
    """Return the lines of each shop, as a bit mask, under each of their names."""
    shops: dict[str, dict[Entry, int]] = {}
    for place, line in enumerate(lines):
        masks = shops.setdefault(line.shop, {})
        names = [EVERYTHING, ("sku", line.sku), ("product", line.product), ("shop", line.shop), ("kind", line.kind)]
        names += [("category", code) for code in line.categories]
        for name in names:
            masks[name] = masks.get(name, 0) | 1 << place
    return shops

"""The deepest price of each SKU that the rules allow, and the cart that shows it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

from campaigns.conflicts.asking import Desk, Worth, dearest_gifts, worth_of_quote
from campaigns.conflicts.digging import Dig, Find
from campaigns.conflicts.occasions import Calendar
from campaigns.conflicts.thresholds import Thresholds, thresholds_of
from campaigns.conflicts.witness import Witness, document_of
from campaigns.conflicts.world import Good, World
from pricing.engine.book import compile_book
from pricing.engine.cart import CartLine
from pricing.engine.compiled import Compiled
from pricing.engine.document import CartDocument, price_document
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer

ITEM_TERMS = frozenset({"item:shop", "item:platform"})


@dataclass(frozen=True, slots=True)
class Deepest:
    """The lowest that is left of one unit of a SKU, the cart that shows it, and what applied there, by offer id.

    `document` makes the price again. `touching`: all offers that may take the SKU. `sure`: the engine has proved every
    answer the best one; else up to `bound_cents` more could be saved in one of the carts.
    """

    good: Good
    worth: Worth
    witness: Witness
    document: CartDocument
    applied: tuple[str, ...]
    touching: tuple[str, ...]
    sure: bool = True
    bound_cents: int = 0


class Search:
    """Finds the deepest prices in one world. SKUs that no offer tells apart share one answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calendar = Calendar(world)
        self.desk = Desk(world)
        self.book = compile_book(world.offers)
        self.known: dict[Hashable, Deepest] = {}
        self._thresholds: dict[Hashable, Thresholds] = {}

    def deepest(self, good: Good) -> Deepest | None:
        """Return the deepest price of a SKU; None where the draft is never open to it."""
        touching = self.touching(good)
        mask = sum([self.calendar.bits[found.offer.id] for found in touching])
        if not mask & self.calendar.bits[self.world.draft] & self.calendar.met:
            return None
        alike = self._alike(good, touching)
        found = self.known.get(alike)
        if found is None:
            found = self.known[alike] = self._search(good, touching)
        return found if found.good is good else self._for_good(found, good)

    def touching(self, good: Good) -> list[Compiled]:
        """Return the offers that may take a SKU, by id."""
        if not good.line.discountable:
            return []
        return [found for found, lines in self.book.meeting((good.line,)) if lines]

    def dig(self, good: Good, touching: list[Compiled]) -> Dig:
        """Return the search for one SKU."""
        return Dig(self.desk, self.calendar, good, touching, [self._thresholds_of(one, good) for one in touching])

    def _search(self, good: Good, touching: list[Compiled]) -> Deepest:
        dig = self.dig(good, touching)
        find: Find = dig.deepest()
        choices = dearest_gifts(self.world.costs, find.offers)
        witness = Witness(find.occasion.at, find.occasion.guest, find.units, choices)
        document = document_of(witness, self.world, self.book)
        quote = price_document(document)
        return Deepest(
            good=good,
            worth=worth_of_quote(self.world.costs, quote, good.line.sku),
            witness=witness,
            document=document,
            applied=tuple(dict.fromkeys([applied.offer for applied in quote.applied])),
            touching=tuple([found.offer.id for found in touching]),
            sure=dig.sure,
            bound_cents=dig.bound_cents,
        )

    def _for_good(self, found: Deepest, good: Good) -> Deepest:
        """Return the same answer for a SKU that nothing tells apart from the one that was asked about."""
        units = tuple((good if one is found.good else one, pieces) for one, pieces in found.witness.units)
        witness = replace(found.witness, units=units)
        return replace(found, good=good, witness=witness, document=document_of(witness, self.world, self.book))

    def _thresholds_of(self, offer: Compiled, good: Good) -> Thresholds:
        """Only what rules that read names or count goods of their own lack depends on the SKU."""
        counted = tuple([scope.meets(good.line) for _, scope in offer.counting if scope])
        key = (offer.offer.id, good.line.sku if _reads_names(offer) else "", counted)
        if key not in self._thresholds:
            self._thresholds[key] = thresholds_of(offer, good.line)
        return self._thresholds[key]

    def _alike(self, good: Good, touching: list[Compiled]) -> Hashable:
        """Return a value that is equal for goods that nothing in this world tells apart, but for their names."""
        line, facts = good.line, self.world.facts
        touching = [found for found in touching if self.calendar.met & self.calendar.bits[found.offer.id]]
        counted = [scope.meets(line) for found in touching for _, scope in found.counting if scope]
        limited = [found.offer for found in touching if found.offer.limited_units or found.offer.limited_uses]
        return (
            (line.list_cents, good.floor_cents, good.fee_cents),
            tuple([_told_apart(found, line) for found in touching if _reads_names(found)]),
            tuple(counted),
            tuple([counts.get((one.id, line.sku)) for one in limited for counts in _counts(facts)]),
            tuple([found.offer.id for found in touching]),
        )


def _counts(facts: Facts) -> tuple[Mapping[tuple[str, str], int], ...]:
    return facts.units_left, facts.sku_uses_left


def _reads_names(offer: Compiled) -> bool:
    """Whether a rule makes a difference between goods: not where what is bought and what is got are the same."""
    benefit = offer.offer.benefit
    return benefit.READS_GOODS and getattr(benefit, "get_scope", benefit) is not None


def _told_apart(offer: Compiled, line: CartLine) -> Hashable:
    """Return what a rule that reads names makes of a line.

    Where it is a price of its own for each SKU, and no price is lowered before, that is all there is to it.
    """
    if offer.offer.layer is Layer.ITEM and not offer.offer.combines_with & ITEM_TERMS:
        return offer.offer.benefit.unit_off_cents(line.list_cents, line)
    return (line.sku, line.product, line.categories, line.kind)

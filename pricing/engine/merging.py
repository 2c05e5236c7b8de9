"""Equal lines are merged before pricing, and results are handed back: how a cart was typed changes nothing."""

from collections.abc import Iterator
from typing import NamedTuple

from pricing.engine.answer import Quote
from pricing.engine.cart import Cart, CartLine
from pricing.engine.choices import Choices
from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_
from pricing.engine.money import price_of_units


class MergedLine(NamedTuple):
    """Input lines with equal shop, SKU, list price and choices. `parts`: (input line key, units), by key."""

    key: str
    line: CartLine
    quantity: int
    parts: tuple[tuple[str, int], ...]
    pinned: str | None = None
    barred: frozenset[str] = frozenset()

    @property
    def list_cents(self) -> int:
        """The list price of all units."""
        return self.line.list_cents * self.quantity

    @property
    def unit_floor_cents(self) -> int:
        """What one unit costs at least."""
        return min(self.line.list_cents, self.line.floor_cents)


def merge(cart: Cart, choices: Choices) -> tuple[MergedLine, ...]:
    """Return the merged lines in the order of their keys. Refuses one SKU told in two ways."""
    barred: dict[str, set[str]] = {}
    for line_key, offer in choices.barred:
        barred.setdefault(line_key, set()).add(offer)
    pinned = choices.pinned
    alike: dict[tuple[str, str, int, str, tuple[str, ...]], list[CartLine]] = {}
    for line in cart.lines:
        kept_off = tuple(sorted(barred[line.key])) if line.key in barred else ()
        identity = (line.shop, line.sku, line.list_cents, pinned.get(line.key, ""), kept_off)
        if identity in alike:
            alike[identity].append(line)
        else:
            alike[identity] = [line]
    return tuple([_merged(lines, pin, kept_off) for (_, _, _, pin, kept_off), lines in sorted(alike.items())])


def _merged(lines: list[CartLine], pin: str, kept_off: tuple[str, ...]) -> MergedLine:
    first = lines[0]
    if len(lines) > 1:
        lines.sort(key=lambda line: line.key)
        if any(_facts(line) != _facts(first) for line in lines):
            raise WrongDocument(N_("Two lines describe the product %(sku)s differently."), field="lines", sku=first.sku)
    parts = tuple([(line.key, line.quantity) for line in lines])
    quantity = sum([line.quantity for line in lines])
    if not (pin or kept_off):
        return MergedLine(_key(first), first, quantity, parts)
    return MergedLine(_key(first, pin, *kept_off), first, quantity, parts, pin or None, frozenset(kept_off))


def _facts(line: CartLine) -> tuple[object, ...]:
    return (line.product, line.categories, line.kind, line.floor_cents, line.discountable)


def _key(line: CartLine, *choices: str) -> str:
    """Return the merged key as text; `/` and `#` inside a code are escaped so that two keys never look alike."""
    parts = [line.shop, line.sku, str(line.list_cents), *choices]
    key = "/".join(parts)
    if key.count("/") == len(parts) - 1 and "%" not in key and "#" not in key:
        return key
    return "/".join(part.replace("%", "%25").replace("/", "%2F").replace("#", "%23") for part in parts)


def hand_back(quote: Quote) -> dict[str, tuple[int, int]]:
    """Return (list, net) in cents of each input line, by its key; the sums are those of the quote."""
    totals: dict[str, tuple[int, int]] = {}
    for line in quote.lines:
        for key, units, net_cents in _parts(line.net_cents, line.quantity, line.parts):
            list_cents, net_before = totals.get(key, (0, 0))
            totals[key] = (list_cents + line.list_cents * units, net_before + net_cents)
    return totals


def _parts(net_cents: int, quantity: int, parts: tuple[tuple[str, int], ...]) -> Iterator[tuple[str, int, int]]:
    """Yield (input line key, units, net): each part costs the units that it holds, by running total."""
    before = 0
    for key, units in parts:
        upto = before + units
        yield key, units, price_of_units(net_cents, quantity, upto) - price_of_units(net_cents, quantity, before)
        before = upto

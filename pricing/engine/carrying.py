"""Which line of an order carries what of a new price for the goods that are kept."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pricing.engine.layers import Layer
from pricing.engine.money import price_of_units
from pricing.engine.quote import Quote, QuoteLine, Share


class Giver(NamedTuple):
    """Who gives a share: an offer, or one coupon of it, and the funder who pays."""

    offer: str
    coupon: str | None
    layer: Layer
    funder: str


class Goods(NamedTuple):
    """What makes units equal in a price: the shop, the SKU, and the list price of one unit."""

    shop: str
    sku: str
    list_cents: int


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Units of a line of the order that are kept; the order may hold the same goods in several lines."""

    goods: Goods
    units: int


def carried(kept: Sequence[KeptLine], quote: Quote) -> list[Counter[Giver]]:
    """Return the cents that each kept line carries of every giver's shares, in the order of `kept`.

    A line of the quote is dealt out unit by unit, the first units to the first line of the order; its shares are
    split as refunds split them, so that they sum to the cent. The quote prices exactly the units that are kept.
    """
    piles = _piles(quote.lines)
    return [_dealt(line.units, piles[line.goods]) if line.units else Counter() for line in kept]


@dataclass(slots=True)
class _Pile:
    """A line of the quote, of whose units so many have been handed out."""

    line: QuoteLine
    dealt: int = 0

    @property
    def left(self) -> int:
        return self.line.quantity - self.dealt

    def take(self, units: int) -> Iterator[tuple[Share, int]]:
        """Hand units out; yield what they carry of each share."""
        before, upto = self.dealt, self.dealt + units
        self.dealt = upto
        for share in self.line.shares:
            parts = [price_of_units(share.cents, self.line.quantity, place) for place in (before, upto)]
            yield share, parts[1] - parts[0]


def _piles(lines: Iterable[QuoteLine]) -> dict[Goods, deque[_Pile]]:
    piles: dict[Goods, deque[_Pile]] = {}
    for line in lines:
        piles.setdefault(Goods(line.shop, line.sku, line.list_cents), deque()).append(_Pile(line))
    return piles


def _dealt(units: int, piles: deque[_Pile]) -> Counter[Giver]:
    found: Counter[Giver] = Counter()
    while units:
        pile = piles[0]
        now = min(units, pile.left)
        for share, cents in pile.take(now):
            found[Giver(share.offer, share.coupon, share.layer, share.funder)] += cents
        units -= now
        if not pile.left:
            piles.popleft()
    return found

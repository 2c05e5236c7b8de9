"""Named goods: so many pieces of each SKU, the whole sets of them that lie in a cart, and benefits on these sets."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import COUNT, Kind
from pricing.engine.pieces import Run, dearest_first, groups, lowered, with_more
from pricing.engine.reasons import Reason
from pricing.engine.rules import Benefit, Lines, NextTier, Off
from pricing.engine.scope import Scope

MAX_SKUS = 50

Goods = tuple[tuple[str, int], ...]  # (SKU, pieces), by SKU


def load_sku_counts(value: Any, field: str) -> Goods:
    """Return the pieces of each SKU, by SKU, from a mapping. Refuses none, too many, and counts out of range."""
    if isinstance(value, tuple):
        value = dict(value)
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MAX_SKUS:
        raise WrongParams(N_("Give the pieces of 1 to %(most)s SKUs."), field=field, most=MAX_SKUS)
    if not all(isinstance(sku, str) and sku for sku in value):
        raise WrongParams(N_("Every entry is a text."), field=field)
    return tuple(sorted((sku, COUNT.load(pieces, f"{field}[{sku}]")) for sku, pieces in value.items()))


SKU_COUNTS = Kind(
    "sku_counts",
    load_sku_counts,
    dict,
    {
        "type": "object",
        "propertyNames": {"type": "string", "minLength": 1},
        "additionalProperties": COUNT.schema,
        "minProperties": 1,
        "maxProperties": MAX_SKUS,
    },
)
SkuCounts = Annotated[Goods, SKU_COUNTS]


def named(goods: Goods) -> str:
    """Return the goods as people write them: A × 2 + B."""
    return " + ".join(sku if pieces == 1 else f"{sku} × {pieces}" for sku, pieces in goods)


def whole_sets(lines: Lines, goods: Goods) -> int:
    """Return how many whole sets there are."""
    there = _pieces_by_sku(lines)
    return min(there[sku] // pieces for sku, pieces in goods)


def lacking(lines: Lines, goods: Goods, times: int) -> Goods:
    """Return which pieces `times` sets lack."""
    there = _pieces_by_sku(lines)
    return tuple((sku, pieces * times - there[sku]) for sku, pieces in goods if there[sku] < pieces * times)


def sets(lines: Lines, goods: Goods, times: int) -> Iterator[tuple[int, list[Run]]]:
    """Yield (how often, the pieces of one set): `times` whole sets, each SKU's dearest pieces first."""
    runs = dearest_first(lines)
    kinds = [groups([run for run in runs if lines.goods[run.line].sku == sku], pieces, times) for sku, pieces in goods]
    begun = [next(kind, (0, [])) for kind in kinds]
    while often := min(left for left, _ in begun):
        yield often, [run for _, group in begun for run in group]
        begun = [
            (left - often, group) if left > often else next(kind, (0, []))
            for (left, group), kind in zip(begun, kinds, strict=True)
        ]


def completed(lines: Lines, goods: Goods, times: int) -> Lines:
    """Return the lines with what `times` sets lack, each piece at the price of the cheapest that is there.

    What a SKU costs of which there is no piece is not known here: it stays away.
    """
    for sku, pieces in lacking(lines, goods, times):
        known = [place for place, line in enumerate(lines.goods) if line.sku == sku and lines.quantities[place]]
        if known:
            cheapest = min(known, key=lambda place: lines.nets[place] // lines.quantities[place])
            lines = with_more(lines, cheapest, pieces)
    return lines


def _pieces_by_sku(lines: Lines) -> Counter[str]:
    there: Counter[str] = Counter()
    for line, pieces in zip(lines.goods, lines.quantities, strict=True):
        there[line.sku] += pieces
    return there


class SetBenefit(Benefit):
    """A benefit on whole sets of named `goods`: each costs `price_cents`, never more than before."""

    __slots__ = ()
    READS_GOODS: ClassVar[bool] = True
    goods: Goods
    price_cents: int

    @property
    def most_times(self) -> int | None:
        """How many sets count at most; None = all."""
        return None

    def taking(self, chosen: Scope) -> Scope:
        """Exactly the named goods take part, whatever was chosen beside them."""
        return Scope(skus=frozenset(sku for sku, _ in self.goods))

    def off(self, lines: Lines) -> Off:
        """The pieces of the sets that become cheaper carry it, by net; the dearest pieces of each SKU come first."""
        times = whole_sets(lines, self.goods)
        times = times if self.most_times is None else min(times, self.most_times)
        return lowered(lines, sets(lines, self.goods, times), self.price_cents)

    def unmet(self, lines: Lines) -> Reason | None:
        missing = lacking(lines, self.goods, 1)
        if not missing:
            return None
        pieces = sum(pieces for _, pieces in missing)
        return Reason("below_threshold", {"missing_pieces": pieces, "missing_goods": named(missing)})

    def next_tier(self, lines: Lines) -> NextTier | None:
        times = whole_sets(lines, self.goods) + 1
        if self.most_times is not None and times > self.most_times:
            return None
        missing = sum(pieces for _, pieces in lacking(lines, self.goods, times))
        return NextTier(self.off(completed(lines, self.goods, times)).cents, missing_pieces=missing)

    def grown(self, lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
        """Complete the next set, if so many pieces do."""
        times = whole_sets(lines, self.goods) + 1
        lacked = sum(pieces for _, pieces in lacking(lines, self.goods, times))
        return completed(lines, self.goods, times) if lacked <= missing_pieces else lines

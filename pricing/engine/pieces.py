"""Single pieces of lines, for offers on several of them: sorted by price, in groups, and what is missing for one more.

Pieces are counted in runs of equal price, so a line of a million pieces costs no more than a line of two.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Annotated, Any, ClassVar, NamedTuple

from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_
from pricing.engine.params import Kind
from pricing.engine.reasons import Reason
from pricing.engine.rules import Benefit, Lines, NextTier, Off

CHEAPEST, DEAREST = "cheapest", "dearest"


def _pick(value: Any, field: str) -> str:
    if value not in (CHEAPEST, DEAREST):
        raise WrongParams(N_("Say cheapest or dearest."), field=field)
    return str(value)


PICK = Kind("pick", _pick, str, {"enum": [CHEAPEST, DEAREST]})
Pick = Annotated[str, PICK]


class Run(NamedTuple):
    """Pieces of one line that cost the same."""

    unit_cents: int
    line: int
    pieces: int


UNIT_CENTS = itemgetter(0)


def dearest_first(lines: Lines) -> list[Run]:
    """Return all pieces, the dearest first, then by line. Piece k of n costs floor(P·k/n) - floor(P·(k-1)/n)."""
    runs = []
    for line, (net_cents, pieces) in enumerate(zip(lines.nets, lines.quantities, strict=True)):
        if pieces:
            unit_cents, dearer = divmod(net_cents, pieces)
            if dearer:
                runs.append(Run(unit_cents + 1, line, dearer))
            runs.append(Run(unit_cents, line, pieces - dearer))
    runs.sort(key=UNIT_CENTS, reverse=True)  # a stable sort: equal ones stay by line
    return runs


def picked(lines: Lines, pick: str) -> list[Run]:
    """Return all pieces, the cheapest or the dearest first."""
    return dearest_first(lines) if pick == DEAREST else dearest_first(lines)[::-1]


def first(runs: Iterable[Run], pieces: int) -> list[Run]:
    """Return the first pieces."""
    found: list[Run] = []
    for run in runs:
        if run.pieces >= pieces:
            return [*found, Run(run.unit_cents, run.line, pieces)] if pieces > 0 else found
        found.append(run)
        pieces -= run.pieces
    return found


def groups(runs: Iterable[Run], size: int, times: int) -> Iterator[tuple[int, list[Run]]]:
    """Yield (how often, the pieces of one group): whole groups in the order of the pieces, `times` of them at most."""
    begun: list[Run] = []
    missing = size
    for unit_cents, line, pieces in runs:
        while pieces and times:
            if missing == size and pieces >= size:
                often = min(pieces // size, times)
                yield often, [Run(unit_cents, line, size)]
                pieces, times = pieces - often * size, times - often
                continue
            step = min(pieces, missing)
            begun.append(Run(unit_cents, line, step))
            pieces, missing = pieces - step, missing - step
            if not missing:
                yield 1, begun
                begun, missing, times = [], size, times - 1


def cost(runs: Iterable[Run]) -> int:
    """Return what the pieces cost together, in cents."""
    return sum([unit_cents * pieces for unit_cents, _, pieces in runs])


def add(weights: list[int], runs: Sequence[Run], often: int = 1) -> None:
    """Add to each line's weight what these pieces of it cost."""
    for unit_cents, line, pieces in runs:
        weights[line] += unit_cents * pieces * often


def with_more(lines: Lines, place: int, pieces: int) -> Lines:
    """Return the lines with further pieces of one of them, each at the price of its cheapest."""
    more_cents = lines.nets[place] // lines.quantities[place] * pieces
    return lines._replace(
        nets=(*lines.nets, more_cents),
        bases=(*lines.bases, more_cents),
        quantities=(*lines.quantities, pieces),
        goods=(*lines.goods, lines.goods[place]),
    )


def lowered(lines: Lines, found: Iterable[tuple[int, list[Run]]], price_cents: int) -> Off:
    """Return the discount where each group of pieces costs the price; one that already costs less stays as it is.

    The pieces of the groups that become cheaper carry it, by net.
    """
    weights, off_cents = [0] * len(lines.nets), 0
    for often, group in found:
        lowered_cents = cost(group) - price_cents
        if lowered_cents > 0:
            off_cents += lowered_cents * often
            add(weights, group, often)
    return Off(off_cents, weights=tuple(weights))


class GroupBenefit(Benefit):
    """A benefit on whole groups of pieces. `size` pieces make a group; `most_times` groups count at most."""

    __slots__ = ()
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.MULTI})

    @property
    def size(self) -> int:
        """How many pieces make a group."""
        raise NotImplementedError

    @property
    def most_times(self) -> int | None:
        """How many groups count at most; None = all."""
        return None

    def times(self, lines: Lines) -> int:
        """Return how many groups count."""
        whole = lines.pieces // self.size
        return whole if self.most_times is None else min(whole, self.most_times)

    def unmet(self, lines: Lines) -> Reason | None:
        missing = self.size - lines.pieces
        return Reason("below_threshold", {"missing_pieces": missing}) if missing > 0 else None

    def next_tier(self, lines: Lines) -> NextTier | None:
        times = lines.pieces // self.size + 1
        if self.most_times is not None and times > self.most_times:
            return None
        missing = times * self.size - lines.pieces
        grown = self.grown(lines, 0, missing)
        return NextTier(self.off(grown).cents, missing_pieces=missing, grown=grown)

    def grown(self, lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
        """Further pieces cost as much as the cheapest that is there: no more is promised than comes true."""
        units = [net_cents // pieces for net_cents, pieces in zip(lines.nets, lines.quantities, strict=True) if pieces]
        more_cents = max(missing_cents, min(units, default=0) * missing_pieces)
        return Benefit.grown(self, lines, more_cents, missing_pieces)
